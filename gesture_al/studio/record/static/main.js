// The recorder: a recorder before the camera, what the server says of itself, and what is shown of both.

import { Camera } from "/shared/camera.js";
import { CameraPanel } from "/shared/camera_panel.js";
import { byId } from "/shared/dom.js";
import { get, post } from "/shared/net.js";
import { Recorder } from "./recorder.js";
import { Cards } from "./cards.js";
import { Controls } from "./controls.js";
import { TakeUpload } from "./take_upload.js";
import { TakeStore } from "./take_store.js";
import { Dialogs } from "./dialogs.js";
import { Ending } from "./ending.js";
import { Replay } from "./replay.js";
import { Lease } from "./lease.js";
import { Side } from "./side.js";
import { Stage } from "./stage.js";
import { canRecord } from "./take_encoder.js";

const about = await get("/about");
byId("folder").textContent = `into ${about.folder}`;

/** @type {any} */
let state = null;
let hasLease = false;
let online = true;
let unsaved = "";

const dialogs = new Dialogs();
const lease = new Lease(onState, () => {
  online = false;
  draw();
});
const camera = new Camera(byId("live"), { onTrouble: onCameraTrouble, onList: showCameras });
const panel = new CameraPanel(byId("cameras"), byId("trouble"), openCamera);
const store = new TakeStore(about.id);
const upload = new TakeUpload(store, lease.tab, (why) => {
  unsaved = why;
  draw();
});
const replay = new Replay(about.skeleton);
/** @type {any} */
let recorder = null;
recorder = new Recorder(about, { camera, upload, store, replay, onChange: () => recorder && draw(), onState });
const stage = new Stage(about);
const side = new Side(about);
const cards = new Cards(recorder, (name) => change("/unclass", { name }));
const controls = new Controls(recorder, { openCamera: () => openCamera(), warm: () => change("/warm", {}) });
const ending = new Ending(about, { dialogs, lease, onStay: goOnRecording });

// What the server says

async function onState(now) {
  if (ending.gone) return;
  state = now;
  online = true;
  recorder.offer(now.classes);
  if (now.has_lease !== hasLease) {
    hasLease = now.has_lease;
    if (hasLease) await begin();
    else interrupted();
  }
  if (!hasLease) dialogs.elsewhere(() => lease.beat(true));
  draw();
}

async function begin() {
  if (dialogs.kind === "elsewhere") dialogs.close();
  openCamera();
  recorder.resume();
}

function interrupted() {
  recorder.interrupt("This take was given up: the recorder was opened in another tab");
  camera.close();
}

// What the server is asked to change; what it refuses is said in the line below the picture.
async function change(path, fields) {
  try {
    onState(await post(path, { ...fields, tab: lease.tab }));
    return true;
  } catch (error) {
    recorder.say(error.message || "The recorder does not answer; try again.", "bad");
    return false;
  }
}

// The camera

async function openCamera(id) {
  if (!canRecord() && window.isSecureContext) return recorder.say("This browser cannot record video; use a newer one.", "bad");
  panel.show(null);
  recorder.interrupt("The take that was running is lost: another camera was chosen");
  try {
    await camera.open(id);
  } catch (trouble) {
    panel.show(trouble);
  }
  draw();
}

function onCameraTrouble(trouble) {
  panel.show(trouble);
  if (trouble) recorder.interrupt("The take that was running is lost: the camera has gone");
  draw();
}

function showCameras(cameras) {
  panel.cameras(cameras, camera.id);
  byId("the-camera").textContent = cameras.length < 2 ? camera.name : "";
}

// What is shown

function draw() {
  if (!state) return;
  stage.draw(recorder, state);
  cards.draw();
  controls.draw(state);
  const isBusy = recorder.state !== "choose";
  side.draw(state, isBusy);
  byId("add").disabled = byId("who").disabled = byId("open-end").disabled = isBusy;
  byId("who").textContent = `${recorder.subject} · ${about.session}`;
  const away = online ? "" : "The recorder does not answer: was it closed in the terminal? Start it again.";
  const why = unsaved || away;
  byId("unsaved").hidden = !why;
  byId("unsaved").textContent = unsaved ? `Not saved yet: ${unsaved} This take is kept in the browser and sent again.` : why;
}

function tick() {
  stage.tick(recorder);
  requestAnimationFrame(tick);
}

// What can be done, beside recording

const idle = (does) => () => recorder.state === "choose" && (does(), true);
const actions = {
  n: idle(() => dialogs.ask("class", "Another gesture", "A name, as you would call it.", "", addClass)),
  w: idle(() =>
    dialogs.ask(
      "who",
      "Who is recorded?",
      "A word for the person before the camera. Different people are kept apart when the recogniser is tested.",
      recorder.subject,
      nameSubject,
    ),
  ),
  u: idle(() => state.last.length && undo()),
  l: idle(() => !byId("go-on").disabled && leave(true)),
  q: idle(() => leave(false)),
  "?": () => (dialogs.keys(), true),
  ArrowDown: () => recorder.step(1),
  ArrowUp: () => recorder.step(-1),
};
for (const [id, key] of Object.entries({ add: "n", who: "w", undo: "u", "go-on": "l", "open-end": "q", "open-keys": "?" }))
  byId(id).addEventListener("click", actions[key]);
controls.attach(actions, () => dialogs.open || !hasLease);

async function addClass(name) {
  onState(await post("/class", { name, tab: lease.tab }));
  recorder.choose(name);
}

function nameSubject(name) {
  if (/[/\\:*?"<>|]|^\.|[. ]$/.test(name))
    throw new Error("It becomes part of a file's name: letters, digits, spaces and hyphens, please.");
  recorder.subject = name;
  localStorage.setItem("gesture_al/subject", name);
  draw();
}

async function undo() {
  const [{ uuid, name }] = state.last;
  if (await change("/undo", { uuid })) recorder.say(`Removed ${name}`);
}

async function leave(label) {
  try {
    await ending.leave(label);
    camera.close();
  } catch (error) {
    recorder.say(error.message || "The recorder does not answer; try again.", "bad");
  }
}

function goOnRecording() {
  openCamera();
  lease.beat();
}

addEventListener("beforeunload", (event) => recorder.take && unsaved && event.preventDefault());
lease.beat();
requestAnimationFrame(tick);
