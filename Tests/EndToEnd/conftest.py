"""Shared parts of the end-to-end tests. What costs a second or more is started once a run."""

import os
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from support.browser import Browser  # noqa: E402
from support.certificates import LabAuthority  # noqa: E402
from support.mail import MailSink  # noqa: E402
from support.postgres import PostgresServer  # noqa: E402
from support.tocsin import Tocsin  # noqa: E402
from support.vendors import Vendors  # noqa: E402
from support.webhook import WebhookSink  # noqa: E402


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> LabAuthority:
    return LabAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def postgres():
    server = PostgresServer()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def browser():
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def relay(authority):
    sink = MailSink(authority).start()
    yield sink
    sink.stop()


@pytest.fixture
def hooks():
    sink = WebhookSink().start()
    yield sink
    sink.stop()


@pytest.fixture
def running():
    """Things with a `stop`, stopped in reverse when the test ends, whatever became of it."""
    started: list = []
    yield lambda thing: (started.append(thing), thing)[1]
    for thing in reversed(started):
        thing.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request) -> str | None:
    """The URL of an empty store: once the embedded one (nil), once PostgreSQL."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()


@pytest.fixture
def node(tmp_path, relay, authority, running) -> Tocsin:
    """One started node on SQLite."""
    return running(Tocsin(tmp_path, relay=relay, authority=authority)).start()


@pytest.fixture
def chance() -> random.Random:
    """Random choices that a failure can be repeated with: TOCSIN_SEED=… makes the same ones again."""
    seed = int(os.environ.get("TOCSIN_SEED") or random.SystemRandom().randrange(2**32))
    print(f"TOCSIN_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def vendors():
    vendors = Vendors().start()
    yield vendors
    vendors.stop()


@pytest.fixture
def secure_vendors(authority):
    vendors = Vendors(tls=authority.server_context("localhost")).start()
    yield vendors
    vendors.stop()


@pytest.fixture
def trusting(tmp_path, relay, authority, running) -> Tocsin:
    """A node that trusts the lab's authority where it sends to."""
    configuration = {"egress": {"trustRoots": str(authority.roots)}}
    return running(Tocsin(tmp_path, relay=relay, authority=authority, configuration=configuration)).start()
