"""Names of receivers that cannot be resolved, change, or point where nothing may go (F16, S40)."""

import pytest
from support.names import NameServer
from support.receiver import ScriptedReceiver
from support.tocsin import Tocsin
from support.waiting import holds_for, until
from test_far_ends import SECRET, contact, fire, page, wake


@pytest.fixture
def names(tmp_path, running) -> NameServer:
    if reason := NameServer.obstacle():
        pytest.skip(reason)
    return running(NameServer(tmp_path)).start()


@pytest.fixture
def receiver(running) -> ScriptedReceiver:
    return running(ScriptedReceiver()).start()


@pytest.fixture
def node(tmp_path, names, running) -> Tocsin:
    allowed = {"egress": {"allowedNetworks": ["127.0.0.1/32", "127.0.0.2/32", "::1/128"]}}
    return running(Tocsin(tmp_path, configuration=allowed, prefix=names.prefix)).start()


def hook(receiver: ScriptedReceiver, host: str, path: str = "/ana") -> dict:
    return contact("hook", "webhook", receiver.url(path, host), SECRET)


@pytest.mark.parametrize(
    "fault, words",
    [
        (None, "could not be resolved"),
        (NameServer.FAILS, "could not be resolved"),
        (NameServer.SILENT, "was not resolved within"),
    ],
    ids=["no such name", "the server fails", "silence"],
)
def test_a_name_that_cannot_be_resolved_is_tried_again_and_holds_up_no_other(node, names, receiver, fault, words):
    api = node.api()
    lost = wake(api, hook(receiver, "lost.example", "/lost"))
    well = wake(api, hook(receiver, "well.example", "/well"), name="Bo", mail="bo@example.org")
    names.table["well.example"] = ["127.0.0.1"]
    if fault:
        names.table["lost.example"] = fault
    for number in range(20):
        fire(node, lost, f"Lost {number}")
    fire(node, well, "Well", "Bo")
    until(lambda: receiver.requests("/well"), "the message whose name is known", within=5)
    until(lambda: words in str(page(api, "Lost 0")), "the record of the failed lookup", within=20)
    names.table["lost.example"] = ["127.0.0.1"]
    until(lambda: len({each.id for each in receiver.requests("/lost")}) == 20, "the others, once it resolves", within=60)


def test_a_name_with_an_ipv6_address_alone_is_reached_there(node, names, running):
    receiver = running(ScriptedReceiver("::1")).start()
    names.table["six.example"] = ["::1"]
    key = wake(node.api(), hook(receiver, "six.example"))
    fire(node, key, "By IPv6")
    until(lambda: receiver.requests("/ana"), "the message by IPv6", within=10)


def test_a_name_that_moves_is_followed_although_a_connection_is_kept(node, names, receiver, running):
    """The lookup of each message counts, not that of the connection that stands from the message before."""
    moved = running(ScriptedReceiver("127.0.0.2", receiver.port)).start()
    names.table["moves.example"] = ["127.0.0.1"]
    key = wake(node.api(), hook(receiver, "moves.example"))
    fire(node, key, "Before 1")
    until(lambda: len(receiver.requests()) == 1, "the first message", within=10)
    names.table["moves.example"] = ["127.0.0.2"]
    fire(node, key, "After")
    until(lambda: len(moved.requests()) == 1, "the message at the new address", within=10)
    assert len(receiver.requests()) == 1


@pytest.mark.parametrize(
    "answer", [["127.0.0.3"], ["127.0.0.1", "127.0.0.3"], ["169.254.169.254"], ["::ffff:127.0.0.3"]], ids=str
)
def test_a_name_that_is_bound_anew_to_an_inner_address_is_refused_although_a_connection_is_kept(
    node, names, receiver, running, answer
):
    """DNS rebinding: what was checked when the address was saved, and at the message before, is checked again."""
    inside = running(ScriptedReceiver("127.0.0.3", receiver.port)).start()
    names.table["turns.example"] = ["127.0.0.1"]
    key = wake(node.api(), hook(receiver, "turns.example"))
    fire(node, key, "Outside")
    until(lambda: len(receiver.requests()) == 1, "the first message", within=10)
    names.table["turns.example"] = answer
    fire(node, key, "Inside")
    refusal = "a cloud's inner service" if "169.254" in answer[0] else "is not on the public internet"
    until(lambda: refusal in str(page(node.api(), "Inside")), "the refusal on the record", within=10)
    holds_for(1, lambda: inside.connections == 0, "nobody connecting inside")
    assert len(receiver.requests()) == 1
