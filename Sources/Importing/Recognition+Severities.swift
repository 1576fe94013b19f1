/// What the procedure says of one severity, in a row or in a section.
struct SeverityFacts {
    let label: SeverityLabel
    let line: Int
    var entries: [Entry] = []

    struct Entry {
        let label: String
        let value: String
        let items: [String]
        let lines: [Int]
        var phrase: Phrase { label.phrase }
    }
}

extension Recognition {
    /// The severity ladder: a table with a row for each, or sections of which each describes one (S0 to S4).
    mutating func recogniseSeverities() {
        for section in outline.sections {
            if let facts = severityTable(in: section) {
                return takeLadder(facts, from: section)
            }
            if let facts = severitySections(in: section) {
                return takeLadder(facts, from: section)
            }
        }
    }

    // MARK: Finding it

    private mutating func severityTable(in section: ProcedureSection) -> [SeverityFacts]? {
        for table in section.parts.flatMap(\.blocks).compactMap(\.table) {
            guard let first = table.header.first?.phrase, first.has("sever", "priorit", "level"), table.rows.count > 1,
                table.header.dropFirst().allSatisfy({ TimeWords($0).spans.isEmpty })
            else { continue }
            let labels = table.rows.map { SeverityLabel($0.cells[0]) }
            guard labels.allSatisfy({ $0 != nil }), Set(labels.compactMap { $0?.id }).count == labels.count else {
                continue
            }
            // Where cells name people, it is an escalation.
            guard
                table.header.dropFirst().contains(where: { header in
                    header.phrase.has(
                        "descr", "defin", "mean", "impact", "respon", "example", "criteria", "resol", "sla")
                })
            else { continue }
            ledger.add(
                table.headerLines, .understood(what: "the head of the table of severities", path: "severities"),
                path: ["severities"])
            return zip(table.rows, labels).compactMap { row, label in
                label.map { facts(row, $0, table.header) }
            }
        }
        return nil
    }

    private func facts(_ row: MarkdownTable.Row, _ label: SeverityLabel, _ header: [String]) -> SeverityFacts {
        var facts = SeverityFacts(label: label, line: row.line)
        for (title, cell) in zip(header, row.cells).dropFirst() where !cell.isEmpty {
            let plain = Inline.plain(cell)
            facts.entries.append(
                .init(
                    label: Inline.plain(title), value: plain, items: plain.enumerated.map(\.capitalised),
                    lines: [row.line]))
        }
        return facts
    }

    private func severitySections(in section: ProcedureSection) -> [SeverityFacts]? {
        let children = outline.children(of: section)
        let labelled = children.compactMap { child in SeverityLabel(child.title).map { (child, $0) } }
        let isAnnounced = outline.context(of: section).has("sever", "classif", "priorit")
        guard labelled.count > 1, Set(labelled.map(\.1.id)).count == labelled.count,
            labelled.allSatisfy({ SeverityLabel.isCode($0.1.id) }) || isAnnounced
        else { return nil }
        return labelled.map { child, label in
            let line = child.heading?.line ?? 1
            let note = child.note.map { " (\($0))" } ?? ""
            var facts = SeverityFacts(label: SeverityLabel(child.title + note) ?? label, line: line)
            for entry in entries(of: child) where isFree(entry.lines) {
                facts.entries.append(
                    .init(
                        label: entry.label, value: Inline.plain(entry.value), items: entry.items.map(Inline.plain),
                        lines: entry.lines))
            }
            return facts
        }
    }

    // MARK: Taking it

