"""The same clips saved in every way that people save them: read alike, or refused in one line that names array and shape."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gesture_al import UserError, read_dataset

CLIPS, FRAMES, JOINTS = 12, 9, 21
NAMES = np.array(["wave", "fist", "point"])
LABELS = np.arange(CLIPS) % 3
thorough = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@functools.cache
def hands(coordinates=3):
    """Clips (N, T, J, C) of hands that move on smoothly, in numbers that float16 holds too."""
    rng = np.random.default_rng(0)
    shape = rng.uniform(-0.1, 0.1, (CLIPS, 1, JOINTS, 3))
    path = rng.uniform(0.3, 0.6, (CLIPS, 1, 1, 3)) + np.linspace(0, 0.1, FRAMES)[None, :, None, None]
    return (np.round((shape + path) * 1024) / 1024).astype(np.float32)[..., :coordinates]


def saved(folder, form="npz", **arrays):
    """The arrays in a file or folder; what `dataset.params.path` is then."""
    arrays = {"X": hands(), "y": LABELS, "class_names": NAMES} | arrays
    arrays = {name: array for name, array in arrays.items() if array is not None}
    folder = Path(folder)
    if form in ("npz", "compressed"):
        (np.savez if form == "npz" else np.savez_compressed)(folder / "set.npz", **arrays)
        return folder / "set.npz"
    for name, array in arrays.items():
        np.save(folder / f"{name}{'_train' if form == 'X_train.npy' else ''}.npy", array)
    return folder if form == "folder" else folder / form


def read(path, **params):
    return read_dataset("archive", path=str(path), **params)


def refusal(path, **params):
    with pytest.raises(UserError) as caught:
        read(path, **params)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.fixture(scope="module")
def right():
    """The clips as they are saved plainly, read in a cache of their own."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GESTURE_AL_CACHE", f"{folder}/cache")
        clips = read(saved(folder))
        return clips.take(np.arange(len(clips)))


ONE_HOT = np.eye(3)[LABELS]
LABEL_FORMS = {
    "indices": LABELS,
    "column": LABELS[:, None],
    "whole floats": LABELS.astype(np.float64),
    "float column": LABELS[:, None].astype(np.float32),
    "uint8": LABELS.astype(np.uint8),
    "big-endian": LABELS.astype(">i8"),
    "one-hot": ONE_HOT.astype(np.int64),
    "one-hot floats": ONE_HOT,
    "one-hot bools": ONE_HOT.astype(bool),
    "words": NAMES[LABELS],
    "word column": NAMES[LABELS][:, None],
    "bytes": NAMES[LABELS].astype("S"),
    "words of numbers": LABELS.astype(str),
    "words of floats": LABELS.astype(float).astype(str),
    "from 1": LABELS + 1,
    "from 1, floats": LABELS + 1.0,
}
ORDERS = {
    "C": lambda x: x,
    "Fortran": np.asfortranarray,
    "float16": lambda x: x.astype(np.float16),
    "float64": lambda x: x.astype(np.float64),
    "big-endian": lambda x: x.astype(">f4"),
    "channels first": lambda x: x.transpose(0, 3, 1, 2),
    "ST-GCN": lambda x: x.transpose(0, 3, 1, 2)[..., None],
    "one person second": lambda x: x[:, None],
    "flat": lambda x: x.reshape(CLIPS, FRAMES, -1),
    "flat Fortran": lambda x: np.asfortranarray(x.reshape(CLIPS, FRAMES, -1)),
}
FORMS = ["npz", "compressed", "folder", "X.npy", "X_train.npy"]


@given(st.sampled_from(FORMS), st.sampled_from(sorted(ORDERS)), st.sampled_from(sorted(LABEL_FORMS)), st.booleans())
@example("npz", "Fortran", "one-hot", True)
@example("X_train.npy", "ST-GCN", "words", True)
@thorough
def test_the_same_clips_are_read_however_they_are_saved(right, form, order, labels, lengths):
    extra = {"lengths": np.full((CLIPS, 1), FRAMES)} if lengths else {}
    with tempfile.TemporaryDirectory() as folder:
        clips = read(saved(folder, form, X=ORDERS[order](hands()), y=LABEL_FORMS[labels], **extra))
        assert clips.fingerprint == right.fingerprint


