// A take looked at again: its video in a loop, the joints that were found over it, and the frames that show a hand.

import { byId, element, fill } from "/shared/dom.js";
import { Overlay } from "/shared/overlay.js";

const LONGEST = 10; // Seconds of one turn: a longer take runs faster.
const TICKS = 60;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Replay {
  constructor(skeleton) {
    this.video = byId("replay");
    this.canvas = byId("joints");
    this.strip = byId("strip");
    this.overlay = new Overlay(this.canvas, this.video, skeleton);
    this.found = null;
    this.turns = 0;
    const each = this.video.requestVideoFrameCallback
      ? (does) => this.video.requestVideoFrameCallback((now, { mediaTime }) => does(mediaTime))
      : (does) => requestAnimationFrame(() => does(this.video.currentTime));
    const draw = (seconds) => {
      this.draw(seconds);
      each(draw);
    };
    each(draw);
    this.video.addEventListener("ended", () => this.again());
  }

  show({ blob, seconds }) {
    this.clear();
    this.address = URL.createObjectURL(blob);
    this.turn = Math.min(seconds, LONGEST);
    this.video.src = this.address;
    this.video.playbackRate = this.video.defaultPlaybackRate = Math.min(16, Math.max(1, seconds / LONGEST));
    this.video.hidden = false;
    this.video.play().catch(() => {});
  }

  // A loop of its own, since a recording without a length in its head does not loop everywhere.
  again() {
    this.turns += 1;
    if (this.loops) this.start();
  }

  get loops() {
    return !calm.matches;
  }

  start() {
    this.video.currentTime = 0;
    this.video.play().catch(() => {});
  }

  // `seconds`, `joints` and `hands` of every frame.
  join(found) {
    this.found = found;
    this.canvas.hidden = false;
    this.drawStrip(found.hands);
  }

  draw(seconds) {
    if (!this.found) return;
    const times = this.found.seconds;
    let frame = 0;
    while (frame + 1 < times.length && times[frame + 1] <= seconds + 0.005) frame += 1;
    this.overlay.show(this.found.joints[frame]);
  }

  drawStrip(hands) {
    const count = Math.min(TICKS, hands.length);
    const rows = ["left", "right"].map((name, side) => {
      const ticks = Array.from({ length: count }, (_, tick) => {
        const [from, to] = [Math.floor((tick * hands.length) / count), Math.max(Math.floor(((tick + 1) * hands.length) / count), 1)];
        const seen = hands.slice(from, to).filter((frame) => frame[side]).length / (to - from);
        return element("i", { class: seen === 0 ? "" : seen < 1 ? "some" : "all" });
      });
      return element("div", { class: `row ${name}`, "data-name": name }, ...ticks);
    });
    fill(this.strip, rows);
    this.strip.hidden = false;
  }

  clear() {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = this.found = null;
    this.turns = 0;
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.hidden = this.canvas.hidden = this.strip.hidden = true;
    this.overlay.clear();
  }
}
