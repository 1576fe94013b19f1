#!/usr/bin/env python3
"""Writes docs/openapi/tocsin.json from a running server, and what the binary says of its own command line and of playbooks.

Arguments: the binary, the folder. Only the standard library.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path


def openapi(binary: str) -> dict:
    """Starts a server on an empty store for as long as one question takes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        server = subprocess.Popen(
            [binary, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/openapi.json", timeout=5) as answer:
                        return json.load(answer)
                except OSError:
                    if server.poll() is not None or time.monotonic() > deadline:
                        raise SystemExit("the server did not come up")
                    time.sleep(0.05)
        finally:
            server.terminate()
            server.wait(20)


def reference(binary: str) -> str:
    dump = subprocess.run([binary, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout
    lines = ["# The command line", "", "Written by `make docs` from the program's own help.", ""]
    describe(json.loads(dump)["command"], [], lines)
    return "\n".join(lines).rstrip() + "\n"


def describe(command: dict, parents: list[str], lines: list[str]) -> None:
    path = [*parents, command["commandName"]]
    if command["commandName"] == "help":
        return
    lines += [f"## `{' '.join(path)}`", ""]
    for text in (command.get("abstract"), command.get("discussion")):
        if text:
            lines += [text.strip(), ""]
    arguments = [
        argument
        for argument in command.get("arguments", [])
        if argument.get("shouldDisplay", True) and argument.get("valueName") not in ("help", "version")
    ]
    if arguments:
        lines += ["| | |", "| --- | --- |"]
        lines += [f"| `{spelling(argument)}` | {cell(argument)} |" for argument in arguments]
        lines.append("")
    for child in command.get("subcommands", []):
        describe(child, path, lines)


def spelling(argument: dict) -> str:
    value = f"<{argument.get('valueName', 'value')}>"
    names = [("--" if name["kind"] == "long" else "-") + name["name"] for name in argument.get("names") or []]
    if argument["kind"] == "positional":
        text = value
    elif argument["kind"] == "flag":
        text = ", ".join(names)
    else:
        text = ", ".join(names) + " " + value
    if argument.get("isRepeating"):
        text += " …"
    return f"[{text}]" if argument.get("isOptional") and argument["kind"] == "positional" else text


def cell(argument: dict) -> str:
    text = (argument.get("abstract") or "").replace("|", "\\|").replace("\n", " ")
    if argument.get("defaultValue"):
        text += f" Default: `{argument['defaultValue']}`."
    if argument.get("allValues"):
        text += " One of " + ", ".join(f"`{value}`" for value in argument["allValues"]) + "."
    return text.strip()


SEEDS = (("wiretuner", "S0"), ("workflow", "S1"), ("sre", "S2"), ("pipeline-guard", "S3"), ("autolytiq", "S4"))


def coverage() -> str:
    """Where the built-in playbooks say what the five procedures ask, from the tables that the tests check."""
    fixtures = Path(__file__).resolve().parents[1] / "Tests/PlaybookTests/Fixtures"
    lines = [
        "# What the built-in playbooks say",
        "",
        "Five teams wrote down how they handle incidents. Each row is one thing that their procedure asks, and the element of "
        "the built-in playbook that says it. Where Tocsin itself has to do something, the row says so: *server*. A test "
        "finds every element in its document.",
        "",
    ]
    for playbook, seed in SEEDS:
        rows = [line.split("\t") for line in (fixtures / f"{playbook}.rows.tsv").read_text().splitlines()]
        here = sum(row[2] == "here" for row in rows)
        lines += [f"## {seed}: `{playbook}`", "", f"{here} of {len(rows)} rows are said by the document.", ""]
        lines += ["| row | element | | |", "| --- | --- | --- | --- |"]
        for row, path, status, sentence in rows:
            element = "" if path == "-" else f"`{path}`"
            lines.append(f"| {row} | {element} | {'' if status == 'here' else status} | {sentence.replace('|', chr(92) + '|')} |")
        lines.append("")
    return "\n".join(lines)


def main(binary: str, folder: str) -> None:
    docs = Path(folder)
    (docs / "openapi").mkdir(parents=True, exist_ok=True)
    (docs / "openapi/tocsin.json").write_text(json.dumps(openapi(binary), indent=2, ensure_ascii=False) + "\n")
    (docs / "cli.md").write_text(reference(binary))
    for verb, name in (("reference", "playbook-reference.md"), ("schema", "playbook.schema.json")):
        text = subprocess.run([binary, "playbook", verb], capture_output=True, text=True, check=True).stdout
        (docs / name).write_text(text)
    (docs / "playbook-coverage.md").write_text(coverage())
    print(f"Wrote openapi/tocsin.json, cli.md, playbook-coverage.md, playbook-reference.md and playbook.schema.json into {docs}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
