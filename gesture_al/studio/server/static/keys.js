// The keyboard. Held keys, text fields, modifiers and dialogs are left alone.

const TYPING = "input, textarea, select, [contenteditable]";

/**
 * @param {Record<string, (event: KeyboardEvent) => unknown>} commands
 * @param {{ isBlocked: () => boolean, onClass: (key: string) => boolean, mayBeHeld?: (key: string) => boolean }} options
 */
export function listen(commands, { isBlocked, onClass, mayBeHeld = () => false }) {
  addEventListener("keydown", (event) => {
    if ((event.repeat && !mayBeHeld(event.key)) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isBlocked() || inside(event, TYPING)) return;
    const { key } = event;
    // A button that was reached by Tab is pressed with space and Enter, as everywhere.
    const onButton = document.activeElement?.matches("button, a");
    if ((key === " " || key === "Enter") && onButton) return;
    const command = commands[key] ?? commands[key.length === 1 ? key.toLowerCase() : key];
    if (command?.(event) || (!command && key.length === 1 && onClass(key.toLowerCase()))) event.preventDefault();
  });
  // A button that was clicked must not keep the focus, or the next space would press it again.
  addEventListener("click", (event) => {
    if (event.detail > 0 && !document.querySelector("dialog[open]")) inside(event, "button:not(.tile)")?.blur();
  });
}

// What an event happened in, by a selector; null where it was elsewhere.
/** @returns {HTMLElement | null} */
function inside(event, selector) {
  return event.target instanceof Element ? event.target.closest(selector) : null;
}
