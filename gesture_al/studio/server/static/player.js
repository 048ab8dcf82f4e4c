// A clip as a moving skeleton on a canvas.

import { at, colours, drawSkeleton, onColours } from "./skeleton.js";

const PAUSE = 0.45; // Seconds between the end of a clip and its next beginning.
const TRAIL = 0.6; // Seconds of way that fingertips leave behind them.
const SPEEDS = [0.25, 0.5, 1, 1.5, 2];
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// All that moves is moved by one clock, which stands while nothing does: a page that waits leaves the processor to the training.
const players = new Set();
let ticking = false;
function tick(now) {
  for (const player of players) player.move(now / 1000);
  ticking = [...players].some((player) => player.moves);
  if (ticking) requestAnimationFrame(tick);
}
function wind() {
  if (!ticking) requestAnimationFrame(tick);
  ticking = true;
}

export class Player {
  // `onFrame` is called with every frame that is drawn; `width` is that of bones, in pixels; `film` shows the clip beside.
  /**
   * @param {any} canvas
   * @param {any} skeleton
   * @param {{ onFrame?: (frame: number, clip: any) => void, width?: number, film?: any }} [options]
   */
  constructor(canvas, skeleton, { onFrame = () => {}, width = 4, film = null } = {}) {
    this.canvas = canvas;
    this.skeleton = skeleton;
    this.onFrame = onFrame;
    this.width = width;
    this.film = film;
    /** @type {any} */
    this.clip = null;
    this.unit = 1;
    this.mirrored = false;
    this.place = SPEEDS.indexOf(1);
    this.replays = 0;
    new ResizeObserver(() => this.resize()).observe(canvas);
    onColours(() => this.draw());
    players.add(this);
  }

  get speed() {
    return SPEEDS[this.place];
  }

  stop() {
    players.delete(this);
  }

  show(clip) {
    this.clip = clip;
    this.replays = 0;
    this.start();
    this.draw();
  }

  clear() {
    this.clip = null;
    this.canvas.getContext("2d").clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  start() {
    this.time = 0;
    this.before = null;
    this.frame = 0;
    this.still = false;
    this.film?.start();
    wind();
  }

  get moves() {
    return this.clip !== null && !this.still;
  }

  replay() {
    if (!this.clip) return;
    this.replays += 1;
    this.start();
    this.draw();
  }

  faster(by) {
    this.place = Math.max(0, Math.min(SPEEDS.length - 1, this.place + by));
    this.film?.speed(this.speed);
    return this.speed;
  }

  // Hold still and go on by so many frames.
  step(by) {
    if (this.clip) this.seek((this.frame + by + this.clip.frames.length) % this.clip.frames.length);
  }

  seek(frame) {
    this.still = true;
    this.frame = frame;
    this.time = this.clip.seconds[frame];
    this.film?.seek(this.time);
    this.draw();
  }

  move(now) {
    if (!this.clip || this.still) return;
    const passed = this.before === null ? 0 : Math.min(now - this.before, 0.1) * this.speed;
    this.before = now;
    this.time = this.film?.time() ?? this.time + passed;
    const { seconds } = this.clip;
    const end = seconds.at(-1) + (seconds.length > 1 ? seconds.at(-1) / (seconds.length - 1) : 0);
    if (this.time > end) this.film?.hold();
    if (this.time > end && calm.matches) {
      this.still = true;
    } else if (this.time > end + PAUSE) {
      this.start();
      this.replays += 1;
    }
    let frame = this.frame;
    while (frame + 1 < seconds.length && seconds[frame + 1] <= this.time) frame += 1;
    if (frame !== this.drawnFrame) {
      this.frame = frame;
      this.draw();
    }
  }

  resize() {
    const { width, height } = this.canvas.getBoundingClientRect();
    this.canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
    this.canvas.height = Math.max(1, Math.round(height * devicePixelRatio));
    this.draw();
  }

  draw() {
    const pen = this.canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawnFrame = this.frame;
    if (!this.clip) return;
    const { width, height } = this.skeleton;
    const scale = Math.min(this.canvas.width / width, this.canvas.height / height);
    const flip = this.mirrored ? -1 : 1;
    pen.setTransform(flip * scale, 0, 0, scale, (this.canvas.width - flip * width * scale) / 2, (this.canvas.height - height * scale) / 2);
    pen.lineCap = "round";
    this.unit = devicePixelRatio / scale;
    this.drawTrail(pen);
    drawSkeleton(pen, this.skeleton, this.clip.frames[this.frame], this.width * this.unit);
    this.onFrame(this.frame, this.clip);
  }

  drawTrail(pen) {
    const { frames, seconds } = this.clip;
    const { trail, track, sides } = this.skeleton;
    const since = track ? 0 : seconds[this.frame] - TRAIL;
    for (const joint of trail) {
      pen.strokeStyle = colours[sides[joint]];
      for (let frame = this.frame; frame > 0 && seconds[frame] > since; frame -= 1) {
        const [x, y, fromX, fromY] = [...at(frames[frame], joint), ...at(frames[frame - 1], joint)];
        if (x === null || fromX === null) continue;
        pen.globalAlpha = track ? 0.75 : 0.35 * ((seconds[frame] - since) / TRAIL);
        pen.lineWidth = this.width * this.unit * (track ? 1 : 0.8);
        pen.beginPath();
        pen.moveTo(fromX, fromY);
        pen.lineTo(x, y);
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
  }
}
