// The gesture that fired: large, for a moment, and then in the list.

import { byId, element, percent } from "/shared/dom.js";

const SHOWN = 1600;
const LAST = 50;

export class Events {
  fired({ name, confidence }) {
    const event = byId("event");
    event.textContent = name;
    event.hidden = true;
    // Drawn once without it, so that the same gesture twice is seen to come twice.
    event.getBoundingClientRect();
    event.hidden = false;
    byId("camera").classList.add("fired");
    clearTimeout(this.fading);
    this.fading = setTimeout(() => {
      event.hidden = true;
      byId("camera").classList.remove("fired");
    }, SHOWN);
    const past = byId("past");
    const time = new Date().toLocaleTimeString([], { hour12: false });
    past.prepend(element("li", {}, element("b", {}, name), element("span", {}, percent(confidence)), element("time", {}, time)));
    while (past.children.length > LAST) past.lastElementChild.remove();
  }
}
