extension Recognition {
    /// Who is told besides those who are paged: lists under "Immediately notify" and "Within 1 hour" (S2-30, S2-31),
    /// sections named after teams (S3-45 to S3-47), sentences about executives (S0-16), and how to escalate by hand
    /// (S4-19, S4-20).
    mutating func recogniseBusinessEscalation() {
        for section in outline.sections
        where outline.context(of: section).has(
            "escalat", "who is called", "who gets called", "who to call", "paging", "who is told", "notif")
        {
            takeNotifyLists(section)
            takeTeams(section)
        }
        for section in outline.sections
        where section.phrase.has("how to escalate", "escalate manual", "manual escalation") {
            takeManual(section)
        }
        for section in outline.sections {
            for part in section.parts where part.phrase.has("escalat") && isFree(part.lines) && !part.value.isEmpty {
                takeSentence(part, section)
            }
        }
    }

    // MARK: Lists

    private struct Notice {
        let when: TimeWords
        let line: Int
        var parties: [(text: String, line: Int)] = []
    }

    private mutating func takeNotifyLists(_ section: ProcedureSection) {
        for part in section.parts {
            var notices: [Notice] = []
            var lines: [Int] = []
            if let label = part.label, Self.isNotice(label) {
                notices = [Notice(when: TimeWords(label), line: part.firstLine, parties: Self.parties(part.blocks))]
                lines = part.allLines
            }
            for fence in part.blocks.compactMap(\.fence) where isFree(fence.lines) {
                notices += Self.notices(fence.content)
                lines += Array(fence.lines)
            }
            guard isFree(lines), notices.contains(where: { !$0.parties.isEmpty }) else { continue }
            take(notices, lines, section)
        }
    }

    private static func isNotice(_ text: String) -> Bool {
        let words = TimeWords(text)
        return (words.isImmediate || !words.spans.isEmpty)
            && (text.phrase.has("notify", "inform", "page", "call", "alert", "within", "after", "tell"))
    }

    private static func parties(_ blocks: [MarkdownBlock]) -> [(String, Int)] {
        blocks.compactMap(\.list).flatMap(\.items).map { (Inline.plain($0.text), $0.lines.lowerBound) }
    }

    private static func notices(_ lines: [SourceLine]) -> [Notice] {
        var notices: [Notice] = []
        for line in lines where !line.isBlank {
            let text = line.trimmed
            if text.hasSuffix(":"), isNotice(text) {
                notices.append(Notice(when: TimeWords(text), line: line.number))
            } else if let mark = text.first, "-*•".contains(mark), !notices.isEmpty {
                notices[notices.count - 1].parties.append((text.dropFirst().trimmed, line.number))
            } else {
                return []
            }
        }
        return notices
    }

    private mutating func take(_ notices: [Notice], _ lines: [Int], _ section: ProcedureSection) {
        let id = newPlan(section, lines[0], otherwise: "notify")
        let path: DraftPath = ["escalation", id, "on-declare"]
        for notice in notices {
            let ofLabel = self.condition(for: severities(in: notice.when.text))
            let reading = rule(notice.when.text, .rung, line: notice.line)
            for (text, line) in notice.parties {
                let (name, note) = Labelled.splitNote(text)
                guard let target = target(name, line: line) else { continue }
                var record = DraftRecord()
                record.set("to", "target(\(target))")
                let condition = note.map { self.condition($0, line: line) }
                var guardText = condition?.condition
                // "(after 2 hours)" behind a name: it has gone on for so long.
                if guardText == nil, let note, note.phrase.has("after"), let span = TimeWords(note).span {
                    guardText = "active for \(span.first.notation)"
                }
                // "Within 1 hour, if prolonged": it has gone on for the hour.
                if guardText == "active for 1h", let span = notice.when.span {
                    guardText = "active for \(span.first.notation)"
                }
                // "For an S1, tell at once": each of them only then.
                let both = [ofLabel, guardText].compactMap { $0 }.uniqued
                record.set("when", both.isEmpty ? nil : both.joined(separator: " and "), line: line)
                record.set("after", reading.rule, line: notice.line)
                record.set("via", notice.when.phrase.has("page", "wake", "call") ? "page" : "notify")
                guard let place = add(path, record, named: target, line: line) else { continue }
                understood(
                    [line],
                    "\(PartyName(name).title) is told: \(reading.rule)"
                        + (both.isEmpty ? "" : ", when \(both.joined(separator: " and "))"),
                    place)
                if let question = condition?.question, guardText?.hasPrefix("active") == true {
                    ask([line], question.question, question.choices, meanwhile: guardText ?? "", place)
                } else if let note, let guardText, guardText.contains("type is"), !note.phrase.has("security") {
                    ask(
                        [line], "\"\(note)\": for which incidents is that?",
                        [guardText, "always", "a condition on a field"],
                        meanwhile: guardText, place)
                } else if let note, guardText == nil {
                    ask(
                        [line], "\"\(note)\": for which incidents is that?", ["always", "a condition on a field"],
                        meanwhile: "always", place)
                }
            }
        }
        understood(lines.filter { ledger.isFree($0) }, "who is told of an incident", ["escalation", id])
    }

    // MARK: Sections named after teams

