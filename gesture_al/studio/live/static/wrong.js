// "That was wrong": the last seconds of joints go to the head of the pool, or, if a person says at once what it was, to that class.

import { byId, element, fill } from "/shared/dom.js";
import { post } from "/shared/net.js";

const OFFERED = 12000; // Milliseconds in which the digits name the clip.
const KEYS = "123456789";

export class Wrong {
  constructor(about, tab) {
    this.about = about;
    this.tab = tab;
    this.clip = null;
    this.kept = about.kept;
    this.names = about.classes.filter(({ folder }) => folder).map(({ name }) => name);
    byId("wrong").addEventListener("click", () => this.mark());
    this.rest();
    this.count();
  }

  // A picture was looked at.
  update({ kept, unsure }) {
    byId("wrong").disabled = false;
    if (unsure) this.say("It was unsure just now: kept, to be asked about.");
    if (kept === this.kept) return;
    this.kept = kept;
    this.count();
  }

  async mark() {
    if (byId("wrong").disabled) return;
    let reply;
    try {
      reply = await post("/wrong", { tab: this.tab() });
    } catch (error) {
      this.say(error.message || "The recogniser is not running.", "trouble");
      return;
    }
    this.clip = reply.clip;
    this.kept = reply.kept;
    this.count();
    const buttons = this.names.map((name, place) =>
      element("button", { onclick: () => this.name(name) }, KEYS[place] ? element("kbd", {}, KEYS[place]) : null, name),
    );
    fill(byId("really"), [
      element("p", {}, element("b", {}, "Kept."), " Asked about first. Or say what it was:"),
      element("div", { class: "names" }, ...buttons),
    ]);
    this.later(OFFERED);
  }

  // Whether the key was one of those on offer.
  key(key) {
    const name = this.names[KEYS.indexOf(key)];
    if (this.clip === null || name === undefined) return false;
    this.name(name);
    return true;
  }

  async name(name) {
    const { clip } = this;
    this.clip = null;
    try {
      await post("/name", { clip, name });
      this.say(`Kept as ${name}.`);
    } catch (error) {
      this.say(error.message || "The recogniser is not running; the clip is kept without a class.", "trouble");
    }
  }

  say(text, kind = "") {
    this.clip = null;
    fill(byId("really"), element("p", { class: kind }, text));
    this.later(4000);
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(), milliseconds);
  }

  rest() {
    this.clip = null;
    fill(
      byId("really"),
      element("p", { class: "empty" }, "The last 3 seconds of joints go to the pool, and are asked about first. No picture is kept."),
    );
  }

  count() {
    const { kept, about } = this;
    fill(byId("kept"), kept ? [`${kept} clip${kept === 1 ? "" : "s"} kept. To name them: `, element("code", {}, about.command)] : []);
  }
}
