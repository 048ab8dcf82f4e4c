// The commands of the page by key, mouse and finger: one table for all three.

import { byId, source } from "/shared/dom.js";
import { listen } from "/shared/keys.js";

// Button, key, and what of `controller` it does; `by` is how it was asked for. A key is used up unless this gives back false.
/** @type {[string | null, string | null, (controller: any, by: string) => unknown][]} */
const COMMANDS = [
  ["unsure", "u", (controller, by) => controller.answer("unsure", by)],
  ["skip", "s", (controller, by) => controller.answer("skip", by)],
  ["bad", "x", (controller, by) => controller.bad(by)],
  ["undo", "z", (controller) => controller.undo()],
  ["new", "n", (controller) => controller.newClass()],
  ["replay", " ", (controller) => controller.stage.replay()],
  ["back", ",", (controller) => controller.stage.step(-1)],
  ["on", ".", (controller) => controller.stage.step(1)],
  ["slower", "[", (controller) => controller.stage.faster(-1)],
  ["faster", "]", (controller) => controller.stage.faster(1)],
  ["mirror", "m", (controller) => controller.stage.mirror()],
  ["reveal", "g", (controller) => controller.reveal()],
  ["open-grid", "b", (controller) => controller.toggleGrid()],
  ["open-keys", "?", (controller) => controller.dialogs.keys()],
  ["open-pause", null, (controller) => controller.pause()],
  [null, "Escape", (controller) => controller.escape()],
  [null, "/", (controller) => controller.classes.focusFilter()],
];
// In the grid these choose clips.
const IN_GRID = [" ", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"];
// These say what is wrong with a clip, or move its ends; holding them moves on and on.
const FOR_BAD = ["Enter", "ArrowRight", "ArrowLeft"];
const HELD = ["ArrowRight", "ArrowLeft"];

export function attach(controller) {
  /** @type {Record<string, (event: KeyboardEvent) => unknown>} */
  const byKey = {};
  for (const [button, key, does] of COMMANDS) {
    if (button) byId(button).addEventListener("click", (event) => does(controller, source(event)));
    if (key) byKey[key] = () => does(controller, "keys") !== false;
  }
  for (const key of IN_GRID) {
    const otherwise = byKey[key] ?? (() => false);
    byKey[key] = (event) => (controller.grid.open && controller.grid.key(key)) || otherwise(event);
  }
  for (const key of FOR_BAD) {
    const otherwise = byKey[key] ?? (() => false);
    byKey[key] = (event) => controller.badClip.key(key, event) || otherwise(event);
  }
  listen(byKey, {
    isBlocked: () => controller.dialogs.open,
    mayBeHeld: (key) => controller.badClip.mode === "ends" && HELD.includes(key),
    onClass: (key) => {
      if (controller.badClip.key(key)) return true;
      const name = controller.classes.of(key);
      return name !== undefined && (controller.answer("label", "keys", name), true);
    },
  });
}
