"""The figures of one run: said as they come, and once more as a table and as JSON."""

import json
from dataclasses import dataclass, field
from pathlib import Path

BESIDE = "beside"

# How a value of each unit is written. Times are kept in seconds, memory in kB.
UNITS = {
    "a second": lambda value: f"{value:,.0f}/s",
    "seconds": lambda value: f"{value:.1f} s" if abs(value) >= 10 else milliseconds(value),
    "CPU": lambda value: f"{value * 1e6:,.0f} µs",
    "kB": lambda value: f"{value / 1024:,.0f} MB",
    "count": lambda value: f"{value:,.0f}",
    "share": lambda value: f"{value:.2f}",
}


def milliseconds(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:,.0f} ms" if abs(value) >= 100 else f"{value:.1f} ms" if abs(value) >= 10 else f"{value:.2f} ms"


def times(ratio: float) -> str:
    return f"{ratio:,.0f} ×" if ratio >= 100 else f"{ratio:.1f} ×" if ratio >= 10 else f"{ratio:.2f} ×"


@dataclass
class Row:
    part: str
    group: str
    what: str
    unit: str
    values: dict[str, float] = field(default_factory=dict)

    def text(self, who: str) -> str:
        return UNITS[self.unit](self.values[who]) if who in self.values else ""

    def ratio(self, who: str) -> float | None:
        """To the figure beside it; nil where there is none. Counts and shares are told, not compared."""
        beside = self.values.get(BESIDE)
        if self.unit in ("count", "share") or who == BESIDE or who not in self.values or not beside or beside < 0:
            return None
        return self.values[who] / beside


class Report:
    def __init__(self):
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self._said: tuple[str, str] | None = None

    def put(self, part: str, group: str, what: str, who: str, value: float, unit: str) -> None:
        """One figure of one program. `who` is BESIDE for the peer or the floor, otherwise Tocsin's store."""
        found = [row for row in self.rows if (row.part, row.group, row.what) == (part, group, what)]
        row = found[0] if found else Row(part, group, what, unit)
        if not found:
            self.rows.append(row)
        row.values[who] = value
        if self._said != (part, group):
            self._said = (part, group)
            print(f"[{part}] {group}")
        ratio = row.ratio(who)
        print(f"  {what}, {who}: {row.text(who)}{f', {times(ratio)}' if ratio else ''}", flush=True)

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)
            print(sentence, flush=True)

    def table(self, stores: list[str]) -> str:
        heads = ["", "beside it", *(f"Tocsin, {store}" for store in stores)]
        lines: list[list[str]] = []
        groups = list(dict.fromkeys((row.part, row.group) for row in self.rows))
        said = None
        for row in sorted(self.rows, key=lambda row: groups.index((row.part, row.group))):
            if (row.part, row.group) != said:
                said = (row.part, row.group)
                lines.append([f"[{row.part}] {row.group}"])
            cells = [f"  {row.what}", row.text(BESIDE)]
            for store in stores:
                ratio = row.ratio(store)
                cells.append(row.text(store) + (f"  ({times(ratio)})" if ratio else ""))
            lines.append(cells)
        widths = [max(len(line[at]) for line in [heads, *lines] if len(line) > 1) for at in range(len(heads))]

        def laid_out(cells: list[str]) -> str:
            if len(cells) == 1:
                return "\n" + cells[0]
            rest = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
            return "   ".join([cells[0].ljust(widths[0]), *rest]).rstrip()

        return "\n".join([laid_out(heads), *map(laid_out, lines), "", *self.notes])

    def save(self, path: Path) -> None:
        entries = []
        for row in self.rows:
            for who in row.values:
                entries.append(
                    {"part": row.part, "what": f"{row.group}, {row.what}", "who": who}
                    | {"value": row.values[who], "unit": row.unit, "figure": row.text(who), "ratio": row.ratio(who)}
                )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"figures": entries, "notes": self.notes}, indent=2, ensure_ascii=False) + "\n")
