"""Pretraining in runs: refused where it cannot serve, trained once for several runs, from the pool or from another set."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from gesture_al.cli.composition import compose_settings
from gesture_al.core.errors import UserError
from gesture_al.core.settings import Settings, run_key
from gesture_al.data.skeleton import SKELETONS
from gesture_al.learning.pretraining.contrastive import Contrastive
from gesture_al.runs.assembly import assemble, build_loop, load_clips
from gesture_al.runs.callbacks import NullCallback
from gesture_al.runs.runner import run

SMALL = [
    *("dataset.params.clips=60", "dataset.params.subjects=4", "model=lstm_s", "stopping=budget", "k=4", "budget=12"),
    *("trainer.params.steps=3", "trainer.params.warmup=1", "tracking=csv", "start=strategy"),
]
ENCODER = ["pretraining=contrastive", "pretraining.params.steps=3", "pretraining.params.batch_size=16"]


@pytest.fixture(scope="module")
def clips():
    return load_clips(compose_settings(SMALL).dataset)


def test_a_start_without_a_model_or_an_encoder_is_refused(clips):
    for typed, match in [
        ([*ENCODER, "strategy=margin"], "strategy=margin asks a trained model"),
        ([*ENCODER, "strategy=margin", "start_strategy=badge"], "start_strategy=badge asks a trained model"),
        ([*ENCODER, "strategy=random", "start_strategy=cluster_margin"], "start_strategy=cluster_margin asks"),
        (["strategy=typiclust"], "set pretraining=contrastive"),
        ([*ENCODER, "start_strategy=typiclus"], "typiclust"),
    ]:
        with pytest.raises(UserError, match=match):
            assemble(compose_settings([*SMALL, *typed]), clips)
    assemble(compose_settings([*SMALL, "strategy=random"]), clips)


def test_what_changes_nothing_is_said(clips):
    made = assemble(
        compose_settings([*SMALL, "start=stratified", "start_strategy=typiclust", "strategy=margin", *ENCODER]), clips
    )
    said = " ".join(made.warnings())
    assert "start_strategy=typiclust decides nothing" in said
    assert "pretraining=contrastive is left out: strategy=margin does not look at it" in said
    assert build_loop(made, None, NullCallback()).encoder is None


def test_a_run_without_pretraining_is_the_run_that_it_was():
    plain = Settings()
    assert run_key(plain, "data") == run_key(replace(plain, pretraining=type(plain.pretraining)("none")), "data")
    assert run_key(plain, "data") != run_key(replace(plain, pretraining=type(plain.pretraining)("contrastive")), "data")


def test_one_encoder_serves_all_runs_over_a_pool_and_the_report_tells_of_it(clips, tmp_path, monkeypatch):
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path / "cache"))
    pools = []
    fit = Contrastive.fit

    def watched(self, task, on_step=None):
        pools.append(task.learn.clips.ids[task.learn.rows])
        return fit(self, task, on_step)

    monkeypatch.setattr(Contrastive, "fit", watched)
    typed = [*SMALL, *ENCODER, "strategy=margin", "start_strategy=typiclust"]
    for name, more in (("one", []), ("other", ["pretraining.params.initialise=true"]), ("again", ["k=2"])):
        run(assemble(compose_settings([*typed, *more]), clips), tmp_path / name, NullCallback())
    assert len(pools) == 1
    splits = json.loads((tmp_path / "one" / "splits.json").read_text())
    assert not set(pools[0]) & {*splits["test"], *splits["validation"]}
    status = json.loads((tmp_path / "again" / "status.json").read_text())
    assert status["pretraining"]["clips"] == len(pools[0])
    page = (tmp_path / "again" / "report.html").read_text()
    assert "The first 8 labels were of clips that typiclust chose without any label." in page
    assert f"An encoder learned from {len(pools[0])} clips of the pool without a label" in page


def on_body_and_hands(clips):
    """The same hands on a layout that has a body as well, which was never seen."""
    body = np.full((*clips.positions.shape[:2], 33, clips.positions.shape[3]), np.nan, dtype=np.float32)
    whole = np.concatenate([body, clips.positions], axis=2)
    return replace(clips, positions=whole, skeleton=SKELETONS["hands_pose"])


def test_another_set_teaches_by_the_names_of_its_joints(clips, tmp_path, monkeypatch):
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path))
    source = "pretraining.params.source={name: facetime_synthetic, params: {clips: 40, subjects: 4, seed: 7}}"
    made = assemble(compose_settings([*SMALL, *ENCODER, "strategy=typiclust", source]), on_body_and_hands(clips))
    encoder = build_loop(made, None, NullCallback()).encoder
    assert encoder.summary()["clips"] == 40
    assert encoder.summary()["joints"] == 42
    # Of the body the encoder has seen nothing, so clips on the source's own layout have the same embedding.
    own = assemble(compose_settings([*SMALL, *ENCODER, "strategy=typiclust", source]), clips)
    same = build_loop(own, None, NullCallback()).encoder
    pool = np.sort(made.splits.train)
    np.testing.assert_allclose(encoder.embed(pool), same.embed(pool), atol=1e-5)
    begun = compose_settings([*SMALL, *ENCODER, "strategy=typiclust", source, "pretraining.params.initialise=true"])
    wider = assemble(begun, on_body_and_hands(clips))
    with pytest.raises(UserError, match="42 of 75 joints in common"):
        build_loop(wider, None, NullCallback())


def test_a_source_that_is_the_runs_own_set_or_none_at_all_is_refused(clips):
    for source, match in [
        ("{name: facetime_synthetic, params: {clips: 60, subjects: 4}}", "the run's own data set"),
        ("{params: {clips: 60}}", "must be the name of a reader"),
        ("{name: nothing}", "nothing"),
    ]:
        made = assemble(compose_settings([*SMALL, *ENCODER, "strategy=typiclust", f"pretraining.params.source={source}"]), clips)
        with pytest.raises(UserError, match=match):
            build_loop(made, None, NullCallback())
