"""Frames to joints: video, landmarks, extraction."""
