// The learning curve: macro-F1 with its interval, against what it cost.

import { drawn } from "/shared/dom.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [28, 8, 14, 22];

// `by` is `labels` or `minutes`; `size` is what there is room for, in pixels.
export function curve(rounds, by, threshold, [width, height]) {
  const points = rounds.filter((round) => round.score !== null);
  const most = Math.max(1e-9, ...points.map((point) => point[by]));
  const least = Math.min(...points.map((point) => point[by]));
  const from = points.length > 1 && by === "labels" ? least : 0;
  const x = (value) => LEFT + ((value - from) / Math.max(1e-9, most - from)) * (width - LEFT - RIGHT);
  const y = (score) => TOP + (1 - score) * (height - TOP - BOTTOM);
  const sure = points.filter((point) => point.low !== null);
  const path = (key, which) => which.map((point) => `${x(point[by]).toFixed(1)},${y(point[key]).toFixed(1)}`);
  const ticks = [0, 0.5, 1].map((score) => [
    drawn("path", { class: "axis", d: `M${LEFT},${y(score)}H${width - RIGHT}` }),
    drawn("text", { x: LEFT - 5, y: y(score) + 4, "text-anchor": "end" }, String(score)),
  ]);
  const unit = by === "labels" ? "labels" : "minutes";
  const number = (value) => (by === "labels" ? String(value) : value.toFixed(1));
  const shape = [
    ...sure.map((point) => drawn("path", { class: "bar", d: `M${x(point[by])},${y(point.low)}V${y(point.high)}` })),
    drawn("polygon", { class: "band", points: [...path("high", sure), ...path("low", sure).reverse()].join(" ") }),
    drawn("polyline", { class: "curve", points: path("score", points).join(" ") }),
    ...points.map((point) =>
      drawn("circle", { class: "point", cx: x(point[by]), cy: y(point.score), r: 3 }, drawn("title", {}, described(point))),
    ),
  ];
  return drawn(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Macro-F1 by ${unit}: ${points.map(described).join("; ")}` },
    ...ticks.flat(),
    threshold === null ? null : drawn("path", { class: "target", d: `M${LEFT},${y(threshold)}H${width - RIGHT}` }),
    threshold === null ? null : drawn("text", { x: width - RIGHT, y: y(0) - 6, "text-anchor": "end" }, `dashed: the target, ${threshold}`),
    ...shape,
    drawn("text", { x: LEFT, y: height - 6 }, number(from)),
    drawn("text", { x: width - RIGHT, y: height - 6, "text-anchor": "end" }, `${number(most)} ${unit}`),
  );
}

// Its interval in words; none where the clips are too few for one.
export function interval({ low, high }) {
  return low === null ? "too few clips for an interval" : `${low.toFixed(2)} to ${high.toFixed(2)}`;
}

function described(point) {
  const { round, score, labels, minutes } = point;
  return `round ${round}: ${score.toFixed(2)} (${interval(point)}) at ${labels} labels, ${minutes.toFixed(1)} minutes`;
}
