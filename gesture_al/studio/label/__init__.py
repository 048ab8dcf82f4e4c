"""The session as a page in the browser: a small server on this machine, and plain HTML, CSS and JavaScript."""
