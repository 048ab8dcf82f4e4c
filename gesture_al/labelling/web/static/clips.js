// Clips by the handle of their question, fetched ahead and kept for a while.

import { get } from "/shared/net.js";

const MOST = 48;

export class Clips {
  constructor() {
    this.kept = new Map();
  }

  // A promise of the clip.
  fetch(handle) {
    const known = this.kept.get(handle);
    if (known) return known;
    const coming = get(`/clip/${handle}`);
    coming.catch(() => this.kept.delete(handle));
    this.kept.set(handle, coming);
    if (this.kept.size > MOST) this.kept.delete(this.kept.keys().next().value);
    return coming;
  }
}
