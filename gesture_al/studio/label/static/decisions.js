// The last ten decisions: those that the server knows, with what is still on its way laid over them.

import { element, fill } from "/shared/dom.js";

const WORDS = { unsure: "unsure", skip: "skipped", bad: "bad clip" };
const MOST = 10;

export class Decisions {
  constructor(list, onRevise) {
    Object.assign(this, { list, onRevise });
    this.known = [];
    // Deeds that the server has, but not yet the state that it sent last.
    this.settling = [];
    this.shown = "";
  }

  // A new state; what it contains need not be laid over it any more.
  take(state) {
    this.known = state.last;
    this.settling = this.settling.filter((deed) => deed.version > state.version);
  }

  settle(deed, version) {
    this.settling.push({ ...deed, version });
  }

  // Newest first; `pending` are deeds that nobody has acknowledged.
  merged(pending) {
    let found = this.known.map((one) => ({ ...one }));
    const lay = (deed, unsaved) => {
      const { path, fields } = deed;
      if (path === "undo") found = found.filter((one) => one.uuid !== fields.undoes);
      if (path === "answer" && !found.some((one) => one.uuid === fields.uuid)) {
        found = found.filter((one) => one.handle !== fields.handle);
        found.unshift({ ...fields, name: fields.name ?? null, audit: fields.purpose === "audit", moved: fields.start !== undefined, unsaved });
      }
    };
    this.settling.forEach((deed) => lay(deed, false));
    pending.forEach((deed) => lay(deed, true));
    return found.slice(0, MOST);
  }

  draw(pending) {
    const found = this.merged(pending);
    const key = JSON.stringify(found);
    if (key === this.shown) return;
    this.shown = key;
    fill(
      this.list,
      found.length
        ? found.map((one, place) => element("li", {}, this.button(one, place)))
        : [element("li", { class: "empty" }, "Your answers appear here; a click corrects one.")],
    );
  }

  button(one, place) {
    const said = one.operation === "label" ? one.name : one.reason || WORDS[one.operation];
    const mark = one.unsaved ? "…" : one.operation === "label" ? "✓" : "–";
    const kind = [one.operation === "label" ? "" : "other", one.unsaved ? "pending" : "", place === 0 ? "fresh" : ""];
    return element(
      "button",
      { class: kind.join(" ").trim(), title: "look at it again, or correct it", onclick: () => this.onRevise(one) },
      element("span", { class: "mark", "aria-hidden": "true" }, mark),
      element("span", { class: "name" }, said ?? "?"),
      one.moved ? element("small", { title: "its ends were moved" }, "recut") : null,
      one.audit ? element("small", {}, "audit") : null,
    );
  }
}
