"""Guard of a page's server: only this browser, on this page, with the token of this run."""

from __future__ import annotations

import ipaddress
import logging
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gesture_al.studio.server.address import Address

LOG = logging.getLogger("gesture_al.page")
# In the state of a request: whether it was let through, and whether its connection was closed by the server.
ADMITTED, CLOSED = "admitted", "closed"
_PAGE_POLICY = (
    "default-src 'self'; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A report is one file that carries its own styles and pictures, and no script.
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_KEPT_APART = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LOCKED = """<!doctype html><html lang="en"><meta charset="utf-8"><title>gesture_al</title>
<h1>This page is locked.</h1>
<p>Open the whole address that the terminal printed, with its token. You have just done that? <a href="/">Go on.</a></p>"""


class Guard:
    """Lets a request through to the application, or refuses it with a line in the log.

    A name that leads here by a trick of DNS is refused by `Host`; a form or script of another site by `Origin` and by the
    cookie, which browsers keep to this site.

    Args:
        app: The application.
        address: Where it is, and its token.
    """

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app, self._address = app, address
        # Cookies do not know ports: two sessions on one machine must not throw out each other's.
        self.cookie = f"gesture_al_{address.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        answer = self._refusal(scope) or self._entry(scope)
        policy = _REPORT_POLICY if scope["path"] == "/report" else _PAGE_POLICY

        async def send_apart(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_KEPT_APART)
                headers["Content-Security-Policy"] = policy
            await send(message)

        await (answer or self._app)(scope, receive, send_apart)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._is_ours(host):
            return self._refuse(scope, 400, f"Host {host!r} is not this server")
        if origin is not None and origin != f"http://{host}":
            return self._refuse(scope, 403, f"Origin {origin!r} is another site")
        if scope["method"] not in ("GET", "HEAD") and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return self._refuse(scope, 403, "the request comes from another site")
        return None

    def _entry(self, scope: Scope) -> Response | None:
        """None for those who have the cookie; it is given for the token."""
        offered = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["path"] == "/" and scope["method"] == "GET" and self._is_token(offered):
            self._admit(scope)
            # The token must not stay in the address line, from where it is copied.
            entered = RedirectResponse("/", status_code=303)
            entered.set_cookie(self.cookie, self._address.token, httponly=True, samesite="strict", path="/")
            return entered
        try:
            cookies = SimpleCookie(Headers(scope=scope).get("cookie", ""))
        except CookieError:
            cookies = SimpleCookie()
        if self.cookie in cookies and self._is_token(cookies[self.cookie].value):
            self._admit(scope)
            return None
        self._log(scope, 403, "no token")
        return HTMLResponse(_LOCKED, 403) if scope["path"] == "/" else PlainTextResponse("no token", 403)

    def _admit(self, scope: Scope) -> None:
        scope.setdefault("state", {})[ADMITTED] = True

    def _is_ours(self, host: str) -> bool:
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port or 80
        except ValueError:
            return False
        if port != self._address.port:
            return False
        if name in ("localhost", "127.0.0.1", "::1", self._address.host):
            return True
        if self._address.is_local:
            return False
        # Listening for other machines: an address in numbers needs no DNS, so no trick of DNS can bring it here.
        return name == urlsplit(self._address.url).hostname or _is_number(name)

    def _is_token(self, offered: str) -> bool:
        return secrets.compare_digest(offered.encode(), self._address.token.encode())

    def _refuse(self, scope: Scope, status: int, reason: str) -> Response:
        self._log(scope, status, reason)
        return PlainTextResponse(reason, status)

    def _log(self, scope: Scope, status: int, reason: str) -> None:
        LOG.warning("page: refused %s %s with %d: %s", scope["method"], scope["path"], status, reason)


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
