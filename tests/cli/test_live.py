from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import httpx2
import numpy as np
import pytest
from live_page_world import BRIGHT, DARK, jpeg

from gesture_al.capture.landmarks.base import LANDMARKS
from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.cli.live import table
from gesture_al.cli.main import main
from gesture_al.core.errors import UserError
from gesture_al.data.skeleton import SKELETONS
from gesture_al.data.track import FrameJoints


class Model:
    """Like in bright frames; never sure in grey ones."""

    classes = ("Like", "Fire works", "Heart", "none")
    skeleton, layout, clip_seconds = SKELETONS["hands"], "hands", None
    description = SimpleNamespace(trained_on={"synthetic": True})

    def __init__(self):
        self.operating_point = {"window": 0.6, "smoothing": 0.0}

    def probs(self, positions, seconds, aspect):
        like = float(np.clip(np.nan_to_num(positions[-3:, 0, 0].mean()), 0.01, 0.97))
        return np.array([like, 0.01, 0.01, 0.98 - like], np.float32)

    def probs_many(self, clips, aspect):
        return np.stack([self.probs(*clip, aspect) for clip in clips])


class Extractor:
    skeleton, settings = SKELETONS["hands"], {}

    def track(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def see(self, frame):
        return FrameJoints(np.full((42, 3), frame.image.mean() / 255, np.float32), np.ones(2, np.float32))


@pytest.fixture
def written(monkeypatch, tmp_path):
    """Operating points written; the exported model and the extractor are replaced by fakes."""
    points = {}
    example = tmp_path / "example"

    class ExportedModel:
        @staticmethod
        def load(folder, runtime="onnx"):
            if folder.name == "nowhere":
                raise UserError(f"{folder}: no such folder")
            return Model()

    fake = SimpleNamespace(
        ExportedModel=ExportedModel,
        example_folder=lambda: example,
        write_operating_point=lambda at, told: points.update({at: told}),
    )
    monkeypatch.setitem(sys.modules, "gesture_al.deploy.export", fake)
    monkeypatch.setattr(LANDMARKS, "names", lambda: ["hands"])
    monkeypatch.setattr(LANDMARKS, "build", lambda name, params: Extractor())
    return points


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    with ClipWriter(path, 20.0) as writer:
        for number in range(60):
            writer.write(Frame(np.full((96, 128, 3), 250 if 20 <= number < 40 else 5, np.uint8), number / 20))
    return path


def test_events_are_json_lines_and_nothing_else_is_on_stdout(written, film, capsys):
    assert main(["live", "model=mine", f"source={film}", "--headless", "--json"]) == 0
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    told = json.loads(line)
    assert told["event"] == "Like"
    assert told["seconds"] == pytest.approx(1.2, abs=0.2)
    assert 0 < told["confidence"] <= 1
    assert told["time"].endswith("+00:00")
    assert "60 frames, 1 event;" in err


def test_a_source_may_be_an_address(written, film, serve, capsys):
    address, _ = serve({"/film.mp4?key=t0ken": film.read_bytes()})
    assert main(["live", "model=mine", f"source={address}/film.mp4?key=t0ken", "--headless"]) == 0
    out, err = capsys.readouterr()
    assert "Like" in out
    assert "60 frames, 1 event;" in err
    assert main(["live", "model=mine", "source=rtsp://ann:s3cret@127.0.0.1:1/a", "--headless"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("gesture-al: rtsp://***@127.0.0.1:1/a: cannot be opened (Connection refused); ")


def test_without_a_model_the_example_is_used_and_said_to_be_synthetic(written, film, capsys):
    assert main(["live", f"source={film}", "--headless"]) == 0
    out, err = capsys.readouterr()
    assert "Like" in out
    assert "synthetic" in err


def test_an_annotated_video_can_be_had_without_a_window(written, film, tmp_path, capsys):
    assert main(["live", "model=mine", f"source={film}", "--headless", "--save", str(tmp_path / "seen.mp4")]) == 0
    assert (tmp_path / "seen.mp4").stat().st_size > 1000
    assert "seen.mp4" in capsys.readouterr().err


def test_a_setting_of_the_operating_point_can_be_typed(written, film, capsys):
    assert main(["live", "model=mine", f"source={film}", "--headless", "threshold=0.99"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["model=nowhere"], "no such folder"),
        (["sauce=0"], "sauce"),
        (["clip.mp4"], "key=value"),
        (["threshold=2"], "threshold"),
        (["threshold=high"], "threshold"),
        (["source=nothing.mp4"], "nothing.mp4"),
        (["source=77"], "camera 77"),
        (["tune"], "model="),
        (["tune", "model=mine", "hours=-1"], "hours"),
        (["tune", "model=mine", "people=[ben]"], "people= says whose clips of a data set; name it too"),
        (["tune", "model=mine", "hours=1", "dataset=clips"], "hours= is for streams of synthetic people"),
        (["score", "model=mine", "hours=1", "run=last"], "hours= is for streams of synthetic people"),
        (["score", "model=mine", "latency=0.2"], "no key 'latency'"),
        (["tune", "model=mine", "dataset=point_history", "dataset.params.path=nothing.csv"], "nothing.csv"),
    ],
)
def test_what_cannot_be_done_is_one_line(written, typed, said, capsys):
    words = typed if typed[0] in ("tune", "score") else [*typed, "--headless"]
    assert main(["live", *words]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert len(err.strip().splitlines()) <= 2, "one line, and the note on the example"
    assert out == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--browser", "source=0"], "source= does not go with --browser"),
        (["--browser-off", "source=clip.mp4"], "source= does not go with --browser"),
        (["--browser", "--headless"], "--headless"),
        (["--browser", "--save", "seen.mp4"], "--save"),
        (["--host", "0.0.0.0"], "add --browser"),
        (["--browser-off", "--host", "no.such.host.invalid"], "--host no.such.host.invalid"),
        (["--browser", "model=nowhere"], "no such folder"),
    ],
)
def test_what_does_not_go_with_a_page_is_one_line(written, typed, said, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path))
    assert main(["live", *typed]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert len(err.strip().splitlines()) <= 2, "one line, and the note on the example"
    assert out == ""


def test_the_page_tells_its_events_on_stdout_and_ends_with_the_summary_of_the_window(written, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path))
    done = []
    page = threading.Thread(target=lambda: done.append(main(["live", "model=mine", "--browser-off", "--json"])), daemon=True)
    page.start()
    kept = tmp_path / "live" / "page.json"
    until(kept.exists)
    told = json.loads(kept.read_text())
    with httpx2.Client(base_url=f"http://127.0.0.1:{told['port']}", follow_redirects=True) as client:
        until(lambda: client.get("/", params={"token": told["token"]}).status_code == 200)
        for number in range(60):
            where = {"tab": "t", "camera": "1", "seconds": number / 20}
            body = jpeg(BRIGHT if 20 <= number < 40 else DARK)
            client.post("/frame", params=where, content=body, headers={"content-type": "image/jpeg"})
        client.post("/end", json={})
    page.join(20)
    assert done == [0]
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    assert json.loads(line)["event"] == "Like"
    assert "live in the browser: http://127.0.0.1:" in err
    assert "60 frames, 1 event;" in err


