// What can go wrong with a camera, in plain words: what happened, and what to do.

const WORDS = {
  refused: [
    "The browser may not use the camera.",
    "Allow the camera for this page (the sign left of the address), and in the system's privacy settings for this browser. Then try again.",
  ],
  missing: ["No camera was found.", "Plug one in, or wake the phone that serves as one. Then try again."],
  busy: [
    "The camera is in use, or does not start.",
    "Close the other program or page that uses it (a video call?), or plug it in again. Then try again.",
  ],
  unplugged: ["The camera has gone.", "Plug it in again, or choose another one. Then try again."],
  silent: [
    "The camera gives no picture.",
    "Look for a cover or a switch on it, and for a privacy setting of the system. Or choose another camera.",
  ],
  insecure: [
    "Browsers give the camera only to pages of this very machine, or over https.",
    `Open this page on the machine that runs it, at http://127.0.0.1:${location.port}. From another one, first: ssh -L ${location.port}:127.0.0.1:${location.port} <that machine>`,
  ],
  closed: ["The camera is closed.", "Try again."],
  other: ["The camera cannot be opened.", "Try another camera or another browser."],
};

const NAMES = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  DevicesNotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
};

export class CameraTrouble extends Error {
  // `kind` is one of the words above; `message` says what happened, `remedy` what to do.
  constructor(kind, detail = "") {
    const [text, remedy] = WORDS[kind];
    super(detail ? `${text} (${detail})` : text);
    this.kind = kind;
    this.remedy = remedy;
  }
}

export function troubleOf(error) {
  if (error instanceof CameraTrouble) return error;
  const kind = NAMES[error.name] ?? "other";
  return new CameraTrouble(kind, kind === "other" ? error.message : "");
}
