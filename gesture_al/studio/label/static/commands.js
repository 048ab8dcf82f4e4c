// What can be done, by key, mouse and finger: one table for all three.

import { byId, source } from "/shared/dom.js";
import { listen } from "/shared/keys.js";

// Button, key, and what of `desk` it does; `by` is how it was asked for. A key is used up unless this gives back false.
const COMMANDS = [
  ["unsure", "u", (desk, by) => desk.answer("unsure", by)],
  ["skip", "s", (desk, by) => desk.answer("skip", by)],
  ["bad", "x", (desk, by) => desk.bad(by)],
  ["undo", "z", (desk) => desk.undo()],
  ["new", "n", (desk) => desk.newClass()],
  ["replay", " ", (desk) => desk.stage.replay()],
  ["back", ",", (desk) => desk.stage.step(-1)],
  ["on", ".", (desk) => desk.stage.step(1)],
  ["slower", "[", (desk) => desk.stage.faster(-1)],
  ["faster", "]", (desk) => desk.stage.faster(1)],
  ["mirror", "m", (desk) => desk.stage.mirror()],
  ["reveal", "g", (desk) => desk.reveal()],
  ["open-grid", "b", (desk) => desk.toggleGrid()],
  ["open-keys", "?", (desk) => desk.dialogs.keys()],
  ["open-pause", null, (desk) => desk.pause()],
  [null, "Escape", (desk) => desk.escape()],
  [null, "/", (desk) => desk.classes.focusFilter()],
];
// In the grid these choose clips.
const IN_GRID = [" ", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"];
// These say what is wrong with a clip, or move its ends; holding them moves on and on.
const FOR_BAD = ["Enter", "ArrowRight", "ArrowLeft"];
const HELD = ["ArrowRight", "ArrowLeft"];

export function attach(desk) {
  const byKey = {};
  for (const [button, key, does] of COMMANDS) {
    if (button) byId(button).addEventListener("click", (event) => does(desk, source(event)));
    if (key) byKey[key] = () => does(desk, "keys") !== false;
  }
  for (const key of IN_GRID) {
    const otherwise = byKey[key] ?? (() => false);
    byKey[key] = () => (desk.grid.open && desk.grid.key(key)) || otherwise();
  }
  for (const key of FOR_BAD) {
    const otherwise = byKey[key] ?? (() => false);
    byKey[key] = (event) => desk.badClip.key(key, event) || otherwise();
  }
  listen(byKey, {
    isBlocked: () => desk.dialogs.open,
    mayBeHeld: (key) => desk.badClip.mode === "ends" && HELD.includes(key),
    onClass: (key) => {
      if (desk.badClip.key(key)) return true;
      const name = desk.classes.of(key);
      return name !== undefined && (desk.answer("label", "keys", name), true);
    },
  });
}
