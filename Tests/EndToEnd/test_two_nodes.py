"""Two servers on one PostgreSQL: one team, one truth."""

import re
import time

import pytest
import requests
from support.organisation import ANA_HOOK, BO_HOOK, make_integration, make_organisation
from support.tocsin import Tocsin
from support.waiting import holds_for, until


@pytest.fixture
def pair(tmp_path, postgres, relay, authority, running) -> tuple[Tocsin, Tocsin]:
    """Started at the same moment on an empty database: only one of them may lay it out."""
    url = postgres.new_database()
    nodes = tuple(
        running(Tocsin(tmp_path, database=url, relay=relay, authority=authority, name=name))
        for name in ("north", "south")
    )
    for node in nodes:
        node.start(wait=False)
    for node in nodes:
        until(node.is_ready, f"{node.name} to be ready", within=30)
    return nodes


LINK = re.compile(r"^(http://\S+/first-sign-in\?token=\S+)$", re.MULTILINE)


def printed(node: Tocsin) -> list[str]:
    return LINK.findall(node.output)


def opens(node: Tocsin, link: str) -> bool:
    return requests.get(node.url + "/first-sign-in?" + link.partition("?")[2], timeout=10).status_code == 200


def test_of_two_nodes_that_start_at_once_one_prints_the_first_sign_in_link(pair):
    """S13: the other one says where it is, and takes over when the first goes down."""
    until(lambda: any(printed(node) for node in pair), "a link to be printed", within=5)
    shows, waits = sorted(pair, key=lambda node: len(printed(node)), reverse=True)
    (link,) = printed(shows)
    assert printed(waits) == []
    until(lambda: str(shows.data / "first-sign-in") in waits.output, "the other one to say where the link is", within=5)
    assert opens(shows, link) and opens(waits, link)
    assert not (waits.data / "first-sign-in").exists()

    # Killed and back at once, it knows the link that it printed.
    shows.kill()
    shows.start()
    assert set(printed(shows)) == {link} and printed(waits) == [] and opens(waits, link)

    shows.stop()
    until(lambda: printed(waits), "the node that is left to print a link", within=20)
    (second,) = printed(waits)
    assert second != link and opens(waits, second) and not opens(waits, link)
    shows.start()
    until(lambda: str(waits.data / "first-sign-in") in shows.output, "the first one to say where the link is", within=5)
    assert set(printed(shows)) == {link}, "it prints no third link"
    waits.stop()
    until(lambda: printed(shows)[-1] != link, "the first node to print a link again", within=20)
    assert opens(shows, printed(shows)[-1]), "and that one works"


def fire(node: Tocsin, integration, title: str) -> None:
    answer = node.anonymous.post(
        "/in/" + integration.key + "/generic", {"title": title, "severity": "critical", "labels": {"team": "queue"}}
    )
    assert answer.ok, answer.text


def test_both_nodes_show_the_same_and_a_page_is_sent_by_exactly_one(pair, hooks):
    """R9, R11."""
    north, south = pair
    make_organisation(north.api(), hooks, patience=3, mail=False, declares_from=None)
    integration = make_integration(north.api(), "By hand", "generic")
    south_api = north_token_on(south, north)
    for number in range(10):
        fire(pair[number % 2], integration, f"Shard {number}")
    until(lambda: len({d.id for d in hooks.deliveries(BO_HOOK)}) == 10, "ten pages on the second rung", within=60)
    holds_for(2, lambda: True, "time for a late duplicate to arrive")
    for path in [ANA_HOOK, BO_HOOK]:
        ids = [delivery.id for delivery in hooks.deliveries(path)]
        assert len(ids) == len(set(ids)) == 10, f"{path} was told {len(ids)} times of 10 pages"
    ours, theirs = north.api().alerts(), south_api.alerts()
    assert len(ours) == 10
    assert ours == theirs
    key = south_api.create("/api/v1/incidents", {"title": "Shared", "severity": "SEV2"})["key"]
    for number in range(6):
        (north.api() if number % 2 else south_api).note(key, f"Note {number}")
    assert north.api().timeline(key) == south_api.timeline(key)
    notes = [entry["detail"] for entry in south_api.timeline(key) if entry["kind"] == "incident.note-added"]
    assert notes == [f"Note {number}" for number in range(6)]


