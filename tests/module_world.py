"""The modules of a page, as a browser finds them."""

from __future__ import annotations

import posixpath
import re

_IMPORT = re.compile(r"""(?:from|import)\s*"([./][^"]+\.js)";""")


def modules_of(client):
    """Those that the page at the root of a server names, and those that it reaches from its first by import."""
    named = set(re.findall(r'"(/\w+/\w+\.js)"', client.get("/").text))
    reached, ahead = set(), ["/static/main.js"]
    while ahead:
        module = ahead.pop()
        if module not in reached:
            reached.add(module)
            told = client.get(module)
            assert told.status_code == 200, f"{module} is not there"
            ahead += [posixpath.normpath(posixpath.join(posixpath.dirname(module), name)) for name in _IMPORT.findall(told.text)]
    return named, reached
