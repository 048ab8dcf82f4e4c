// A take on its way: what the camera shows, as the browser encodes it.

// VP9 where there is one, then VP8; Safari has MP4 only.
const KINDS = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];
const BITS_PER_SECOND = 2500000;
const SLICE = 1000; // Milliseconds: what was recorded is handed over so often, so that a long one does not wait in one piece.

export const canRecord = () => Boolean(window.MediaRecorder) && KINDS.some((kind) => MediaRecorder.isTypeSupported(kind));

export class TakeEncoder {
  constructor(stream) {
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    this.began = 0;
    this.recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_PER_SECOND });
    this.parts = [];
    this.recorder.ondataavailable = ({ data }) => data.size && this.parts.push(data);
    this.failed = new Promise(
      (resolve, reject) => (this.recorder.onerror = ({ error }) => reject(error ?? new Error("the browser stopped recording"))),
    );
    this.failed.catch(() => {});
  }

  // Done when it runs; throws what the browser says where it does not.
  async start() {
    const running = new Promise((resolve) => (this.recorder.onstart = resolve));
    this.recorder.start(SLICE);
    await Promise.race([running, this.failed]);
    this.began = performance.now();
  }

  // What was recorded: `{ blob, seconds }`.
  async stop() {
    const seconds = (performance.now() - this.began) / 1000;
    if (this.recorder.state !== "inactive") {
      const stopped = new Promise((resolve) => (this.recorder.onstop = resolve));
      this.recorder.stop();
      await Promise.race([stopped, this.failed]);
    }
    return { blob: new Blob(this.parts, { type: this.recorder.mimeType.split(";")[0] || "video/webm" }), seconds };
  }

  drop() {
    this.recorder.ondataavailable = null;
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }
}
