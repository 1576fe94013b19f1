extension Recognition {
    // MARK: Figures

    /// Figures between two moments (S0-48, S0-49) and over many incidents (S3-58).
    mutating func takeFigures(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        var took = false
        for item in list.items where isFree(item.lines) {
            let labelled = Labelled(item.text)
            let title = labelled?.label ?? Inline.plain(item.text)
            let text = Phrase(title + " " + (labelled?.note ?? "") + " " + (labelled?.value ?? ""))
            let name = title.phrase
            var record = DraftRecord(
                id: newID("metric", for: title), title: title + (labelled?.note.map { " (\($0))" } ?? ""))
            let lines = Array(item.lines)
            var isSure = true
            if let (from, to) = Self.moments(text, name) {
                record.set("from", from)
                record.set("to", to)
                record.set("target", target(in: labelled?.value ?? ""))
                // "Detection to Response" names both moments, a mean time to something names one.
                isSure = name.has("to") && !text.has("mtt", "mean time") && !name.has("total")
            } else if text.has("frequency", "number of", "count", "volume") {
                record.set("kind", "count")
                record.set(
                    "per",
                    TimeWords(text.joined).rhythm.flatMap {
                        ["weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"][$0]
                    } ?? "month")
                isSure = false
            } else if text.has("users affected", "affected users", "customer impact") {
                record.set("kind", "mean")
                record.set("field", usersAffected(lines[0]))
            } else {
                continue
            }
            guard let path = add(["metrics"], record, line: lines[0]) else { continue }
            understood(lines, "figure \(title)", path)
            if !isSure {
                ask(
                    lines, "\"\(title)\": between which moments, or over which time?", [],
                    meanwhile: "as the draft says", path)
            }
            took = true
        }
        guard took else { return }
        understood(part.lines.filter { ledger.isFree($0) }, "figures", ["metrics"])
        takeHeading(section, "figures", ["metrics"])
    }

    /// The two moments of a figure.
    private static func moments(_ text: Phrase, _ name: Phrase) -> (String, String)? {
        if text.has("mttd", "time to detect") { return ("impact-started", "detected") }
        if text.has("mtta", "time to acknowledge") { return ("alert-fired", "acknowledged") }
        if text.has("mttr", "time to resol", "time to recover", "time to repair", "time to restore") {
            return ("detected", "resolved")
        }
        if text.has("mttm", "time to mitigat") { return ("detected", "mitigated") }
        let stages: [(stem: String, moment: String)] = [
            ("detect", "detected"), ("respon", "responding"), ("mitigat", "mitigated"), ("resol", "resolved"),
            ("declar", "declared"), ("clos", "closed"),
        ]
        let found = name.words.compactMap { word in stages.first { word.hasPrefix($0.stem) }?.moment }
        if name.has("to"), found.count == 2 { return (found[0], found[1]) }
        return name.has("total duration") || name.isOnly("duration", "incident duration")
            ? ("detected", "resolved") : nil
    }

    /// "(Target: < 5 min for P0, < 15 min for P1)" by severity.
    private func target(in text: String) -> DraftNode? {
        guard text.phrase.has("target") else { return nil }
        var targets: [DraftEntry] = []
        for part in text.filter({ !"()".contains($0) }).split(separator: ",").map(String.init) {
            guard let span = TimeWords(part).span else { continue }
            let concerned = severities(in: part)
            if concerned.isEmpty { return .text(span.first.notation) }
            targets += concerned.map { DraftEntry($0, .text(span.first.notation)) }
        }
        guard !targets.isEmpty else { return nil }
        if targets.count < ladder.count { targets.append(DraftEntry("others", .text("none"))) }
        return .map(targets.uniquedByKey)
    }

    private mutating func usersAffected(_ line: Int) -> String {
        if case .list(let fields)? = draft[["fields"]],
            let known = fields.compactMap(\.name).first(where: { ["affected-users", "users-affected"].contains($0) })
        {
            return known
        }
        let id = newID("field", for: "users-affected")
        var field = DraftRecord(id: id, title: "Users affected")
        field.set("kind", "number")
        field.set("unit", "users")
        add(["fields"], field, line: line)
        return id
    }

    // MARK: Objectives

    /// "**Availability SLO:** _____ % (Target: 99.9%)" (S0-50, S0-51).
    /// A row for each objective, its figure in the last column that has one.
    mutating func takeObjectives(_ table: MarkdownTable, _ section: ProcedureSection, _ part: ProcedurePart) {
        let items = table.rows.compactMap { row -> MarkdownItem? in
            guard let figure = row.cells.lastIndex(where: { $0.contains { $0.isNumber } }), figure > 0 else {
                return nil
            }
            let title = row.cells[..<figure].filter { !$0.isEmpty }.joined(separator: ": ")
            let text = "**\(title)**: " + row.cells[figure...].joined(separator: ", ")
            return MarkdownItem(
                checkbox: nil, text: text, blocks: [], lines: row.line...row.line, textLines: row.line...row.line)
        }
        guard !items.isEmpty else { return }
        takeObjectives(MarkdownList(isOrdered: false, items: items), section, part)
        if items.contains(where: { !isFree($0.lines) }) {
            understood(table.headerLines, "the head of the table of objectives", ["slo"])
        }
    }

    mutating func takeObjectives(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        var took = false
        for item in list.items where isFree(item.lines) {
            let text = Inline.plain(item.text)
            let title = (Labelled(item.text)?.label ?? text)
            let percent = Self.percent(in: text)
            let line = item.lines.lowerBound
            if title.phrase.has("availab", "uptime"), let percent {
                var record = DraftRecord(id: newID("slo", for: title), title: title)
                record.set("kind", "availability")
                record.set("target", percent)
                record.set("window", "30d")
                guard let path = add(["slo"], record, line: line) else { continue }
                understood(Array(item.lines), "objective \(title): \(percent)", path)
                ask(
                    Array(item.lines), "Over which time is \"\(title)\" measured?", ["30d", "7d", "90d"],
                    meanwhile: "30d", path + "window")
                took = true
            } else if title.phrase.has("latency", "response time"), let bound = Self.milliseconds(in: text) {
                var record = DraftRecord(id: newID("slo", for: title), title: title)
                record.set("kind", "latency")
                record.set("window", "30d")
                record.set("bound", bound)
                record.set("percentile", text.phrase.has("p99") ? "99" : text.phrase.has("p50") ? "50" : "95")
                guard let path = add(["slo"], record, line: line) else { continue }
                understood(Array(item.lines), "objective \(title): \(bound)", path)
                let known = text.phrase.has("p95", "p99", "p50") ? "" : ", and for which percentile"
                ask(
                    Array(item.lines), "Over which time is \"\(title)\" measured\(known)?", ["30d", "7d", "90d"],
                    meanwhile: "30d", path + "window")
                took = true
            } else if title.phrase.has("error budget", "budget") {
                understood(Array(item.lines), "the budget that is left is computed from the objective", ["slo"])
                took = true
            }
        }
        guard took else { return }
        understood(part.lines.filter { ledger.isFree($0) }, "objectives", ["slo"])
        takeHeading(section, "objectives", ["slo"])
    }

    private static func percent(in text: String) -> String? {
        let words = text.split { " ()<>=,~".contains($0) }
        return words.first { word in
            word.hasSuffix("%") && word.dropLast().first?.isNumber == true
                && word.dropLast().allSatisfy { $0.isNumber || $0 == "." } && word.hasPrefix("9")
        }.map(String.init)
    }

    /// "500ms" as a length of playbooks, whose smallest unit is the millisecond.
    private static func milliseconds(in text: String) -> String? {
        let words = text.split { " ()<>=,~".contains($0) }
        return words.first { $0.hasSuffix("ms") && !$0.dropLast(2).isEmpty && $0.dropLast(2).allSatisfy(\.isNumber) }
            .map(String.init)
    }

    // MARK: Reports

    mutating func takeReports(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        guard let first = list.items.first(where: { TimeWords(Inline.plain($0.text)).rhythm != nil }) else { return }
        let title = Labelled(first.text)?.label ?? Inline.plain(first.text)
        var record = DraftRecord(id: newID("report", for: title), title: title)
        record.set("every", TimeWords(title).rhythm ?? "monthly")
        record.set(
            "sections",
            .texts(
                list.items.map { item in
                    let labelled = Labelled(item.text)
                    if item == first { return labelled.map { Inline.plain($0.value) } ?? title }
                    return Inline.plain(item.text)
                }.filter { !$0.isEmpty }))
        guard let path = add(["reports"], record, line: list.lines.lowerBound) else { return }
        understood(part.lines + Array(list.lines), "report \(title)", path)
        takeHeading(section, "reports", ["reports"])
    }
}
