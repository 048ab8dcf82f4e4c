// What can be done now, by key, mouse and finger: one table for all three.

import { byId, element, fill } from "/shared/dom.js";
import { listen } from "/shared/keys.js";

const SHOWN = { " ": "space", Backspace: "⌫", Escape: "esc", Enter: "↵" };
const KEYS = [" ", "Enter", "Backspace", "Escape", "s", "f", "r", "k", "p"];

// Key, what it does in words, and how; the first is the likeliest, unless another is marked.
function offered(recorder, state, openCamera, warm) {
  const { review, series } = recorder;
  switch (recorder.state) {
    case "choose":
      if (!recorder.camera.isOpen) return [["r", "try the camera again", openCamera]];
      if (state?.eyes.state === "failed") return [["r", "try again", warm]];
      return [
        [" ", "record one take", () => recorder.record()],
        ["s", `series of ${recorder.about.takes}`, () => recorder.record({ series: true })],
        ["f", "record freely", () => recorder.record({ free: true }), state?.lacking.startsWith("a free")],
      ];
    case "count_in":
    case "recording":
      return [["Escape", "cancel", () => recorder.leave("Nothing was kept of this take")]];
    case "free":
      return [
        ["Enter", "end, and look at it", () => recorder.end()],
        ["Escape", "throw away", () => recorder.leave("Nothing was kept of it")],
      ];
    case "saving":
      // The recorder may never come back.
      return recorder.upload.trouble ? [["Backspace", "give this take up", () => recorder.leave("The take was given up")]] : [];
    case "looking":
      return [["Backspace", "discard", () => recorder.discard()]];
    case "review": {
      const keep = ["k", review.good ? "keep" : "keep anyway", () => recorder.keep()];
      const again = ["r", "once more", () => recorder.again()];
      // Where nothing moves by itself, a take is shown once.
      const see = recorder.replay.loops ? [] : [["p", "play", () => recorder.replay.start()]];
      const rest = [
        ...see,
        ["Backspace", "discard", () => recorder.discard()],
        ...(series ? [["Escape", "end the series", () => recorder.leave("The series was ended")]] : []),
      ];
      if (review.state === "broken") return [["Enter", ...again.slice(1)], ...rest];
      if (!review.good) return [["Enter", ...again.slice(1)], ...(review.clips ? [keep] : []), ...rest];
      if (recorder.keepsItself) return [["Enter", "keep now", () => recorder.keep()], [" ", "wait", () => recorder.hold()], ...rest];
      return [["Enter", "keep", () => recorder.keep()], again, ...rest];
    }
    default:
      return [];
  }
}

export class Controls {
  constructor(recorder, { openCamera, warm }) {
    this.recorder = recorder;
    this.openCamera = openCamera;
    this.warm = warm;
    this.node = byId("controls");
    this.now = [];
    this.drawn = "";
  }

  draw(state) {
    this.now = offered(this.recorder, state, this.openCamera, this.warm);
    const drawn = JSON.stringify(this.now.map(([key, text, , marked]) => [key, text, marked]));
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const likeliest = Math.max(
      0,
      this.now.findIndex(([, , , marked]) => marked),
    );
    const hadFocus = this.node.contains(document.activeElement);
    fill(
      this.node,
      this.now.map(([key, text], place) =>
        element(
          "button",
          { class: place === likeliest ? "strong" : "", onclick: () => this.press(key), "aria-keyshortcuts": key === " " ? "Space" : key },
          element("kbd", {}, SHOWN[key] ?? key),
          text,
        ),
      ),
    );
    if (hadFocus) this.node.querySelector("button")?.focus();
  }

  // Whether the key means something now.
  press(key) {
    const entry = this.now.find(([one]) => one === key);
    if (!entry) return false;
    entry[2]();
    return true;
  }

  // `others`: further keys and what they do.
  attach(others, isBlocked) {
    const commands = { ...others };
    for (const key of KEYS) commands[key] = () => this.press(key) || others[key]?.();
    listen(commands, {
      isBlocked,
      onClass: (key) => {
        const one = this.recorder.classes[Number(key) - 1];
        return one !== undefined && this.recorder.choose(one.name);
      },
    });
  }
}