@pytest.mark.parametrize(
    ("axes", "change"),
    [
        ("NJTC", lambda x: x.transpose(0, 2, 1, 3)),
        ("NCJT", lambda x: x.transpose(0, 3, 2, 1)),
        ("NCVT", lambda x: x.transpose(0, 3, 2, 1)),
        ("NCTVM", lambda x: x.transpose(0, 3, 1, 2)[..., None]),
        ("NFT", lambda x: x.reshape(CLIPS, FRAMES, -1).transpose(0, 2, 1)),
        ("ntjc", lambda x: x),
    ],
)
def test_axes_that_are_named_are_believed(tmp_path, right, axes, change):
    path = saved(tmp_path, X=change(hands()))
    assert read(path, axes=axes).fingerprint == right.fingerprint


@pytest.mark.parametrize("change", [lambda x: x.transpose(0, 2, 1, 3), lambda x: x.reshape(CLIPS, FRAMES, -1).transpose(0, 2, 1)])
def test_swapped_axes_are_not_taken_for_the_usual_ones(tmp_path, right, change):
    """Nothing in the shape says so, but the numbers do."""
    x = change(hands())
    message = refusal(saved(tmp_path, X=x))
    assert f"X {x.shape}" in message
    axes = {4: "NJTC", 3: "NFT"}[x.ndim]
    assert f"dataset.params.axes={axes}" in message
    assert read(tmp_path / "set.npz", axes=axes).fingerprint == right.fingerprint


