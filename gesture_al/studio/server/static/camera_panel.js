// What a page shows of its camera beside the picture: which one it is, and what is wrong with it.

import { element, fill } from "./dom.js";

export class CameraPanel {
  // `choice` is a <select>, `trouble` a box over the picture; `open` opens the camera with an id, or the usual one.
  constructor(choice, trouble, open) {
    this.choice = choice;
    this.trouble = trouble;
    this.open = open;
    choice.addEventListener("change", () => open(choice.value));
  }

  // Hidden where there is nothing to choose.
  cameras(cameras, current) {
    this.choice.hidden = cameras.length < 2;
    fill(
      this.choice,
      cameras.map(({ id, name }) => element("option", { value: id, selected: id === current }, name)),
    );
  }

  // A CameraTrouble, or null for none.
  show(trouble) {
    this.trouble.hidden = !trouble;
    if (!trouble) return;
    const again = element("button", { class: "strong", onclick: () => this.open() }, "Try again");
    fill(this.trouble, [element("h2", {}, trouble.message), element("p", {}, trouble.remedy), again]);
  }
}
