// Bringing takes to the server: sent until it says that it has them, and kept until it says that it keeps them.

import { get, Offline, post, Refused } from "/shared/net.js";

const LOOK_AGAIN = 150; // Milliseconds between two questions how far it is.
const TRY_AGAIN = 1500;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// The take was discarded meanwhile, or this page may not record any more.
export class Abandoned extends Error {}

export class TakeUpload {
  // `onTrouble` hears why a take is still in the page, and "" when it is not any more.
  constructor(store, tab, onTrouble) {
    this.store = store;
    this.tab = tab;
    this.trouble = "";
    this.abandoned = new Set();
    this.onTrouble = (why) => {
      this.trouble = why;
      onTrouble(why);
    };
  }

  // What the server has seen in a take, once it has; `{ state: "broken", why }` for what is no take.
  /** @param {(share: number) => void} [onShare] */
  async look(take, onShare = () => {}) {
    return this.persist(take, async () => {
      const review = await get(`/take/${take.uuid}`);
      if (review.state === "unknown") await this.send(take);
      if (review.state !== "looking" && review.state !== "unknown") return review;
      onShare(review.share ?? 0);
      await pause(LOOK_AGAIN);
      return null;
    });
  }

  // Where the joints are, of a take that was looked at.
  joints(take) {
    return this.persist(take, () => get(`/take/${take.uuid}/joints`));
  }

  // The server's state once the take is on its disk, or cannot be.
  async keep(take) {
    await this.store.put({ ...take, keep: true });
    return this.persist(take, async () => {
      const review = await this.look(take);
      if (review.state === "broken") return this.forget(take, { take: review });
      return this.forget(take, await post("/keep", { uuid: take.uuid, tab: this.tab }));
    });
  }

  // Forgotten here at once, there when it hears of it.
  async discard(take) {
    this.abandoned.add(take.uuid);
    await this.store.remove(take.uuid);
    this.onTrouble("");
    return post("/discard", { uuid: take.uuid, tab: this.tab }).catch(() => null);
  }

  async forget(take, reply) {
    await this.store.remove(take.uuid);
    return reply;
  }

  async send({ uuid, blob, label, prompt, subject, session, seconds }) {
    const fields = new URLSearchParams({ tab: this.tab, prompt, subject, session, seconds: seconds.toFixed(3), size: blob.size });
    if (label !== null) fields.set("label", label);
    let response;
    try {
      response = await fetch(`/take/${uuid}?${fields}`, { method: "POST", headers: { "Content-Type": blob.type }, body: blob });
    } catch {
      throw new Offline();
    }
    if (!response.ok) throw new Refused(response.status, (await response.json().catch(() => ({}))).error ?? response.statusText);
  }

  // Do it until it gives something back, whatever comes between.
  async persist(take, does) {
    for (;;) {
      if (this.abandoned.has(take.uuid)) throw new Abandoned();
      try {
        const reply = await does();
        if (reply !== null) {
          this.onTrouble("");
          return reply;
        }
        continue;
      } catch (error) {
        if (!(error instanceof Offline || error instanceof Refused)) throw error;
        if (this.abandoned.has(take.uuid)) throw new Abandoned();
        // What is no take, or too large a one, is no better a second time.
        if (error instanceof Refused && [413, 415, 422].includes(error.status)) return { state: "broken", why: error.message };
        this.onTrouble(
          error instanceof Offline ? "The recorder does not answer: was it closed in the terminal? Start it again." : error.message,
        );
      }
      await pause(TRY_AGAIN);
    }
  }
}