def test_as_many_frames_as_a_hand_has_joints_are_doubted(tmp_path):
    """Noise says nothing of time; then a hand's count of joints does."""
    x = np.random.default_rng(0).random((CLIPS, FRAMES, JOINTS, 3))
    for swapped, axes in ((x.transpose(0, 2, 1, 3), "NJTC"), (x.reshape(CLIPS, FRAMES, -1).transpose(0, 2, 1), "NFT")):
        path = saved(tmp_path, X=swapped[..., : FRAMES // 2 * 2], times=None)
        assert f"dataset.params.axes={axes}" in refusal(path)
    assert len(read(saved(tmp_path, X=x))) == CLIPS


def test_official_splits_are_read_in_any_case(tmp_path):
    clips = read(saved(tmp_path, split=np.array(["Train", "TEST "] * 6)))
    assert clips.split.tolist() == ["train", "test"] * 6


@pytest.mark.parametrize("evidence", ["skeleton", "lengths", "times"])
def test_a_layout_lengths_or_times_say_which_axis_is_which(tmp_path, evidence):
    """Eight joints in eleven frames, saved joints first."""
    x = hands()[:, [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8]][:, :, :8]
    extra, params = {
        "skeleton": ({}, {"skeleton": "natops"}),
        "lengths": ({"lengths": np.arange(CLIPS)}, {}),
        "times": ({"times": np.tile(np.arange(11) / 30, (CLIPS, 1))}, {}),
    }[evidence]
    clips = read(saved(tmp_path, X=x.transpose(0, 2, 1, 3), **extra), **params)
    assert clips.positions.shape[1:] == (11, 8, 3)
    assert np.array_equal(clips.positions[-1], x[-1])


def test_a_flat_frame_of_a_tutorial_is_split_into_its_parts(tmp_path):
    rng = np.random.default_rng(0)
    parts = [rng.random((CLIPS, 4, count, size)).astype(np.float32) for count, size in ((33, 4), (468, 3), (42, 3))]
    for kept, name in ((parts, "hands_pose"), ((parts[0], parts[2]), "hands_pose")):
        flat = np.concatenate([part.reshape(CLIPS, 4, -1) for part in kept], axis=2)
        folder = tmp_path / str(flat.shape[2])
        folder.mkdir()
        clips = read(saved(folder, X=flat, y=ONE_HOT))
        assert clips.skeleton.name == name
        assert np.array_equal(clips.positions, np.concatenate([parts[0][..., :3], parts[2]], axis=2))
    clips = read(tmp_path / "1662" / "set.npz", skeleton="holistic")
    assert np.array_equal(clips.positions[:, :, 33:501], parts[1])


def test_confidence_behind_a_place_is_left_out_when_it_is_named(tmp_path, right):
    x = np.concatenate([hands(), np.ones((CLIPS, FRAMES, JOINTS, 1), np.float32)], axis=3)
    assert "dataset.params.coordinates=3" in refusal(saved(tmp_path, X=x))
    assert read(tmp_path / "set.npz", coordinates=3).fingerprint == right.fingerprint
    assert read(saved(tmp_path, X=x), coordinates=2).positions.shape[3] == 2


def test_one_frame_clips_have_no_axis_of_frames(tmp_path):
    x = hands()[:, 0]
    assert f"X {x.shape} may be one joint in 21 frames" in refusal(saved(tmp_path, X=x))
    for saved_as, axes in ((x, "NJC"), (x.reshape(CLIPS, -1), None), (x[:, None], None)):
        clips = read(saved(tmp_path, X=saved_as), axes=axes)
        assert np.array_equal(clips.positions, x[:, None])
        assert clips.lengths.tolist() == [1] * CLIPS


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"X": np.ones((12, 42))}, "X (12, 42) has 42 numbers a frame, 21 joints of 2 or 14 joints of 3"),
        ({"X": np.ones((12, 9, 42))}, "X (12, 9, 42) has 42 numbers a frame, 21 joints of 2 or 14 joints of 3"),
        ({"X": np.ones((12, 9, 41))}, "X (12, 9, 41) must be (clips, frames, joints, 2 or 3)"),
        ({"X": np.ones((12, 3, 9, 21, 2))}, "X (12, 3, 9, 21, 2) must be (clips, frames, joints, 2 or 3); of several persons"),
        ({"X": np.ones(12)}, "X (12,) must be"),
        ({"X": np.float32(3)}, "X has shape ()"),
        ({"X": np.array([np.ones((n % 3 + 1, 21, 3)) for n in range(12)], dtype=object)}, "X (12,) holds Python objects"),
        ({"X": np.full((12, 9, 21, 3), "1")}, "X (12, 9, 21, 3) holds <U1, not numbers"),
        ({"X": np.ones((12, 9, 21, 3), complex)}, "X (12, 9, 21, 3) holds complex128, not numbers"),
        ({"y": np.zeros((12, 2))}, "y has shape (12, 2), 2 columns, but there are 3 class_names"),
        ({"y": np.full((12, 3), 1 / 3)}, "y (12, 3) holds (0.333333, 0.333333, 0.333333) for clip 0"),
        ({"y": np.ones((12, 3), int)}, "y (12, 3) holds (1, 1, 1) for clip 0"),
        ({"y": NAMES[LABELS][:11]}, "y has shape (11,), but X has 12 clips: it must be (12,)"),
        ({"y": np.array(["wave", "first"] * 6)}, "y (12,) holds 'first', but class_names are wave, fist, point"),
        ({"y": LABELS + 0.5}, "y (12,) holds 0.5; it must be whole numbers"),
        ({"y": LABELS - 5}, "y (12,) holds -5"),
        ({"y": LABELS + 2}, "y (12,) holds 4, but there are 3 class_names"),
        ({"y": LABELS.astype(complex)}, "y (12,) holds complex128"),
        ({"y": LABELS.astype(object)}, "y (12,) holds Python objects, which are not opened; save y.astype(str)"),
        ({"y": np.int64(0)}, "y has shape ()"),
        ({"times": np.zeros(12)}, "times has shape (12,), but X has 12 clips of 9 frames: it must be (12, 9)"),
        ({"times": np.zeros((12, 9))}, "the times of clip 000000 stand still"),
        ({"times": np.full((12, 9), np.nan)}, "times (12, 9) holds nan"),
        ({"times": np.full((12, 9), "0.1")}, "times (12, 9) holds <U3; write numbers"),
        ({"times": np.tile(-np.arange(9.0), (12, 1))}, "the times of clip 000000 fall"),
        ({"times": np.tile(np.arange(9), (12, 1))}, "times (12, 9) step by 1 from frame to frame, which are frame numbers"),
        ({"times": np.tile(np.arange(9) * 33, (12, 1))}, "looks like milliseconds; write seconds, times / 1e3"),
        ({"times": np.tile(np.arange(9) * 33_333, (12, 1))}, "looks like microseconds"),
        ({"times": 1.7e18 + np.tile(np.arange(9) * 3e7, (12, 1))}, "looks like nanoseconds"),
        (
            {"times": np.tile(np.arange(9) * np.timedelta64(33, "ms"), (12, 1))},
            "times (12, 9) holds timedelta64[ms]; write numbers",
        ),
        ({"fps": np.full(12, 30.0)}, "fps has shape (12,); it must be one number, and where clips differ write times"),
        ({"fps": np.array("30")}, "fps holds <U2; write numbers"),
        *(({"fps": np.array(rate)}, "fps holds") for rate in (0.0, np.nan, -1.0)),
        ({"aspect": np.ones((12, 2))}, "aspect has shape (12, 2), but X has 12 clips: it must be (12,), or one value for all"),
        ({"aspect": np.zeros(12)}, "aspect (12,) holds 0.0; it must be a number from 0.01 to 100"),
        ({"split": np.full((12, 2), "train")}, "split has shape (12, 2), but X has 12 clips"),
        ({"lengths": np.full((12, 2), 9)}, "lengths has shape (12, 2), but X has 12 clips"),
        ({"lengths": np.full(12, 10)}, "clip 000000 has length 10, but X has 9 frames"),
        ({"groups": np.full((12, 2), "g")}, "groups has shape (12, 2), but X has 12 clips"),
        ({"subject": np.full((6, 2), "g")}, "subject has shape (6, 2), but X has 12 clips"),
        ({"ids": np.array("one")}, "ids has shape (), but X has 12 clips: it must be (12,); write"),
        ({"width": np.array(640)}, "only the width of the picture is known; give both, or none"),
        ({"width": np.full(12, -3), "height": np.full(12, 3)}, "width (12,) holds -3"),
    ],
)
@pytest.mark.parametrize("form", ["npz", "folder"])
def test_what_cannot_be_read_is_refused_with_its_name_and_shape(tmp_path, changes, says, form):
    assert says in refusal(saved(tmp_path, form, **changes))


