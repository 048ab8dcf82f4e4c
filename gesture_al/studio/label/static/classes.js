// The buttons of the classes, each with its key; beyond nine they have letters, and typing filters them.

import { element, fill, source } from "/shared/dom.js";

// Letters that no command has.
const KEYS = [..."123456789acdefhijklopqrtvwy"];

export class Classes {
  constructor(node, filter, onChoose) {
    this.node = node;
    this.filter = filter;
    this.onChoose = onChoose;
    this.classes = [];
    this.shown = "";
    filter.addEventListener("input", () => this.draw());
    filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && this.visible()[0]) this.onChoose(this.visible()[0].name, "keys");
      if (event.key === "Enter" || event.key === "Escape") {
        event.stopPropagation();
        filter.value = "";
        filter.blur();
        this.draw();
      }
    });
  }

  update(classes) {
    this.classes = classes.map((one, place) => ({ ...one, key: KEYS[place] ?? "" }));
    this.draw();
  }

  // The class that a key stands for.
  of(key) {
    return this.classes.find((one) => one.key === key && key)?.name;
  }

  visible() {
    const typed = this.filter.value.trim().toLowerCase();
    return this.classes.filter(({ name }) => name.toLowerCase().includes(typed));
  }

  draw() {
    const visible = this.visible();
    const shown = JSON.stringify(visible);
    this.filter.hidden = this.classes.length <= 9;
    if (shown === this.shown) return;
    this.shown = shown;
    this.node.className = `classes ${this.classes.length <= 6 ? "few" : this.classes.length > 12 ? "many" : ""}`;
    fill(
      this.node,
      visible.map((one) => this.button(one)),
    );
  }

  button({ name, count, key }) {
    return element(
      "button",
      { "data-name": name, title: name, "aria-keyshortcuts": key || null, onclick: (event) => this.onChoose(name, source(event)) },
      key ? element("kbd", {}, key) : null,
      element("span", { class: "name" }, name),
      element("span", { class: "count", title: "labels so far" }, String(count)),
    );
  }

  // Type to filter; false where the classes are few.
  focusFilter() {
    if (this.filter.hidden) return false;
    this.filter.focus();
    return true;
  }

  // Show for a moment what was chosen.
  flash(name) {
    const button = [...this.node.children].find((child) => child.dataset.name === name);
    button?.classList.add("hit");
    setTimeout(() => button?.classList.remove("hit"), 160);
  }
}
