"""The network between a node and its database: cut off without a word, slow, narrow (F23, F25, F26)."""

import pytest
import requests
from support.line import Line
from support.organisation import ANA_HOOK, BO_HOOK, make_integration, make_organisation
from support.tocsin import Tocsin
from support.waiting import holds_for, until
from test_two_nodes import fire, north_token_on


@pytest.fixture
def line(postgres, running) -> Line:
    return running(Line(postgres.port)).start()


@pytest.fixture
def pair(tmp_path, postgres, line, running) -> tuple[Tocsin, Tocsin]:
    """North reaches the database over the line, south directly."""
    url = postgres.new_database()
    far = url.replace(f":{postgres.port}/", f":{line.port}/")
    assert far != url
    north = running(Tocsin(tmp_path, database=far, name="north")).start()
    south = running(Tocsin(tmp_path, database=url, name="south")).start()
    return north, south


def ready(node: Tocsin) -> bool:
    try:
        return requests.get(node.url + "/readyz", timeout=5).status_code == 200
    except requests.Timeout:
        return False


def test_a_node_that_is_cut_off_from_the_database_says_so_and_the_other_goes_on(pair, line, hooks):
    """F23, R4, R7, R11: a partition, in which nothing answers and nothing is closed."""
    north, south = pair
    make_organisation(north.api(), hooks, patience=4, mail=False, declares_from=None)
    integration = make_integration(north.api(), "By hand", "generic")
    api = north_token_on(south, north)
    fire(north, integration, "Before")
    until(lambda: hooks.deliveries(ANA_HOOK), "the first rung")
    line.fall_silent()
    # Whatever north had begun, south climbs on and takes new alerts.
    until(lambda: hooks.deliveries(BO_HOOK), "the second rung, by the node that is left", within=60)
    fire(south, integration, "Meanwhile")
    until(lambda: len({each.id for each in hooks.deliveries(ANA_HOOK)}) == 2, "a page by the node that is left", within=60)
    until(lambda: not ready(north), "the cut-off node to say that it is not ready", within=60)
    line.speak()
    line.cut()
    until(lambda: ready(north), "the node to be ready again", within=60)
    fire(north, integration, "Afterwards")
    until(lambda: len({each.id for each in hooks.deliveries(BO_HOOK)}) == 3, "all second rungs", within=60)
    assert len(api.alerts()) == 3
    holds_for(3, lambda: len({each.id for each in hooks.deliveries(BO_HOOK)}) == 3, "nobody paged under another key")


@pytest.mark.parametrize("how", ["200 ms away", "on a narrow line"])
def test_a_node_far_from_its_database_pages_in_time(pair, line, hooks, how):
    """F25, F26: a statement takes 0.2 s there and back, or the line carries 64 kB a second."""
    north, south = pair
    make_organisation(south.api(), hooks, patience=8, mail=False, declares_from=None)
    integration = make_integration(south.api(), "By hand", "generic")
    south.stop()
    if how == "200 ms away":
        line.delay = 0.1
    else:
        line.bytes_a_second = 64_000
    for number in range(3):
        fire(north, integration, f"Far {number}")
    until(lambda: len(hooks.deliveries(ANA_HOOK)) == 3, "three first rungs", within=40)
    until(lambda: len(hooks.deliveries(BO_HOOK)) == 3, "three second rungs", within=60)
    ids = [each.id for each in hooks.attempts()]
    assert len(ids) == len(set(ids)) == 6, "a lease ran out although the node was alive"
