"""Recording gestures from a camera: takes, looked at again, kept or thrown away."""
