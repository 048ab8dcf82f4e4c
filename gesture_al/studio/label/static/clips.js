// Cache of clips by the handle of their question, fetched ahead.

import { get } from "/shared/net.js";

const MOST = 48;

export class Clips {
  constructor() {
    this.cache = new Map();
  }

  // A promise of the clip.
  fetch(handle) {
    return this.cache.get(handle) ?? this.keep(handle, get(`/clip/${handle}`));
  }

  // Fetch it anew when that is done.
  renew(handle, after) {
    this.keep(
      handle,
      after.then(() => get(`/clip/${handle}`)),
    ).catch(() => {});
  }

  keep(handle, coming) {
    coming.catch(() => this.cache.delete(handle));
    this.cache.set(handle, coming);
    if (this.cache.size > MOST) this.cache.delete(this.cache.keys().next().value);
    return coming;
  }
}
