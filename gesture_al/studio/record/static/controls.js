// What can be done now, by key, mouse and finger: one table for all three.

import { byId, element, fill } from "/shared/dom.js";
import { listen } from "/shared/keys.js";

const SHOWN = { " ": "space", Backspace: "⌫", Escape: "esc", Enter: "↵" };
const KEYS = [" ", "Enter", "Backspace", "Escape", "s", "f", "r", "k", "p"];

// Key, what it does in words, and how; the first is the likeliest, unless another is marked.
function offered(booth, state, openCamera, warm) {
  const { found, series } = booth;
  switch (booth.state) {
    case "choose":
      if (!booth.camera.isOpen) return [["r", "try the camera again", openCamera]];
      if (state?.eyes.state === "failed") return [["r", "try again", warm]];
      return [
        [" ", "record one take", () => booth.record()],
        ["s", `series of ${booth.about.takes}`, () => booth.record({ series: true })],
        ["f", "record freely", () => booth.record({ free: true }), state?.lacking.startsWith("a free")],
      ];
    case "count_in":
    case "recording":
      return [["Escape", "cancel", () => booth.leave("Nothing was kept of this take")]];
    case "free":
      return [["Enter", "end, and look at it", () => booth.end()], ["Escape", "throw away", () => booth.leave("Nothing was kept of it")]];
    case "saving":
      // The recorder may never come back.
      return booth.delivery.trouble ? [["Backspace", "give this take up", () => booth.leave("The take was given up")]] : [];
    case "looking":
      return [["Backspace", "discard", () => booth.discard()]];
    case "review": {
      const keep = ["k", found.good ? "keep" : "keep anyway", () => booth.keep()];
      const again = ["r", "once more", () => booth.again()];
      // Where nothing moves by itself, a take is shown once.
      const see = booth.replay.loops ? [] : [["p", "play", () => booth.replay.start()]];
      const rest = [...see, ["Backspace", "discard", () => booth.discard()], ...(series ? [["Escape", "end the series", () => booth.leave("The series was ended")]] : [])];
      if (found.state === "broken") return [["Enter", ...again.slice(1)], ...rest];
      if (!found.good) return [["Enter", ...again.slice(1)], ...(found.clips ? [keep] : []), ...rest];
      if (booth.keepsItself) return [["Enter", "keep now", () => booth.keep()], [" ", "wait", () => booth.hold()], ...rest];
      return [["Enter", "keep", () => booth.keep()], again, ...rest];
    }
    default:
      return [];
  }
}

export class Controls {
  constructor(booth, { openCamera, warm }) {
    Object.assign(this, { booth, openCamera, warm });
    this.node = byId("controls");
    this.now = [];
    this.drawn = "";
  }

  draw(state) {
    this.now = offered(this.booth, state, this.openCamera, this.warm);
    const drawn = JSON.stringify(this.now.map(([key, text, , marked]) => [key, text, marked]));
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const likeliest = Math.max(0, this.now.findIndex(([, , , marked]) => marked));
    const hadFocus = this.node.contains(document.activeElement);
    fill(
      this.node,
      this.now.map(([key, text], place) => element("button", { class: place === likeliest ? "strong" : "", onclick: () => this.press(key), "aria-keyshortcuts": key === " " ? "Space" : key }, element("kbd", {}, SHOWN[key] ?? key), text)),
    );
    if (hadFocus) this.node.querySelector("button")?.focus();
  }

  // Whether the key means something now.
  press(key) {
    const found = this.now.find(([one]) => one === key);
    if (!found) return false;
    found[2]();
    return true;
  }

  // `others`: further keys and what they do.
  attach(others, isBlocked) {
    const commands = { ...others };
    for (const key of KEYS) commands[key] = () => this.press(key) || others[key]?.();
    listen(commands, {
      isBlocked,
      onClass: (key) => {
        const one = this.booth.classes[Number(key) - 1];
        return one !== undefined && this.booth.choose(one.name);
      },
    });
  }
}
