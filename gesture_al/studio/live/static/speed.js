// How fast it goes: pictures a second, and how long one takes from the camera to what is seen of it.

import { byId, element, fill } from "/shared/dom.js";

const KEPT = 60;
const EVERY = 500; // Milliseconds: faster nobody can read it.

export class Speed {
  constructor() {
    this.rest();
  }

  rest() {
    this.kept = [];
    this.drawn = 0;
    this.draw();
  }

  // Milliseconds from capture to screen, and what the server says of its part.
  took(latency, { decode, landmarks, rest }) {
    const now = performance.now();
    this.kept.push({ at: now, latency, landmarks });
    // For whoever measures it: benchmarks/live_page.py.
    dispatchEvent(new CustomEvent("looked", { detail: { latency, landmarks, decode, rest } }));
    if (this.kept.length > KEPT) this.kept.shift();
    if (now - this.drawn < EVERY) return;
    this.drawn = now;
    this.draw();
  }

  draw() {
    const { kept } = this;
    const span = kept.length > 1 ? kept.at(-1).at - kept[0].at : 0;
    const shown = [
      ["Pictures", span ? `${((1000 * (kept.length - 1)) / span).toFixed(0)}/s` : "–", "pictures a second that are looked at"],
      ["Latency", milliseconds(kept, "latency"), "from the camera to what is shown of it, median"],
      ["of it landmarks", milliseconds(kept, "landmarks"), "finding the joints in the picture, median"],
    ];
    fill(byId("speed"), shown.map(([name, value, title]) => element("div", { title }, element("dt", {}, name), element("dd", {}, value))));
  }
}

function milliseconds(kept, name) {
  if (!kept.length) return "–";
  const sorted = kept.map((one) => one[name]).sort((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)].toFixed(0)} ms`;
}
