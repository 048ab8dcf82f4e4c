// The panel of results: the last score with its interval, the learning curve, and the confusion matrix.

import { byId, element, fill } from "/shared/dom.js";
import { curve, interval } from "./curve.js";

const VIEWS = { "by-labels": "labels", "by-minutes": "minutes", "by-confusion": "confusion" };
const ON = { test: "test clips", audit: "audit clips" };

export class Learned {
  constructor(about, onCell) {
    this.about = about;
    this.onCell = onCell;
    this.view = "labels";
    this.shown = "";
    new ResizeObserver(() => this.state && this.draw(this.state)).observe(byId("learned"));
    for (const [id, view] of Object.entries(VIEWS)) {
      byId(id).addEventListener("click", () => {
        this.view = view;
        for (const other of Object.keys(VIEWS)) byId(other).setAttribute("aria-pressed", String(other === id));
        this.draw(this.state);
      });
    }
  }

  draw(state) {
    this.state = state;
    const { rounds, confusion, classes } = state;
    const names = classes.map(({ name }) => name);
    const { clientWidth, clientHeight } = byId("learned");
    /** @type {[number, number]} */
    const size = [Math.max(160, clientWidth), Math.max(90, clientHeight)];
    const key = JSON.stringify([this.view, rounds, confusion, names, size]);
    if (key === this.shown) return;
    this.shown = key;
    const scored = rounds.filter((round) => round.score !== null);
    this.drawScore(scored.at(-1), rounds.length);
    byId("by-confusion").disabled = !confusion;
    if (!scored.length) fill(byId("learned"), element("p", { class: "empty" }, this.beginning(rounds.length)));
    else if (this.view === "confusion" && confusion) fill(byId("learned"), matrix(confusion, names, this.onCell));
    else fill(byId("learned"), curve(scored, this.view === "minutes" ? "minutes" : "labels", this.about.threshold, size));
  }

  beginning(rounds) {
    if (rounds) return "The score comes with the first audit clips: random ones, whose answers the model never learns from.";
    return "The curve begins when the first model is trained. It shows how good the model is, and how sure that is.";
  }

  drawScore(last, rounds) {
    const text = !last
      ? [rounds ? "No score yet" : "No model yet"]
      : [element("b", {}, last.score.toFixed(2)), ` macro-F1, ${interval(last)} on ${last.clips} ${ON[last.on]}`];
    fill(byId("score"), text);
  }
}

function matrix({ counts, round, on }, names, onCell) {
  const most = Math.max(1, ...counts.flat());
  const cell = (count, truth, guess) => {
    const text = `${names[truth]} taken for ${names[guess]}: ${count}`;
    const button = element(
      "button",
      {
        title: text,
        "aria-label": text,
        disabled: count === 0,
        class: truth !== guess && count ? "wrong" : "",
        onclick: () => onCell(truth, guess),
      },
      count ? String(count) : "·",
    );
    if (count) button.style.backgroundColor = `rgba(var(--heat), ${(0.08 + (0.3 * count) / most).toFixed(2)})`;
    return element("td", {}, button);
  };
  return element(
    "table",
    { class: "matrix" },
    element(
      "caption",
      { class: "empty", title: "true class by row, the model's by column; a click shows the clips" },
      `round ${round}, ${ON[on]}; rows: true, columns: the model`,
    ),
    element(
      "thead",
      {},
      element("tr", {}, element("th"), ...counts.map((_, place) => element("th", { title: names[place] }, names[place]))),
    ),
    element(
      "tbody",
      {},
      ...counts.map((row, truth) =>
        element(
          "tr",
          {},
          element("th", { scope: "row", title: names[truth] }, names[truth]),
          ...row.map((count, guess) => cell(count, truth, guess)),
        ),
      ),
    ),
  );
}
