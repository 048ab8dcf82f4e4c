"""What a recording session does next: no camera, no window, no file, only frames, keys and the clock that frames bring."""

from __future__ import annotations

from gesture_al.capture.video.base import Frame
from gesture_al.core.errors import UserError
from gesture_al.data.track import FrameJoints
from gesture_al.studio.record.base import Keeper, State
from gesture_al.studio.record.plan import RecordingPlan
from gesture_al.studio.record.prompts import prompt
from gesture_al.studio.record.take import Take

# Sums of the times between frames end a hair below what they should.
_EARLY = 1e-6


class RecordSession:
    """A person recording.

    Args:
        plan: What is wanted.
        keeper: Where takes go.

    Attributes:
        state: What the person is doing.
        chosen: The class whose turn it is.
        take: What is being recorded or looked at.
        series: Takes of the running series that were kept, and how many there shall be; None outside a series.
        free: Whether what is counted in is a free recording.
        prompt: What to vary in this take.
        note: What has just happened, for the person.
        trouble: What went wrong last and still stands; empty where nothing did.
        camera_lost: Why there are no more frames; empty while they come.
        retry: Whether the person asked for the camera to be opened again.
        kept: Takes kept and not undone.
        begun: Whether any take was begun.
        unkept: Whether a take was thrown away when the person went.
        clock: Seconds since the session began.
        held: Whether a take of a series waits although it would be kept by itself.
    """

    def __init__(self, plan: RecordingPlan, keeper: Keeper) -> None:
        self.plan = plan
        self._keeper = keeper
        self.state = State.CHOOSE
        self.counts = dict(keeper.counts())
        self.chosen = next((name for name in plan.classes if self.count(name) < plan.targets[name]), plan.classes[0])
        self.take: Take | None = None
        self.series: tuple[int, int] | None = None
        self.free = self.retry = self.held = self.begun = self.unkept = False
        self.prompt = self.note = self.trouble = self.camera_lost = ""
        self.kept = 0
        self.clock = self._since = 0.0
        self._last_frame: float | None = None
        self._dropped = self._dropped_before = 0

    def step(self, frame: Frame, seen: FrameJoints, key: str | None = None, dropped: int = 0) -> None:
        """The next frame, what was seen in it, and the key that was pressed since the last one.

        Args:
            frame: Its seconds are the session's clock.
            seen: From the extractor.
            key: A letter, a digit, or `space`, `enter`, `backspace`, `escape`, `tab`, `up`, `down`; None: no key.
            dropped: Frames that the reader has lost since it was opened.
        """
        self.clock += 0.0 if self._last_frame is None else frame.seconds - self._last_frame
        self._last_frame, self._dropped = frame.seconds, dropped
        self.press(key)
        if self.state is State.COUNT_IN and self.elapsed >= self.plan.count_in - _EARLY:
            self._begin()
        if self.state in (State.RECORDING, State.FREE):
            self._record(frame, seen)
        self._look()

    def idle(self, seconds: float, key: str | None = None) -> None:
        """Time that passes without a frame, because the camera is gone."""
        self.clock += seconds
        self.press(key)
        self._look()

    def press(self, key: str | None) -> None:
        """A key, or none; those that mean nothing now do nothing."""
        was = self.state
        if key is None:
            return
        if was is State.CHOOSE:
            self._press_choosing(key)
        elif was is State.REVIEW:
            self._press_reviewing(key)
        elif was is State.LOST:
            self.retry = key == "r"
            self.state = State.OVER if key in ("q", "escape") else was
        elif key == "escape" and was is not State.OVER:
            self._leave("Nothing was kept of this take")
        elif was is State.FREE and key in ("space", "enter"):
            self._end_take()
        elif was is State.COUNT_IN and key == "u":
            self._undo()
            self._since = self.clock

    def lose_camera(self, why: str) -> None:
        """No more frames: what is being recorded is lost, what is being looked at can still be kept."""
        self.camera_lost = why
        if self.state is not State.REVIEW and self.state is not State.OVER:
            self._leave("The take that was running is lost" if self.take else "")

    def find_camera(self) -> None:
        """Frames come again; their clock may have begun anew."""
        self.camera_lost, self.retry, self._last_frame = "", False, None
        if self.state is State.LOST:
            self.state, self.note, self.trouble = State.CHOOSE, "The camera is back", ""

    def close(self) -> None:
        """The person goes; a take that was not kept is thrown away, and `unkept` says so."""
        self.unkept = self.take is not None
        self._drop()
        self.state = State.OVER

    @property
    def elapsed(self) -> float:
        """Seconds in this state."""
        return self.clock - self._since

    @property
    def good(self) -> bool:
        """Whether a hand was seen often enough; in ordinary movement none need be, in a free recording once will do."""
        return self.take is not None and self.take.good(self.plan.gate)

    @property
    def waits(self) -> bool:
        """Whether nothing happens until the person presses a key."""
        return self.state in (State.CHOOSE, State.LOST) or (self.state is State.REVIEW and not self.keeps_itself)

    @property
    def keeps_itself(self) -> bool:
        """Whether the take that is looked at will be kept without a key: a good one in a series."""
        return self.series is not None and self.good and not self.held and not self.trouble

    def count(self, label: str) -> int:
        """Clips of a class that there are."""
        return self.counts.get(label, 0)

    def _press_choosing(self, key: str) -> None:
        self.chosen = self.plan.choose(key, self.chosen)
        if key in ("space", "f", "s"):
            self.free, self.series = key == "f", (0, self.plan.takes) if key == "s" else None
            self._count_in()
        elif key == "u":
            self._undo()
        elif key in ("q", "escape"):
            self.state = State.OVER

    def _press_reviewing(self, key: str) -> None:
        if key == "k" or (key == "enter" and (self.good or self.trouble)):
            self._keep()
        elif key in ("r", "enter"):
            self._drop()
            self._count_in()
        elif key == "backspace" and self.series is not None:
            self._drop()
            self._count_in()
            self.note = "Discarded: the same once more"
        elif key == "space":
            self.held = not self.held
            self._since = self.clock
        elif key in ("backspace", "escape"):
            self._leave("Discarded")

    def _count_in(self) -> None:
        if self.camera_lost:
            return self._leave("")
        self.state, self._since, self.begun, self.held, self.trouble = State.COUNT_IN, self.clock, True, False, ""
        self.prompt = "" if self.free else prompt(self.chosen, self.count(self.chosen))
        return None

    def _begin(self) -> None:
        try:
            self._keeper.begin()
        except UserError as err:
            return self._leave("", str(err))
        self.take = Take(None if self.free else self.chosen, self.prompt)
        self.state, self._since, self.note = State.FREE if self.free else State.RECORDING, self.clock, ""
        self._dropped_before = self._dropped
        return None

    def _record(self, frame: Frame, seen: FrameJoints) -> None:
        if self.take is None:
            return None
        if self.elapsed >= (self.plan.free_seconds if self.free else self.plan.seconds) - _EARLY:
            return self._end_take()
        try:
            self._keeper.write(self.take.add(frame, seen))
        except UserError as err:
            self._leave("", str(err))
        return None

    def _end_take(self) -> None:
        assert self.take is not None
        self.take.dropped = self._dropped - self._dropped_before
        self.state, self._since, self.held = State.REVIEW, self.clock, False

    def _look(self) -> None:
        if self.take is not None and self.state is State.REVIEW and self.keeps_itself and self.elapsed >= self.take.turn - _EARLY:
            self._keep()

    def _keep(self) -> None:
        assert self.take is not None
        try:
            name = self._keeper.keep(self.take)
        except UserError as err:
            # The take is still there: with room made on the disk, the same key keeps it.
            self.trouble = str(err)
            return
        self.counts, self.kept = dict(self._keeper.counts()), self.kept + 1
        self.take, self.trouble = None, ""
        said = f"Kept {name}"
        if self.series is not None:
            self.series = (self.series[0] + 1, self.series[1])
            if self.series[0] < self.series[1]:
                self._count_in()
                self.note = self.note or said
                return
            said = f"Series of {self.series[1]} done"
        self._leave(said)

    def _undo(self) -> None:
        try:
            name = self._keeper.undo()
        except UserError as err:
            self.trouble = str(err)
            return
        self.note, self.trouble = f"Removed {name}" if name else "Nothing to undo", ""
        if name:
            self.kept -= 1
            self.counts = dict(self._keeper.counts())
            if self.series is not None and self.series[0]:
                self.series = (self.series[0] - 1, self.series[1])
            self.prompt = self.prompt and prompt(self.chosen, self.count(self.chosen))

    def _drop(self) -> None:
        self._keeper.drop()
        self.take = None

    def _leave(self, note: str, trouble: str = "") -> None:
        """Back to the choice of a class."""
        self._drop()
        self.state, self._since = State.LOST if self.camera_lost else State.CHOOSE, self.clock
        self.series, self.prompt, self.note, self.trouble = None, "", note, trouble
