// Clips by the handle of their question, fetched ahead and kept for a while.

import { get } from "/shared/net.js";

const MOST = 48;

export class Clips {
  constructor() {
    this.kept = new Map();
  }

  // A promise of the clip.
  fetch(handle) {
    return this.kept.get(handle) ?? this.keep(handle, get(`/clip/${handle}`));
  }

  // Fetch it anew when that is done.
  renew(handle, after) {
    this.keep(handle, after.then(() => get(`/clip/${handle}`))).catch(() => {});
  }

  keep(handle, coming) {
    coming.catch(() => this.kept.delete(handle));
    this.kept.set(handle, coming);
    if (this.kept.size > MOST) this.kept.delete(this.kept.keys().next().value);
    return coming;
  }
}
