"""A person's answers: the log that keeps them, the session that is a fold over it, and the faces that show it."""
