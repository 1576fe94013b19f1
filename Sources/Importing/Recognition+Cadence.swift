/// A sentence that says how often somebody is told.
struct CadenceStatement: Hashable, Sendable {
    /// Empty: all of them.
    let severities: [String]
    let text: String
    let lines: [Int]
}

extension Recognition {
    /// Statements about how often people are told: lists by severity (S3-32 to S3-35), notes behind headings and labels
    /// (S1-29, S2-25), boxes to tick (S0-33).
    mutating func recogniseCadences() {
        for section in outline.sections where section.heading != nil || !section.parts.isEmpty {
            for part in section.parts {
                for block in part.blocks where isFree(block.lines) { takeCadenceList(block, part, section) }
            }
            takeCadenceNotes(section)
            takeCadenceSentences(section)
        }
    }

    private mutating func takeCadenceList(_ block: MarkdownBlock, _ part: ProcedurePart, _ section: ProcedureSection) {
        if let table = block.table {
            takeCadenceTable(table, section)
            return takeAudienceTable(table, section)
        }
        guard let list = block.list else { return }
        if list.hasCheckboxes { return takeCadenceBoxes(list, section) }
        let statements = list.items.compactMap { item -> CadenceStatement? in
            guard let labelled = Labelled(item.text), Self.saysHowOften(labelled.value) else { return nil }
            let concerned = severities(in: labelled.label)
            return concerned.isEmpty
                ? nil : CadenceStatement(severities: concerned, text: labelled.value, lines: Array(item.lines))
        }
        guard statements.count > 1, statements.count == list.items.count else { return }
        takeCadence(statements, title: section.title, audience: audienceOfCadence(section, part.firstLine))
        understood(part.lines.filter { ledger.isFree($0) }, "how often, by severity", ["cadence"])
    }

    private mutating func takeCadenceTable(_ table: MarkdownTable, _ section: ProcedureSection) {
        guard
            let column = table.header.indices.dropFirst().first(where: {
                table.header[$0].phrase.has("frequen", "cadence", "update", "every")
            }),
            table.rows.allSatisfy({ !severities(in: $0.cells[0]).isEmpty }),
            table.rows.allSatisfy({ Self.saysHowOften($0.cells[column]) || TimeWords($0.cells[column]).isNone })
        else { return }
        let statements = table.rows.map { row in
            CadenceStatement(severities: severities(in: row.cells[0]), text: row.cells[column], lines: [row.line])
        }
        takeCadence(statements, title: section.title, audience: audienceOfCadence(section, table.lines.lowerBound))
        understood(table.headerLines, "the head of the table of updates", ["cadence"])
    }

    /// Severities as rows and those who are told as columns: `Drivers (status page)`, `Partners (e-mail)`.
    private mutating func takeAudienceTable(_ table: MarkdownTable, _ section: ProcedureSection) {
        guard isFree(table.lines), table.header.count > 2, !table.rows.isEmpty,
            table.rows.allSatisfy({ !severities(in: $0.cells[0]).isEmpty }),
            table.rows.flatMap({ $0.cells.dropFirst() }).allSatisfy({ Self.isRhythm($0) }),
            table.rows.flatMap({ $0.cells.dropFirst() }).contains(where: { Self.saysHowOften($0) })
        else { return }
        for (column, title) in table.header.enumerated().dropFirst() {
            let (name, note) = Labelled.splitNote(Inline.plain(title))
            let audience = audience(called: name, by: note ?? "", line: table.lines.lowerBound)
            if !name.phrase.words.isEmpty { audienceNames.append((name.phrase.joined, audience)) }
            let statements = table.rows.map { row in
                CadenceStatement(severities: severities(in: row.cells[0]), text: row.cells[column], lines: [row.line])
            }
            takeCadence(statements, title: "Updates: \(name)", audience: audience)
        }
        understood(table.headerLines, "how often each of them is told, by severity", ["cadence"])
        takeHeading(section, "how often each of them is told", ["cadence"])
    }

