"""Hands that do not exist: shapes, people, movements, a camera and a landmark tracker, drawn from a seed. NumPy only."""
