"""What the command line says when something is not as it should be: a sentence that names it, and the right exit status."""

import os
import socket
import subprocess
import threading

import pytest
from support.organisation import make_integration
from support.tocsin import BINARY, Tocsin
from support.waiting import free_port

DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3


@pytest.fixture
def offline(tmp_path) -> Tocsin:
    return Tocsin(tmp_path)


def run(node: Tocsin, *arguments, environment: dict | None = None) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    return subprocess.run(
        [str(BINARY), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=node.folder,
        env=clean | {"SWIFT_BACKTRACE": "enable=no", "HOME": str(node.folder)} | (environment or {}),
    )


# Listening


def test_a_sign_in_link_is_not_shown_by_a_server_that_cannot_listen(offline):
    """S13: the link would lead to the other program."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run(offline, "serve", *offline.store_options(), "--listen", f"127.0.0.1:{port}")
    assert result.returncode == REFUSED
    assert "is in use by another program" in result.stderr
    assert "first-sign-in" not in result.stdout
    assert not (offline.data / "first-sign-in").exists()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("999.1.1.1:8080", USAGE, "999.1.1.1"),
        ("1.2.3:8080", USAGE, "1.2.3"),
        ("[::zz]:8080", USAGE, "::zz"),
        ("nobody.invalid:8080", REFUSED, "nobody.invalid is not a name"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_named(offline, address, status, words):
    result = run(offline, "serve", *offline.store_options(), "--listen", address)
    assert result.returncode == status
    assert words in result.stderr.splitlines()[-1]
    assert "Error" not in result.stderr
    assert "first-sign-in" not in result.stdout


# A client and its server


def test_a_token_that_no_server_could_have_made_is_told_by_where_it_came_from(offline):
    for token in ["tcs_svc_one\ntwo", "tcs_svc_one two", "\n"]:
        result = run(
            offline, "incident", "list", "--url", "http://127.0.0.1:1", environment={"TOCSIN_TOKEN": token}
        )
        assert result.returncode == USAGE
        assert "TOCSIN_TOKEN" in result.stderr
        assert "tcs_svc" not in result.stderr, "S57, S70"


def test_the_line_end_of_a_file_with_a_token_does_no_harm(offline, running):
    running(offline).start()
    environment = {"TOCSIN_URL": offline.url, "TOCSIN_TOKEN": offline.token("viewer") + "\r\n"}
    result = run(offline, "incident", "list", environment=environment)
    assert result.returncode == DONE, result.stderr


@pytest.fixture
def strange():
    """A server of another protocol: it answers each request with a line that is not HTTP."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(b"220 mail.example.org ESMTP\r\n")
                connection.shutdown(socket.SHUT_WR)
                connection.recv(65_536)

    threading.Thread(target=serve, daemon=True).start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


@pytest.mark.parametrize(("scheme", "words"), [("http", "not HTTP"), ("https", "not answer in TLS")])
def test_a_server_of_another_protocol_is_told_as_one(offline, strange, scheme, words):
    token = {"TOCSIN_TOKEN": "tcs_svc_x"}
    result = run(offline, "incident", "list", "--url", f"{scheme}://{strange}", environment=token)
    assert result.returncode == UNREACHABLE
    assert words in result.stderr
    assert "Error" not in result.stderr


def test_timelines_say_who_did_it(offline, running):
    running(offline).start()
    api = offline.api()
    integration = make_integration(api, "Scripts", "generic")
    sent = run(offline, "alert", "send", "--url", offline.url, "--key", integration.key, "Disk full")
    assert sent.returncode == DONE, sent.stderr
    (alert,) = api.alerts()
    assert alert["title"] == "Disk full", "a title without --title is not dropped"
    key = api.create("/api/v1/incidents", {"title": "Slow", "severity": "SEV3"})["key"]
    assert offline.client("alert", "ack", alert["id"]).returncode == DONE
    who = f"the token lab-responder ({offline.token('responder')[:12]})"
    shown = offline.client("alert", "show", alert["id"]).stdout
    assert "the integration Scripts: Opened as" in shown
    assert f"{who}: Acknowledged" in shown
    assert "the token lab-admin (tcs_svc_" in offline.client("timeline", key).stdout


def test_a_title_is_given_once(offline):
    both = run(offline, "alert", "send", "--key", "k", "--title", "one", "two")
    none = run(offline, "alert", "send", "--key", "k")
    assert (both.returncode, none.returncode) == (USAGE, USAGE)
    assert '"two" is unexpected' in both.stderr
    assert "Give a title" in none.stderr


# The store


def test_a_folder_that_is_not_there_is_not_vouched_for(offline):
    result = run(offline, "doctor", "--data", "nowhere")
    assert result.returncode == REFUSED
    assert "there is no folder nowhere" in result.stdout
    assert "file modes" not in result.stdout and "disk" not in result.stdout
    assert not (offline.folder / "nowhere").exists()


def test_a_store_file_that_is_none_is_told_and_left_alone(offline):
    place = offline.data / "tocsin.db"
    place.mkdir(parents=True)
    mode = place.stat().st_mode
    result = run(offline, "verify", *offline.store_options())
    assert result.returncode == REFUSED
    assert f"{place} is not a file" in result.stderr
    assert place.stat().st_mode == mode


@pytest.mark.skipif(os.getuid() != 0, reason="another user's eyes are borrowed, which needs root")
def test_a_store_file_of_somebody_else_is_told_with_whose_it_is(tmp_path_factory):
    node = Tocsin(tmp_path_factory.mktemp("other"))
    assert node.command("migrate", *node.store_options()).returncode == DONE
    node.data.chmod(0o755)
    for folder in [node.data, *node.data.parents]:
        if not folder.stat().st_mode & 0o001:
            pytest.skip("another user cannot even get to the folder")
    result = subprocess.run(
        [str(BINARY), "verify", *node.store_options()],
        capture_output=True, text=True, timeout=60, user=65_534, group=65_534, extra_groups=[], cwd="/",
    )
    assert result.returncode == REFUSED
    assert "cannot be read and written by this user" in result.stderr
    assert "user 0" in result.stderr
