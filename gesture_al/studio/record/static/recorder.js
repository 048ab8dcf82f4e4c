// The recorder: count-in, take, review, and whether the take is kept.

import { Abandoned } from "./take_upload.js";
import { TakeEncoder } from "./take_encoder.js";

const AT_LEAST = 1.2; // Seconds for which a take of a series is shown before it is kept by itself.

export class Recorder {
  // `onChange` is called when anything is to be drawn anew, `onState` with what the server says of itself.
  constructor(about, { camera, upload, store, replay, onChange, onState }) {
    this.about = about;
    this.camera = camera;
    this.upload = upload;
    this.store = store;
    this.replay = replay;
    this.onChange = onChange;
    this.onState = onState;
    this.subject = localStorage.getItem("gesture_al/subject") ?? about.subject;
    this.waiting = [];
    this.chosen = null;
    this.classes = [];
    this.note = { text: "", tone: "plain" };
    /** @type {any} */
    this.series = null;
    this.since = 0;
    this.reset();
    this.enter("choose");
  }

  reset() {
    this.take = null;
    this.review = null;
    this.encoder = null;
    this.series = null;
    this.free = false;
    this.held = false;
    this.prompt = "";
    this.share = 0;
  }

  enter(state, lasts = 0) {
    clearTimeout(this.timer);
    this.state = state;
    this.lasts = lasts;
    this.since = performance.now();
    this.onChange();
  }

  // Seconds in this state.
  get elapsed() {
    return (performance.now() - this.since) / 1000;
  }

  get keepsItself() {
    return this.state === "review" && this.series !== null && this.review.good && !this.held;
  }

  // Whether the camera must not go away now.
  get running() {
    return ["count_in", "recording", "free"].includes(this.state);
  }

  say(text, tone = "plain") {
    this.note = { text, tone };
    this.onChange();
  }

  offer(classes) {
    this.classes = classes;
    if (!classes.some(({ name }) => name === this.chosen))
      this.chosen = (classes.find(({ count, target }) => count < target) ?? classes[0]).name;
  }

  choose(name) {
    if (this.state !== "choose") return false;
    this.chosen = name;
    this.note = { text: "", tone: "plain" };
    this.onChange();
    return true;
  }

  step(by) {
    const place = this.classes.findIndex(({ name }) => name === this.chosen);
    return this.choose(this.classes[(place + by + this.classes.length) % this.classes.length].name);
  }

  record({ free = false, series = false } = {}) {
    if (this.state !== "choose") return false;
    this.free = free;
    this.series = series ? { done: 0, of: this.about.takes } : null;
    this.countIn();
    return true;
  }

  countIn(note = "") {
    if (!this.camera.isOpen) return this.leave("");
    this.take = null;
    this.review = null;
    this.held = false;
    this.share = 0;
    this.replay.clear();
    this.prompt = this.free ? this.about.free_prompt : (this.classes.find(({ name }) => name === this.chosen)?.prompt ?? "");
    this.note = { text: note, tone: "plain" };
    this.enter("count_in", this.about.count_in);
    this.timer = setTimeout(() => this.begin(), 1000 * this.about.count_in);
  }

  async begin() {
    const encoder = new TakeEncoder(this.camera.stream);
    try {
      await encoder.start();
    } catch (error) {
      return this.leave(`The browser does not record: ${error.message}`, "bad");
    }
    if (this.state !== "count_in") return encoder.drop();
    this.encoder = encoder;
    const lasts = this.free ? this.about.free_seconds : this.about.seconds;
    this.note = { text: "", tone: "plain" };
    this.enter(this.free ? "free" : "recording", lasts);
    this.timer = setTimeout(() => this.end(), 1000 * lasts);
  }

  async end() {
    const { encoder } = this;
    if (!encoder) return;
    this.encoder = null;
    clearTimeout(this.timer);
    let recorded;
    try {
      recorded = await encoder.stop();
    } catch (error) {
      return this.leave(`The browser stopped recording: ${error.message}`, "bad");
    }
    if (!this.running) return;
    const take = {
      uuid: crypto.randomUUID(),
      label: this.free ? null : this.chosen,
      prompt: this.prompt,
      subject: this.subject,
      session: this.about.session,
      ...recorded,
    };
    await this.store.put(take);
    await this.lookAt(take);
  }

  // Shown at once; the joints come when the server has found them.
  async lookAt(take) {
    this.take = take;
    this.review = null;
    this.share = 0;
    this.free = take.label === null;
    this.replay.show(take);
    this.enter("looking");
    try {
      const review = await this.upload.look(take, (share) => {
        this.share = share;
        this.onChange();
      });
      if (this.take !== take) return;
      if (review.state === "kept" || review.state === "undone") return this.settle(take, { take: review });
      if (review.state === "looked") this.replay.join(await this.upload.joints(take));
      if (this.take !== take) return;
      this.review = review;
    } catch (error) {
      if (error instanceof Abandoned || this.take !== take) return;
      this.review = { state: "broken", why: error.message };
    }
    this.replay.start();
    this.judge();
  }

  judge() {
    this.enter("review", this.replay.turn);
    if (!this.keepsItself) return;
    this.lasts = Math.max(AT_LEAST, this.replay.turn);
    this.timer = setTimeout(() => this.keep(), 1000 * this.lasts);
  }

  hold() {
    this.held = !this.held;
    this.judge();
  }

  async keep() {
    if (this.state !== "review" || this.review.state !== "looked") return;
    await this.bring(this.take);
  }

  async bring(take) {
    this.enter("saving");
    try {
      const reply = await this.upload.keep(take);
      if (this.take === take) await this.settle(take, reply);
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error;
    }
  }

  // The server has it: on to the next.
  async settle(take, reply) {
    await this.store.remove(take.uuid);
    if (reply.classes) this.onState(reply);
    if (reply.take.state === "broken") return this.leave(`This take could not be kept: ${reply.take.why}`, "bad");
    const clips = this.review?.clips;
    const said = take.label === null && clips ? `Kept: ${clips} clips to be asked about` : `Kept ${reply.take.name}`;
    this.take = null;
    if (this.series === null) return this.leave(said, "good");
    this.series.done += 1;
    if (this.series.done < this.series.of) return this.countIn(said);
    const done = `Series of ${this.series.of} done`;
    this.chosen = this.classes.find(({ count, target }) => count < target)?.name ?? this.chosen;
    return this.leave(done, "good");
  }

  again(note = "") {
    this.drop();
    this.countIn(note);
  }

  discard() {
    if (this.series) return this.again("Discarded: the same once more");
    return this.leave("Discarded");
  }

  drop() {
    this.encoder?.drop();
    this.encoder = null;
    if (this.take) this.upload.discard(this.take);
    this.take = null;
  }

  // Back to the choice of a class; a take that nobody has kept goes.
  leave(note, tone = "plain") {
    this.drop();
    this.reset();
    this.replay.clear();
    this.note = { text: note, tone };
    this.enter("choose");
    if (this.waiting.length) this.takeUp(this.waiting.shift());
  }

  // The camera is gone, or this page may not record any more.
  interrupt(why) {
    if (this.running) this.leave(why, "bad");
  }

  // Takes that an earlier life of this page has left.
  async resume() {
    const [first, ...others] = await this.store.all();
    this.waiting = others;
    if (first && this.state === "choose") await this.takeUp(first);
  }

  async takeUp(take) {
    if (!take.keep) return this.lookAt(take);
    this.take = take;
    this.free = take.label === null;
    this.replay.show(take);
    await this.bring(take);
  }
}
