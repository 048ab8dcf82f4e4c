// The page: what the parts are and how they hang together.

import { Classes } from "/static/classes.js";
import { Clips } from "/static/clips.js";
import { Decisions } from "/static/decisions.js";
import { Dialogs } from "/static/dialogs.js";
import { byId, element, fill, percent, source } from "/static/dom.js";
import { Grid } from "/static/grid.js";
import { listen } from "/static/keys.js";
import { Learned } from "/static/learned.js";
import { Meters } from "/static/meters.js";
import { follow, get, post } from "/static/net.js";
import { Outbox } from "/static/outbox.js";
import { Questions } from "/static/questions.js";
import { Stage } from "/static/stage.js";
import { drawAsked, drawWaiting } from "/static/waiting.js";

const AFTER = 1600;
const about = await get("/about");
document.title = `${about.data} · gesture_al`;

const tab = (sessionStorage.tab ??= crypto.randomUUID());
const place = `gesture_al/annotator/${about.id}`;
let annotator = localStorage.getItem(place) ?? about.annotator;
let state = null;
let online = true;
let over = false;
let gone = false;

const clips = new Clips();
const stage = new Stage(about, clips);
const meters = new Meters(about);
const questions = new Questions(tab, clips, onQuestions);
const grid = new Grid(about, clips, toggleGrid);
const classes = new Classes(byId("classes"), byId("filter"), (name, by) => answer("label", by, name));
const decisions = new Decisions(byId("last"), revise);
const learned = new Learned(about, openCell);
const dialogs = new Dialogs(about, { onClose: () => stage.resume() });
const outbox = new Outbox(about.id, { onChange: drawOutbox, onReply, onRefused });

// What people do

function answer(operation, by, name = null) {
  const fields = { operation, ...(name === null ? {} : { name }), tab, annotator };
  if (grid.open) {
    const chosen = grid.chosen();
    for (const { item, account } of chosen) give(item, { ...fields, ...account, source: "grid" });
    if (!chosen.length) tell("Choose one or more clips first.");
  } else if (stage.item && stage.seen) {
    give(stage.item, { ...fields, ...stage.account(), source: by });
  } else {
    return true;
  }
  if (name !== null) classes.flash(name);
  return true;
}

function give(item, fields) {
  outbox.put("answer", { uuid: crypto.randomUUID(), handle: item.handle, purpose: item.purpose, revises: Boolean(item.revises), ...fields });
  questions.leave(item.handle);
}

function undo() {
  const [last] = decisions.merged(outbox.deeds).filter((one) => one.annotator === annotator || !annotator);
  if (!last) {
    tell("There is nothing to take back.");
    return true;
  }
  outbox.put("undo", { uuid: crypto.randomUUID(), undoes: last.uuid });
  if (grid.open) toggleGrid();
  questions.put({ handle: last.handle, purpose: last.audit ? "audit" : "query", revises: true });
  tell(element("b", {}, last.operation === "label" ? last.name : last.operation), " is taken back");
  return true;
}

function revise(one) {
  if (!one.handle) return;
  if (grid.open) toggleGrid();
  questions.put({ handle: one.handle, purpose: one.audit ? "audit" : "query", revises: true, looked: true, said: one.name });
}

function leaveAsItIs() {
  questions.advance();
  questions.refill();
}

async function reveal() {
  const { item } = stage;
  if (!item || grid.open) return true;
  try {
    const { guesses } = await post("/reveal", { handle: item.handle });
    if (stage.item === item) stage.showGuess(guesses);
  } catch {
    tell("The guess cannot be had at the moment.");
  }
  return true;
}

function toggleGrid() {
  grid.toggle(ahead());
  questions.want = grid.open ? 14 : 3;
  questions.refill();
  if (!grid.open) stage.show(questions.current);
  return true;
}

function escape() {
  if (grid.open) return toggleGrid();
  if (stage.item?.looked) leaveAsItIs();
  else dialogs.pause(outbox.deeds.length, endForNow);
  return true;
}

function endForNow() {
  post("/pause", {}).catch(() => {});
  if (!state?.finished) showOver("paused");
  else dialogs.over("Done", "You can close this page.", "");
}

function newClass() {
  dialogs.classes(
    state?.classes ?? [],
    (name) => outbox.put("class", { uuid: crypto.randomUUID(), name }),
    (renamed, name) => outbox.put("rename", { uuid: crypto.randomUUID(), renamed, name }),
  );
  return true;
}

async function openCell(truth, guess) {
  const names = state.classes.map(({ name }) => name);
  const { clips: shown } = await get(`/cell?true=${truth}&predicted=${guess}`);
  dialogs.cell(truth === guess ? `${names[truth]}, recognised` : `${names[truth]}, taken for ${names[guess]}`, shown, clips, revise);
}

// What the server says

