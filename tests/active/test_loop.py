"""The loop spends what it may, asks what it should, and stops for the reason it says."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from loop_world import clips_on_a_line, world

from gesture_al.active.oracles.base import AlwaysPresent
from gesture_al.active.questions import Answer, AnswerKind
from gesture_al.active.strategies import STRATEGIES
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import read_lines
from gesture_al.runs.callbacks import NullCallback


def test_labels_grow_by_k_and_the_last_batch_is_what_is_left(tmp_path):
    verdict = world(tmp_path, k=5, budget=18).run()
    rows = read_lines(tmp_path / "rounds.jsonl")
    assert [row["labels"] for row in rows] == [6, 11, 16, 18]
    assert "budget" in verdict.reason


def test_no_clip_is_asked_twice_and_none_of_test_or_validation(tmp_path):
    loop = world(tmp_path)
    loop.run()
    asked = [clip for line in read_lines(tmp_path / "queries.jsonl") for clip in line["ids"]]
    initial = [line["clip"] for line in read_lines(tmp_path / "answers.jsonl") if line["purpose"] == "initial"]
    held_out = set(loop.clips.ids[np.concatenate([loop.evaluator.test, loop.validation])])
    assert len(asked) == len(set(asked)) == 18
    assert not set(asked) & set(initial)
    assert not held_out & {*asked, *initial}


def test_the_whole_pool_can_be_spent(tmp_path):
    verdict = world(tmp_path, k=50, budget=1000).run()
    assert read_lines(tmp_path / "rounds.jsonl")[-1]["pool"] == 0
    assert "pool" in verdict.reason or "left" in verdict.reason


def test_two_strategies_with_one_seed_start_alike(tmp_path):
    for name in ("random", "margin"):
        (tmp_path / name).mkdir()
        world(tmp_path / name, strategy=name).run()
    first = [read_lines(tmp_path / name / "rounds.jsonl")[0] for name in ("random", "margin")]
    assert first[0]["test_confusion"] == first[1]["test_confusion"]
    queries = [read_lines(tmp_path / name / "queries.jsonl")[0]["ids"] for name in ("random", "margin")]
    assert queries[0] != queries[1]


def test_asked_start_goes_on_until_every_class_has_its_share(tmp_path):
    world(tmp_path, start="oracle", initial_per_class=3).run()
    initial = [line for line in read_lines(tmp_path / "answers.jsonl") if line["purpose"] == "initial"]
    counts = {name: sum(line["class"] == name for line in initial) for name in "abc"}
    assert min(counts.values()) == 3
    # The last question was the one that was needed: without it a class would lack its share.
    assert counts[initial[-1]["class"]] == 3
    assert {line["source"] for line in read_lines(tmp_path / "answers.jsonl")} == {"simulated"}


def test_asked_start_stops_at_its_cap(tmp_path):
    world(tmp_path, start="oracle", initial_per_class=20, start_cap=7, budget=15).run()
    assert read_lines(tmp_path / "rounds.jsonl")[0]["labels"] == 7


def test_asked_start_never_spends_more_than_the_budget(tmp_path):
    world(tmp_path, start="oracle", initial_per_class=10, budget=11).run()
    assert [row["labels"] for row in read_lines(tmp_path / "rounds.jsonl")] == [11]


class Encoder:
    """Embeds clips without a label, as a pretrained encoder would."""

    def __init__(self, clips):
        self._x = clips.positions.mean(axis=1).reshape(len(clips), -1)

    def embed(self, rows):
        return self._x[rows]


def initial_clips(folder):
    return [line for line in read_lines(folder / "answers.jsonl") if line["purpose"] == "initial"]


@pytest.mark.parametrize("strategy", ["typiclust", "prob_cover", "k_center", "k_means", "random"])
def test_a_strategy_chooses_the_first_clips_without_a_model(tmp_path, strategy):
    """The learner of this world has no embedding: what is chosen, also later, is chosen by the encoder's alone."""
    loop = world(tmp_path, strategy=strategy, start="strategy")
    loop.encoder = Encoder(loop.clips)
    loop.run()
    first = initial_clips(tmp_path)
    assert len({line["clip"] for line in first}) == len(first) == 6
    assert {line["source"] for line in first} == {"simulated"}
    assert [row["labels"] for row in read_lines(tmp_path / "rounds.jsonl")][:2] == [6, 10]


