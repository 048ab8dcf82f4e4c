// What lies over the page: keys, a new gesture, who is recorded, another tab, the end.

import { byId, element, fill } from "/shared/dom.js";

const KEYS = [
  ["1 - 9", "choose what to record; so do ↑ and ↓"],
  ["space", "one take: count-in, recording, a look at it"],
  ["s", "a series: each take asks for something else, good ones are kept by themselves"],
  ["f", "record freely; ↵ ends it"],
  ["↵", "the likeliest: keep a good take, repeat a bad one"],
  ["r k ⌫", "once more, keep anyway, discard"],
  ["esc", "cancel"],
  ["u", "undo: remove what was kept last, from the disk too"],
  ["n w", "a new gesture; who is recorded"],
  ["l", "go on to label"],
  ["q", "done for now"],
];

export class Dialogs {
  constructor() {
    this.node = byId("dialog");
    this.kind = "";
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!this.lasting) this.close();
    });
    // A browser may close one without asking when Escape is pressed again and again.
    this.node.addEventListener("close", () => this.lasting && this.kind && !this.node.open && this.node.showModal());
  }

  get open() {
    return this.node.open;
  }

  close() {
    this.kind = "";
    this.node.close();
  }

  // `lasting` ones stay until whoever showed them closes them.
  show(kind, title, children, { lasting = false, focus = ".strong" } = {}) {
    if (this.kind === kind) return;
    if (this.node.open) this.close();
    this.kind = kind;
    this.lasting = lasting;
    fill(this.node, [element("h1", { id: "dialog-title" }, title), ...children]);
    this.node.showModal();
    this.node.querySelector(focus)?.focus();
  }

  button(text, onclick, strong = false, key = "") {
    return element("button", { class: strong ? "strong" : "", onclick }, text, key ? element("kbd", {}, key) : null);
  }

  row(...children) {
    return element("div", { class: "row" }, ...children);
  }

  keys() {
    const list = element(
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
    this.show("keys", "Keys", [list, this.row(this.button("Close", () => this.close(), true, "esc"))]);
  }

  // A field whose text `onText` takes; what it throws is said beside it.
  ask(kind, title, message, value, onText) {
    const field = element("input", { id: "field", maxlength: 80, value, autocomplete: "off", "aria-labelledby": "dialog-title" });
    const trouble = element("p", { class: "trouble", role: "alert" });
    const take = async () => {
      const text = field.value.trim();
      if (!text) return;
      try {
        await onText(text);
        this.close();
      } catch (error) {
        trouble.textContent = error.message || "The recorder does not answer; try again.";
      }
    };
    field.addEventListener("keydown", (event) => event.key === "Enter" && take());
    this.show(
      kind,
      title,
      [
        element("p", {}, message),
        this.row(
          field,
          this.button("OK", take, true, "↵"),
          this.button("Cancel", () => this.close(), false, "esc"),
        ),
        trouble,
      ],
      { focus: "#field" },
    );
    field.select();
  }

  elsewhere(onTakeOver) {
    this.show(
      "elsewhere",
      "The recorder is open in another tab",
      [
        element("p", {}, "Only one page can record at a time. Close the other one, or record here instead."),
        this.row(this.button("Record here instead", onTakeOver, true, "↵")),
      ],
      { lasting: true },
    );
  }

  preparing() {
    this.show(
      "preparing",
      "Your clips are being prepared",
      [element("p", {}, "In a few seconds this page asks you about the first one."), element("progress", { "aria-label": "Preparing" })],
      { lasting: true },
    );
  }

  refused(why, onStay) {
    this.show("refused", "Not enough to label yet", [element("p", {}, why), this.row(this.button("Go on recording", onStay, true, "↵"))], {
      lasting: true,
    });
  }

  // The recorder is closed.
  over(title, message, commands) {
    this.show(
      "over",
      title,
      [element("p", {}, message), ...commands.map(([text, command]) => element("p", {}, text, " ", element("code", {}, command)))],
      { lasting: true },
    );
  }
}
