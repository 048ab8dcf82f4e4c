// The clip in the middle: its replay, its strip, and for how long it has been looked at.

import { byId, element, fill, percent } from "/shared/dom.js";
import { Player } from "/shared/player.js";
import { Film } from "./film.js";
import { Strip } from "./strip.js";

// Nobody has seen a clip that was shown for less: such a key was meant for the one before.
const SHORTEST = 150;

export class Stage {
  constructor(about, clips) {
    this.about = about;
    this.clips = clips;
    this.film = new Film(byId("video"), (shown) => byId("main").classList.toggle("has-video", shown));
    this.player = new Player(byId("canvas"), about.skeleton, { onFrame: (frame) => this.strip.at(frame), film: this.film });
    this.strip = new Strip(byId("strip"), (frame) => this.seek(frame));
    /** @type {any} */
    this.item = null;
    /** @type {any} */
    this.clip = null;
    // While its ends are moved, what moves them.
    /** @type {any} */
    this.ends = null;
    this.onShow = () => {};
    this.since = null;
    this.guessShown = null;
    this.setMirrored(localStorage.getItem("gesture_al/mirrored") === "yes");
  }

  async show(item) {
    this.onShow();
    this.item = item;
    this.clip = null;
    this.since = null;
    this.guessShown = null;
    fill(byId("guess"), []);
    this.player.clear();
    this.strip.clear();
    this.film.clear();
    byId("main").classList.toggle("revising", Boolean(item?.review));
    if (!item) return this.film.show(null);
    let clip;
    try {
      clip = await this.clips.fetch(item.handle);
    } catch {
      // The server is away: another try, unless something else is shown by then.
      setTimeout(() => this.item === item && this.show(item), 1000);
      return;
    }
    if (this.item !== item) return;
    this.clip = clip;
    this.strip.show(clip);
    this.film.show(clip.video ? `/video/${item.handle}` : null, clip.video?.from);
    byId("legend").replaceChildren(...Object.keys(clip.seen).map((side) => element("span", {}, element("i", { class: side }), side)));
    this.player.show(clip);
    this.since = performance.now();
  }

  // From when on it is there to be looked at; null while it is not.
  set since(at) {
    this.shownAt = at;
    Object.assign(byId("canvas").dataset, { since: at ?? "never", handle: this.item?.handle ?? "" });
  }

  get since() {
    return this.shownAt;
  }

  // Whether it has been there long enough to be answered.
  get isAnswerable() {
    return this.since !== null && performance.now() - this.since >= SHORTEST;
  }

  // What the log wants to know of how it was looked at.
  account() {
    const milliseconds = Math.round(performance.now() - this.since);
    return {
      milliseconds,
      replays: this.player.replays,
      ...(this.guessShown === null ? {} : { guess_shown: this.guessShown }),
      ...this.cut(),
    };
  }

  // The stretch of its recording that is shown, where it is not the clip as it came.
  cut() {
    if (this.ends) return this.ends.account();
    const [start, end] = this.clip?.ends ?? [];
    return start === undefined ? {} : { start, end };
  }

  // A clip in the place of the one that was there, looked at for as long already.
  play(clip) {
    this.strip.show(clip);
    this.film.from = clip.video?.from ?? 0;
    this.player.clip = clip;
    this.run();
  }

  // Only these frames of what the strip shows.
  between(clip, first, last) {
    const some = (all) => all.slice(first, last + 1);
    this.strip.first = first;
    this.film.from = (clip.video?.from ?? 0) + clip.seconds[first];
    this.player.clip = { ...clip, frames: some(clip.frames), seconds: some(clip.seconds).map((at) => at - clip.seconds[first]) };
  }

  run() {
    this.player.start();
    this.player.draw();
  }

  seek(frame) {
    this.hold(() => this.player.seek(frame));
  }

  // After a pause the clock of the clip starts anew.
  resume() {
    if (this.since !== null) {
      this.player.start();
      this.since = performance.now();
    }
  }

  replay() {
    this.player.replay();
  }

  step(by) {
    this.hold(() => this.player.step(by));
  }

  hold(move) {
    if (this.player.clip) move();
  }

  faster(by) {
    byId("speed").textContent = `${this.player.faster(by)}×`;
  }

  setMirrored(mirrored) {
    this.player.mirrored = mirrored;
    byId("mirror").setAttribute("aria-pressed", String(mirrored));
    byId("views").classList.toggle("mirrored", mirrored);
    localStorage.setItem("gesture_al/mirrored", mirrored ? "yes" : "no");
    this.player.draw();
  }

  mirror() {
    this.setMirrored(!this.player.mirrored);
  }

  showGuess(guesses) {
    if (this.since !== null && this.guessShown === null) this.guessShown = Math.round(performance.now() - this.since);
    const lines = guesses.map(({ name, probability }) =>
      element(
        "li",
        {},
        element("span", {}, name),
        element("progress", { max: 1, value: probability }),
        element("span", {}, percent(probability)),
      ),
    );
    fill(
      byId("guess"),
      lines.length ? element("ol", {}, ...lines) : element("p", { class: "empty" }, "No model has looked at this clip yet."),
    );
  }
}
