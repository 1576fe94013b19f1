"""A PostgreSQL server of our own: a fresh cluster on a free port of loopback, gone when the tests end.

PostgreSQL refuses to run as root, so as root everything happens as the system's user `postgres`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg2

from .waiting import free_port, until


def binaries() -> Path:
    """The newest installed version's programs, or those of TOCSIN_POSTGRES_BIN."""
    if given := os.environ.get("TOCSIN_POSTGRES_BIN"):
        return Path(given)
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert versions, "PostgreSQL is not installed: scripts/install-dependencies.sh test"
    return versions[-1].parent


class PostgresServer:
    password = "lab"

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="tocsin-postgres-"))
        self.port = free_port()
        self._binaries = binaries()
        self._databases = 0

    def start(self) -> "PostgresServer":
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        secret = self.folder / "password"
        secret.write_text(self.password)
        if os.getuid() == 0:
            os.chown(secret, owner.pw_uid, owner.pw_gid)
        self._run(
            "initdb",
            "--pgdata",
            self.folder / "data",
            "--username",
            "tocsin",
            "--pwfile",
            secret,
            "--auth",
            "scram-sha-256",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
        )
        self.restart(first=True)
        return self

    def restart(self, first: bool = False) -> None:
        if not first:
            self._run("pg_ctl", "--pgdata", self.folder / "data", "--mode", "fast", "--wait", "stop")
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories={self.folder}"
            # Durable as in production: the tests ask what survives.
            " -c fsync=on -c synchronous_commit=on -c max_connections=100 -c log_min_messages=warning"
        )
        self._run(
            "pg_ctl",
            "--pgdata",
            self.folder / "data",
            "--log",
            self.folder / "server.log",
            "--wait",
            "--options",
            options,
            "start",
        )
        until(self._accepts, "PostgreSQL to accept connections")

    def stop(self) -> None:
        self._run("pg_ctl", "--pgdata", self.folder / "data", "--mode", "immediate", "--wait", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self) -> str:
        """Makes an empty database and gives back its URL."""
        self._databases += 1
        name = f"tocsin_{self._databases}"
        self.execute(f"CREATE DATABASE {name}", database="postgres")
        return f"postgres://tocsin:{self.password}@127.0.0.1:{self.port}/{name}?sslmode=disable"

    def execute(self, sql: str, database: str) -> list[tuple]:
        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user="tocsin", password=self.password, dbname=database, connect_timeout=5
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def cut_connections(self, database: str) -> int:
        """Ends every session of a database from the server's side (F22)."""
        rows = self.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'", database="postgres"
        )
        return len(rows)

    def _accepts(self) -> bool:
        try:
            return self.execute("SELECT 1", database="postgres") == [(1,)]
        except psycopg2.OperationalError:
            return False

    def _run(self, program: str, *arguments, check: bool = True) -> None:
        command = [str(self._binaries / program), *map(str, arguments)]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        result = subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
        if check and result.returncode != 0:
            raise RuntimeError(f"{program} ended with {result.returncode}: {result.stderr}")