    private static func isRhythm(_ cell: String) -> Bool {
        saysHowOften(cell) || TimeWords(cell).isNone
            || cell.phrase.has("not needed", "not told", "only if", "on request")
    }

    /// Those whom a title names; the ways are those in parentheses, where they are known.
    private mutating func audience(called name: String, by way: String, line: Int) -> String {
        let phrase = Phrase(name + " " + way)
        if phrase.has("inside", "internal", "engineering", "team", "responder", "staff") {
            if audiences["internal"] == nil, let channel = Self.channels(in: way).first {
                return audience("internal", name, channels: [channel], line: line)
            }
            return internalAudience(line: line)
        }
        if phrase.has("leadership", "executive", "management", "board") { return executiveAudience(line: line) }
        let ways = Self.ways(in: way)
        if phrase.has("customer", "user", "client", "public", "status page"), audiences["customers"] == nil {
            let id = audience("customers", name, channels: ways.isEmpty ? ["status-page"] : ways, line: line)
            knownWays = !ways.isEmpty
            return id
        }
        let key = name.slug ?? "others"
        if audiences[key] != nil { return audience(key, name, channels: ways, line: line) }
        let id = audience(key, name, channels: ways.isEmpty ? ["email"] : ways, line: line)
        if ways.isEmpty {
            ask(
                at: line, "By which ways are \(name) told?", ["email", "status-page", "a channel"], meanwhile: "email",
                ["audiences", id])
        }
        return id
    }

    private mutating func takeCadenceBoxes(_ list: MarkdownList, _ section: ProcedureSection) {
        for item in list.items {
            let words = TimeWords(item.text)
            guard let span = words.spans.first(where: \.isChoice), words.phrase.has("every"), words.phrase.has("update")
            else { continue }
            let audience = internalAudience(line: item.lines.lowerBound)
            let id = newID("cadence", for: audience)
            let middle = span.lengths[span.lengths.count / 2]
            var record = DraftRecord(id: id, title: "Updates")
            record.set("audience", audience)
            record.set("every", middle.notation, line: item.lines.lowerBound)
            record.set("choose", .flow(span.lengths.map(\.notation)))
            guard let path = add(["cadence"], record, line: item.lines.lowerBound) else { continue }
            // The box itself stays to be ticked in its list.
            ask(
                at: item.lines.lowerBound,
                "\"\(Inline.plain(item.text))\": which of the intervals holds until somebody chooses, and for "
                    + "which severities?",
                span.lengths.map(\.notation), meanwhile: "\(middle.notation), all severities", path)
        }
    }

    private mutating func takeCadenceNotes(_ section: ProcedureSection) {
        if let note = section.note, Self.saysHowOften(note), let heading = section.heading {
            takeStatement(note, Array(heading.lines), title: section.title, section)
        }
        for part in section.parts where part.label != nil {
            guard let note = part.note, Self.saysHowOften(note) else { continue }
            takeStatement(note, part.lines, title: part.label ?? "Updates", section)
        }
    }

    private mutating func takeCadenceSentences(_ section: ProcedureSection) {
        guard outline.context(of: section).has("communicat", "update", "status") || section.phrase.has("cadence") else {
            return
        }
        for part in section.parts where isFree(part.lines) && !part.value.isEmpty {
            guard Self.saysHowOften(part.value),
                (part.label ?? part.value).phrase.has("update", "frequen", "cadence", "communicat")
            else { continue }
            takeStatement(part.plain, part.lines, title: part.label ?? section.title, section)
        }
    }

    private mutating func takeStatement(_ text: String, _ lines: [Int], title: String, _ section: ProcedureSection) {
        let concerned = severities(in: text)
        takeCadence(
            [CadenceStatement(severities: concerned, text: text, lines: lines)], title: title,
            audience: audienceOfCadence(section, lines.first ?? 1))
    }

