#!/usr/bin/env python3
"""Tries `tocsin playbook import` on written procedures that are not ours to publish, such as the five of the built-in playbooks.

The directory is the argument, or TOCSIN_PROCEDURES. Of every Markdown file in it: the draft has no error that lint finds, and
every line that is not blank is understood, asked about or left out. Prints what was found, and exits with 1 where that does
not hold or nothing was read. Only the standard library; the binary is .build/release/tocsin, or TOCSIN_BINARY.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BINARY = os.environ.get("TOCSIN_BINARY", str(ROOT / ".build/release/tocsin"))


def tried(file: Path, folder: Path) -> bool:
    draft = folder / f"{file.stem}.playbook.yaml"
    run = subprocess.run(
        [BINARY, "playbook", "import", str(file), "--output", str(draft), "--json"], capture_output=True, text=True, timeout=120
    )
    if run.returncode != 0:
        print(f"{file.name}: {run.stderr.strip()}")
        return False
    report = json.loads(run.stderr)
    lint = subprocess.run([BINARY, "playbook", "lint", str(draft)], capture_output=True, text=True, timeout=120)
    told = {line for finding in report["findings"] for line in finding["lines"]}
    lines = file.read_bytes().decode(errors="replace").replace("\r\n", "\n").split("\n")
    silent = [number for number, line in enumerate(lines, 1) if line.strip() and number not in told]
    kinds = Counter(finding["kind"] for finding in report["findings"])
    print(
        f"{file.name}: {kinds['understood']} understood, {kinds['ambiguous']} asked, {kinds['left-out']} left out, "
        f"{len(report['repairs'])} lines mended, {report['lint']['warnings']} warnings"
    )
    if lint.returncode != 0:
        print(lint.stdout + lint.stderr)
    if silent:
        print(f"  nothing is said of lines {silent}")
    return lint.returncode == 0 and not silent


def main() -> int:
    directory = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TOCSIN_PROCEDURES")
    if not directory:
        print("Name a directory of Markdown files, as the argument or in TOCSIN_PROCEDURES.", file=sys.stderr)
        return 2
    files = sorted(Path(directory).glob("*.md"))
    with tempfile.TemporaryDirectory() as folder:
        results = [tried(file, Path(folder)) for file in files]
    print(f"{sum(results)} of {len(results)} procedures can be followed as drafted.")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
