"""The protocol of a benchmark in sentences that could stand in a paper, from what its runs left on disk."""

from __future__ import annotations

from collections.abc import Sequence

from gesture_al.runs.benchmark.comparisons import Comparison
from gesture_al.runs.benchmark.design import BenchmarkDesign
from gesture_al.runs.benchmark.scores import Panel, data_of, seed_of
from gesture_al.runs.report.compare import flat_settings, setting_text
from gesture_al.runs.report.run_on_disk import Run

_SPLITS = {
    "official": "the official split, which is the same for every seed",
    "group": "a test of whole recordings, drawn anew for every seed",
    "subject": "a test of whole people, none of whom is in the pool, drawn anew for every seed",
    "blocks": "a test of whole blocks of the stream, drawn anew for every seed",
    "stratified": "a test drawn class by class, anew for every seed, so that its people may also be in the pool",
}


def protocol(panels: Sequence[Panel], design: BenchmarkDesign, comparisons: Sequence[Comparison]) -> list[str]:
    """The paragraphs; every number is a setting or a count of the runs that are compared.

    Args:
        panels: The panels, at least one.
        design: The primary comparison.
        comparisons: What its tests say.
    """
    runs = [run for panel in panels for group in panel.groups for run in group.runs]
    return [_data(runs), _runs(runs, design), _model(runs), _statistics(panels, design, comparisons), _limits(runs, comparisons)]


def _data(runs: Sequence[Run]) -> str:
    parts = []
    for name in dict.fromkeys(data_of(run) for run in runs):
        run = next(run for run in runs if data_of(run) == name)
        splits = {side: sum(counts.values()) for side, counts in run.dataset.get("splits", {}).items()}
        rules = dict.fromkeys(str(run.dataset.get("split_by", "?")) for run in runs if data_of(run) == name)
        how = " or ".join(_SPLITS.get(rule, f"split by {rule}") for rule in rules)
        clips = "synthetic clips" if run.synthetic else "clips"
        validation = f" and {splits['validation']} for validation" if splits.get("validation") else ""
        parts.append(
            f"{name} ({run.dataset.get('clips', '?')} {clips} of {len(run.classes)} classes; {how}; with seed {seed_of(run)} "
            f"{splits.get('pool', '?')} clips are in the pool, {splits.get('test', '?')} in the test{validation})"
        )
    return f"Data: {'; '.join(parts)}."


def _runs(runs: Sequence[Run], design: BenchmarkDesign) -> str:
    strategies = sorted({run.part("strategy") for run in runs} - {design.against})
    budget = _values(runs, "budget").replace("null", "the whole pool")
    stop = (
        "when the budget is spent or the pool is empty"
        if _values(runs, "stopping.name") == "budget"
        else f"by the rule {_values(runs, 'stopping.name')}"
    )
    from_known_labels = _values(runs, "start") == "stratified"
    start = f"{_values(runs, 'initial_per_class')} labels of each class" + (
        ", drawn class by class" if from_known_labels else ", asked for in random order"
    )
    return (
        f"Compared with {design.against}: {', '.join(strategies)}. Every strategy runs with the same seeds ({_seeds(runs)}). "
        f"Runs of one seed share the split, the initial set, the initial weights, the order of batches, "
        f"augmentation and dropout, and so differ in nothing but their picks. A run starts with {start}, asks "
        f"k = {_values(runs, 'k')} clips a round of the oracle {_part(runs, 'oracle')}, and ends {stop} (budget: {budget})."
    )


def _model(runs: Sequence[Run]) -> str:
    warm = _values(runs, "trainer.params.warm_start")
    anew = (
        "going on from the weights of the round before"
        if warm == "true"
        else f"warm start: {warm}"
        if " or " in warm
        else "from scratch"
    )
    decides = any("test" in run.part("stopping") for run in runs)
    return (
        f"After every round the net {_part(runs, 'model')} is trained {anew} on the features {_part(runs, 'features')} with "
        f"the augmentation {_part(runs, 'augment')} by the trainer {_part(runs, 'trainer')}. It is scored by macro-F1 on the "
        f"test clips, which {'the stopping rule also looked at' if decides else 'decide nothing: no stop, no choice of a model'}."
    )


