// The middle of the page: the camera or the take, what is said large upon it, and how far it is.

import { byId, percent } from "/shared/dom.js";

const WORDS = { good: "good", doubt: "doubt", bad: "bad", plain: "" };

export class Stage {
  constructor(about) {
    this.about = about;
    this.nodes = Object.fromEntries(["title", "live", "banner", "number", "dot", "progress", "line", "camera"].map((id) => [id, byId(id)]));
  }

  // What changes with the state.
  draw(booth, state) {
    const { title, live, banner, line, camera, dot } = this.nodes;
    const { text, tone } = this.said(booth, state);
    title.replaceChildren(this.heading(booth), " ");
    const counted = booth.series && booth.state !== "choose" ? `take ${booth.series.done + 1} of ${booth.series.of}` : "";
    if (counted) title.append(Object.assign(document.createElement("small"), { textContent: counted }));
    live.classList.toggle("behind", Boolean(booth.take));
    banner.hidden = !booth.running || !booth.prompt;
    banner.textContent = booth.prompt;
    dot.hidden = booth.state !== "recording" && booth.state !== "free";
    camera.dataset.state = booth.state;
    line.textContent = text;
    line.className = `line ${WORDS[tone]}`;
    this.tick(booth);
  }

  heading(booth) {
    const free = booth.take ? booth.take.label === null : booth.free;
    const strong = document.createElement("b");
    strong.textContent = free ? "Free recording" : (booth.take?.label ?? booth.chosen ?? "");
    return strong;
  }

  said(booth, state) {
    const { found } = booth;
    if (booth.state === "saving") return { text: booth.delivery.trouble ? "Waiting for the recorder; there is nothing to do here …" : "Saving …", tone: "plain" };
    if (booth.state === "looking" && state?.eyes.state !== "ready") return { text: "Looking for hands in it, as soon as the model is loaded …", tone: "plain" };
    if (booth.state === "looking") return { text: `Looking for hands in it … ${booth.take.label === null ? percent(booth.share) : ""}`, tone: "plain" };
    if (booth.state === "review" && found.state === "broken") return { text: `This is no take that can be kept: ${found.why}`, tone: "bad" };
    if (booth.state === "review") return { text: this.verdict(found, booth), tone: found.tone };
    if (state?.eyes.state === "failed") return { text: `Hands cannot be looked for: ${state.eyes.why}`, tone: "bad" };
    if (booth.note.text) return booth.note;
    if (booth.free) return { text: `Up to ${length(this.about.free_seconds)}: do a gesture now and then, and rest in between`, tone: "plain" };
    const one = booth.classes.find(({ name }) => name === booth.chosen);
    if (one?.none) return { text: "Ordinary movement, no gesture: scratch your head, type, drink. It teaches the recogniser when to stay silent.", tone: "plain" };
    return { text: one ? `Do it once in each take of ${length(this.about.seconds)}, from rest to rest. Next: ${one.prompt.toLowerCase()}.` : "", tone: "plain" };
  }

  verdict(found, booth) {
    if (booth.take.label !== null) return found.told;
    return `${found.told} · ${found.clips} clip${found.clips === 1 ? "" : "s"} found in it`;
  }

  // What changes with time.
  tick(booth) {
    const { number, progress, dot } = this.nodes;
    const left = booth.lasts - booth.elapsed;
    number.hidden = booth.state !== "count_in";
    if (!number.hidden) set(number, String(Math.max(1, Math.ceil(left))));
    const shares = { count_in: 0, recording: booth.elapsed / booth.lasts, free: booth.elapsed / booth.lasts, looking: booth.share };
    const share = booth.keepsItself ? booth.elapsed / booth.lasts : (shares[booth.state] ?? 0);
    progress.classList.toggle("idle", !(booth.state in shares) && !booth.keepsItself);
    progress.value = Math.min(1, share);
    if (booth.state === "recording") set(dot, "recording");
    if (booth.state === "free") set(dot, `recording ${clock(booth.elapsed)} of ${clock(booth.lasts)}`);
  }
}

const set = (node, text) => node.textContent !== text && (node.textContent = text);
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
export const length = (seconds) => (seconds >= 120 ? `${Number((seconds / 60).toFixed(1))} minutes` : `${seconds} seconds`);
