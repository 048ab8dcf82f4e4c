"""The page of `gesture-al live --browser`: the browser has the camera, this side finds joints and names gestures."""