function onState(now) {
  const before = state;
  state = now;
  online = true;
  decisions.take(now);
  classes.take(now.classes);
  learned.draw(now);
  draw();
  outbox.send();
  if (before === null) begin();
  if (before && now.rounds.length > before.rounds.length) tellRound(now.rounds.at(-1));
  if (now.over?.how === "paused" || now.over?.how === "failed") return showOver(now.over.how, now.over.why);
  // It was away and is back: the session was started again.
  if (over && gone) location.reload();
  if (now.finished && dialogs.kind !== "end" && !over) {
    over = true;
    dialogs.end(now, endForNow);
  }
  const moved = !before || now.batch.questions !== before.batch.questions || now.phase.name !== before.phase.name || now.audits.all !== before.audits.all;
  if (moved || !questions.current) questions.refill();
}

function onGone() {
  online = false;
  gone = true;
  draw();
}

function onReply(deed, reply) {
  decisions.settle(deed, reply.version);
  if (deed.path === "answer") {
    questions.settled(deed.fields.handle, reply.version);
    tellAfter(deed.fields, reply);
  }
  draw();
}

function onRefused(deed, error) {
  tell(element("span", { class: "trouble" }, error.message));
  if (deed.path === "answer") questions.settled(deed.fields.handle, 0);
  questions.refill();
  draw();
}

// What is shown

function begin() {
  if (sessionStorage[`begun/${about.id}`] || state.finished) return;
  dialogs.begin(state, annotator, (name) => {
    annotator = name;
    localStorage.setItem(place, name);
    sessionStorage[`begun/${about.id}`] = "yes";
  });
}

function ahead() {
  return [questions.current, ...questions.next].filter((item) => item && !item.looked);
}

function onQuestions(other = false) {
  if (grid.open) grid.take(ahead());
  else if (other) stage.show(questions.current);
  draw();
}

function draw() {
  if (!state) return;
  meters.draw(state);
  drawAsked(state, about, questions.current, leaveAsItIs);
  drawWaiting(state, questions.current, online);
  drawOutbox();
}

function drawOutbox() {
  const { deeds, trouble } = outbox ?? { deeds: [], trouble: "" };
  meters.unsaved(deeds.length > 2 || trouble || !online ? deeds.length : 0, online, trouble);
  decisions.draw(deeds);
}

let fading;
function tell(...children) {
  fill(byId("after"), children.flat());
  byId("after").classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => byId("after").classList.remove("shown"), AFTER);
}

function tellAfter(fields, { guesses, purpose, strategy, score }) {
  const said = [element("b", {}, fields.name ?? fields.operation)];
  if (guesses.length) said.push(` · the model thought ${guesses[0].name}, ${percent(guesses[0].probability)}`);
  if (purpose === "query" && score !== null) said.push(` · asked for its ${strategy} of ${score.toFixed(2)}`);
  if (purpose === "audit") said.push(" · audit clip, for the score only");
  tell(said);
}

function tellRound(round) {
  if (round.score === null) return;
  tell(element("b", {}, `Round ${round.round}: macro-F1 ${round.score.toFixed(2)}`), ` (${round.low.toFixed(2)} to ${round.high.toFixed(2)}) at ${round.labels} labels`);
}

function showOver(how, why = "") {
  over = true;
  const command = `gesture-al label ${about.run}`;
  if (how === "paused") dialogs.over("Ended for now", "Everything is saved. This page goes on by itself when the session is started again.", command);
  else dialogs.over("The run has stopped", `${why || "Something went wrong"}. Every answer is saved.`, command);
}

// Mouse, touch and keys

const click = (id, does) => byId(id).addEventListener("click", does);
click("unsure", (event) => answer("unsure", source(event)));
click("skip", (event) => answer("skip", source(event)));
click("bad", (event) => answer("bad", source(event)));
click("undo", undo);
click("new", newClass);
click("replay", () => stage.replay());
click("back", () => stage.step(-1));
click("on", () => stage.step(1));
click("slower", () => stage.faster(-1));
click("faster", () => stage.faster(1));
click("mirror", () => stage.mirror());
click("reveal", reveal);
click("open-grid", toggleGrid);
click("open-keys", () => dialogs.keys());
click("open-pause", () => dialogs.pause(outbox.deeds.length, endForNow));

const done = (does) => () => (does(), true);
const inGrid = (event) => grid.open && grid.key(event.key);
listen(
  {
    u: () => answer("unsure", "keys"),
    s: () => answer("skip", "keys"),
    x: () => answer("bad", "keys"),
    z: undo,
    " ": (event) => inGrid(event) || (stage.replay(), true),
    ",": done(() => stage.step(-1)),
    ".": done(() => stage.step(1)),
    "[": done(() => stage.faster(-1)),
    "]": done(() => stage.faster(1)),
    m: done(() => stage.mirror()),
    g: reveal,
    n: newClass,
    b: toggleGrid,
    "?": done(() => dialogs.keys()),
    "/": () => !byId("filter").hidden && (byId("filter").focus(), true),
    Escape: escape,
    ArrowRight: inGrid,
    ArrowLeft: inGrid,
    ArrowUp: inGrid,
    ArrowDown: inGrid,
  },
  {
    isBlocked: () => dialogs.open,
    onClass: (key) => {
      const name = classes.of(key);
      return name !== undefined && answer("label", "keys", name);
    },
  },
);
addEventListener("pagehide", () => navigator.sendBeacon("/leave", new Blob([JSON.stringify({ tab })], { type: "application/json" })));

follow(onState, onGone);
