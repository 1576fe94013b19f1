extension Recognition {
    /// Tables that say who is called when: roles by severities (S3-07 to S3-10), or severities by time (S4-15 to
    /// S4-18).
    mutating func recogniseEscalationTables() {
        guard !ladder.isEmpty else { return }
        for section in outline.sections {
            for part in section.parts {
                for table in part.blocks.compactMap(\.table) where isFree(table.lines) && table.header.count > 1 {
                    if let columns = severityColumns(table) {
                        takeMatrix(table, columns, section)
                    } else if let windows = windowColumns(table) {
                        takeWindows(table, windows, section)
                    } else if isTransposed(table) {
                        takeTransposed(table, section)
                    }
                }
            }
        }
    }

    // MARK: Roles by severities

    private func severityColumns(_ table: MarkdownTable) -> [String]? {
        let found = table.header.dropFirst().map { severities(in: $0) }
        guard found.allSatisfy({ $0.count == 1 }), found.count > 1, Set(found).count == found.count,
            !table.rows.isEmpty, table.rows.contains(where: { isParty($0.cells[0]) })
        else { return nil }
        return found.map { $0[0] }
    }

    private func isTransposed(_ table: MarkdownTable) -> Bool {
        table.header.dropFirst().allSatisfy(isParty)
            && table.rows.allSatisfy { severities(in: $0.cells[0]).count == 1 } && !table.rows.isEmpty
            && table.rows.flatMap { $0.cells.dropFirst() }.contains {
                !TimeWords($0).spans.isEmpty || TimeWords($0).isImmediate
            }
    }

    private mutating func takeMatrix(_ table: MarkdownTable, _ columns: [String], _ section: ProcedureSection) {
        let id = newPlan(section, table.lines.lowerBound, otherwise: "matrix")
        let path: DraftPath = ["escalation", id, "matrix", "rows"]
        draft.set(["escalation", id, "matrix", "from"], "severity-entered", line: table.lines.lowerBound)
        for row in table.rows {
            takeMatrixRow(row.cells[0], zip(columns, row.cells.dropFirst()).map { ($0, $1, row.line) }, path, row.line)
        }
        understood(table.headerLines, "an escalation by role and severity", ["escalation", id])
        finishMatrix(table, id, section)
    }

    private mutating func takeTransposed(_ table: MarkdownTable, _ section: ProcedureSection) {
        let id = newPlan(section, table.lines.lowerBound, otherwise: "matrix")
        let path: DraftPath = ["escalation", id, "matrix", "rows"]
        draft.set(["escalation", id, "matrix", "from"], "severity-entered", line: table.lines.lowerBound)
        for (column, party) in table.header.enumerated().dropFirst() {
            let cells = table.rows.map { (severities(in: $0.cells[0])[0], $0.cells[column], $0.line) }
            takeMatrixRow(party, cells, path, table.lines.lowerBound)
        }
        understood(table.lines, "an escalation by severity and role", ["escalation", id])
        finishMatrix(table, id, section)
    }

    private mutating func takeMatrixRow(
        _ party: String, _ cells: [(severity: String, text: String, line: Int)], _ path: DraftPath, _ line: Int
    ) {
        guard let target = target(party, line: line) else {
            leaveOut([line], "the row names nobody that could be called")
            return
        }
        var record = DraftRecord()
        record.set("to", "target(\(target))")
        var questions: [(RuleReading, String, Int)] = []
        for (severity, text, line) in cells {
            let reading = rule(text, .rung, line: line)
            record.set(severity, reading.rule, line: line)
            questions.append((reading, severity, line))
        }
        guard let row = add(path, record, named: target, line: line) else { return }
        let told = cells.map { cell in
            guard case .text(let rule)? = record[cell.severity] else { return cell.severity }
            return "\(cell.severity) \(rule)"
        }
        understood([line], "\(PartyName(party).title): \(told.joined(separator: ", "))", row)
        // What is asked of several cells in the same words is asked once.
        var asked: Set<RuleReading> = []
        for (reading, severity, line) in questions where asked.insert(reading).inserted {
            askAbout(reading, [line], row + severity)
        }
    }

    private mutating func finishMatrix(_ table: MarkdownTable, _ id: String, _ section: ProcedureSection) {
        let path: DraftPath = ["escalation", id, "matrix", "from"]
        ask(
            Array(table.headerLines),
            "From when do the times of \(section.title) count, and are these people paged or only told?",
            ["severity-entered", "declared", "alert-fired"], meanwhile: "severity-entered, paged", path)
    }

    // MARK: Severities by time

    private func windowColumns(_ table: MarkdownTable) -> [WrittenLength]? {
        guard table.rows.contains(where: { severities(in: $0.cells[0]).count == 1 }) else { return nil }
        let starts = table.header.dropFirst().map { title -> WrittenLength? in
            Self.start(title)
        }
        guard starts.allSatisfy({ $0 != nil }), starts.count > 1 else { return nil }
        let lengths = starts.compactMap { $0 }
        return zip(lengths, lengths.dropFirst()).allSatisfy { $0.seconds < $1.seconds } ? lengths : nil
    }

    private mutating func takeWindows(_ table: MarkdownTable, _ columns: [WrittenLength], _ section: ProcedureSection) {
        let id = newPlan(section, table.lines.lowerBound, otherwise: "windows")
        let path: DraftPath = ["escalation", id, "windows"]
        draft.set(path + "from", "declared", line: table.lines.lowerBound)
        for row in table.rows {
            guard let severity = severities(in: row.cells[0]).first else {
                leaveOut([row.line], "the row names no severity")
                continue
            }
            var record = DraftRecord()
            record.set("severity", severity)
            var steps: [DraftEntry] = []
            var unknown: [String] = []
            for (length, cell) in zip(columns, row.cells.dropFirst()) where !cell.isEmpty {
                let plain = Inline.plain(cell)
                let parts = plain.split { "+&".contains($0) }.map { String($0).trimmed }.filter { !$0.isEmpty }
                if parts.allSatisfy({ isParty($0) }) {
                    steps.append(
                        DraftEntry(length.notation, .flow(targets(in: plain, line: row.line).map { "target(\($0))" })))
                } else {
                    steps.append(DraftEntry(length.notation, .text(plain)))
                    unknown.append(plain)
                }
            }
            record.set("at", .map(steps), line: row.line)
            guard let place = add(path + "rows", record, named: severity, line: row.line) else { continue }
            understood([row.line], "\(severity): \(steps.count) windows", place)
            if !unknown.isEmpty {
                ask(
                    [row.line],
                    "\(unknown.uniqued.map { "\"\($0)\"" }.joined(separator: ", ")) names nobody: is nobody "
                        + "called then?",
                    ["nobody is called, the words are shown", "somebody is called"],
                    meanwhile: "nobody is called, the words are shown", place + "at")
            }
        }
        understood(table.headerLines, "an escalation by severity and time", ["escalation", id])
        ask(
            Array(table.headerLines), "From when do the windows of \(section.title) count?",
            ["declared", "alert-fired", "detected", "severity-entered"], meanwhile: "declared", path + "from")
        let plus = table.rows.flatMap(\.cells).contains { $0.hasPrefix("+") }
        ask(
            Array(table.headerLines),
            "Are these people paged (woken) or only told, and do those who were called before stay?",
            ["page, those before stay", "notify, those before stay", "page, those before are relieved"],
            meanwhile: plus ? "page, those before stay (\"+\")" : "page, those before stay", ["escalation", id])
    }

    // MARK: Plans

    /// A new plan, named after its section.
    mutating func newPlan(_ section: ProcedureSection, _ line: Int, otherwise fallback: String) -> String {
        let id = newID("plan", for: section.title, otherwise: fallback)
        var record = DraftRecord(id: id, title: section.title.isEmpty ? fallback.capitalised : section.title)
        if let condition = condition(for: severities(in: section.noteText)) {
            record.set("when", condition, line: section.heading?.line)
        }
        add(["escalation"], record, line: section.heading?.line ?? line)
        takeHeading(section, "an escalation plan", ["escalation", id])
        return id
    }
}