def test_another_strategy_than_the_runs_own_may_start(tmp_path):
    loop = world(tmp_path, strategy="margin", start="strategy", budget=10)
    loop.encoder, loop.start_strategy = Encoder(loop.clips), STRATEGIES.build("typiclust")
    loop.run()
    assert len({line["class"] for line in initial_clips(tmp_path)}) == 3


def test_what_nobody_can_name_is_replaced_until_the_cap(tmp_path):
    for folder, cap, labels in ((tmp_path / "a", 100, 6), (tmp_path / "b", 7, None)):
        folder.mkdir()
        loop = world(folder, strategy="k_means", start="strategy", start_cap=cap, oracle={"refusal": 0.5})
        loop.encoder = Encoder(loop.clips)
        loop.run()
        first = initial_clips(folder)
        named = sum(line["kind"] == "label" for line in first)
        assert len(first) > 6
        assert named == labels if labels else len(first) == cap
        assert read_lines(folder / "rounds.jsonl")[0]["labels"] == named


@pytest.mark.parametrize("after", [2, 6, 8])
def test_a_start_that_was_killed_goes_on_with_the_same_clips(tmp_path, after):
    class Fatal(NullCallback):
        answers = 0

        def answered(self, question, answer):
            self.answers += 1
            if self.answers == after:
                raise KeyboardInterrupt

    def begin(folder, **more):
        loop = world(folder, strategy="typiclust", start="strategy", oracle={"refusal": 0.4}, **more)
        loop.encoder = Encoder(loop.clips)
        return loop

    (tmp_path / "whole").mkdir()
    begin(tmp_path / "whole").run()
    (tmp_path / "killed").mkdir()
    with pytest.raises(KeyboardInterrupt):
        begin(tmp_path / "killed", callback=Fatal()).run()
    begin(tmp_path / "killed").run()
    answers = [
        [(line["clip"], line["kind"], line["class"], line["round"]) for line in read_lines(tmp_path / name / "answers.jsonl")]
        for name in ("whole", "killed")
    ]
    assert answers[0] == answers[1]


def test_given_start_takes_what_is_known_and_asks_only_for_the_rest(tmp_path):
    loop = world(tmp_path, start="existing", budget=12)
    given = set(loop.pool.clips[::8].tolist())
    loop.clips = dataclasses.replace(loop.clips, labels=np.where(np.isin(np.arange(60), list(given)), loop.clips.labels, -1))
    loop.run()
    lines = read_lines(tmp_path / "answers.jsonl")
    initial = [line for line in lines if line["source"] == "known"]
    queried = [line for line in lines if line["source"] == "simulated"]
    assert {line["purpose"] for line in initial} == {"initial"}
    assert {int(line["clip"][-3:]) for line in initial} == given
    assert not {line["clip"] for line in initial} & {line["clip"] for line in queried}
    assert read_lines(tmp_path / "rounds.jsonl")[-1]["labels"] == 12


