"""The process dies at any instant, again and again; nothing that was promised is lost (F1)."""

import os
import time

from support.numbered import Sender, check_alerts, check_pages, wake_one_person
from support.organisation import make_integration
from support.tocsin import Tocsin
from support.waiting import until

KILLS = int(os.environ.get("TOCSIN_KILLS", "50"))


def test_whatever_was_answered_survives_fifty_kills(tmp_path, hooks, running, chance):
    node = running(Tocsin(tmp_path)).start()
    api = node.api()
    wake_one_person(api, hooks)
    integration = make_integration(api, "Numbers", "generic")
    sender = running(Sender(integration.url)).start()
    slowest = 0.0
    for _ in range(KILLS):
        # The instant of death is the random choice under test: from a start that has not finished to steady work.
        time.sleep(chance.uniform(0.0, 0.4))
        node.kill()
        node.start(wait=chance.random() < 0.8)
        if not node.is_ready():
            until(node.is_ready, "the node to be ready again", within=30, every=0.02)
        slowest = max(slowest, node.startup_seconds)
    until(lambda: not sender.unknown or len(sender.answered) > KILLS, "the sender to get on")
    sender.stop()
    print(
        f"{len(sender.answered)} answered, {len(sender.unknown)} unknown, refusals {dict(sender.refusals)}, "
        f"slowest start {slowest:.2f} s"
    )
    assert len(sender.answered) > KILLS, "too little happened between the kills to show anything"
    assert slowest < 5, f"ready only after {slowest:.1f} s (R23)"
    check_alerts(api, sender)
    check_pages(api, hooks, sender)
    node.stop()
    verdict = node.verify()
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
