"""Browsers as plain sockets: those that do what is proper, and those that stop in the middle."""

from __future__ import annotations

import json
import socket
import struct
import uuid
from urllib.parse import urlsplit


class Wire:
    """One connection to a page's server.

    Args:
        address: The page's, with its token.
        cookie: What `enter` of another connection gave; empty: not admitted yet.
    """

    def __init__(self, address, cookie=""):
        self.url, self.cookie = urlsplit(address), cookie
        self.socket = socket.create_connection((self.url.hostname, self.url.port), timeout=10)
        self.stream = self.socket.makefile("rb")

    def enter(self):
        """Come in with the token."""
        _, headers, _ = self.get(f"/?{self.url.query}")
        self.cookie = headers["set-cookie"].partition(";")[0]
        return self

    def send(self, text):
        """Bytes as they are."""
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def head(self, method, path, *more):
        """The lines of a request before its body."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.url.netloc}", f"Cookie: {self.cookie}", *more]
        return "\r\n".join(lines) + "\r\n\r\n"

    def get(self, path):
        """A request without a body and its reply: status, headers, body."""
        self.send(self.head("GET", path))
        return self.reply()

    def post(self, path, **fields):
        """Fields, and the reply to them."""
        body = json.dumps(fields)
        self.send(self.head("POST", path, "Content-Type: application/json", f"Content-Length: {len(body)}") + body)
        status, _, text = self.reply()
        return status, json.loads(text)

    def answer(self, handle, name="Like", tab="tab"):
        """Name a clip."""
        return self.post("/answer", uuid=str(uuid.uuid4()), handle=handle, operation="label", name=name, tab=tab)

    def follow(self):
        """Open the stream of states; gives its first one."""
        self.send(self.head("GET", "/events"))
        assert self.reply_head()[0] == 200
        return self.next_state()

    def next_state(self):
        """The next state of the stream."""
        while True:
            line = self.stream.readline()
            assert line, "the stream has ended"
            if line.startswith(b"data: "):
                return json.loads(line[6:])

    def reply_head(self):
        """Status and headers."""
        status = int(self.stream.readline().split()[1])
        headers = {}
        while line := self.stream.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        return status, headers

    def reply(self):
        """Status, headers and body."""
        status, headers = self.reply_head()
        return status, headers, self.stream.read(int(headers.get("content-length", 0)))

    def is_closed(self, seconds=5.0):
        """Whether the server hangs up within so many seconds."""
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(1 << 16):
                pass
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True

    def break_off(self):
        """Hang up at once, as a process that was killed."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()
        self.socket.close()

    def close(self):
        """Hang up."""
        self.stream.close()
        self.socket.close()
