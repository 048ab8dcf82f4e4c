"""The encoder of a pool is made once for its content, comes back from the cache, and is made again where that is damaged."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace

import numpy as np
import pytest

from gesture_al.core.errors import UserError
from gesture_al.data.skeleton import Skeleton, skeleton_for
from gesture_al.learning.pretraining.base import EncoderTask, Encoding, UnnamedClips
from gesture_al.learning.pretraining.common_joints import on_common_joints, part_of_skeleton
from gesture_al.learning.pretraining.pool_encoder import PoolEncoder

ROWS = np.arange(3, 40, 2)


class Counting:
    """A pretraining that counts how often it trains."""

    trains, initialise, source = True, False, None

    def __init__(self) -> None:
        self.fits = 0

    def fit(self, task, on_step=None):
        self.fits += 1
        if on_step is not None:
            on_step(1, 1, 0.5)
        positions = task.embed.clips.positions[task.embed.rows]
        return Encoding(np.nan_to_num(positions).mean(axis=(1, 2)), {"cells.0.w": np.ones((2, 3), np.float32)}, 1, 0.5, 0.1)


@pytest.fixture
def encoder_of(clips, flat, jitter, tmp_path, monkeypatch):
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path))

    def make(clips=clips, rows=ROWS, settings=None, pretraining=None, source=None):
        own = UnnamedClips(clips, rows)
        task = EncoderTask(source or own, own, flat(), jitter, ("lstm", {}))
        return PoolEncoder(pretraining or Counting(), task, settings or {})

    return make


def test_it_trains_once_and_comes_back_as_it_was(encoder_of, clips):
    first, steps = encoder_of(), []
    first.prepare(lambda *step: steps.append(step))
    first.prepare()
    assert first._pretraining.fits == 1
    assert steps == [(1, 1, 0.5)]
    again = encoder_of()
    np.testing.assert_array_equal(again.embed(ROWS[[4, 1]]), first.embed(ROWS[[4, 1]]))
    np.testing.assert_array_equal(again.embed(ROWS[[4]])[0], np.nan_to_num(clips.positions[ROWS[4]]).mean(axis=(0, 1)))
    assert again._pretraining.fits == 0
    assert again.summary() == first.summary() == {"clips": 19, "joints": 5, "steps": 1, "loss": 0.5, "seconds": 0.1}
    np.testing.assert_array_equal(again.encoding.weights["cells.0.w"], np.ones((2, 3)))


def test_other_clips_settings_or_rows_are_another_encoder_and_labels_are_not(encoder_of, clips):
    encoder_of().prepare()
    moved = clips.positions.copy()
    moved[3, 0, 0, 0] += 1e-3
    for other in (
        encoder_of(clips=replace(clips, positions=moved)),
        encoder_of(rows=ROWS[:-1]),
        encoder_of(settings={"steps": 5}),
        encoder_of(clips=clips.with_skeleton(replace(clips.skeleton, bones=((0, 1),)))),
    ):
        other.prepare()
        assert other._pretraining.fits == 1
    unnamed = encoder_of(clips=replace(clips, labels=np.full(len(clips), -1)))
    unnamed.prepare()
    assert unnamed._pretraining.fits == 0


def test_a_damaged_file_is_made_again(encoder_of, tmp_path, caplog):
    encoder_of().prepare()
    (file,) = (tmp_path / "encoders").iterdir()
    content = bytearray(file.read_bytes())
    for damage in (content[: len(content) // 2], content[:200] + bytes([content[200] ^ 1]) + content[201:], b""):
        file.write_bytes(damage)
        again = encoder_of()
        again.prepare()
        assert again._pretraining.fits == 1
        assert "damaged" in caplog.text
        caplog.clear()


def test_a_cache_that_cannot_be_written_is_no_obstacle(encoder_of, tmp_path, caplog):
    (tmp_path / "encoders").write_text("a file in the way")
    encoder = encoder_of()
    assert len(encoder.embed(ROWS)) == len(ROWS)
    assert "is not kept" in caplog.text


def test_two_processes_at_once_leave_one_whole_file(encoder_of, tmp_path):
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=encoder_of().prepare) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
        assert process.exitcode == 0
    assert [path.suffix for path in (tmp_path / "encoders").iterdir()] == [".npz"]
    last = encoder_of()
    last.prepare()
    assert last._pretraining.fits == 0


def named(clips, joints, space="picture"):
    """The clips on a layout with these names."""
    return clips.with_skeleton(Skeleton("own", tuple(joints), bones=((0, 1), (1, 2)), parts={"ab": range(2)}, space=space))


def test_two_sets_meet_on_the_joints_that_both_name(clips):
    target, source = named(clips, "abcde"), named(clips, "edxba", space="y_up")
    learn, embed = on_common_joints(UnnamedClips(source, np.arange(4)), UnnamedClips(target, ROWS))
    assert learn.clips.skeleton == embed.clips.skeleton
    assert embed.clips.skeleton.joints == ("a", "b", "d", "e")
    assert embed.clips.skeleton.bones == ((0, 1),)
    assert embed.clips.skeleton.parts == {"ab": range(2)}
    np.testing.assert_array_equal(embed.clips.positions, clips.positions[ROWS][:, :, [0, 1, 3, 4]])
    expected = clips.positions[:4][:, :, [4, 3, 1, 0]]
    np.testing.assert_array_equal(learn.clips.positions[..., 0], expected[..., 0])
    np.testing.assert_array_equal(learn.clips.positions[..., 1], -expected[..., 1])


def test_sets_of_one_layout_stay_as_they_are(clips):
    own = UnnamedClips(named(clips, "abcde"), ROWS)
    learn, embed = on_common_joints(UnnamedClips(named(clips, "abcde"), np.arange(5)), own)
    assert embed is own
    np.testing.assert_array_equal(learn.rows, np.arange(5))


def test_coordinates_that_one_set_lacks_are_left_out(clips):
    deep = replace(named(clips, "abcde"), positions=np.concatenate([clips.positions, clips.positions[..., :1]], axis=3))
    learn, embed = on_common_joints(UnnamedClips(deep, np.arange(5)), UnnamedClips(named(clips, "abcde"), ROWS))
    assert learn.clips.positions.shape[3] == embed.clips.positions.shape[3] == 2


def test_joints_without_names_or_in_common_are_refused(clips, encoder_of):
    with pytest.raises(UserError, match="matched by name"):
        on_common_joints(UnnamedClips(clips, ROWS), UnnamedClips(named(clips, "abcde"), ROWS))
    with pytest.raises(UserError, match="1 joints of the same name"):
        on_common_joints(UnnamedClips(named(clips, "avwxy"), ROWS), UnnamedClips(named(clips, "abcde"), ROWS))
    fitted = Counting()
    fitted.initialise = True
    with pytest.raises(UserError, match="4 of 5 joints in common"):
        encoder_of(named(clips, "abcde"), pretraining=fitted, source=UnnamedClips(named(clips, "abcdx"), ROWS))


def test_part_of_a_skeleton_keeps_whole_parts_only():
    hands = skeleton_for(42, "hands")
    part = part_of_skeleton(hands, range(5, 42))
    assert set(part.parts) == {"right_hand"}
    assert part.parts["right_hand"] == range(16, 37)
    assert part_of_skeleton(hands, range(42)) is hands
