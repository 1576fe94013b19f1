extension Recognition {
    /// How incidents come to light (S1-08, S2 "Trigger", S3-12, S3-13), and what counts as one (S1-01).
    mutating func recogniseDetection() {
        for section in outline.sections where section.heading != nil {
            if section.phrase.has("what is an incident", "definition of an incident", "what counts as an incident") {
                takeTypes(section)
            }
            if section.phrase.has("how incidents are detected", "detection source", "incident detection"),
                isOpen(section)
            {
                takeSources(section)
            }
            for (word, key) in [("automated", "automated"), ("automatic", "automated"), ("manual", "manual")]
            where section.phrase.has("\(word) detection") && isOpen(section) {
                takeWay(section, key)
            }
            for part in section.parts
            where part.phrase.isOnly("trigger", "triggers") && !part.value.isEmpty && isFree(part.lines) {
                for text in part.plain.enumerated { addSource(text.capitalised, detail: nil, part.firstLine) }
                understood(part.lines, "how incidents come to light", ["detection", "sources"])
            }
        }
    }

    private mutating func addSource(_ title: String, detail: String?, _ line: Int) {
        let id = newID("source", for: title)
        var record = DraftRecord(id: id, title: title)
        record.set("detail", detail)
        add(["detection", "sources"], record, line: line)
    }

    private mutating func takeSources(_ section: ProcedureSection) {
        var took = false
        for entry in entries(of: section) where isFree(entry.lines) && !entry.list.isEmpty {
            addSource(entry.label, detail: entry.list.joined(separator: ", "), entry.lines[0])
            understood(entry.lines, "incidents come to light by \(entry.label)", ["detection", "sources"])
            took = true
        }
        if took { takeHeading(section, "how incidents come to light", ["detection", "sources"]) }
    }

    private mutating func takeWay(_ section: ProcedureSection, _ key: String) {
        let path: DraftPath = ["detection", key]
        var count = 0
        for list in section.parts.flatMap(\.blocks).compactMap(\.list) where isFree(list.lines) {
            let items = Self.items(of: list)
            for item in items {
                _ = draft.append(path, DraftElement(.text(item.text), line: item.lines.first))
                understood(item.lines, "step: \(item.text)", path)
            }
            count += items.count
        }
        guard count > 0 else { return }
        takeHeading(section, "what happens on \(section.title.lowercased()): \(Self.counted(count, "step"))", path)
    }

    private mutating func takeTypes(_ section: ProcedureSection) {
        guard let part = section.parts.first(where: { $0.blocks.contains { $0.list != nil } }) ?? nil,
            let list = part.blocks.compactMap(\.list).first, isFree(list.lines)
        else { return }
        for item in list.items {
            let title = Inline.plain(item.text)
            let id = newID("type", for: title)
            add(["types"], DraftRecord(id: id, title: title), line: item.lines.lowerBound)
        }
        understood(
            part.lines.filter { ledger.isFree($0) } + Array(list.lines),
            "\(Self.counted(list.items.count, "kind")) of incident", ["types"])
        takeHeading(section, "what counts as an incident", ["types"])
        ask(
            Array(list.lines),
            "Does any of these kinds take a course of its own: other phases, other people, fewer who may see it?",
            ["none", "restricted: true"],
            meanwhile: "none", ["types"])
    }

    // MARK: Action items

    /// Kinds of action items with examples (S0-45 to S0-47).
    mutating func recogniseActions() {
        for section in outline.sections where section.phrase.has("action item") {
            let parent = section.parts.filter { part in
                part.label != nil && part.blocks.compactMap(\.list).contains { $0.hasCheckboxes && isFree($0.lines) }
            }
            for part in parent { takeCategory(part, part.phrase.has("example")) }
            guard draft[["actions"]] != nil else { continue }
            takeHeading(section, "action items", ["actions"])
        }
    }

    private mutating func takeCategory(_ part: ProcedurePart, _ isExample: Bool) {
        let lists = part.blocks.compactMap(\.list)
        var examples: [String] = []
        for item in lists.flatMap(\.items) {
            let text = Inline.plain(item.text)
            takeShape(item.text, text, item.lines.lowerBound)
            if Blank.count(in: text.replacing("[ACTION", with: "(ACTION")) == 0 { examples.append(text) }
        }
        let lines = part.lines + lists.flatMap { Array($0.lines) }
        guard !isExample else {
            return understood(lines, "examples of action items, which show their form", ["actions"])
        }
        let id = newID("category", for: Self.categoryName(part.label ?? "Other"))
        var record = DraftRecord(id: id, title: part.label ?? "Other")
        record.set("examples", examples.isEmpty ? nil : .texts(examples))
        if let path = add(["actions", "categories"], record, line: part.firstLine) {
            understood(lines, "a kind of action item, \(Self.counted(examples.count, "example"))", path)
        }
    }

    private static func categoryName(_ label: String) -> String {
        let phrase = label.phrase
        return phrase.has("prevent")
            ? "prevention"
            : phrase.has("detect")
                ? "detection" : phrase.has("respon") ? "response" : phrase.has("process") ? "process" : label
    }

    /// `ACTION-DB-001`, `Status: [Open/In Progress/Done]`.
    private mutating func takeShape(_ raw: String, _ text: String, _ line: Int) {
        for word in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "-") }) {
            let parts = word.split(separator: "-").map(String.init)
            guard parts.count >= 2, parts[0] == "ACTION" || parts[0] == "AI", let last = parts.last, last.count > 1,
                last.allSatisfy(\.isNumber)
            else { continue }
            let pattern =
                parts.count == 3 ? "\(parts[0])-{category}-{seq:\(last.count)}" : "\(parts[0])-{seq:\(last.count)}"
            guard draft[["actions", "key"]] == nil else { break }
            draft.set(["actions", "key"], pattern, line: line)
            ask(
                [line], "\"\(word)\" looks like the key of an action item: are they all made like this?", [pattern],
                meanwhile: pattern, ["actions", "key"])
        }
        for part in raw.split(separator: "|") {
            guard let labelled = Labelled(part.trimmed), labelled.label.phrase.isOnly("status") else { continue }
            for blank in Blank.parts(of: labelled.value) {
                if case .blank(let blank) = blank, case .choice(let words) = blank.kind,
                    draft[["actions", "statuses"]] == nil
                {
                    draft.set(["actions", "statuses"], .texts(words), line: line)
                    draft.set(["actions", "columns"], .flow(["action", "owner", "due", "status"]), line: line)
                }
            }
        }
    }

    // MARK: Afterwards

    /// What is owed some time after an incident: "Within 24 hours" (S2-22, S2-23), "(1-30 days)" (S3-51, S3-52, S3-57).
    mutating func recogniseFollowUp() {
        for section in outline.sections {
            for part in section.parts
            where part.label != nil && part.phrase.has("within", "after") && isFree(part.lines) {
                let words = TimeWords(part.label ?? "")
                guard !words.spans.isEmpty, outline.context(of: section).has("follow", "post", "after", "clos", "learn")
                else { continue }
                let lists = part.blocks.compactMap(\.list).filter { isFree($0.lines) }
                guard !lists.isEmpty else { continue }
                for item in lists.flatMap(\.items) { takeDeadline(item, part.label ?? "", part.lines) }
                understood(part.lines, "what is owed \(part.label?.lowercased() ?? "")", ["follow-up"])
                askAboutBeginning(part.label ?? "", part.lines)
            }
            guard section.heading != nil, let note = section.note, !TimeWords(note).spans.isEmpty,
                section.phrase.has("post", "follow", "after"), !Self.isAboutReview(section.phrase)
            else { continue }
            let owed = outline.children(of: section).filter(isOpen)
            for child in owed { takeFollowUp(child, note, section) }
            if section.children.isEmpty, isOpen(section),
                section.parts.flatMap(\.blocks).contains(where: { $0.list?.hasCheckboxes == false })
            {
                takeFollowUp(section, note, section)
            }
            if let heading = section.heading, owed.contains(where: { !isOpen($0) }) {
                askAboutBeginning(note, Array(heading.lines))
            }
        }
    }

    private mutating func askAboutBeginning(_ time: String, _ lines: [Int]) {
        ask(
            lines, "\"\(Inline.plain(time))\": from when does it count, and who owes what is listed there?",
            ["resolved", "closed", "mitigated"],
            meanwhile: "resolved; who leads the incident", ["follow-up"])
    }

    private mutating func takeDeadline(_ item: MarkdownItem, _ time: String, _ lines: [Int]) {
        let text = Inline.plain(item.text)
        let phrase = text.phrase
        let isReview = phrase.has("postmortem", "post mortem", "review", "learning")
        if isReview, let key = Self.reviewDeadline(phrase), !phrase.has("action item") {
            return takeTiming(time, about: text, Array(item.lines), deadline: key)
        }
        let reading = rule(time, .afterwards, line: item.lines.lowerBound)
        var record = DraftRecord(id: newID("follow-up", for: text), title: text)
        record.set("by", reading.rule, line: lines.first)
        record.set("from", "resolved")
        guard let path = add(["follow-up"], record, line: item.lines.lowerBound) else { return }
        understood(Array(item.lines), "owed by \(reading.rule) after the resolution: \(text)", path)
        askAbout(reading, Array(item.lines), path + "by")
    }

    private mutating func takeFollowUp(_ section: ProcedureSection, _ note: String, _ parent: ProcedureSection) {
        let lists = section.parts.flatMap(\.blocks).compactMap(\.list).filter { isFree($0.lines) }
        let tasks = lists.flatMap { Self.items(of: $0) }
        guard !tasks.isEmpty, let heading = section.heading else { return }
        let span = TimeWords(note).span
        // "0-24 hours" is due by its end.
        let text = span?.first.count == 0 ? span?.longest.map { "\($0.notation)" } ?? note : note
        let reading = rule(text, .afterwards, line: parent.heading?.line ?? heading.line)
        var record = DraftRecord(id: newID("follow-up", for: section.title), title: section.title)
        record.set("by", reading.rule, line: parent.heading?.line)
        record.set("from", "resolved")
        record.set("tasks", tasks.map(\.text))
        guard let path = add(["follow-up"], record, line: heading.line) else { return }
        understood(
            Array(heading.lines) + lists.flatMap { Array($0.lines) },
            "owed by \(reading.rule) after the resolution: \(section.title)", path)
        if let above = parent.heading, isFree(above.lines) {
            understood(above.lines, "what is owed after an incident", ["follow-up"])
        }
        askAbout(reading, Array(heading.lines), path + "by")
    }
}
