"""Labels of other tools, in the shapes that these document."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_al.active.annotation.exchange.formats import read_labels
from gesture_al.active.annotation.exchange.records import LabelFile
from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import LeftOut


@pytest.fixture
def read(tmp_path):
    """The labels of a text, or of something as JSON or JSON lines, in a file of that name."""

    def of(name, content, field=None):
        if not isinstance(content, str):
            content = "\n".join(map(json.dumps, content)) if name.endswith("jsonl") else json.dumps(content)
        (tmp_path / name).write_text(content)
        return read_labels(tmp_path / name, field)

    return of


def named(file):
    return [(one.clip, one.name) for one in file.records]


def choice(*names, control="gesture"):
    return {"from_name": control, "to_name": "clip", "type": "choices", "value": {"choices": list(names)}}


def task(clip, *results, **more):
    return {"id": 1, "data": {"clip": clip}, "annotations": [{"result": list(result), **more} for result in results]}


def test_label_studio_gives_every_choice_of_every_annotation(read):
    one = task("c1", [choice("up")], [choice("down", "love")])
    one["annotations"][0]["completed_by"] = {"id": 1, "email": "a@b.c"}
    one["predictions"] = [{"result": [choice("wrong")]}, 286]
    file = read("e.json", [one])
    assert named(file) == [("c1", "up"), ("c1", "down"), ("c1", "love")]
    assert [one.annotator for one in file.records] == ["a@b.c", "", ""]


@pytest.mark.parametrize(
    "one",
    [
        task("c1", [choice("up")], was_cancelled=True),
        task("c1", []),
        task("c1"),
        task("c1", [choice()]),
        {"data": {"clip": "c1"}, "predictions": [{"result": [choice("up")]}]},
        {"data": {"clip": "c1"}, "annotations": None},
        {"data": {"clip": "c1"}, "annotations": [7]},
    ],
)
def test_label_studio_what_nobody_has_chosen_is_no_label(read, one):
    assert named(read("e.json", [one])) == [("c1", None)]


def test_label_studio_completions_of_old_versions_are_annotations(read):
    assert named(read("e.json", [{"data": {"clip": "c1"}, "completions": [{"result": [choice("up")]}]}])) == [("c1", "up")]


def test_label_studio_of_several_controls_the_class_is_gesture_or_the_named_one(read):
    both = task("c1", [choice("good", control="quality"), choice("up")])
    assert named(read("e.json", [both])) == [("c1", "up")]
    others = task("c1", [choice("good", control="quality"), choice("up", control="sign")])
    with pytest.raises(UserError, match=re.escape("choices of 'quality', 'sign'; say with --field")):
        read("e.json", [others])
    assert named(read("e.json", [others], "sign")) == [("c1", "up")]


def test_label_studio_a_result_of_another_kind_is_told(read):
    file = read("e.json", [task("c1", [{"type": "rectanglelabels", "value": {"rectanglelabels": ["hand"]}}])])
    assert (file.records, file.left_out) == ((), (LeftOut("c1", "holds rectanglelabels and no choice"),))


def test_label_studio_regions_of_sound_are_segments(read):
    region = {"from_name": "tricks", "type": "labels", "value": {"start": 1.5, "end": 3, "labels": ["up"]}}
    [one] = read(
        "e.json", [{"data": {"video_url": "/data/upload/1/0a1b2c3d-a.mp4"}, "annotations": [{"result": [region]}]}]
    ).segments
    assert (one.recording, one.name, one.stretch.start, one.stretch.end) == ("/data/upload/1/0a1b2c3d-a.mp4", "up", 1.5, 3.0)


def test_label_studio_min_and_csv_have_a_row_for_each_annotation(read):
    rows = [
        {"id": 1, "clip": "c1", "gesture": "up", "annotator": 1, "annotation_id": 3, "created_at": "2024", "lead_time": 3.2},
        {"id": 1, "clip": "c1", "gesture": "down", "annotator": 2, "annotation_id": 4, "lead_time": None},
        {"id": 2, "clip": "c2", "gesture": {"choices": ["up", "love"]}},
        {"id": 3, "clip": "c3"},
    ]
    labels = [("c1", "up"), ("c1", "down"), ("c2", "up"), ("c2", "love"), ("c3", None)]
    assert named(read("m.json", rows)) == labels
    text = "clip,id,gesture,annotator,annotation_id,lead_time\nc1,1,up,1,3,3.2\nc1,1,down,2,4,\n"
    text += 'c2,2,"{""choices"": [""up"", ""love""]}"\nc3,3\n'
    assert named(read("m.csv", text)) == labels


def test_a_column_of_another_name_is_asked_for_and_named(read):
    rows = [{"id": 1, "video": "a.mp4", "Zeichen": "up"}]
    for name, content in (("m.json", rows), ("m.jsonl", rows), ("m.csv", "id,video,Zeichen\n1,a.mp4,up\n")):
        with pytest.raises(UserError, match="name it with --field"):
            read(name, content)
        assert named(read(name, content, "Zeichen")) == [("a.mp4", "up")]
        with pytest.raises(UserError, match="there is no sign; there are"):
            read(name, content, "sign")


@pytest.mark.parametrize(
    "line",
    [
        {"id": 7, "text": "c1", "label": ["up"]},
        {"id": 7, "text": "c1", "label": ["up"], "Comments": []},
        {"id": 7, "filename": "c1", "label": ["up"]},
        {"id": 7, "data": "c1", "label": ["up"]},
    ],
)
def test_doccano_names_the_clip_by_its_text_or_file(read, line):
    assert named(read("d.jsonl", [line, {**line, "label": []}])) == [("c1", "up"), ("c1", None)]
    assert named(read("d.json", [line])) == [("c1", "up")]


def test_doccano_stretches_of_a_text_are_refused(read):
    with pytest.raises(UserError, match=r"line 1: .*are stretches or trees, not classes"):
        read("d.jsonl", [{"text": "c1", "label": [[0, 5, "up"]]}])


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ({"text": "c1", "options": [{"id": "up", "text": "Up!"}], "accept": ["up"], "answer": "accept"}, ["up"]),
        ({"text": "c1", "options": [{"id": 1, "text": "up"}], "accept": [1], "answer": "accept"}, ["up"]),
        ({"text": "c1", "accept": ["up", "down"], "answer": "accept"}, ["up", "down"]),
        ({"text": "c1", "accept": [], "answer": "accept"}, [None]),
        ({"text": "c1", "accept": ["up"], "answer": "reject"}, [None]),
        ({"text": "c1", "accept": ["up"], "answer": "ignore"}, [None]),
        ({"video": "c1", "label": "up", "answer": "accept"}, ["up"]),
        ({"video": "data:video/mp4;base64,AAAA", "path": "c1", "label": "up", "answer": "accept"}, ["up"]),
        ({"text": "c1", "label": "up", "answer": "reject"}, [None]),
    ],
)
def test_prodigy_only_what_was_accepted_is_a_label(read, line, names):
    assert named(read("p.jsonl", [line])) == [("c1", name) for name in names]


def test_prodigy_spans_of_sound_are_segments(read):
    spans = [{"start": 1, "end": 2.5, "label": "up"}, {"start": 3, "end": 4, "label": "down"}]
    file = read("p.jsonl", [{"path": "a.mp4", "audio_spans": spans, "answer": "accept", "_annotator_id": "ann"}])
    assert [(one.recording, one.name, one.stretch.start, one.annotator) for one in file.segments] == [
        ("a.mp4", "up", 1.0, "ann"),
        ("a.mp4", "down", 3.0, "ann"),
    ]


def test_json_may_be_a_table_of_clips_and_classes(read):
    assert named(read("t.json", {"c1": "up", "c2": ["up", "down"], "c3": None})) == [
        ("c1", "up"),
        ("c2", "up"),
        ("c2", "down"),
        ("c3", None),
    ]
    for other in ({"c1": {"x": 1}}, {}, {"epoch": 0.5}):
        with pytest.raises(UserError, match="not a list of tasks"):
            read("t.json", other)


def test_a_table_of_recordings_has_segments(read):
    file = read("s.tsv", "recording\tclass\tstart\tend\na.mp4\tup\t1\t2.5\n")
    [one] = file.segments
    assert (one.recording, one.name, one.stretch.start, one.stretch.end) == ("a.mp4", "up", 1.0, 2.5)
    with pytest.raises(UserError, match="line 2: ends at 1 s, before it begins"):
        read("s.csv", "recording,class,start,end\na.mp4,up,2,1\n")


COCO = {
    "categories": [{"id": 1, "name": "up"}, {"id": 2, "name": "down"}],
    "videos": [{"id": 10, "file_name": "a.mp4", "fps": 25}, {"id": 11, "name": "b.mp4"}],
    "annotations": [],
}


@pytest.mark.parametrize("times", [{"segment": [2, 4]}, {"start": 2, "end": 4}, {"start_frame": 50, "end_frame": 100}])
def test_coco_annotations_with_times_are_segments(read, times):
    file = read("c.json", {**COCO, "annotations": [{"id": 1, "video_id": 10, "category_id": 1, **times}]})
    [one] = file.segments
    assert (one.recording, one.name, one.stretch.start, one.stretch.end) == ("a.mp4", "up", 2.0, 4.0)
    assert named(file) == [("b.mp4", None)], "a video that nobody has annotated is one without a label"


def test_coco_annotations_without_times_are_of_clips(read):
    images = {"categories": COCO["categories"], "images": [{"id": 1, "file_name": "down/0.png"}]}
    file = read("c.json", {**images, "annotations": [{"image_id": 1, "category_id": 2, "bbox": [0, 0, 1, 1]}]})
    assert named(file) == [("down/0.png", "down")]


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        ({"video_id": 10, "category_id": 3}, "category 3 is not in the file"),
        ({"video_id": 12, "category_id": 1}, "its video or image is not in the file"),
        ({"category_id": 1}, "its video or image is not in the file"),
        ({"video_id": 11, "category_id": 1, "start_frame": 1, "end_frame": 2}, "its video has no fps"),
        ({"video_id": 10, "category_id": 1, "segment": [1]}, "segment is"),
        ({"video_id": 10, "category_id": 1, "segment": [3, 1]}, "before it begins"),
        ({"video_id": 10, "category_id": 1, "segment": [1, "x"]}, "end is 'x'"),
    ],
)
def test_coco_what_does_not_fit_together_is_refused_by_its_annotation(read, annotation, said):
    with pytest.raises(UserError, match=f"annotation 1: .*{said}"):
        read("c.json", {**COCO, "annotations": [annotation]})


def eaf(tiers, media='<MEDIA_DESCRIPTOR MEDIA_URL="file:///films/a.mp4" MIME_TYPE="video/mp4"/>', units="milliseconds", head=""):
    slots = "".join(f'<TIME_SLOT TIME_SLOT_ID="ts{n}" TIME_VALUE="{500 * n}"/>' for n in range(10))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<ANNOTATION_DOCUMENT FORMAT="3.0">'
        f'<HEADER TIME_UNITS="{units}">{media}</HEADER><TIME_ORDER>'
        f'{slots}<TIME_SLOT TIME_SLOT_ID="none"/></TIME_ORDER>{tiers}</ANNOTATION_DOCUMENT>'
    )


def tier(name, *values, first=0):
    def annotation(number, value):
        slots = f'TIME_SLOT_REF1="ts{2 * number}" TIME_SLOT_REF2="ts{2 * number + 1}"'
        body = f"<ANNOTATION_VALUE>{value}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
        return f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}{number}" {slots}>{body}'

    return f'<TIER TIER_ID="{name}" ANNOTATOR="ann">{"".join(annotation(*pair) for pair in enumerate(values, first))}</TIER>'


def test_elan_annotations_are_segments_in_seconds(read):
    file = read("e.eaf", eaf(tier("signs", "up", " down ") + tier("empty")))
    assert [(one.recording, one.name, one.stretch.start, one.stretch.end, one.annotator) for one in file.segments] == [
        ("file:///films/a.mp4", "up", 0.0, 0.5, "ann"),
        ("file:///films/a.mp4", "down", 1.0, 1.5, "ann"),
    ]


def test_elan_annotations_that_refer_to_others_have_their_time(read):
    child = (
        '<TIER TIER_ID="gesture" PARENT_REF="x"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="g" ANNOTATION_REF="x1">'
        "<ANNOTATION_VALUE>up</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>"
    )
    [one] = read("e.eaf", eaf(tier("x", "speech", "words") + child)).segments
    assert (one.name, one.stretch.start, one.stretch.end) == ("up", 1.0, 1.5)


def test_elan_films_may_begin_later_and_sound_beside_them_says_nothing(read):
    media = '<MEDIA_DESCRIPTOR MEDIA_URL="a.mp4" TIME_ORIGIN="2000"/><MEDIA_DESCRIPTOR MEDIA_URL="a.wav"/>'
    [one] = read("e.eaf", eaf(tier("x", "up"), media)).segments
    assert (one.recording, one.stretch.start) == ("a.mp4", 2.0)
    [one] = read("whole.eaf", eaf(tier("x", "up"), "")).segments
    assert one.recording == "whole"


def test_elan_of_several_tiers_one_is_asked_for(read):
    text = eaf(tier("left", "up") + tier("right", "down"))
    with pytest.raises(UserError, match=re.escape("2 tiers ('left', 'right'); say with --field")):
        read("e.eaf", text)
    assert [one.name for one in read("e.eaf", text, "right").segments] == ["down"]


def test_elan_annotations_without_a_time_are_told(read):
    text = eaf(tier("x", "up").replace("ts1", "none"))
    assert read("e.eaf", text).left_out == (LeftOut("up", "has no time in ELAN"),)


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (eaf(tier("x", "&b;"), head=BOMB), "declares a document type"),
        (eaf(tier("x", "up"), head='<!DOCTYPE a SYSTEM "file:///etc/passwd">'), "declares a document type"),
        (eaf(tier("x", "up")).replace("TIER>", "TIR>"), "no file of ELAN's"),
        ("<html/>", "is html, no ANNOTATION_DOCUMENT"),
        ("", "no file of ELAN's"),
        (eaf(tier("x", "up"), units="PAL-frames"), "its times are in PAL-frames"),
        (eaf(tier("x", "up")).replace('"500"', '"1.5"'), "a time of '1.5'"),
        (eaf(tier("x", "up")).replace('"0"', '"-1"'), "TIME_VALUE is '-0.001'"),
        (eaf(tier("x", "up")).replace('"0"', '"9000"'), "before it begins"),
        ("<a>" * 100_000, "no file of ELAN's"),
    ],
)
def test_elan_what_is_none_is_refused_in_one_line(read, text, said):
    with pytest.raises(UserError, match=said) as refused:
        read("e.eaf", text)
    assert "\n" not in str(refused.value)


def test_elan_a_declared_encoding_hides_no_entities(tmp_path):
    (tmp_path / "e.eaf").write_bytes(eaf(tier("x", "&b;"), head=BOMB).replace("UTF-8", "UTF-16").encode("utf-16"))
    with pytest.raises(UserError, match="declares a document type"):
        read_labels(tmp_path / "e.eaf")


def via(marks, attribute=None):
    return {
        "project": {"pname": "x", "data_format_version": "3.1.1"},
        "attribute": {"1": {"aname": "TEMPORAL-SEGMENTS", "type": 4, "options": {"0": "up", "1": "down"}}, **(attribute or {})},
        "file": {"1": {"fid": "1", "fname": "a.mp4", "type": 4}},
        "metadata": marks,
        "view": {"1": {"fid_list": ["1"]}},
    }


def test_via_projects_have_segments_under_the_names_of_their_options(read):
    marks = {
        "1_a": {"vid": "1", "flg": 0, "z": [0.5, 2], "xy": [], "av": {"1": "0"}},
        "1_b": {"vid": "1", "z": [3, 4], "av": {"1": "1"}},
        "1_c": {"vid": "1", "z": [3], "xy": [2, 1, 1, 5, 5], "av": {"1": "1"}},
        "1_d": {"vid": "1", "z": [], "av": {"1": "1"}},
        "1_e": {"vid": "1", "z": [1, 2], "av": {}},
    }
    file = read("v.json", via(marks))
    assert [(one.recording, one.name, one.stretch and one.stretch.start) for one in file.segments] == [
        ("a.mp4", "up", 0.5),
        ("a.mp4", "down", 3.0),
        ("a.mp4", "down", None),
    ]
    assert [one.reason for one in file.left_out] == ["is a moment or a region, no stretch", "no label"]


def test_via_of_several_attributes_one_is_asked_for(read):
    other = {"2": {"aname": "TEMPORAL-hand", "type": 1, "options": {}}, "3": {"aname": "mood", "type": 1}}
    marks = {"1_a": {"vid": "1", "z": [0, 1], "av": {"2": "left", "3": "well"}}}
    with pytest.raises(UserError, match="say with --field which of them is the class"):
        read("v.json", via(marks, other))
    assert [one.name for one in read("v.json", via(marks, other), "mood").segments] == ["well"]


@pytest.mark.parametrize(
    "text",
    [
        "# Exported using VGG Image Annotator\n"
        "# CSV_HEADER = metadata_id,file_list,temporal_segment_start,temporal_segment_end,metadata\n"
        '"1_a","[""a.mp4""]",1.5,3,"{""TEMPORAL-SEGMENTS"":""up""}"\n',
        "# CSV_HEADER = metadata_id,file_list,flags,temporal_coordinates,spatial_coordinates,metadata\n"
        '"1_a","[""a.mp4""]",0,"[1.5,3]","[]","{""TEMPORAL-SEGMENTS"":""up""}"\n',
        "metadata_id,file_list,flags,temporal_coordinates,spatial_coordinates,metadata\n"
        '"1_a","[""a.mp4""]",0,"[1.5,3]","[]","{""1"":""up""}"\n',
    ],
)
def test_via_tables_of_every_version_are_segments(read, text):
    [one] = read("v.csv", text).segments
    assert (one.recording, one.name, one.stretch.start, one.stretch.end) == ("a.mp4", "up", 1.5, 3.0)


def test_via_2_is_refused_by_its_name(read):
    with pytest.raises(UserError, match="is of VIA 2"):
        read("v.json", {"_via_settings": {}, "_via_img_metadata": {}})


KEYS = (
    *(
        "clip",
        "class",
        "gesture",
        "data",
        "annotations",
        "result",
        "type",
        "value",
        "choices",
        "was_cancelled",
        "answer",
        "accept",
    ),
    *("label", "start", "end", "recording", "categories", "videos", "images", "video_id", "category_id", "id", "metadata"),
    *("attribute", "file", "av", "z", "vid"),
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    content=st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text("ab[{'", max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(KEYS),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    ),
    name=st.sampled_from(["l.json", "l.jsonl"]),
)
def test_whatever_json_holds_is_read_or_refused_in_one_line(tmp_path_factory, content, name):
    path = tmp_path_factory.getbasetemp() / name
    path.write_text(json.dumps(content))
    file, said = LabelFile(), ""
    try:
        file = read_labels(path)
    except UserError as err:
        said = str(err)
    assert "\n" not in said
    assert all(isinstance(one.clip, str) and (one.name is None or one.name.strip()) for one in file.records)
