"""Whatever is sent, the answer is a clear refusal and the server goes on (F19, F20, S47, S72, S76)."""

import gzip
import json
import os
import re
import socket
import subprocess
import sys

import pytest
from support.api import Api, assert_problem
from support.openapi import Route, routes
from support.organisation import make_integration
from support.tocsin import ROOT, Tocsin
from support.waiting import until

EXAMPLES = int(os.environ.get("TOCSIN_EXAMPLES", "25"))
MEGABYTE = 1024 * 1024
JSON_TYPE = {"Content-Type": "application/json"}

# What is wrong, the headers, the body, and the statuses that say so.
BAD_BODIES = [
    ("nothing at all", JSON_TYPE, b"", (400, 411, 422)),
    ("a brace that is never closed", JSON_TYPE, b'{"title": "x"', (400,)),
    ("text after the end", JSON_TYPE, b'{"title": "x"} {"title": "y"}', (400,)),
    ("no JSON", JSON_TYPE, b"hello", (400,)),
    ("the wrong shape", JSON_TYPE, b'"hello"', (400, 422)),
    ("a number where an object belongs", JSON_TYPE, b"7", (400, 422)),
    ("bytes that are not UTF-8", JSON_TYPE, b'{"title": "\xff\xfe"}', (400,)),
    ("half of a surrogate pair", JSON_TYPE, b'{"title": "\\ud800"}', (400,)),
    ("UTF-16", JSON_TYPE, '{"title": "x"}'.encode("utf-16"), (400,)),
    ("a byte order mark", JSON_TYPE, b'\xef\xbb\xbf{"title": "x"}', (400,)),
    ("a control character in a string", JSON_TYPE, b'{"title": "a\x00b"}', (400,)),
    ("nesting a hundred thousand deep", JSON_TYPE, b"[" * 100_000 + b"]" * 100_000, (400, 413)),
    ("a number that no machine holds", JSON_TYPE, b'{"title": 1' + b"0" * 5000 + b"}", (400, 422)),
    ("NaN", JSON_TYPE, b'{"title": NaN}', (400,)),
    ("ten megabytes", JSON_TYPE, b'{"title": "' + b"x" * (10 * MEGABYTE) + b'"}', (413,)),
    ("a million members", JSON_TYPE, b"{" + b",".join(b'"%d":0' % n for n in range(200_000)) + b"}", (400, 413)),
    ("another content type", {"Content-Type": "text/plain"}, b'{"title": "x"}', (415,)),
    ("a form where JSON belongs", {"Content-Type": "application/x-www-form-urlencoded"}, b"title=x", (415,)),
    ("a compressed body", JSON_TYPE | {"Content-Encoding": "gzip"}, gzip.compress(b'{"title": "x"}'), (415,)),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    node = Tocsin(tmp_path_factory.mktemp("bad-input")).start()
    yield node
    node.stop()


@pytest.fixture(scope="module")
def integration(server):
    return make_integration(server.api(), "Target", "generic")


def still_serves(server: Tocsin, integration) -> None:
    """A good request works: what came before has broken nothing."""
    server._program.must_run()
    assert server.anonymous.get("/readyz").status_code == 200
    answer = server.anonymous.post(f"/in/{integration.key}/generic", {"title": "Good", "severity": "info"})
    assert answer.ok, answer.text


def writing_routes(server: Tocsin) -> list[Route]:
    return [route for route in routes(server.anonymous) if route.changes and route.takes_json]


def assert_refused(route: Route, answer, statuses: tuple[int, ...]) -> None:
    # A name that leads nowhere may be told before the body is read. It is never a success and never our fault.
    allowed = (*statuses, 404, 413, 415, 422, 400)
    assert answer.status_code in allowed, f"{route}: {answer.status_code} {answer.text[:300]}"
    if not route.speaks_alertmanager:
        assert_problem(answer, *allowed)


@pytest.mark.parametrize("what,headers,body,statuses", BAD_BODIES, ids=[body[0] for body in BAD_BODIES])
def test_a_bad_body_is_refused_on_every_route(server, integration, what, headers, body, statuses):
    """R22, F19, F20, S43, S47."""
    api = server.api()
    for route in writing_routes(server):
        path = route.path(key=integration.key, dialect="generic")
        try:
            answer = api.call(route.method, path, data=body, headers=headers)
        except OSError:
            # The server may hang up on a sender that goes on after it was refused.
            assert len(body) > MEGABYTE, f"{route} hung up on {what}"
            continue
        if answer.ok:
            # A command that needs no body takes none, and does not read one.
            assert what == "nothing at all", f"{route} accepted {what}"
            continue
        assert_refused(route, answer, statuses)
    still_serves(server, integration)


def test_a_body_cut_off_at_any_byte_is_refused(server, integration):
    """F19: as many bytes come as were promised, and the JSON that they hold is cut."""
    good = json.dumps({"title": "Cut", "severity": "info", "labels": {"é": "😀"}}, ensure_ascii=False).encode()
    for length in range(len(good)):
        answer = server.anonymous.post(f"/in/{integration.key}/generic", data=good[:length], headers=JSON_TYPE)
        assert_problem(answer, 400, 411)
    still_serves(server, integration)


def test_a_bad_value_in_a_query_is_refused_or_ignored_and_never_a_fault(server, integration):
    """S33, S47."""
    api = server.api()
    values = [
        "",
        "0",
        "-1",
        "1e9",
        "99999999999999999999",
        "'",
        '" OR 1=1 --',
        "%00",
        "../../etc/passwd",
        "ä" * 500,
        "x" * 5000,
    ]
    for route in routes(server.anonymous):
        if route.changes or "stream" in route.template:
            continue
        for name in ["limit", "after"]:
            for value in values:
                answer = api.get(route.path(), params={name: value})
                assert answer.status_code < 500, f"{route}?{name}={value!r}: {answer.status_code} {answer.text[:300]}"
    still_serves(server, integration)


def test_a_hostile_path_leads_nowhere(server, integration):
    """S32, S65."""
    api = server.api()
    for path in [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/../../etc/passwd",
        "/assets/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/api/v1/incidents/%00",
        "/api/v1/incidents/%ff%fe",
        "/api/v1/incidents/" + "x" * 4000,
        "/in/" + "0" * 32 + "/generic",
        "/api/v1/incidents/..%2f..%2fusers",
        "//api/v1/incidents",
        "/.git/config",
        "/.env",
        "/debug",
        "/api/v1/",
        "/api/v1/incidents/'%20OR%201=1",
    ]:
        answer = api.get(path)
        assert answer.status_code in (301, 308, 400, 404, 405, 414), f"{path}: {answer.status_code}"
        assert "root:" not in answer.text
    still_serves(server, integration)


MALFORMED = [
    ("no HTTP at all", b"hello\r\n\r\n"),
    ("an unknown version", b"GET /livez HTTP/9.9\r\nHost: x\r\n\r\n"),
    ("two lengths", b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    (
        "a length and chunks",
        b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    ("a negative length", b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
    (
        "a bad chunk size",
        b"POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    ),
    ("a NUL in a header", b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Bad: a\x00b\r\n\r\n"),
    ("a space before the colon", b"GET /livez HTTP/1.1\r\nHost : x\r\n\r\n"),
    ("a header of a megabyte", b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * MEGABYTE + b"\r\n\r\n"),
    (
        "ten thousand headers",
        b"GET /livez HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"\r\n",
    ),
    ("TRACE", b"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    ("CONNECT", b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n"),
]


@pytest.mark.parametrize("what,request_bytes", MALFORMED, ids=[each[0] for each in MALFORMED])
def test_a_malformed_request_is_refused_or_hung_up_on(server, integration, what, request_bytes):
    """S43, S65."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        try:
            connection.sendall(request_bytes)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except OSError:
            pass
    # A route may be refused before its body turns out to be malformed; that is told with the end of the connection.
    # Anything else after the first answer would mean that a smuggled request was taken for a request.
    statuses = [int(each) for each in re.findall(rb"HTTP/1\.1 (\d+) ", answer)]
    assert statuses[1:] in ([], [400]), answer[:500]
    assert all(400 <= status < 500 or status in (501, 505) for status in statuses), answer[:500]
    if len(statuses) == 2:
        assert answer.rpartition(b"HTTP/1.1 ")[2].lower().count(b"connection: close") == 1
    still_serves(server, integration)


def test_memory_stays_bounded_under_large_bodies_and_many_connections(server, integration):
    """R22: a hundred bodies of ten megabytes, and five hundred connections that say nothing."""
    before = server.resident_kilobytes()
    body = b'{"title": "' + b"x" * (10 * MEGABYTE) + b'"}'
    for _ in range(20):
        try:
            server.anonymous.post(f"/in/{integration.key}/generic", data=body, headers=JSON_TYPE)
        except OSError:
            continue
    silent = [socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(500)]
    try:
        still_serves(server, integration)
    finally:
        for connection in silent:
            connection.close()
    grown = server.resident_kilobytes() - before
    assert grown < 100 * 1024, f"{grown // 1024} MB more than before"


def test_a_client_that_sends_a_letter_at_a_time_is_hung_up_on_and_holds_nobody_up(server, integration):
    """F18: the header's deadline is 10 seconds."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as slow:
        slow.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        slow.setblocking(False)

        def hung_up() -> bool:
            still_serves(server, integration)
            try:
                slow.send(b"a")
                return slow.recv(1024) == b"" or True
            except BlockingIOError:
                return False
            except OSError:
                return True

        until(hung_up, "the slow client to be hung up on", within=40, every=0.5)


@pytest.mark.timeout(960)
def test_what_the_description_promises_is_true_of_generated_requests(tmp_path, running):
    """S47: schemathesis over the whole description: no 5xx, nothing undescribed, no nonsense accepted."""
    server = running(Tocsin(tmp_path)).start()
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(
        'headers = { Authorization = "Bearer ${SCHEMATHESIS_TOKEN}" }\n'
        # A text beyond its limit may be beyond the limit of a body, too.
        "[checks.negative_data_rejection]\n"
        "expected-statuses = [400, 401, 403, 404, 405, 406, 409, 411, 413, 415, 422, 428, 429]\n"
    )
    checks = [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    ]
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            configuration,
            "run",
            server.url + "/api/openapi.json",
            "--checks",
            ",".join(checks),
            "--max-examples",
            str(EXAMPLES),
            "--phases",
            "examples,coverage,fuzzing",
            "--seed",
            "1",
            "--no-shrink",
            "--request-timeout",
            "30",
            "--rate-limit",
            "auto",
            "--exclude-path-regex",
            "/stream|/openapi.json|/sign-out",
            "--continue-on-failure",
            "--warnings",
            "off",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=900,
        env=os.environ | {"SCHEMATHESIS_TOKEN": server.token("admin"), "NO_COLOR": "1"},
    )
    kept = ROOT / ".build/test-results/schemathesis.txt"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(result.stdout + result.stderr)
    still_serves(server, make_integration(server.api(), "After the storm", "generic"))
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]


HOSTILE_TEXTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "a\r\nBcc: everybody@example.org",
    "\u202egnp.exe",
    "😀" * 200,
    "{{7*7}} ${7*7} #{7*7}",
    "'; DROP TABLE alert; --",
    "‮‭\u2066",
    "\ufeff",
    "A" * 1000,
    "=cmd|'/c calc'!A1",
    "%s%s%n",
    "../../../etc/passwd",
    "</textarea><script>alert(1)</script>",
]


def test_hostile_texts_in_an_alert_reach_mail_and_log_as_harmless_text(tmp_path, relay, authority, hooks, running):
    """F20, S29, S37, S38: no header is injected, no log line is broken, the text arrives as it was."""
    from support.organisation import ANA, make_organisation

    node = running(Tocsin(tmp_path, relay=relay, authority=authority)).start()
    api: Api = node.api()
    make_organisation(api, hooks, patience=600, hooks=False, declares_from=None)
    key = make_integration(api, "Hostile", "generic").key
    for number, text in enumerate(HOSTILE_TEXTS):
        answer = node.anonymous.post(
            f"/in/{key}/generic",
            {
                "title": text,
                "dedupKey": f"h-{number}",
                "severity": "critical",
                "labels": {"team": "queue", "text": text},
                "annotations": {"text": text},
                "url": "javascript:alert(1)",
            },
        )
        assert answer.ok or answer.status_code in (400, 422), f"{text!r}: {answer.text}"
    expected = len(api.alerts())
    assert expected > len(HOSTILE_TEXTS) / 2
    until(lambda: len(relay.to(ANA)) >= 1, "a mail")
    until(lambda: len(api.pages()) == expected, "a page for each alert")
    for mail in relay.mails:
        assert mail.recipients == [ANA], "a recipient was injected"
        assert mail.message["Bcc"] is None
        html = mail.message.get_body(("html",))
        if html is not None:
            assert "<script" not in html.get_content() and "<img" not in html.get_content()
            assert "javascript:" not in html.get_content().replace("&#58;", ":").split("href")[-1][:30]
    for line in node.output.splitlines():
        if line.startswith("{"):
            json.loads(line)
