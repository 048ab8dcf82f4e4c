"""A run assembled from its settings: the one place where the parts meet."""

from __future__ import annotations

import errno
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gesture_al.active.oracles.base import ORACLES, Oracle
from gesture_al.active.oracles.interactive import NO_FRONTENDS, Frontend
from gesture_al.active.oracles.simulated import Known
from gesture_al.active.pool import Pool
from gesture_al.active.stopping.base import STOPPING_RULES, StoppingRule
from gesture_al.active.strategies.base import STRATEGIES, Needs, Strategy
from gesture_al.core.arrays import Int64, Strings
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import BAD_PATH
from gesture_al.core.parts import build_part
from gesture_al.core.seeds import RandomStreams
from gesture_al.core.settings import DatasetPart, Part, Settings, check_dataset, check_settings
from gesture_al.data.classes import Classes
from gesture_al.data.clip_set import ClipSet, seconds_of
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.open_set import without_interest
from gesture_al.data.datasets.split_units import Splits, overlap_blocks
from gesture_al.data.datasets.splits import cap_validation, hold_out, make_splits, shared_sessions, with_long_tail
from gesture_al.data.geometry.found_bones import found_bones
from gesture_al.data.skeleton import GENERIC, layouts_of
from gesture_al.data.view.settings import VIEWS
from gesture_al.learning.augmentation.base import AUGMENTATIONS, Augment, FitsData
from gesture_al.learning.calibration import LEAST_CLIPS
from gesture_al.learning.committee.base import COMMITTEES
from gesture_al.learning.features.base import FEATURES, Features, fitting_frames
from gesture_al.learning.pretraining.base import PRETRAININGS, EncoderTask, Pretraining, UnnamedClips

if TYPE_CHECKING:
    from gesture_al.active.loop import Loop
    from gesture_al.active.records.journal import Callback, Journal
    from gesture_al.learning.pretraining.pool_encoder import PoolEncoder


_MANY_MORE = 1.5
"""Frames that the rule would take for each that is set, from which on it is worth a line."""


def load_clips(part: DatasetPart) -> ClipSet:
    """The clips of a data set.

    Raises:
        UserError: The reader cannot make clips of what it was given.
    """
    check_dataset(part)
    try:
        clips = build_part(DATASETS, "dataset", part).load()
    except OSError as err:
        if err.errno not in (errno.EACCES, errno.EPERM, *BAD_PATH):
            raise
        raise UserError(f"dataset.params: {err.filename}: {err.strerror}; make it readable or name another") from err
    clips = clips if part.of_no_interest is None else without_interest(clips, part.of_no_interest)
    return clips if part.test_subjects is None else hold_out(clips, part.test_subjects)


def with_frames(settings: Settings, clips: ClipSet) -> Settings:
    """The settings with the number that `features.params.frames=auto` comes to for these clips: a run and its key hold that."""
    params = settings.features.params
    if params.get("frames") != "auto":
        return settings
    return replace(settings, features=Part(settings.features.name, {**params, "frames": _fitting_frames(clips)}))


def _fitting_frames(clips: ClipSet) -> int:
    """By the clips that are not set apart for the test; labels play no part."""
    rows = np.arange(len(clips)) if clips.split is None else np.flatnonzero(clips.split != "test")
    rows = rows if len(rows) else np.arange(len(clips))
    return fitting_frames(clips.lengths[rows], seconds_of(clips, rows))


def check_parts(settings: Settings) -> None:
    """Refuse settings that no data could make right, before any are read; torch is not loaded.

    Raises:
        UserError: A part or parameter that does not exist, or values that contradict each other.
    """
    check_settings(settings)
    build_part(DATASETS, "dataset", settings.dataset)
    _rules(settings, 1)
    _plain_parts(settings)
    _start_strategy(settings)
    build_part(PRETRAININGS, "pretraining", settings.pretraining)


