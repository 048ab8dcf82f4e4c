"""The assembly gives every part what it needs and refuses what does not fit together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesture_al.cli.composition import compose_settings
from gesture_al.core.errors import UserError
from gesture_al.core.naming import run_name
from gesture_al.core.settings import run_key
from gesture_al.runs.assembly import assemble, load_clips
from gesture_al.runs.dataset_metadata import dataset_metadata
from gesture_al.studio.label.frontends import frontends

SMALL = ["dataset.params.clips=80", "dataset.params.subjects=4"]


@pytest.fixture(scope="module")
def clips():
    return load_clips(compose_settings(SMALL).dataset)


def test_named_people_are_the_test(clips):
    settings = compose_settings([*SMALL, "dataset.test_subjects=[s01,s03]", "stopping=budget"])
    held = load_clips(settings.dataset)
    splits = assemble(settings, held).splits
    assert set(held.subjects[splits.test]) == {"s01", "s03"}
    assert set(held.subjects[splits.train]) == {"s00", "s02"}


def test_validation_is_drawn_only_when_a_rule_needs_it(clips):
    assert len(assemble(compose_settings([*SMALL, "stopping=budget"]), clips).splits.validation) == 0
    splits = assemble(compose_settings([*SMALL, "stopping=f1_threshold", "validation_clips=7"]), clips).splits
    assert len(splits.validation) == 7
    assert not set(clips.subjects[splits.validation]) & set(clips.subjects[splits.train])


def test_the_split_does_not_depend_on_the_strategy(clips):
    one = assemble(compose_settings([*SMALL, "strategy=random"]), clips).splits
    other = assemble(compose_settings([*SMALL, "strategy=margin"]), clips).splits
    assert np.array_equal(one.train, other.train)
    assert np.array_equal(one.test, other.test)


def test_one_class_is_refused(clips):
    single = replace(clips, classes=("Like",), labels=np.zeros(len(clips), dtype=np.int64))
    with pytest.raises(UserError, match=r"only one class \(Like\)"):
        assemble(compose_settings(SMALL), single)


def test_a_class_without_a_clip_in_the_pool_is_named(clips):
    lacking = replace(clips, classes=(*clips.classes, "Wave"))
    with pytest.raises(UserError, match="Wave"):
        assemble(compose_settings(SMALL), lacking)


def test_a_budget_below_the_initial_set_is_refused(clips):
    with pytest.raises(UserError, match="budget=5: the initial set alone takes 8 labels"):
        assemble(compose_settings([*SMALL, "budget=5"]), clips)


def test_a_budget_below_what_an_asked_start_takes_is_refused(clips):
    with pytest.raises(UserError, match="budget=7: the initial set alone takes 8 labels"):
        assemble(compose_settings([*SMALL, "start=oracle", "budget=7"]), clips)


def test_a_simulated_oracle_is_not_asked_what_it_cannot_know(clips):
    labels = clips.labels.copy()
    labels[::5] = -1
    partly = replace(clips, labels=labels)
    made = assemble(compose_settings([*SMALL, "stopping=budget"]), partly)
    assert (partly.labels[made.splits.train] >= 0).all()
    assert any("16 clips without a label stay out of the pool" in line for line in made.warnings())
    blind, settings = (
        replace(clips, labels=np.full(len(clips), -1)),
        compose_settings([*SMALL, "stopping=budget", "start=oracle"]),
    )
    with pytest.raises(UserError, match="no clip that oracle=simulated can name"):
        assemble(settings, blind)


def test_a_run_that_nothing_measures_says_so(clips):
    partly = replace(clips, labels=np.where(np.arange(len(clips)) % 3, -1, clips.labels))
    person = ["oracle=interactive", "start=existing", "budget=60"]
    assert any(
        "nothing will measure" in line
        for line in assemble(compose_settings([*SMALL, *person, "stopping=budget"]), partly, frontends()).warnings()
    )
    made = assemble(compose_settings([*SMALL, *person, "stopping=f1_threshold"]), partly, frontends())
    assert len(made.splits.validation)
    assert not any("nothing will measure" in line for line in made.warnings())


def test_a_temperature_that_nothing_can_be_fitted_to_is_announced(clips):
    def told(*typed):
        lines = assemble(compose_settings([*SMALL, *typed]), clips).warnings()
        return [line for line in lines if "temperature_scaling=true does nothing" in line]

    assert told("temperature_scaling=true", "stopping=budget") == [
        "temperature_scaling=true does nothing: it wants 20 validation clips, and there are 0; stopping=f1_threshold draws some, "
        "validation_fraction says how many"
    ]
    assert not told("stopping=budget")
    assert not told("temperature_scaling=true", "stopping=f1_threshold", "validation_fraction=0.6")


def test_views_without_an_augmentation_are_refused(clips):
    with pytest.raises(UserError, match=r"^prediction_views=4: .*choose augment=standard"):
        assemble(compose_settings([*SMALL, "prediction_views=4", "augment=none"]), clips)
    assemble(compose_settings([*SMALL, "prediction_views=4"]), clips)


def test_the_rule_that_made_the_split_is_written_down(clips):
    told = dataset_metadata(assemble(compose_settings([*SMALL, "stopping=f1_threshold"]), clips))
    assert (told["split_by"], told["validation_by"]) == ("group", "group")


def test_people_named_for_the_test_are_not_passed_over():
    with pytest.raises(UserError, match="these people are the test already"):
        compose_settings([*SMALL, "dataset.test_subjects=[s01]", "dataset.split_by=stratified"])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ([], "facetime_synthetic-lstm-entropy"),
        (["dataset=natops"], "natops-lstm-entropy"),
        (["dataset=archive", "dataset.params.path=clips/hello3.npz"], "hello3-lstm-entropy"),
        (["name=mine"], "mine"),
    ],
)
def test_a_run_is_called_after_its_data_net_and_strategy(typed, name):
    assert run_name(compose_settings(typed)) == name


def test_spare_validation_clips_go_back_to_the_pool_unless_people_are_separated(clips):
    typed = [*SMALL, "stopping=f1_threshold", "validation_clips=5"]
    nobody = replace(clips, subjects=None, groups=None)
    by_chance = assemble(compose_settings(typed), nobody).splits
    assert (len(by_chance.validation), len(by_chance.train) + len(by_chance.test)) == (5, len(clips) - 5)
    by_people = assemble(compose_settings(typed), clips).splits
    assert len(by_people.validation) == 5
    assert len(by_people.train) + len(by_people.test) < len(clips) - 5


def longer(clips, frames, seconds):
    """The same clips, each held at its first frame for so long, over so many seconds where they are known."""
    count, _, joints, numbers = clips.positions.shape
    positions = np.broadcast_to(clips.positions[:, :1], (count, frames, joints, numbers)).copy()
    times = None if seconds is None else np.tile(np.linspace(0, seconds, frames, dtype=np.float32), (count, 1))
    return replace(clips, positions=positions, lengths=np.full(count, frames), times=times, start=None, end=None)


@pytest.mark.parametrize(("frames", "seconds", "fitting"), [(45, None, 24), (300, None, 52), (300, 10, 52), (300, 2, 24)])
def test_frames_that_follow_the_clips_stand_in_the_runs_settings_as_a_number(clips, frames, seconds, fitting):
    made = assemble(compose_settings([*SMALL, "features.params.frames=auto"]), longer(clips, frames, seconds))
    assert made.settings.features.params["frames"] == made.features.frames == fitting
    number = compose_settings([*SMALL, f"features.params.frames={fitting}"])
    assert run_key(made.settings, "data") == run_key(number, "data")
    assert not any("frames=auto would take" in line for line in made.warnings())


def test_the_tests_own_clips_do_not_change_the_frames(clips):
    test = np.arange(len(clips)) < len(clips) // 2
    clips = replace(clips, labels=np.arange(len(clips)) % len(clips.classes), subjects=None, groups=None)
    split = replace(longer(clips, 300, None), lengths=np.where(test, 300, 40), split=np.where(test, "test", "train"))
    assert assemble(compose_settings([*SMALL, "features.params.frames=auto"]), split).features.frames == 24


def test_few_frames_for_long_clips_are_worth_a_line(clips):
    for typed, said in (("24", True), ("40", False), ("null", False)):
        settings = compose_settings([*SMALL, f"features.params.frames={typed}", "augment=none"])
        lines = [line for line in assemble(settings, longer(clips, 300, None)).warnings() if "frames=auto" in line]
        whole = "clips of 300 frames (median) are brought to 24; features.params.frames=auto would take 52"
        assert lines == ([whole] if said else [])
