extension Recognition {
    /// Forms of entries of the timeline: numbered items of places to fill with labels below them (S0-21, S0-27,
    /// S0-29), tables of what is noted (S0-30), fences to paste into (S0-23, S0-24).
    mutating func recogniseRecords() {
        for section in outline.sections {
            for part in section.parts {
                let words = Phrase((part.label ?? "") + " " + section.title)
                for block in part.blocks where isFree(block.lines) {
                    if part.phrase.isOnly("example", "examples"), let list = block.list, !list.hasCheckboxes,
                        list.items.contains(where: { $0.text.hasPrefix("**") })
                    {
                        takeExample(list, section, part)
                    } else if let list = block.list,
                        list.items.contains(where: { $0.text.contains("[") && $0.blocks.contains { $0.list != nil } })
                    {
                        takeRecord(list, words, section, part)
                    } else if let table = block.table, words.has("feature flag", "flag change") {
                        takeFlags(table, section, part)
                    } else if let fence = block.fence {
                        takePaste(fence, words, section, part)
                    } else if let list = block.list, words.has("factor"),
                        list.items.allSatisfy({ $0.text.hasPrefix("[") })
                    {
                        takeFactors(list, section, part)
                    }
                }
            }
        }
    }

    private static func kind(of words: Phrase) -> String? {
        if words.has("hypothes") { return "hypothesis" }
        if words.has("permanent", "root cause fix", "resolution") { return "fix" }
        if words.has("mitigat", "immediate action", "restore service") { return "mitigation" }
        if words.has("flag") { return "flag-change" }
        return words.has("decision") ? "decision" : nil
    }

