"""Labels of files matched with the clips and classes of a run."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from cutting_world import recorded
from hypothesis import given, settings
from hypothesis import strategies as st
from labelling_world import CLASSES, some_clips

from gesture_al.active.annotation.exchange.matching import OnConflict, matched
from gesture_al.active.annotation.exchange.records import LabelFile, LabelRecord, LabelSegment
from gesture_al.data.clip_set import LeftOut
from gesture_al.data.track import Stretch

NAMES = {name: name for name in CLASSES}


def match(*answers, rule=OnConflict.REFUSE, clips=None, names=NAMES):
    records = tuple(LabelRecord(*answer) for answer in answers)
    return matched(LabelFile(records), clips or some_clips(), names, rule)


def labels(result):
    return [(one.clip, one.name) for one in result.labels]


def named_clips(*ids):
    clips = some_clips(len(ids))
    return type(clips)(**{**{name: getattr(clips, name) for name in clips.__dataclass_fields__}, "ids": np.array(ids)})


def test_a_clip_that_stands_twice_with_the_same_name_counts_once():
    result = match(("c01", "Like"), ("c01", " LIKE "), ("c02", "Heart"))
    assert (labels(result), result.clips, result.left_out) == ([("c01", "Like"), ("c02", "Heart")], 2, ())


@pytest.mark.parametrize(
    ("rule", "name"), [("first", "Like"), ("last", "Fire works"), ("majority", "Heart"), ("skip", None), ("refuse", None)]
)
def test_every_rule_for_a_clip_with_several_answers(rule, name):
    answers = [("c01", "Like"), ("c01", "heart"), ("c01", "Heart"), ("c01", None, "skip"), ("c01", "Fire works")]
    result = match(*answers, rule=OnConflict(rule))
    assert labels(result) == ([] if name is None else [("c01", name)])
    told = [*map(str, result.conflicts), *map(str, result.decided), *(one.clip for one in result.left_out)]
    assert told == ["c01: Like or Heart (2x) or Fire works"]


def test_a_majority_of_as_many_is_none():
    result = match(("c01", "Like"), ("c01", "Heart"), rule=OnConflict.MAJORITY)
    assert result.left_out == (LeftOut("c01: Like or Heart", "several answers"),)


def test_other_ends_are_another_answer():
    result = match(("c01", "Like", "label", "", "", 0, 1.0, 2.0), ("c01", "Like"))
    assert [str(one) for one in result.conflicts] == ["c01: Like from 1 to 2 s or Like"]


def test_what_nobody_named_is_left_out_with_what_was_said():
    result = match(("c01", None, "skip"), ("c02", "nan"), ("c03", None, "bad"), ("c04", None, "unsure"), ("c99", "Like"))
    assert [(one.clip, one.reason) for one in result.left_out] == [
        ("c99", "not in the data set"),
        ("c01", "no label"),
        ("c02", "no label"),
        ("c03", "called bad"),
        ("c04", "called unsure"),
    ]
    assert result.clips == 5


def test_a_name_counts_more_than_what_was_not_named():
    assert labels(match(("c01", None, "bad"), ("c01", "Like"), ("c01", "nan"))) == [("c01", "Like")]


def test_new_classes_are_one_each_however_they_are_written():
    result = match(("c01", "Wave"), ("c02", "wave "), ("c03", "WAVE"), ("c04", "Like"), ("c99", "never"))
    assert result.new_classes == ("Wave",)
    assert [name for _, name in labels(result)] == ["Wave", "Wave", "Wave", "Like"]


def test_a_class_is_found_by_the_name_that_it_had():
    assert labels(match(("c01", "heart"), names={**NAMES, "Heart": "Love", "Love": "Love"})) == [("c01", "Love")]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    answers=st.lists(
        st.tuples(st.sampled_from(["c01", "c02", "c99"]), st.sampled_from(["Like", "like", "Wave", "nan", ""])), max_size=8
    ),
    rule=st.sampled_from(list(OnConflict)),
)
def test_every_clip_of_a_file_is_a_label_or_is_told(answers, rule):
    result = match(*answers, rule=rule)
    assert len(result.labels) + len(result.left_out) + len(result.conflicts) == result.clips == len({clip for clip, _ in answers})
    assert {one.name for one in result.labels} <= {*CLASSES, "Wave"}


@pytest.mark.parametrize(
    ("reference", "clip"),
    [
        ("down/0", "down/0"),
        ("down/0.mp4", "down/0"),
        ("DOWN\\0.MP4", "down/0"),
        ("./down/0", "down/0"),
        ("/home/ann/videos/down/0.webm", "down/0"),
        ("/data/local-files/?d=videos/down/0.mp4", "down/0"),
        ("http://host:8080/data/local-files/?d=videos%2Fdown%2F0.mp4", "down/0"),
        ("https://example.com/videos/down/0.mp4?token=1", "down/0"),
        ("file:///videos/down/0.mp4", "down/0"),
        ("s3://bucket/down/0.mp4", "down/0"),
        ("/data/upload/3/0a1b2c3d-take%207.mp4", "up/take 7"),
        ("take 7.mp4", "up/take 7"),
        ("elsewhere/ann_1.mp4", "unlabelled/ann_1"),
        ("p1.5", "up/p1.5"),
        ("0.mp4", "names several clips"),
        ("other/take 7.mp4", "not in the data set"),
        ("/data/upload/3/take 7", "not in the data set"),
        ("nowhere", "not in the data set"),
        ("", "not in the data set"),
        ("http://[", "not in the data set"),
    ],
)
def test_a_clip_is_found_by_path_and_address_and_never_taken_for_another(reference, clip):
    clips = named_clips("down/0", "love/0", "up/take 7", "up/p1.5", "unlabelled/ann_1")
    result = match((reference, "Like"), clips=clips)
    assert [one.clip for one in result.labels] + [one.reason for one in result.left_out] == [clip]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    ids=st.lists(st.sampled_from(["a/1", "a/2", "b/1", "A/1", "b/x.y", "unlabelled/1"]), min_size=1, unique=True),
    ending=st.sampled_from(["", ".mp4", ".MOV"]),
    folder=st.sampled_from(["", "/videos/", "file:///c/"]),
)
def test_every_clip_is_found_by_its_own_path(ids, ending, folder):
    clips = named_clips(*ids)
    alike = {one for one, other in itertools.permutations(ids, 2) if one.lower() == other.lower()}
    for one in ids:
        result = match((f"{folder}{one}{ending}", "Like"), clips=clips)
        if one not in alike or not folder + ending:
            assert [label.clip for label in result.labels] == [one]
        else:
            assert [out.reason for out in result.left_out] == ["names several clips"]


@pytest.fixture(scope="module")
def cut_clips(tmp_path_factory):
    """Clips of 0.7 s that begin at 0.2, 1.2, 2.2 ... of their recordings."""
    return recorded(tmp_path_factory.mktemp("cut"), people=1)


def segments(clips, *parts):
    return matched(LabelFile(segments=tuple(LabelSegment(*part) for part in parts)), clips, NAMES)


def test_a_segment_gives_its_class_to_the_clips_that_it_covers_by_half(cut_clips):
    result = segments(cut_clips, ("videos/p0_1_001.mp4", "heart", Stretch(1.0, 2.56)))
    # From 1.2 to 1.9 in full; of 2.2 to 2.9 it has 0.36 s of 0.7.
    assert labels(result) == [("Fire works/p0_1_001_000120", "Heart"), ("Fire works/p0_1_001_000220", "Heart")]
    assert (result.segments, result.left_out) == (1, ())
    assert labels(segments(cut_clips, ("p0_1_001", "heart", Stretch(1.0, 2.5)))) == [("Fire works/p0_1_001_000120", "Heart")]


def test_of_two_segments_the_one_that_covers_more_counts_and_the_other_is_told(cut_clips):
    result = segments(cut_clips, ("p0_1_001", "Like", Stretch(1.1, 1.4)), ("p0_1_001", "Heart", Stretch(1.4, 2.0)))
    assert labels(result) == [("Fire works/p0_1_001_000120", "Heart")]
    assert [one.clip for one in result.left_out] == ["p0_1_001 1.1 to 1.4 s"]


def test_segments_of_two_people_are_in_conflict(cut_clips):
    result = segments(cut_clips, ("p0_1_001", "Like", Stretch(1, 2), "a"), ("p0_1_001", "Heart", Stretch(1, 2), "b"))
    assert [str(one) for one in result.conflicts] == ["Fire works/p0_1_001_000120: Like or Heart"]


def test_segments_of_no_recording_and_of_no_clip_are_told(cut_clips):
    result = segments(cut_clips, ("other.mp4", "Like", Stretch(1, 2)), ("p0_1_001", "Like", Stretch(0.95, 1.15)))
    assert [one.reason for one in result.left_out] == [
        "not in the data set",
        "covers no clip by half, or less of it than another",
    ]
    assert result.labels == ()


def test_a_clip_that_was_cut_from_nothing_is_a_recording_of_itself():
    clips = named_clips("down/0", "love/0")  # 12 frames at 15 a second: 0.73 s
    result = segments(clips, ("/x/down/0.mp4", "Like", Stretch(0, 0.4)), ("/x/love/0.mp4", "Heart", Stretch(0, 0.3)))
    assert labels(result) == [("down/0", "Like")]
    assert labels(segments(clips, ("love/0.mp4", "Heart", None))) == [("love/0", "Heart")]
