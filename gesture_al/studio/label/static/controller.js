// The controller of the labelling page: its parts, and what each action of the person does to them.

import { byId, element } from "/shared/dom.js";
import { post } from "/shared/net.js";
import { BadClip } from "./badclip.js";
import { Classes } from "./classes.js";
import { Clips } from "./clips.js";
import { Decisions } from "./decisions.js";
import { Dialogs } from "./dialogs.js";
import { Grid } from "./grid.js";
import { Outbox } from "./outbox.js";
import { Questions } from "./questions.js";
import { Stage } from "./stage.js";
import { Toast } from "./toast.js";

export class Controller {
  // `onChange`: something is to be drawn anew; `onEnd`: the person ends the session for now.
  constructor(about, { onChange, onEnd }) {
    this.about = about;
    this.onChange = onChange;
    this.onEnd = onEnd;
    this.tab = sessionStorage.tab ??= crypto.randomUUID();
    this.place = `gesture_al/annotator/${about.id}`;
    this.annotator = localStorage.getItem(this.place) ?? about.annotator;
    this.clips = new Clips();
    this.stage = new Stage(about, this.clips);
    this.toast = new Toast(byId("after"));
    this.badClip = new BadClip(this.stage, {
      onAnswer: (reason, by) => this.answer("bad", by, null, reason ? { reason } : {}),
      onChange,
      onTrouble: (text) => this.toast.trouble(text),
    });
    this.grid = new Grid(about, this.clips, () => this.toggleGrid());
    this.classes = new Classes(byId("classes"), byId("filter"), (name, by) => this.answer("label", by, name));
    this.decisions = new Decisions(byId("last"), (one) => this.revise(one));
    this.dialogs = new Dialogs(about, { onClose: () => this.stage.resume() });
    this.questions = new Questions(this, (isOther) => this.onQuestions(isOther));
    this.outbox = new Outbox(about.id, {
      onChange,
      onReply: (action, reply) => this.onReply(action, reply),
      onRefused: (action, error) => this.onRefused(action, error),
    });
    addEventListener("pagehide", () =>
      navigator.sendBeacon("/leave", new Blob([JSON.stringify({ tab: this.tab })], { type: "application/json" })),
    );
  }

  // Actions of the person

  answer(operation, by, name = null, more = {}) {
    const fields = { operation, ...(name === null ? {} : { name }), ...more, tab: this.tab, annotator: this.annotator };
    if (this.grid.open) {
      const chosen = this.grid.chosen();
      for (const { item, account } of chosen) this.sendAnswer(item, { ...fields, ...account, source: "grid" });
      if (!chosen.length) this.toast.show("Choose one or more clips first.");
    } else if (this.stage.item && this.stage.isAnswerable) {
      const account = this.stage.account();
      // What leaves the pool has no ends.
      if (operation === "bad") ["start", "end"].forEach((key) => delete account[key]);
      this.sendAnswer(this.stage.item, { ...fields, ...account, source: by });
    } else {
      return;
    }
    if (name !== null) this.classes.flash(name);
  }

  bad(by) {
    if (this.grid.open) this.answer("bad", by);
    else this.badClip.press(by);
  }

  sendAnswer(item, fields) {
    this.send("answer", { handle: item.handle, purpose: item.purpose, revises: Boolean(item.revises), ...fields });
    this.questions.leave(item.handle);
  }

  send(path, fields) {
    this.outbox.put(path, { uuid: crypto.randomUUID(), ...fields });
  }

  undo() {
    const [last] = this.decisions.merged(this.outbox.actions).filter((one) => one.annotator === this.annotator || !this.annotator);
    if (!last) return this.toast.show("There is nothing to take back.");
    this.send("undo", { undoes: last.uuid });
    this.bringBack(last);
    this.toast.show(element("b", {}, last.operation === "label" ? last.name : last.operation), " is taken back");
  }

  revise(one) {
    if (one.handle) this.bringBack(one, { review: true, currentName: one.name });
  }

  // A clip that was answered is on the stage again.
  bringBack(one, more = {}) {
    if (this.grid.open) this.toggleGrid();
    // It may come back with other ends, as soon as the server knows of everything that was done.
    if (one.moved) this.clips.renew(one.handle, this.outbox.idle());
    this.questions.put({ handle: one.handle, purpose: one.audit ? "audit" : "query", revises: true, ...more });
  }

  leaveAsItIs() {
    this.questions.advance();
    this.questions.refill();
  }

  async reveal() {
    const { item } = this.stage;
    if (!item || this.grid.open) return;
    try {
      const { guesses } = await post("/reveal", { handle: item.handle });
      if (this.stage.item === item) this.stage.showGuess(guesses);
    } catch {
      this.toast.show("The guess cannot be had at the moment.");
    }
  }

  toggleGrid() {
    this.badClip.leave();
    this.grid.toggle(this.ahead());
    this.questions.want = this.grid.open ? 14 : 3;
    this.questions.refill();
    if (!this.grid.open) this.stage.show(this.questions.current);
  }

  escape() {
    if (this.badClip.mode) this.badClip.leave();
    else if (this.grid.open) this.toggleGrid();
    else if (this.stage.item?.review) this.leaveAsItIs();
    else this.pause();
  }

  pause() {
    this.dialogs.pause(this.outbox.actions.length, this.onEnd);
  }

  newClass() {
    this.dialogs.classes(
      this.classes.classes,
      (name) => this.send("class", { name }),
      (renamed, name) => this.send("rename", { renamed, name }),
    );
  }

  setAnnotator(name) {
    this.annotator = name;
    localStorage.setItem(this.place, name);
  }

  // Replies of the server

  ahead() {
    return [this.questions.current, ...this.questions.next].filter((item) => item && !item.review);
  }

  onQuestions(isOther = false) {
    if (this.grid.open) this.grid.update(this.ahead());
    else if (isOther) this.stage.show(this.questions.current);
    this.onChange();
  }

  onReply({ path, fields }, reply) {
    this.decisions.acknowledge({ path, fields }, reply.version);
    if (path === "answer") {
      this.questions.acknowledge(fields.handle, reply.version);
      this.toast.answered(fields, reply);
    }
    this.onChange();
  }

  onRefused({ path, fields }, error) {
    this.toast.trouble(error.message);
    if (path === "answer") this.questions.acknowledge(fields.handle, 0);
    this.questions.refill();
    this.onChange();
  }
}
