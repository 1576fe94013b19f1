"""The power goes: what was answered was on the disk (F4)."""

import os
import time

import pytest
from support.disk import XFSDisk
from support.numbered import Sender, check_alerts, check_pages, wake_one_person
from support.organisation import make_integration
from support.tocsin import Tocsin
from support.waiting import until

CUTS = int(os.environ.get("TOCSIN_POWER_CUTS", "10"))


@pytest.fixture
def disk(tmp_path, running) -> XFSDisk:
    if reason := XFSDisk.obstacle(tmp_path):
        pytest.skip(reason)
    return running(XFSDisk(tmp_path / "power")).mount()


def test_what_was_answered_is_there_after_the_power_was_cut(tmp_path, disk, hooks, running, chance):
    """R1-R4, R9: an XFS that stops without flushing its log, as a disk does that loses its power."""
    node = running(Tocsin(tmp_path, data=disk.path / "data")).start()
    api = node.api()
    wake_one_person(api, hooks)
    integration = make_integration(api, "Numbers", "generic")
    sender = running(Sender(integration.url)).start()
    for _ in range(CUTS):
        before = len(sender.answered)
        until(lambda: len(sender.answered) > before + 5, "the sender to get on")
        # The instant of the cut is the random choice under test.
        time.sleep(chance.uniform(0.0, 0.5))
        disk.cut_power()
        node.kill()
        disk.unmount()
        disk.mount()
        node.start()
    sender.stop()
    print(f"{len(sender.answered)} answered, {len(sender.unknown)} unknown, refusals {dict(sender.refusals)}")
    check_alerts(api, sender)
    check_pages(api, hooks, sender)
    node.stop()
    verdict = node.verify()
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
