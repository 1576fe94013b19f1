"""A machine at its end: no descriptors, no memory, a damaged file (F8, F9, F10)."""

import resource
import socket
import sqlite3
from pathlib import Path

import pytest
import requests
from support.numbered import Sender, check_alerts, check_pages, wake_one_person
from support.organisation import ANA_HOOK, make_integration, make_organisation
from support.tocsin import Tocsin
from support.waiting import answers, until
from test_two_nodes import fire


@pytest.fixture
def node(tmp_path, running) -> Tocsin:
    return running(Tocsin(tmp_path)).start()


def open_descriptors(node: Tocsin) -> int:
    return len(list(Path(f"/proc/{node.process_id}/fd").iterdir()))


def test_without_descriptors_it_lives_on_and_pages_when_there_are_some_again(node, hooks):
    """F10, R22, R24: clients take every descriptor; nothing that was accepted is lost when they go."""
    make_organisation(node.api(), hooks, patience=600, mail=False, declares_from=None)
    integration = make_integration(node.api(), "By hand", "generic")
    fire(node, integration, "Before")
    until(lambda: hooks.deliveries(ANA_HOOK), "a page before")
    allowed = open_descriptors(node) + 8
    resource.prlimit(node.process_id, resource.RLIMIT_NOFILE, (allowed, allowed))
    idle = []
    try:
        for _ in range(40):
            connection = socket.create_connection(("127.0.0.1", node.port), timeout=5)
            idle.append(connection)
        until(lambda: open_descriptors(node) >= allowed - 1, "every descriptor to be taken", within=10)
        with pytest.raises(requests.RequestException):
            requests.get(node.url + "/livez", timeout=2)
        assert node.is_running
    finally:
        for connection in idle:
            connection.close()
    until(node.is_ready, "the server to answer again", within=30)
    fire(node, integration, "After")
    until(lambda: len(hooks.deliveries(ANA_HOOK)) == 2, "a page afterwards", within=30)
    assert node.is_running


def test_killed_for_want_of_memory_it_comes_back_with_what_it_answered(tmp_path, node, hooks, running):
    """F9, R1-R4: the limit is hit in the middle of its work; afterwards it starts without help."""
    api = node.api()
    wake_one_person(api, hooks)
    integration = make_integration(api, "Numbers", "generic")
    sender = running(Sender(integration.url)).start()
    for _ in range(2):
        before = len(sender.answered)
        until(lambda: len(sender.answered) > before + 100, "the sender to get on", within=30)
        size = next(
            int(line.split()[1]) * 1024
            for line in open(f"/proc/{node.process_id}/status")
            if line.startswith("VmSize:")
        )
        resource.prlimit(node.process_id, resource.RLIMIT_AS, (size, size))
        # New threads, and buffers for many clients at once, no longer have room.
        body = b"x" * 900_000
        for _ in range(60):
            if not node.is_running:
                break
            try:
                requests.post(node.url + "/api/v1/incidents", data=body, timeout=2)
            except requests.RequestException:
                continue
        # Whether it died of it or lived through it, it is not asked to end in an orderly way.
        node.kill()
        node.start()
    sender.stop()
    check_alerts(node.api(), sender)
    check_pages(node.api(), hooks, sender)
    node.stop()
    assert node.verify().returncode == 0


def filled(node: Tocsin, count: int = 200) -> None:
    integration = make_integration(node.api(), "Numbers", "generic")
    for number in range(count):
        answer = node.anonymous.post(
            f"/in/{integration.key}/generic", {"title": f"Alert {number}", "dedupKey": f"n-{number}"}
        )
        assert answer.ok


def titles(node: Tocsin) -> set[str]:
    # A token of its own: the one of the preparations may have been in what was cut off.
    return {alert["title"] for alert in node.api("viewer").alerts(limit=200)}


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.95])
def test_a_log_that_was_cut_off_gives_a_prefix_of_what_was_and_never_nonsense(tmp_path, node, share):
    """F8: as after a copy that took the file and a part of its log. What is left passes every check (R9, R20)."""
    filled(node)
    node.kill()
    log = node.data / "tocsin.db-wal"
    with open(log, "r+b") as file:
        file.truncate(int(log.stat().st_size * share))
    verified = node.verify()
    assert verified.returncode == 0, verified.stdout + verified.stderr
    node.start()
    known = titles(node)
    assert known == {f"Alert {number}" for number in range(len(known))}, "a hole in the history"


@pytest.mark.parametrize("where", ["events", "alerts", "header"])
def test_a_page_of_the_file_that_turned_to_rubbish_is_found_and_never_passed_off_as_the_truth(tmp_path, node, where):
    """F8: either the start is refused with a sentence, or the doctor says what is wrong and how to restore."""
    filled(node)
    node.stop()
    path = node.data / "tocsin.db"
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = store.execute("PRAGMA page_size").fetchone()
        table = {"events": "event", "alerts": "alert"}.get(where)
        found = store.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
        root = found[0] if found else 1
    store.close()
    with open(path, "r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)
    examined = node.command("doctor", *node.store_options())
    assert examined.returncode == 1
    assert "damaged" in examined.stdout and "tocsin restore" in examined.stdout, examined.stdout
    node.start(wait=False)
    until(lambda: not node.is_running or answers(node.port), "an outcome")
    # Refused with a sentence, or up for whoever must read what can still be read; never a crash.
    assert "Fatal error" not in node.output
    if not node.is_running:
        assert "damaged" in node.output or "not a database" in node.output, node.output