def until(there):
    for _ in range(1000):
        if there():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come")


def test_with_onnx_the_page_imports_no_torch():
    script = (
        "import sys\nfrom pathlib import Path\nfrom gesture_al.cli.main import main\n"
        "from gesture_al.capture.landmarks.base import LANDMARKS\nfrom gesture_al.deploy.live.running import Options\n"
        "from gesture_al.cli.live import load\nfrom gesture_al.studio.live.routes import routes\n"
        "from gesture_al.studio.live.server import run_in_browser\nfrom gesture_al.studio.live.live_page import LivePage\n"
        "import numpy as np\nrecogniser, _ = load({})\n"
        "live_page = LivePage(recogniser, Options(window=False), print)\nroutes(live_page, 'example', True)\n"
        "from gesture_al.deploy.live.session import LiveSession\n"
        "session = LiveSession(recogniser.model, recogniser.point, 4 / 3)\n"
        "assert session.feed(1.0, np.full((42, 3), 0.5, np.float32)) is not None\n"
        "print('loaded:', *(name for name in ('torch', 'pytorch_lightning', 'hydra', 'sklearn') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "loaded:\n"), done.stderr


def test_without_a_display_it_says_what_to_type(written, film, monkeypatch, capsys):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert main(["live", "model=mine", f"source={film}"]) == 2
    assert "--headless" in capsys.readouterr().err


def test_tuning_writes_the_point_into_the_folder(written, tmp_path, capsys):
    assert main(["live", "tune", f"model={tmp_path}", "hours=0.1", "false_per_hour=1000"]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == f"tuned: {tmp_path}"
    (point,) = written.values()
    assert point["window"] == 0.6
    assert "event F1" in err


def test_a_score_can_be_read_by_programs(written, capsys):
    assert main(["live", "score", "model=mine", "hours=0.1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert 0 <= told["f1"] <= 1
    assert told["gestures"] > 10


def test_streams_of_other_gestures_or_joints_are_refused(written, shared_data, capsys):
    archive = ["dataset=archive", f"dataset.params.path={shared_data / 'hello3.npz'}"]
    assert main(["live", "score", "model=mine", *archive]) == 2
    assert "hello" in capsys.readouterr().err


def test_values_are_read_as_what_they_are():
    told = table(["source=0", "threshold=0.5", "people=[a,b]"], ("source", "threshold", "people"))
    assert told == {"source": "0", "threshold": 0.5, "people": ["a", "b"]}
