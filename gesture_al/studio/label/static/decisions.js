// The list of the last ten decisions: those of the server's state, with the actions still on their way laid over them.

import { element, fill } from "/shared/dom.js";

const WORDS = { unsure: "unsure", skip: "skipped", bad: "bad clip" };
const MOST = 10;

export class Decisions {
  constructor(list, onRevise) {
    this.list = list;
    this.onRevise = onRevise;
    this.saved = [];
    // Actions that the server has, but not yet the state that it sent last.
    this.acknowledged = [];
    this.shown = "";
  }

  // A new state; what it contains need not be laid over it any more.
  update(state) {
    this.saved = state.last;
    this.acknowledged = this.acknowledged.filter((action) => action.version > state.version);
  }

  acknowledge(action, version) {
    this.acknowledged.push({ ...action, version });
  }

  // Newest first; `pending` are actions that nobody has acknowledged.
  merged(pending) {
    let decisions = this.saved.map((one) => ({ ...one }));
    const lay = (action, unsaved) => {
      const { path, fields } = action;
      if (path === "undo") decisions = decisions.filter((one) => one.uuid !== fields.undoes);
      if (path === "answer" && !decisions.some((one) => one.uuid === fields.uuid)) {
        decisions = decisions.filter((one) => one.handle !== fields.handle);
        decisions.unshift({
          ...fields,
          name: fields.name ?? null,
          audit: fields.purpose === "audit",
          moved: fields.start !== undefined,
          unsaved,
        });
      }
    };
    this.acknowledged.forEach((action) => lay(action, false));
    pending.forEach((action) => lay(action, true));
    return decisions.slice(0, MOST);
  }

  draw(pending) {
    const decisions = this.merged(pending);
    const key = JSON.stringify(decisions);
    if (key === this.shown) return;
    this.shown = key;
    fill(
      this.list,
      decisions.length
        ? decisions.map((one, place) => element("li", {}, this.button(one, place)))
        : [element("li", { class: "empty" }, "Your answers appear here; a click corrects one.")],
    );
  }

  button(one, place) {
    const text = one.operation === "label" ? one.name : one.reason || WORDS[one.operation];
    const mark = one.unsaved ? "…" : one.operation === "label" ? "✓" : "–";
    const kind = [one.operation === "label" ? "" : "other", one.unsaved ? "pending" : "", place === 0 ? "fresh" : ""];
    return element(
      "button",
      { class: kind.join(" ").trim(), title: "look at it again, or correct it", onclick: () => this.onRevise(one) },
      element("span", { class: "mark", "aria-hidden": "true" }, mark),
      element("span", { class: "name" }, text ?? "?"),
      one.moved ? element("small", { title: "its ends were moved" }, "recut") : null,
      one.audit ? element("small", {}, "audit") : null,
    );
  }
}