def _start_strategy(settings: Settings) -> Strategy | None:
    """What chooses the first clips; None where another start is chosen.

    Raises:
        UserError: No such strategy, or one that asks what a model makes of the clips.
    """
    if settings.start != "strategy":
        return None
    key, name = "start_strategy", settings.start_strategy
    if name is None:
        key, name = "strategy", settings.strategy.name
        strategy = build_part(STRATEGIES, "strategy", settings.strategy)
    else:
        strategy = build_part(STRATEGIES, key, Part(name))
    embeds = Needs.EMBEDDINGS in strategy.needs
    own_embedding = embeds and Needs.PRETRAINED not in strategy.needs
    if own_embedding or strategy.needs & (Needs.PROBS | Needs.MC_PROBS):
        raise UserError(
            f"start=strategy: {key}={name} asks a trained model, and there is none before the first label; "
            "set start_strategy to typiclust, prob_cover, k_center, k_means or random"
        )
    if embeds and not build_part(PRETRAININGS, "pretraining", settings.pretraining).trains:
        raise UserError(
            f"start=strategy: {key}={name} compares embeddings, and without a label only a pretrained encoder has any; "
            "set pretraining=contrastive, or start_strategy=random"
        )
    return strategy


def _plain_parts(settings: Settings) -> tuple[Strategy, Features, Augment]:
    """The parts that need no clips."""
    strategy = build_part(STRATEGIES, "strategy", settings.strategy)
    features = build_part(FEATURES, "features", settings.features)
    augment = build_part(AUGMENTATIONS, "augment", settings.augment)
    if isinstance(augment, FitsData):
        augment = augment.for_data(settings.dataset.left_right_alike)
    build_part(COMMITTEES, "committee", settings.committee)
    build_part(VIEWS, "view", settings.view)
    return strategy, features, augment


@dataclass(frozen=True)
class Assembly:
    """Everything of a run that needs no net yet, checked against each other.

    Args:
        settings: What was asked for.
        clips: The data set.
        splits: Who is train, test and validation.
        features: What the net reads.
        augment: What is done to the labelled clips at every step.
        rules: Stopping rules, the chosen one first.
        strategy: Picks the queries.
        oracle: Answers them.
        budget: Labels that may be spent.
        random_streams: The run's random numbers.
        classes: Class names, which grow when a person adds one; shared by everything of the run.
        pretraining: What trains an encoder of the pool.
        start_strategy: Chooses the first clips; None: another start is chosen.
    """

    settings: Settings
    clips: ClipSet
    splits: Splits
    features: Features
    augment: Augment
    rules: Sequence[StoppingRule]
    strategy: Strategy
    oracle: Oracle
    budget: int
    random_streams: RandomStreams
    classes: Classes
    pretraining: Pretraining
    start_strategy: Strategy | None

    @property
    def encoder_needed(self) -> bool:
        """Whether anything of the run looks at what a pretrained encoder gives."""
        strategies = [self.strategy, *([self.start_strategy] if self.start_strategy is not None else [])]
        return self.pretraining.initialise or any(Needs.PRETRAINED in strategy.needs for strategy in strategies)

    @property
    def blocks(self) -> Strings | None:
        """Block of each clip of the set where held-out clips overlap in time; None where each clip counts by itself."""
        splits = self.splits
        held_out = np.concatenate([splits.test, splits.validation])
        return overlap_blocks(self.clips, held_out, by_blocks="blocks" in (splits.rule, splits.validation_rule))

    @property
    def inputs(self) -> int:
        """Numbers of one frame that the net reads."""
        return self.features.width(self.clips.skeleton, self.clips.positions.shape[3])

    def shape(self) -> str:
        """What was inferred from the data, for people."""
        frames = f"{self.features.frames} frames" if self.features.frames else f"up to {self.clips.positions.shape[1]} frames"
        return f"input {frames} x {self.inputs} numbers, {len(self.clips.classes)} classes"

    def warnings(self) -> list[str]:
        """What the person should know before the first round."""
        said: list[str | None] = [shared_sessions(self.clips, self.splits), _unnamed_joints(self.settings.dataset, self.clips)]
        said += [rule.warn(len(self.splits.validation), len(self.clips.classes)) for rule in self.rules]
        settings = self.settings
        reads = inspect.signature(STOPPING_RULES.get(settings.stopping.name)).parameters
        if settings.threshold != Settings().threshold and "threshold" not in reads:
            said.append(
                f"threshold={settings.threshold:g} decides nothing: stopping={settings.stopping.name} does not look at it"
            )
        said.append(_short_of_frames(self.features, self.clips))
        if settings.start_strategy is not None and settings.start != "strategy":
            said.append(f"start_strategy={settings.start_strategy} decides nothing: start={settings.start}")
        if self.pretraining.trains and not self.encoder_needed:
            said.append(
                f"pretraining={settings.pretraining.name} is left out: strategy={settings.strategy.name} does not look at it, "
                "and pretraining.params.initialise=false"
            )
        if settings.temperature_scaling and len(self.splits.validation) < LEAST_CLIPS:
            said.append(
                f"temperature_scaling=true does nothing: it wants {LEAST_CLIPS} validation clips, and there are "
                f"{len(self.splits.validation)}; stopping=f1_threshold draws some, validation_fraction says how many"
            )
        unlabelled = int(np.count_nonzero(self.clips.labels < 0))
        if unlabelled and not self.oracle.answers_unlabelled:
            said.append(
                f"{unlabelled} clips without a label stay out of the pool: oracle={settings.oracle.name} cannot name them"
            )
        if not len(self.splits.test) and not len(self.splits.validation):
            said.append(
                "nothing will measure this run: no label is set apart for a test, and "
                f"stopping={settings.stopping.name} draws no validation clips; stopping=f1_threshold does"
            )
        return [warning for warning in said if warning]