    private mutating func audienceOfCadence(_ section: ProcedureSection, _ line: Int) -> String {
        let context = outline.context(of: section)
        return context.has("external", "customer", "status page") && !context.has("internal")
            ? customerAudience(line: line) : internalAudience(line: line)
    }

    static func saysHowOften(_ text: String) -> Bool {
        let words = TimeWords(text)
        guard !words.phrase.has("rotate", "review", "drill") else { return false }
        return (words.phrase.has("every", "each") && !words.spans.isEmpty) || words.phrase.has("hourly")
            || (words.rhythm == "1d" && words.phrase.words.count < 8)
            || words.phrase.has("at start", "major updates", "on change")
    }

    // MARK: Taking them

    mutating func takeCadence(_ statements: [CadenceStatement], title: String, audience: String) {
        let line = statements[0].lines.first ?? 1
        let id = newID("cadence", for: audience)
        let path: DraftPath = ["cadence", id, "every"]
        var record = DraftRecord(id: id, title: title)
        record.set("audience", audience)
        var named: [DraftEntry] = []
        var common: String?
        var readings: [(RuleReading, CadenceStatement)] = []
        for statement in statements {
            let reading = interval(statement.text, line: statement.lines.first ?? line)
            readings.append((reading, statement))
            if statement.severities.isEmpty { common = reading.rule }
            named += statement.severities.map { DraftEntry($0, .text(reading.rule), line: statement.lines.first) }
        }
        named = named.uniquedByKey
        let isPartial = !named.isEmpty && named.count < ladder.count
        if named.isEmpty {
            record.set("every", common, line: line)
        } else {
            if isPartial { named.append(DraftEntry("others", .text(common ?? "none"))) }
            record.set("every", .map(named), line: line)
        }
        record.set("while", "active")
        guard add(["cadence"], record, line: line) != nil else { return }
        for (reading, statement) in readings {
            let concerned = statement.severities.isEmpty ? "" : statement.severities.joined(separator: ", ") + " "
            understood(statement.lines, "updates: \(concerned)\(reading.rule)", path)
            for question in reading.questions {
                ask(statement.lines, question.question, question.choices, meanwhile: reading.rule, path)
            }
        }
        if isPartial, common == nil {
            ask(
                statements.flatMap(\.lines), "How often is \(audience) told of the other severities?",
                ["none", "on-events"], meanwhile: "none",
                path + "others")
        }
        if named.isEmpty, ladder.count > 1 {
            ask(
                statements.flatMap(\.lines), "\"\(Inline.plain(statements[0].text))\": for all severities?",
                ["all"] + ladder.dropLast().map { "at least \($0.id)" }, meanwhile: "all", path)
        }
    }

    /// How often, in the notation of cadences.
    private mutating func interval(_ text: String, line: Int) -> RuleReading {
        let words = TimeWords(text)
        let shown = "\"\(Inline.plain(text))\""
        var within = ""
        if words.saysBusinessHours {
            needBusinessTime(line)
            within = " within \(Self.calendar)"
        }
        if words.isNone || words.phrase.has("not needed", "not told") { return RuleReading(rule: "none") }
        if words.phrase.has("internal only", "internally only") {
            return RuleReading(
                rule: "none",
                questions: [
                    .init(
                        question: "\(shown) says to whom and not how often: how often?",
                        choices: ["none", "on-events", "daily"])
                ])
        }
        if let span = words.span {
            // A choice is written where a cadence is defined; here its first length stands for it.
            return RuleReading(rule: span.notation + within)
        }
        if words.phrase.has("hourly") { return RuleReading(rule: "1h" + within) }
        if words.rhythm == "1d" { return RuleReading(rule: "daily" + within) }
        if words.phrase.has("at start", "major", "on change", "when something", "milestone", "as needed") {
            return RuleReading(rule: "on-events")
        }
        return RuleReading(
            rule: "on-events",
            questions: [
                .init(question: "\(shown) names no interval: how often?", choices: ["on-events", "30m", "none"])
            ])
    }
}
