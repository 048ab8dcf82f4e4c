// The video of a clip: while there is one, the skeleton goes by its clock.

const PATIENCE = 1500; // Milliseconds after which the skeleton no longer waits for a file that does not come.

export class Film {
  // `onShown` is told whether there is one to be seen.
  constructor(video, onShown) {
    this.video = video;
    this.onShown = onShown;
    this.from = 0;
    this.wanted = false;
    this.begun = 0;
    video.addEventListener("loadeddata", () => this.appear(video.videoWidth > 0));
    // Not every browser plays every file; the skeleton goes on alone then.
    video.addEventListener("error", () => this.appear(false));
  }

  // From the second of the file at which the clip begins; without an address there is none.
  show(address, from = 0) {
    this.clear();
    if (!address) return this.appear(false);
    this.from = from;
    this.wanted = true;
    this.video.src = address;
  }

  // Nothing more of this clip. Its place stays, since the next one will most likely have a film too.
  clear() {
    this.wanted = false;
    this.video.removeAttribute("src");
    this.video.load();
  }

  appear(shown) {
    this.wanted &&= shown;
    this.video.hidden = !this.wanted;
    this.onShown(this.wanted);
  }

  // Seconds of the clip; null where it goes on without a film.
  time() {
    const { paused, ended, seeking, readyState, currentTime } = this.video;
    if (!this.wanted || paused || ended) return null;
    const waiting = seeking || readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
    return waiting && performance.now() - this.begun > PATIENCE ? null : currentTime - this.from;
  }

  start() {
    if (!this.wanted) return;
    this.begun = performance.now();
    this.video.currentTime = this.from;
    this.video.play().catch(() => {});
  }

  hold() {
    this.video.pause();
  }

  seek(seconds) {
    this.hold();
    if (this.wanted) this.video.currentTime = this.from + seconds;
  }

  speed(rate) {
    this.video.defaultPlaybackRate = this.video.playbackRate = rate;
  }
}
