// The dialogs over the page: the beginning, the keys, a pause, a new class, a cell of the matrix, the end.

import { byId, element, fill } from "/shared/dom.js";
import { Player } from "/shared/player.js";
import { interval } from "./curve.js";

const KEYS = [
  ["1 - 9", "name it, and on to the next"],
  ["u", "unsure: asked again later"],
  ["s", "skip"],
  ["x", "bad clip: then 1 cut wrong, 2 two gestures, 3 no hand, x just bad"],
  ["x e", "move its ends, where its recording is kept; then name it"],
  ["z", "undo, as often as you like"],
  ["space", "replay"],
  [", .", "a frame back, a frame on"],
  ["[ ]", "slower, faster"],
  ["m", "mirror"],
  ["g", "show the model's guess"],
  ["n", "new class, or rename one"],
  ["b", "grid of twelve clips"],
  ["/", "filter the classes, if they are many"],
  ["?", "these keys"],
  ["Esc", "pause"],
];

export class Dialogs {
  constructor(about, { onClose }) {
    this.about = about;
    this.onClose = onClose;
    this.node = byId("dialog");
    this.kind = "";
    this.players = [];
    // Every dialog says itself what Escape does.
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.escape?.();
    });
    // A browser may close one without asking when Escape is pressed again and again.
    this.node.addEventListener("close", () => {
      if (this.node.open || !this.kind) return;
      if (this.lasting) this.node.showModal();
      else this.close();
    });
  }

  get open() {
    return this.node.open;
  }

  close() {
    this.players.forEach((player) => player.stop());
    this.players = [];
    this.kind = "";
    this.node.close();
    this.onClose();
  }

  // `lasting` ones stay, since there is nothing left behind them.
  show(kind, title, children, { escape = () => this.close(), focus = ".strong", lasting = false } = {}) {
    if (this.node.open) this.close();
    this.kind = kind;
    this.escape = escape;
    this.lasting = lasting;
    fill(this.node, [element("h1", { id: "dialog-title" }, title), ...children]);
    this.node.showModal();
    this.node.querySelector(focus)?.focus();
  }

  button(text, onclick, strong = false, key = "") {
    return element("button", { class: strong ? "strong" : "", onclick }, text, key ? element("kbd", {}, key) : null);
  }

  begin(state, annotator, onName) {
    const back = state.answers > 0;
    const name = element("input", { id: "name", value: annotator, maxlength: 60, placeholder: "optional", autocomplete: "name" });
    const start = () => {
      onName(name.value.trim());
      this.close();
    };
    name.addEventListener("keydown", (event) => event.key === "Enter" && start());
    const budget = this.about.budget ? `${state.labels} of ${this.about.budget} labels are given. ` : "";
    this.show(
      "begin",
      back ? "Welcome back" : "Name the gestures, teach the model",
      [
        back
          ? element("p", {}, `${budget}You go on exactly where you stopped.`)
          : element(
              "p",
              {},
              "You see short clips as moving skeletons. Press the key of the gesture that you see; the model learns from your answers and asks next what it can learn most from.",
            ),
        !this.about.audited
          ? null
          : element(
              "p",
              {},
              `Some clips are audit clips, drawn at random: the model never learns from them, so they show honestly how good it is. ${this.about.enough_audits} are enough.`,
            ),
        this.keyList(),
        element("p", { class: "empty" }, "Every answer is saved at once. You may stop whenever you like, and correct any answer later."),
        element(
          "div",
          { class: "row" },
          element("label", {}, "Your name ", name),
          this.button(back ? "Go on" : "Start", start, true, "Enter"),
        ),
      ],
      { escape: start },
    );
  }

  keys() {
    this.show("keys", "Keys", [
      this.keyList(),
      element(
        "div",
        { class: "row" },
        this.button("Close", () => this.close(), true, "Esc"),
      ),
    ]);
  }

  keyList() {
    return element(
      "dl",
      { class: "keys" },
      ...KEYS.map(([key, does]) =>
        element(
          "div",
          {},
          element("dt", {}, ...key.split(" ").map((one) => (one === "-" ? " – " : element("kbd", {}, one)))),
          element("dd", {}, does),
        ),
      ),
    );
  }

  pause(unsaved, onEnd) {
    this.show(
      "pause",
      "Paused",
      [
        element(
          "p",
          {},
          unsaved
            ? `${unsaved} answers are still on their way; they are kept in this page.`
            : "Everything is saved. The clock of the clip stands still.",
        ),
        element("p", {}, "To go on another day, end it for now and type later: ", element("code", {}, this.about.commands.go_on)),
        element(
          "div",
          { class: "row" },
          this.button("Go on", () => this.close(), true, "Enter"),
          this.button("End for now", onEnd, false, "Esc"),
        ),
      ],
      { escape: onEnd },
    );
  }

  classes(classes, onNew, onRename) {
    const name = element("input", { id: "class-name", maxlength: 60, placeholder: "its name", autocomplete: "off" });
    const renamed = element("select", { id: "renamed", "aria-label": "Class" }, ...classes.map((one) => element("option", {}, one.name)));
    const other = element("input", { id: "other-name", maxlength: 60, placeholder: "its new name", autocomplete: "off" });
    const add = () => name.value.trim() && (onNew(name.value.trim()), this.close());
    const rename = () => other.value.trim() && (onRename(renamed.value, other.value.trim()), this.close());
    name.addEventListener("keydown", (event) => event.key === "Enter" && add());
    other.addEventListener("keydown", (event) => event.key === "Enter" && rename());
    this.show(
      "classes",
      "A new class",
      [
        element("div", { class: "row" }, name, this.button("Add", add, true, "Enter")),
        element("p", { class: "empty" }, "Or another name for one that is there; its answers stay."),
        element("div", { class: "row" }, renamed, other, this.button("Rename", rename)),
        element(
          "div",
          { class: "row" },
          this.button("Close", () => this.close(), false, "Esc"),
        ),
      ],
      { focus: "#class-name" },
    );
  }

  cell(title, shown, clips, onRevise) {
    const tiles = shown.map(({ handle, revisable }) => {
      const canvas = element("canvas");
      const player = new Player(canvas, this.about.skeleton, { width: 2 });
      this.players.push(player);
      clips.fetch(handle).then(
        (clip) => player.show(clip),
        () => {},
      );
      const choose = () => revisable && (this.close(), onRevise({ handle, operation: "label" }));
      return element("button", { class: "tile", title: revisable ? "look at it again, or correct it" : "", onclick: choose }, canvas);
    });
    const players = this.players.splice(0);
    this.show("cell", title, [
      element(
        "p",
        { class: "empty" },
        shown.some((one) => one.revisable)
          ? "A click takes a clip back on the stage, to be corrected."
          : "Clips with labels of their own; they can only be looked at.",
      ),
      element("div", { class: "tiles" }, ...tiles),
      element(
        "div",
        { class: "row" },
        this.button("Close", () => this.close(), true, "Esc"),
      ),
    ]);
    this.players = players;
  }

  end(state, onEnd) {
    const last = state.rounds.filter((round) => round.score !== null).at(-1);
    const score = last ? `Macro-F1 ${last.score.toFixed(2)} (${interval(last)}) ` : "It cost ";
    const audits = state.audits.labelled ? ` and ${state.audits.labelled} audit clips` : "";
    const kappa = state.consistency.kappa;
    const { alpha, clips, same, people } = state.agreement;
    this.show(
      "end",
      "Done",
      [
        element("p", {}, `It ended because: ${state.finished}.`),
        element(
          "p",
          {},
          `${score}${last ? "for " : ""}${state.labels} labels${audits}, in ${Math.max(1, Math.round(state.minutes))} min of work.`,
        ),
        kappa === null
          ? null
          : element(
              "p",
              {},
              `Shown ${state.consistency.repeats} clips twice, you agreed with yourself with a kappa of ${kappa.toFixed(2)} (1 is always).`,
            ),
        alpha === null
          ? null
          : element(
              "p",
              {},
              `${people} people named ${same} of ${clips} clips alike, a Krippendorff's alpha of ${alpha.toFixed(2)} (1 is always).`,
            ),
        element("p", {}, "The report tells the whole story. To use what was learned on a camera:"),
        element("p", {}, element("code", {}, this.about.commands.export)),
        element("p", {}, element("code", {}, "gesture-al live --browser model=models/my-gestures")),
        element("p", { class: "empty" }, "Everything stays in ", element("code", {}, this.about.run)),
        element(
          "div",
          { class: "row" },
          element("a", { class: "strong", href: "/report", target: "_blank", id: "report" }, "Open the report"),
          this.button("Close the session", onEnd),
        ),
      ],
      { escape: () => {}, focus: "#report", lasting: true },
    );
  }

  // The session is over for now, or for good.
  over(title, text, command) {
    this.show("over", title, [element("p", {}, text), command ? element("p", {}, "Go on with: ", element("code", {}, command)) : null], {
      escape: () => {},
      lasting: true,
    });
  }
}
