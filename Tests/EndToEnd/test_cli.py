"""The command line: verbs that need no server, verbs that are clients of one, and what they exit with."""

import json
import re

import pytest
from support.api import Api
from support.organisation import make_integration
from support.tocsin import Tocsin
from support.waiting import free_port, until

DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3
TOKEN = re.compile(r"^tcs_(pat|svc|ing|hbt)_[0-9A-Za-z]{36}$")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    node = Tocsin(tmp_path_factory.mktemp("cli")).start()
    yield node
    node.stop()


@pytest.fixture
def offline(tmp_path) -> Tocsin:
    """A store that no server has ever opened."""
    return Tocsin(tmp_path)


def ok(result) -> str:
    assert result.returncode == DONE, f"{result.args}: {result.returncode}\n{result.stdout}{result.stderr}"
    return result.stdout


# Offline


def test_a_token_stands_alone_on_stdout_and_works_on_the_server_that_starts_afterwards(offline, running):
    token = ok(offline.command("token", "create", "--name", "first", "--role", "viewer", *offline.store_options()))
    assert TOKEN.match(token.strip())
    running(offline).start()
    assert Api(offline.url, token.strip()).get("/api/v1/incidents").status_code == 200


def test_a_token_made_while_the_server_runs_works_at_once(server):
    token = ok(
        server.command(
            "token", "create", "--name", "live", "--role", "viewer", "--expires", "1d", *server.store_options()
        )
    )
    assert Api(server.url, token.strip()).get("/api/v1/incidents").status_code == 200


def test_an_offline_store_is_made_by_the_first_verb_and_is_sound(offline):
    ok(offline.command("migrate", *offline.store_options()))
    ok(offline.command("migrate", *offline.store_options()))
    ok(offline.command("verify", *offline.store_options()))
    assert ok(offline.command("doctor", *offline.store_options()))


def test_a_user_with_a_password_can_sign_in_and_the_password_is_not_an_argument(offline):
    """S8, S9: too short and too common are refused."""
    add = ["user", "add", "Ana", "--email", "ana@example.org", "--role", "admin", "--password-stdin"]
    for bad in ["short", "password1234"]:
        result = offline.command(*add, *offline.store_options(), input=bad + "\n")
        assert result.returncode == REFUSED, bad
        assert bad not in result.stdout + result.stderr
    ok(offline.command(*add, *offline.store_options(), input="a long sentence for the laboratory 42\n"))
    again = offline.command(*add, *offline.store_options(), input="a long sentence for the laboratory 42\n")
    assert again.returncode == REFUSED, "the address is taken"


def test_a_backup_restores_to_the_same_history_and_pages_nobody_again(tmp_path, server, running):
    """R9, R20."""
    api = server.api()
    integration = make_integration(api, "Before the backup", "generic")
    for number in range(20):
        assert server.anonymous.post(
            f"/in/{integration.key}/generic", {"title": f"Kept {number}", "severity": "info"}
        ).ok
    file = tmp_path / "backup.tocsin"
    ok(server.command("backup", file, *server.store_options()))
    assert file.stat().st_mode & 0o077 == 0, "only its owner may read a backup"
    other = Tocsin(tmp_path, name="restored")
    ok(other.command("restore", file, *other.store_options()))
    ok(other.verify())
    again = other.command("restore", file, *other.store_options())
    assert again.returncode == REFUSED, "a store that is there is not overwritten"
    running(other).start()
    kept = {alert["id"]: alert["title"] for alert in other.api().alerts()}
    assert {alert["id"]: alert["title"] for alert in api.alerts()} == kept


def test_an_edited_history_is_found_out(offline, running):
    """R9, S71: one letter of one event."""
    import sqlite3

    running(offline).start()
    api = offline.api()
    key = api.create("/api/v1/incidents", {"title": "Was it like that?", "severity": "SEV3"})["key"]
    api.note(key, "It was like that")
    offline.stop()
    ok(offline.verify())
    with sqlite3.connect(offline.data / "tocsin.db") as store:
        changed = store.execute("UPDATE event SET body = replace(body, 'It was like', 'It was not like')").rowcount
        assert changed > 0
    store.close()
    verdict = offline.verify()
    assert verdict.returncode == REFUSED
    assert re.search(r"INC-|inc_", verdict.stdout + verdict.stderr), "it says where"


def test_the_audit_log_names_who_did_what(server):
    """S68, S69, S71."""
    records = [
        json.loads(line) for line in ok(server.command("audit", "export", *server.store_options())).splitlines() if line
    ]
    assert any("token" in record["action"] for record in records), records[:3]
    for record in records:
        assert {"at", "actor", "action", "object"} <= record.keys()


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-verb"],
        ["serve", "--no-such-option"],
        ["token", "create"],
        ["token", "create", "--name", "x", "--role", "king"],
        ["declare"],
        ["user", "add", "x", "--email", "not an address", "--role", "emperor"],
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_a_wrong_command_line_is_told_on_stderr_with_status_2(offline, arguments):
    result = offline.command(*arguments)
    assert result.returncode == USAGE, result.stdout + result.stderr
    assert result.stdout == ""
    assert result.stderr


