"""A disk that is full, or that cannot sync: refusals, not lies; and work again once it is well (F5, F6, F7)."""

import pytest
from support.api import assert_problem
from support.disk import FaultyFiles, SmallDisk
from support.organisation import make_integration
from support.tocsin import Tocsin
from support.waiting import until


def send(node: Tocsin, key: str, number: int):
    return node.anonymous.post(
        f"/in/{key}/generic",
        {
            "title": f"Alert {number}",
            "dedupKey": f"n-{number}",
            "severity": "info",
            "labels": {"number": str(number)},
            "annotations": {"text": "x" * 4000},
        },
    )


def numbers(node: Tocsin) -> list[int]:
    return sorted(int(alert["labels"]["number"]) for alert in node.api().alerts(limit=200))


def test_a_full_disk_is_refused_with_a_status_that_says_try_again_and_work_goes_on_when_there_is_room(
    tmp_path, running
):
    """R1, R16, F7."""
    if reason := SmallDisk.obstacle():
        pytest.skip(reason)
    disk = running(SmallDisk(tmp_path / "small", megabytes=24))
    node = running(Tocsin(tmp_path, data=disk.path / "data")).start()
    integration = make_integration(node.api(), "Numbers", "generic")
    node.token("admin")
    accepted = []
    assert send(node, integration.key, 1).ok
    accepted.append(1)
    disk.fill()
    refusals = 0
    for number in range(2, 400):
        answer = send(node, integration.key, number)
        if answer.ok:
            accepted.append(number)
            continue
        assert_problem(answer, 503, 507)
        assert "Retry-After" in answer.headers
        refusals += 1
        if refusals == 10:
            break
    assert refusals == 10, "the disk was never full"
    assert node.is_running
    assert node.anonymous.get("/livez").status_code == 200, "a full disk is no reason to be restarted"
    disk.make_room()

    def recovered() -> bool:
        if send(node, integration.key, 1000).ok:
            accepted.append(1000)
            return True
        return False

    until(recovered, "work to go on once there is room", within=60, every=0.5)
    found = numbers(node)
    assert set(accepted) <= set(found), "an answered alert is lost"
    assert len(found) == len(set(found))
    node.stop()
    assert node.verify().returncode == 0


@pytest.mark.parametrize(
    "order", ["sync 5", "write 5", "write 28"], ids=["fsync fails", "write fails", "write says that the disk is full"]
)
def test_a_disk_that_reports_an_error_leads_to_errors_and_never_to_a_false_yes(tmp_path, running, order):
    """R1, R2, F5, F6: an error means "unknown"; the same key sent again makes no second alert."""
    faults = FaultyFiles(tmp_path / "faults", path_word="tocsin.db")
    node = running(Tocsin(tmp_path, environment=faults.environment)).start()
    integration = make_integration(node.api(), "Numbers", "generic")
    accepted, refused = [], []
    for round in range(3):
        for number in range(round * 20, round * 20 + 10):
            assert send(node, integration.key, number).ok
            accepted.append(number)
        faults.order(order)
        for number in range(round * 20 + 10, round * 20 + 20):
            answer = send(node, integration.key, number)
            assert not answer.ok, "answered yes although the disk refused"
            assert_problem(answer, 500, 503, 507)
            refused.append(number)
        faults.order("")
        until(lambda: send(node, integration.key, round * 20).ok, "work to go on", within=30, every=0.2)
    # Sent again, as a source does: nothing is there twice.
    for number in refused:
        assert send(node, integration.key, number).ok
    # Power loss is worse than an error: what was said to be there is there after a kill, too.
    node.kill()
    faults.order("")
    node.start()
    assert numbers(node) == sorted(accepted + refused)
    node.stop()
    assert node.verify().returncode == 0


def test_killed_at_each_sync_of_its_first_minute_it_comes_back_with_what_it_answered(tmp_path, running):
    """F2: SIGKILL at the first, second, third … sync to the store after the start."""
    faults = FaultyFiles(tmp_path / "faults", path_word="tocsin.db")
    node = running(Tocsin(tmp_path, environment=faults.environment)).start()
    integration = make_integration(node.api(), "Numbers", "generic")
    answered: set[int] = set()
    for number in range(1, 13):
        faults.order(f"kill-sync {number}")
        for step in range(number * 100, number * 100 + 60):
            try:
                if send(node, integration.key, step).ok:
                    answered.add(step)
            except OSError:
                break
            if not node.is_running:
                break
        until(lambda: not node.is_running, f"the kill at sync {number}")
        faults.order("")
        node.kill()
        node.start()
    found = numbers(node)
    assert answered <= set(found), f"lost: {sorted(answered - set(found))}"
    assert len(found) == len(set(found))
    node.stop()
    assert node.verify().returncode == 0
