// Talking to the server. A reply that says no is a `Refused`; no reply at all is `Offline`.

export class Offline extends Error {}

export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

async function reply(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Offline();
  }
  const fields = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, fields.error ?? response.statusText);
  return fields;
}

export const get = (path) => reply(path, { cache: "no-store" });

export const post = (path, fields) =>
  reply(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields) });

// A body as it is, a picture say.
export const send = (path, blob) => reply(path, { method: "POST", headers: { "Content-Type": blob.type }, body: blob });

// The state of the session, whenever it changes; `onGone` when nobody answers.
export function follow(onState, onGone) {
  let source;
  const open = () => {
    source = new EventSource("/events");
    source.addEventListener("state", (event) => onState(JSON.parse(event.data)));
    source.onerror = () => {
      onGone();
      // The browser tries again by itself unless the server said no.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 1500);
    };
  };
  open();
  addEventListener("pagehide", () => source.close());
}
