"""Layouts: their sizes, what counts as not seen, what a mirror swaps, and those that ship against their sources."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise

import numpy as np
import pytest

from gesture_al import SKELETONS, Skeleton, UserError
from gesture_al.core.settings import conf_dir
from gesture_al.data.skeleton import MIDDLE_MCP, WRIST, generic, layouts_of, named_skeleton, skeleton_for, skeleton_key

every_layout = pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=list(SKELETONS))


@pytest.mark.parametrize(
    ("joints", "name"),
    [
        *[(42, "hands"), (75, "hands_pose"), (543, "holistic"), (1, "track"), (133, "coco_wholebody"), (136, "halpe_136")],
        *[(count, "generic") for count in (5, 8, 17, 18, 20, 21, 22, 25, 26, 32, 33)],
    ],
)
def test_a_layout_is_inferred_where_no_other_has_its_number_of_joints(joints, name):
    skeleton = skeleton_for(joints)
    assert skeleton.name == name
    assert len(skeleton) == joints


def test_layouts_that_have_a_number_of_joints():
    assert layouts_of(25) == ["ntu", "openpose_body_25"]
    assert layouts_of(20) == ["kinect_v1", "leap_hand"]
    assert layouts_of(7) == []


def test_a_named_layout_must_fit():
    assert skeleton_for(8, "natops").name == "natops"
    with pytest.raises(UserError, match="'hands' has 42 joints, but the clips have 8"):
        skeleton_for(8, "hands")
    with pytest.raises(UserError, match=r"no skeleton 'zebra'; there are: generic, azure_kinect, .*, or the path of a layout"):
        skeleton_for(8, "zebra")
    with pytest.raises(UserError, match=r"no skeleton 'openpose_25' \(did you mean openpose_body_25\?\)"):
        skeleton_for(8, "openpose_25")


# Places and names as the sources that the files name have them, independent of the files.
SOURCES = {
    "hand": {0: "wrist", 4: "thumb_tip", 5: "index_mcp", 9: "middle_mcp", 12: "middle_tip", 17: "pinky_mcp", 20: "pinky_tip"},
    "pose": {0: "nose", 7: "left_ear", 11: "left_shoulder", 16: "right_wrist", 23: "left_hip", 32: "right_foot_index"},
    "shrec_hand": {0: "wrist", 1: "palm", 2: "thumb_base", 5: "thumb_tip", 9: "index_tip", 13: "middle_tip", 21: "pinky_tip"},
    "leap_hand": {0: "palm", 1: "thumb_a", 3: "thumb_end", 4: "index_a", 7: "index_end", 19: "pinky_end"},
    "openxr_hand": {0: "palm", 1: "wrist", 5: "thumb_tip", 6: "index_metacarpal", 10: "index_tip", 25: "little_tip"},
    "ntu": {0: "spine_base", 3: "head", 4: "left_shoulder", 11: "right_hand", 20: "spine_shoulder", 24: "right_thumb"},
    "kinect_v1": {0: "hip_center", 2: "shoulder_center", 3: "head", 7: "left_hand", 12: "left_hip", 19: "right_foot"},
    "azure_kinect": {0: "pelvis", 4: "left_clavicle", 10: "left_thumb", 18: "left_hip", 26: "head", 31: "right_ear"},
    "openpose_body_25": {1: "neck", 2: "right_shoulder", 8: "mid_hip", 15: "right_eye", 19: "left_big_toe", 24: "right_heel"},
    "openpose_coco_18": {1: "neck", 4: "right_wrist", 8: "right_hip", 14: "right_eye", 17: "left_ear"},
    "coco_17": {0: "nose", 1: "left_eye", 5: "left_shoulder", 10: "right_wrist", 16: "right_ankle"},
    "coco_wholebody": {17: "left_big_toe", 22: "right_heel", 23: "face_0", 91: "left_hand_wrist", 132: "right_hand_pinky_tip"},
    "halpe_136": {17: "head", 19: "hip", 20: "left_big_toe", 26: "face_0", 94: "left_hand_wrist", 135: "right_hand_pinky_tip"},
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_the_order_is_that_of_the_source(name):
    assert {place: SKELETONS[name].joints[place] for place in SOURCES[name]} == SOURCES[name]


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        (
            "openpose_body_25",  # POSE_BODY_25_PAIRS_RENDER_GPU
            "1,8 1,2 1,5 2,3 3,4 5,6 6,7 8,9 9,10 10,11 8,12 12,13 13,14 1,0 0,15 15,17 0,16 16,18 "
            "14,19 19,20 14,21 11,22 22,23 11,24",
        ),
        ("openpose_coco_18", "1,2 1,5 2,3 3,4 5,6 6,7 1,8 8,9 9,10 1,11 11,12 12,13 1,0 0,14 14,16 0,15 15,17"),
        (
            "coco_17",  # `skeleton` of person_keypoints_train2017.json, counted from 0
            "15,13 13,11 16,14 14,12 11,12 5,11 6,12 5,6 5,7 6,8 7,9 8,10 1,2 0,1 0,2 1,3 2,4 3,5 4,6",
        ),
    ],
)
def test_the_bones_are_those_of_the_source(name, pairs):
    expected = {frozenset(map(int, pair.split(","))) for pair in pairs.split()}
    assert {frozenset(bone) for bone in SKELETONS[name].bones} == expected


def test_the_places_that_programs_use_are_those_of_the_layout():
    joints = SKELETONS["hand"].joints
    assert (joints[WRIST], joints[MIDDLE_MCP]) == ("wrist", "middle_mcp")


@every_layout
def test_bones_and_pairs_name_joints_that_exist_once(skeleton):
    assert len(set(skeleton.joints)) == len(skeleton)
    assert all(0 <= joint < len(skeleton) for bone in skeleton.bones for joint in bone)
    assert all(a != b for a, b in skeleton.bones)
    assert len({frozenset(bone) for bone in skeleton.bones}) == len(skeleton.bones)
    swapped = [joint for pair in skeleton.mirror_pairs for joint in pair]
    assert len(swapped) == len(set(swapped))
    for left, right in skeleton.mirror_pairs:
        names = skeleton.joints[left], skeleton.joints[right]
        assert names[0].replace("left", "right") == names[1] or all(name.startswith("face_") for name in names)


@every_layout
def test_every_sided_joint_has_its_pair_and_bones_are_alike_on_both_sides(skeleton):
    paired = {joint for pair in skeleton.mirror_pairs for joint in pair}
    sided = {joint for joint, name in enumerate(skeleton.joints) if {"left", "right"} & set(name.split("_"))}
    assert sided <= paired
    other = {a: b for pair in skeleton.mirror_pairs for a, b in (pair, pair[::-1])}
    bones = {frozenset(bone) for bone in skeleton.bones}
    assert {frozenset(other.get(joint, joint) for joint in bone) for bone in bones} == bones


@every_layout
def test_parts_cover_the_layout_without_a_gap(skeleton):
    spans = sorted(skeleton.parts.values(), key=lambda part: part.start)
    if spans:
        assert (spans[0].start, spans[-1].stop) == (0, len(skeleton))
        assert all(before.stop == after.start for before, after in pairwise(spans))


@every_layout
def test_bones_hold_a_body_or_a_hand_together(skeleton):
    """From each part's first joint every joint with a bone can be reached; face points, and MediaPipe's head, hang on nothing."""
    neighbours = {joint: set() for joint in range(len(skeleton))}
    for a, b in skeleton.bones:
        neighbours[a].add(b)
        neighbours[b].add(a)
    groups, left = [], {joint for bone in skeleton.bones for joint in bone}
    while left:
        group, ahead = set(), [min(left)]
        while ahead:
            joint = ahead.pop()
            if joint not in group:
                group.add(joint)
                ahead += neighbours[joint]
        groups.append(group)
        left -= group
    expected = {"hands": 2, "natops": 2, "pose": 3, "hands_pose": 5, "holistic": 5, "track": 0}
    expected |= {"coco_wholebody": 3, "halpe_136": 3}
    assert len(groups) == expected.get(skeleton.name, 1)
    unjoined = set(skeleton.joints) - {skeleton.joints[joint] for group in groups for joint in group}
    free = ("face_", "point", "left_eye", "right_eye", "left_heel", "right_heel", "left_foot", "right_foot")
    assert all(name.startswith(free) for name in unjoined)


@every_layout
def test_mirroring_twice_changes_nothing(skeleton):
    positions = np.random.default_rng(0).random((4, len(skeleton), 3)).astype(np.float32)
    assert np.array_equal(skeleton.mirrored(skeleton.mirrored(positions)), positions)


def test_a_part_that_is_all_zero_was_not_seen():
    skeleton = SKELETONS["hands"]
    positions = np.ones((5, 42, 3), dtype=np.float32)
    positions[2, :21] = 0
    positions[3, 0] = 0
    marked = skeleton.mark_missing(positions)
    assert np.isnan(marked[2, :21]).all()
    assert np.isfinite(marked[2, 21:]).all()
    assert np.array_equal(marked[3], positions[3]), "one joint at the origin is a place"
    assert (positions[2, :21] == 0).all(), "the input is left as it is"


def test_a_joint_that_is_all_zero_was_not_seen():
    positions = np.ones((5, 25, 2), dtype=np.float32)
    positions[2, 4] = 0
    positions[3, 4] = (0, 1)
    marked = SKELETONS["openpose_body_25"].mark_missing(positions)
    assert np.argwhere(np.isnan(marked).all(axis=-1)).tolist() == [[2, 4]]
    assert np.isnan(marked).sum() == 2


def test_zero_is_a_place_where_the_layout_says_so():
    positions = np.zeros((3, 8, 3), dtype=np.float32)
    assert np.array_equal(SKELETONS["natops"].mark_missing(positions), positions)


@pytest.mark.parametrize("skeleton", [*SKELETONS.values(), generic(5)], ids=[*SKELETONS, "generic"])
def test_a_skeleton_comes_back_from_json_as_it_was(skeleton):
    assert Skeleton.from_json(json.loads(json.dumps(skeleton.to_json()))) == skeleton


@pytest.mark.parametrize("name", ["hands", "hands_pose", "holistic", "natops", "track"])
def test_a_record_of_an_earlier_version_is_completed_from_the_layout(name):
    record = SKELETONS[name].to_json()
    del record["mirror_pairs"], record["space"]
    record["zero_is_missing"] = record.pop("missing") == "zero_blocks"
    assert Skeleton.from_json(record) == SKELETONS[name]
    del record["zero_is_missing"], record["bones"]
    assert Skeleton.from_json(record) == SKELETONS[name]


def test_a_record_of_other_joints_is_not_completed():
    assert Skeleton.from_json({"name": "hands", "joints": ["a", "b"]}) == Skeleton("hands", ("a", "b"))


def test_a_copied_file_is_a_layout_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(conf_dir() / "skeleton" / "ntu.yaml", "mine.yaml")
    mine = named_skeleton("mine.yaml")
    assert (mine.name, mine.bones) == ("mine", SKELETONS["ntu"].bones)
    before = skeleton_key("mine.yaml")
    text = (tmp_path / "mine.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(text.replace("[left_wrist, left_thumb]", "[left_hand, left_thumb]"))
    assert skeleton_key("mine.yaml") != before, "an edited file makes a converted set anew"
    shutil.copy("mine.yaml", "ntu.yaml")
    with pytest.raises(UserError, match="ntu is the name of a layout that there is already"):
        named_skeleton("./ntu.yaml")


@pytest.mark.parametrize("path", ["nowhere.yaml", "no/where", "~nobody-of-that-name/x.yaml", "folder.yaml", "x" * 300 + ".yaml"])
def test_a_path_that_is_no_file_is_told(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(UserError, match=r"^dataset\.params\.skeleton: ") as caught:
        named_skeleton(path)
    assert "\n" not in str(caught.value)
