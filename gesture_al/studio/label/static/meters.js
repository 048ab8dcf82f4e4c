// The bar of meters above: batch, labels, audit clips, pace, agreement, and answers that are not saved yet.

import { byId, element, fill } from "/shared/dom.js";

export class Meters {
  constructor(about) {
    this.about = about;
    byId("data").textContent = about.data;
    byId("synthetic").hidden = !about.synthetic;
    this.shown = "";
  }

  draw(state) {
    const { batch, audits, labels, per_minute: rate, minutes, phase } = state;
    const round = phase.round < 0 || state.rounds.length === 0 ? "Start" : `Round ${phase.round}`;
    const needed = Math.min(this.about.enough_audits, audits.all);
    const meters = [
      batch.questions
        ? meter(round, batch.answered, batch.questions, "answered of this round's clips")
        : meter(round, null, null, "what the run does now", state.finished ? "done" : (DOING[phase.name] ?? phase.name)),
      this.about.budget ? meter("Labels", labels, this.about.budget, "labels of the budget that are spent") : null,
      audits.all
        ? meter("Audit clips", audits.labelled, needed, "random clips that measure the score honestly; so many are needed before it counts")
        : null,
      meter(
        "Pace",
        null,
        null,
        "answers a minute, and minutes at work",
        rate ? `${rate.toFixed(0)}/min` : "–",
        `${minutes.toFixed(0)} min`,
        true,
      ),
      this.consistency(state.consistency),
      this.agreement(state.agreement),
    ];
    const key = meters.map((one) => one?.textContent).join("|");
    if (key !== this.shown) fill(byId("meters"), meters);
    this.shown = key;
    this.drawWork(phase);
  }

  consistency({ repeats, kappa }) {
    if (kappa === null) return null;
    return meter(
      "With yourself",
      null,
      null,
      `Cohen's kappa on ${repeats} clips that you were shown twice`,
      `κ ${kappa.toFixed(2)}`,
      "",
      true,
    );
  }

  agreement({ people, clips, same, alpha }) {
    if (alpha === null) return null;
    return meter(
      "With each other",
      null,
      null,
      `Krippendorff's alpha: ${people} people named ${same} of ${clips} clips alike`,
      `α ${alpha.toFixed(2)}`,
      "",
      true,
    );
  }

  drawWork(phase) {
    const busy = phase.steps > 0;
    byId("work").hidden = !busy;
    if (busy) byId("work-bar").style.width = `${(100 * phase.step) / phase.steps}%`;
  }

  unsaved(count, online, trouble) {
    const badge = byId("unsaved");
    badge.hidden = count === 0 && online;
    const kept = count ? `${count} not saved yet` : "no connection";
    badge.textContent = trouble ? `${kept}: ${trouble}` : online || !count ? kept : `${kept}: kept here until the server is back`;
  }
}

const DOING = {
  starting: "starting",
  training: "training",
  measuring: "measuring",
  selecting: "choosing",
  asking: "asking",
  reporting: "reporting",
};

/** @param {string | null} [text] */
function meter(name, value, of, title, text = null, small = "", lesser = false) {
  const number = text ?? String(value);
  return element(
    "div",
    { class: lesser ? "meter lesser" : "meter", title },
    element("dt", {}, name),
    element("dd", {}, number, of !== null ? element("small", {}, ` / ${of}`) : small ? element("small", {}, ` · ${small}`) : null),
    of ? element("progress", { max: of, value: Math.min(value, of), "aria-label": title }) : null,
  );
}
