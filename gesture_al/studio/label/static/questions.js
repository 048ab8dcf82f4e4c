// The questions of this tab: the one that is shown, those that come next, and which of them were answered already.

import { post } from "/shared/net.js";

const RENEW = 8000;
const SOON = 1000;

export class Questions {
  // `controller` knows the tab, the annotator and the clips.
  constructor(controller, onChange) {
    this.controller = controller;
    this.onChange = onChange;
    this.current = null;
    this.next = [];
    this.want = 3;
    // Handle of an answered question -> version of the session from which on the server knows of it.
    this.answered = new Map();
    this.asking = false;
    this.again = false;
    this.soon = null;
    setInterval(() => document.hidden || this.refill(), RENEW);
  }

  async refill() {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.again = false;
        // Answers on their way still count as open at the server.
        const most = Math.min(24, this.want + this.answered.size);
        const { tab, annotator } = this.controller;
        this.update(await post("/next", { tab, annotator, most, holding: this.current?.handle ?? "" }));
      } while (this.again);
    } catch {
      // Nobody there, or still starting: the stream of states tells when to try again.
    } finally {
      this.asking = false;
    }
  }

  // Nothing is open for this tab: ask again, but not at every answer of somebody else.
  refillSoon() {
    this.soon ??= setTimeout(() => {
      this.soon = null;
      this.refill();
    }, SOON);
  }

  update({ items, version }) {
    // Of answers that the server knew of when it chose, it would have said if they had been taken back.
    for (const [handle, since] of this.answered) if (version >= since) this.answered.delete(handle);
    const open = items.filter(({ handle }) => !this.answered.has(handle));
    this.next = open.filter(({ handle }) => handle !== this.current?.handle);
    for (const { handle } of this.next) this.controller.clips.fetch(handle).catch(() => {});
    if (!this.current) this.advance();
    else this.onChange();
  }

  // This one is answered: on to the next.
  leave(handle) {
    this.answered.set(handle, Infinity);
    this.next = this.next.filter((item) => item.handle !== handle);
    if (this.current?.handle === handle) this.advance();
    else this.onChange();
    this.refill();
  }

  // The server has the answer, from this version on.
  acknowledge(handle, version) {
    if (this.answered.has(handle)) this.answered.set(handle, version);
  }

  advance() {
    this.current = this.next.shift() ?? null;
    this.onChange(true);
  }

  // Show this one now; what was shown comes after it.
  put(item) {
    this.answered.delete(item.handle);
    // What was only looked at again has its answer; everything else still waits for one.
    if (this.current && !this.current.review) this.next.unshift(this.current);
    this.next = this.next.filter(({ handle }) => handle !== item.handle);
    this.current = item;
    this.onChange(true);
  }
}
