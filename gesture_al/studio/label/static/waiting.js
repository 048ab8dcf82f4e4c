// The panel in the clip's place while there is none, so that the page is never blank; and why the clip that is shown is asked.

import { byId, element, fill } from "/shared/dom.js";

const WORK = {
  starting: "The run is starting",
  training: "The model is being trained on your answers",
  measuring: "The model is being measured",
  selecting: "The model is choosing what to ask",
  asking: "Looking for the next clip",
  reporting: "The report is being written",
};

export function drawWaiting(state, item, online) {
  const node = byId("waiting");
  node.hidden = Boolean(item);
  if (item || !state) return;
  const { phase, batch } = state;
  const others = batch.questions > batch.answered;
  const heading = !online
    ? "The server cannot be reached"
    : others
      ? "Somebody else has the rest of this round"
      : (WORK[phase.name] ?? phase.name);
  const left = phase.seconds_left >= 1 ? `about ${Math.ceil(phase.seconds_left)} s left` : "";
  const loss = phase.loss === undefined ? "" : `loss ${phase.loss.toFixed(2)}`;
  const hint = state.last.length ? "Meanwhile you can look again at your last decisions." : "The first question comes by itself.";
  fill(node, [
    element("h2", {}, heading),
    phase.steps ? element("progress", { max: phase.steps, value: phase.step }) : null,
    element("p", {}, [loss, left].filter(Boolean).join(" · ")),
    element("p", {}, online ? hint : "Everything that you have answered is kept; this page goes on by itself when the server is back."),
  ]);
}

// Why this clip is asked; never what the model thinks of it.
export function drawAsked(state, about, item, cancel, doing = "") {
  const node = byId("asked");
  if (!item || !state) return fill(node, []);
  const needed = Math.min(about.enough_audits, state.audits.all);
  const more = (text) => element("span", { class: "more" }, text);
  if (doing === "why") {
    fill(node, [element("b", {}, "What is wrong with this clip?"), more("then it leaves the pool")]);
  } else if (doing === "ends") {
    fill(node, [element("b", {}, "Move its ends"), more("draw the handles, then name what lies between them")]);
  } else if (item.review) {
    const current = item.currentName ? `, so far ${item.currentName}` : "";
    fill(node, [
      element("b", {}, `Looking again${current}`),
      element("button", { onclick: cancel }, element("kbd", {}, "Esc"), "leave it so"),
    ]);
  } else if (item.revises) {
    fill(node, [element("b", {}, "Taken back"), more("name it again")]);
  } else if (item.purpose === "audit") {
    fill(node, [
      element("b", {}, `Audit clip ${Math.min(state.audits.labelled + 1, needed)} of ${needed}`),
      more("drawn at random to measure; the model never learns from it"),
    ]);
  } else if (item.purpose === "start") {
    fill(node, [element("b", {}, "To begin with"), more("random clips, until every class has a few labels")]);
  } else {
    fill(node, [element("b", {}, "The model asks"), more(`chosen by ${about.strategy}`)]);
  }
}
