// A notice under the clip that fades by itself: what the model thought, the score of a round, an error.

import { element, fill, percent } from "/shared/dom.js";
import { interval } from "./curve.js";

const SHOWN = 1600;

export class Toast {
  constructor(node) {
    this.node = node;
  }

  show(...children) {
    fill(this.node, children.flat());
    this.node.classList.add("shown");
    clearTimeout(this.fading);
    this.fading = setTimeout(() => this.node.classList.remove("shown"), SHOWN);
  }

  trouble(text) {
    this.show(element("span", { class: "trouble" }, text));
  }

  answered({ name, operation, reason, start }, { guesses, purpose, strategy, score }) {
    const parts = [element("b", {}, name ?? operation), reason ? `: ${reason}` : "", start === undefined ? "" : ", with its ends moved"];
    if (guesses.length) parts.push(` · the model thought ${guesses[0].name}, ${percent(guesses[0].probability)}`);
    if (purpose === "query" && score !== null) parts.push(` · asked for its ${strategy} of ${score.toFixed(2)}`);
    if (purpose === "audit") parts.push(" · audit clip, for the score only");
    this.show(parts);
  }

  round(point) {
    if (point.score === null) return;
    this.show(
      element("b", {}, `Round ${point.round}: macro-F1 ${point.score.toFixed(2)}`),
      ` (${interval(point)}) at ${point.labels} labels`,
    );
  }
}
