"""Layout files: the short forms written out, and every fault told in one line with its place."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_al import SKELETONS, Skeleton, UserError
from gesture_al.data.layout_file import read_layout
from gesture_al.data.skeleton import named_skeleton


def record_of(name):
    if name not in SKELETONS:
        raise UserError(f"no layout {name!r}")
    return SKELETONS[name].to_json()


def layout(text):
    return Skeleton.from_json({"name": "mine", **read_layout(yaml.safe_load(text), "mine.yaml", record_of)})


def refusal(text):
    with pytest.raises(UserError) as caught:
        layout(text)
    told = str(caught.value)
    assert told.startswith("mine.yaml: ")
    assert "\n" not in told
    return told


def test_rows_ranges_and_chains_are_written_out():
    mine = layout("{joints: [root, [a, b], tip_2..0], bones: [[root, a, b], [b, 5]], parts: {ab: a..b, tips: 3..5}}")
    assert mine.joints == ("root", "a", "b", "tip_2", "tip_1", "tip_0")
    assert mine.bones == ((0, 1), (1, 2), (2, 5))
    assert mine.parts == {"ab": range(1, 3), "tips": range(3, 6)}
    assert (mine.missing, mine.space, mine.mirror_pairs) == ("none", "y_down", ())


def test_left_and_right_are_mirrored_by_name_unless_it_is_said_otherwise():
    joints = "joints: [nose, left_eye, mouth_right, mouth_left, right_eye, leftover, a, b, c]"
    assert layout(f"{{{joints}}}").mirror_pairs == ((1, 4), (3, 2))
    assert layout(f"{{{joints}, mirror: [[a, c]]}}").mirror_pairs == ((1, 4), (3, 2), (6, 8))
    assert layout(f"{{{joints}, mirror: false}}").mirror_pairs == ()
    faces = layout("{joints: [face_0..4], mirror: [[face_0..1, face_4..3]]}")
    assert faces.mirror_pairs == ((0, 4), (1, 3))


def test_layouts_can_be_parts():
    two = layout("{parts: {left_hand: openxr_hand, right_hand: openxr_hand}, missing: zero_blocks, space: y_up}")
    assert len(two) == 52
    assert two.joints[26] == "right_hand_palm"
    assert two.parts == {"left_hand": range(26), "right_hand": range(26, 52)}
    assert len(two.bones) == 2 * len(SKELETONS["openxr_hand"].bones)
    assert len(two.mirror_pairs) == 26
    one = layout("{parts: {body: coco_17, extra: [left_toe, right_toe]}, bones: [[left_ankle, left_toe]]}")
    assert (one.joints[0], one.joints[17], one.bones[-1]) == ("nose", "left_toe", (15, 17))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("joints", "no layout of joints; write joints: [...]"),
        ("[a, b]", "no layout of joints"),
        ("", "no layout of joints"),
        ("{joint: [a]}", "no key 'joint' (did you mean joints?); a layout has joints, parts, bones, mirror, missing, space"),
        ("{bones: [[a, b]]}", "no joints; write joints: [...], or parts:"),
        ("{joints: []}", "joints: there are 0; a layout has 1 to 10000"),
        ("{joints: [a, 7]}", "joints: '7' is no name of a joint"),
        ("{joints: [a, yes]}", "joints: 'True' is no name of a joint"),
        ("{joints: [[a, [b]]]}", "joints: \"['b']\" is no name of a joint"),
        ("{joints: [a, b, a]}", "joints: 'a' stands twice"),
        ("{joints: [p_0..999999]}", "joints: more than 10000 joints"),
        ("{joints: [elbow, wrist], bones: [[elbow, wirst]]}", "bones: there is no joint 'wirst' (did you mean wrist?)"),
        ("{joints: [a, b], bones: [[a, 2]]}", "bones: there is no joint 2; they are numbered 0 to 1"),
        ("{joints: [a, b], bones: [[a, -1]]}", "bones: there is no joint -1"),
        ("{joints: [a, b], bones: [[a, 1.5]]}", "bones: there is no joint '1.5'"),
        ("{joints: [a, b], bones: [[a, a]]}", "bones: joint 'a' is joined to itself"),
        ("{joints: [a, b, c], bones: [[a, b, c], [b, a]]}", "bones: 'b' and 'a' are joined twice"),
        ("{joints: [a, b], bones: [a, b]}", "bones: 'a' must be a list of 2 joints or more"),
        ("{joints: [a, b], bones: a-b}", "bones: must be a list of lists of joints"),
        ("{joints: [a, b], mirror: [[a, a]]}", "mirror: joint 'a' stands in two pairs"),
        ("{joints: [a, b, c], mirror: [[a, b], [b, c]]}", "mirror: joint 'b' stands in two pairs"),
        ("{joints: [p_0..5], mirror: [[p_0..2, p_3..4]]}", "mirror: p_0..2 and p_3..4 are not equally many joints"),
        ("{joints: [a, b], mirror: [[a, b, a]]}", "mirror: \"['a', 'b', 'a']\" must be two joints"),
        ("{joints: [a, b], parts: {arm: 0..2}}", "parts: arm: there is no joint 2"),
        ("{joints: [a, b], parts: {arm: [a, b]}}", "parts: arm: \"['a', 'b']\" is no range of joints; write first..last"),
        ("{joints: [a, b], parts: {arm: b..a}}", "parts: arm: 'b..a' ends before it begins"),
        ("{joints: [a, b, c], parts: {arm: a..b, leg: b..c}}", "parts: arm and leg share joint 'b'"),
        ("{joints: [a, b], parts: {pose: a..b}}", "parts: pose is the name of MediaPipe's 33 joints; call this part body"),
        ("{joints: [a], parts: [arm]}", "parts: must be a table of names"),
        ("{parts: {hand: paw}}", "parts: hand: no layout 'paw'"),
        ("{parts: {both: hands}}", "parts: both: layout 'hands' has parts of its own"),
        ("{joints: [a], missing: zeros}", "missing: 'zeros' must be zero_blocks, zero_joints, nan or none"),
        ("{joints: [a], space: up}", "space: 'up' must be picture, y_up or y_down"),
        ("{joints: [a], space: [y_up]}", "space: \"['y_up']\" must be picture"),
    ],
)
def test_a_fault_is_told_in_one_line(text, told):
    assert told in refusal(text)


def test_what_is_no_yaml_is_told(tmp_path):
    path = tmp_path / "mine.yaml"
    for text in ("joints: [a", "joints: {{{", "[" * 5000, "a: &a [*a]"):
        path.write_text(text)
        with pytest.raises(UserError) as caught:
            named_skeleton(str(path))
        assert "\n" not in str(caught.value)
        assert str(path) in str(caught.value)


names = st.lists(st.from_regex(r"[a-z]{1,6}(_left|_right)?", fullmatch=True), min_size=1, max_size=12, unique=True)


@given(names, st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_is_written_is_what_is_read(joints, data):
    pairs = [(a, b) for a in range(len(joints)) for b in range(a + 1, len(joints))]
    bones = data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8)) if pairs else []
    cut = data.draw(st.integers(1, len(joints)))
    parts = {"one": f"0..{cut - 1}", **({"two": f"{joints[cut]}..{joints[-1]}"} if cut < len(joints) else {})}
    text = yaml.safe_dump({"joints": joints, "bones": [[joints[a], b] for a, b in bones], "parts": parts})
    mine = layout(text)
    assert mine.joints == tuple(joints)
    assert set(mine.bones) == set(bones)
    assert sum(map(len, mine.parts.values())) == len(joints)
    assert Skeleton.from_json(mine.to_json()) == mine


words = st.sampled_from(["a", "b", "left_a", "right_a", "0..1", "a..b", "hand", "x_0..3"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 12) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["arm", "pose", "left_hand"]), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["joints", "parts", "bones", "mirror", "missing", "space", "other"]), values, max_size=6))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_anything_is_a_layout_or_refused_in_one_line(content):
    try:
        record = read_layout(content, "mine.yaml", record_of)
    except UserError as err:
        told = str(err)
    else:
        told = ""
        assert Skeleton.from_json({"name": "mine", **record}).joints
    assert "\n" not in told
