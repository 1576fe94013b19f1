"""What `tocsin verify` and `tocsin doctor` say of a store that somebody edited with the tools at hand, and what may be
restored. One store is filled once; every test edits a copy."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from support.organisation import ANA_SECRET, contact, make_integration, make_plan, make_user
from support.tocsin import Tocsin

DONE, REFUSED = 0, 1

# Tried again and again, so that the page climbs: a way that fails for good would end the climb at once.
NOBODY_THERE = "http://127.0.0.1:1025/"


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> tuple[Path, str]:
    """A store with two incidents, a page that climbs and an alert that was taken; and the key of the first incident."""
    node = Tocsin(tmp_path_factory.mktemp("filled")).start()
    try:
        api = node.api()
        ana = make_user(api, "Ana", "ana@example.org", [contact("ana-hook", "webhook", NOBODY_THERE, ANA_SECRET)])
        plan = make_plan(api, "Everybody", [([ana["id"]], 600)])
        service = api.create("/api/v1/services", {"name": "Shop", "plan": plan["id"], "bundles": False})
        integration = make_integration(api, "Scripts", "generic", service["id"])
        for title in ["Slow", "Slower"]:
            sent = node.anonymous.post(f"/in/{integration.key}/generic", {"title": title, "severity": "warning"})
            assert sent.ok
        api.post(f"/api/v1/alerts/{api.alerts()[0]['id']}/acknowledge", {})
        first, second = (
            api.create("/api/v1/incidents", {"title": title, "severity": "SEV3"})["key"] for title in ["One", "Two"]
        )
        for number in range(3):
            for key in [first, second]:
                api.note(key, f"Note {number}")
    finally:
        node.stop()
    with sqlite3.connect(node.data / "tocsin.db") as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return node.data, first


@pytest.fixture
def copied(filled, tmp_path) -> Tocsin:
    node = Tocsin(tmp_path)
    shutil.copytree(filled[0], node.data, ignore=lambda *_: ["lock", "first-sign-in"])
    node.data.chmod(0o700)
    return node


def edit(node: Tocsin, script: str, words: str) -> str:
    """Gives back the words to be looked for, with the version that the first incident had.

    How many events an incident has depends on how far its procedure got while the store was filled.
    """
    with sqlite3.connect(node.data / "tocsin.db") as store:
        version = store.execute(f"SELECT {LAST}").fetchone()[0]
        store.executescript(script)
    store.close()
    return words.replace("{version}", str(version)).replace("{before}", str(version - 1))


STREAM = "(SELECT 'incident/' || id FROM incident WHERE title = 'One')"
OTHER = "(SELECT 'incident/' || id FROM incident WHERE title = 'Two')"
LAST = f"(SELECT max(version) FROM event WHERE stream = {STREAM})"

TAMPERED = {
    "an edited body": (f"UPDATE event SET body = replace(body, 'Note 1', 'Not 1') WHERE stream = {STREAM}", "content"),
    "an edited time": (f"UPDATE event SET at = at + 1 WHERE stream = {STREAM} AND version = 1", "content"),
    "a dropped event": (f"DELETE FROM event WHERE stream = {STREAM} AND version = 2", "number 2 is missing"),
    "the first event dropped": (f"DELETE FROM event WHERE stream = {STREAM} AND version = 1", "number 1 is missing"),
    "the end cut off": (
        f"DELETE FROM event WHERE stream = {STREAM} AND version = {LAST}",
        "version is listed as {version}, and is {before} by its events",
    ),
    "the end cut off, and the list edited to match": (
        f"DELETE FROM event WHERE stream = {STREAM} AND version = {LAST};"
        "UPDATE incident SET version = version - 1, updated_at = "
        f"(SELECT max(at) FROM event WHERE stream = {STREAM}) WHERE title = 'One'",
        "the event log: number",
    ),
    "all of it dropped": (f"DELETE FROM event WHERE stream = {STREAM}", "it is listed and has no events"),
    "its places swapped with another's": (
        f"CREATE TEMP TABLE a AS SELECT seq FROM event WHERE stream = {STREAM} AND version = 3;"
        f"CREATE TEMP TABLE b AS SELECT seq FROM event WHERE stream = {OTHER} AND version = 3;"
        "UPDATE event SET seq = -1 WHERE seq = (SELECT seq FROM a);"
        "UPDATE event SET seq = (SELECT seq FROM a) WHERE seq = (SELECT seq FROM b);"
        "UPDATE event SET seq = (SELECT seq FROM b) WHERE seq = -1",
        "its place in the log was changed",
    ),
    "another status in the list": (
        "UPDATE incident SET status = 'resolved' WHERE title = 'One'",
        'status is listed as "resolved", and is "declared" by its events',
    ),
    "another title in the list": (
        "UPDATE incident SET title = 'None' WHERE title = 'One'",
        'title is listed as "None", and is "One" by its events',
    ),
}

LISTS = {
    "an incident taken off the list": ("DELETE FROM incident WHERE title = 'One'", "it has events and is not listed"),
    "a page that looks taken": (
        "UPDATE page SET phase = 'acknowledged' WHERE phase = 'climbing'",
        'phase is listed as "acknowledged", and is "climbing" by its events',
    ),
    "a page taken off the list": ("DELETE FROM page WHERE phase = 'climbing'", "it has events and is not listed"),
    "a page that nobody looks after": ("DELETE FROM timer", "its next step is set for nothing"),
    "an alert that looks resolved": (
        "UPDATE alert SET state = 'firing' WHERE state = 'acknowledged'",
        'state is listed as "firing", and is "acknowledged" by its events',
    ),
    "an alert that another one took": (
        "UPDATE alert SET body = replace(body, '\"acknowledgedBy\":\"token:', '\"acknowledgedBy\":\"user:')",
        "acknowledgedBy",
    ),
    "an audit row edited": ("UPDATE audit SET actor = 'tocsin' WHERE seq = 2", "the audit log: record 2"),
}


def test_a_store_that_nobody_edited_is_sound(copied, filled):
    """R9, R10. The head of the log is printed, for whoever keeps it elsewhere."""
    for options in [[], ["--incident", filled[1]]]:
        verdict = copied.command("verify", *options, *copied.store_options())
        assert (verdict.returncode, verdict.stderr) == (DONE, "")
        assert "head " in verdict.stdout
    assert copied.command("doctor", *copied.store_options()).returncode == DONE


@pytest.mark.parametrize("what", TAMPERED | LISTS)
def test_an_edit_of_the_store_is_named_by_verify_and_by_the_doctor(copied, what):
    """R9, R10, S71."""
    words = edit(copied, *(TAMPERED | LISTS)[what])
    verdict = copied.verify()
    assert verdict.returncode == REFUSED
    assert words in verdict.stderr, verdict.stderr
    assert "Nothing was changed" not in verdict.stdout
    examined = copied.command("doctor", *copied.store_options())
    assert examined.returncode == REFUSED
    assert any(line.startswith("fail") and words in line for line in examined.stdout.splitlines()), examined.stdout


@pytest.mark.parametrize("what", TAMPERED)
def test_an_edit_of_one_incident_is_found_by_asking_for_it_alone(copied, filled, what):
    """R9, R10."""
    words = edit(copied, *TAMPERED[what])
    verdict = copied.command("verify", "--incident", filled[1], *copied.store_options())
    assert verdict.returncode == REFUSED
    assert words in verdict.stderr, verdict.stderr
    assert "head" not in verdict.stdout, "a head is not vouched for"


# Restoring


def backup(node: Tocsin, script: str = "") -> Path:
    file = node.folder / "backup"
    assert node.command("backup", file, *node.store_options()).returncode == DONE
    with sqlite3.connect(file) as store:
        store.executescript(script)
    store.close()
    return file


FOREIGN = {
    "another program's database": "CREATE TABLE artists (name TEXT); INSERT INTO artists VALUES ('Ana');",
    "another program's migrations": "CREATE TABLE schema_version (version TEXT); INSERT INTO schema_version VALUES ('9');",
    "an empty database": "PRAGMA user_version = 1;",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_database_of_another_program_is_not_restored(tmp_path, what):
    node = Tocsin(tmp_path)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.executescript(FOREIGN[what])
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    result = node.command("restore", tmp_path / "other.db", *node.store_options())
    assert result.returncode == REFUSED
    assert "not a store of Tocsin" in result.stderr
    assert (tmp_path / "other.db").read_bytes() == before, "what was offered is only read"
    assert [file.name for file in node.data.iterdir()] == ["lock"], "nothing is left"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("INSERT INTO schema_version SELECT max(number) + 1, 'later', 0 FROM schema_version", "newer binary"),
        ("UPDATE event SET body = replace(body, 'Note', 'Not')", "was changed"),
    ],
)
def test_a_backup_that_this_binary_cannot_vouch_for_is_not_restored(copied, tmp_path, script, words):
    file = backup(copied, script)
    other = Tocsin(tmp_path, name="other")
    result = other.command("restore", file, *other.store_options())
    assert result.returncode == REFUSED
    assert words in result.stderr
    assert [file.name for file in other.data.iterdir()] == ["lock"]


def test_a_damaged_backup_is_not_restored(copied, tmp_path):
    """F9."""
    file = backup(copied)
    with file.open("r+b") as handle:
        handle.seek(file.stat().st_size // 2 // 4096 * 4096)
        handle.write(b"\xa5" * 4096)
    other = Tocsin(tmp_path, name="other")
    result = other.command("restore", file, *other.store_options())
    assert result.returncode == REFUSED
    assert "damaged" in result.stderr
    assert [file.name for file in other.data.iterdir()] == ["lock"]


def test_a_refused_restore_leaves_the_data_that_is_there(copied):
    file = backup(copied)
    before = (copied.data / "tocsin.db").read_bytes()
    for offered in [file, copied.folder / "nothing-there", copied.configuration]:
        result = copied.command("restore", offered, *copied.store_options())
        assert result.returncode == REFUSED
        assert "nothing was overwritten" in result.stderr
    assert (copied.data / "tocsin.db").read_bytes() == before


def test_a_backup_whose_lists_were_edited_is_restored_and_the_difference_told(copied, tmp_path):
    """The record is whole: what its lists say wrongly is no reason to have no store."""
    file = backup(copied, LISTS["an alert that looks resolved"][0])
    other = Tocsin(tmp_path, name="other")
    result = other.command("restore", file, *other.store_options())
    assert result.returncode == DONE
    assert "state is listed as" in result.stderr
    assert "restored at" in result.stdout
