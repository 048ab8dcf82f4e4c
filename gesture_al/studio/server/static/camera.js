// This machine's camera: opened without sound, shown in a <video>, and copied picture by picture.

import { CameraTrouble, troubleOf } from "./camera_trouble.js";

const ENOUGH = 5; // The first pictures of a camera are dark, or none at all.
const PATIENCE = 10000; // Milliseconds until a camera that gives no picture is one that does not work.
const CHOSEN = "gesture_al/camera";

export class Camera {
  // `video` shows it; mirroring is the page's (class `mirrored` around it), pictures that are taken are never mirrored.
  // `onTrouble` gets a CameraTrouble when the camera stops by itself, null when it goes on; `onList` the cameras there are.
  /**
   * @param {HTMLVideoElement} video
   * @param {{ onTrouble?: (trouble: CameraTrouble | null) => void, onList?: (cameras: { id: string, name: string }[]) => void, width?: number, height?: number }} [options]
   */
  constructor(video, { onTrouble = () => {}, onList = () => {}, width = 640, height = 480 } = {}) {
    this.video = video;
    this.onTrouble = onTrouble;
    this.onList = onList;
    this.width = width;
    this.height = height;
    Object.assign(video, { muted: true, playsInline: true });
    /** @type {MediaStream | null} */
    this.stream = null;
    this.attempt = 0;
    /** @type {{ number: number, seconds: number } | null} */
    this.latest = null;
    /** @type {{ resolve: Function, reject: Function }[]} */
    this.waiting = [];
    /** @type {any} */
    this.sheet = null;
    this.taken = 0;
    navigator.mediaDevices?.addEventListener("devicechange", async () => this.onList(await this.list()));
  }

  // Open the chosen camera, or the one of last time, or any; done when it has given enough pictures. Gives back whether this
  // is now the one that is open: another one may have been chosen meanwhile. Throws a CameraTrouble.
  async open(id = localStorage.getItem(CHOSEN)) {
    this.close();
    const attempt = this.attempt;
    let stream;
    try {
      stream = await this.ask(id);
      if (attempt !== this.attempt) {
        stop(stream);
        return false;
      }
      this.stream = stream;
      this.watch(stream.getVideoTracks()[0]);
      this.video.srcObject = stream;
      await this.video.play();
      await this.pictures(ENOUGH, attempt);
    } catch (error) {
      // Another camera was chosen meanwhile: what became of this one matters to nobody.
      if (attempt !== this.attempt) return false;
      this.close();
      throw troubleOf(error);
    }
    if (attempt !== this.attempt) return false;
    if (this.id) localStorage.setItem(CHOSEN, this.id);
    this.onList(await this.list());
    return attempt === this.attempt;
  }

  async ask(id) {
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraTrouble("insecure");
    const wanted = { width: { ideal: this.width }, height: { ideal: this.height }, frameRate: { ideal: 30 } };
    try {
      return await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: id ? { ...wanted, deviceId: { exact: id } } : { ...wanted, facingMode: "user" },
      });
    } catch (error) {
      // The one of last time is not plugged in today.
      if (id && (error.name === "OverconstrainedError" || error.name === "NotFoundError")) return this.ask(null);
      throw error;
    }
  }

  close() {
    this.attempt += 1;
    this.latest = null;
    this.waiting.splice(0).forEach(({ reject }) => reject(new CameraTrouble("closed")));
    stop(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  get isOpen() {
    return this.stream !== null && this.latest !== null;
  }

  get id() {
    return this.stream?.getVideoTracks()[0]?.getSettings().deviceId ?? null;
  }

  get name() {
    return this.stream?.getVideoTracks()[0]?.label ?? "";
  }

  // All cameras, `{ id, name }`; names are known once one of them was allowed.
  async list() {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    const cameras = devices.filter(({ kind }) => kind === "videoinput");
    return cameras.map(({ deviceId, label }, number) => ({ id: deviceId, name: label || `camera ${number + 1}` }));
  }

  // The next picture that is shown and was not given out before: `{ number, seconds }`, on the clock of performance.now().
  async next(before = this.latest?.number ?? 0) {
    if (this.latest && this.latest.number > before) return this.latest;
    if (!this.stream) throw new CameraTrouble("closed");
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  // A JPEG of the next picture that was not taken yet, as the camera sees it, at most `high` pixels high:
  // `{ blob, seconds, width, height }`.
  async snapshot({ quality = 0.9, high = Infinity } = {}) {
    const { number, seconds } = await this.next(this.taken);
    this.taken = number;
    const { videoWidth, videoHeight } = this.video;
    const scale = Math.min(1, high / videoHeight);
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    this.sheet ??= sheet();
    // To set the size clears it, which takes time.
    if (this.sheet.width !== width || this.sheet.height !== height) Object.assign(this.sheet, { width, height });
    this.sheet.getContext("2d", { alpha: false }).drawImage(this.video, 0, 0, width, height);
    return { blob: await jpegOf(this.sheet, quality), seconds, width, height };
  }

  watch(track) {
    track.addEventListener("ended", () => {
      if (!this.stream?.getTracks().includes(track)) return;
      this.close();
      this.onTrouble(new CameraTrouble("unplugged"));
    });
    // The system or a switch on the camera has shut it, and may open it again.
    track.addEventListener("mute", () => this.stream?.getTracks().includes(track) && this.onTrouble(new CameraTrouble("silent")));
    track.addEventListener("unmute", () => this.stream?.getTracks().includes(track) && this.onTrouble(null));
    const attempt = this.attempt;
    let number = this.latest?.number ?? this.taken;
    eachPicture(this.video, (seconds) => {
      if (attempt !== this.attempt) return false;
      number += 1;
      this.latest = { number, seconds };
      this.waiting.splice(0).forEach(({ resolve }) => resolve(this.latest));
      return true;
    });
  }

  async pictures(count, attempt) {
    const late = new Promise((_, reject) => setTimeout(() => reject(new CameraTrouble("silent")), PATIENCE));
    for (let number = 0; number < count && attempt === this.attempt; number += 1) await Promise.race([this.next(), late]);
  }
}

// Call `does` with the time of each new picture of a video, seconds, until it gives back false.
function eachPicture(video, does) {
  if (video.requestVideoFrameCallback) {
    const seen = (now, { captureTime, presentationTime }) => {
      if (does((captureTime ?? presentationTime ?? now) / 1000)) video.requestVideoFrameCallback(seen);
    };
    video.requestVideoFrameCallback(seen);
    return;
  }
  let before = -1;
  const look = (now) => {
    const isNew = video.currentTime !== before && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    before = video.currentTime;
    if (!isNew || does(now / 1000)) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

// Off the page, where a browser has that: it does not wait for the page to be idle before it compresses.
const sheet = () => (window.OffscreenCanvas ? new OffscreenCanvas(1, 1) : document.createElement("canvas"));

const jpegOf = (canvas, quality) =>
  canvas.convertToBlob
    ? canvas.convertToBlob({ type: "image/jpeg", quality })
    : new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));

const stop = (stream) => stream?.getTracks().forEach((track) => track.stop());
