// The joints of a person over the video in which they were found.
//
// The canvas lies over the video in a box of class `camera` (base.css): both are fitted into it and mirrored alike.

import { drawSkeleton, onColours } from "./skeleton.js";

export class Overlay {
  // `width` is that of bones, in pixels of the screen.
  constructor(canvas, video, skeleton, { width = 4 } = {}) {
    this.canvas = canvas;
    this.video = video;
    this.skeleton = skeleton;
    this.width = width;
    this.joints = null;
    new ResizeObserver(() => this.draw()).observe(canvas);
    onColours(() => this.draw());
  }

  // Fractions of the unmirrored picture, x, y, x, y ..., null where not seen.
  show(joints) {
    this.joints = joints;
    this.draw();
  }

  clear() {
    this.show(null);
  }

  draw() {
    const { canvas, video } = this;
    const wide = video.videoWidth || 640;
    const high = video.videoHeight || 480;
    // The picture's own shape, as fine as the screen shows it.
    const scale = Math.max(0.1, Math.min(canvas.clientWidth / wide, canvas.clientHeight / high)) * devicePixelRatio;
    const [width, height] = [Math.round(wide * scale), Math.round(high * scale)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    if (!this.joints) return;
    const places = this.joints.map((value, place) => (value === null ? null : value * (place % 2 ? height : width)));
    const bone = this.width * devicePixelRatio;
    // A rim, since nobody knows what colour the picture has there.
    pen.globalAlpha = 0.6;
    drawSkeleton(pen, this.skeleton, places, 1.75 * bone, "#0c0f14");
    pen.globalAlpha = 1;
    drawSkeleton(pen, this.skeleton, places, bone);
  }
}
