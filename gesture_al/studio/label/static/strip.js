// The strip of a clip: thirty ticks that show when which hand was seen, and where the replay is; a click goes there.

import { element, fill } from "/shared/dom.js";

const TICKS = 30;
// Of a longer stretch, in which ends are moved.
const MORE_TICKS = 60;

export class Strip {
  constructor(node, onSeek) {
    this.node = node;
    /** @type {any} */
    this.clip = null;
    /** @type {((frame: number) => boolean) | null} */
    this.onOutside = null;
    // The frame of the strip that the replay begins with.
    this.first = 0;
    this.now = element("span", { class: "now" });
    node.addEventListener("click", (event) => {
      const box = node.querySelector(".row")?.getBoundingClientRect();
      if (!box || !this.clip) return;
      const share = Math.max(0, Math.min(0.999, (event.clientX - box.left) / box.width));
      const frame = Math.floor(share * this.clip.frames.length);
      if (!this.onOutside?.(frame)) onSeek(frame - this.first);
    });
  }

  // `over` is laid over the ticks.
  show(clip, over = null) {
    this.clip = clip;
    this.first = 0;
    const frames = clip.frames.length;
    const ticks = Math.min(over ? MORE_TICKS : TICKS, frames);
    const descriptions = [];
    const rows = Object.entries(clip.seen).map(([side, seen]) => {
      descriptions.push(`${side} seen in ${seen.reduce((sum, one) => sum + one, 0)} of ${frames} frames`);
      const marks = Array.from({ length: ticks }, (_, tick) => {
        const part = seen.slice(Math.floor((tick * frames) / ticks), Math.floor(((tick + 1) * frames) / ticks));
        const share = part.reduce((sum, one) => sum + one, 0) / part.length;
        return element("i", { class: share === 1 ? "all" : share > 0 ? "some" : "" });
      });
      return element("div", { class: `row ${side}`, "data-name": side }, ...marks);
    });
    this.node.setAttribute("role", over ? "group" : "img");
    this.node.setAttribute("aria-label", descriptions.join("; "));
    this.node.title = descriptions.join("; ");
    fill(this.node, [...rows, this.now, over]);
    this.at(0);
  }

  clear() {
    this.clip = null;
    fill(this.node, []);
  }

  at(frame) {
    const row = this.node.querySelector(".row");
    if (!row) return;
    const share = (frame + this.first + 0.5) / this.clip.frames.length;
    this.now.style.left = `${row.offsetLeft + share * row.clientWidth - 1}px`;
  }
}
