"""Relays and receivers that misbehave as real ones do (F14): nothing is lost, nobody waits for another's fault."""

import time

import pytest
from support.api import Api
from support.organisation import ANA, BO, contact, make_integration, make_plan, make_user
from support.receiver import OK, ScriptedReceiver, closes, says, trickles
from support.relay import CLOSE, HANG, ScriptedRelay
from support.tocsin import Tocsin
from support.waiting import holds_for, until

SECRET = "whsec_QW5hJ3MgbGFib3JhdG9yeSBzZWNyZXQga2V5ICMx"


@pytest.fixture
def relay(running) -> ScriptedRelay:
    return running(ScriptedRelay()).start()


@pytest.fixture
def receiver(running) -> ScriptedReceiver:
    return running(ScriptedReceiver()).start()


@pytest.fixture
def node(tmp_path, relay, running) -> Tocsin:
    return running(Tocsin(tmp_path, configuration={"smtp": relay.settings()})).start()


def wake(api: Api, *contacts: dict, name: str = "Ana", mail: str = ANA) -> str:
    """A route of its own by which alerts of that name wake one person, and where to post them."""
    person = make_user(api, name, mail, list(contacts))
    plan = make_plan(api, name, [([person["id"]], 3600)])
    api.create(
        "/api/v1/routes",
        {
            "name": name,
            "position": 1,
            "matchers": [{"name": "for", "op": "=", "value": name}],
            "plan": plan["id"],
        },
    )
    return make_integration(api, f"For {name}", "generic").key


def fire(node: Tocsin, key: str, title: str, name: str = "Ana") -> None:
    answer = node.anonymous.post(
        f"/in/{key}/generic", {"title": title, "dedupKey": title, "severity": "critical", "labels": {"for": name}}
    )
    assert answer.ok, answer.text


def page(api: Api, title: str) -> dict:
    return api.page(next(each["id"] for each in api.pages() if each["title"] == title))


# The relay


def test_a_mail_that_was_taken_without_a_word_is_sent_again_under_the_same_id(node, relay):
    """The relay has the message and breaks off: at least once, and told apart by its Message-ID (R11)."""
    key = wake(node.api(), contact("mail", "email", ANA))
    relay.once("message", CLOSE)
    fire(node, key, "Broken off")
    until(lambda: len(relay.taken(ANA)) == 2, "the mail again", within=20)
    first, second = relay.taken(ANA)
    assert first.message_id == second.message_id and first.text == second.text
    assert first.session != second.session, "what broke off is not used again"
    assert "did not answer after the message" in str(page(node.api(), "Broken off"))


def test_a_relay_that_hangs_after_the_message_is_given_up_in_time(node, relay):
    """As one that scans for ever: after 15 seconds another attempt is made, on another connection."""
    key = wake(node.api(), contact("mail", "email", ANA))
    relay.once("message", HANG)
    fire(node, key, "Hangs")
    until(lambda: len(relay.received) == 2, "the mail again", within=40)
    first, second = relay.received
    assert first.message_id == second.message_id
    assert 14 < second.at - first.at < 25, f"{second.at - first.at:.1f} s"


def test_one_recipient_who_cannot_be_had_now_holds_up_no_other(node, relay):
    """452 for one recipient only, while others' mails go through the same relay, in the same sessions."""
    api = node.api()
    to_ana = wake(api, contact("mail", "email", ANA))
    to_bo = wake(api, contact("mail", "email", BO), name="Bo", mail=BO)
    for _ in range(2):
        relay.once("recipient", "452 4.2.2 mailbox full", ANA)
    fire(node, to_ana, "For Ana")
    for number in range(5):
        fire(node, to_bo, f"For Bo {number}", "Bo")
    until(lambda: len(relay.taken(BO)) == 5, "Bo's mails", within=10)
    until(lambda: len(relay.taken(ANA)) == 1, "Ana's mail", within=20)
    assert len({each.message_id for each in relay.taken()}) == 6
    assert "452 4.2.2 mailbox full" in str(page(api, "For Ana"))


def test_a_storm_of_mails_goes_through_a_few_sessions_and_a_session_that_ended_costs_no_mail(node, relay):
    """One session carries several mails; where the relay has closed it meanwhile, the mail goes in a new one at once."""
    key = wake(node.api(), contact("mail", "email", ANA))
    for _ in range(3):
        relay.once("reset", "421 4.4.2 closing")
        relay.once("reset", CLOSE)
    for number in range(60):
        fire(node, key, f"Storm {number}")
    until(lambda: len(relay.taken(ANA)) == 60, "sixty mails", within=30)
    assert len({each.message_id for each in relay.taken(ANA)}) == 60, "each once"
    # Eight at a time, twenty mails in each, and six that the relay ended before their time.
    assert max(session for session, _ in relay.commands()) < 30
    assert "noticeFailed" not in str([page(node.api(), f"Storm {number}") for number in range(0, 60, 7)])