    private mutating func takeRecord(
        _ list: MarkdownList, _ words: Phrase, _ section: ProcedureSection, _ part: ProcedurePart
    ) {
        guard let kind = Self.kind(of: words), claimID("record", kind), let first = list.items.first else { return }
        var record = DraftRecord()
        record.set("id", kind)
        record.set("title", section.title)
        record.set("text", part.label, line: part.firstLine)
        var asks: [DraftElement] = []
        var outcomes: [DraftEntry] = []
        var used: Set<String> = []
        func add(_ id: String, _ title: String, required: Bool, line: Int) {
            guard used.insert(id).inserted else { return }
            var ask = DraftRecord(id: id, title: title)
            if required { ask.set("required", "true") }
            asks.append(DraftElement(ask.node, name: id, line: line))
        }
        let main = kind == "hypothesis" ? ("statement", "Hypothesis") : ("action", "Action")
        add(main.0, main.1, required: true, line: first.lines.lowerBound)
        for inner in first.blocks.compactMap(\.list).flatMap(\.items) {
            guard let labelled = Labelled(inner.text) else { continue }
            let blanks = Blank.parts(of: labelled.value).compactMap { part -> Blank? in
                if case .blank(let blank) = part { return blank }
                return nil
            }
            if let outcome = Self.outcomes(kind, blanks) {
                outcomes += outcome.map { DraftEntry($0.key, .text($0.word), line: inner.lines.lowerBound) }
                continue
            }
            let wanted = blanks.first.map { $0.content.isEmpty ? "" : " (\($0.content.filter { $0 != "\"" }))" } ?? ""
            add(Self.attribute(labelled.label), labelled.label + wanted, required: false, line: inner.lines.lowerBound)
        }
        record.set("asks", .list(asks))
        record.set("outcomes", .map(outcomes.uniquedByKey))
        let examples = list.items.map { item in
            let parts = item.blocks.compactMap(\.list).flatMap(\.items).filter { Blank.count(in: $0.text) == 0 }
            return ([Self.example(item.text)] + parts.map { Inline.plain($0.text) }).joined(separator: "\n")
        }
        if kind == "hypothesis" { record.set("examples", .list(examples.map { DraftElement(.block($0)) })) }
        guard let path = self.add(["records"], record, named: kind, line: list.lines.lowerBound) else { return }
        understood(
            part.lines + Array(list.lines),
            "the form of a \(kind): \(Self.counted(asks.count, "question")), "
                + "\(Self.counted(outcomes.count, "outcome"))",
            path)
        takeHeading(section, "the form of a \(kind)", path)
    }

    /// `[Hypothesis 1 - e.g., "Database connection pool exhausted"]` without what is around it.
    private static func example(_ text: String) -> String {
        let quoted = text.split(separator: "\"", omittingEmptySubsequences: false)
        return quoted.count >= 3 ? String(quoted[1]) : Inline.plain(text).filter { !"[]".contains($0) }
    }

    /// The outcomes of an entry for which a choice of words stands.
    private static func outcomes(_ kind: String, _ blanks: [Blank]) -> [(key: String, word: String)]? {
        guard case .choice(let words)? = blanks.first?.kind else { return nil }
        let keys = words.map { word -> String? in
            let phrase = word.phrase
            switch kind {
            case "hypothesis":
                return phrase.has("confirm", "pass", "true")
                    ? "confirmed"
                    : phrase.has("reject", "fail", "false") ? "rejected" : phrase.has("inconcl") ? "inconclusive" : nil
            case "mitigation":
                return phrase.has("success")
                    ? "success" : phrase.has("partial") ? "partial" : phrase.has("fail") ? "failed" : nil
            default: return nil
            }
        }
        guard keys.allSatisfy({ $0 != nil }) else { return nil }
        return zip(keys, words).compactMap { key, word in key.map { ($0, word) } }
    }

    /// The attribute of an entry that a label fills.
    private static func attribute(_ label: String) -> String {
        let phrase = label.phrase
        if phrase.has("executed by", "by") { return "by" }
        if phrase.has("command", "change") { return phrase.has("command") ? "command" : "change" }
        if phrase.has("pr", "ticket", "link") { return "link" }
        for word in ["test", "result", "evidence", "impact", "deployed", "verification", "reason"]
        where phrase.has(word) { return word }
        return label.slug ?? "other"
    }

    private mutating func takeExample(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        let kind = Self.kind(of: section.phrase)
        let text = list.items.map { item in
            ([Inline.plain(item.text)] + item.blocks.compactMap(\.list).flatMap(\.items).map { Inline.plain($0.text) })
                .joined(separator: "\n")
        }
        guard let kind, draft[["records", kind]] != nil else {
            return leaveOut(part.lines + Array(list.lines), "an example, not a rule")
        }
        draft.set(["records", kind, "examples"], .list(text.map { DraftElement(.block($0)) }), line: part.firstLine)
        understood(part.lines + Array(list.lines), "an example of a \(kind)", ["records", kind, "examples"])
    }

    private mutating func takeFlags(_ table: MarkdownTable, _ section: ProcedureSection, _ part: ProcedurePart) {
        guard claimID("record", "flag-change") else { return }
        let ids = table.header.map { title -> String in
            let phrase = title.phrase
            return phrase.has("previous", "old", "before")
                ? "previous"
                : phrase.has("new", "after")
                    ? "new"
                    : phrase.has("time", "when", "at")
                        ? "at"
                        : phrase.has("reason", "why")
                            ? "reason" : phrase.has("flag", "name") ? "flag" : title.slug ?? "other"
        }
        var record = DraftRecord()
        record.set("id", "flag-change")
        record.set("title", section.title)
        record.set("text", part.label)
        record.set(
            "asks",
            .list(
                zip(ids, table.header).map { id, title in
                    DraftElement(DraftRecord(id: id, title: Inline.plain(title)).node, name: id)
                }))
        record.set("examples", .texts(table.rows.map { row in row.cells.map(Inline.plain).joined(separator: ", ") }))
        guard let path = add(["records"], record, named: "flag-change", line: table.lines.lowerBound) else { return }
        understood(
            part.lines + Array(table.lines),
            "the form of a change of a flag, \(Self.counted(table.rows.count, "example"))", path)
        takeHeading(section, "the form of a change of a flag", path)
    }

    /// `[Paste relevant error logs]`, `[Describe the underlying technical cause]` with examples below.
    private mutating func takePaste(
        _ fence: MarkdownFence, _ words: Phrase, _ section: ProcedureSection, _ part: ProcedurePart
    ) {
        guard fence.language.isEmpty, let first = fence.content.first(where: { !$0.isBlank }),
            first.trimmed.hasPrefix("["), first.trimmed.hasSuffix("]"), first.text.count(where: { $0 == "[" }) == 1
        else { return }
        let help = fence.content.filter { !$0.isBlank }.map { $0.trimmed.filter { !"[]".contains($0) } }.joined(
            separator: "\n")
        let lines = part.lines + Array(fence.lines)
        let title = part.label ?? section.title
        if words.has("log excerpt", "logs"), claimID("record", "log-excerpt") {
            var record = DraftRecord()
            record.set("id", "log-excerpt")
            record.set("title", title)
            record.set("text", help)
            if let path = add(["records"], record, named: "log-excerpt", line: fence.lines.lowerBound) {
                understood(lines, "the form of an excerpt of logs", path)
            }
            return
        }
        let isCause = words.has("root cause")
        let id = newID("field", for: title)
        var field = DraftRecord(id: id, title: title)
        field.set("kind", words.has("symptom") ? "list" : "long-text")
        if isCause { field.set("maps", "root-cause") }
        field.set("help", help)
        guard let path = add(["fields"], field, line: fence.lines.lowerBound) else { return }
        understood(lines, "field \(title)", path)
        ask(
            part.lines, "When does \"\(title)\" have to be answered?", ["no", "at-declare", "at-resolve", "at-close"],
            meanwhile: "no", path)
    }

    private mutating func takeFactors(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        let title = part.label ?? section.title
        let id = newID("field", for: title)
        var field = DraftRecord(id: id, title: title)
        field.set("kind", "list")
        field.set(
            "help",
            "Examples:\n" + list.items.map { "- " + $0.text.filter { !"[]".contains($0) } }.joined(separator: "\n"))
        guard let path = add(["fields"], field, line: list.lines.lowerBound) else { return }
        understood(part.lines + Array(list.lines), "field \(title)", path)
    }
}