    private mutating func takeLadder(_ found: [SeverityFacts], from section: ProcedureSection) {
        var facts = found
        takeHeading(section, "the severity ladder", ["severities"])
        let numbers = facts.compactMap(\.label.number)
        if numbers.count == facts.count, numbers != numbers.sorted() {
            facts.sort { ($0.label.number ?? 0) < ($1.label.number ?? 0) }
            ask(
                facts.map(\.line).sorted(),
                "The severities are not listed by their numbers: is the lowest number the worst?",
                ["the lowest number is the worst", "the order of the document"],
                meanwhile: "the lowest number is the worst", ["severities"])
        } else if numbers.isEmpty,
            facts.first.map({ $0.label.id.phrase.has("low", "minor", "info", "trivial") }) == true
        {
            facts.reverse()
            ask(
                facts.map(\.line).sorted(),
                "The severities seem to be listed from the mildest: is the last one the worst?",
                ["the last one is the worst", "the first one is the worst"], meanwhile: "the last one is the worst",
                ["severities"])
        }
        for fact in facts { take(fact) }
        guard !ladder.isEmpty else { return }
        askAboutClocks(facts)
        ask(
            [], "Which words of alert sources (critical, warning, …) mean which severity?", [],
            meanwhile: "none: alerts get their severity from routes and people", ["severities"])
        recogniseCriteria(facts)
        cadenceOfLadder(facts)
        escalationOfLadder(facts)
    }

    private mutating func take(_ facts: SeverityFacts) {
        guard ladder.count < 20, claimID("severity", facts.label.id) else {
            leaveOut([facts.line], "a ladder has at most 20 severities, each with a label of its own")
            return
        }
        let path: DraftPath = ["severities", facts.label.id]
        var record = DraftRecord()
        record.set("id", facts.label.id)
        let described = facts.entries.first { $0.phrase.has("defin", "descr", "mean", "summary") && !$0.value.isEmpty }
        let impact = facts.entries.first {
            $0.phrase.isOnly("impact") || $0.phrase.has("user impact", "customer impact")
        }
        let source = described ?? impact ?? facts.entries.first(where: Self.mayDescribe)
        let titled = facts.label.name.isEmpty ? facts.entries.first { Self.isName($0) } : nil
        var (name, meaning) = (titled?.value ?? facts.label.name, source?.value ?? "")
        if name.isEmpty, let (head, rest) = Self.divided(meaning) { (name, meaning) = (head, rest) }
        record.set("name", name.isEmpty ? facts.label.id : name)
        record.set("meaning", meaning.isEmpty ? (name.isEmpty ? facts.label.id : name) : meaning)
        if meaning.isEmpty {
            ask(
                [facts.line], "\(facts.label.id) is not described: when is an incident one?", [], meanwhile: "its name",
                path + "meaning")
        }
        var facets: [DraftEntry] = []
        var clocks: [DraftEntry] = []
        var taken: [Int] = [facts.line] + (source?.lines ?? []) + (titled?.lines ?? [])
        var readings: [(reading: RuleReading, clock: String, lines: [Int])] = []
        for entry in facts.entries where entry.label != source?.label && entry.label != titled?.label {
            switch Self.meaning(of: entry.phrase) {
            case .examples: record.set("examples", entry.list, line: entry.lines.first)
            case .characteristics: record.set("characteristics", entry.list, line: entry.lines.first)
            case .clock(let clock):
                let text = entry.value.isEmpty ? entry.list.joined(separator: ", ") : entry.value
                let reading = rule(text, .clock, line: entry.lines.first ?? facts.line)
                clocks.append(DraftEntry(clock, .text(reading.rule), line: entry.lines.first))
                readings.append((reading, clock, entry.lines))
                facets.append(DraftEntry(Self.facet(clock), .text(text)))
            case .facet:
                let key = entry.label.slug ?? "other"
                guard !facets.contains(where: { $0.key == key }) else { break }
                facets.append(
                    DraftEntry(key, .text(entry.value.isEmpty ? entry.list.joined(separator: ", ") : entry.value)))
            }
            taken += entry.lines
        }
        record.set("facets", .map(facets))
        record.set("clocks", .map(clocks.uniquedByKey))
        ladder.append(WrittenSeverity(id: facts.label.id, name: name, line: facts.line))
        add(["severities"], record, line: facts.line)
        understood(
            taken, "severity \(facts.label.id)" + (name.isEmpty ? "" : " (\(name))") + told(facts, clocks), path)
        for (reading, clock, lines) in readings { askAbout(reading, lines, path + "clocks" + clock) }
    }

