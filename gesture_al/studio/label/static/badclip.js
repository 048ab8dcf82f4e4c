// The panel after `x`: why the clip is bad, or, where its recording is kept, other ends for it. Nothing is covered and nothing
// waits: the clip goes on playing, and every other answer may still be given.

import { byId, element, fill, source } from "/shared/dom.js";
import { Ends } from "./ends.js";

export const REASONS = ["cut wrong", "two gestures", "no hand"];

export class BadClip {
  // `onAnswer` gets a reason and how it was given; `onChange`: something else is to be done now.
  constructor(stage, { onAnswer, onChange, onTrouble }) {
    this.stage = stage;
    this.onAnswer = onAnswer;
    this.onChange = onChange;
    this.onTrouble = onTrouble;
    this.node = byId("bad-clip");
    this.ends = new Ends(stage, () => this.draw());
    // Nothing, "why" or "ends".
    this.mode = "";
    stage.onShow = () => this.turn("");
  }

  // `x`, and `x` again.
  press(by) {
    if (this.mode === "why") this.onAnswer("", by);
    else if (this.stage.item && this.stage.isAnswerable) this.turn("why");
  }

  // Esc: everything is as it was.
  leave() {
    this.turn("");
  }

  async moveEnds() {
    const { item } = this.stage;
    if (this.mode !== "why" || !this.stage.clip?.movable) return;
    if (!(await this.ends.open(item)))
      return this.stage.item === item && this.onTrouble("The recording around this clip cannot be had at the moment.");
    this.turn("ends");
  }

  turn(mode) {
    if (mode !== "ends") this.ends.close();
    if (mode === this.mode) return;
    this.mode = mode;
    byId("bad").setAttribute("aria-expanded", String(mode === "why"));
    byId("main").classList.toggle("cutting", mode === "ends");
    byId("main").classList.toggle("why", mode === "why");
    this.node.hidden = !mode;
    this.node.className = `panel ${mode}`;
    this.node.setAttribute("aria-label", mode === "ends" ? "Move the ends of the clip" : "Why the clip is bad");
    this.draw();
    this.onChange();
  }

  draw() {
    if (this.mode === "why") fill(this.node, this.why());
    if (this.mode === "ends") this.drawEnds();
  }

  why() {
    const reasons = REASONS.map((reason, place) => button(place + 1, reason, (event) => this.onAnswer(reason, source(event))));
    return [
      ...reasons,
      button("x", "just bad", (event) => this.onAnswer("", source(event))),
      this.stage.clip?.movable ? button("e", "move ends", () => this.moveEnds(), { class: "strong" }) : null,
      button("Esc", "not bad", () => this.leave()),
    ];
  }

  drawEnds() {
    // The buttons stay, or one that is pressed again and again would go away under the finger.
    if (!this.node.querySelector(".nudge")) {
      fill(this.node, [
        this.nudges("start", "←", "→"),
        this.nudges("end", "⇧ ←", "⇧ →"),
        element("output", { id: "lasts", "aria-live": "off" }),
        button("0", "as it came", () => this.ends.reset()),
        button("Esc", "leave it", () => this.leave()),
      ]);
    }
    byId("lasts").textContent = `${this.ends.seconds.toFixed(2)} s`;
  }

  nudges(which, back, on) {
    const nudge = (key, by, says) =>
      element(
        "button",
        {
          class: "nudge",
          "aria-label": `${which} a frame ${says}`,
          title: `${which} a frame ${says}`,
          onclick: () => this.ends.move(which, by),
        },
        element("kbd", {}, key),
      );
    return element("span", { class: "nudges" }, which, nudge(back, -1, "earlier"), nudge(on, 1, "later"));
  }

  // Keys that mean something else meanwhile; false: nothing.
  key(key, event) {
    if (this.mode === "why") {
      if (REASONS[key - 1]) this.onAnswer(REASONS[key - 1], "keys");
      else if (key === "Enter") this.onAnswer("", "keys");
      else if (key === "e") this.moveEnds();
      // A class is not what was asked for: nothing is named by accident.
      else return key.length === 1;
      return true;
    }
    if (this.mode !== "ends") return false;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (by) this.ends.move(this.ends.focused ?? (event?.shiftKey ? "end" : "start"), by);
    else if (key === "0") this.ends.reset();
    else return false;
    return true;
  }
}

const button = (key, text, onclick, attributes = {}) =>
  element("button", { "aria-keyshortcuts": key, onclick, ...attributes }, element("kbd", {}, String(key)), text);