extension Recognition {
    /// Hypotheses as headings in a fence, each with evidence, test and result (S1-22).
    mutating func recogniseHypotheses() {
        for section in outline.sections {
            for part in section.parts where Phrase((part.label ?? "") + " " + section.title).has("hypothes") {
                for fence in part.blocks.compactMap(\.fence) where isFree(fence.lines) && !fence.isShell {
                    takeHypotheses(fence, section, part)
                }
            }
        }
    }

    private mutating func takeHypotheses(_ fence: MarkdownFence, _ section: ProcedureSection, _ part: ProcedurePart) {
        var asks: [String] = []
        var outcomes: [DraftEntry] = []
        var examples: [String] = []
        for line in fence.content {
            let text = line.trimmed
            if text.hasPrefix("#"), text.phrase.has("hypothesis") {
                examples.append(text.split(separator: ":").last.map { $0.trimmed } ?? text)
            } else if let labelled = Labelled(text.drop { "-* ".contains($0) }.trimmed), !examples.isEmpty {
                let words = Blank.parts(of: labelled.value).flatMap { part -> [String] in
                    if case .blank(let blank) = part, case .choice(let words) = blank.kind { return words }
                    return []
                }
                if words.isEmpty {
                    asks.append(labelled.label)
                    examples[examples.count - 1] += "\n\(labelled.label): \(Inline.plain(labelled.value))"
                } else {
                    outcomes += words.map { word in
                        let isGood = word.phrase.has("pass", "confirm", "true")
                        return DraftEntry(
                            isGood
                                ? "confirmed"
                                : word.phrase.has("fail", "reject", "false") ? "rejected" : "inconclusive", .text(word))
                    }
                }
            }
        }
        guard !asks.isEmpty, claimID("record", "hypothesis") else { return }
        var record = DraftRecord()
        record.set("id", "hypothesis")
        record.set("title", part.label ?? section.title)
        let questions = ["statement"] + asks.uniqued.map { $0.slug ?? "other" }
        record.set(
            "asks",
            .list(
                zip(questions, ["Hypothesis"] + asks.uniqued).map { id, title in
                    DraftElement(DraftRecord(id: id, title: title).node, name: id)
                }))
        record.set("outcomes", .map(outcomes.uniquedByKey))
        record.set("examples", .list(examples.map { DraftElement(.block($0)) }))
        guard let path = add(["records"], record, named: "hypothesis", line: fence.lines.lowerBound) else { return }
        understood(
            part.lines + Array(fence.lines), "the form of a hypothesis: \(Self.counted(questions.count, "question"))",
            path)
        if !outcomes.isEmpty, !outcomes.contains(where: { $0.value == .text("Confirmed") }) {
            ask(
                [fence.lines.lowerBound], "Which of the results of a test confirms a hypothesis?",
                outcomes.uniquedByKey.map(\.key),
                meanwhile: outcomes.uniquedByKey.map { entry in
                    if case .text(let word) = entry.value { return "\(word) = \(entry.key)" }
                    return entry.key
                }.joined(separator: ", "), path + "outcomes")
        }
    }
}
