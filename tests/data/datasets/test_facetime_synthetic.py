"""The generated clips: what they look like, that they are reproducible, and that they are worth learning."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from gesture_al import DATASETS, ClipSet, UserError
from gesture_al.data.datasets.facetime_synthetic import FacetimeSynthetic

NAMES = ("Like", "Fire works", "Heart", "none")


@pytest.fixture(scope="module")
def clips() -> ClipSet:
    return FacetimeSynthetic(clips=1200).load()


def test_fields(clips):
    assert clips.classes == NAMES
    assert clips.skeleton.name == "hands"
    assert clips.positions.shape == (1200, 45, 42, 3)
    assert clips.positions.dtype == np.float32
    assert clips.synthetic
    assert "synthetic" in clips.source
    assert clips.split is None
    assert np.bincount(clips.labels).tolist() == [300] * 4
    assert len(np.unique(clips.subjects)) == 20
    assert len(np.unique(clips.groups)) == 40
    assert re.fullmatch(r"s07-1-\d{4}", next(i for i in clips.ids if i.startswith("s07-1")))
    assert all(group.startswith(subject) for group, subject in zip(clips.groups, clips.subjects, strict=True))
    assert len({(g, a) for g, a in zip(clips.groups, clips.aspect.tolist(), strict=True)}) == 40
    assert len(np.unique(clips.aspect)) >= 3


def test_every_person_shows_every_class(clips):
    pairs = set(zip(clips.subjects.tolist(), clips.labels.tolist(), strict=True))
    assert len(pairs) == 80


def test_times_are_uneven_and_rise(clips):
    steps = np.diff(clips.times, axis=1)
    assert (clips.times[:, 0] == 0).all()
    assert (steps > 0).all()
    assert (steps.std(axis=1) > 0.002).all()
    duration = clips.times[np.arange(1200), clips.lengths - 1]
    assert duration.min() > 0.5
    assert duration.max() <= 3.5


def test_missing_hands_are_whole_blocks_and_nothing_follows_the_end(clips):
    missing = np.isnan(clips.positions).reshape(1200, 45, 2, 63)
    assert np.array_equal(missing.any(axis=-1), missing.all(axis=-1))
    behind = np.arange(45) >= clips.lengths[:, None]
    assert missing[behind].all()
    assert (~missing).any(axis=(1, 2, 3)).all()


def test_hands_are_where_and_as_large_as_a_webcam_shows_them(clips):
    seen = clips.positions.reshape(-1, 21, 3)
    seen = seen[~np.isnan(seen[:, 0, 0])]
    assert ((seen[..., :2] > -0.5) & (seen[..., :2] < 1.5)).all()
    assert np.abs(seen[:, 0, 2]).max() == 0
    height = np.ptp(seen[..., 1], axis=1)
    assert np.quantile(height, 0.1) > 0.08
    assert np.quantile(height, 0.9) < 0.4


def test_same_parameters_same_bits():
    first, second = (FacetimeSynthetic(clips=70, seed=4).load() for _ in range(2))
    assert first.fingerprint == second.fingerprint
    assert first.fingerprint != FacetimeSynthetic(clips=70, seed=5).load().fingerprint


@pytest.mark.parametrize("count", [4, 127, 129, 300])
def test_first_clips_do_not_depend_on_how_many_follow(clips, count):
    few = FacetimeSynthetic(clips=count).load()
    assert few.fingerprint == clips.take(np.arange(count)).fingerprint


def test_global_generator_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    FacetimeSynthetic(clips=8).load()
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_noise_scales_jitter_and_losses():
    def lost(noise: float) -> float:
        part = FacetimeSynthetic(clips=128, noise=noise).load()
        return float(np.isnan(part.positions[:, :10]).mean())

    assert lost(0.0) < lost(1.0) < lost(4.0)


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"clips": 3}, "clips=3: must be 4 or more, one for each class"),
        ({"clips": 10.5}, "clips=10.5: must be a whole number from 1 to 10000000"),
        ({"subjects": 0}, "subjects=0: "),
        ({"sessions": 0}, "sessions=0: "),
        ({"frames": 7}, "frames=7: must be a whole number from 8 to 10000"),
        ({"seed": -1}, "seed=-1: "),
        ({"noise": -0.1}, "noise=-0.1: must be a number from 0 to 10"),
        ({"noise": float("nan")}, "noise=nan: "),
        ({"tilt": 91}, "tilt=91: "),
        ({"left_handed": 2}, "left_handed=2: "),
        ({"classes": ["Like", "Wave"]}, "no class 'Wave'; `classes` may hold: Like, Fire works, Heart, none"),
        ({"classes": []}, "`classes` is empty"),
        ({"classes": ["Like", "Like"]}, "names a class twice"),
        ({"classes": "Like"}, "classes=Like: must be a list of words or null"),
    ],
)
def test_wrong_parameters_are_refused_in_one_line(params, says):
    with pytest.raises(UserError) as caught:
        DATASETS.build("facetime_synthetic", params)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_yaml_lists_every_parameter_with_its_default():
    path = Path(__file__).resolve().parents[3] / "conf" / "dataset" / "facetime_synthetic.yaml"
    config = yaml.safe_load(path.read_text())
    reader = DATASETS.build(config["name"], config["params"])
    assert config["params"] == {**config["params"], "clips": 2000, "subjects": 20, "sessions": 2, "classes": None, "seed": 0}
    assert vars(reader) == vars(FacetimeSynthetic())
    assert set(config["params"]) == set(vars(reader))


def test_needs_numpy_only():
    code = (
        "import sys, gesture_al.data.datasets.facetime_synthetic as f; f.FacetimeSynthetic(clips=4).load();"
        "print([m for m in ('torch', 'sklearn', 'scipy', 'matplotlib', 'cv2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_thousands_of_clips_take_seconds():
    begin = time.process_time()
    FacetimeSynthetic(clips=2000).load()
    assert time.process_time() - begin < 8


def described(clips: ClipSet) -> np.ndarray:
    """Fixed-length features: hands at 12 moments, relative to their wrists and scaled, with wrist positions and presence."""
    square = np.stack([clips.aspect, np.ones_like(clips.aspect), clips.aspect], axis=1)[:, None, None, None]
    hands = clips.positions.reshape(len(clips), -1, 2, 21, 3) * square
    moments = (np.linspace(0, 1, 12) * (clips.lengths[:, None] - 1)).round().astype(int)
    hands = hands[np.arange(len(clips))[:, None], moments]
    size = np.nanmedian(np.linalg.norm(hands[..., 9, :] - hands[..., 0, :], axis=-1).reshape(len(clips), -1), axis=1)
    size = np.nan_to_num(size, nan=0.1)[:, None, None, None, None]
    fingers, wrists = (hands - hands[..., :1, :]) / size, hands[..., :1, :2] / size
    apart = wrists[:, :, 0] - wrists[:, :, 1]
    parts = (fingers, apart, np.isnan(wrists) * 1.0)
    return np.concatenate([np.nan_to_num(part).reshape(len(clips), -1) for part in parts], axis=1).clip(-5, 5)


@pytest.mark.filterwarnings("ignore:All-NaN slice")
def test_unseen_people_are_recognised_and_a_tenth_of_the_labels_is_not_enough(clips):
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.metrics import f1_score

    features = described(clips)
    unseen = np.isin(clips.subjects, [f"s{n:02d}" for n in range(0, 20, 3)])
    pool = np.random.default_rng(0).permutation(np.flatnonzero(~unseen))

    def score(chosen: np.ndarray) -> float:
        model = ExtraTreesClassifier(100, random_state=0).fit(features[chosen], clips.labels[chosen])
        return float(f1_score(clips.labels[unseen], model.predict(features[unseen]), average="macro"))

    everything = score(pool)
    tenths = [score(pool[start : start + 40]) for start in (0, 40, 80)]
    assert everything > 0.85
    assert np.mean(tenths) < everything - 0.08
    assert min(tenths) > 0.4


def test_take_keeps_times_and_aspect(clips):
    part = clips.take([3, 1])
    assert part.times.shape == (2, 45)
    assert dataclasses.replace(part).ids.tolist() == clips.ids[[3, 1]].tolist()


@pytest.mark.parametrize("share", [0.1, 0.6])
def test_a_share_of_none_leaves_the_other_classes_balanced_and_everybody_in_each(share):
    made = FacetimeSynthetic(clips=400, subjects=4, none_share=share).load()
    counts = np.bincount(made.labels, minlength=4)
    assert abs(counts[3] - share * 400) <= 1
    assert np.ptp(counts[:3]) <= 1
    assert len(set(zip(made.groups.tolist(), made.labels.tolist(), strict=True))) == 4 * 2 * 4


def test_a_share_of_a_class_that_is_left_out_is_refused():
    with pytest.raises(UserError, match=r"none_share=0\.5.*leaves none out"):
        FacetimeSynthetic(classes=["Like", "Heart"], none_share=0.5)
