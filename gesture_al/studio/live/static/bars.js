// How likely each class is, and how likely it must be to fire.

import { byId, element, fill, percent } from "/shared/dom.js";
import { post } from "/shared/net.js";

const SHOWN = 1500;

export class Bars {
  constructor(about) {
    this.rows = about.classes.map(({ name, limit }, place) => {
      const bar = element("i", { class: "fill" });
      const mark = limit === null ? null : element("i", { class: "mark" });
      const value = element("span", { class: "value" });
      const node = element(
        "li",
        { class: limit === null ? "none" : "" },
        element("span", { class: "name", title: name }, name),
        element("span", { class: "track" }, bar, mark),
        value,
      );
      return { name, limit, bar, mark, value, node, place };
    });
    byId("bars").classList.toggle("many", this.rows.length > 8);
    fill(
      byId("bars"),
      this.rows.map(({ node }) => node),
    );
    const slider = byId("threshold");
    [slider.min, slider.max] = about.range;
    slider.value = about.threshold;
    slider.addEventListener("input", () => this.move(Number(slider.value)));
    // The keys of the page are not for the slider only.
    slider.addEventListener("change", () => slider.blur());
    this.mark(
      about.threshold,
      about.classes.map(({ limit }) => limit),
    );
    this.clear();
  }

  show(smoothed) {
    this.rows.forEach((row, place) => {
      row.bar.style.transform = `scaleX(${smoothed[place]})`;
      row.value.textContent = percent(smoothed[place]);
      row.node.classList.toggle("above", row.limit !== null && smoothed[place] >= row.limit);
    });
  }

  clear() {
    this.show(this.rows.map(() => 0));
    this.rows.forEach(({ value }) => (value.textContent = ""));
  }

  fired(name) {
    const { node } = this.rows.find((row) => row.name === name);
    node.classList.add("fired");
    clearTimeout(node.timer);
    node.timer = setTimeout(() => node.classList.remove("fired"), SHOWN);
  }

  // While the slider is dragged the last place counts, not every one on the way.
  async move(threshold) {
    byId("threshold-value").textContent = percent(threshold);
    this.wanted = threshold;
    if (this.moving) return;
    this.moving = true;
    while (this.wanted !== null) {
      const [now] = [this.wanted, (this.wanted = null)];
      const reply = await post("/threshold", { threshold: now }).catch(() => null);
      if (reply) this.mark(this.wanted ?? now, reply.limits);
    }
    this.moving = false;
  }

  mark(threshold, limits) {
    byId("threshold-value").textContent = percent(threshold);
    this.rows.forEach((row) => {
      if (!row.mark) return;
      row.limit = limits[row.place];
      row.mark.style.left = `${100 * row.limit}%`;
      row.mark.title = `fires from ${percent(row.limit)}`;
    });
  }
}
