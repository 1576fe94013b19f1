extension Recognition {
    /// Ladders and levels: who takes over when nothing helps (S2-29), or who leads from when on (S3-43, S3-44).
    mutating func recogniseLadders() {
        for section in outline.sections {
            takeLevelSections(section)
            for part in section.parts {
                if part.lines.count > 2, isFree(part.lines), part.label == nil {
                    let lines = part.lines.map { self.lines[$0 - 1] }
                    if Self.level(lines[0].trimmed) != nil {
                        takeLadder(Self.steps(lines), lines[0].number...lines[lines.count - 1].number, section)
                    }
                }
                for table in part.blocks.compactMap(\.table) where isFree(table.lines) { takeTimes(table, section) }
                for fence in part.blocks.compactMap(\.fence) where isFree(fence.lines) {
                    takeLadder(Self.steps(fence.content), fence.lines, section)
                }
                for list in part.blocks.compactMap(\.list) where isFree(list.lines) && isAboutEscalation(section, part)
                {
                    takeLadder(Self.steps(list), list.lines, section)
                }
            }
        }
    }

    private func isAboutEscalation(_ section: ProcedureSection, _ part: ProcedurePart) -> Bool {
        Phrase(outline.context(of: section).joined + " " + (part.label ?? "")).has(
            "escalat", "paging", "call order", "call chain", "call tree", "who to call", "who is called",
            "who gets called")
    }

    /// A step of a ladder as it is written.
    private struct Step {
        let party: String
        let line: Int
        /// How long on this step until the next, or from when on: by how it is written.
        var wait: TimeWords?
        var waitLine: Int?
        var saysNoProgress = false
        /// A time that begins on this step: "(30-60 min)".
        var window: WrittenSpan?
    }

    /// `Level 1: On-call`, with `(15 min no progress)` between two of them.
    private static func steps(_ lines: [SourceLine]) -> [Step] {
        var steps: [Step] = []
        for line in lines {
            let text = line.trimmed
            if let party = level(text) {
                let (name, note) = Labelled.splitNote(party)
                var step = Step(party: name, line: line.number)
                if let note { step.window = TimeWords(note).span }
                steps.append(step)
            } else if !steps.isEmpty, steps[steps.count - 1].wait == nil {
                let words = TimeWords(text)
                guard !words.spans.isEmpty else { continue }
                steps[steps.count - 1].wait = words
                steps[steps.count - 1].waitLine = line.number
                steps[steps.count - 1].saysNoProgress =
                    words.phrase.has(
                        "no progress", "not resolved", "unresolved", "without progress", "without resol")
                    || (words.phrase.has("no response", "without")
                        && !words.phrase.has("answer", "acknowledg", "response from"))
            }
        }
        return steps
    }

    /// `1. On-call engineer (0-15 min)`.
    private static func steps(_ list: MarkdownList) -> [Step] {
        list.items.compactMap { item in
            let text = level(Inline.plain(item.text)) ?? Inline.plain(item.text)
            let (name, note) = Labelled.splitNote(text)
            guard let note, let span = TimeWords(note).span else {
                guard let labelled = Labelled(text), let span = TimeWords(labelled.value).span else { return nil }
                return Step(party: labelled.label, line: item.lines.lowerBound, window: span)
            }
            return Step(party: name, line: item.lines.lowerBound, window: span)
        }
    }

    /// What stands behind `Level 2:`, `L2 -`, `Tier 2:`.
    private static func level(_ text: String) -> String? {
        for word in ["level", "tier", "l"] where text.lowercased().hasPrefix(word) {
            let rest = text.dropFirst(word.count).drop { $0 == " " }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let after = rest.dropFirst(digits.count).drop { $0 == " " }
            guard !digits.isEmpty, let mark = after.first, ":-–—.→".contains(mark) else { continue }
            return after.dropFirst().drop { "->→ ".contains($0) }.trimmed
        }
        return nil
    }

    private mutating func takeLadder(_ steps: [Step], _ lines: ClosedRange<Int>, _ section: ProcedureSection) {
        let parties = steps.filter { isParty($0.party) }
        guard parties.count > 1, parties.count == steps.count else { return }
        if steps.contains(where: { $0.wait != nil }) {
            takeDwelling(steps, lines, section)
        } else if steps.filter({ $0.window != nil }).count + 1 >= steps.count {
            takeLevels(steps.map { ($0.party, $0.window?.first.notation ?? "0m", [], $0.line) }, lines, section)
        }
    }

    // MARK: A table of times

    /// A row for each time that has passed, and who is called then: `15 min | Second duty engineer`.
    private mutating func takeTimes(_ table: MarkdownTable, _ section: ProcedureSection) {
        guard table.header.count >= 2, table.rows.count > 1, let head = table.header.first?.phrase,
            head.has("time", "after", "elapsed", "wait", "minute", "hour", "when", "delay", "without"),
            let column = table.header.indices.dropFirst().first(where: { column in
                table.rows.allSatisfy { isParty($0.cells[column]) }
            })
        else { return }
        let starts = table.rows.map { Self.start($0.cells[0]) }
        let known = starts.compactMap { $0 }
        guard known.count == starts.count, zip(known, known.dropFirst()).allSatisfy({ $0.seconds < $1.seconds }) else {
            return
        }
        let isProgress = head.has("progress", "not resolved", "unresolved", "without resol")
        let isSilence = head.has("acknowledg", "answer", "response", "unanswered")
        let lines = table.rows.map(\.line)
        if isProgress || isSilence {
            takeDwelling(table, known, column, isProgress: isProgress, section)
        } else {
            let rows = zip(table.rows, known).map { row, start in
                (party: row.cells[column], start: start.notation, duties: [WrittenEntry](), line: row.line)
            }
            takeLevels(rows, lines[0]...lines[lines.count - 1], section)
            understood(table.headerLines, "who is called after which time", ["escalation"])
        }
    }

    /// From when on somebody is called; "0 min" and "at once" are the beginning.
    static func start(_ text: String) -> WrittenLength? {
        let words = TimeWords(text)
        if let span = words.span { return span.first }
        let isStart = words.isImmediate || ["0", "start"].contains(words.phrase.words.first ?? "")
        return isStart ? WrittenLength(count: 0, unit: .minute) : nil
    }

    private mutating func takeDwelling(
        _ table: MarkdownTable, _ starts: [WrittenLength], _ column: Int, isProgress: Bool, _ section: ProcedureSection
    ) {
        let id = newPlan(section, table.lines.lowerBound, otherwise: "ladder")
        let path: DraftPath = ["escalation", id, "ladder"]
        draft.set(path + "from", isProgress ? "last-progress" : "alert-fired", line: table.lines.lowerBound)
        draft.set(path + "until", isProgress ? "progress" : "acknowledged", line: table.lines.lowerBound)
        var before = 0
        for (row, start) in zip(table.rows, starts) {
            guard let target = target(row.cells[column], line: row.line) else { continue }
            var record = DraftRecord()
            record.set("to", "target(\(target))")
            if start.seconds > before { record.set("after", Self.length(start.seconds - before), line: row.line) }
            before = start.seconds
            if let place = add(path + "levels", record, named: target, line: row.line) {
                understood([row.line], "\(PartyName(row.cells[column]).title) after \(start.notation)", place)
            }
        }
        understood(table.headerLines, "a ladder by time", ["escalation", id])
        ask(
            at: Array(table.headerLines),
            "Are the times of \(section.title) counted all from the start, or from level to level?",
            ["from the start", "from level to level"], meanwhile: "from the start, since they rise", path + "levels")
        askAboutLadder(id, Array(table.headerLines), isProgress: isProgress, Array(table.headerLines), section)
    }

    /// In the largest unit that it is a whole number of.
    private static func length(_ seconds: Int) -> String {
        for (unit, letter) in [(86_400, "d"), (3_600, "h"), (60, "m")] where seconds % unit == 0 {
            return "\(seconds / unit)\(letter)"
        }
        return "\(seconds)s"
    }

    // MARK: Times between the levels

    private mutating func takeDwelling(_ steps: [Step], _ lines: ClosedRange<Int>, _ section: ProcedureSection) {
        let id = newPlan(section, lines.lowerBound, otherwise: "ladder")
        let path: DraftPath = ["escalation", id, "ladder"]
        let isProgress = steps.contains { $0.saysNoProgress }
        let isSilence =
            !isProgress && steps.contains { $0.wait?.phrase.has("answer", "acknowledg", "response") ?? false }
        draft.set(
            path + "from", isProgress ? "last-progress" : isSilence ? "alert-fired" : "declared",
            line: lines.lowerBound)
        draft.set(path + "until", isProgress ? "progress" : "acknowledged", line: lines.lowerBound)
        var told: [String] = []
        var waitLines: [Int] = []
        for (index, step) in steps.enumerated() {
            guard let target = target(step.party, line: step.line) else { continue }
            var record = DraftRecord()
            record.set("to", "target(\(target))")
            if index > 0, let span = steps[index - 1].wait?.span {
                record.set("after", span.notation, line: steps[index - 1].waitLine)
                told.append(span.notation)
                if let line = steps[index - 1].waitLine { waitLines.append(line) }
            }
            told.append(target)
            if let place = add(path + "levels", record, named: target, line: step.line) {
                understood([step.line], "level \(index + 1): \(PartyName(step.party).title)", place)
            }
        }
        understood(lines, "a ladder: \(told.joined(separator: ", "))", ["escalation", id])
        ask(
            waitLines, "Are the times of \(section.title) counted from level to level, or all from the start?",
            ["from level to level", "from the start"],
            meanwhile: "from level to level, since they stand between the levels",
            path + "levels")
        if !isProgress, !isSilence {
            ask(
                at: waitLines, "From when does \(section.title) count, and what ends it?",
                [
                    "declared, until acknowledged", "alert-fired, until acknowledged", "last-progress, until progress",
                    "declared, until resolved",
                ], meanwhile: "declared, until acknowledged", path + "from")
        }
        askAboutLadder(id, waitLines, isProgress: isProgress, Array(lines), section)
    }

    private mutating func askAboutLadder(
        _ id: String, _ waitLines: [Int], isProgress: Bool, _ lines: [Int], _ section: ProcedureSection
    ) {
        let path: DraftPath = ["escalation", id, "ladder"]
        ask(
            lines, "Whom does the ladder page: is everybody on it woken, and are those before relieved?",
            ["page, those before are relieved", "page, those before stay", "notify"],
            meanwhile: "page, those before are relieved", path + "levels")
        if isProgress {
            ask(
                waitLines, "What counts as progress?",
                ["status-changed", "hypothesis-concluded", "mitigation-succeeded", "progress-noted"],
                meanwhile: "all four of them", ["progress"])
            draft.set(
                ["progress"],
                .flow(["status-changed", "hypothesis-concluded", "mitigation-succeeded", "progress-noted"]),
                line: lines.first)
        }
        if draft[["escalation", id, "when"]] == nil {
            ask(
                lines, "For which severities does \(section.title) hold?",
                ["all"] + ladder.dropLast().map { "severity at least \($0.id)" },
                meanwhile: "all", ["escalation", id])
        }
        askAboutDisagreements(id, lines, section)
    }

    // MARK: Times on the levels

    private mutating func takeLevelSections(_ section: ProcedureSection) {
        let children = outline.children(of: section)
        let found = children.compactMap { child in Self.level(child.title).map { (child, $0) } }
        guard found.count > 1, found.allSatisfy({ isOpen($0.0) }) else { return }
        let spans = found.map { TimeWords($0.0.noteText).span }
        let levels = found.map { child, party -> (String, String, [WrittenEntry], Int) in
            let duties = child.parts.filter { $0.label == nil && $0.blocks.contains { $0.list != nil } }.map(entry)
            let start = TimeWords(child.noteText).span?.first.notation ?? "0m"
            return (party, start, duties, child.heading?.line ?? 1)
        }
        guard spans.count(where: { $0 != nil }) + 1 >= levels.count else { return }
        let lines = levels[0].3...(levels[levels.count - 1].2.flatMap(\.lines).max() ?? levels[levels.count - 1].3)
        takeLevels(levels, lines, section)
    }

    private mutating func takeLevels(
        _ levels: [(party: String, start: String, duties: [WrittenEntry], line: Int)], _ lines: ClosedRange<Int>,
        _ section: ProcedureSection
    ) {
        let id = newPlan(section, lines.lowerBound, otherwise: "levels")
        let path: DraftPath = ["escalation", id, "levels"]
        draft.set(path + "from", "declared", line: lines.lowerBound)
        var told: [String] = []
        var external: [Int] = []
        for level in levels {
            guard let target = target(level.party, line: level.line) else { continue }
            let start = level.start
            var record = DraftRecord()
            record.set("to", "target(\(target))")
            record.set("at", start, line: level.line)
            let duties = level.duties.flatMap(\.items).map(Inline.plain)
            record.set("authority", duties.isEmpty ? nil : .texts(duties), line: level.line)
            guard let place = add(path + "rows", record, named: target, line: level.line) else { continue }
            told.append("\(target) \(start)")
            let dutyLines = level.duties.flatMap(\.lines)
            understood(
                [level.line] + dutyLines,
                "from \(start) on: \(PartyName(level.party).title)"
                    + (duties.isEmpty ? "" : ", \(Self.counted(duties.count, "duty"))"), place)
            if duties.contains(where: { $0.phrase.has("authoriz", "authoris", "approv") }) { external += dutyLines }
        }
        understood(lines.filter { ledger.isFree($0) }, "levels by time", ["escalation", id])
        let first = levels[0].line
        ask(
            [first], "From when do the levels of \(section.title) count, and are these people paged or only told?",
            ["declared, paged", "detected, paged", "severity-entered, paged", "declared, told"],
            meanwhile: "declared, paged", path + "from")
        if !external.isEmpty {
            ask(
                external, "Does somebody have to approve what is listed here before it is done?",
                ["the words are shown only", "authority: external-communication", "a sign-off"],
                meanwhile: "the words are shown only", path + "rows")
        }
        askAboutDisagreements(id, Array(lines), section)
    }

    /// The targets that a matrix, windows or levels call.
    private func called(by plan: String) -> [String] {
        var found: [String] = []
        for form in ["matrix", "windows", "levels", "ladder"] {
            let key = form == "ladder" ? "levels" : "rows"
            guard case .list(let rows)? = draft[["escalation", plan, form, key]] else { continue }
            for row in rows {
                if case .text(let to)? = row.value.entry("to") { found.append(to) }
                guard case .map(let steps)? = row.value.entry("at") else { continue }
                for step in steps {
                    if case .flow(let to) = step.value { found += to }
                }
            }
        }
        return found.map { $0.replacing("target(", with: "").replacing(")", with: "") }.uniqued
    }

    /// Another plan calls the same people at other times (X5).
    private mutating func askAboutDisagreements(_ id: String, _ lines: [Int], _ section: ProcedureSection) {
        guard case .list(let plans)? = draft[["escalation"]], plans.count > 1 else { return }
        let others = plans.compactMap(\.name).filter { other in
            other != id
                && (draft[["escalation", other, "matrix"]] != nil || draft[["escalation", other, "windows"]] != nil)
        }
        let shared = others.flatMap { called(by: $0) }.filter(called(by: id).contains).uniqued
        guard !shared.isEmpty else { return }
        ask(
            at: lines,
            "\(section.title) and \(others.joined(separator: ", ")) call the same people "
                + "(\(shared.joined(separator: ", "))), at other times: which holds?",
            ["whichever is earlier", "\(others[0]) alone (merge: this-wins)"], meanwhile: "whichever is earlier",
            ["escalation", id])
    }
}
