"""Free recordings whose pictures nobody has kept are cut anew all the same."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.capture.extraction.clip_cutter import ClipRules
from gesture_al.capture.extraction.recut import recut
from gesture_al.cli.main import main
from gesture_al.core.errors import UserError
from gesture_al.data.track import read_track
from gesture_al.studio.record.clip_store import ClipStore


@pytest.fixture
def folder(tmp_path, plan, tools):
    """Two free recordings without pictures; in the first a hand goes up for a second, three times."""

    def joints(number, moves):
        seconds = number / tools.FPS
        seen = tools.hand()
        seen.positions[21:, :2] = np.linspace([0.4, 0.8], [0.5, 0.6], 21)
        if moves and 2 <= seconds % 5 < 3:
            seen.positions[21:, 1] -= 0.3 * np.sin(np.pi * (seconds % 5 - 2))
        return seen

    with tools.StoreWriter(tmp_path / "data", plan, video=False) as place:
        for moves in (True, False):
            place.keep(place.take(None, 15 * tools.FPS, lambda number, moves=moves: joints(number, moves)))
    return tmp_path / "data"


def clips(folder, stem="ann_one_001"):
    return sorted(path.name for path in (folder / "unlabelled").glob(f"{stem}*.npz"))


def test_windows_instead_of_movements_and_back(folder):
    first = {name: (folder / "unlabelled" / name).read_bytes() for name in clips(folder)}
    assert len(first) == 3
    one, other = recut(folder / ".whole", ClipRules(cut="windows", window=5.0))
    assert (one.clips, other.clips) == (len(clips(folder)), len(clips(folder, "ann_one_002")))
    assert len(clips(folder)) == 5
    about = read_track(folder / "unlabelled" / clips(folder)[1]).about
    assert (about["recording"], about["start"], about["subject"]) == ("ann_one_001", 2.5, "ann")
    recut(folder / ".whole", ClipRules(cut="whole"))
    assert clips(folder) == ["ann_one_001.npz"]
    recut(folder / ".whole", ClipRules())
    assert {name: (folder / "unlabelled" / name).read_bytes() for name in clips(folder)} == first


def test_where_nothing_is_found_the_clips_stay(folder):
    before = clips(folder, "ann_one_002")
    assert before, "windows, since nothing moves"
    _, still = recut(folder / ".whole", ClipRules())
    assert "no movement of hands" in still.reason
    assert clips(folder, "ann_one_002") == before


def test_a_clip_that_was_moved_into_a_class_stays_there(folder):
    name = clips(folder)[0]
    (folder / "Like").mkdir()
    (folder / "unlabelled" / name).rename(folder / "Like" / name)
    for rules in (ClipRules(), ClipRules(cut="windows"), ClipRules()):
        recut(folder / ".whole", rules)
        assert (folder / "Like" / name).exists()
    assert name not in clips(folder)


def test_as_it_is_typed(folder, tmp_path, capsys):
    assert main(["extract", str(folder / ".whole"), "--cut", "windows", "--window", "5"]) == 0
    told = capsys.readouterr()
    assert told.out == f"landmarks: {folder}\n"
    assert told.err == "10 clips cut out of 2 of 2 free recordings\n"
    (tmp_path / ".whole").mkdir()
    assert main(["extract", str(tmp_path / ".whole")]) == 2
    assert "no free recording in it" in capsys.readouterr().err


def test_a_recorder_at_work_is_left_alone(folder):
    with ClipStore(folder), pytest.raises(UserError, match="a recorder is writing here"):
        recut(folder / ".whole", ClipRules())
