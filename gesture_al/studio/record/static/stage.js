// The middle of the page: the camera or the take, what is said large upon it, and how far it is.

import { byId, percent } from "/shared/dom.js";

const WORDS = { good: "good", doubt: "doubt", bad: "bad", plain: "" };

export class Stage {
  constructor(about) {
    this.about = about;
    this.nodes = Object.fromEntries(["title", "live", "banner", "number", "dot", "progress", "line", "camera"].map((id) => [id, byId(id)]));
  }

  // What changes with the state.
  draw(recorder, state) {
    const { title, live, banner, line, camera, dot } = this.nodes;
    const { text, tone } = this.said(recorder, state);
    title.replaceChildren(this.heading(recorder), " ");
    const counted = recorder.series && recorder.state !== "choose" ? `take ${recorder.series.done + 1} of ${recorder.series.of}` : "";
    if (counted) title.append(Object.assign(document.createElement("small"), { textContent: counted }));
    live.classList.toggle("behind", Boolean(recorder.take));
    banner.hidden = !recorder.running || !recorder.prompt;
    banner.textContent = recorder.prompt;
    dot.hidden = recorder.state !== "recording" && recorder.state !== "free";
    camera.dataset.state = recorder.state;
    line.textContent = text;
    line.className = `line ${WORDS[tone]}`;
    this.tick(recorder);
  }

  heading(recorder) {
    const free = recorder.take ? recorder.take.label === null : recorder.free;
    const strong = document.createElement("b");
    strong.textContent = free ? "Free recording" : (recorder.take?.label ?? recorder.chosen ?? "");
    return strong;
  }

  said(recorder, state) {
    const { review } = recorder;
    if (recorder.state === "saving")
      return { text: recorder.upload.trouble ? "Waiting for the recorder; there is nothing to do here …" : "Saving …", tone: "plain" };
    if (recorder.state === "looking" && state?.eyes.state !== "ready")
      return { text: "Looking for hands in it, as soon as the model is loaded …", tone: "plain" };
    if (recorder.state === "looking")
      return { text: `Looking for hands in it … ${recorder.take.label === null ? percent(recorder.share) : ""}`, tone: "plain" };
    if (recorder.state === "review" && review.state === "broken")
      return { text: `This is no take that can be kept: ${review.why}`, tone: "bad" };
    if (recorder.state === "review") return { text: this.verdict(review, recorder), tone: review.tone };
    if (state?.eyes.state === "failed") return { text: `Hands cannot be looked for: ${state.eyes.why}`, tone: "bad" };
    if (recorder.note.text) return recorder.note;
    if (recorder.free)
      return { text: `Up to ${length(this.about.free_seconds)}: do a gesture now and then, and rest in between`, tone: "plain" };
    const one = recorder.classes.find(({ name }) => name === recorder.chosen);
    if (one?.none)
      return {
        text: "Ordinary movement, no gesture: scratch your head, type, drink. It teaches the recogniser when to stay silent.",
        tone: "plain",
      };
    return {
      text: one ? `Do it once in each take of ${length(this.about.seconds)}, from rest to rest. Next: ${one.prompt.toLowerCase()}.` : "",
      tone: "plain",
    };
  }

  verdict(review, recorder) {
    if (recorder.take.label !== null) return review.message;
    return `${review.message} · ${review.clips} clip${review.clips === 1 ? "" : "s"} found in it`;
  }

  // What changes with time.
  tick(recorder) {
    const { number, progress, dot } = this.nodes;
    const left = recorder.lasts - recorder.elapsed;
    number.hidden = recorder.state !== "count_in";
    if (!number.hidden) set(number, String(Math.max(1, Math.ceil(left))));
    const shares = {
      count_in: 0,
      recording: recorder.elapsed / recorder.lasts,
      free: recorder.elapsed / recorder.lasts,
      looking: recorder.share,
    };
    const share = recorder.keepsItself ? recorder.elapsed / recorder.lasts : (shares[recorder.state] ?? 0);
    progress.classList.toggle("idle", !(recorder.state in shares) && !recorder.keepsItself);
    progress.value = Math.min(1, share);
    if (recorder.state === "recording") set(dot, "recording");
    if (recorder.state === "free") set(dot, `recording ${clock(recorder.elapsed)} of ${clock(recorder.lasts)}`);
  }
}

const set = (node, text) => node.textContent !== text && (node.textContent = text);
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
export const length = (seconds) => (seconds >= 120 ? `${Number((seconds / 60).toFixed(1))} minutes` : `${seconds} seconds`);
