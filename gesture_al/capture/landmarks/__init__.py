"""From frames to joints."""
