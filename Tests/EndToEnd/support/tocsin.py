"""The program under test, as a user runs it: the release binary, a data directory, a port."""

import base64
import json
import os
import secrets
import subprocess
import time
from pathlib import Path

import requests

from .api import Api
from .certificates import LabAuthority
from .configuration import write_configuration
from .mail import MailSink
from .program import Program
from .waiting import free_port, until

ROOT = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("TOCSIN_BINARY", ROOT / ".build/release/tocsin"))


class Tocsin:
    """One node. Its port and its store stay the same over restarts."""

    def __init__(
        self,
        folder: Path,
        database: str | None = None,
        relay: MailSink | None = None,
        authority: LabAuthority | None = None,
        name: str = "tocsin",
        data: Path | None = None,
        configuration: dict | None = None,
        environment: dict[str, str] | None = None,
        prefix: list[str] | None = None,
    ):
        """`prefix` is a command that runs the server, for instance in a namespace of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.name = name
        self.data = data or folder / f"{name}-data"
        self.database = database
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{name}.log"
        self.environment = environment or {}
        self._prefix = prefix or []
        if database and "sealingKey" not in (configuration or {}):
            # The nodes of one database share the key that seals its secrets.
            configuration = (configuration or {}) | {"sealingKey": str(make_sealing_key(folder / "sealing-key"))}
        self.configuration = write_configuration(folder / f"{name}.yaml", relay, authority, configuration)
        self.startup_seconds = 0.0
        self._program: Program | None = None
        self._tokens: dict[str, str] = {}

    # Running

    def start(self, wait: bool = True) -> "Tocsin":
        assert BINARY.exists(), f"{BINARY} is not there: make build"
        began = time.monotonic()
        self._program = Program(
            [
                *self._prefix,
                BINARY,
                "serve",
                *self.store_options(),
                "--listen",
                f"127.0.0.1:{self.port}",
                "--config",
                self.configuration,
                "--public-url",
                self.url,
            ],
            self.log,
            environment=self._environment(self.environment),
        )
        if wait:
            until(self.is_ready, f"{self.name} to be ready", within=30, every=0.02)
            self.startup_seconds = time.monotonic() - began
        return self

    def stop(self) -> int:
        """SIGTERM; gives back the exit status, which is 0 for a clean end."""
        return self._program.stop() if self._program else 0

    def kill(self) -> None:
        """SIGKILL, as F1 has it."""
        if self._program:
            self._program.kill()

    def restart(self) -> "Tocsin":
        self.stop()
        return self.start()

    def pause(self) -> None:
        self._program.pause()

    def resume(self) -> None:
        self._program.resume()

    @property
    def is_running(self) -> bool:
        return self._program is not None and self._program.is_running

    @property
    def process_id(self) -> int:
        return self._program.process.pid

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def is_ready(self) -> bool:
        self._program.must_run()
        try:
            return requests.get(self.url + "/readyz", timeout=2).status_code == 200
        except (requests.ConnectionError, requests.Timeout):
            return False

    # Asking

    def api(self, role: str = "admin") -> Api:
        """A client with a token of that role, made once by the offline verb."""
        return Api(self.url, self.token(role))

    @property
    def anonymous(self) -> Api:
        return Api(self.url)

    def token(self, role: str) -> str:
        if role not in self._tokens:
            answer = self.command("token", "create", "--name", f"lab-{role}", "--role", role, *self.store_options())
            assert answer.returncode == 0, f"token create: {answer.returncode}\n{answer.stdout}{answer.stderr}"
            assert answer.stdout.count("\n") == 1, f"the token stands alone on stdout: {answer.stdout!r}"
            self._tokens[role] = answer.stdout.strip()
        return self._tokens[role]

    def store_options(self) -> list[str]:
        options = ["--data", str(self.data)]
        return options + (["--database", self.database] if self.database else [])

    def command(self, *arguments: str, input: str | None = None, timeout: float = 60) -> subprocess.CompletedProcess:
        """Runs one verb of the binary, with no server address and no token in its environment."""
        return subprocess.run(
            [str(BINARY), *map(str, arguments)],
            input=input if input is not None else "",
            capture_output=True,
            text=True,
            timeout=timeout,
            env=self._environment(),
            cwd=self.folder,
        )

    def client(self, *arguments: str, role: str = "responder", **options) -> subprocess.CompletedProcess:
        """Runs one client verb against this node."""
        return subprocess.run(
            [str(BINARY), *map(str, arguments)],
            input=options.pop("input", ""),
            capture_output=True,
            text=True,
            timeout=options.pop("timeout", 60),
            cwd=self.folder,
            env=self._environment({"TOCSIN_URL": self.url, "TOCSIN_TOKEN": self.token(role)}),
            **options,
        )

    def verify(self) -> subprocess.CompletedProcess:
        """Walks the hash chains (R9)."""
        return self.command("verify", *self.store_options())

    def resident_kilobytes(self) -> int:
        for line in Path(f"/proc/{self.process_id}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("the process has no VmRSS line")

    def log_records(self) -> list[dict]:
        """The log's lines that are JSON (S38)."""
        records = []
        for line in self.output.splitlines():
            if line.startswith("{"):
                records.append(json.loads(line))
        return records

    def _environment(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
        # A crash is told by its exit status at once; a symbolised backtrace would hold the pipe for seconds.
        return clean | {"SWIFT_BACKTRACE": "enable=no"} | (extra or {})


def make_sealing_key(path: Path) -> Path:
    """A file with one key, as an operator makes it for several nodes; one that is there stays."""
    if not path.exists():
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        path.write_text(f"tsk1_{key}\n")
        path.chmod(0o600)
    return path
