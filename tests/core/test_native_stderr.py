"""Noise of native libraries is kept from the person, errors are not."""

from __future__ import annotations

import os

import pytest

from gesture_al.core.native_stderr import quiet_native_stderr

NOISE = (
    b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n",
    b"I0000 00:00:1764019200.000000  123 gl_context.cc:369] GL version: 3.2\n",
    b"W0000 00:00:1764019200.000000  123 inference_feedback_manager.cc:114] Feedback manager requires a model\n",
    b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n",
)


def test_notes_and_warnings_are_kept_back(capfd):
    with quiet_native_stderr():
        for line in NOISE:
            os.write(2, line)
    assert capfd.readouterr().err == ""


def test_errors_come_through(capfd):
    error = b"E0000 00:00:1764019200.000000  123 graph.cc:12] it broke\n"
    with quiet_native_stderr():
        os.write(2, NOISE[0] + error + b"Segmentation fault\n")
    assert capfd.readouterr().err == error.decode() + "Segmentation fault\n"


def test_the_stream_is_restored_after_an_exception(capfd):
    with pytest.raises(ValueError, match="broken"), quiet_native_stderr():
        raise ValueError("broken")
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"