    private func told(_ facts: SeverityFacts, _ clocks: [DraftEntry]) -> String {
        let rules = clocks.map { entry -> String in
            guard case .text(let rule) = entry.value else { return entry.key }
            return "\(entry.key) \(rule)"
        }
        return rules.isEmpty ? "" : ": " + rules.joined(separator: ", ")
    }

    /// "Critical Outage - Service unavailable": a name and what it means.
    private static func divided(_ text: String) -> (String, String)? {
        for mark in [" - ", " – ", " — ", ": "] {
            guard let range = text.firstRange(of: mark) else { continue }
            let (head, rest) = (text[..<range.lowerBound].trimmed, text[range.upperBound...].trimmed)
            if !head.isEmpty, !rest.isEmpty, head.split(separator: " ").count <= 4 { return (head, rest) }
        }
        return nil
    }

    /// Whether a part without a known name can be what the severity means.
    private static func mayDescribe(_ entry: SeverityFacts.Entry) -> Bool {
        guard !entry.value.isEmpty, TimeWords(entry.value).spans.isEmpty, case .facet = meaning(of: entry.phrase) else {
            return false
        }
        return !entry.phrase.has("communicat", "update", "escalat", "notif")
    }

    /// A column of names beside the labels: `S1`, "Blackout".
    private static func isName(_ entry: SeverityFacts.Entry) -> Bool {
        entry.phrase.isOnly("name", "title", "label", "called", "we call it") && !entry.value.isEmpty
    }

    private enum Meaning {
        case examples, characteristics, facet
        case clock(String)
    }

    private static func meaning(of phrase: Phrase) -> Meaning {
        if phrase.has("example", "sample") { return .examples }
        if phrase.has("character", "criteria", "symptom", "indicator") { return .characteristics }
        if phrase.has("acknowledg", "ack time") || phrase.isOnly("ack", "tta", "mtta") { return .clock("ack") }
        if phrase.has("start work", "work start", "begin work", "picked up", "pick up") { return .clock("respond") }
        if phrase.has("resol", "sla", "fix time", "fixed", "solved", "restor", "mttr", "recover", "time to fix") {
            return .clock("resolve")
        }
        if phrase.has("mitigat") { return .clock("mitigate") }
        if phrase.has("first update", "initial update", "first communication") { return .clock("first-update") }
        if phrase.has("business impact", "communicat", "update", "escalat", "notif") { return .facet }
        if phrase.has("respon", "react") || phrase.isOnly("sla", "target") { return .clock("respond") }
        return .facet
    }

    private static func facet(_ clock: String) -> String {
        switch clock {
        case "respond": "response"
        case "resolve": "resolution"
        default: clock
        }
    }

    private mutating func askAboutClocks(_ facts: [SeverityFacts]) {
        let lines = facts.map(\.line).sorted()
        let starts: [(clock: String, words: String, anchors: [String])] = [
            ("ack", "acknowledge", ["alert-fired", "declared"]),
            ("respond", "response", ["declared", "alert-fired", "detected"]),
            ("first-update", "first update", ["declared", "detected"]),
            ("mitigate", "mitigation", ["detected", "declared"]),
            ("resolve", "resolution", ["detected", "declared", "impact-started"]),
        ]
        for (clock, words, anchors) in starts
        where ladder.contains(where: { draft[["severities", $0.id, "clocks", clock]] != nil }) {
            ask(
                lines, "From when does the time for \(words) count? The procedure does not say.", anchors,
                meanwhile: anchors[0],
                ["severities"])
        }
    }
}

extension SeverityFacts.Entry {
    var list: [String] { items.isEmpty ? (value.isEmpty ? [] : value.enumerated) : items }
}

extension [DraftEntry] {
    /// The first of each key.
    var uniquedByKey: [DraftEntry] {
        var seen: Set<String> = []
        return filter { seen.insert($0.key).inserted }
    }
}
