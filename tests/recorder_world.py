"""A recorder in a process of its own, which can be killed and started again at the same address."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path


class RecorderProcess:
    """`gesture-al record`, short.

    Args:
        folder: Where clips go, `data` in it.
        hand_model: The bundle.
    """

    def __init__(self, folder: Path, hand_model: Path) -> None:
        self.data = folder / "data"
        command = [sys.executable, "-m", "gesture_al", "record", "--browser-off", "classes=Like,Heart"]
        command += ["--out", str(self.data), "--session", "one", "--seconds", "0.8", "--count-in", "0.2", "--takes", "2"]
        command += [f"landmarks.params.hand_model={hand_model}"]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder
        )
        self.address = self.process.stderr.readline().split()[-1]
        assert self.address.startswith("http"), self.address + self.process.stderr.read()

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self._end()

    def stop(self) -> tuple[int, str]:
        """As Ctrl-C does; exit code, and what was said."""
        self.process.send_signal(signal.SIGINT)
        return self._end()

    def wait(self) -> tuple[int, str]:
        """Until it ends by itself."""
        return self._end()

    def _end(self) -> tuple[int, str]:
        said, told = self.process.communicate(timeout=60)
        return self.process.returncode, said + told

    def files(self) -> list[str]:
        """Clips and videos that are there."""
        return sorted(path.relative_to(self.data).as_posix() for path in self.data.glob("[!.]*/*"))
