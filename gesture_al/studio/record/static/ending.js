// The way out: on to labelling in this very tab, or done for now.

import { get, post } from "/shared/net.js";

const LOOK_AGAIN = 400;
const PATIENCE = 120000; // Milliseconds until labelling that does not begin has failed.

export class Ending {
  constructor(about, { dialogs, lease, onStay }) {
    this.about = about;
    this.dialogs = dialogs;
    this.lease = lease;
    this.tab = lease.tab;
    this.onStay = onStay;
    this.gone = false;
  }

  async leave(label) {
    await post("/leave", { tab: this.tab, label });
    this.lease.leave();
    if (label && this.about.labels) this.follow();
    else this.finish();
  }

  finish() {
    this.gone = true;
    const { labels, again, command, folder } = this.about;
    const go = labels
      ? [["Record on, or label, with:", again]]
      : [
          ["Name what was recorded freely, and train on it:", command],
          ["The same with the page, recording first:", again],
        ];
    this.dialogs.over("Done for now", `Everything is saved in ${folder}. You can close this page.`, go);
  }

  // Until another page answers at this address.
  async follow() {
    this.gone = true;
    this.dialogs.preparing();
    const until = performance.now() + PATIENCE;
    while (performance.now() < until) {
      const about = await get("/about").catch(() => null);
      if (about && about.page !== "record") return location.replace("/");
      if (about) {
        const { over } = await post("/hold", { tab: this.tab }).catch(() => ({}));
        if (over?.how === "refused") return this.refuse(over.why);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
    this.dialogs.over("Labelling did not begin", "The terminal says why. Everything that was recorded is saved.", [
      ["Go on with:", this.about.again],
    ]);
  }

  refuse(why) {
    this.dialogs.refused(why, async () => {
      await post("/stay", {}).catch(() => {});
      this.gone = false;
      this.dialogs.close();
      this.onStay();
    });
  }
}
