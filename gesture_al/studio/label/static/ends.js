// The editor of a clip's ends: the recording around it on the strip, a handle at each end, and what lies between them in a loop.

import { get } from "/shared/net.js";
import { Handles } from "./handles.js";

// How long the frame at an end that was moved is held, before the loop goes on.
const HELD = 700;

export class Ends {
  // `onMoved` is called whenever an end was moved.
  constructor(stage, onMoved) {
    this.stage = stage;
    this.onMoved = onMoved;
    this.handles = new Handles(
      stage.strip,
      (which, frame) => this.put(which, frame),
      () => this.play(),
    );
    /** @type {any} */
    this.around = null;
    // First and last frame of the clip in what is shown around it.
    this.first = 0;
    this.last = 0;
  }

  // Whether the recording was there to be shown.
  async open(item) {
    let around;
    try {
      around = await get(`/around/${item.handle}`);
    } catch {
      return false;
    }
    if (this.stage.item !== item) return false;
    this.around = around;
    [this.first, this.last] = around.now;
    this.stage.ends = this;
    this.handles.show(around);
    this.play();
    return true;
  }

  close() {
    if (!this.around) return;
    clearTimeout(this.waiting);
    this.around = this.stage.ends = null;
    this.handles.hide();
    if (this.stage.clip) this.stage.play(this.stage.clip);
  }

  // Seconds from the first frame to the last.
  get seconds() {
    return this.around.seconds[this.last] - this.around.seconds[this.first];
  }

  get focused() {
    return this.handles.focused;
  }

  move(which, by) {
    this.put(which, (which === "start" ? this.first : this.last) + by);
    this.play(HELD);
  }

  reset() {
    [this.first, this.last] = this.around.own;
    this.play();
  }

  // As near to this frame as the shortest and the longest clip allow.
  put(which, wanted) {
    const { seconds, least, longest } = this.around;
    const fits = (first, last) =>
      last > first && seconds[last] - seconds[first] >= least - 0.0015 && (longest === null || seconds[last] - seconds[first] <= longest);
    let frame = Math.max(0, Math.min(seconds.length - 1, wanted));
    const start = which === "start";
    const towards = Math.sign((start ? this.first : this.last) - frame);
    while (towards && !(start ? fits(frame, this.last) : fits(this.first, frame))) frame += towards;
    if (start) this.first = frame;
    else this.last = frame;
    this.show(which);
  }

  // Hold the frame at this end.
  show(which) {
    clearTimeout(this.waiting);
    this.handles.at(this.first, this.last);
    this.stage.between(this.around, this.first, this.last);
    this.stage.seek(which === "end" ? this.last - this.first : 0);
    this.onMoved();
  }

  // The loop, at once or after a moment.
  play(after = 0) {
    clearTimeout(this.waiting);
    const go = () => {
      this.handles.at(this.first, this.last);
      this.stage.between(this.around, this.first, this.last);
      this.stage.run();
      this.onMoved();
    };
    if (after) this.waiting = setTimeout(go, after);
    else go();
  }

  // For the answer, in seconds of the recording. Those that the clip came with are sent too: it may have others by now.
  account() {
    const { seconds, from } = this.around;
    return { start: from + seconds[this.first], end: from + seconds[this.last] };
  }
}
