"""`tocsin playbook import`: a written procedure in, a draft and a report out."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from support.tocsin import BINARY, ROOT

DONE, REFUSED, USAGE = 0, 1, 2
PROCEDURES = sorted((ROOT / "Tests/ImportingTests/Procedures").glob("*.md"))


def run(folder: Path, *arguments) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    return subprocess.run(
        [str(BINARY), "playbook", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        env=clean | {"SWIFT_BACKTRACE": "enable=no", "HOME": str(folder)},
    )


def test_there_are_procedures_to_import():
    assert len(PROCEDURES) == 3


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda path: path.stem)
def test_a_draft_can_be_checked_shown_and_compared_as_it_stands(tmp_path, procedure):
    draft = tmp_path / "draft.yaml"
    imported = run(tmp_path, "import", procedure, "--output", draft)
    assert (imported.returncode, imported.stdout) == (DONE, "")
    assert "To be answered" in imported.stderr and "lint finds 0 errors" in imported.stderr.splitlines()[-1]
    assert run(tmp_path, "lint", draft).returncode == DONE
    assert run(tmp_path, "show", draft).returncode == DONE
    assert run(tmp_path, "diff", draft, draft).stdout == "They mean the same.\n"


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda path: path.stem)
def test_the_report_accounts_for_every_line_with_the_line_itself(tmp_path, procedure):
    imported = run(tmp_path, "import", procedure, "--json")
    report = json.loads(imported.stderr)
    assert imported.stdout.startswith("# A draft, made from the written procedure")
    source = procedure.read_text().split("\n")
    told = {line for finding in report["findings"] for line in finding["lines"]}
    assert [number for number, line in enumerate(source, 1) if line.strip() and number not in told] == []
    for finding in report["findings"]:
        assert finding["text"] == (source[finding["lines"][0] - 1] if finding["lines"] else "")
        if finding["kind"] == "ambiguous":
            assert finding["question"] and finding["meanwhile"]
    assert {finding["kind"] for finding in report["findings"]} >= {"understood", "ambiguous"}
    assert report["lint"]["errors"] == 0


def test_a_mojibake_procedure_gives_the_draft_of_the_undamaged_one_and_says_what_was_mended(tmp_path):
    whole = next(path for path in PROCEDURES if path.stem.startswith("harbour"))
    damaged = tmp_path / whole.name
    # cp1252 has no character for five bytes; what reads them passes them on.
    misread = "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in whole.read_bytes())
    damaged.write_text(misread, encoding="utf-8")
    expected, mended = run(tmp_path, "import", whole, "--json"), run(tmp_path, "import", damaged, "--json")
    assert mended.stdout == expected.stdout
    repairs = json.loads(mended.stderr)["repairs"]
    assert repairs[0] == {"line": 1, "cause": "misread-as-cp1252", "text": "# Outage Handbook — Harbour Charge"}
    assert len(repairs) == sum(not line.isascii() for line in whole.read_text().split("\n"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"PK\x03\x04....", "is a ZIP archive"),
        (b"\xff\xfe#\x00", "is UTF-16"),
        (b"\x7fELF\x02\x01\x01\x00", "is not a text"),
        (b"#" * (1024 * 1024 + 1), "is larger than 1 MiB"),
    ],
    ids=["missing", "empty", "blank", "pdf", "zip", "utf-16", "binary", "large"],
)
def test_what_is_no_written_procedure_is_refused_in_a_sentence(tmp_path, content, words):
    file = tmp_path / "procedure.md"
    if content is not None:
        file.write_bytes(content)
    imported = run(tmp_path, "import", "procedure.md", "--output", "draft.yaml")
    assert (imported.returncode, imported.stdout) == (REFUSED, "")
    assert "procedure.md" in imported.stderr and words in imported.stderr
    assert len(imported.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "draft.yaml").exists()


def test_a_directory_is_refused_and_a_file_is_asked_for(tmp_path):
    assert run(tmp_path, "import").returncode == USAGE
    refused = run(tmp_path, "import", tmp_path)
    assert refused.returncode == REFUSED and "Is a directory" in refused.stderr


def test_bytes_that_are_not_utf_8_are_read_as_cp1252_and_told(tmp_path):
    (tmp_path / "procedure.md").write_bytes("# Störungen im Büro\n\n**Owner**: Büro\n".encode("cp1252"))
    imported = run(tmp_path, "import", "procedure.md")
    assert imported.returncode == DONE
    assert "title: Störungen im Büro" in imported.stdout
    assert "line 1: not UTF-8, read as cp1252: # Störungen im Büro" in imported.stderr


def test_a_draft_that_is_there_is_not_overwritten(tmp_path):
    draft = tmp_path / "draft.yaml"
    draft.write_text("worked on\n")
    refused = run(tmp_path, "import", PROCEDURES[0], "--output", draft)
    assert refused.returncode == REFUSED and "is there already" in refused.stderr
    assert draft.read_text() == "worked on\n"


def test_no_file_kills_the_importer(tmp_path):
    """Truncations and mutations of a procedure: always a draft that lint takes, never a signal."""
    source = PROCEDURES[1].read_bytes()
    for step in range(12):
        damaged = bytearray(source[: len(source) * (step + 1) // 12])
        for place in range(step, len(damaged), 97):
            damaged[place] = (damaged[place] * 31 + step) % 256 or 0x0A
        (tmp_path / "procedure.md").write_bytes(bytes(byte for byte in damaged if byte >= 0x20 or byte in (9, 10)))
        draft = tmp_path / f"draft-{step}.yaml"
        assert run(tmp_path, "import", "procedure.md", "--output", draft).returncode == DONE, f"step {step}"
        assert run(tmp_path, "lint", draft).returncode == DONE, f"step {step}"
