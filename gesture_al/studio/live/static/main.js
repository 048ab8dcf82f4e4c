// The page: the browser's camera, what the recogniser says of it, and what a person says of that.

import { Camera } from "/shared/camera.js";
import { CameraPanel } from "/shared/camera_panel.js";
import { byId, element, fill } from "/shared/dom.js";
import { listen } from "/shared/keys.js";
import { get, post } from "/shared/net.js";
import { Overlay } from "/shared/overlay.js";
import { Bars } from "./bars.js";
import { Events } from "./events.js";
import { Speed } from "./speed.js";
import { Stream } from "./stream.js";
import { Wrong } from "./wrong.js";

const about = await get("/about");
document.title = `${about.recogniser} · gesture_al live`;
byId("recogniser").textContent = about.recogniser;
byId("synthetic").hidden = !about.synthetic;

let ended = false;
const camera = new Camera(byId("video"), { onTrouble, onList: (cameras) => panel.cameras(cameras, camera.id) });
const panel = new CameraPanel(byId("choice"), byId("notice"), open);
const overlay = new Overlay(byId("overlay"), byId("video"), about.skeleton);
const bars = new Bars(about);
const events = new Events();
const speed = new Speed();
const wrong = new Wrong(about, () => stream.tab);
const stream = new Stream(camera, { onReply, onTrouble: onStreamTrouble });

async function open(id) {
  stream.stop();
  fill(byId("notice"), element("p", {}, "Starting the camera…"));
  byId("notice").hidden = false;
  try {
    if (!(await camera.open(id)) || ended) return;
  } catch (trouble) {
    onTrouble(trouble);
    return;
  }
  panel.show(null);
  stream.start();
}

function onTrouble(trouble) {
  if (ended) return;
  panel.show(trouble);
  if (trouble) clear();
}

// No picture is recognised for now.
function clear() {
  overlay.clear();
  bars.clear();
  speed.clear();
}

function onReply(reply, { seconds }) {
  overlay.show(reply.joints);
  if (reply.smoothed) bars.show(reply.smoothed);
  if (reply.event) {
    events.fired(reply.event);
    bars.fired(reply.event.name);
  }
  wrong.update(reply);
  // What was drawn just now is on the screen with the browser's next picture.
  requestAnimationFrame(() => speed.add(performance.now() - 1000 * seconds, reply.milliseconds));
}

function onStreamTrouble(trouble) {
  if (ended) return;
  byId("notice").hidden = !trouble;
  if (!trouble) return;
  clear();
  const { text, remedy, command, act } = trouble;
  const does = act && element("button", { class: "strong", onclick: () => act.does() }, act.name);
  fill(byId("notice"), [
    element("h2", {}, text),
    element("p", {}, remedy),
    command && element("p", {}, element("code", {}, command)),
    does,
  ]);
}

async function end() {
  if (ended) return;
  ended = true;
  const idle = stream.stop();
  camera.close();
  clear();
  await idle;
  const reply = await post("/end", {}).catch(() => null);
  const dialog = byId("dialog");
  fill(dialog, [
    element("h1", { id: "dialog-title" }, "Ended"),
    element(
      "p",
      {},
      reply ? `${count(reply.events, "event")} in ${count(reply.frames, "picture")}. You can close this page.` : "You can close this page.",
    ),
    reply?.kept
      ? element(
          "p",
          {},
          `${count(reply.kept, "clip")} kept. To name what has no name yet, and train on it: `,
          element("code", {}, about.command),
        )
      : null,
  ]);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
}

const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

byId("end").addEventListener("click", end);
listen({ q: end, Escape: end, w: () => wrong.mark() }, { isBlocked: () => byId("dialog").open, onClass: (key) => wrong.key(key) });
open();