def _statistics(panels: Sequence[Panel], design: BenchmarkDesign, comparisons: Sequence[Comparison]) -> str:
    ranges = " or ".join(dict.fromkeys(f"{panel.start:.0f} to {panel.end:.0f}" for panel in panels))
    area = (
        f" (trapezoid rule, from {ranges} labels, divided by that range)"
        if design.measure == "aulc"
        else f" (curves end at {ranges} labels)"
    )
    return (
        f"Primary comparison, declared in the settings before the first run: the {design.measure_words}{area} of each "
        f"strategy against {design.against}, same data, model and settings, paired by seed; two-sided Wilcoxon signed-rank "
        f"tests at level {design.alpha:g}, corrected after Holm over all comparisons ({len(comparisons)}); matched-pairs "
        f"rank-biserial correlation as effect size, and a {1 - design.alpha:.0%} bootstrap interval of the mean difference "
        f"({design.resamples} draws): bootstrap-t over seeds{_people(comparisons)}. A difference is called significant where "
        "the corrected test says so and the interval leaves out 0. Everything else is exploratory. The penalty matrix counts "
        "rounds in which a two-sided paired t-test over seeds, corrected after Holm over the pairs of the round, finds a "
        "difference (round 0, the same for all, left out). Labels to the target: where the interpolated curve crosses it and "
        "stays for two rounds; a run that never does counts as its budget."
    )


def _people(comparisons: Sequence[Comparison]) -> str:
    units = dict.fromkeys(f"{len(one.units.names)} {one.units.kind}" for one in comparisons if one.units is not None)
    if not units:
        return ""
    names = " or ".join(units)
    return (
        f", and a Bayesian bootstrap over what the tests consist of ({names}), with errors stretched for few of them; "
        "both errors are added"
    )


def _limits(runs: Sequence[Run], comparisons: Sequence[Comparison]) -> str:
    kinds = {one.units.kind if one.units else "nothing" for one in comparisons}
    limits = {
        "nothing": "Intervals of runs that kept no predictions, or of overlapping clips not the names of blocks, speak of their "
        "own test clips only. ",
        "blocks": "Test clips overlap in time and were resampled in blocks of the stream; intervals do not speak of other people "
        "or recordings. ",
        "clips": "Where test clips were resampled one by one, since people and recordings are unknown or fewer than three, "
        "intervals do not speak of other people. ",
    }
    fixed = "".join(text for kind, text in limits.items() if kind in kinds)
    first = runs[0].environment
    packages = first.get("packages") or {}
    versions = ", ".join(
        f"{name} {packages[name]}" for name in ("torch", "pytorch-lightning", "numpy", "scikit-learn") if packages.get(name)
    )
    commit = f" (commit {first['git'][:12]}{'+' if first['git'].endswith('+') else ''})" if first.get("git") else ""
    return f"{fixed}Software: gesture_al {first.get('gesture_al', '?')}{commit}, Python {first.get('python', '?')}, {versions}."


def _part(runs: Sequence[Run], group: str) -> str:
    """The chosen options of a group, each with its parameters."""
    options = []
    for run in runs:
        params = (run.config.get(group) or {}).get("params") or {}
        params_text = ", ".join(f"{key} {setting_text(value)}" for key, value in params.items())
        options.append(f"{run.part(group)}{f' ({params_text})' if params_text else ''}")
    return " or ".join(dict.fromkeys(options))


def _values(runs: Sequence[Run], key: str) -> str:
    return " or ".join(dict.fromkeys(setting_text(flat_settings(run.config).get(key)) for run in runs))


def _seeds(runs: Sequence[Run]) -> str:
    seeds = sorted({seed_of(run) for run in runs})
    together = len(seeds) > 2 and seeds == list(range(seeds[0], seeds[-1] + 1))
    return f"{seeds[0]} to {seeds[-1]}" if together else ", ".join(map(str, seeds))
