"""Labelling sessions: the log of a person's answers, and the session that puts questions and is a fold over it."""
