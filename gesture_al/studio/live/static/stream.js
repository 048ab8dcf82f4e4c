// Pictures to the recogniser, one at a time: a slow machine leaves some out instead of falling behind.

import { Offline, post, send } from "/shared/net.js";

const PATIENCE = 1000; // Milliseconds between two tries while somebody else has it, or nobody is there.
const LOCKED = 423;
const ENDED = 410;
const HIGH = 480; // More lines than this show no more of a hand.

export class Stream {
  // `onReply` gets what the recogniser said and the picture it is about; `onTrouble` what is wrong, null when it is over.
  constructor(camera, { onReply, onTrouble }) {
    this.camera = camera;
    this.onReply = onReply;
    this.onTrouble = onTrouble;
    // A reloaded or copied tab is another one.
    this.tab = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
    this.opened = 0;
    this.trouble = "";
    this.running = Promise.resolve();
    addEventListener("pagehide", () =>
      navigator.sendBeacon("/leave", new Blob([JSON.stringify({ tab: this.tab })], { type: "application/json" })),
    );
  }

  start() {
    this.opened += 1;
    this.trouble = "";
    this.running = this.run(this.opened);
  }

  // Done when nothing is under way any more, once the camera is closed.
  stop() {
    this.opened += 1;
    return this.running;
  }

  async run(camera) {
    while (camera === this.opened) {
      let picture;
      try {
        picture = await this.camera.snapshot({ high: HIGH });
      } catch {
        // It was closed; whoever closed it says so.
        return;
      }
      if (camera !== this.opened) return;
      await this.ask(camera, picture);
    }
  }

  async ask(camera, picture) {
    const { blob, seconds } = picture;
    let reply;
    try {
      reply = await send(`/frame?tab=${this.tab}&camera=${camera}&seconds=${seconds.toFixed(4)}`, blob);
    } catch (error) {
      if (camera !== this.opened) return;
      // One picture that could not be used costs nothing but itself.
      if (error.status === 422 || error.status === 409) return;
      this.tell(this.meant(error));
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
      return;
    }
    if (camera !== this.opened) return;
    this.tell(null);
    this.onReply(reply, picture);
  }

  // Say what is wrong once, not with every picture.
  tell(trouble) {
    const text = trouble?.text ?? "";
    if (text !== this.trouble) this.onTrouble(trouble);
    this.trouble = text;
  }

  meant(error) {
    if (error instanceof Offline || error.status === ENDED) {
      return {
        text: "The recogniser is not running.",
        remedy: "This page goes on by itself when it is started again:",
        command: "gesture-al live --browser",
      };
    }
    if (error.status === LOCKED) {
      const does = () => post("/take", { tab: this.tab }).catch(() => {});
      return {
        text: "Another tab shows this recogniser.",
        remedy: "It goes on here when that one is closed.",
        act: { name: "Use it here", does },
      };
    }
    return { text: "The recogniser cannot go on.", remedy: `${error.message}. It is tried again every second.` };
  }
}
