"""Measures the release build beside Alertmanager, and beside the bare disk, and prints ratios.

Absolute figures of one machine say little; a ratio to a neighbour on the same machine, in the same minute, says more.
Nothing here passes or fails by a time. What each figure means is in README.md beside this file.
"""

import argparse
import os
import signal
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "EndToEnd"))

import drift  # noqa: E402
import intake  # noqa: E402
import many_alerts  # noqa: E402
import waking  # noqa: E402
from lab import FULL_SECONDS, STORES, Lab  # noqa: E402

PARTS = {
    "intake": "alerts a second, how long a sender waits, CPU an alert",
    "memory": "resident memory with 100,000 open alerts",
    "find": "one alert among 100,000, and a list of 50",
    "start": "start to ready, empty and with 100,000 open alerts",
    "wake": "from an alert accepted to the first byte at a webhook",
    "drift": "how late the second rung of 10,000 pages is",
}
# These share one store with many alerts in it, which takes a while to fill.
TOGETHER = {"memory", "find", "start"}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench.sh",
        description="Measures the release build beside Alertmanager and the bare disk, and prints ratios.",
        epilog="parts: "
        + "; ".join(f"{name}: {words}" for name, words in PARTS.items())
        + f". BENCH_SECONDS (default {FULL_SECONDS}) is how long each load lasts; with less, the counts shrink too, and"
        " the rows say by how much. TOCSIN_BINARY is the binary that is measured instead of .build/release/tocsin.",
    )
    parser.add_argument(
        "--only", action="append", choices=PARTS, metavar="NAME", help="measure this part; may be given more than once"
    )
    parser.add_argument(
        "--store", action="append", choices=STORES, help="measure on this store; both unless told otherwise"
    )
    asked = parser.parse_args()
    seconds = os.environ.get("BENCH_SECONDS", str(FULL_SECONDS))
    if not seconds.isdecimal() or not 1 <= int(seconds) <= 600:
        parser.error(f"BENCH_SECONDS is {seconds!r}, and must be from 1 to 600")
    asked.seconds = int(seconds)
    return asked


def main() -> int:
    asked = arguments()
    wanted = set(asked.only or PARTS)
    lab = Lab(asked.seconds, [store for store in STORES if store in (asked.store or STORES)])
    # A SIGTERM ends what was started as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    work = {
        "intake": lambda: intake.measure(lab) if "intake" in wanted else None,
        "many alerts": lambda: many_alerts.measure(lab, wanted & TOGETHER) if wanted & TOGETHER else None,
        "wake": lambda: waking.measure(lab) if "wake" in wanted else None,
        "drift": lambda: drift.measure(lab) if "drift" in wanted else None,
    }
    failed = []
    try:
        lab.measure_disk()
        if "PostgreSQL" in lab.stores:
            lab.report.note("On PostgreSQL only Tocsin's own CPU and memory are counted, not those of PostgreSQL.")
        for name, measure in work.items():
            try:
                measure()
            except Exception:
                # What the other parts have found is worth having all the same.
                traceback.print_exc()
                failed.append(name)
    finally:
        lab.close()
    print("\n" + lab.report.table(lab.stores))
    lab.report.save(ROOT / ".build/bench.json")
    if failed:
        print(f"\nCould not be measured to the end: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