def test_when_the_node_that_escalates_dies_the_other_goes_on(pair, hooks):
    """R4, R7: killed in the middle of an escalation, in turn; nobody is paged twice under two keys."""
    north, south = pair
    make_organisation(north.api(), hooks, patience=4, mail=False, declares_from=None)
    integration = make_integration(north.api(), "By hand", "generic")
    fire(north, integration, "North dies")
    first = until(lambda: hooks.deliveries(ANA_HOOK), "Ana's webhook")[0]
    north.kill()
    second = until(lambda: hooks.deliveries(BO_HOOK), "Bo's webhook from the other node", within=30)[0]
    gap = second.received - first.received
    assert 3.5 <= gap <= 4 + 10, f"the second rung came after {gap:.2f} s"
    # What the survivor was asked meanwhile is there when the other comes back.
    fire(south, integration, "South alone")
    north.start()
    until(lambda: len(north.api().alerts()) == 2, "both alerts on the node that came back")
    for path in [ANA_HOOK, BO_HOOK]:
        until(lambda: len({d.id for d in hooks.deliveries(path)}) == 2, f"two pages for {path}", within=30)


def test_a_node_that_was_paused_past_its_lease_changes_nothing_when_it_wakes(pair, hooks):
    """R11, R12, F27: SIGSTOP, let the other take over, SIGCONT."""
    north, south = pair
    make_organisation(north.api(), hooks, patience=3, mail=False)
    integration = make_integration(north.api(), "By hand", "generic")
    south_api = north_token_on(south, north)
    fire(south, integration, "Paused")
    until(lambda: hooks.deliveries(ANA_HOOK), "Ana's webhook")
    north.pause()
    try:
        until(lambda: hooks.deliveries(BO_HOOK), "Bo's webhook from the node that runs", within=60)
    finally:
        north.resume()
    until(north.is_ready, "the paused node to be ready again", within=30)
    holds_for(3, lambda: len({d.id for d in hooks.deliveries(BO_HOOK)}) == 1, "Bo being paged under one key")
    assert len(hooks.deliveries(ANA_HOOK)) == 1
    assert north.api().pages() == south_api.pages()


def test_an_acknowledgement_on_one_node_stops_the_other(pair, hooks):
    """R8: no send starts more than a second after it, on any node."""
    north, south = pair
    make_organisation(north.api(), hooks, patience=3, mail=False)
    integration = make_integration(north.api(), "By hand", "generic")
    fire(north, integration, "Stop")
    until(lambda: hooks.deliveries(ANA_HOOK), "Ana's webhook")
    page = until(lambda: north.api().pages(), "the page")[0]
    north_token_on(south, north).do(f"/api/v1/pages/{page['id']}/acknowledge")
    at = time.time()
    holds_for(6, lambda: all(d.received <= at + 1 for d in hooks.attempts(BO_HOOK)), "silence on the second rung")


def test_lost_connections_to_the_database_are_told_and_mended(pair, postgres, hooks):
    """F22: sessions ended by the server; requests are refused or served, and it recovers unaided."""
    north, _ = pair
    make_organisation(north.api(), hooks, patience=600, mail=False)
    integration = make_integration(north.api(), "By hand", "generic")
    database = north.database.rsplit("/", 1)[1].split("?")[0]
    accepted = set()
    for round in range(5):
        postgres.cut_connections(database)
        for number in range(5):
            title = f"Round {round} number {number}"
            answer = north.anonymous.post(
                "/in/" + integration.key + "/generic", {"title": title, "dedupKey": title, "severity": "info"}
            )
            assert answer.ok or answer.status_code == 503, answer.text
            if answer.ok:
                accepted.add(title)
            else:
                assert "Retry-After" in answer.headers
        until(north.is_ready, "the node to be ready again", within=30)
    found = {alert["title"] for alert in north.api().alerts()}
    assert accepted <= found
    assert accepted, "nothing was accepted at all"


def north_token_on(south: Tocsin, north: Tocsin):
    """A token is good on every node of one store."""
    from support.api import Api

    return Api(south.url, north.token("admin"))
