// The grid of twelve clips at once, for a cold start: choose some, name them with one key.

import { byId, element, fill } from "/shared/dom.js";
import { Player } from "/shared/player.js";

const TILES = 12;
const COLUMNS = 4;

export class Grid {
  constructor(about, clips, onLeave) {
    this.about = about;
    this.clips = clips;
    this.onLeave = onLeave;
    this.node = byId("grid");
    this.open = false;
    this.slots = [];
  }

  toggle(items) {
    this.open = !this.open;
    byId("main").classList.toggle("gridding", this.open);
    byId("open-grid").setAttribute("aria-pressed", String(this.open));
    this.node.hidden = !this.open;
    this.slots.forEach((slot) => slot.player.stop());
    this.slots = [];
    fill(this.node, []);
    if (this.open) this.update(items);
  }

  // Clips that are still there stay where they are; free places are filled with new ones.
  update(items) {
    if (!this.open) return;
    const wanted = items.slice(0, TILES);
    const kept = this.slots.filter((slot) => wanted.some((item) => item.handle === slot.item.handle));
    this.slots.filter((slot) => !kept.includes(slot)).forEach((slot) => slot.player.stop());
    const fresh = wanted.filter((item) => !kept.some((slot) => slot.item.handle === item.handle)).map((item) => this.slot(item));
    // A new clip goes where an old one was.
    const places = this.slots.map((slot) => (kept.includes(slot) ? slot : fresh.shift())).filter(Boolean);
    this.slots = [...places, ...fresh];
    const focused = this.slots.findIndex((slot) => slot.tile === document.activeElement);
    const head = element(
      "p",
      {},
      element(
        "span",
        {},
        this.slots.length
          ? `${this.slots.length === 1 ? "One clip" : `${this.slots.length} clips`} to be named: choose some by click, or by arrows and space; then press the key of their class.`
          : "Nothing to be asked at the moment.",
      ),
      element("button", { onclick: this.onLeave }, element("kbd", {}, "b"), "one by one"),
    );
    fill(this.node, [head, ...this.slots.map((slot) => slot.tile)]);
    if (focused >= 0) this.slots[focused].tile.focus();
  }

  slot(item) {
    const canvas = element("canvas");
    const tile = element(
      "button",
      { class: "tile", "aria-pressed": "false", "aria-label": "Clip", onclick: () => this.choose(tile) },
      canvas,
      item.purpose === "audit" ? element("span", { class: "badge" }, "audit") : null,
    );
    const player = new Player(canvas, this.about.skeleton, { width: 2 });
    /** @type {any} */
    const slot = { item, tile, player, since: null };
    this.clips.fetch(item.handle).then(
      (clip) => {
        player.show(clip);
        slot.since = performance.now();
      },
      () => {},
    );
    return slot;
  }

  choose(tile) {
    tile.setAttribute("aria-pressed", String(tile.getAttribute("aria-pressed") !== "true"));
  }

  // The chosen clips, else the one that has the focus; each with how it was looked at.
  chosen() {
    const pressed = this.slots.filter((slot) => slot.tile.getAttribute("aria-pressed") === "true");
    const chosen = pressed.length ? pressed : this.slots.filter((slot) => slot.tile === document.activeElement);
    return chosen
      .filter((slot) => slot.since !== null)
      .map(({ item, since, player }) => ({
        item,
        account: { milliseconds: Math.round(performance.now() - since), replays: player.replays },
      }));
  }

  // Whether the key meant something here.
  key(key) {
    const at = this.slots.findIndex((slot) => slot.tile === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + COLUMNS, ArrowUp: at - COLUMNS }[key];
    if (to !== undefined) {
      this.slots[at < 0 ? 0 : Math.max(0, Math.min(this.slots.length - 1, to))]?.tile.focus();
      return true;
    }
    return key === " ";
  }
}
