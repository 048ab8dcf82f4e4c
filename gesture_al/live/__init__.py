"""Recognising gestures while they are made."""
