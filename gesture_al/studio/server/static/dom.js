// Building elements of the page, HTML and SVG.

const SVG = "http://www.w3.org/2000/svg";

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

export const element = (tag, attributes = {}, ...children) => build(document.createElement(tag), attributes, children);

export const drawn = (tag, attributes = {}, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

export const fill = (node, children) => node.replaceChildren(...[children].flat().filter((child) => child != null && child !== false));

/**
 * The element of the page with this id; what kind it is stands in index.html.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

// How a click was made: clicks that the keyboard makes have no pointer.
export const source = (event) =>
  event.pointerType === "touch" || event.pointerType === "pen" ? "touch" : event.detail === 0 ? "keys" : "mouse";

export const percent = (share) => `${Math.round(100 * share)} %`;
