"""Every importer of the program: how a small good input of it is made, how it goes wrong, and how the program reads it."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from fuzz.arrays import gzip_bomb, mutated_npy, mutated_npz, npy, npz, write
from fuzz.mutations import (
    mutated_bytes,
    mutated_json,
    mutated_lines,
    mutated_numbers,
    mutated_table,
    mutated_yaml,
    odd_name,
    replace_by_special,
)
from fuzz.pictures import mutated_picture, mutated_video, picture, video
from fuzz.running import NonsenseError

from gesture_al.core.settings import DatasetPart, Part, Settings, models_dir

Work = Callable[[], object]
READ = 200
"""Frames of a video that are looked at."""


@dataclass(frozen=True)
class Importer:
    """An importer.

    Args:
        good: Puts an input that is accepted into a folder; what reads it.
        bad: The same, with something wrong in it.
    """

    good: Callable[[Path], Work]
    bad: Callable[[random.Random, Path], Work]


IMPORTERS: dict[str, Importer] = {}


def _importer(name: str, good: Callable[[Path], Work]) -> Callable[[Callable[[random.Random, Path], Work]], None]:
    def add(bad: Callable[[random.Random, Path], Work]) -> None:
        IMPORTERS[name] = Importer(good, bad)

    return add


def _spoil(rng: random.Random, path: Path, content: Callable[[], bytes]) -> Path:
    """Write a bad file; now and then something that is no file, or a name that is odd. Returns where it is."""
    chance = rng.random()
    if chance < 0.06:
        replace_by_special(rng, path)
        return path
    write(path, content())
    return odd_name(rng, path) if chance < 0.1 else path


# Data sets: read, checked and split, as a run begins.


def begin_run(part: DatasetPart) -> str:
    """All of a run that comes before training; what came out of it is looked at."""
    from gesture_al.runs.assembly import assemble, load_clips

    clips = load_clips(part)
    settings = Settings(
        dataset=part,
        features=Part("geometric", {"frames": 8}),
        augment=Part("none"),
        model=Part("lstm"),
        trainer=Part("gradient_steps"),
        strategy=Part("random"),
        oracle=Part("simulated"),
        stopping=Part("budget"),
        tracking=Part("csv"),
        view=Part("default"),
        initial_per_class=1,
    )
    made = assemble(settings, clips)
    _look_at(clips)
    return made.shape()


def _look_at(clips: Any) -> None:
    from gesture_al.data.datasets.base import clip_seconds
    from gesture_al.data.geometry.sampling import resample

    rows = np.arange(len(clips))
    for name in ("times", "start", "end", "aspect", "video_from"):
        values = getattr(clips, name)
        if values is not None and not np.isfinite(values).all():
            raise NonsenseError(f"{name} holds {values[~np.isfinite(values)][0]}")
    if clips.aspect is not None and (clips.aspect <= 0).any():
        raise NonsenseError(f"aspect {clips.aspect.min()}")
    if clips.fps is not None and not 0 < clips.fps < float("inf"):
        raise NonsenseError(f"fps {clips.fps}")
    if np.isinf(clips.positions).any():
        raise NonsenseError("an infinite position")
    if clips.times is not None:
        inside = np.arange(1, clips.times.shape[1]) < clips.lengths[:, None]
        if (inside & (np.diff(clips.times, axis=1) < 0)).any():
            raise NonsenseError("times that fall")
    if (seconds := clip_seconds(clips, rows)) is not None and not all(0 <= value < 1e9 for value in seconds.values()):
        raise NonsenseError(f"clips last {seconds}")
    resample(np.asarray(clips.positions), clips.lengths, clips.times, 8)


@cache
def archive_arrays() -> Mapping[str, np.ndarray[Any, Any]]:
    """An archive of 24 clips."""
    rng = np.random.default_rng(0)
    count = 24
    return {
        "X": rng.random((count, 8, 8, 3), dtype=np.float32) + 0.1,
        "y": (np.arange(count) % 3),
        "class_names": np.array(["a", "b", "c"]),
        "lengths": np.full(count, 8),
        "subject": np.arange(count) // 6,
        "split": np.where(np.arange(count) // 6 == 1, "test", "train"),
        "groups": np.array([f"g{n // 6}" for n in range(count)]),
        "start": np.arange(count) * 2.0,
        "end": np.arange(count) * 2.0 + 1,
        "times": np.tile(np.arange(8, dtype=np.float32) / 8, (count, 1)),
        "fps": np.array(8.0),
        "aspect": np.full(count, 4 / 3),
        "ids": np.array([f"clip{n}" for n in range(count)]),
        "source": np.array("made by the tests"),
        "licence": np.array("none"),
    }


def _archive(path: Path) -> Work:
    return lambda: begin_run(DatasetPart("archive", {"path": str(path)}))


def _good_archive(folder: Path) -> Work:
    write(folder / "set.npz", npz({f"{name}.npy": npy(array) for name, array in archive_arrays().items()}))
    return _archive(folder / "set.npz")


@_importer("npz archive", _good_archive)
def _bad_archive(rng: random.Random, folder: Path) -> Work:
    arrays = dict(archive_arrays())
    for name in rng.sample(sorted(set(arrays) - {"X", "y", "class_names"}), rng.randrange(8)):
        del arrays[name]
    return _archive(_spoil(rng, folder / "set.npz", lambda: mutated_npz(rng, arrays)))


def _keypoints(root: Path) -> Work:
    return lambda: begin_run(DatasetPart("keypoint_folder", {"path": str(root)}))


def _good_keypoints(folder: Path) -> Work:
    frames = np.random.default_rng(0).random((16, 3, 126), dtype=np.float32) + 0.1
    for clip, frames_T_F in enumerate(frames):
        for number, frame in enumerate(frames_T_F):
            write(folder / "set" / "ab"[clip % 2] / str(clip) / f"{number}.npy", npy(frame))
    return _keypoints(folder / "set")


@_importer("npy frames", _good_keypoints)
def _bad_keypoints(rng: random.Random, folder: Path) -> Work:
    _good_keypoints(folder)
    root = folder / "set"
    frames = sorted(root.glob("*/*/*.npy"))
    chosen = frames if rng.random() < 0.2 else rng.sample(frames, rng.choice((1, 2)))
    for path in chosen:
        _spoil(rng, path, lambda path=path: mutated_npy(rng, np.load(path) if path.exists() else np.zeros(126, np.float32)))
    if rng.random() < 0.2:
        odd_name(rng, rng.choice([root / "a", *sorted(root.glob("b/*"))]))
    return _keypoints(odd_name(rng, root) if rng.random() < 0.05 else root)


def _series(rng: random.Random) -> str:
    rows = [
        ":".join(",".join(f"{rng.random():.3f}" for _ in range(6)) for _ in range(6)) + f":{'ab'[case % 2]}" for case in range(12)
    ]
    head = (
        "#a comment\n@problemName Made\n@timeStamps false\n@univariate false\n@dimensions 6\n@equalLength true\n@seriesLength 6\n"
    )
    return head + "@classLabel true a b\n@data\n" + "\n".join(rows) + "\n"


def _uea(path: Path) -> Work:
    return lambda: begin_run(DatasetPart("uea", {"train": str(path)}))


def _good_uea(folder: Path) -> Work:
    write(folder / "set.ts.gz", gzip.compress(_series(random.Random(0)).encode()))
    return _uea(folder / "set.ts.gz")


@_importer("ts and ts.gz", _good_uea)
def _bad_uea(rng: random.Random, folder: Path) -> Work:
    def content() -> bytes:
        text = _series(rng)
        match rng.randrange(8):
            case 0:
                return gzip_bomb(rng.choice((text.encode(), b"", text.rpartition("\n")[0].encode())))
            case 1:
                return mutated_bytes(rng, gzip.compress(text.encode()))
            case 2:
                long = ":".join([",".join(["0"] * 20_000)] * 6) + ":a\n"
                return (text + long + text.partition("@data\n")[2] * 200).encode()
        data = mutated_numbers(rng, text)
        return gzip.compress(data) if rng.random() < 0.3 else data

    return _uea(_spoil(rng, folder / rng.choice(("set.ts", "set.ts.gz")), content))


def _history(path: Path) -> Work:
    return lambda: begin_run(DatasetPart("point_history", {"path": str(path)}))


def _history_text() -> str:
    return "".join(f"{row // 3 % 4},{','.join(f'{(row + column) / 100:.2f}' for column in range(16))}\n" for row in range(240))


def _good_history(folder: Path) -> Work:
    write(folder / "set.csv", _history_text().encode())
    return _history(folder / "set.csv")


@_importer("csv tracks", _good_history)
def _bad_history(rng: random.Random, folder: Path) -> Work:
    if rng.random() < 0.3:
        arrays = {"X": np.zeros((240, 8, 1, 2), np.float32), "y": np.arange(240) // 3 % 4}
        return _history(_spoil(rng, folder / "set.npz", lambda: mutated_npz(rng, arrays)))
    return _history(_spoil(rng, folder / "set.csv", lambda: mutated_table(rng, _history_text())))


def _track_arrays(number: int) -> dict[str, np.ndarray[Any, Any]]:
    return {
        "positions": np.random.default_rng(number).random((8, 42, 3), dtype=np.float32) + 0.1,
        "seconds": np.arange(8) / 15,
        "handedness": np.ones((8, 2), np.float32),
        "flags": np.array([""] * 8),
        "size": np.array([640, 480]),
        "layout": np.array("hands"),
        "about": np.array(json.dumps({"class": "a", "subject": f"s{number % 4}", "session": "1", "video": "v.mp4"})),
    }


def _tracks(root: Path) -> Work:
    return lambda: begin_run(DatasetPart("clips", {"path": str(root)}))


def _good_tracks(folder: Path) -> Work:
    for number in range(16):
        members = {f"{name}.npy": npy(array) for name, array in _track_arrays(number).items()}
        write(folder / "set" / "ab"[number % 2] / f"{number}.npz", npz(members))
    return _tracks(folder / "set")


@_importer("npz tracks", _good_tracks)
def _bad_tracks(rng: random.Random, folder: Path) -> Work:
    _good_tracks(folder)
    root = folder / "set"
    files = sorted(root.glob("*/*.npz"))
    same = rng.random() < 0.3
    for number, path in enumerate(files if same else rng.sample(files, 2)):
        arrays = _track_arrays(number)
        if rng.random() < 0.5:
            about = mutated_json(
                rng, json.loads(str(arrays["about"])) | {"recording": "r", "start": 1.0, "end": 2.0, "priority": 1}
            )
            arrays["about"] = np.array(about.decode("utf-8", "replace"))
            write(path, npz({f"{name}.npy": npy(array) for name, array in arrays.items()}))
        else:
            _spoil(rng, path, lambda arrays=arrays: mutated_npz(rng, arrays))
    if rng.random() < 0.1:
        odd_name(rng, root / "a")
    return _tracks(root)


# Labels and lists.


def _records() -> list[dict[str, Any]]:
    return [
        {
            "clip": f"clip{n}",
            "class": "ab"[n % 2],
            "kind": "label",
            "annotator": "ann",
            "time": "2026-01-01T00:00:00",
            "seconds": 1.5,
            "start": 0.5,
            "end": 1.0,
            "reason": "",
        }
        for n in range(6)
    ]


def _labels(path: Path) -> Work:
    def read() -> str:
        from gesture_al.active.annotation.exchange.formats import read_labels, write_labels

        records = read_labels(path)
        for one in records:
            numbers = [number for number in (one.seconds, one.start, one.end) if number is not None]
            if not all(abs(number) < 1e300 for number in numbers) or one.seconds < 0:
                raise NonsenseError(f"{one}")
        for suffix in (".csv", ".jsonl", ".json"):
            write_labels(Path(f"again{suffix}"), records)
        return f"{len(records)} labels"

    return read


def _csv_of(records: list[dict[str, Any]]) -> str:
    lines = [",".join(records[0]), *(",".join(map(str, record.values())) for record in records)]
    return "\n".join(lines) + "\n"


def _good_label_table(folder: Path) -> Work:
    write(folder / "labels.csv", _csv_of(_records()).encode())
    return _labels(folder / "labels.csv")


@_importer("csv labels", _good_label_table)
def _bad_label_table(rng: random.Random, folder: Path) -> Work:
    return _labels(_spoil(rng, folder / "labels.csv", lambda: mutated_table(rng, _csv_of(_records()))))


def _good_label_lines(folder: Path) -> Work:
    write(folder / "labels.jsonl", b"".join(json.dumps(one).encode() + b"\n" for one in _records()))
    return _labels(folder / "labels.jsonl")


@_importer("jsonl labels", _good_label_lines)
def _bad_label_lines(rng: random.Random, folder: Path) -> Work:
    return _labels(_spoil(rng, folder / "labels.jsonl", lambda: mutated_lines(rng, _records())))


def _tasks() -> list[dict[str, Any]]:
    choice = {"from_name": "gesture", "to_name": "clip", "type": "choices", "value": {"choices": ["a"]}}
    done = {"id": 1, "result": [choice], "was_cancelled": False, "lead_time": 2.5, "created_at": "2026-01-01"}
    data = {"clip": "clip0", "annotator": "ann", "kind": "label", "start": 0.5, "end": 1.5, "reason": ""}
    return [
        {"id": 1, "data": data, "annotations": [done]},
        {"clip": "clip1", "gesture": "b", "lead_time": 1.0, "start": 0.5, "end": 1},
    ]


def _good_label_studio(folder: Path) -> Work:
    write(folder / "labels.json", json.dumps(_tasks()).encode())
    return _labels(folder / "labels.json")


@_importer("label studio json", _good_label_studio)
def _bad_label_studio(rng: random.Random, folder: Path) -> Work:
    return _labels(_spoil(rng, folder / "labels.json", lambda: mutated_json(rng, _tasks())))


_LISTING = "path,class,subject,session\na/1.mp4,a,ann,1\nb/2.mp4,b,ben,2\n"


def _listing(listing: Path) -> Work:
    def read() -> str:
        from gesture_al.capture.extraction.sources import find_sources
        from gesture_al.capture.extraction.table import read_table

        if listing.name == "tracking.csv":
            return f"{len(read_table(listing.parent))} rows"
        return f"{len(find_sources(listing.parent, None, listing))} videos"

    return read


def _good_listing(folder: Path) -> Work:
    for name in ("a/1.mp4", "b/2.mp4"):
        write(folder / name, b"x")
    write(folder / "list.csv", _LISTING.encode())
    return _listing(folder / "list.csv")


@_importer("csv lists of videos", _good_listing)
def _bad_listing(rng: random.Random, folder: Path) -> Work:
    _good_listing(folder)
    if rng.random() < 0.4:
        from gesture_al.capture.extraction.table import Row, write_table

        write_table(folder, [Row("a/1.mp4", "a", "ann", "1", "taken", clips=1, frames=9, seconds=1.0)] * 3)
        text = (folder / "tracking.csv").read_text()
        path = _spoil(rng, folder / "tracking.csv", lambda: mutated_table(rng, text))
        return _listing(path if path.name == "tracking.csv" else path.rename(folder / "tracking.csv"))
    return _listing(_spoil(rng, folder / "list.csv", lambda: mutated_table(rng, _LISTING)))


# Settings.


@cache
def _settings_text() -> str:
    import yaml

    settings = Settings(
        dataset=DatasetPart("facetime_synthetic", {"clips": 32, "subjects": 4}),
        features=Part("geometric", {"frames": 24}),
        augment=Part("standard"),
        model=Part("lstm", {"hidden": 8}),
        trainer=Part("gradient_steps", {"steps": 6, "warmup": 2}),
        strategy=Part("random_share", {"share": 0.1, "inner": {"name": "entropy", "params": {}}}),
        oracle=Part("simulated", {"noise": 0.1}),
        stopping=Part("f1_threshold"),
        tracking=Part("csv"),
        view=Part("default", {"width": 100}),
    )
    return yaml.safe_dump(asdict(settings), sort_keys=False)


def _config(folder: Path) -> Work:
    def read() -> str:
        from gesture_al.runs.report.read import read_runs
        from gesture_al.runs.runner import read_settings

        read_runs([folder])
        return _begin(read_settings(folder))

    return read


def _begin(settings: Settings) -> str:
    """All of a run before training, and whatever takes as many threads or as much memory as was asked for."""
    from gesture_al.core.parts import build_part
    from gesture_al.data.datasets.base import DATASETS
    from gesture_al.learning.threads import numeric_threads, torch_threads
    from gesture_al.runs.assembly import assemble, check_net, load_clips

    check_net(settings)
    clips = settings.dataset.params.get("clips")
    if isinstance(clips, int) and 1000 < clips <= 10_000_000:
        # It may be asked for, and takes its time.
        return f"{build_part(DATASETS, 'dataset', settings.dataset)}"
    made = assemble(settings, load_clips(settings.dataset))
    import torch

    with torch_threads(settings.threads), numeric_threads(settings.threads):
        (torch.ones(300, 300) @ torch.ones(300, 300)).sum()
        np.ones((300, 300)) @ np.ones((300, 300))
    return made.shape()


def _good_config(folder: Path) -> Work:
    write(folder / "run" / "config.yaml", _settings_text().encode())
    return _config(folder / "run")


@_importer("yaml of a run", _good_config)
def _bad_config(rng: random.Random, folder: Path) -> Work:
    path = _spoil(rng, folder / "run" / "config.yaml", lambda: mutated_yaml(rng, _settings_text()))
    if path.name != "config.yaml":
        path.rename(path.with_name("config.yaml"))
    return _config(odd_name(rng, folder / "run") if rng.random() < 0.05 else folder / "run")


@cache
def _keys() -> dict[str, list[str]]:
    """Every option of every group with its parameters, as the YAML files have them."""
    import yaml

    from gesture_al.core.settings import conf_dir

    found: dict[str, list[str]] = {"": list(Settings.__dataclass_fields__)}
    for path in sorted(conf_dir().glob("*/*.yaml")):
        content = yaml.safe_load(path.read_text()) or {}
        found[f"{path.parent.name}={path.stem}"] = list(content.get("params") or {})
    return found


_TYPED = (
    "${oc.env:HOME}",
    "${oc.env:X}",
    "${k}",
    "${seed}",
    "${",
    "${a",
    "${oc.decode:'['}",
    "${oc.create:{a:1}}",
    "${now:%Y}",
    "${hydra:runtime.cwd}",
    "???",
    "[" * 500,
    "{a:" * 500,
    "'",
    '"',
    "[1,2",
    "a,b",
    "1,2",
    "range(1000000000)",
    "choice(1,2)",
    "interval(0,1)",
    "glob(*)",
    "null",
    "true",
    "-1",
    "0",
    "1",
    "1.5",
    "1e6",
    "1e9",
    "1e308",
    "1e999",
    "nan",
    "inf",
    "-inf",
    "100000",
    "1000000000",
    "9" * 30,
    "9" * 5000,
    "é",
    "\udcff",
    "abc",
    "[]",
    "{}",
    "[1]",
    "[a]",
    "{a: 1}",
    "/dev/zero",
    "x" * 300,
    "x" * 5000,
    "../..",
    "~",
    "\\",
    "a=b",
    "'\\'",
    "1:1",
    "0x10",
    "1_000",
    " ",
    "",
    "\x01",
    "\n",
)


def _override(rng: random.Random) -> str:
    option = rng.choice(list(_keys()))
    group, _, _ = option.partition("=")
    key = rng.choice(_keys()[option]) if _keys()[option] else "x"
    value = rng.choice(_TYPED)
    if not group:
        return f"{key}={value}"
    return rng.choice(
        (f"{group}.params.{key}={value}",) * 5
        + (
            f"{group}={value}",
            f"{group}.name={value}",
            f"+{group}.params.{value}=1",
            f"~{group}",
            value,
            f"{value}={value}",
            f"hydra.{key}={value}",
            f"+{key}={value}",
            f"{group}@x={value}",
        )
    )


def _words(words: list[str]) -> Work:
    def typed() -> str:
        from gesture_al.cli.composition import compose_settings
        from gesture_al.cli.main import parse

        args, _ = parse(words)
        return _begin(compose_settings(args.overrides))

    return typed


_USUAL = ["dataset.params.clips=32", "dataset.params.subjects=4", "features.params.frames=8", "stopping=budget", "tracking=csv"]


def _command(words: list[str]) -> Work:
    """A command that reads folders and options and does no long work."""

    def typed() -> str:
        from gesture_al.cli.main import main

        code = main(words)
        if code == 1:
            raise OSError("exit 1")
        raise SystemExit(code)

    return typed


def _live(words: list[str]) -> Work:
    def typed() -> str:
        from gesture_al.cli.live import LIVE_KEYS, load, table

        recogniser, _ = load(table(words, LIVE_KEYS))
        return str(recogniser.point)

    return typed


def _extract(words: Mapping[str, str]) -> Work:
    def typed() -> str:
        from gesture_al.capture.extraction.cutting import ClipRules
        from gesture_al.capture.extraction.sources import Pattern

        rules = ClipRules(float(words["at_least"]), words["cut"], float(words["window"]))  # type: ignore[arg-type]
        return f"{rules} {Pattern(words['pattern']).read('a/b_c')}"

    return typed


@_importer("command words", lambda folder: _words(["run", *_USUAL]))
def _bad_words(rng: random.Random, folder: Path) -> Work:
    word = rng.choice(_TYPED)
    chance = rng.random()
    if chance < 0.1:
        key = rng.choice(
            ("model", "runtime", "window", "hop", "frames", "threshold", "thresholds", "agree", "of", "refractory", "smoothing")
        )
        return _live([f"{key}={word}", word] if rng.random() < 0.2 else [f"{key}={word}"])
    if chance < 0.15:
        floats = ("nan", "inf", "-1", "0", "1e308", "1", "0.5")
        return _extract(
            {
                "at_least": rng.choice(floats),
                "cut": rng.choice(("motion", "windows", word)),
                "window": rng.choice(floats),
                "pattern": rng.choice((word, "{class}/{subject}_{n}", "{class}" + word, "*" * 30 + "{class}", "(" * 50 + "{n}")),
            }
        )
    if chance < 0.3:
        word = word.replace("\x00", "") or "x"
        return _command(
            rng.choice(
                (
                    ["list", word],
                    ["report", word],
                    ["resume", word],
                    ["export", word],
                    ["export", f"run={word}"],
                    ["labels", word, "--to", "x.csv"],
                    ["labels", ".", "--from", word],
                    ["show", word, "--out", "x.gif"],
                    [word],
                    ["run", f"--{word}"],
                    ["live", "score", f"hours={word}"],
                    ["extract", word],
                    ["extract", ".", "--csv", word],
                    ["extract", ".", f"--fps={word}"],
                    ["extract", ".", "--processes", word],
                    ["extract", ".", "--pattern", word],
                    ["run", "--help"],
                    ["models", word],
                    ["benchmark", "--show-config", f"benchmark.params.seeds={word}"],
                    ["run", "--print", f"k={word}"],
                )
            )
        )
    overrides = [_override(rng) for _ in range(rng.choice((1, 1, 2)))]
    choices = {override.split(".params.")[0] for override in overrides if ".params." in override}
    options = [option for option in _keys() if option.partition("=")[0] in choices and rng.random() < 0.3][:2]
    return _words(["run", *_USUAL[: rng.choice((2, 5))], *options, *overrides])


# Pictures and videos.


def _watch(path: Path, fps: float | None = None) -> Work:
    def read() -> str:
        from gesture_al.capture.video.reading import open_video

        last, count = -1.0, 0
        with open_video(path, fps) as opened:
            if opened.width < 1 or opened.height < 1 or not 0 < opened.fps < float("inf"):
                raise NonsenseError(f"{opened.width} x {opened.height} at {opened.fps}")
            if opened.duration is not None and not 0 <= opened.duration < float("inf"):
                raise NonsenseError(f"lasts {opened.duration}")
            for frame in opened:
                if not frame.seconds > last or not frame.seconds < float("inf"):
                    raise NonsenseError(f"{frame.seconds} after {last}")
                last, count = frame.seconds, count + 1
                if count == READ:
                    break
        return f"{count} frames"

    return read


def _good_video(folder: Path) -> Work:
    write(folder / "clip.mp4", video(".mp4"))
    return _watch(folder / "clip.mp4")


@_importer("videos", _good_video)
def _bad_video(rng: random.Random, folder: Path) -> Work:
    suffix = rng.choice((".mp4", ".avi", ".webm", ".mkv", ".gif"))
    return _watch(_spoil(rng, folder / f"clip{suffix}", lambda: mutated_video(rng, suffix)))


def _good_pictures(folder: Path) -> Work:
    for number in range(3):
        write(folder / "pictures" / f"{number}.png", picture(".png"))
    return _watch(folder / "pictures")


@_importer("pictures", _good_pictures)
def _bad_pictures(rng: random.Random, folder: Path) -> Work:
    suffix = rng.choice((".png", ".jpg", ".bmp", ".webp", ".tiff"))
    if rng.random() < 0.6:
        return _watch(_spoil(rng, folder / f"one{suffix}", lambda: mutated_picture(rng, suffix)))
    for number in range(3):
        write(folder / "pictures" / f"{number}{suffix}", picture(suffix))
    _spoil(rng, folder / "pictures" / f"{rng.randrange(3)}{suffix}", lambda: mutated_picture(rng, suffix))
    return _watch(folder / "pictures", rng.choice((None, 1e-300, 0.0, -1.0, float("nan"), float("inf"), 1e308)))


# Recognisers.


def _recogniser(folder: Path, runtime: str) -> Work:
    def read() -> str:
        from gesture_al.deploy.export import ExportedModel
        from gesture_al.deploy.live.operating_point import OperatingPoint
        from gesture_al.deploy.live.recogniser import Recogniser

        model = ExportedModel.load(folder, runtime)
        recogniser = Recogniser(model)
        assert isinstance(recogniser.point, OperatingPoint)
        rng = np.random.default_rng(0)
        joints = len(model.skeleton)
        stream = [(n / 15, rng.random((joints, 3), dtype=np.float32)) for n in range(60)]
        events = list(recogniser.stream(stream))
        probs = model.probs(np.stack([positions for _, positions in stream]), np.arange(60) / 15, 4 / 3)
        if (
            probs.shape != (len(model.classes),)
            or not np.isfinite(probs).all()
            or abs(float(probs.sum()) - 1) > 1e-3
            or probs.min() < 0
        ):
            raise NonsenseError(f"probabilities {probs.tolist()[:5]}")
        if any(not 0 <= event.confidence <= 1 for event in events):
            raise NonsenseError(f"{events[0]}")
        return f"{len(events)} events"

    return read


@cache
def _recogniser_files() -> dict[str, bytes]:
    folder = models_dir() / "facetime-synthetic"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def _good_recogniser(folder: Path) -> Work:
    for name, content in _recogniser_files().items():
        write(folder / "model" / name, content)
    return _recogniser(folder / "model", "onnx")


@_importer("recogniser folders", _good_recogniser)
def _bad_recogniser(rng: random.Random, folder: Path) -> Work:
    from gesture_al.deploy.export.folder import write_checksums

    _good_recogniser(folder)
    root, files = folder / "model", _recogniser_files()
    runtime = rng.choice(("onnx", "torch"))
    name = rng.choice(
        ("recogniser.json",) * 4
        + ("operating_point.json",) * 2
        + ("weights.safetensors",) * 2
        + ("recogniser.onnx", "checksums.sha256")
    )

    def content() -> bytes:
        if name.endswith(".json"):
            return mutated_json(rng, json.loads(files[name]))
        if name == "weights.safetensors" and rng.random() < 0.6:
            return _spoilt_weights(rng, files[name])
        if name == "recogniser.onnx" and rng.random() < 0.6:
            return _spoilt_graph(rng, files[name])
        return mutated_bytes(rng, files[name])

    chance = rng.random()
    if chance < 0.06:
        replace_by_special(rng, root / name)
    else:
        write(root / name, content())
    if name != "checksums.sha256" and 0.06 <= chance < 0.95:
        write_checksums(root)
    return _recogniser(odd_name(rng, root) if chance > 0.97 else root, runtime)


def _spoilt_weights(rng: random.Random, content: bytes) -> bytes:
    import torch
    from safetensors.torch import load, save

    tensors = load(content)
    name = rng.choice(sorted(tensors))
    match rng.randrange(5):
        case 0:
            tensors[name] = torch.full_like(tensors[name], rng.choice((float("nan"), float("inf"), -float("inf"), 1e38)))
        case 1:
            tensors[name].view(-1)[0] = float("nan")
        case 2:
            tensors[name] = tensors[name].to(torch.float16)
        case 3:
            tensors[name] = tensors[name].reshape(-1)
        case _:
            length = int.from_bytes(content[:8], "little")
            head = json.loads(content[8 : 8 + length])
            head = mutated_json(rng, head)
            return len(head).to_bytes(8, "little") + head + content[8 + length :]
    return bytes(save(tensors))


def _spoilt_graph(rng: random.Random, content: bytes) -> bytes:
    """The graph with some of its numbers replaced: weights lie in it as runs of little-endian floats."""
    data = bytearray(content)
    at = rng.randrange(len(data) // 4) * 4 + rng.randrange(4)
    piece = np.full(rng.choice((1, 64, 4096)), rng.choice((np.nan, np.inf, 1e38)), np.float32).tobytes()
    data[at : at + len(piece)] = piece[: len(data) - at]
    return bytes(data)
