"""Takes of a recording session: received, reviewed, kept, discarded or undone, once each however often the page asks."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from gesture_al.core.errors import Refused, UserError
from gesture_al.core.line_file import readable_lines
from gesture_al.data.track import Track
from gesture_al.studio.record.clip_store import ClipStore, FinishedTake, KeptTake
from gesture_al.studio.record.take_review import TakeReview, TakeReviewer
from gesture_al.studio.record.upload import Upload


class Takes:
    """All of them, by the name that the page gave each.

    What was kept and taken back stands in the manifest, so that it is known after a restart too; what is not kept yet is the
    page's, which sends it again.

    Args:
        store: Where they go.
        reviewer: Finds their landmarks.
        extractor: What those depend on, as JSON.
        gate: Share of frames that must show a hand.
        video: Whether pictures are kept.
    """

    def __init__(self, store: ClipStore, reviewer: TakeReviewer, extractor: Mapping[str, Any], gate: float, video: bool) -> None:
        self.store, self._reviewer, self._extractor, self._gate, self._video = store, reviewer, extractor, gate, video
        self._lock = threading.RLock()
        self._reviews: dict[str, TakeReview] = {}
        self._kept: dict[str, KeptTake] = {}
        self._undone: set[str] = set()
        self._sessions: dict[str, str] = {}
        for line in readable_lines(store.manifest):
            if line.get("op") == "keep" and "uuid" in line:
                self._note(line["uuid"], KeptTake(line["name"], tuple(line["files"]), line["subject"]), line["session"])
            elif line.get("op") == "undo":
                self._undone |= {uuid for uuid, kept in self._kept.items() if kept.name == line["name"]}

    def __contains__(self, uuid: object) -> bool:
        return uuid in self._reviews or uuid in self._kept

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Discard at the end of the `with` what was not kept."""
        try:
            yield
        finally:
            for uuid in list(self._reviews):
                self.discard(uuid)
            self._reviewer.close()

    def receive(self, upload: Upload) -> None:
        """Review a take whose video is in the workshop; one that was received before is not reviewed again."""
        with self._lock:
            if upload.uuid in self:
                return
            review = self._reviews[upload.uuid] = TakeReview(upload, upload.file(self.store.workshop))
        self._reviewer.submit(review)

    def state(self, uuid: str) -> dict[str, Any]:
        """How far a take is: `unknown`, `looking`, `broken`, `looked`, `kept` or `undone`, and what goes with it."""
        if uuid in self._kept:
            return {"state": "undone" if uuid in self._undone else "kept", "name": self._kept[uuid].name}
        review = self._reviews.get(uuid)
        if review is None:
            return {"state": "unknown"}
        if review.why:
            return {"state": "broken", "why": review.why}
        if review.track is None:
            return {"state": "looking", "share": round(review.share, 3)}
        verdict = review.verdict(self._gate)
        text, tone = verdict.message()
        return {
            "state": "looked",
            "frames": verdict.frames,
            "seen": verdict.seen,
            "lost": verdict.lost,
            "good": verdict.good and (review.upload.label is not None or review.clips > 0),
            "message": text,
            "tone": tone,
            "clips": review.clips,
        }

    def track(self, uuid: str) -> Track:
        """The landmarks of a take that was looked at and is not kept yet.

        Raises:
            Refused: It is not known, or not looked at.
        """
        track = self._review(uuid).track
        if track is None:
            raise Refused(409, "this take is still being looked at")
        return track

    def keep(self, uuid: str) -> dict[str, Any]:
        """Keep a take; the reply is its state.

        Raises:
            Refused: It is not known (404), not looked at (409), or the disk does not take it (507).
        """
        with self._lock:
            if uuid not in self._kept:
                review, track = self._review(uuid), self.track(uuid)
                try:
                    kept = self.store.put(self._finished_take(review, track))
                except UserError as err:
                    raise Refused(507, str(err)) from err
                self._note(uuid, kept, review.upload.session)
                del self._reviews[uuid]
                if not self._video:
                    review.path.unlink(missing_ok=True)
            return self.state(uuid)

    def discard(self, uuid: str) -> None:
        """Forget a take; one that is not known is forgotten already.

        Raises:
            Refused: It is kept.
        """
        with self._lock:
            if uuid in self._kept:
                raise Refused(409, f"{self._kept[uuid].name} is kept; undo removes it")
            review = self._reviews.pop(uuid, None)
            if review is not None:
                review.discarded = True
                review.path.unlink(missing_ok=True)

    def undo(self, uuid: str) -> dict[str, Any]:
        """Take a kept one away again; the reply is its state.

        Raises:
            Refused: It was never kept (404), or cannot be removed (500).
        """
        with self._lock:
            if uuid not in self._kept:
                raise Refused(404, "this take was never kept")
            if uuid not in self._undone:
                try:
                    self.store.take_back(self._kept[uuid])
                except UserError as err:
                    raise Refused(500, str(err)) from err
                self._undone.add(uuid)
            return self.state(uuid)

    def last(self, session: str, most: int) -> list[dict[str, str]]:
        """The takes of a session that were kept last and not taken back, the newest first."""
        with self._lock:
            there = [uuid for uuid in self._kept if uuid not in self._undone and self._sessions[uuid] == session]
        return [{"uuid": uuid, "name": self._kept[uuid].name} for uuid in reversed(there[-most:])]

    def _review(self, uuid: str) -> TakeReview:
        if uuid not in self._reviews:
            raise Refused(404, "this take is not known here")
        return self._reviews[uuid]

    def _note(self, uuid: str, kept: KeptTake, session: str) -> None:
        self._kept[uuid], self._sessions[uuid] = kept, session

    def _finished_take(self, review: TakeReview, track: Track) -> FinishedTake:
        upload, verdict = review.upload, review.verdict(self._gate)
        return FinishedTake(
            label=upload.label,
            subject=upload.subject,
            session=upload.session,
            track=track,
            extractor=self._extractor,
            video=review.path if self._video else None,
            manifest_fields={
                "uuid": upload.uuid,
                "prompt": upload.prompt,
                "frames": verdict.frames,
                "hand_seen": verdict.seen,
                "lost": verdict.lost,
                "seconds": round(float(track.seconds[-1]), 3),
            },
        )
