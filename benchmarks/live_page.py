"""How fast the live page is: pictures a second and latency in a real browser, beside the landmarks alone. In one run.

    python benchmarks/live_page.py

A person is painted (nobody was filmed) and is the webcam of a headless chromium at 640 x 480 and 30 pictures a second. Measured
are the page's latency, from the picture's capture to the browser's next frame after the answer is drawn, what of it the server
took (JPEG, landmarks, recogniser and all else), and pictures a second. Beside it the same pictures go through the same landmark
extractor alone, before and after, without a browser. The browser draws without a GPU on the same processor here.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

import cv2
import numpy as np

from gesture_al.capture.video.frame import Frame, decode_jpeg
from gesture_al.data.datasets.facetime_stream import facetime_streams
from gesture_al.deploy.export import example_folder
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.running import Options
from gesture_al.studio.live.server import run_in_browser
from gesture_al.studio.server.opening import Opening

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from browser_world import ARGUMENTS, CHROMIUM
from painted_hands import painted

TARGET = 10.0
_CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
_GATHER = "window.looked = []; addEventListener('looked', ({ detail }) => window.looked.push([performance.now(), detail]))"


def pictures(seconds: float) -> list[bytes]:
    """JPEG files of a person who makes gestures, ten a second."""
    person = facetime_streams(6, seed=3)[5]
    rows = np.searchsorted(person.seconds, 51.0 + np.arange(0, seconds, 0.1))
    made = [painted(joints, 640, 480)[..., ::-1] for joints in person.positions[rows]]
    return [cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes() for picture in made]


def alone(recogniser: Recogniser, film: list[bytes]) -> list[float]:
    """Seconds of the landmark extractor for each picture, and nothing beside it."""
    images, costs = [decode_jpeg(one) for one in film for _ in range(3)], []
    with recogniser.extractor.track() as tracker:
        for number, image in enumerate(images):
            began = time.perf_counter()
            tracker.see(Frame(image, number / 30))
            costs.append(time.perf_counter() - began)
    return costs[5:]


def in_the_page(recogniser: Recogniser, film: Path, seconds: float, folder: Path) -> list[tuple[float, dict[str, float]]]:
    """When each picture's answer was on the screen, and what it took; milliseconds."""
    from playwright.sync_api import sync_playwright

    said: list[str] = []
    there = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        there.set()

    options, opening = Options(window=False, folder=folder / "pool"), Opening(browser=False, say=say)
    server = threading.Thread(target=run_in_browser, args=(recogniser, options, lambda event: None, "example", folder, opening))
    server.start()
    there.wait()
    with sync_playwright() as started:
        arguments = [*ARGUMENTS, *_CAMERA, f"--use-file-for-fake-video-capture={film}"]
        browser = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.add_init_script(_GATHER)
        page.goto(said[0].split()[-1])
        page.wait_for_selector("#wrong:not([disabled])")
        page.wait_for_timeout(2000 + 1000 * seconds)
        looked = page.evaluate("window.looked")
        page.keyboard.press("q")
        page.wait_for_selector("dialog[open]")
        browser.close()
    server.join()
    # The first two seconds load what is loaded on demand.
    return [(at, detail) for at, detail in looked if at > looked[0][0] + 2000]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    args = parser.parse_args()
    recogniser = Recogniser.load(example_folder())
    film = pictures(4)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "person.mjpeg"
        path.write_bytes(b"".join(one for one in film for _ in range(3)))
        before = alone(recogniser, film)
        looked = in_the_page(recogniser, path, args.seconds, Path(name))
        alone_ms = 1000 * np.array([*before, *alone(recogniser, film)])
    took = {name: np.array([detail[name] for _, detail in looked]) for name in ("landmarks", "decode", "rest", "latency")}
    beyond = took["decode"] + took["rest"]
    rows = {
        "landmarks alone": alone_ms,
        "landmarks": took["landmarks"],
        "JPEG": took["decode"],
        "recogniser, events": took["rest"],
        "capture to screen": took["latency"],
    }
    for name, values in rows.items():
        median, p95 = np.quantile(values, (0.5, 0.95))
        print(f"{name:>20}: median {median:7.2f} ms, 95% within {p95:7.2f} ms ({len(values)} pictures)")
    rate = (len(looked) - 1) / (looked[-1][0] - looked[0][0]) * 1000
    print(f"{'pictures a second':>20}: {rate:.1f} of the camera's 30")
    whole = np.median(took["landmarks"] + beyond) / np.median(alone_ms)
    print(f"{'ratio':>20}: the server's whole work is {whole:.2f} of the landmarks alone, capture to screen ", end="")
    print(f"{np.median(took['latency']) / np.median(alone_ms):.2f}")
    p95 = float(np.quantile(beyond, 0.95))
    print(f"{'target':>20}: at most {TARGET:g} ms beyond the landmarks: {'kept' if p95 <= TARGET else 'MISSED'} ({p95:.1f} ms)")


if __name__ == "__main__":
    main()
