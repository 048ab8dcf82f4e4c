"""A run to a recogniser: export, events, tuning, scoring of streams."""
