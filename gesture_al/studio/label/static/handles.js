// The handles of the two ends of a clip on the strip: drawn with mouse or finger, or moved by the arrows when they have the focus.

import { element } from "/shared/dom.js";

const ENDS = ["start", "end"];

export class Handles {
  // `onPut` gets which end was drawn to which frame; `onDone`: it was let go.
  constructor(strip, onPut, onDone) {
    this.strip = strip;
    this.onPut = onPut;
    this.onDone = onDone;
    this.node = element("div", { class: "range" });
    /** @type {any} */
    this.around = null;
    const [start, end] = ENDS.map((which) => {
      const handle = element("span", {
        class: `handle ${which}`,
        role: "slider",
        tabindex: 0,
        "aria-label": `${which} of the clip`,
        "aria-valuemin": 0,
      });
      handle.addEventListener("pointerdown", (event) => this.drag(event, which, handle));
      handle.addEventListener("click", (event) => event.stopPropagation());
      return handle;
    });
    this.start = start;
    this.end = end;
    this.outside = ENDS.map((which) => element("span", { class: `outside ${which}` }));
    this.node.append(...this.outside, this.start, this.end);
  }

  show(around) {
    this.around = around;
    this.strip.show(around, this.node);
    // A click beside the clip draws the nearer end there; one inside of it goes there.
    this.strip.onOutside = (frame) => {
      const which = Math.abs(frame - this.first) < Math.abs(frame - this.last) ? "start" : "end";
      if (frame >= this.first && frame <= this.last) return false;
      this.onPut(which, frame);
      this.onDone();
      return true;
    };
  }

  hide() {
    this.around = this.strip.onOutside = null;
  }

  at(first, last) {
    this.first = first;
    this.last = last;
    const { seconds } = this.around;
    const [left, right] = [first, last + 1].map((edge) => (100 * edge) / seconds.length);
    this.start.style.left = this.outside[0].style.width = `${left}%`;
    this.end.style.left = `${right}%`;
    this.outside[1].style.width = `${100 - right}%`;
    for (const [handle, frame] of [
      [this.start, first],
      [this.end, last],
    ]) {
      handle.setAttribute("aria-valuemax", seconds.length - 1);
      handle.setAttribute("aria-valuenow", frame);
      handle.setAttribute("aria-valuetext", `${seconds[frame].toFixed(2)} s of ${seconds.at(-1).toFixed(2)} s`);
    }
  }

  // The end that has the focus.
  get focused() {
    return ENDS.find((which) => this[which] === document.activeElement);
  }

  drag(event, which, handle) {
    event.preventDefault();
    handle.focus({ focusVisible: false });
    handle.setPointerCapture(event.pointerId);
    const move = ({ clientX }) => {
      const box = this.node.getBoundingClientRect();
      const edge = Math.round(((clientX - box.left) / box.width) * this.around.seconds.length);
      this.onPut(which, which === "start" ? edge : edge - 1);
    };
    const done = () => {
      handle.removeEventListener("pointermove", move);
      this.around && this.onDone();
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", done, { once: true });
  }
}