def assemble(settings: Settings, clips: ClipSet, frontends: Mapping[str, Frontend] = NO_FRONTENDS) -> Assembly:
    """Build the parts and see that they fit together; nothing is trained.

    Args:
        settings: What was asked for.
        clips: The data set.
        frontends: What a person may answer through, by name.

    Raises:
        UserError: A part or parameter that does not exist, too few clips for the split, a budget below the initial set.
    """
    # Settings that were read from a run's folder come by no other door.
    check_settings(settings)
    settings = with_frames(settings, clips)
    streams = RandomStreams(settings.seed)
    if not clips.classes:
        raise UserError("dataset: no class has a name; set dataset.params.classes=[...]")
    if len(clips.classes) < 2:
        raise UserError(f"dataset: only one class ({', '.join(clips.classes)}); a recogniser needs at least two")
    offered = {
        "truth": clips.labels,
        "classes": len(clips.classes),
        "random_streams": streams,
        # What version 0.1.0 called them, for oracles of other packages.
        "streams": streams,
        "clips": clips,
        "frontends": frontends,
    }
    oracle = build_part(ORACLES, "oracle", settings.oracle, **offered)
    rules = _rules(settings, 1)
    validation = settings.validation_fraction if any(rule.needs_validation for rule in rules) else 0.0
    given = settings.start == "existing"
    splits = make_splits(clips, settings.dataset.split_by, settings.test_fraction, validation, streams.generator("split"), given)
    splits = cap_validation(splits, settings.validation_clips)
    if not oracle.answers_unlabelled:
        splits = replace(splits, train=splits.train[clips.labels[splits.train] >= 0])
    rng = streams.generator("long_tail")
    splits = with_long_tail(splits, clips.labels, settings.dataset.long_tail, settings.initial_per_class, rng)
    budget = _budget(settings, clips, splits)
    rules = _rules(settings, budget)
    strategy, features, augment = _plain_parts(settings)
    if clips.skeleton.name == GENERIC:
        clips = with_found_bones(clips, np.sort(splits.train), streams)
        # It shows clips to people, with their bones.
        oracle = build_part(ORACLES, "oracle", settings.oracle, **{**offered, "clips": clips})
    made = Assembly(
        *(settings, clips, splits, features, augment, rules, strategy, oracle, budget, streams, Classes(clips.classes)),
        pretraining=build_part(PRETRAININGS, "pretraining", settings.pretraining),
        start_strategy=_start_strategy(settings),
    )
    _agree(made)
    return made


def with_found_bones(clips: ClipSet, rows: Int64, streams: RandomStreams) -> ClipSet:
    """A set of joints without names with the bones that the movement in these clips of it shows; any other as it is."""
    if clips.skeleton.name != GENERIC:
        return clips
    bones = found_bones(clips.positions, clips.lengths, rows, streams.generator("bones"), clips.aspect)
    return clips.with_skeleton(replace(clips.skeleton, bones=bones))


