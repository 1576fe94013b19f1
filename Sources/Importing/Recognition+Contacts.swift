extension Recognition {
    /// Whom to call: tables and lists of contacts (S0-56, S2-37 to S2-39, S3-50, S4-21), channels by purpose (S3-31).
    mutating func recogniseContacts() {
        for section in outline.sections {
            let context = outline.context(of: section)
            for part in section.parts {
                let words = Phrase((part.label ?? "") + " " + context.joined)
                for block in part.blocks where isFree(block.lines) {
                    if let table = block.table,
                        words.has("contact", "escalat", "who to")
                            || table.header.contains(where: { $0.phrase.has("contact") })
                    {
                        takeContacts(table, section)
                    }
                    guard let list = block.list, !list.hasCheckboxes else { continue }
                    if words.has("contact", "vendor") {
                        takeContacts(list, section, part)
                    } else if words.has("channel"), list.items.allSatisfy({ !Self.channels(in: $0.text).isEmpty }) {
                        takeChannels(list, section, part)
                    }
                }
            }
        }
    }

    private mutating func takeContacts(_ table: MarkdownTable, _ section: ProcedureSection) {
        let columns = table.header.map(Self.column)
        guard columns.contains(.contact) || columns.contains(.phone) || columns.contains(.portal),
            let first = table.header.first?.phrase,
            first.has("role", "team", "name", "contact", "vendor", "service", "who", "person", "function")
        else { return }
        for row in table.rows where !row.cells[0].isEmpty {
            guard let id = target(row.cells[0], line: row.line) else { continue }
            takeContact(row, columns, table.header, of: id)
        }
        understood(table.headerLines, "the head of the table of contacts", ["targets"])
        takeHeading(section, "contacts", ["targets"])
    }

    /// What a column of a table of contacts holds.
    private enum ContactColumn { case contact, phone, portal, backup, when, other }

    private static func column(_ title: String) -> ContactColumn {
        let phrase = title.phrase
        if phrase.has("backup", "secondary", "fallback", "alternate", "deputy", "substitute") { return .backup }
        if phrase.has("phone", "telephone", "mobile") { return .phone }
        if phrase.has("portal", "link", "url", "website") { return .portal }
        if phrase.has("contact", "primary", "pager", "slack", "email", "mail", "chat", "person", "name", "reach") {
            return .contact
        }
        return phrase.has("when", "condition", "for", "use") ? .when : .other
    }

    private mutating func takeContact(
        _ row: MarkdownTable.Row, _ columns: [ContactColumn], _ header: [String], of id: String
    ) {
        let path: DraftPath = ["targets", id]
        let name = Inline.plain(row.cells[0])
        var ways: [String] = []
        for (index, kind) in columns.enumerated().dropFirst() {
            let text = Inline.plain(row.cells[index])
            guard !text.isEmpty, !["-", "–", "—", "n/a"].contains(text.lowercased()) else { continue }
            if Self.unfilled(text) != nil, kind == .backup {
                ask([row.line], "\"\(text)\": who stands in for \(name)?", [], meanwhile: "nobody", path)
                continue
            }
            if Self.unfilled(text) != nil {
                let key = kind == .phone ? "phone" : kind == .portal ? "portal" : "contact"
                describe(target: id, key, .text("unfilled"), line: row.line)
                let what = kind == .phone ? "what is the number of" : kind == .portal ? "where is" : "who is"
                ask(
                    [row.line], "\"\(text)\": \(what) \(name)?", [], meanwhile: "unfilled", path + key)
                continue
            }
            switch kind {
            case .phone: describe(target: id, "phone", .text(text), line: row.line)
            case .when: takeOccasion(text, of: id, row.line)
            case .backup: takeBackup(text, of: id, row.line)
            case .portal: describe(target: id, "portal", .text(Inline.firstAddress(text) ?? text), line: row.line)
            case .contact:
                if let address = Inline.firstAddress(text) {
                    describe(target: id, "portal", .text(address), line: row.line)
                } else {
                    if text.hasPrefix("#") { draft.set(path + "kind", "channel", line: row.line) }
                    ways.append(text)
                }
            case .other: ways.append("\(Inline.plain(header[index])): \(text)")
            }
        }
        if draft[path + "portal"] != nil, !isParty(name), columns.contains(.phone) || columns.contains(.contact),
            draft[path + "kind"] == .text("role")
        {
            draft.set(path + "kind", "vendor", line: row.line)
        }
        describe(target: id, "contact", ways.isEmpty ? nil : .text(ways.joined(separator: ", ")), line: row.line)
        understood([row.line], "contact \(name)", path)
    }

    /// `unfilled` for a place that the team has to fill.
    private static func unfilled(_ text: String) -> String? {
        let isBlank =
            Blank.parts(of: text).contains { if case .blank = $0 { true } else { false } }
            || text.phrase.isOnly("tbd", "todo", "n a")
        return isBlank ? "unfilled" : nil
    }

    /// "No response in 15m" is a rule and not only words (S2-38).
    private mutating func takeOccasion(_ text: String, of id: String, _ line: Int) {
        describe(target: id, "when", .text(text), line: line)
        let words = TimeWords(text)
        guard words.phrase.has("no response", "no ack", "not acknowledg", "unacknowledg", "doesn"),
            let span = words.span
        else { return }
        takeTimeout(text, span, to: id, [line])
    }

    /// Whoever is called when nobody has acknowledged an alert for some time.
    mutating func takeTimeout(_ text: String, _ span: WrittenSpan, to id: String, _ lines: [Int]) {
        let line = lines.first ?? 1
        if let known = timeouts.first(where: { $0.target == id }) {
            if known.after != span.first.notation {
                ask(
                    lines,
                    "\"\(text)\": line \(known.line) says \(known.after) of the same: after how long is \(id) called?",
                    [known.after, span.first.notation], meanwhile: known.after, ["escalation", known.plan])
            } else {
                understood(lines, "the same as in line \(known.line)", ["escalation", known.plan])
            }
            return
        }
        let plan = newID("plan", for: "No response")
        var record = DraftRecord(id: plan, title: text)
        var timeout = DraftRecord()
        timeout.set("after", span.first.notation)
        timeout.set("from", "alert-fired")
        timeout.set("to", "target(\(id))")
        record.set("ack-timeout", timeout.node, line: line)
        guard let path = add(["escalation"], record, line: line) else { return }
        timeouts.append(WrittenTimeout(target: id, after: span.first.notation, plan: plan, line: line))
        ask(
            lines, "\"\(text)\": is \(id) called when nobody has acknowledged the alert for so long?",
            ["from alert-fired", "from declared", "words only"],
            meanwhile: "from alert-fired", path)
    }

    private mutating func takeBackup(_ text: String, of id: String, _ line: Int) {
        let name = text.hasPrefix("@") ? String(text.dropFirst()).replacing("-", with: " ") : text
        guard
            let backup = target(
                name, line: line,
                kind: text.hasPrefix("#")
                    ? "channel" : text.hasPrefix("@") ? "role" : isParty(name) ? PartyName(name).kind : "queue"),
            backup != id
        else { return }
        if text.hasPrefix("@") || text.hasPrefix("#") { describe(target: backup, "contact", .text(text), line: line) }
        draft.set(["targets", id, "backup"], "target(\(backup))", line: line)
    }

    // MARK: Lists

    private mutating func takeContacts(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        var took = false
        for item in list.items where isFree(item.lines) {
            guard let labelled = Labelled(item.text), !labelled.value.isEmpty else { continue }
            let line = item.lines.lowerBound
            let value = Inline.plain(labelled.value)
            let isVendor =
                section.phrase.has("vendor", "external", "provider") || labelled.label.phrase.has("provider", "vendor")
            let isPlace = !isParty(labelled.label) && !isVendor
            guard let id = target(labelled.label, line: line, kind: isVendor ? "vendor" : isPlace ? "queue" : nil)
            else { continue }
            let path: DraftPath = ["targets", id]
            let channels = Self.channels(in: value)
            let key =
                labelled.label.phrase.has("phone") ? "phone" : Inline.firstAddress(value) != nil ? "portal" : "contact"
            if isVendor, let of = labelled.label.split(separator: " ").first {
                describe(target: id, "vendor-of", .text(String(of)), line: line)
            }
            if let word = Self.unfilled(value) {
                describe(target: id, key, .text(word), line: line)
                ask(
                    Array(item.lines), "\"\(labelled.label): \(value)\": who or where is that?", [],
                    meanwhile: "unfilled", path + key)
            } else {
                describe(target: id, key, .text(Inline.firstAddress(value) ?? value), line: line)
                if isPlace, !channels.isEmpty { draft.set(path + "kind", "channel", line: line) }
            }
            understood(Array(item.lines), "contact \(labelled.label)", path)
            took = true
        }
        guard took else { return }
        understood(part.lines.filter { ledger.isFree($0) }, "contacts", ["targets"])
        takeHeading(section, "contacts", ["targets"])
    }

    /// `**#leadership**: Executive updates for SEV-1/SEV-2`: each channel is an audience.
    private mutating func takeChannels(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        for (index, item) in list.items.enumerated() {
            guard let channel = Self.channels(in: item.text).first else { continue }
            let text = Labelled(item.text).map { Inline.plain($0.value) } ?? ""
            let phrase = text.phrase
            let isMain = phrase.has("primary", "coordination", "main") || (index == 0 && audiences["internal"] == nil)
            let id =
                isMain
                ? "internal"
                : phrase.has("executive", "leadership", "management") ? "leadership" : channel.slug ?? "channel"
            let condition = condition(for: severities(in: text))
            let made = audience(
                id, text.isEmpty ? channel : text, channels: [channel], line: item.lines.lowerBound, when: condition)
            understood(
                Array(item.lines), "audience \(channel)" + (condition.map { ", when \($0)" } ?? ""),
                ["audiences", made])
        }
        understood(part.lines.filter { ledger.isFree($0) }, "channels", ["audiences"])
        takeHeading(section, "channels", ["audiences"])
    }

    // MARK: Outside

    /// What makes customers be told, and on which ways (S3-38, S3-39).
    mutating func recogniseOutside() {
        for section in outline.sections where outline.context(of: section).has("external", "customer") {
            for part in section.parts {
                guard let list = part.blocks.compactMap(\.list).first, isFree(part.allLines) else { continue }
                if part.phrase.has("trigger", "when to communicat") {
                    takeTriggers(list, part)
                } else if part.phrase.isOnly("channels", "channel") {
                    takeWays(list, part)
                }
            }
        }
    }

    private mutating func takeTriggers(_ list: MarkdownList, _ part: ProcedurePart) {
        let audience = customerAudience(line: part.firstLine)
        let conditions = list.items.map { condition(Inline.plain($0.text), line: $0.lines.lowerBound) }
        let known = conditions.compactMap(\.condition).uniqued
        guard !known.isEmpty else { return }
        let joined = known.map { $0.contains(" and ") ? "(\($0))" : $0 }.joined(separator: " or ")
        draft.set(["audiences", audience, "when"], joined, line: part.firstLine)
        if draft[["status-page", "required"]] == nil {
            draft.set(["status-page", "required"], joined, line: part.firstLine)
        }
        understood(
            part.lines + Array(list.lines), "customers are told when \(joined)", ["audiences", audience, "when"])
        for (item, reading) in zip(list.items, conditions) {
            if reading.condition == nil {
                ask(
                    Array(item.lines), "\"\(Inline.plain(item.text))\": which incidents are these?", [],
                    meanwhile: "they are not told apart", ["audiences", audience, "when"])
            } else if let question = reading.question {
                ask(
                    Array(item.lines), question.question, question.choices, meanwhile: reading.condition ?? "",
                    ["audiences", audience, "when"])
            }
        }
    }

    private mutating func takeWays(_ list: MarkdownList, _ part: ProcedurePart) {
        let audience = customerAudience(line: part.firstLine)
        let channels = list.items.flatMap { Self.ways(in: $0.text) }
        draft.set(["audiences", audience, "channels"], .texts(channels.uniqued), line: part.firstLine)
        knownWays = true
        understood(
            part.lines + Array(list.lines), "customers are told by \(channels.uniqued.joined(separator: ", "))",
            ["audiences", audience, "channels"])
    }

    /// The ways by which somebody is told, in the order in which the text names them first.
    static func ways(in text: String) -> [String] {
        let phrase = text.phrase
        let known: [(stems: [String], way: String)] = [
            (["status page"], "status-page"), (["email", "e mail"], "email"), (["in app"], "in-app"),
            (["rss", "feed"], "feed"), (["forum"], "forum"), (["social"], "social-media"),
        ]
        return known.first { phrase.has(anyOf: $0.stems) }.map { [$0.way] } ?? []
    }
}
