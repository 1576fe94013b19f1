"""The command line where no client is involved: settings, the store's files, and what a running server sees of it."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import time

import pytest
import requests
from support.organisation import make_integration
from support.tocsin import BINARY, Tocsin
from support.waiting import free_port, until

DONE, REFUSED, USAGE = 0, 1, 2
PASSWORD = "a long sentence for the laboratory 42\n"


@pytest.fixture
def offline(tmp_path) -> Tocsin:
    return Tocsin(tmp_path)


def run(node: Tocsin, *arguments, environment: dict | None = None, **options) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    return subprocess.run(
        [str(BINARY), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=node.folder,
        env=clean | {"SWIFT_BACKTRACE": "enable=no", "HOME": str(node.folder)} | (environment or {}),
        **options,
    )


# Settings


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("listn: 127.0.0.1:1\n", "1:1", "did you mean listen"),
        ("data: x\nsmtp:\n  host: mail\n  form: x@example.org\n", "4:3", "did you mean from"),
        ("data: x\ndata: y\n", "", "set twice: data"),
        ("smtp: [1]\n", "1:7", "name: value"),
        ("egress:\n  allowedPorts: [443, 70000]\n", "2:23", "1 to 65535"),
        ("egress:\n  allowedNetworks: [10.0.0.1/8]\n", "2:21", "10.0.0.0/8"),
        ("trustedProxies: [nobody]\n", "1:18", "nobody"),
        ("smtp: {host: mail, from: x@example.org, port: many}\n", "1:47", "whole number"),
        ("smtp: {host: mail, from: x@example.org, security: maybe}\n", "1:51", "startTLS"),
        ("smtp: {host: mail, from: x@example.org, username: me}\n", "1:7", "password"),
        ("smtp: {host: mail}\n", "1:7", "from"),
        ("insecure_public_http: perhaps\n", "1:23", "true or false"),
        ("data: [x\n", "2:1", ""),
    ],
)
def test_a_fault_of_the_configuration_file_is_told_with_line_and_column(offline, text, place, words):
    (offline.folder / "bad.yaml").write_text(text)
    result = run(offline, "serve", "--config", "bad.yaml", "--listen", "127.0.0.1:0")
    assert result.returncode == REFUSED
    assert f"bad.yaml:{place}" in result.stderr
    assert words in result.stderr
    assert result.stdout == ""


def test_an_option_counts_before_a_variable_and_a_variable_before_the_file(offline):
    (offline.folder / "tocsin.yaml").write_text("data: from-file\n")
    run(offline, "migrate", "--data", "from-option", environment={"TOCSIN_DATA": "from-variable"})
    run(offline, "migrate", environment={"TOCSIN_DATA": "from-variable"})
    run(offline, "migrate")
    for folder in ["from-option", "from-variable", "from-file"]:
        assert (offline.folder / folder / "tocsin.db").exists()
        assert (offline.folder / folder).stat().st_mode & 0o077 == 0, "only its owner may look inside"


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://tocsin.example.com", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://tocsin.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
    ],
)
def test_a_public_url_without_tls_is_refused_unless_it_is_this_machine(offline, url, may):
    """S4.5. The database is refused as well, so that no server starts where the URL is good."""
    result = run(offline, "serve", "--public-url", url, "--data", "d", "--database", "sqlite:/proc/nowhere/x.db")
    assert ("no TLS" in result.stderr) != may


def test_a_verb_without_a_store_asks_which(offline):
    assert run(offline, "verify").returncode == USAGE
    missing = run(offline, "verify", "--data", "nothing-here")
    assert missing.returncode == REFUSED
    assert not (offline.folder / "nothing-here").exists(), "reading makes nothing"


# The store's files


def test_a_second_server_and_a_restore_are_refused_while_a_server_holds_the_directory(offline, running, tmp_path):
    backup = tmp_path / "backup"
    running(offline).start()
    assert offline.command("backup", backup, *offline.store_options()).returncode == DONE
    second = offline.command("serve", *offline.store_options(), "--listen", f"127.0.0.1:{free_port()}")
    assert second.returncode == REFUSED
    assert str(offline.process_id) in second.stderr
    restored = offline.command("restore", backup, *offline.store_options())
    assert restored.returncode == REFUSED
    assert "running server" in restored.stderr


def test_what_is_no_backup_is_not_restored_and_leaves_nothing(offline):
    (offline.folder / "text").write_text("This is not a database.")
    for name in ["text", "not-there"]:
        result = offline.command("restore", offline.folder / name, *offline.store_options())
        assert result.returncode == REFUSED
        assert not (offline.data / "tocsin.db").exists()


def test_a_backup_whose_history_was_edited_is_not_restored(offline, tmp_path):
    """R9."""
    backup = tmp_path / "backup"
    add = ["user", "add", "Ana", "--email", "ana@example.org", "--role", "viewer", *offline.store_options()]
    assert offline.command(*add).returncode == DONE
    assert offline.command("backup", backup, *offline.store_options()).returncode == DONE
    with sqlite3.connect(backup) as store:
        assert store.execute("UPDATE audit SET actor = 'user:somebody-else'").rowcount > 0
    store.close()
    other = Tocsin(tmp_path, name="other")
    result = other.command("restore", backup, *other.store_options())
    assert result.returncode == REFUSED
    assert "changed" in result.stderr
    assert not (other.data / "tocsin.db").exists()


def test_the_doctor_fails_when_others_may_read_the_store(offline):
    assert offline.command("migrate", *offline.store_options()).returncode == DONE
    good = offline.command("doctor", *offline.store_options())
    assert good.returncode == DONE, good.stdout
    assert "synchronous=FULL" in good.stdout
    # SQLite gives the log beside it the mode of the database, and opening the database makes that private again.
    (offline.data / "first-sign-in").write_text("a link")
    os.chmod(offline.data / "first-sign-in", 0o644)
    bad = offline.command("doctor", *offline.store_options())
    assert bad.returncode == REFUSED
    assert any(line.startswith("fail") and "first-sign-in" in line for line in bad.stdout.splitlines())


def doctor(node: Tocsin) -> dict[str, tuple[str, str]]:
    """What it says of each topic. Its exit status must tell whether anything failed."""
    result = node.command("doctor", *node.store_options())
    found = {}
    for line in result.stdout.splitlines():
        verdict, topic, sentence = re.fullmatch(r"(ok|warn|fail) +(.+?)  +(.*)", line).groups()
        found[topic] = (verdict, sentence)
    fails = any(verdict == "fail" for verdict, _ in found.values())
    assert result.returncode == (REFUSED if fails else DONE), result.stdout + result.stderr
    return found


def test_the_doctor_shows_deadlines_that_were_set_aside_and_says_what_to_do(offline):
    """One bad row cannot hold up the rest, and somebody is told of it."""
    assert offline.command("migrate", *offline.store_options()).returncode == DONE
    assert doctor(offline)["deadlines"] == ("ok", "none was set aside")
    rows = [(f"page:pag_{n}", "page", f"pag_{n}", 1_000 - n, 5, 1) for n in range(7)]
    rows += [("task:tsk_1", "task", "tsk_1", 1_000, 5, 1), ("page:pag_well", "page", "pag_well", 1, 4, 0)]
    with sqlite3.connect(offline.data / "tocsin.db") as store:
        store.executemany(
            "INSERT INTO timer (id, kind, subject, due_at, attempts, quarantined) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
    store.close()
    verdict, sentence = doctor(offline)["deadlines"]
    assert verdict == "warn"
    assert sentence.startswith("8 set aside, for 5 attempts at each came to nothing")
    assert "7 of the kind page (pag_6, pag_5, pag_4, pag_3, pag_2, …), 1 of the kind task (tsk_1)" in sentence
    assert "tocsin page escalate ID" in sentence and "pag_well" not in sentence


@pytest.mark.parametrize("where", ["a page of an index", "the first page", "the second half"])
def test_the_doctor_fails_on_a_damaged_file_and_says_how_to_restore(offline, where):
    """F8. Named by nothing but SQLite's own check: the schema can be read, and no row says that it is wrong."""
    add = ["user", "add", "Ana", "--email", "ana@example.org", "--role", "viewer", *offline.store_options()]
    assert offline.command(*add).returncode == DONE
    assert doctor(offline)["file"] == ("ok", "SQLite's quick_check found nothing")
    path = offline.data / "tocsin.db"
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = store.execute("PRAGMA page_size").fetchone()
        (root,) = store.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit_at'").fetchone()
    store.close()
    with open(path, "r+b") as file:
        if where == "the second half":
            file.truncate(path.stat().st_size // 2 // size * size)
        else:
            file.seek(size * (root - 1) if where == "a page of an index" else 0)
            file.write(b"\xa5" * size)
    found = doctor(offline)
    verdict, sentence = found.get("file") or found["store"]
    assert verdict == "fail"
    assert "damaged" in sentence and "tocsin restore" in sentence and str(path) in sentence
    assert "history" not in found and "people" not in found, "it vouches for nothing that it read there"


# Beside a running server


def test_a_person_added_beside_a_running_server_is_seen_within_a_second(offline, running):
    running(offline).start()
    api = offline.api()
    until(lambda: (offline.data / "first-sign-in").exists(), "the first link to be shown", within=2)
    add = ["user", "add", "Ana", "--email", "ana@example.org", "--role", "admin", "--password-stdin"]
    assert offline.command(*add, *offline.store_options(), input=PASSWORD).returncode == DONE
    until(lambda: "Ana" in [user["name"] for user in api.items("/api/v1/users")], "Ana to be seen", within=1)
    until(lambda: not (offline.data / "first-sign-in").exists(), "the first link to be withdrawn", within=2)


def test_a_token_revoked_beside_a_running_server_is_refused_within_a_second(offline, running):
    """S21."""
    running(offline).start()
    token = offline.token("viewer")
    ask = lambda: requests.get(  # noqa: E731
        offline.url + "/api/v1/incidents", headers={"Authorization": f"Bearer {token}"}, timeout=5
    ).status_code
    assert ask() == 200
    listed = offline.command("token", "list", *offline.store_options()).stdout
    assert token not in listed
    id = next(line.split()[0] for line in listed.splitlines() if "lab-viewer" in line)
    assert offline.command("token", "revoke", id, *offline.store_options()).returncode == DONE
    assert offline.command("token", "revoke", id, *offline.store_options()).returncode == REFUSED
    until(lambda: ask() == 401, "the token to be refused", within=1.5)


def test_a_server_ends_with_0_on_each_signal_that_asks_for_it(offline, running):
    for number in [signal.SIGTERM, signal.SIGINT]:
        running(offline).start()
        os.kill(offline.process_id, number)
        assert offline._program.process.wait(10) == 0


def test_no_secret_is_in_the_log(offline, running):
    """S70, at the level that says most."""
    offline.environment["TOCSIN_LOG_LEVEL"] = "trace"
    running(offline).start()
    token = offline.token("admin")
    api = offline.api()
    key = make_integration(api, "Quiet", "generic").key
    assert offline.anonymous.post(f"/in/{key}/generic", {"title": "x"}).ok
    offline.anonymous.post(f"/in/{key}/generic", {"title": 1})
    offline.stop()
    for secret in [token, key]:
        assert secret not in offline.output


# A terminal


def test_a_title_cannot_move_the_cursor_of_whoever_lists_it(offline, running):
    """S38."""
    running(offline).start()
    api = offline.api()
    key = make_integration(api, "Wild", "generic").key
    title = "red \x1b[31m and \u202eturned"
    assert offline.anonymous.post(f"/in/{key}/generic", {"title": title, "severity": "info"}).ok
    until(lambda: api.alerts(), "the alert")
    listed = offline.client("alert", "list").stdout
    assert "\x1b" not in listed
    assert "\u202e" not in listed


def test_signing_in_keeps_the_token_where_only_its_owner_reads_it(offline, running):
    running(offline).start()
    token = offline.token("viewer")
    signed = run(offline, "login", "--url", offline.url, input=token + "\n")
    assert signed.returncode == DONE, signed.stderr
    assert token not in signed.stdout + signed.stderr
    file = offline.folder / ".config/tocsin/credentials"
    assert file.stat().st_mode & 0o777 == 0o600
    assert run(offline, "incident", "list").returncode == DONE
    elsewhere = run(offline, "incident", "list", "--url", f"http://127.0.0.1:{free_port()}")
    assert elsewhere.returncode == REFUSED, "the token of one server is not shown to another"
    wrong = run(offline, "login", "--url", offline.url, input="tcs_pat_wrong\n")
    assert wrong.returncode == REFUSED


def test_a_mistyped_word_is_answered_with_the_nearest_one(offline, running):
    running(offline).start()
    offline.api().create("/api/v1/services", {"name": "Checkout"})
    result = offline.client("declare", "--title", "x", "--severity", "SEV1", "--service", "chekout")
    assert result.returncode == REFUSED
    assert "Checkout" in result.stderr
    assert "tocsin incident" in offline.command("incidnt").stderr


def test_manual_and_completions_are_written(offline):
    manual = offline.command("generate-manual")
    assert manual.returncode == DONE
    assert manual.stdout.startswith(".Dd ")
    assert manual.stdout.isascii()
    for shell in ["bash", "zsh", "fish"]:
        script = offline.command("--generate-completion-script", shell)
        assert script.returncode == DONE
        assert "declare" in script.stdout


# The demonstration


def test_a_demonstration_is_refused_where_others_could_take_it_for_the_real_thing(offline):
    """S86."""
    for environment, options in [
        ({"TOCSIN_PUBLIC_URL": "https://tocsin.example.com"}, []),
        ({"TOCSIN_PUBLIC_URL": "http://127.0.0.1:8080"}, []),
        ({}, ["--listen", "0.0.0.0:8099"]),
    ]:
        result = run(offline, "demo", "--data", "demo", *options, environment=environment)
        assert result.returncode == REFUSED
        assert not (offline.folder / "demo").exists()
    (offline.folder / "full").mkdir()
    (offline.folder / "full/tocsin.db").write_text("precious")
    result = run(offline, "demo", "--data", "full")
    assert result.returncode == REFUSED
    assert (offline.folder / "full/tocsin.db").read_text() == "precious"


def test_a_demonstration_wakes_somebody_and_ends_cleanly(offline):
    port = free_port()
    log = offline.folder / "demo.log"
    with log.open("w") as output:
        program = subprocess.Popen(
            [str(BINARY), "demo", "--data", "demo", "--listen", f"127.0.0.1:{port}"],
            stdout=output,
            stderr=output,
            cwd=offline.folder,
        )
    try:
        until(lambda: "pager rings" in log.read_text(), "a pager to ring", within=30)
        began = time.monotonic()
        program.terminate()
        assert program.wait(15) == 0, log.read_text()
        assert time.monotonic() - began < 15
    finally:
        program.kill()
    again = json.dumps(log.read_text())
    assert "Traceback" not in again and "Fatal" not in again