def test_killed_before_the_last_answer_is_learned_a_resumed_run_still_learns_it(tmp_path):
    class Fatal(NullCallback):
        def phase(self, name, round):
            if name == "training" and round == 2:
                raise KeyboardInterrupt

    class Refuses(AlwaysPresent):
        source, answers_unlabelled = "simulated", False

        def ask(self, questions):
            for question in questions:
                named = question.round == 1 and question is questions[0]
                yield Answer(question.clip, AnswerKind.LABEL, 0) if named else Answer(question.clip, AnswerKind.UNSURE)

    def tired(folder, **more):
        loop = world(folder, k=50, budget=30, **more)
        loop.oracle = Refuses()
        # As if every clip had been asked in vain often enough from round 1 on.
        loop._exhausted = lambda: len(loop.journal.rounds()) >= 2
        return loop

    (tmp_path / "whole").mkdir()
    tired(tmp_path / "whole").run()
    (tmp_path / "killed").mkdir()
    with pytest.raises(KeyboardInterrupt):
        tired(tmp_path / "killed", callback=Fatal()).run()
    tired(tmp_path / "killed").run()
    labels = [[row["labels"] for row in read_lines(tmp_path / name / "rounds.jsonl")] for name in ("whole", "killed")]
    assert labels[0] == labels[1] == [6, 6, 7]


def test_unsure_clips_wait_until_the_rest_has_been_asked(tmp_path):
    world(tmp_path, oracle={"refusal": 0.4}, k=6, budget=1000).run()
    queries = [line["ids"] for line in read_lines(tmp_path / "queries.jsonl")]
    unsure = {line["clip"] for line in read_lines(tmp_path / "answers.jsonl") if line["kind"] == "unsure"}
    first_repeat = next(n for n, ids in enumerate(queries) if set(ids) & {c for q in queries[:n] for c in q})
    seen_before = {clip for ids in queries[:first_repeat] for clip in ids}
    assert len(seen_before) == 36, "every clip of the pool (42 less 6 initial) is asked once before any is asked again"
    assert set(queries[first_repeat]) <= unsure
    assert read_lines(tmp_path / "rounds.jsonl")[-1]["pool"] == 0


def test_noise_changes_labels_but_not_the_scores_they_are_judged_by(tmp_path):
    loop = world(tmp_path, oracle={"noise": 1.0})
    loop.run()
    truth = dict(zip(loop.clips.ids.tolist(), loop.clips.labels.tolist(), strict=True))
    lines = read_lines(tmp_path / "answers.jsonl")
    wrong = [line["class"] != "abc"[truth[line["clip"]]] for line in lines if line["purpose"] == "query"]
    assert all(wrong)
    known = [line["class"] == "abc"[truth[line["clip"]]] for line in lines if line["purpose"] != "query"]
    assert all(known)


def test_stable_predictions_sees_kappa_from_round_to_round(tmp_path):
    verdict = world(tmp_path, rules=[("stable_predictions", {"window": 2, "kappa": 0.5})], budget=40).run()
    rows = read_lines(tmp_path / "rounds.jsonl")
    assert rows[0]["pool_kappa"] is None
    assert all(0 <= row["pool_kappa"] <= 1 for row in rows[1:])
    assert "kappa" in verdict.reason


def test_the_references_fault_ranks_every_query_by_the_first_model(tmp_path):
    loop = world(tmp_path, rank_by_first_model=True, k=4, budget=14)
    loop.run()
    loop.learner.load_state(loop.journal.fit(0).state)
    pool = loop.pool.clips
    labelled = {line["clip"] for line in read_lines(tmp_path / "answers.jsonl") if line["purpose"] == "initial"}
    for line in read_lines(tmp_path / "queries.jsonl"):
        rows = np.array([row for row in pool if loop.clips.ids[row] not in labelled])
        probs = np.sort(loop.learner.predict_probs(rows), axis=1)
        closest = rows[np.argsort(probs[:, -1] - probs[:, -2])[: len(line["ids"])]]
        assert set(loop.clips.ids[closest]) == set(line["ids"])
        labelled |= set(line["ids"])


def test_without_any_label_the_run_says_so(tmp_path):
    clips = clips_on_a_line()
    blind = dataclasses.replace(clips, labels=np.full(len(clips), -1))
    with pytest.raises(UserError, match="nothing to learn from"):
        world(tmp_path, clips=blind).run()
