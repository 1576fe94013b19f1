"""What the kernel says about a process, and how long it takes to be ready."""

import os
import socket
import time
from pathlib import Path
from statistics import quantiles

TICKS = os.sysconf("SC_CLK_TCK")
# A start that takes longer than this has failed.
PATIENCE = 120


def cpu_seconds(process: int) -> float:
    """User and system time of all of its threads so far: fields 14 and 15 of proc_pid_stat(5)."""
    # The name in brackets may hold anything, so that counting begins behind it.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_kilobytes(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("the process has no VmRSS line")


def await_ready(port: int, path: str, must_run) -> None:
    """Returns within 2 ms of the first 200. Asks by hand: a client library would take the time that is measured."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        must_run()
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                connection.sendall(request)
                if connection.recv(64).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.002)
    raise RuntimeError(f"not ready after {PATIENCE} s")


def percentile(values: list[float], percent: int) -> float:
    return values[0] if len(values) == 1 else quantiles(values, n=100, method="inclusive")[percent - 1]
