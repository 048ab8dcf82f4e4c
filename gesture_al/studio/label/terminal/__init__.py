"""The session in a terminal: one key a label, the skeleton in braille."""
