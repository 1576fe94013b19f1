extension Recognition {
    /// The id of a role that procedures commonly have; nil for other words.
    static func commonRole(_ text: String) -> String? {
        let title = Labelled.splitNote(Inline.plain(text)).title
        switch title.phrase.joined {
        case "incident commander", "incident manager", "incident lead", "commander", "ic": return "ic"
        case "tech lead", "technical lead", "tl", "engineering lead": return "tech-lead"
        case "communications lead", "communication lead", "comms lead", "comms", "communications manager",
            "communications":
            return "comms"
        case "scribe", "note taker", "notetaker", "recorder": return "scribe"
        case "subject matter experts", "subject matter expert", "smes", "sme": return "sme"
        case "operations lead", "ops lead": return "ops-lead"
        case "customer liaison", "liaison", "customer support lead", "support lead": return "liaison"
        case "deputy", "deputy commander", "deputy incident commander": return "deputy"
        default: return nil
        }
    }

    /// The id of a role that the draft has, by what a text calls it.
    func role(named text: String) -> String? {
        if let common = Self.commonRole(text) { return roles.values.contains(common) ? common : nil }
        return roles[PartyName(text).key]
    }

    /// Roles with their duties, tasks and criteria: sections, labels or a table (S1-13, S2-05 to S2-10, S3-04, S3-05).
    mutating func recogniseRoles() {
        for section in outline.sections where section.heading != nil {
            let isWithin = outline.ancestors(of: section).contains { Self.announcesRoles($0.phrase) }
            if isOpen(section), Self.commonRole(section.title) != nil || (isWithin && describesRole(section)) {
                takeRole(section)
            }
            for table in section.parts.flatMap(\.blocks).compactMap(\.table) { takeRoles(table, section) }
            guard outline.context(of: section).has("role") || Self.announcesRoles(section.phrase) else { continue }
            for part in section.parts
            where part.label.map({ Self.commonRole($0) != nil }) == true && isFree(part.allLines) {
                takeRole(part.label ?? "", entries: [WrittenEntry(duties: entry(part))], heading: part.lines, text: nil)
            }
        }
    }

    private static func announcesRoles(_ phrase: Phrase) -> Bool {
        (phrase.has("role", "team structure", "response team", "who does what")
            || phrase.isOnly("people", "responders", "who is who"))
            && !phrase.has("role specific")
    }

    /// Whether it has a label that only roles have.
    private func describesRole(_ section: ProcedureSection) -> Bool {
        guard section.children.isEmpty else { return false }
        if entries(of: section).contains(where: {
            $0.phrase.has("responsib", "duties", "tasks") || $0.phrase.isOnly("who")
        }) {
            return true
        }
        return isParty(section.title) && !section.phrase.has("contact", "escalat", "handover", "rotation")
            && section.parts.flatMap(\.blocks).contains { $0.list?.hasCheckboxes == false }
    }

    private mutating func takeRole(_ section: ProcedureSection) {
        let found = entries(of: section)
        let text = section.parts.filter { $0.label == nil && !$0.value.isEmpty }
        let lists = section.parts.filter { part in
            part.label == nil && part.blocks.contains { $0.list != nil && entries($0).isEmpty }
        }
        let duties = lists.map { WrittenEntry(duties: entry($0)) }
        takeRole(
            section.title, entries: found + duties, heading: section.heading.map { Array($0.lines) } ?? [],
            text: text.isEmpty ? nil : (text.map(\.plain).joined(separator: " "), text.flatMap(\.lines)))
    }

    private mutating func takeRole(
        _ title: String, entries: [WrittenEntry], heading: [Int], text: (String, [Int])?
    ) {
        let name = Labelled.splitNote(Inline.plain(title)).title
        let line = heading.first ?? entries.first?.lines.first ?? 1
        guard let id = makeRole(name, line: line) else { return }
        let path: DraftPath = ["roles", id]
        var counts: [String] = []
        if let text, draft[path + "text"] == nil {
            draft.set(path + "text", text.0, line: text.1.first)
            understood(text.1, "what the role is for", path + "text")
            takeRequirement(text.0, of: id, text.1)
        }
        for entry in entries where isFree(entry.lines) {
            switch Self.meaning(of: entry.phrase) {
            case .tasks: counts.append(takeTexts(entry, path + "tasks", "task"))
            case .duties: counts.append(takeTexts(entry, path + "duties", "duty"))
            case .eligibility: takeEligibility(entry, id)
            case .authority: counts.append(takeTexts(entry, path + "authority", "authority"))
            case nil: continue
            }
        }
        let told = counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")
        understood(heading, "role \(name)\(told)", path)
    }

    /// Adds a role of that name, or finds it.
    mutating func makeRole(_ name: String, line: Int) -> String? {
        let key = PartyName(name).key
        if let known = roles[key] ?? Self.commonRole(name).flatMap({ common in roles.values.first { $0 == common } }) {
            roles[key] = known
            return known
        }
        let id = newID("role", for: Self.commonRole(name) ?? name)
        var record = DraftRecord(id: id, title: name)
        if id == "sme" || name.phrase.has("experts", "responders", "engineers") {
            record.set("count", "0..n")
        }
        guard add(["roles"], record, line: line) != nil else { return nil }
        roles[key] = id
        if record["count"] != nil {
            ask(
                at: line, "How many people may be \"\(name)\" at once?", ["0..n", "1..n", "1"], meanwhile: "0..n",
                ["roles", id, "count"])
        }
        return id
    }

    /// "Required for S1 and S2."
    private mutating func takeRequirement(_ text: String, of id: String, _ lines: [Int]) {
        for sentence in text.sentences
        where sentence.phrase.has("required for", "needed for", "mandatory for", "filled for") {
            let concerned = severities(in: sentence)
            guard !concerned.isEmpty else { continue }
            let condition = condition(for: concerned) ?? "always"
            draft.set(["roles", id, "required"], condition, line: lines.first)
            noticed(at: lines[0], "\(id) has to be filled: \(condition)", ["roles", id, "required"])
            return
        }
    }

    private enum Meaning { case tasks, duties, eligibility, authority }

    private static func meaning(of phrase: Phrase) -> Meaning? {
        if phrase.has("task", "checklist", "actions") { return .tasks }
        if phrase.has("responsib", "duties", "duty", "does") { return .duties }
        if phrase.isOnly("default") { return .eligibility }
        if phrase.has("who", "skill", "criteria", "eligib", "qualif", "requirement", "selection", "filled by") {
            return .eligibility
        }
        if phrase.has("authority", "may", "can") { return .authority }
        return nil
    }

    /// Adds the texts of an entry to a list; says how many.
    private mutating func takeTexts(_ entry: WrittenEntry, _ path: DraftPath, _ noun: String) -> String {
        var texts = entry.items.isEmpty ? [Inline.plain(entry.value)] : entry.items.map(Inline.plain)
        texts = texts.filter { !$0.isEmpty }
        var present: [DraftElement] = []
        if case .list(let elements)? = draft[path] { present = elements }
        let new = texts.filter { text in !present.contains { $0.value == .text(text) } }
        if !present.isEmpty, !new.isEmpty {
            ask(
                at: entry.lines[0], "The role is described a second time here, in other words: do both lists hold?",
                ["both", "the first", "the second"],
                meanwhile: "both, one after the other", path)
        }
        let elements = present + new.map { DraftElement(.text($0)) }
        draft.set(path, .list(Array(elements.prefix(Draft.elementLimit))), line: entry.lines.first)
        let told = Self.counted(texts.count, noun)
        understood(entry.lines, told, path)
        return told
    }

    static func counted(_ count: Int, _ noun: String) -> String {
        let plural =
            noun.hasSuffix("y") && !noun.hasSuffix("ay")
            ? noun.dropLast() + "ies" : noun + (noun.hasSuffix("x") ? "es" : "s")
        return count == 1 ? "1 \(noun)" : "\(count) \(plural)"
    }

    private mutating func takeEligibility(_ entry: WrittenEntry, _ id: String) {
        let path: DraftPath = ["roles", id, "eligible"]
        let words =
            entry.items.isEmpty ? Inline.plain(entry.value) : entry.items.map(Inline.plain).joined(separator: ", ")
        let isSkills = entry.phrase.has("skill")
        let text = isSkills ? "Skills: \(words)" : words
        if case .text(let present)? = draft[path + "text"] {
            draft.set(path + "text", "\(present). \(text)", line: entry.lines.first)
        } else {
            draft.set(path + "text", text, line: entry.lines.first)
        }
        understood(entry.lines, "who can be \(id): \(words)", path + "text")
        let phrase = words.phrase
        if phrase.has("any available", "anyone available", "available for", "available team") {
            draft.set(path + "available", "true", line: entry.lines.first)
        }
        if phrase.has("any available", "anyone", "any team", "any engineer", "whoever") {
            draft.set(["roles", id, "claimable"], "true", line: entry.lines.first)
        }
        takeDefault(words, of: id, entry.lines)
    }

    /// Those who are on call have a role until it is given to somebody.
    private mutating func takeDefault(_ words: String, of id: String, _ lines: [Int]) {
        let phrase = words.phrase
        if phrase.has("on call", "oncall", "on duty", "rota", "duty engineer"),
            let target = target("On-call", line: lines[0])
        {
            draft.set(["roles", id, "default"], "target(\(target))", line: lines.first)
            ask(
                lines, "\"\(words)\": does whoever is on call have this role until it is given to somebody?",
                ["default: \(target)", "nobody until it is taken"], meanwhile: "default: \(target)",
                ["roles", id, "default"])
        }
    }

    private mutating func takeRoles(_ table: MarkdownTable, _ section: ProcedureSection) {
        guard let first = table.header.first?.phrase, first.has("role"), isFree(table.lines),
            let column = table.header.firstIndex(where: { $0.phrase.has("responsib", "dut", "task", "descr") })
        else { return }
        for row in table.rows {
            guard let id = makeRole(Labelled.splitNote(Inline.plain(row.cells[0])).title, line: row.line) else {
                continue
            }
            draft.set(
                ["roles", id, "duties"], .texts(Inline.plain(row.cells[column]).enumerated.map(\.capitalised)),
                line: row.line)
            for (index, title) in table.header.enumerated() where index != 0 && index != column {
                let cell = Inline.plain(row.cells[index])
                guard !cell.isEmpty else { continue }
                if title.phrase.has("who", "assign", "filled", "default", "criteria") {
                    draft.set(["roles", id, "eligible", "text"], cell, line: row.line)
                    if !cell.phrase.has("backup"), cell.phrase.words.count < 5 { takeDefault(cell, of: id, [row.line]) }
                }
            }
            understood([row.line], "role \(Inline.plain(row.cells[0]))", ["roles", id])
        }
        understood(table.headerLines, "the head of the table of roles", ["roles"])
        takeHeading(section, "the roles", ["roles"])
    }
}

extension WrittenEntry {
    /// A list that stands without a label below the name of a role says what the role does.
    init(duties entry: WrittenEntry) {
        self.init(
            label: "Responsibilities", note: entry.note, value: entry.value, blocks: entry.blocks,
            lines: entry.label.isEmpty || entry.blocks.isEmpty ? entry.lines : entry.blocks.flatMap { Array($0.lines) })
    }
}
