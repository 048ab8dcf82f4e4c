"""The guard of the page: token, cookie, hosts and origins, and refusals with a line in the log."""

from __future__ import annotations

import json
import logging
import os
import stat

import pytest
from page_world import client_of

from gesture_al.core.errors import UserError
from gesture_al.studio.server.address import FILE, Address, listen


def refused(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "gesture_al.page"]


def test_the_token_becomes_a_cookie_that_scripts_and_other_sites_do_not_get(session_at, tmp_path):
    client, _ = client_of(session_at(tmp_path), tmp_path, follow_redirects=False)
    entered = client.get("/?token=secret")
    assert entered.status_code == 303
    assert entered.headers["location"] == "/", "the token stays in the address line"
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/state", "/events", "/static/main.js", "/clip/x", "/report", "/?token=wrong", "/?token="])
def test_without_the_token_nothing_is_shown(session_at, tmp_path, caplog, path):
    client, _ = client_of(session_at(tmp_path), tmp_path)
    shown = client.get(path)
    assert shown.status_code == 403
    assert "Like" not in shown.text
    assert "403" in refused(caplog)[0]


@pytest.mark.parametrize("cookie", ["gesture_al_8123=wrong", "gesture_al_9=secret", "a=b; ;;=", "gesture_al_8123="])
def test_another_cookie_does_not_help(session_at, tmp_path, cookie):
    client, _ = client_of(session_at(tmp_path), tmp_path)
    assert client.get("/state", headers={"cookie": cookie}).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example:8123", "127.0.0.1.evil.example:8123", "127.0.0.1:80", "127.0.0.1", "", "[::1", "a@127.0.0.2:8123"]
)
def test_a_name_that_leads_here_by_dns_is_refused(page, caplog, host):
    assert page.client.get("/state", headers={"host": host}).status_code == 400
    assert "Host" in refused(caplog)[0]


@pytest.mark.parametrize("host", ["localhost:8123", "127.0.0.1:8123", "[::1]:8123"])
def test_the_names_of_this_machine_are_let_in(page, host):
    assert page.client.get("/state", headers={"host": host, "cookie": "gesture_al_8123=secret"}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9", "https://127.0.0.1:8123", "http://localhost:8123"]
)
def test_a_request_of_another_site_is_refused_even_with_the_cookie(page, caplog, origin):
    assert page.client.post("/pause", json={}, headers={"origin": origin}).status_code == 403
    assert not page.session.paused
    assert "Origin" in refused(caplog)[0]


def test_a_form_of_another_site_is_refused_by_what_the_browser_says_of_it(page):
    assert page.client.post("/pause", json={}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert page.client.post("/pause", json={}, headers={"sec-fetch-site": "same-origin"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/state", "/static/main.js", "/nothing"])
def test_every_reply_keeps_to_this_site_and_out_of_caches(page, path):
    headers = page.client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_report_may_use_its_own_styles_and_no_script(page):
    (page.folder / "report.html").write_text("<style>p{}</style>")
    policy = page.client.get("/report").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/%2e%2e/server.py",
        "/static/..%2f..%2fsession.py",
        "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/clip/..%2f..",
        "/video/%2e%2e%2fpage.json",
        "/page.json",
        "/session.jsonl",
    ],
)
def test_no_path_leads_out_of_the_page(page, caplog, path):
    shown = page.client.get(path)
    assert shown.status_code == 404
    assert "import" not in shown.text
    assert "404" in refused(caplog)[0]


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 60000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"tab=x", "application/x-www-form-urlencoded", 415),
        (b'{"tab": "' + b"x" * 70000 + b'"}', "application/json", 413),
    ],
)
def test_what_is_no_request_is_refused(page, caplog, text, kind, status):
    assert page.client.post("/next", content=text, headers={"content-type": kind}).status_code == status
    assert str(status) in refused(caplog)[0]


def test_a_wrong_method_and_an_unknown_address_are_refused(page, caplog):
    assert page.client.get("/answer").status_code == 405
    assert page.client.get("/admin").status_code == 404
    assert len(refused(caplog)) == 2


def test_listening_for_others_takes_numbers_and_the_machines_name_but_no_foreign_name(session_at, tmp_path, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "workbench")
    client, _ = client_of(session_at(tmp_path), tmp_path, Address("0.0.0.0", 8123, "secret"))
    seen = {
        host: client.get("/", headers={"host": host}).status_code
        for host in ("192.168.1.5:8123", "workbench:8123", "evil.example:8123")
    }
    assert seen == {"192.168.1.5:8123": 403, "workbench:8123": 403, "evil.example:8123": 400}


def test_a_resumed_run_has_the_same_address_which_only_its_owner_can_read(tmp_path):
    first, listener = listen(tmp_path, "127.0.0.1")
    listener.close()
    again, listener = listen(tmp_path, "127.0.0.1")
    other, third = listen(tmp_path, "127.0.0.1")  # the port is taken now
    listener.close()
    third.close()
    assert again == first
    assert other.token == first.token
    assert other.port != first.port
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert len(first.token) >= 32


@pytest.mark.parametrize("kept", ["", "{", "[]", json.dumps({"port": "x", "token": "y"}), json.dumps({"token": "y"})])
def test_an_address_file_that_makes_no_sense_is_replaced(tmp_path, kept):
    (tmp_path / FILE).write_text(kept)
    address, listener = listen(tmp_path, "127.0.0.1")
    listener.close()
    assert json.loads((tmp_path / FILE).read_text())["port"] == address.port


def test_a_host_that_is_not_here_is_refused_in_one_line(tmp_path):
    with pytest.raises(UserError, match=r"--host 192\.0\.2\.1: cannot listen"):
        listen(tmp_path, "192.0.2.1")


def test_the_log_line_names_request_status_and_reason(page, caplog):
    with caplog.at_level(logging.WARNING):
        page.client.post("/undo", json={"uuid": "x", "undoes": "y"})
    assert refused(caplog) == ["page: refused POST /undo with 422: undoes must be a UUID"]
