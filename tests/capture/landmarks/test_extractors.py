"""The extractors on photos and a clip of real hands."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import cv2
import matplotlib
import numpy as np
import pytest
from capture.landmarks.photos import GESTURES, clip, difference, expected, photo, still

from gesture_al import read_dataset
from gesture_al.capture.landmarks.base import LANDMARKS, LEFT, RIGHT
from gesture_al.capture.landmarks.bundles import BUNDLES, pack
from gesture_al.capture.video.frame import Frame
from gesture_al.core.errors import UserError


def joints_of(frames, name="hands", **params):
    with LANDMARKS.build(name, params).track() as tracker:
        return [tracker.see(frame) for frame in frames]


@pytest.fixture(scope="module")
def thumb(shared_media):
    """A photo of a left thumb up."""
    return photo(shared_media / "hand_thumb_up.jpg")


@pytest.fixture(scope="module")
def two_thumbs(thumb, hand_model):
    """The photo and its mirror image side by side: a left and a right hand."""
    return joints_of(still(np.concatenate([thumb, thumb[:, ::-1]], axis=1)), hand_model=str(hand_model))


def test_a_left_hand_is_a_left_hand_and_its_mirror_image_a_right_one(thumb, hand_model):
    for image, side in ((thumb, LEFT), (thumb[:, ::-1], RIGHT)):
        for joints in joints_of(still(image), hand_model=str(hand_model)):
            assert np.isfinite(joints.positions[21 * side : 21 * side + 21]).all()
            assert np.isnan(joints.positions[21 * (1 - side) : 21 * (1 - side) + 21]).all()
            assert joints.handedness[side] > 0.9
            assert np.isnan(joints.handedness[1 - side])


def test_two_thumbs_are_a_left_and_a_right_hand_and_mirror_images(two_thumbs):
    for joints in two_thumbs:
        left, right = joints.positions[:21], joints.positions[21:]
        assert (left[:, 0] < 0.5).all()
        assert (right[:, 0] > 0.5).all()
        # The nets are not symmetrical. MediaPipe's own tests allow an error of 0.03 for one hand; here are two.
        assert np.abs((1 - right[:, 0]) - left[:, 0]).max() < 0.05
        assert np.abs(right[:, 1] - left[:, 1]).max() < 0.05
        assert (joints.handedness > 0.9).all()
        assert joints.flags == ()


@pytest.mark.parametrize(("name", "mirror"), [("hand_thumb_up.jpg", True), ("thumbs-up.png", False)])
def test_a_thumb_has_the_shape_that_mediapipe_expects_of_one(shared_media, hand_model, name, mirror):
    # Its photo is another one, of another right hand: hence shapes, a fifth of the hand's radius, and a comparison with other
    # gestures, which differ by a third and more.
    image = photo(shared_media / name)
    image = image[:, ::-1] if mirror else image
    hand = joints_of(still(image), hand_model=str(hand_model))[-1].positions[21:]
    hand = hand * [image.shape[1] / image.shape[0], 1, 1]
    differences = {gesture: difference(hand, expected(shared_media, gesture)) for gesture in GESTURES}
    assert differences.pop("thumb_up") < 0.2
    assert min(differences.values()) > 0.33


def test_the_thumb_is_up(two_thumbs):
    for hand in (two_thumbs[-1].positions[:21], two_thumbs[-1].positions[21:]):
        assert hand[4, 1] == hand[:, 1].min()


def test_the_clip_shows_a_right_hand_in_most_frames(shared_media, hand_model):
    joints = joints_of(clip(shared_media / "test_video.mp4", step=8), hand_model=str(hand_model))
    hands = np.isfinite([[one.positions[0, 0], one.positions[21, 0]] for one in joints]).mean(axis=0)
    assert hands[RIGHT] > 0.9
    assert hands[LEFT] < 0.1


def test_a_picture_without_hands_gives_nothing(hand_model):
    grey = np.full((240, 320, 3), 128, dtype=np.uint8)
    noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)
    for joints in joints_of([*still(grey), Frame(noise, 0.2)], hand_model=str(hand_model)):
        assert np.isnan(joints.positions).all()
        assert np.isnan(joints.handedness).all()


def test_two_left_hands_are_not_called_left_and_right(thumb, hand_model):
    stacked = np.concatenate([thumb, thumb])
    for joints in joints_of(still(stacked), hand_model=str(hand_model)):
        assert np.isfinite(joints.positions[:21]).all()
        assert np.isnan(joints.positions[21:]).all()
        assert joints.flags == ("same_side_twice",)


def test_the_same_frames_give_the_same_numbers(thumb, hand_model):
    first, second = (joints_of(still(thumb), hand_model=str(hand_model))[-1] for _ in range(2))
    assert np.array_equal(first.positions, second.positions, equal_nan=True)


def test_times_that_stand_still_or_go_back_do_no_harm(thumb, hand_model):
    frames = [Frame(thumb, seconds) for seconds in (5.0, 5.0, 4.0, 5.0001, float("nan"))]
    for joints in joints_of(frames, hand_model=str(hand_model)):
        assert np.isfinite(joints.positions[:21]).all()


def test_frames_need_not_be_contiguous(thumb, hand_model):
    assert np.isfinite(joints_of(still(thumb[::2, ::2]), hand_model=str(hand_model))[-1].positions[:21]).all()


def test_a_body_is_found_with_the_hands_behind_it(hand_model, pose_model):
    portrait = next(Path(matplotlib.get_data_path()).rglob("grace_hopper.jpg"))
    joints = joints_of(still(photo(portrait)), "hands_pose", hand_model=str(hand_model), pose_model=str(pose_model))[-1]
    assert joints.positions.shape == (75, 3)
    assert np.isnan(joints.positions[33:]).all()
    nose, left_shoulder, right_shoulder = joints.positions[[0, 11, 12], :2]
    # Read off the portrait: she looks at the camera, her left shoulder on the right of the picture.
    assert nose == pytest.approx([0.52, 0.37], abs=0.03)
    assert left_shoulder == pytest.approx([0.87, 0.7], abs=0.06)
    assert right_shoulder == pytest.approx([0.18, 0.7], abs=0.06)


def test_hands_are_the_same_with_a_body(thumb, hand_model, pose_model):
    alone = joints_of(still(thumb), hand_model=str(hand_model))[-1]
    both = joints_of(still(thumb), "hands_pose", hand_model=str(hand_model), pose_model=str(pose_model))[-1]
    assert np.array_equal(both.positions[33:], alone.positions, equal_nan=True)


@pytest.fixture(scope="module")
def large(hand_model, pose_model, face_model):
    return {"hand_model": str(hand_model), "pose_model": str(pose_model), "face_model": str(face_model)}


def test_the_large_layout_is_a_body_a_face_and_hands(thumb, large):
    """A portrait with a thumb beside it, which moves to the right: the face is followed."""
    portrait = photo(next(Path(matplotlib.get_data_path()).rglob("grace_hopper.jpg")))
    width, height = portrait.shape[1::-1]
    hand = cv2.resize(thumb, (round(thumb.shape[1] * height / thumb.shape[0]), height))
    image = np.concatenate([portrait, hand], axis=1)
    moving = [Frame(np.roll(image, 4 * n, axis=1), n / 30) for n in range(6)]
    joints = joints_of(moving, "holistic", **large)[-1]
    assert joints.positions.shape == (543, 3)
    pose, face, left, right = np.split(joints.positions, [33, 501, 522])
    assert np.isfinite(left).all()
    assert np.isnan(right).all()
    # In pixels of the portrait, read off it: tip of the nose, outer corners of her right and left eye, of her mouth, and chin.
    points = (face[[1, 33, 263, 61, 291, 152], :2] * (image.shape[1], height) - (20, 0)) / (width, height)
    reference = [[0.52, 0.39], [0.38, 0.31], [0.64, 0.31], [0.46, 0.46], [0.6, 0.46], [0.535, 0.55]]
    assert points == pytest.approx(np.array(reference), abs=0.04)
    # The body's net sees the same face: nose, outer corners of the eyes, corners of the mouth.
    assert pose[[0, 3, 6, 9, 10], :2] == pytest.approx(face[[1, 263, 33, 291, 61], :2], abs=0.04)
    # None of the ten copies behind the mesh may pull the search for the next frame's face away.
    first = joints_of(moving[-1:], "holistic", **large)[0].positions[33:501]
    apart = np.abs(face[:, :2] - first[:, :2]).max(axis=1)
    assert np.median(apart) < 0.01
    assert apart.max() < 0.03


def test_the_large_layout_goes_through_the_1662_numbers_of_keypoint_files(large, tmp_path):
    portrait = photo(next(Path(matplotlib.get_data_path()).rglob("grace_hopper.jpg")))
    joints = joints_of(still(portrait), "holistic", **large)[-1].positions
    pose, face, hands = np.split(np.nan_to_num(joints), [33, 501])
    # As the tutorials write them: body with visibility, face, left hand, right hand; zeros where nothing was seen.
    numbers = np.concatenate([np.c_[pose, np.ones(33)].ravel(), face.ravel(), hands.ravel()]).astype(np.float32)
    assert numbers.shape == (1662,)
    for kind in ("Heart", "Like"):
        (tmp_path / kind / "0").mkdir(parents=True)
        np.save(tmp_path / kind / "0" / "0.npy", numbers)
    clips = read_dataset("keypoint_folder", path=str(tmp_path), joints="holistic")
    assert clips.skeleton.name == "holistic"
    assert np.array_equal(clips.positions[0, 0], joints, equal_nan=True)


def test_the_face_net_of_the_wheel_has_ten_points_more(face_model):
    from mediapipe.tasks.metadata import schema_py_generated as schema

    with zipfile.ZipFile(face_model) as bundle:
        net = bundle.read("face_landmarks_detector.tflite")
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(net, 0))
    graph = model.subgraphs[0]
    if "-wheel-" not in face_model.name:
        pytest.skip("the published bundle is here")
    assert [graph.tensors[place].shape.tolist() for place in graph.outputs] == [[1, 1, 1, 1434], [1, 1, 1, 1]]
    # The mesh first, as it was.
    assert graph.tensors[graph.operators[-1].inputs[0]].name == b"conv2d_21"


def test_the_large_layout_without_its_face_bundle_says_what_to_do(tmp_path, hand_model, pose_model):
    models = {"hand_model": str(hand_model), "pose_model": str(pose_model), "face_model": str(tmp_path / "face_landmarker.task")}
    with pytest.raises(UserError, match=r"face_landmarker.task: No such file or directory; name a face_landmarker.task"):
        joints_of([], "holistic", **models)


def test_a_bundle_of_nonsense_is_refused_in_one_line(tmp_path):
    fake = tmp_path / "hand_landmarker.task"
    fake.write_bytes(pack(dict.fromkeys(BUNDLES["hand"].members, b"no net")))
    with pytest.raises(UserError, match="MediaPipe does not take it") as caught:
        joints_of([], hand_model=str(fake))
    assert "\n" not in str(caught.value)


def test_settings_name_what_the_numbers_depend_on(hand_model):
    one = LANDMARKS.build("hands", {"hand_model": str(hand_model)}).settings
    other = LANDMARKS.build("hands", {"hand_model": str(hand_model), "detection_confidence": 0.7}).settings
    assert one != other
    assert {"extractor", "mediapipe", "hand_model", "max_hands"} <= set(one)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"max_hands": 1}, "max_hands=1: must be a whole number from 2 to 10"),
        ({"detection_confidence": 1.5}, "detection_confidence=1.5: must be a number from 0 to 1"),
    ],
)
def test_values_out_of_range_are_refused(params, message):
    with pytest.raises(UserError, match=message):
        LANDMARKS.build("hands", params)


_GUARDED = """
import sys
import numpy as np
from gesture_al.capture.landmarks.base import LANDMARKS
from gesture_al.capture.video.frame import Frame

def guard(event, args):
    if event.startswith(("socket.", "urllib.", "http.")):
        raise SystemExit(f"network: {event} {args}")

sys.addaudithook(guard)
with LANDMARKS.build("hands", {"hand_model": sys.argv[1]}).track() as tracker:
    for n in range(5):
        tracker.see(Frame(np.zeros((120, 160, 3), dtype=np.uint8), n / 30))
"""


def test_a_landmarker_is_silent_and_asks_nobody(hand_model):
    run = [sys.executable, "-c", _GUARDED, str(hand_model)]
    process = subprocess.run(run, capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parents[3])
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into a Linux library")
def test_the_native_library_cannot_reach_a_network():
    home = find_spec("mediapipe").submodule_search_locations[0]
    library = (Path(home) / "tasks" / "c" / "libmediapipe.so").read_bytes()
    # Names of functions that it takes from the system stand in it as text.
    assert b"\0fopen\0" in library
    for function in (b"socket", b"connect", b"getaddrinfo", b"gethostbyname", b"sendto"):
        assert b"\0" + function + b"\0" not in library