    private mutating func takeTeams(_ section: ProcedureSection) {
        let children = outline.children(of: section).filter { child in
            child.note != nil && isOpen(child) && child.title.split(separator: " ").count <= 4
                && SeverityLabel(child.title) == nil
                && TimeWords(child.noteText).spans.isEmpty && severities(in: child.noteText).isEmpty
        }
        guard children.count > 1, children.count(where: { isParty($0.title) }) * 2 > children.count else { return }
        let id = newPlan(section, children[0].heading?.line ?? 1, otherwise: "business")
        for child in children {
            let line = child.heading?.line ?? 1
            guard let target = target(child.title, line: line) else { continue }
            let lists = child.parts.filter { $0.label == nil }.map(entry)
            let duties = lists.flatMap(\.items).map(Inline.plain)
            describe(target: target, "when", child.note.map(DraftNode.text), line: line)
            describe(target: target, "duties", duties.isEmpty ? nil : .texts(duties), line: line)
            understood(
                lists.flatMap(\.lines), "what \(PartyName(child.title).title) does", ["targets", target, "duties"])
            let condition = self.condition(child.noteText, line: line)
            var record = DraftRecord()
            record.set("to", "target(\(target))")
            record.set("when", condition.condition, line: line)
            record.set("after", "immediately")
            record.set("via", "notify")
            guard let place = add(["escalation", id, "on-declare"], record, named: target, line: line) else { continue }
            understood([line], "\(PartyName(child.title).title) is told", place)
            ask(
                [line], "\"\(child.noteText)\": for which incidents is \(PartyName(child.title).title) told, and when?",
                [condition.condition ?? "always", "by hand"].uniqued,
                meanwhile: "\(condition.condition ?? "always"), on the declaration", place)
        }
    }

    // MARK: Sentences

    /// "P0/P1 incidents require immediate executive notification and status page updates."
    private mutating func takeSentence(_ part: ProcedurePart, _ section: ProcedureSection) {
        let words = TimeWords(part.plain)
        let concerned = severities(in: part.plain)
        let line = part.firstLine
        guard !concerned.isEmpty else { return }
        let people = ["executive", "leadership", "management", "manager", "cto", "vp", "team lead", "on call"].filter {
            words.phrase.has($0)
        }
        guard let person = people.first,
            let target = target(
                person == "executive" ? "Executives" : person.capitalised, line: line,
                kind: person == "executive" ? "team" : nil)
        else { return }
        let id = newID("plan", for: "\(target)-notice")
        var record = DraftRecord(id: id, title: part.plain.count <= 120 ? part.plain : "Escalation")
        record.set("when", condition(for: concerned), line: line)
        add(["escalation"], record, line: line)
        var rung = DraftRecord()
        rung.set("to", "target(\(target))")
        rung.set("after", rule(part.plain, .rung, line: line).rule, line: line)
        rung.set(
            "via",
            part.plain.lowercased().replacing("status page", with: "").phrase.has("page", "wake") ? "page" : "notify")
        add(["escalation", id, "on-declare"], rung, named: target, line: line)
        understood(part.lines, "\(concerned.joined(separator: ", ")): \(person) is told at once", ["escalation", id])
        ask(
            part.lines, "Who is behind \"\(person)\", and how are they told?", ["notify", "page"], meanwhile: "notify",
            ["escalation", id])
        if words.phrase.has("status page") {
            draft.set(["status-page", "required"], condition(for: concerned), line: line)
            understood(
                part.lines, "the status page is owed for \(concerned.joined(separator: ", "))",
                ["status-page", "required"])
        }
    }

    // MARK: By hand

    private mutating func takeManual(_ section: ProcedureSection) {
        let tree = outline.tree(section).filter(isOpen)
        guard !tree.isEmpty else { return }
        let id = newID("plan", for: section.title, otherwise: "by-hand")
        var required: [String] = []
        var needsNote = false
        var lines: [Int] = []
        for section in tree {
            lines += section.heading.map { Array($0.lines) } ?? []
            for part in section.parts where isFree(part.allLines) {
                let texts = part.blocks.flatMap(Self.lineTexts)
                needsNote = needsNote || texts.contains { $0.text.phrase.has("add note", "note about", "notes") }
                if let start = texts.firstIndex(where: { $0.text.phrase.has("include") && $0.text.hasSuffix(":") }) {
                    required += texts[(start + 1)...].prefix { $0.isBullet }.map { Self.bullet($0.text) }
                }
                lines += part.allLines
            }
        }
        var plan = DraftRecord(id: id, title: section.title)
        var manual = DraftRecord()
        manual.set("requires", required.isEmpty ? nil : .texts(required))
        manual.set("note", needsNote ? "required" : "optional")
        plan.set("manual", manual.node, line: lines.first)
        add(["escalation"], plan, line: lines.first ?? 1)
        understood(
            lines,
            "how to escalate by hand"
                + (required.isEmpty ? "" : "; a request says \(Self.counted(required.count, "thing"))"),
            ["escalation", id])
    }

    /// The lines of a list or a fence as they stand there.
    static func lineTexts(_ block: MarkdownBlock) -> [(text: String, isBullet: Bool, line: Int)] {
        switch block {
        case .fence(let fence):
            fence.content.filter { !$0.isBlank }.map {
                ($0.trimmed, "-*•".contains($0.trimmed.first ?? " "), $0.number)
            }
        case .list(let list):
            list.items.flatMap { item in
                [(Inline.plain(item.text), false, item.lines.lowerBound)]
                    + item.blocks.flatMap(lineTexts).map { ($0.text, true, $0.line) }
            }
        case .heading, .paragraph, .table, .divider, .comment, .frontMatter: []
        }
    }

    private static func bullet(_ text: String) -> String { Inline.plain(String(text.drop { "-*• ".contains($0) })) }
}
