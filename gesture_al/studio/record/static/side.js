// Beside the picture: the way from nothing to a recogniser, what was kept last, and what becomes of it.

import { byId, element, fill } from "/shared/dom.js";

export class Side {
  constructor(about) {
    this.about = about;
    byId("go-on").replaceChildren(element("kbd", {}, "l"), about.labels ? "Label what was recorded freely" : "Done: what comes next?");
    byId("consent").textContent = [
      about.video ? "Videos and joints are stored in this folder." : "Only joints are stored, no pictures.",
      ...about.consent,
    ].join(" ");
    // The camera is this browser's, so it is this machine that may draw into its picture.
    /** @type {any} */
    const client = navigator;
    const isMac = /mac/i.test(client.userAgentData?.platform ?? client.platform ?? "");
    byId("reactions").hidden = !isMac;
    byId("reactions").textContent = about.reactions.join(" ");
  }

  draw(state, isBusy) {
    const { classes, unlabelled, lacking, last } = state;
    const none = classes.find((one) => one.none);
    const gestures = classes.filter((one) => !one.none && one.count > 0);
    const enough = gestures.filter(({ count }) => count >= 3).length;
    const steps = [
      [none && none.count >= 3, "Ordinary movement first", "3 to 5 takes: scratch, type, drink"],
      [enough >= 2 && enough === gestures.length, "Each gesture", "3 to 5 takes, each a bit different"],
      [unlabelled > 0, "Record freely", unlabelled ? `${unlabelled} clips; more are welcome` : "any gestures, resting in between"],
      [false, "Label", "only what teaches the model most"],
    ];
    const next = steps.findIndex(([done]) => !done);
    fill(
      byId("steps"),
      steps.map(([done, title, note], place) =>
        element(
          "li",
          { class: done ? "done" : place === next ? "next" : "", "aria-current": place === next ? "step" : null },
          element("span", { class: "mark" }, done ? "✓" : String(place + 1)),
          element("div", {}, element("b", {}, title), element("small", {}, note)),
        ),
      ),
    );
    byId("go-on").disabled = isBusy || (this.about.labels && lacking !== "");
    byId("lacking").textContent = lacking && this.about.labels ? `Before that: ${lacking}.` : "";
    fill(
      byId("last"),
      last.length
        ? last.map(({ name }) => element("li", { title: name }, shortened(name)))
        : element("li", { class: "empty" }, "nothing yet"),
    );
    byId("undo").disabled = isBusy || !last.length;
  }
}

// Class and number: subject and session stand above.
const shortened = (name) => `${name.split("/")[0].replace(/^unlabelled$/, "free recording")} · ${Number(name.split("_").at(-1))}`;