# Receivers


def hook(receiver: ScriptedReceiver, path: str = "/ana") -> dict:
    return contact("hook", "webhook", receiver.url(path), SECRET)


def test_a_receiver_that_asks_for_time_is_given_it(node, receiver):
    """429 with Retry-After: not before that, and then the same message."""
    key = wake(node.api(), hook(receiver))
    receiver.once("/ana", says(b"HTTP/1.1 429 Slow Down\r\nRetry-After: 4\r\nContent-Length: 0\r\n\r\n"))
    fire(node, key, "Later")
    until(lambda: len(receiver.requests("/ana")) == 2, "the second attempt", within=20)
    first, second = receiver.requests("/ana")
    assert 4 <= second.at - first.at < 8, f"{second.at - first.at:.2f} s"
    assert first.id == second.id and first.body == second.body


def test_a_redirection_is_final_and_leads_nowhere(node, receiver):
    """S41: not to another path, not to another host, not on a connection that is kept."""
    key = wake(node.api(), hook(receiver))
    fire(node, key, "Straight")
    until(lambda: receiver.requests("/ana"), "the first message")
    moved = f"HTTP/1.1 308 Moved\r\nLocation: {receiver.url('/elsewhere')}\r\nContent-Length: 0\r\n\r\n"
    receiver.once("/ana", says(moved.encode()))
    fire(node, key, "Round the corner")
    until(lambda: "redirects are not followed" in str(page(node.api(), "Round the corner")), "the refusal")
    holds_for(2, lambda: receiver.requests("/elsewhere") == [], "nobody going there")


def test_a_receiver_that_closes_early_gets_the_message_again(node, receiver):
    key = wake(node.api(), hook(receiver))
    receiver.once("/ana", closes, says(b"HTTP/1.1 200 O", goes_on=False))
    fire(node, key, "Early")
    until(lambda: len(receiver.requests("/ana")) == 3, "the third attempt", within=20)
    assert len({each.id for each in receiver.requests("/ana")}) == 1
    until(lambda: "HTTP 200" in str(page(node.api(), "Early")), "the page to say so")


def test_a_receiver_that_trickles_holds_up_no_other(node, receiver, running):
    """A head that never ends costs 15 seconds, a body that never ends one second; neither costs the others anything."""
    api = node.api()
    sluggish = running(ScriptedReceiver()).start()
    slow = wake(api, hook(sluggish, "/head"))
    body = wake(api, hook(receiver, "/body"), name="Bo", mail=BO)
    well = wake(api, hook(receiver, "/well"), name="Cy", mail="cy@example.org")
    sluggish.always("/head", trickles(b"HTTP/1.1 200 OK\r\nX-Endless: "))
    receiver.always("/body", trickles(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"))
    # More than a node sends at once.
    for number in range(80):
        fire(node, slow, f"Head {number}")
    fire(node, body, "Body", "Bo")
    began = time.monotonic()
    fire(node, well, "Well", "Cy")
    until(lambda: receiver.requests("/well"), "the message of the one that is well", within=10)
    assert time.monotonic() - began < 5
    until(lambda: "HTTP 200" in str(page(api, "Body")), "the answer whose body never ends to count", within=10)
    assert time.monotonic() - began < 10, "and not to be read for ever"
    until(lambda: "no answer in time" in str(page(api, "Head 0")), "the endless head to be given up", within=40)


def test_a_storm_to_one_receiver_goes_over_connections_that_are_kept(node, receiver):
    key = wake(node.api(), hook(receiver))
    for number in range(100):
        fire(node, key, f"Storm {number}")
    until(lambda: len(receiver.requests("/ana")) == 100, "a hundred messages", within=30)
    assert len({each.id for each in receiver.requests("/ana")}) == 100
    assert receiver.connections <= 40, f"{receiver.connections} connections for 100 messages"
    # They are let go when nothing more comes, and the next message has one of its own.
    time.sleep(1.5)
    before = receiver.connections
    fire(node, key, "Afterwards")
    until(lambda: len(receiver.requests("/ana")) == 101, "one more message")
    assert receiver.connections == before + 1


def test_a_receiver_that_closes_after_each_answer_without_a_word_loses_no_time(node, receiver):
    """A kept connection that turns out to be closed is followed by a new one within the attempt."""
    key = wake(node.api(), hook(receiver))
    receiver.always("/ana", says(OK, goes_on=False))
    for number in range(40):
        fire(node, key, f"Closing {number}")
    until(lambda: len({each.id for each in receiver.requests("/ana")}) == 40, "forty messages", within=20)
    states = str([page(node.api(), f"Closing {number}")["notices"] for number in range(40)])
    assert "failed" not in states.lower(), states[:500]
