"""A member's training as a parcel: with a fraction of the clips it gives the same bits as with all of them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from gesture_al import AUGMENTATIONS, FEATURES, UserError
from gesture_al.learning.member_processes import MemberProcesses, _answer, _packed
from gesture_al.learning.preparation import ClipOverrides
from gesture_al.learning.trainers.base import Diverged, FitReport
from gesture_al.learning.trainers.gradient_steps import GradientSteps

UNLABELLED = np.array([50, 3, 21])


class OfUnlabelled(GradientSteps):
    """Learns nothing; its net's weights become what it was shown of the clips that nobody named."""

    looks_at_unlabelled = True

    def fit(self, net, clips, class_count, rng, on_step=None):
        rows = np.array([2, 0, 1])
        (weak, lengths), (strong, _) = clips.unlabelled(rows, "weak"), clips.unlabelled(rows, "strong")
        with torch.no_grad():
            net.head.bias[:] = torch.stack([weak.sum(), strong.sum(), lengths.sum()])
        return FitReport(1, 0.0, 0.0)


def overridden(clips):
    times = np.tile(np.arange(8, dtype=np.float32), (len(clips), 1))
    overrides = ClipOverrides(8)
    overrides.set(40, replace(clips, times=times).take([1]))
    overrides.set(1, replace(clips, times=times).take([2]))
    return overrides


@pytest.mark.parametrize(
    ("augment", "frames", "trainer"),
    [("standard", 6, None), (None, 6, None), (None, None, None), ("standard", 6, OfUnlabelled()), (None, 6, OfUnlabelled())],
)
def test_a_parcel_gives_the_same_bits(clips, training_of, augment, frames, trainer):
    def make():
        return training_of(
            augment=AUGMENTATIONS.build(augment) if augment else None,
            features=FEATURES.build("geometric", {"frames": frames}),
            overrides=overridden(clips),
            unlabelled=UNLABELLED if trainer else None,
            trainer=trainer,
        )

    here, sent = make(), pickle.loads(pickle.dumps(make().parcel()))
    assert len(sent.clips) < 10
    assert here.run().loss == sent.run().loss
    for name, weight in here.net.state_dict().items():
        assert torch.equal(weight, sent.net.state_dict()[name]), name


def test_a_part_that_cannot_be_sent_is_refused_before_a_process_is_begun(training_of):
    class Local(GradientSteps):
        pass

    with pytest.raises(UserError, match=r"^committee\.params\.processes: .*Local.*; set it to 1$"):
        MemberProcesses(2).run([training_of(trainer=Local())])


class Broken(GradientSteps):
    def fit(self, *_):
        raise {"diverged": Diverged("the loss is nan"), "refused": UserError("no such thing"), "bug": KeyError(3)}[self.optimiser]


@pytest.mark.parametrize(
    ("how", "kind", "told"),
    [("diverged", Diverged, "the loss is nan"), ("refused", UserError, "no such thing"), ("bug", RuntimeError, "KeyError: 3")],
)
def test_what_goes_wrong_in_a_process_comes_back(training_of, how, kind, told):
    answer, error = pickle.loads(pickle.dumps(_answer(_packed(training_of(trainer=Broken(optimiser=how))), SimpleNamespace())))
    assert answer == "error"
    assert type(error) is kind
    assert told in str(error)
