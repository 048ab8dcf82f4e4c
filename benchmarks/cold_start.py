"""First clips chosen without a label: classes found and macro-F1 after the start, by what chooses them and on what embedding.

python benchmarks/cold_start.py --seeds 20 --scored 10 dataset=facetime_synthetic

All seeds work on one pool, that of seed 0, so that one encoder is enough; a seed draws the choice, the weights and the batches.
Scores are on the clips of the pool that were not chosen: test and validation clips are not looked at.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import asdict

import numpy as np

from gesture_al import STRATEGIES, PoolView
from gesture_al.active.pool import stratified
from gesture_al.cli.composition import compose_settings
from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.parts import build_part
from gesture_al.core.seeds import RandomStreams, torch_seed
from gesture_al.learning.inference import embedding, read
from gesture_al.learning.learner import Learner
from gesture_al.learning.metrics import confusion_matrix, macro_f1
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.preparation import Preparation, PreparedClips
from gesture_al.learning.pretraining.base import PRETRAININGS, EncoderTask, UnnamedClips
from gesture_al.learning.pretraining.pool_encoder import PoolEncoder
from gesture_al.learning.trainers.base import TRAINERS
from gesture_al.runs.assembly import Assembly, assemble, load_clips

# Who chooses on which embedding; those that are trained and scored too.
CHOICES = {
    "random": ("random", None, True),
    "class-stratified": (None, None, True),
    "typiclust, pretrained encoder": ("typiclust", "pretrained", True),
    "typiclust, untrained net": ("typiclust", "untrained", True),
    "typiclust, principal components": ("typiclust", "components", False),
    "prob_cover, pretrained encoder": ("prob_cover", "pretrained", False),
    "k_means, pretrained encoder": ("k_means", "pretrained", False),
    "k_center, pretrained encoder": ("k_center", "pretrained", False),
}


def embeddings_of(made: Assembly, pool: Int64) -> dict[str, Float32]:
    """Embeddings of the pool without a label, by name."""
    from sklearn.decomposition import PCA

    settings = made.settings
    model = (settings.model.name, settings.model.params)
    preparation = Preparation(made.features)
    preparation.measure(made.clips, pool)
    prepared = PreparedClips(made.clips, preparation)
    with torch_seed(0):
        untrained = MODELS.build(*model, inputs=made.inputs, classes=2).eval()
    flat_N_X = prepared(pool)[0].reshape(len(pool), -1)
    unnamed = UnnamedClips(made.clips, pool)
    task = EncoderTask(unnamed, unnamed, made.features, made.augment, model)
    parts = [asdict(part) for part in (settings.features, settings.augment, settings.model)]
    encoder = PoolEncoder(PRETRAININGS.build("contrastive"), task, {"parts": parts})
    return {
        "untrained": read(untrained, prepared, pool, embedding),
        "components": PCA(32, random_state=0).fit_transform(flat_N_X).astype(np.float32),
        "pretrained": encoder.embed(pool),
    }


def first_rows(made: Assembly, pool: Int64, count: int, by: str | None, x_N_D: Float32 | None, seed: int) -> Int64:
    """The first clips, sorted."""
    rng = RandomStreams(seed).generator("start", 0)
    if by is None:
        return np.array(stratified(pool, made.clips.labels[pool], count // len(made.clips.classes), rng))
    none = None if x_N_D is None else x_N_D[:0]
    view = PoolView(embeddings=x_N_D, labelled_embeddings=none, labelled_classes=np.empty(0, dtype=np.int64), size=len(pool))
    return np.sort(pool[STRATEGIES.build(by).select(view, count, rng).indices])


def score(made: Assembly, pool: Int64, rows: Int64, seed: int) -> float:
    """Macro-F1 of the run's own net and trainer after these labels, on the other clips of the pool."""
    settings, labels, rest = made.settings, made.clips.labels, np.setdiff1d(pool, rows)
    learner = Learner(
        made.clips,
        pool=pool,
        features=made.features,
        augment=made.augment,
        model=(settings.model.name, settings.model.params),
        trainer=build_part(TRAINERS, "trainer", settings.trainer),
        random_streams=RandomStreams(seed),
    )
    learner.fit(rows, labels[rows], 0)
    return float(macro_f1(confusion_matrix(labels[rest], learner.predict_probs(rest).argmax(axis=1), len(made.clips.classes))))


def main() -> None:
    """One table in CSV on stdout, a line a seed and choice, as it comes; those that are scored come last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--scored", type=int, default=10, help="of the seeds so many are trained and scored too")
    parser.add_argument("--per-class", type=int, default=2, help="first clips for every class of the data")
    parser.add_argument("settings", nargs="*", help="key=value, as for gesture-al run")
    typed = parser.parse_args()
    settings = compose_settings([*typed.settings, "stopping=budget"])
    made = assemble(settings, load_clips(settings.dataset))
    pool = np.sort(made.splits.train)
    embeddings, count = embeddings_of(made, pool), typed.per_class * len(made.clips.classes)
    table = csv.writer(sys.stdout)
    table.writerow(["seed", "choice", "labels", "classes_found", "macro_f1"])
    ahead = [(seed, False) for seed in range(typed.scored, typed.seeds)] + [(seed, True) for seed in range(typed.scored)]
    for seed, scored in ahead:
        for choice, (by, on, trained) in CHOICES.items():
            rows = first_rows(made, pool, count, by, embeddings[on] if on else None, seed)
            found = len(np.unique(made.clips.labels[rows]))
            table.writerow([seed, choice, len(rows), found, f"{score(made, pool, rows, seed):.4f}" if trained and scored else ""])
        sys.stdout.flush()


if __name__ == "__main__":
    main()
