"""A program started by a test: its output goes to a file, it ends with the test, and only by its own process id."""

import os
import signal
import subprocess
from pathlib import Path


class Program:
    """One run of one program. Started by the constructor; `stop` and `kill` may be called twice."""

    def __init__(self, arguments: list[str], log: Path, environment: dict[str, str] | None = None, **options):
        self.arguments = [str(argument) for argument in arguments]
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        self._output = open(log, "ab")
        self.process = subprocess.Popen(
            self.arguments,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            env=environment if environment is not None else dict(os.environ),
            **options,
        )

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def must_run(self) -> None:
        if not self.is_running:
            raise RuntimeError(
                f"{self.arguments[0]} ended with status {self.process.returncode}; its last words:\n{self.tail()}"
            )

    def tail(self, characters: int = 4000) -> str:
        return self.log.read_text(errors="replace")[-characters:]

    def stop(self, patience: float = 20) -> int:
        """Asks it to end (SIGTERM) and gives back its exit status; kills it when it does not."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()
        self._output.close()
        return self.process.wait()

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        if self.is_running:
            self.process.kill()
        self.process.wait()
        self._output.close()

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)
