"""The live recogniser runs features without torch: importing them costs NumPy and nothing else."""

from __future__ import annotations

import subprocess
import sys


def test_features_and_augmentation_cost_numpy_only():
    code = (
        "import sys; from gesture_al import AUGMENTATIONS, FEATURES\n"
        "FEATURES.names(), AUGMENTATIONS.names()\n"
        "print(*sorted({'torch', 'sklearn', 'scipy', 'cv2', 'matplotlib', 'hydra'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