@pytest.mark.parametrize(
    "values",
    [{"lengths": 9}, {"aspect": 1.5}, {"subject": "ada"}, {"groups": "g"}, {"split": "none"}, {"width": 640, "height": 480}],
    ids=str,
)
def test_one_value_may_stand_for_all_clips(tmp_path, values):
    one = read(saved(tmp_path, **{name: np.array(value) for name, value in values.items()}))
    assert len(one) == CLIPS
    columns = {name: np.full((CLIPS, 1), value) for name, value in values.items()}
    assert read(saved(tmp_path, **columns)).fingerprint == one.fingerprint


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_the_rate_is_one_number(tmp_path, shape):
    assert read(saved(tmp_path, fps=np.full(shape, 30))).fps == 30.0


def test_times_of_all_clips_may_stand_in_one_row_and_begin_anywhere(tmp_path):
    row = 1.7e9 + np.arange(FRAMES) / 25
    each = read(saved(tmp_path, times=np.tile(row, (CLIPS, 1))))
    assert np.allclose(each.times, np.arange(FRAMES) / 25, atol=1e-6)
    assert read(saved(tmp_path, times=row)).fingerprint == each.fingerprint


def test_class_names_may_be_missing(tmp_path):
    assert read(saved(tmp_path, y=NAMES[LABELS], class_names=None)).classes == ("fist", "point", "wave")
    assert read(saved(tmp_path, y=LABELS * 10, class_names=None)).classes == ("0", "10", "20")
    assert read(saved(tmp_path, y=ONE_HOT, class_names=None)).classes == ("0", "1", "2")
    assert read(saved(tmp_path, y=LABELS > 0, class_names=None)).classes == ("False", "True")


