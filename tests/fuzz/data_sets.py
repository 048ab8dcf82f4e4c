"""Importers of data sets: .npz, .npy, .ts, .csv and tracks; a set is read, checked and split, as a run begins."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from fuzz.arrays import gzip_bomb, mutated_npy, mutated_npz, npy, npz, write
from fuzz.importers import Work, importer, spoil
from fuzz.mutations import (
    mutated_bytes,
    mutated_json,
    mutated_numbers,
    mutated_table,
    odd_name,
)
from fuzz.running import NonsenseError

from gesture_al.core.settings import DatasetPart, Part, Settings


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
    from gesture_al.data.clip_set import clip_seconds
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


@importer("npz archive", _good_archive)
def _bad_archive(rng: random.Random, folder: Path) -> Work:
    arrays = dict(archive_arrays())
    for name in rng.sample(sorted(set(arrays) - {"X", "y", "class_names"}), rng.randrange(8)):
        del arrays[name]
    return _archive(spoil(rng, folder / "set.npz", lambda: mutated_npz(rng, arrays)))


def _pairs(folder: Path, params: Mapping[str, Any] | None = None) -> Work:
    return lambda: begin_run(DatasetPart("archive", {"path": str(folder / "X.npy"), **(params or {})}))


def _good_pairs(folder: Path) -> Work:
    for name, array in archive_arrays().items():
        write(folder / f"{name}.npy", npy(array))
    return _pairs(folder)


@importer("npy arrays", _good_pairs)
def _bad_pairs(rng: random.Random, folder: Path) -> Work:
    _good_pairs(folder)
    for name in rng.sample(sorted(archive_arrays()), rng.choice((1, 1, 2))):
        spoil(rng, folder / f"{name}.npy", lambda name=name: mutated_npy(rng, archive_arrays()[name]))
    params = {
        "axes": (None, "NJTC", "NCTJ", "NTF", "NF", "JTNC", "", "NTJCM", "N"),
        "coordinates": (None, 2, 3),
        "units": ("auto", "pixels", "as_written"),
        "width": (None, 640, 1e-9),
        "height": (None, 480, 1e9),
    }
    return _pairs(folder, {name: rng.choice(values) for name, values in params.items()} if rng.random() < 0.5 else {})


def _keypoints(root: Path) -> Work:
    return lambda: begin_run(DatasetPart("keypoint_folder", {"path": str(root)}))


def _good_keypoints(folder: Path) -> Work:
    frames = np.random.default_rng(0).random((16, 3, 126), dtype=np.float32) + 0.1
    for clip, frames_T_F in enumerate(frames):
        for number, frame in enumerate(frames_T_F):
            write(folder / "set" / "ab"[clip % 2] / str(clip) / f"{number}.npy", npy(frame))
    return _keypoints(folder / "set")


@importer("npy frames", _good_keypoints)
def _bad_keypoints(rng: random.Random, folder: Path) -> Work:
    _good_keypoints(folder)
    root = folder / "set"
    frames = sorted(root.glob("*/*/*.npy"))
    chosen = frames if rng.random() < 0.2 else rng.sample(frames, rng.choice((1, 2)))
    for path in chosen:
        spoil(rng, path, lambda path=path: mutated_npy(rng, np.load(path) if path.exists() else np.zeros(126, np.float32)))
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


@importer("ts and ts.gz", _good_uea)
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

    return _uea(spoil(rng, folder / rng.choice(("set.ts", "set.ts.gz")), content))


def _history(path: Path) -> Work:
    return lambda: begin_run(DatasetPart("point_history", {"path": str(path)}))


def _history_text(width: int = 16) -> str:
    """Tracks of 8 frames, or with 42 numbers poses of a hand."""
    largest = 100 if width == 16 else 0
    return "".join(
        f"{row // 3 % 4},{','.join(f'{(row + column) / (largest or row + width - 1):.4f}' for column in range(width))}\n"
        for row in range(240)
    )


def _good_history(folder: Path) -> Work:
    write(folder / "set.csv", _history_text().encode())
    return _history(folder / "set.csv")


@importer("csv tracks", _good_history)
def _bad_history(rng: random.Random, folder: Path) -> Work:
    if rng.random() < 0.3:
        arrays = {"X": np.zeros((240, 8, 1, 2), np.float32), "y": np.arange(240) // 3 % 4}
        return _history(spoil(rng, folder / "set.npz", lambda: mutated_npz(rng, arrays)))
    return _history(spoil(rng, folder / "set.csv", lambda: mutated_table(rng, _history_text(rng.choice((16, 42))))))


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


@importer("npz tracks", _good_tracks)
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
            spoil(rng, path, lambda arrays=arrays: mutated_npz(rng, arrays))
    if rng.random() < 0.1:
        odd_name(rng, root / "a")
    return _tracks(root)


def _hand_list(essai: int) -> str:
    """A list of SHREC'17's clips."""
    ways = [(gesture, finger, person) for gesture in (1, 2) for finger in (1, 2) for person in (1, 2, 3)]
    return "".join(f"{g} {f} {person} {essai} {g} {2 * g + f} 6\n" for g, f, person in ways)


def _hand_clip(seed: int) -> str:
    numbers = np.random.default_rng(seed).normal(size=(6, 66))
    return "".join(" ".join(f"{value:.4f}" for value in row) + "\n" for row in numbers)


def _good_hands(folder: Path) -> Work:
    root = folder / "set"
    for half, essai in (("train", 1), ("test", 2)):
        write(root / f"{half}_gestures.txt", _hand_list(essai).encode())
        for seed, row in enumerate(_hand_list(essai).splitlines()):
            place = "gesture_{}/finger_{}/subject_{}/essai_{}".format(*row.split()[:4])
            write(root / place / "skeletons_world.txt", _hand_clip(seed).encode())
    return lambda: begin_run(DatasetPart("shrec17", {"path": str(root)}))


@importer("folders of hands", _good_hands)
def _bad_hands(rng: random.Random, folder: Path) -> Work:
    work = _good_hands(folder)
    clips = sorted((folder / "set").rglob("skeletons_world.txt"))
    if rng.random() < 0.4:
        spoil(rng, folder / "set" / "train_gestures.txt", lambda: mutated_numbers(rng, _hand_list(1)))
    else:
        spoil(rng, rng.choice(clips), lambda: mutated_numbers(rng, _hand_clip(0)))
    return work
