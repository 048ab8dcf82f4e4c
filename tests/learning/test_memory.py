"""Scoring a memory-mapped pool takes the memory of its results and of one batch, however many clips there are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCORING = """
import sys
from pathlib import Path
import numpy as np
import torch
from torch import nn
from gesture_al.data.clip_set import ClipSet
from gesture_al.learning.features.raw import Raw
from gesture_al.learning.inference import probabilities_and_embedding, read_all
from gesture_al.learning.preparation import Preparation, PreparedClips
from gesture_al.data.skeleton import skeleton_for

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(63, 256), nn.Linear(256, 3)

    def forward(self, features, lengths):
        return self.last(self.first(features.mean(dim=1)))

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

def beyond_results(count):
    np.lib.format.open_memmap(sys.argv[1], mode="w+", dtype=np.float32, shape=(count, 8, 21, 3)).flush()
    positions = np.load(sys.argv[1], mmap_mode="r")
    ids = np.array([f"{n:05d}" for n in range(count)])
    clips = ClipSet(positions, np.full(count, 8), ids, np.zeros(count, dtype=int), ("a", "b", "c"), skeleton_for(21))
    rows, prepared = np.arange(count), PreparedClips(clips, Preparation(Raw(frames=6)), limit=0, folder=Path(sys.argv[1]).parent)
    before = most = resident()
    def look(done, total):
        nonlocal most
        most = max(most, resident())
    made = read_all(net, prepared, rows, probabilities_and_embedding, look)
    return most - before - sum(part.nbytes for part in made) / 2**20

torch.set_num_threads(1)
net = Net().eval()
beyond_results(1000)
print(beyond_results(4000), beyond_results(32000))
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="looks into /proc")
def test_eight_times_the_clips_take_no_more_memory_but_for_the_results(tmp_path):
    command = [sys.executable, "-c", SCORING, str(tmp_path / "positions.npy")]
    few, many = map(float, subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split())
    # Of the larger pool the positions are 63 MB, the features 48 MB and the results 32 MB: any of them, once more, would be seen.
    assert many - few < 12, (few, many)