def test_unknown_labels_in_each_form(tmp_path):
    words = NAMES[LABELS].astype("<U8")
    words[:3] = ["", "nan", " wave "]
    floats = LABELS.astype(float)
    floats[:2], floats[2] = np.nan, 0
    columns = ONE_HOT.copy()
    columns[:2], columns[2] = 0, ONE_HOT[0]
    for y in (words, floats, columns):
        assert read(saved(tmp_path, y=y)).labels.tolist() == [-1, -1, 0, *LABELS[3:].tolist()]


@given(
    st.sampled_from(
        ["X", "y", "class_names", "lengths", "subject", "split", "groups", "start", "times", "fps", "aspect", "ids", "width"]
    ),
    st.sampled_from(["f2", "f8", ">i4", "u1", "?", "c8", "U3", "S2", "M8[s]", "m8[ms]", "O"]),
    st.lists(st.sampled_from([0, 1, 2, 3, 9, 12, 21]), max_size=5),
    st.integers(-2, 40),
)
@settings(thorough, max_examples=200)
def test_any_array_is_read_or_refused_in_one_line(name, dtype, shape, value):
    array = np.full(shape, value).astype(dtype)
    with tempfile.TemporaryDirectory() as folder:
        path = saved(folder, **{name: array})
        try:
            clips = read(path)
        except UserError:
            refusal(path)
        else:
            assert 1 <= len(clips) <= CLIPS


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("set.pkl", "a .pkl file, not an .npz or .npy; to open it may run any program"),
        ("set.joblib", "never is"),
        ("set.pt", "never is"),
        ("set.mat", "scipy.io.loadmat"),
        ("set.H5", "h5py"),
        ("set.parquet", "pandas"),
        ("set.csv", "dataset=point_history"),
        ("set.ts", "dataset=uea"),
        ("set.arff", "take the .ts file"),
        ("set.mp4", "gesture-al extract"),
        ("set.zip", "unpack it"),
    ],
)
def test_files_of_other_formats_are_sent_to_what_reads_them(tmp_path, name, says):
    (tmp_path / name).write_bytes(b"\x80\x04N.")
    message = refusal(tmp_path / name)
    assert says in message
    assert str(tmp_path / name) in message


def test_a_folder_and_a_pair_say_what_is_missing(tmp_path):
    assert "is a folder without X.npy" in refusal(tmp_path)
    np.save(tmp_path / "X.npy", hands())
    assert "lacks y" in refusal(tmp_path / "X.npy")
    np.save(tmp_path / "y.npy", LABELS.astype(object))
    assert "y.npy: y (12,) holds Python objects" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["y_onehot", "y_2dcol"])
def test_the_cases_that_are_the_right_set_in_another_form(shared_cases, name):
    arrays = shared_cases / "arrays"
    assert read(arrays / f"{name}.npz").fingerprint == read(arrays / "right.npz").fingerprint


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("obj", "class_names (3,) holds Python objects"),
        ("times_1d", "times has shape (60,), but X has 60 clips of 20 frames: it must be (60, 20)"),
        ("times_nan", "times (60, 20) holds nan"),
        ("fps_each", "fps has shape (60,); it must be one number"),
        ("aspect_2d", "aspect has shape (60, 2), but X has 60 clips: it must be (60,)"),
        ("aspect_zero", "aspect (60,) holds 0.0"),
        ("pixels", "X (60, 20, 21, 3) holds pixels"),
    ],
)
def test_the_cases_that_are_refused(shared_cases, name, says):
    assert says in refusal(shared_cases / "arrays" / f"{name}.npz")


def test_the_case_in_pixels_is_the_right_set_where_the_size_is_known(shared_cases):
    arrays = shared_cases / "arrays"
    scaled, plain = read(arrays / "pixels.npz", width=1920, height=1080), read(arrays / "right.npz")
    assert np.allclose(scaled.positions, plain.positions, atol=1e-6)
    assert np.allclose(scaled.aspect, 16 / 9)
