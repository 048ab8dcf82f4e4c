// The lease of the camera's recorder: one tab holds it at a time, and renews it every other second.

import { Offline, post } from "/shared/net.js";

const BEAT = 1500;

export class Lease {
  // `onState` gets the recorder's state, `onAway` is called when nobody answers.
  constructor(onState, onAway) {
    this.onState = onState;
    this.onAway = onAway;
    this.tab = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
    this.left = false;
    addEventListener(
      "pagehide",
      () => this.left || navigator.sendBeacon("/release", new Blob([JSON.stringify({ tab: this.tab })], { type: "application/json" })),
    );
    // Come back from where browsers keep pages that were left.
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  async beat(takeOver = false) {
    clearTimeout(this.next);
    this.left = false;
    try {
      this.onState(await post("/hold", { tab: this.tab, take_over: takeOver }));
    } catch (error) {
      if (!(error instanceof Offline)) console.warn(error);
      this.onAway();
    }
    clearTimeout(this.next);
    if (!this.left) this.next = setTimeout(() => this.beat(), BEAT);
  }

  // No more, until the next `beat`.
  leave() {
    this.left = true;
    clearTimeout(this.next);
  }
}
