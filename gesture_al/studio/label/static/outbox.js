// The outbox: actions that are not yet known to be on the server's disk. It survives a reload, a dead server and a full disk:
// every action has a UUID of its own, is sent until the server has answered, and counts once however often it is sent.

import { post, Offline } from "/shared/net.js";

const SHORTEST = 400;
const LONGEST = 4000;
// The server asks for patience: it is starting (503), or has no room or no access for the moment (507, 500, 403).
const PASSING = new Set([403, 500, 502, 503, 507]);

export class Outbox {
  // `place` names the run; `onChange` is called whenever something was put in or taken out.
  constructor(place, { onChange, onReply, onRefused }) {
    this.place = `gesture_al/outbox/${place}`;
    this.onChange = onChange;
    this.onReply = onReply;
    this.onRefused = onRefused;
    this.actions = JSON.parse(localStorage.getItem(this.place) ?? "[]");
    this.trouble = "";
    this.sending = false;
    this.waiting = [];
    addEventListener("beforeunload", (event) => {
      if (this.actions.length) event.preventDefault();
    });
    addEventListener("online", () => this.send());
  }

  put(path, fields) {
    this.actions.push({ path, fields });
    this.save();
    this.send();
  }

  save() {
    localStorage.setItem(this.place, JSON.stringify(this.actions));
    this.onChange();
  }

  // When nothing is on its way any more.
  idle() {
    return this.actions.length ? new Promise((wake) => this.waiting.push(wake)) : Promise.resolve();
  }

  // One after the other, so that an undo never overtakes what it undoes.
  async send() {
    if (this.sending) return;
    this.sending = true;
    let pause = SHORTEST;
    while (this.actions.length) {
      const action = this.actions[0];
      try {
        const reply = await post(`/${action.path}`, action.fields);
        this.trouble = "";
        pause = SHORTEST;
        this.remove(action);
        this.onReply(action, reply);
      } catch (error) {
        if (error instanceof Offline || PASSING.has(error.status)) {
          this.trouble = error instanceof Offline ? "" : error.message;
          this.onChange();
          await new Promise((wake) => setTimeout(wake, pause));
          pause = Math.min(pause * 2, LONGEST);
        } else {
          this.remove(action);
          this.onRefused(action, error);
        }
      }
    }
    this.sending = false;
    this.waiting.splice(0).forEach((wake) => wake());
  }

  remove(action) {
    this.actions = this.actions.filter((other) => other !== action);
    this.save();
  }
}