def _unnamed_joints(part: DatasetPart, clips: ClipSet) -> str | None:
    """That the joints may be those of a layout that has a name, where nobody said that they are not."""
    names = layouts_of(len(clips.skeleton))
    if clips.skeleton.name != GENERIC or not names or part.params.get("skeleton", GENERIC) is not None:
        return None
    found = f"; {len(clips.skeleton.bones)} bones were found in the data" if clips.skeleton.bones else ""
    told = f"{len(clips.skeleton)} joints without names{found}"
    return f"{told}; if they are those of {' or '.join(names)}, set dataset.params.skeleton=<name>"


def _short_of_frames(features: Features, clips: ClipSet) -> str | None:
    """That clips are much longer than the frames that somebody has set for them."""
    frames, fitting = features.frames, _fitting_frames(clips)
    if frames is None or fitting < _MANY_MORE * frames:
        return None
    length = int(np.median(clips.lengths))
    return f"clips of {length} frames (median) are brought to {frames}; features.params.frames=auto would take {fitting}"


def _agree(made: Assembly) -> None:
    """Refuse settings that contradict the data or each other."""
    settings, found = made.settings, {"inputs": made.inputs, "classes": len(made.clips.classes)}
    for key, value in found.items():
        said = getattr(settings, key)
        if said not in (None, value):
            raise UserError(f"{key}={said}: the data give {value} ({made.shape()}); correct it or leave it out, it is inferred")
    if made.features.frames is None:
        from gesture_al.learning.labelled_clips import changes

        if changes(made.augment, made.clips):
            raise UserError("augment needs clips of equal length: set features.params.frames to a number, or choose augment=none")
    if settings.prediction_views:
        from gesture_al.learning.views import view_change

        view_change(settings.prediction_views, made.augment, made.clips)


def build_loop(assembly: Assembly, journal: Journal, callback: Callback) -> Loop:
    """The loop over the assembly's parts; here torch is loaded."""
    from gesture_al.active.evaluation import Evaluator
    from gesture_al.active.loop import Loop, LoopPlan
    from gesture_al.learning.learner import Learner
    from gesture_al.learning.trainers.base import TRAINERS

    settings, clips, splits = assembly.settings, assembly.clips, assembly.splits
    pool = np.sort(splits.train)
    encoder = _encoder(assembly, pool)
    learner = Learner(
        clips,
        pool=np.sort(np.concatenate([splits.train, splits.validation])),
        features=assembly.features,
        augment=assembly.augment,
        model=(settings.model.name, settings.model.params),
        trainer=build_part(TRAINERS, "trainer", settings.trainer),
        random_streams=assembly.random_streams,
        threads=settings.threads,
        classes=assembly.classes,
        initial_weights=encoder.weights if encoder is not None and assembly.pretraining.initialise else None,
        committee=build_part(COMMITTEES, "committee", settings.committee),
        views=settings.prediction_views,
        temperature_scaling=settings.temperature_scaling,
    )
    return Loop(
        plan=LoopPlan(
            k=settings.k,
            budget=assembly.budget,
            initial_per_class=settings.initial_per_class,
            start=settings.start,
            start_cap=settings.start_cap,
            rank_by_first_model=settings.rank_by_first_model,
            threads=settings.threads,
        ),
        clips=clips,
        classes=assembly.classes,
        pool=Pool(pool, urgent=_urgent(clips, pool)),
        validation=splits.validation,
        learner=learner,
        strategy=assembly.strategy,
        oracle=assembly.oracle,
        existing_labels=Known(clips.labels, len(clips.classes), assembly.random_streams),
        rules=assembly.rules,
        evaluator=Evaluator(splits.test, clips.labels[splits.test], assembly.classes, assembly.blocks),
        random_streams=assembly.random_streams,
        journal=journal,
        callback=callback,
        start_strategy=assembly.start_strategy,
        encoder=encoder,
    )


def _encoder(assembly: Assembly, pool: Int64) -> PoolEncoder | None:
    """The encoder of the pool, not trained yet; None where nothing looks at one."""
    if not assembly.pretraining.trains or not assembly.encoder_needed:
        return None
    from gesture_al.learning.pretraining.pool_encoder import PoolEncoder

    settings, own = assembly.settings, UnnamedClips(assembly.clips, pool)
    # What is done with the encoder changes nothing of it, and clips of another set count by their content.
    learns = {key: value for key, value in settings.pretraining.params.items() if key not in ("initialise", "source")}
    parts = (settings.features, settings.augment, settings.model, Part(settings.pretraining.name, learns))
    source = assembly.pretraining.source
    task = EncoderTask(
        learn=own if source is None else _other_clips(source, assembly.clips),
        embed=own,
        features=assembly.features,
        augment=assembly.augment,
        model=(settings.model.name, settings.model.params),
        threads=settings.threads,
    )
    return PoolEncoder(assembly.pretraining, task, {"parts": [[part.name, part.params] for part in parts]})


