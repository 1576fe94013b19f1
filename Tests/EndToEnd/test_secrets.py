"""What must be readable to be used is not readable in the store (S59), and what happens without the key."""

import sqlite3
from pathlib import Path

import pytest
from support.organisation import ANA_HOOK, ANA_SECRET, BO_HOOK, BO_SECRET, make_integration, make_organisation
from support.tocsin import Tocsin, make_sealing_key
from support.waiting import until
from test_two_nodes import fire


@pytest.fixture
def node(tmp_path, running) -> Tocsin:
    return running(Tocsin(tmp_path)).start()


def stored_bytes(data: Path) -> bytes:
    """Everything that a thief of the store has, without the key file."""
    return b"".join(path.read_bytes() for path in sorted(data.glob("tocsin.db*")))


def must_not_hold(data: Path, *secrets: str) -> None:
    held = stored_bytes(data)
    for secret in secrets:
        assert secret.encode() not in held, f"{secret[:10]}… lies readable in the store"


def rows(data: Path) -> list[str]:
    """Everything that the store says."""
    with sqlite3.connect(f"file:{data / 'tocsin.db'}?mode=ro", uri=True) as store:
        return list(store.iterdump())


def refused(node: Tocsin) -> str:
    """Starts it, which fails, and gives back what it said."""
    before = len(node.output) if node.log.exists() else 0
    node.start(wait=False)
    until(lambda: not node.is_running, "the start to be refused")
    assert node.stop() == 1
    return node.output[before:]


def doctor(node: Tocsin) -> dict[str, str]:
    examined = node.command("doctor", *node.store_options())
    lines = [line.split(None, 1) for line in examined.stdout.splitlines()]
    return {rest.split("  ")[0].strip(): verdict for verdict, rest in lines}


def test_signing_keys_are_sealed_and_sign_all_the_same(node, hooks):
    make_organisation(node.api(), hooks, patience=600, mail=False, declares_from=None)
    integration = make_integration(node.api(), "By hand", "generic")
    must_not_hold(node.data, ANA_SECRET, BO_SECRET)
    key = node.data / "sealing-key"
    assert key.stat().st_mode & 0o777 == 0o600
    for count in [1, 2]:
        fire(node, integration, f"Page {count}")
        until(lambda: len(hooks.deliveries(ANA_HOOK)) == count, "a page")
        node.restart()
    assert [each.signature_fault for each in hooks.deliveries()] == [None, None]
    must_not_hold(node.data, ANA_SECRET, BO_SECRET)
    backup = node.folder / "backup.db"
    assert node.command("backup", str(backup), *node.store_options()).returncode == 0
    assert ANA_SECRET.encode() not in backup.read_bytes()
    assert doctor(node)["secrets"] == "ok"
    assert key.read_text().splitlines()[-1] not in node.output


def test_what_an_earlier_version_left_readable_is_sealed_at_the_next_start(node, hooks):
    """A store as it was before: plain texts in the documents, in their history, and in the key of links."""
    made = make_organisation(node.api(), hooks, patience=600, mail=False, declares_from=None)
    integration = make_integration(node.api(), "By hand", "generic")
    node.stop()
    link_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    with sqlite3.connect(node.data / "tocsin.db") as store:
        # So that what is written over stays in the free parts of the file, as with that version.
        store.execute("PRAGMA secure_delete = OFF")
        for person, secret in [(made.ana, ANA_SECRET), (made.bo, BO_SECRET)]:
            (body,) = store.execute("SELECT body FROM document WHERE id = ?", [person["id"]]).fetchone()
            sealed = body.split('"secret":"')[1].split('"')[0]
            for table in ["document", "document_history"]:
                store.execute(f"UPDATE {table} SET body = replace(body, ?, ?)", [sealed, secret])
        store.execute("UPDATE meta SET value = ? WHERE key = 'acknowledgement-key'", [link_key])
        store.execute("DELETE FROM meta WHERE key = 'sealing-check'")
    store.close()
    (node.data / "sealing-key").unlink()
    assert ANA_SECRET.encode() in stored_bytes(node.data)
    node.start()
    must_not_hold(node.data, ANA_SECRET, BO_SECRET, link_key)
    fire(node, integration, "Still signed")
    until(lambda: hooks.deliveries(ANA_HOOK), "a page")
    assert hooks.deliveries(ANA_HOOK)[0].signature_fault is None
    node.stop()
    must_not_hold(node.data, ANA_SECRET, BO_SECRET, link_key)
    assert node.verify().returncode == 0


def test_without_its_key_or_with_another_a_store_is_not_served_and_nothing_is_changed(node, tmp_path, hooks):
    make_organisation(node.api(), hooks, patience=600, mail=False, declares_from=None)
    integration = make_integration(node.api(), "By hand", "generic")
    node.stop()
    key = node.data / "sealing-key"
    kept = key.read_text()
    before = rows(node.data)
    key.unlink()
    words = refused(node)
    assert str(key) in words and "is not there" in words and "put the file back" in words, words
    assert not key.exists(), "no other key is made"
    assert doctor(node)["secrets"] == "fail"
    make_sealing_key(key)
    words = refused(node)
    assert "does not belong to this store" in words and "put the right file there" in words, words
    assert doctor(node)["secrets"] == "fail"
    for nonsense in ["", "tsk1_short\n", "password\n"]:
        key.write_text(nonsense)
        assert "is not a file of sealing keys" in refused(node)
    assert rows(node.data) == before
    key.write_text(kept)
    node.start()
    fire(node, integration, "Back again")
    until(lambda: hooks.deliveries(ANA_HOOK), "a page")
    assert hooks.deliveries(ANA_HOOK)[0].signature_fault is None


