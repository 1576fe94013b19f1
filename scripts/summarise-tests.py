#!/usr/bin/env python3
"""Adds up JUnit reports and prints one closing line: "N passed, N failed[, N skipped]".

Arguments: for each suite its name, the exit status of its runner, and a pattern of report files. A runner that failed
without a failing test in its report (it crashed, or its report is missing) counts as one failure, so that a run that
broke off cannot look green. Exits with 0 only if something passed and nothing failed.
"""

import glob
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def read(pattern: str) -> Tally:
    tally = Tally()
    for path in sorted(glob.glob(pattern)):
        try:
            root = ElementTree.parse(path).getroot()
        except ElementTree.ParseError as error:
            print(f"{path}: {error}", file=sys.stderr)
            tally.failed += 1
            continue
        for case in root.iter("testcase"):
            outcomes = {child.tag for child in case}
            if outcomes & {"failure", "error"}:
                tally.failed += 1
            elif "skipped" in outcomes:
                tally.skipped += 1
                reason = case.find("skipped").get("message") or (case.find("skipped").text or "").strip()
                print(f"skipped: {case.get('name')}: {reason}")
            else:
                tally.passed += 1
    return tally


def main(arguments: list[str]) -> int:
    total = Tally()
    for name, status, pattern in zip(arguments[0::3], arguments[1::3], arguments[2::3], strict=True):
        tally = read(pattern)
        if int(status) != 0 and tally.failed == 0:
            print(f"{name}: the runner ended with status {status} and reported no failing test")
            tally.failed += 1
        if tally.passed == 0 and tally.failed == 0:
            print(f"{name}: nothing ran")
            tally.failed += 1
        print(f"{name}: {tally}")
        total += tally
    print(total)
    return 0 if total.failed == 0 and total.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