def _other_clips(source: Mapping[str, Any], own: ClipSet) -> UnnamedClips:
    """The clips of another data set that an encoder may learn from: all but its official test.

    Raises:
        UserError: It cannot be read, or it is the run's own data set.
    """
    if not isinstance(source.get("name"), str) or not isinstance(source.get("params", {}), Mapping):
        raise UserError("pretraining.params.source: must be the name of a reader and its params, {name: ..., params: {...}}")
    clips = load_clips(DatasetPart(source["name"], dict(source.get("params") or {})))
    if clips.fingerprint == own.fingerprint:
        raise UserError(
            "pretraining.params.source is the run's own data set, with its test clips; leave it out for the pool alone"
        )
    rows = np.arange(len(clips)) if clips.split is None else np.flatnonzero(clips.split != "test")
    return UnnamedClips(clips, rows)


def _urgent(clips: ClipSet, pool: Int64) -> dict[int, int]:
    if clips.priority is None:
        return {}
    return {int(row): int(clips.priority[row]) for row in pool if clips.priority[row] > 0}


def check_net(settings: Settings) -> list[str]:
    """Build net and trainer once, to refuse what they do not take before any work is done; loads torch.

    Returns:
        What the person should know about how the settings were taken.

    Raises:
        UserError: A parameter that net or trainer does not take, a GPU that is not there, or a committee of nets that cannot
            differ.
    """
    from gesture_al.learning.device import check_accelerator
    from gesture_al.learning.models.base import MODELS
    from gesture_al.learning.trainers.base import TRAINERS

    net = build_part(MODELS, "model", settings.model, inputs=4, classes=2)
    trainer = build_part(TRAINERS, "trainer", settings.trainer)
    check_accelerator(getattr(trainer, "accelerator", "cpu"))
    strategy = build_part(STRATEGIES, "strategy", settings.strategy)
    reason = build_part(COMMITTEES, "committee", settings.committee).unanimous(net)
    if Needs.MC_PROBS in strategy.needs and reason:
        raise UserError(
            f"strategy={settings.strategy.name} asks a committee, and that of committee={settings.committee.name} with "
            f"model={settings.model.name} is always of one mind: {reason}"
        )
    remark = getattr(trainer, "remark", "")
    return [remark] if remark else []


def _rules(settings: Settings, budget: int) -> list[StoppingRule]:
    """The chosen stopping rule, and those that every run has."""
    parts = [settings.stopping, Part("budget"), Part("pool_empty")]
    if settings.max_rounds is not None:
        parts.append(Part("max_rounds", {"rounds": settings.max_rounds}))
    return [build_part(STOPPING_RULES, "stopping", part, threshold=settings.threshold, budget=budget) for part in parts]


def _budget(settings: Settings, clips: ClipSet, splits: Splits) -> int:
    pool = len(splits.train)
    if not pool:
        raise UserError(f"dataset: no clip that oracle={settings.oracle.name} can name is left for the pool; label some clips")
    budget = pool if settings.budget is None else min(settings.budget, pool)
    initial = min(settings.start_cap, settings.initial_per_class * len(clips.classes))
    if settings.start == "stratified":
        labels = clips.labels[splits.train]
        counts = np.bincount(labels[labels >= 0], minlength=len(clips.classes))
        if (counts == 0).any():
            lacking = clips.classes[int(np.argmin(counts))]
            raise UserError(
                f"no clip of class {lacking!r} in the pool: add some, leave the class out, or use start=oracle or start=existing"
            )
        initial = int(np.minimum(counts, settings.initial_per_class).sum())
    elif settings.start == "existing":
        initial = int(np.count_nonzero(clips.labels[splits.train] >= 0))
    if settings.budget is not None and settings.budget < initial:
        raise UserError(
            f"budget={settings.budget}: the initial set alone takes {initial} labels; raise it"
            + ("" if settings.start == "existing" else " or lower initial_per_class")
        )
    return budget