def test_a_sealed_text_that_was_moved_to_another_person_does_not_sign(node, hooks):
    """Who can write to the store cannot make one person's receiver believe what was meant for another."""
    made = make_organisation(node.api(), hooks, patience=600, mail=False, declares_from=None)
    integration = make_integration(node.api(), "By hand", "generic")
    node.stop()
    with sqlite3.connect(node.data / "tocsin.db") as store:
        bodies = {
            person["id"]: store.execute("SELECT body FROM document WHERE id = ?", [person["id"]]).fetchone()[0]
            for person in (made.ana, made.bo)
        }
        sealed = {id: body.split('"secret":"')[1].split('"')[0] for id, body in bodies.items()}
        ana, bo = made.ana["id"], made.bo["id"]
        store.execute("UPDATE document SET body = ? WHERE id = ?", [bodies[ana].replace(sealed[ana], sealed[bo]), ana])
    store.close()
    node.start()
    fire(node, integration, "Moved")
    page = until(lambda: node.api().pages(), "the page")[0]
    until(lambda: "must be set anew" in str(node.api().page(page["id"])), "the page to say so")
    # Bo's is as it was, and he is paged at once: nobody else on the rung can be told.
    until(lambda: hooks.deliveries(BO_HOOK), "Bo's webhook")
    assert hooks.deliveries(ANA_HOOK) == []
    assert doctor(node)["secrets"] == "fail"
    assert hooks.deliveries(BO_HOOK)[0].signature_fault is None


def test_a_key_can_be_changed_and_a_lost_one_given_up(node, hooks):
    make_organisation(node.api(), hooks, patience=600, mail=False, declares_from=None)
    integration = make_integration(node.api(), "By hand", "generic")
    options = node.store_options()
    busy = node.command("reseal", *options)
    assert busy.returncode == 1 and "in use by a running server" in busy.stderr
    node.stop()
    key = node.data / "sealing-key"
    first = key.read_text()
    assert node.command("reseal", *options).returncode == 0
    second = key.read_text()
    assert first != second and len([line for line in second.splitlines() if line.startswith("tsk1_")]) == 1
    key.write_text(first)
    assert "does not belong to this store" in refused(node)
    key.write_text(second)
    node.start()
    fire(node, integration, "Under the second key")
    until(lambda: hooks.deliveries(ANA_HOOK), "a page")
    assert hooks.deliveries(ANA_HOOK)[0].signature_fault is None
    node.stop()

    key.unlink()
    assert "tocsin reseal --lost" in refused(node)
    given_up = node.command("reseal", "--lost", *options)
    assert given_up.returncode == 0 and "2 people" in given_up.stdout, given_up.stdout + given_up.stderr
    node.start()
    fire(node, integration, "Under a new signing key")
    until(lambda: len(hooks.deliveries(ANA_HOOK)) == 2, "a page")
    assert hooks.deliveries(ANA_HOOK)[1].signature_fault is not None, "the receiver has not been told yet"
    node.stop()
    assert node.verify().returncode == 0


def test_nodes_of_one_database_share_the_key_and_one_with_another_is_refused(tmp_path, postgres, hooks, running):
    url = postgres.new_database()
    north = running(Tocsin(tmp_path, database=url, name="north")).start()
    make_organisation(north.api(), hooks, patience=600, mail=False, declares_from=None)
    integration = make_integration(north.api(), "By hand", "generic")
    other = make_sealing_key(tmp_path / "other-key")
    stranger = Tocsin(tmp_path, database=url, name="stranger", configuration={"sealingKey": str(other)})
    assert "does not belong to this store" in refused(stranger)
    none = Tocsin(tmp_path, database=url, name="none", configuration={"sealingKey": str(tmp_path / "nothing")})
    assert "that another node of the same database has" in refused(none)
    south = running(Tocsin(tmp_path, database=url, name="south")).start()
    north.stop()
    fire(south, integration, "By the other node")
    until(lambda: hooks.deliveries(ANA_HOOK), "a page by the other node")
    assert hooks.deliveries(ANA_HOOK)[0].signature_fault is None
    dumped = postgres.execute(
        "SELECT body FROM document UNION ALL SELECT body FROM document_history", url.rpartition("/")[2].partition("?")[0]
    )
    assert dumped and all(ANA_SECRET not in body for (body,) in dumped)


def test_a_restored_store_says_which_key_it_needs(node, tmp_path, hooks):
    make_organisation(node.api(), hooks, patience=600, mail=False, declares_from=None)
    backup = tmp_path / "backup.db"
    assert node.command("backup", str(backup), *node.store_options()).returncode == 0
    key = tmp_path / "backup.db.sealing-key"
    assert key.stat().st_mode & 0o077 == 0 and key.read_text() == (node.data / "sealing-key").read_text()
    node.stop()
    beside = Tocsin(tmp_path / "beside")
    restored = beside.command("restore", str(backup), *beside.store_options())
    assert restored.returncode == 0 and "was taken from" in restored.stdout, restored.stdout
    beside.start()
    beside.stop()
    # Kept apart, as it should be once the backup has left the machine.
    key.rename(tmp_path / "kept-apart")
    elsewhere = Tocsin(tmp_path / "elsewhere")
    restored = elsewhere.command("restore", str(backup), *elsewhere.store_options())
    assert restored.returncode == 0 and "sealing-key" in restored.stdout, restored.stdout
    assert "is not there" in refused(elsewhere)
    (elsewhere.data / "sealing-key").write_text((node.data / "sealing-key").read_text())
    elsewhere.start()
    elsewhere.stop()
