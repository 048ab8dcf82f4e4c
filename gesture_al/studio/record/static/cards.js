// The classes: how many takes there are of each, and whose turn it is.

import { byId, element, fill } from "/shared/dom.js";

export class Cards {
  constructor(recorder, onRemove) {
    this.recorder = recorder;
    this.onRemove = onRemove;
    this.node = byId("cards");
    this.drawn = "";
  }

  draw() {
    const { classes, chosen, state } = this.recorder;
    const drawn = JSON.stringify([classes, chosen, state === "choose"]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.name : null;
    fill(
      this.node,
      classes.map((one, place) => this.card(one, place, one.name === chosen, state !== "choose")),
    );
    if (focused) this.node.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
    this.node.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest" });
  }

  card({ name, count, target, none }, place, isChosen, isBusy) {
    const note = none ? "ordinary movement" : "";
    const choose = element(
      "button",
      { class: "choose", "aria-pressed": String(isChosen), "data-name": name, disabled: isBusy, onclick: () => this.recorder.choose(name) },
      element("kbd", {}, place < 9 ? String(place + 1) : ""),
      element("span", { class: "name" }, name, note && element("small", {}, note)),
      element("span", { class: count >= target ? "count enough" : "count" }, count >= target ? `${count} ✓` : `${count}/${target}`),
      element("progress", { max: target, value: Math.min(count, target), "aria-hidden": "true" }),
    );
    const remove = !none && count === 0 && !isBusy;
    return element(
      "div",
      { class: "card" },
      choose,
      remove &&
        element(
          "button",
          {
            class: "quiet remove",
            title: `take ${name} off the list`,
            "aria-label": `take ${name} off the list`,
            onclick: () => this.onRemove(name),
          },
          "×",
        ),
    );
  }
}
