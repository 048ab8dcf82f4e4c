"""What may be typed: a file a command, with its help, its options and the one call behind it."""
