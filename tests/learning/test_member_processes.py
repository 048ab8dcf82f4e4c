"""Members in processes of their own: the same bits as in one process, and nothing left of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from gesture_al import AUGMENTATIONS, COMMITTEES, FEATURES, UserError
from gesture_al.learning.member_processes import MemberProcesses
from gesture_al.learning.trainers.gradient_steps import GradientSteps

pytestmark = pytest.mark.slow

ROWS, REST = np.arange(0, 30), np.arange(30, 60)


@pytest.fixture
def ensemble_of(clips, learner_of):
    def make(processes, **settings):
        committee = COMMITTEES.build("ensemble", {"members": 3, "processes": processes})
        parts = {"features": FEATURES.build("geometric", {"frames": 6}), "augment": AUGMENTATIONS.build("standard")}
        return learner_of(clips, predicting={"committee": committee}, **{"steps": 6, "warmup": 2, **parts, **settings})

    return make


def workers():
    return {child.pid for child in multiprocessing.active_children() if child.name == "member-training"}


def test_the_result_is_that_of_one_process_bit_for_bit(clips, ensemble_of):
    here, beside = ensemble_of(1, warm_start=True), ensemble_of(2, warm_start=True)
    steps, pids = [], []
    for round_ in (0, 1):
        for learner in (here, beside):
            report = learner.fit(ROWS, clips.labels[ROWS], round_, on_step=lambda *step: steps.append(step))
        pids.append(workers())
        np.testing.assert_array_equal(here.mc_probs(REST, 3, round_), beside.mc_probs(REST, 3, round_))
        np.testing.assert_array_equal(here.predict_probs(REST), beside.predict_probs(REST))
        assert report.steps == 18
    assert pids[0] == pids[1], "torch is loaded once, not in every round"
    assert len(pids[0]) == 2
    assert {most for _, most, _ in steps} == {18}
    del beside, learner
    assert not workers()


def test_an_interruption_ends_the_processes_and_the_next_training_begins_new_ones(clips, ensemble_of):
    def interrupt(*_):
        raise KeyboardInterrupt

    learner = ensemble_of(2, steps=100_000)
    with pytest.raises(KeyboardInterrupt):
        learner.fit(ROWS, clips.labels[ROWS], 0, on_step=interrupt)
    assert not workers()
    with pytest.raises(UserError, match="not trained"):
        learner.predict_probs(REST)


def test_a_process_that_dies_is_one_line_with_a_remedy(training_of):
    def kill(*_):
        for pid in workers():
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(UserError, match=r"^committee\.params\.processes: .* died.*start it with fewer processes$"):
        MemberProcesses(1).run([training_of(trainer=GradientSteps(steps=100_000))], kill)
    assert not workers()


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
def test_a_killed_run_leaves_no_process_behind():
    script = (
        "import time\nfrom gesture_al.learning import member_processes as m\n"
        "if __name__ == '__main__':\n    w = m._Worker()\n    print(w.end.peek()[2][1].pid, flush=True)\n    time.sleep(600)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    pid = int(launcher.stdout.readline())
    os.kill(pid, 0)
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the worker outlived its launcher")
