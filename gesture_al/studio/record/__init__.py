"""The recorder: takes from a camera, reviewed, kept or thrown away."""