def test_help_and_version_are_given_without_a_store(offline):
    for arguments in [["--help"], ["serve", "--help"], ["--version"]]:
        assert ok(offline.command(*arguments))


@pytest.mark.parametrize(
    "options",
    [
        ["--listen", "nonsense"],
        ["--listen", "127.0.0.1:99999"],
        ["--database", "mysql://x"],
        ["--config", "/nothing/here.yaml"],
    ],
    ids=lambda options: " ".join(options),
)
def test_a_server_that_cannot_start_says_why_and_exits(offline, options):
    result = offline.command("serve", *offline.store_options(), *options, timeout=30)
    assert result.returncode in (REFUSED, USAGE)
    assert result.stderr + result.stdout
    assert "Fatal error" not in result.stderr


def test_a_port_that_is_taken_is_told_in_a_sentence(server, tmp_path):
    other = Tocsin(tmp_path, name="second")
    result = other.command("serve", *other.store_options(), "--listen", f"127.0.0.1:{server.port}", timeout=30)
    assert result.returncode == REFUSED
    assert str(server.port) in result.stderr + result.stdout


# Against a server


def test_an_incident_is_run_from_the_command_line(server):
    declared = json.loads(ok(server.client("declare", "--title", "From a terminal", "--severity", "SEV2", "--json")))
    key = declared["key"]
    ok(server.client("note", key, "Typed, not clicked"))
    ok(server.client("status", key, "investigating"))
    ok(server.client("severity", key, "SEV1", "--why", "Worse than it looked"))
    ok(server.client("resolve", key))
    ok(server.client("close", key))
    shown = json.loads(ok(server.client("incident", "show", key, "--json")))
    assert (shown["status"], shown["severity"]["label"]) == ("closed", "SEV1")
    listed = json.loads(ok(server.client("incident", "list", "--json")))
    items = listed["items"] if isinstance(listed, dict) else listed
    assert isinstance(items, list)
    text = ok(server.client("incident", "show", key))
    assert "From a terminal" in text and key in text


def test_an_alert_is_sent_listed_acknowledged_and_resolved_from_the_command_line(server):
    integration = make_integration(server.api(), "For the terminal", "generic")
    server.anonymous.post(
        f"/in/{integration.key}/generic", {"title": "Terminal alert", "dedupKey": "t-1", "severity": "info"}
    )
    alert = until(lambda: [each for each in server.api().alerts() if each["title"] == "Terminal alert"], "the alert")[0]
    assert "Terminal alert" in ok(server.client("alert", "list"))
    assert ok(server.client("alert", "ack", alert["id"])) == "Taken: Terminal alert\n"
    assert re.search(r"lab-responder \(tcs_svc_\w{4}\) had it already", ok(server.client("alert", "ack", alert["id"])))
    assert json.loads(ok(server.client("alert", "show", alert["id"], "--json")))["state"] == "acknowledged"
    ok(server.client("alert", "resolve", alert["id"]))
    assert json.loads(ok(server.client("alert", "show", alert["id"], "--json")))["state"] == "resolved"


def test_what_the_server_refuses_is_a_sentence_and_status_1(server):
    result = server.client("declare", "--title", "x", "--severity", "SEV99")
    assert result.returncode == REFUSED
    assert "SEV99" in result.stderr and result.stdout == ""
    assert server.client("incident", "show", "INC-1999-01-01-001").returncode == REFUSED
    assert server.client("note", "INC-1999-01-01-001", "x").returncode == REFUSED
    viewer = server.client("declare", "--title", "x", "--severity", "SEV3", role="viewer")
    assert viewer.returncode == REFUSED, "a viewer declares nothing"


def test_a_server_that_is_not_there_is_status_3(server, tmp_path):
    lonely = Tocsin(tmp_path, name="lonely")
    lonely.url = f"http://127.0.0.1:{free_port()}"
    lonely._tokens["responder"] = server.token("responder")
    result = lonely.client("incident", "list")
    assert result.returncode == UNREACHABLE, result.stdout + result.stderr
    assert lonely.url.rsplit(":", 1)[1] in result.stderr, "it says where it looked"


def test_a_client_without_a_token_is_told_how_to_get_one(server):
    result = server.command("incident", "list")
    assert result.returncode in (REFUSED, USAGE)
    assert "TOCSIN_TOKEN" in result.stderr or "tocsin login" in result.stderr
