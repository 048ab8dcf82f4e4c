// Speed: pictures a second, and the latency from the camera to the screen.

import { byId, element, fill } from "/shared/dom.js";

const RECENT = 60;
const EVERY = 500; // Milliseconds: faster nobody can read it.

export class Speed {
  constructor() {
    /** @type {any[]} */
    this.recent = [];
    this.drawn = 0;
    this.clear();
  }

  clear() {
    this.recent = [];
    this.drawn = 0;
    this.draw();
  }

  // Milliseconds from capture to screen, and what the server says of its part.
  add(latency, { decode, landmarks, rest }) {
    const now = performance.now();
    this.recent.push({ at: now, latency, landmarks });
    // Measured by benchmarks/live_page.py.
    dispatchEvent(new CustomEvent("looked", { detail: { latency, landmarks, decode, rest } }));
    if (this.recent.length > RECENT) this.recent.shift();
    if (now - this.drawn < EVERY) return;
    this.drawn = now;
    this.draw();
  }

  draw() {
    const { recent } = this;
    const span = recent.length > 1 ? recent[recent.length - 1].at - recent[0].at : 0;
    const shown = [
      ["Pictures", span ? `${((1000 * (recent.length - 1)) / span).toFixed(0)}/s` : "–", "pictures a second that are looked at"],
      ["Latency", milliseconds(recent, "latency"), "from the camera to what is shown of it, median"],
      ["of it landmarks", milliseconds(recent, "landmarks"), "finding the joints in the picture, median"],
    ];
    fill(
      byId("speed"),
      shown.map(([name, value, title]) => element("div", { title }, element("dt", {}, name), element("dd", {}, value))),
    );
  }
}

function milliseconds(recent, name) {
  if (!recent.length) return "–";
  const sorted = recent.map((one) => one[name]).sort((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)].toFixed(0)} ms`;
}
