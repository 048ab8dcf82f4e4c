// The labelling page: its controller, the state that the server sends, and what is drawn of both.

import { follow, get, post } from "/shared/net.js";
import { attach } from "./commands.js";
import { Controller } from "./controller.js";
import { Learned } from "./learned.js";
import { Meters } from "./meters.js";
import { drawAsked, drawWaiting } from "./waiting.js";

const about = await get("/about");
document.title = `${about.data} · gesture_al`;

/** @type {any} */
let state = null;
let online = true;
let over = false;
let lostServer = false;

const meters = new Meters(about);
const learned = new Learned(about, openCell);
const controller = new Controller(about, { onChange: draw, onEnd: endForNow });
const { dialogs, outbox, questions } = controller;

// States from the server

function onState(news) {
  const before = state;
  // Results of the rounds that have not changed are left out.
  const now = { ...before, ...news };
  state = now;
  online = true;
  controller.decisions.update(now);
  controller.classes.update(now.classes);
  learned.draw(now);
  draw();
  outbox.send();
  if (before === null) begin();
  if (before && now.rounds.length > before.rounds.length) controller.toast.round(now.rounds.at(-1));
  if (now.over?.how === "paused" || now.over?.how === "failed") return showOver(now.over.how, now.over.why);
  // It was away and is back: the session was started again.
  if (over && lostServer) location.reload();
  if (now.finished && dialogs.kind !== "end" && !over) {
    over = true;
    dialogs.end(now, endForNow);
  }
  const moved =
    !before ||
    now.batch.questions !== before.batch.questions ||
    now.phase.name !== before.phase.name ||
    now.audits.all !== before.audits.all;
  if (moved) questions.refill();
  else if (!questions.current) questions.refillSoon();
}

function onOffline() {
  online = false;
  lostServer = true;
  draw();
}

function begin() {
  if (sessionStorage[`begun/${about.id}`] || state.finished) return;
  dialogs.begin(state, controller.annotator, (name) => {
    controller.setAnnotator(name);
    sessionStorage[`begun/${about.id}`] = "yes";
  });
}

// Drawing

function draw() {
  if (!state) return;
  meters.draw(state);
  drawAsked(state, about, questions.current, () => controller.leaveAsItIs(), controller.badClip.mode);
  drawWaiting(state, questions.current, online);
  const { actions, trouble } = outbox;
  meters.unsaved(actions.length > 2 || trouble || !online ? actions.length : 0, online, trouble);
  controller.decisions.draw(actions);
}

async function openCell(truth, guess) {
  const names = state.classes.map(({ name }) => name);
  const { clips } = await get(`/cell?true=${truth}&predicted=${guess}`);
  const title = truth === guess ? `${names[truth]}, recognised` : `${names[truth]}, taken for ${names[guess]}`;
  dialogs.cell(title, clips, controller.clips, (one) => controller.revise(one));
}

function endForNow() {
  post("/pause", {}).catch(() => {});
  if (!state?.finished) showOver("paused");
  else dialogs.over("Done", "You can close this page.", "");
}

function showOver(how, why = "") {
  over = true;
  const command = about.commands.go_on;
  if (how === "paused")
    dialogs.over("Ended for now", "Everything is saved. This page goes on by itself when the session is started again.", command);
  else dialogs.over("The run has stopped", `${why || "Something went wrong"}. Every answer is saved.`, command);
}

attach(controller);
follow(onState, onOffline);
