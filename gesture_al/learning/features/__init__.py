"""Features: from positions of joints to the numbers that a net reads."""
