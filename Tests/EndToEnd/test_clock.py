"""The machine's clock is set while the server runs (F11), and is another on each node (F28)."""

import time

import pytest
from support.clock import WallClock
from support.organisation import ANA_HOOK, BO_HOOK, make_integration, make_organisation
from support.tocsin import Tocsin
from support.waiting import holds_for, until
from test_two_nodes import fire

HOUR = 3600


@pytest.fixture
def clock(tmp_path) -> WallClock:
    return WallClock(tmp_path / "clock")


@pytest.fixture
def node(tmp_path, clock, running) -> Tocsin:
    return running(Tocsin(tmp_path, environment=clock.environment)).start()


def test_a_clock_that_is_set_an_hour_ahead_sends_each_message_once(node, clock, hooks):
    """R6, R7: what is due by the new time goes out within the 15 seconds of the safety net, in order and never twice."""
    make_organisation(node.api(), hooks, patience=120, mail=False, declares_from=None)
    integration = make_integration(node.api(), "By hand", "generic")
    for number in range(5):
        fire(node, integration, f"Before {number}")
    until(lambda: len(hooks.deliveries(ANA_HOOK)) == 5, "the first rungs")
    assert hooks.deliveries(BO_HOOK) == []
    clock.set(HOUR)
    # The second rung, and the fallback: by the new time that is due as well.
    until(lambda: len(hooks.deliveries(BO_HOOK)) == 10, "the second rungs and the fallback", within=20)
    told = [(each.data["page"], each.id) for each in hooks.deliveries(BO_HOOK)]
    assert len(set(told)) == 10 and len({page for page, _ in told}) == 5
    fire(node, integration, "After")
    until(lambda: len(hooks.deliveries(ANA_HOOK)) == 6, "a page after the step", within=5)
    holds_for(3, lambda: len(hooks.attempts()) == 16, "each message being sent once")
    assert all(each.signature_fault in (None, "Message timestamp too new") for each in hooks.attempts())
    node.stop()
    assert node.verify().returncode == 0


def test_a_clock_that_is_set_back_an_hour_fires_nothing_early_and_goes_on_with_what_is_new(node, clock, hooks):
    """R6: deadlines are times of the clock, so one that was due waits; whoever looks is woken, and new pages go at once."""
    make_organisation(node.api(), hooks, patience=6, mail=False, declares_from=None)
    integration = make_integration(node.api(), "By hand", "generic")
    fire(node, integration, "Before")
    until(lambda: hooks.deliveries(ANA_HOOK), "the first rung")
    clock.set(-HOUR)
    fire(node, integration, "After")
    until(lambda: len(hooks.deliveries(ANA_HOOK)) == 2, "a page after the step", within=5)
    # Its own rungs keep their distance by the clock as it is now.
    until(lambda: len(hooks.deliveries(BO_HOOK)) == 1, "the second rung of the new page", within=25)
    gap = hooks.deliveries(BO_HOOK)[0].received - hooks.deliveries(ANA_HOOK)[1].received
    assert 5.5 <= gap <= 6 + 15, f"{gap:.1f} s"
    # The old page is due at once when the clock is right again, and by that time the fallback of the new one, too.
    clock.set(0)
    until(lambda: len(hooks.deliveries(BO_HOOK)) == 3, "the rungs that are due by then", within=25)
    ids = [each.id for each in hooks.attempts()]
    assert len(ids) == len(set(ids)) == 5
    node.stop()
    assert node.verify().returncode == 0


def test_nodes_whose_clocks_differ_by_ten_minutes_agree_on_what_is_due(tmp_path, postgres, hooks, running):
    """F28, R6, R7: the database's clock decides. Neither node is early, neither is late, and nobody is told twice."""
    url = postgres.new_database()
    nodes = []
    for name, offset in [("ahead", 300), ("behind", -300)]:
        clock = WallClock(tmp_path / f"{name}-clock")
        clock.set(offset)
        nodes.append(running(Tocsin(tmp_path, database=url, name=name, environment=clock.environment)).start())
    ahead, behind = nodes
    make_organisation(ahead.api(), hooks, patience=5, mail=False, declares_from=None)
    integration = make_integration(ahead.api(), "By hand", "generic")
    for number in range(10):
        fire(nodes[number % 2], integration, f"Shard {number}")
    until(lambda: len({each.id for each in hooks.deliveries(BO_HOOK)}) == 10, "ten second rungs", within=60)
    first = {each.data["page"]: each.received for each in hooks.deliveries(ANA_HOOK)}
    for each in hooks.deliveries(BO_HOOK):
        gap = each.received - first[each.data["page"]]
        assert 4.5 <= gap <= 15, f"{gap:.1f} s between the rungs"
    # One survives the other, whichever it is.
    ahead.kill()
    fire(behind, integration, "One left")
    until(lambda: any("One left" in str(each.data) for each in hooks.deliveries(BO_HOOK)), "its second rung", within=30)
    holds_for(2, lambda: True, "time for a late duplicate to arrive")
    ids = [each.id for each in hooks.attempts()]
    assert len(ids) == len(set(ids)), "sent twice"
    assert abs(time.time() - hooks.deliveries()[-1].received) < 60
