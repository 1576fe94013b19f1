extension Recognition {
    /// Being on call: responsibilities of those who are, tools, rotation and hand-over (S4-09 to S4-14).
    mutating func recogniseOnCall() {
        for section in outline.sections where section.heading != nil {
            let phrase = section.phrase
            let isRotation = phrase.has("rotation", "rota", "handoff", "hand off", "handover", "hand over", "shift")
            guard
                phrase.has("on call", "oncall")
                    || isRotation && outline.context(of: section).has("on call", "oncall", "on duty"),
                isOpen(section), !phrase.has("escalat")
            else { continue }
            if phrase.has("rotation", "rota", "schedule", "handoff", "hand off", "handover", "shift")
                || phrase.isOnly("on call", "oncall", "on call duty", "being on call")
            {
                takeRotation(section)
            } else {
                takeDuties(section)
            }
        }
    }

    private mutating func takeDuties(_ section: ProcedureSection) {
        let isKnown = ["on-call", "secondary"].contains(PartyName(section.title).key)
        let entries = entries(of: section).filter { isFree($0.lines) && Self.isDuty($0.phrase) }
        guard isKnown, !entries.isEmpty, let target = target(section.title, line: section.heading?.line ?? 1) else {
            return
        }
        var took = false
        for entry in entries {
            if entry.phrase.has("responsib", "duties", "tasks") {
                let key = target == "on-call" ? "primary" : "secondary"
                let texts = entry.list
                draft.set(["on-call", "duties", key], .texts(texts), line: entry.lines.first)
                understood(
                    entry.lines, "\(Self.counted(texts.count, "duty")) of \(section.title)", ["on-call", "duties", key])
                takeClocks(entry)
                took = true
            } else if entry.phrase.has("tool", "require", "access", "equipment", "readiness", "checklist") {
                draft.set(["on-call", "readiness"], .texts(entry.list), line: entry.lines.first)
                understood(
                    entry.lines,
                    "what somebody needs at the beginning of a shift: \(Self.counted(entry.list.count, "thing"))",
                    ["on-call", "readiness"])
                took = true
            }
        }
        guard took else { return }
        takeHeading(section, "what \(section.title) does", ["on-call", "duties"])
        if target == "secondary" {
            describe(target: "on-call", "backup", .text("target(secondary)"), line: section.heading?.line ?? 1)
        }
    }

    private static func isDuty(_ phrase: Phrase) -> Bool {
        phrase.has(
            "responsib", "duties", "tasks", "tool", "require", "access", "equipment", "readiness", "checklist")
    }

    /// "Acknowledge all alerts within 5 minutes" is a clock, "Escalate if unable to resolve within 30 minutes" a
    /// question.
    private mutating func takeClocks(_ entry: WrittenEntry) {
        for item in entry.blocks.compactMap(\.list).flatMap(\.items) {
            let text = Inline.plain(item.text)
            let line = item.lines.lowerBound
            takeAcknowledgement(text, line)
            let words = TimeWords(text)
            if words.phrase.has("escalat"), let span = words.span {
                ask(
                    [line], "\"\(text)\": does this hold besides the plans of escalation, which name other times?",
                    ["the plans hold", "a plan of its own after \(span.notation)"],
                    meanwhile: "the plans hold, the words are a duty", ["on-call", "duties"])
            }
            if words.phrase.has("needs rest", "fatigue", "exhausted", "takes over") || words.phrase.has("take over") {
                ask(
                    [line], "\"\(text)\": after how many hours is somebody asked to take over?", ["8h", "12h"],
                    meanwhile: "nobody is asked", ["on-call"])
            }
        }
    }

    private mutating func takeAcknowledgement(_ text: String, _ line: Int) {
        let words = TimeWords(text)
        guard
            words.phrase.has("acknowledg", "answer a page", "answer the page", "answers a page", "answers every page"),
            !words.phrase.has("not acknowledg", "no acknowledg", "nobody acknowledg", "no one acknowledg"),
            let span = words.span
        else { return }
        let said = span.first.notation
        let ofLadder = ladder.compactMap { severity -> String? in
            guard case .text(let rule)? = draft[["severities", severity.id, "clocks", "ack"]], rule != "none" else {
                return nil
            }
            return rule
        }.uniqued
        if !ofLadder.isEmpty {
            guard ofLadder != [said] else { return }
            return ask(
                at: line,
                "\"\(text)\": the severities say \(ofLadder.joined(separator: ", ")) for acknowledging: which holds?",
                ["the severities", "\(said) for every alert"], meanwhile: "the severities", ["severities"])
        }
        guard claimID("clock", "ack") else {
            guard case .text(let known)? = draft[["clocks", "ack", "rule"]], known != said else { return }
            return ask(
                at: line, "\"\(text)\": another line says \(known) for acknowledging: which holds?", [known, said],
                meanwhile: known, ["clocks", "ack"])
        }
        var clock = DraftRecord(id: "ack", title: text)
        clock.set("rule", span.notation, line: line)
        let isForAll = words.phrase.has("all alert", "every alert", "any alert")
        clock.set("all-alerts", "true")
        guard let path = add(["clocks"], clock, line: line) else { return }
        noticed(at: line, "the clock for acknowledging: \(span.notation)", path)
        if !isForAll {
            ask(
                at: line, "\"\(text)\": does this hold for every alert, whatever its severity?",
                ["all-alerts: true", "all-alerts: false"],
                meanwhile: "all-alerts: true", path)
        }
    }

    /// The clock for acknowledging where no section about being on call says it (S2-11).
    mutating func recogniseAcknowledgement() {
        for (line, phrase) in zip(lines, phrases)
        where phrase.has("acknowledge", "answer a page", "answer the page", "answers a page", "answers every page")
            && !TimeWords(line.text).spans.isEmpty && severities(in: line.text).isEmpty && !line.text.contains("|")
        {
            takeAcknowledgement(Inline.plain(line.text.drop { "-*0123456789. ".contains($0) }.trimmed), line.number)
        }
    }

    private mutating func takeRotation(_ section: ProcedureSection) {
        let path: DraftPath = ["on-call"]
        var took = false
        for item in section.parts.flatMap(\.blocks).compactMap(\.list).flatMap(\.items) where isFree(item.lines) {
            let text = Inline.plain(item.text)
            let phrase = text.phrase
            let inner = item.blocks.compactMap(\.list).flatMap(\.items).map { Inline.plain($0.text) }
            let isHandOver = phrase.has("handoff", "hand off", "handover", "hand over")
            let listed = Labelled(plain: text).map { $0.value.enumerated } ?? []
            let line = item.lines.lowerBound
            if isHandOver, !inner.isEmpty || listed.count > 1 {
                let topics =
                    inner.isEmpty
                    ? listed.map { ($0.hasSuffix(".") ? String($0.dropLast()) : $0).capitalised } : inner
                draft.set(path + "handoff" + "covers", .texts(topics), line: line)
                understood(
                    Array(item.lines), "what a hand-over is about: \(Self.counted(topics.count, "topic"))",
                    path + "handoff" + "covers")
            } else if isHandOver || phrase.has("rota", "rotation", "shift", "changes", "rotate"),
                let when = CalendarWords.weekly(in: text)
            {
                draft.set(path + "handoff" + "when", when, line: line)
                understood(Array(item.lines), "the hand-over: \(when)", path + "handoff" + "when")
                if let zone = ZoneWords.zone(in: phrase) {
                    draft.set(path + "handoff" + "zone", zone.zone, line: line)
                    if !zone.isSure {
                        ask(
                            Array(item.lines), "\"\(text)\": which zone is that?", [zone.zone], meanwhile: zone.zone,
                            path + "handoff" + "zone")
                    }
                }
            } else if section.phrase.isOnly("on call", "oncall", "on call duty", "being on call"),
                !phrase.has("rota", "rotate", "primary", "secondary", "shift", "turn")
            {
                // A general section holds rules of many kinds, and other recognisers look for theirs.
                continue
            } else if takeTimeout(text, Array(item.lines)) {
                took = true
                continue
            } else {
                _ = draft.append(path + "rotations", DraftElement(.text(text), line: line))
                understood(Array(item.lines), "who takes turns: \(text)", path + "rotations")
            }
            took = true
        }
        if took { takeHeading(section, "who takes turns", path) }
    }

    // MARK: Nobody answers

    /// Sentences such as "If the on-call does not acknowledge within 10 minutes, the secondary is paged".
    mutating func recogniseTimeouts() {
        for section in outline.sections {
            for part in section.parts {
                if !part.lines.isEmpty, isFree(part.lines), !part.value.isEmpty {
                    _ = takeTimeout((part.label.map { "\($0): " } ?? "") + part.plain, part.lines)
                }
                for item in part.blocks.compactMap(\.list).flatMap(Self.leafItems) where isFree(item.lines) {
                    _ = takeTimeout(Inline.plain(item.text), item.lines)
                }
            }
        }
    }

    /// Whether the text was one, and has been taken.
    private mutating func takeTimeout(_ text: String, _ lines: [Int]) -> Bool {
        let words = TimeWords(text)
        guard text.count < 300, words.spans.count == 1, let span = words.span, severities(in: text).isEmpty else {
            return false
        }
        let saysSilence = words.phrase.has(
            "not acknowledg", "no acknowledg", "nobody acknowledg", "no one acknowledg", "unacknowledged",
            "no response",
            "no answer", "not answer", "unanswered", "not respond", "without an answer", "without a response")
        let called = Self.called(in: text)
        guard saysSilence || called?.phrase.has("secondary", "backup", "second") == true, let called,
            let id = target(called, line: lines.first ?? 1), id != "on-call"
        else { return false }
        takeTimeout(text, span, to: id, lines)
        return true
    }

    /// "the secondary" of "…, the secondary is paged" and of "page the secondary".
    private static func called(in text: String) -> String? {
        let verbs = ["paged", "called", "woken", "alerted", "notified"]
        let orders = ["page", "call", "wake", "alert"]
        let clauses = text.split(whereSeparator: { ",;:".contains($0) }).map { String($0).trimmed }
        for clause in clauses.reversed() {
            let words = clause.split(separator: " ").map(String.init)
            let lower = words.map { $0.lowercased().filter { $0.isLetter } }
            var name: ArraySlice<String> = []
            if let verb = lower.firstIndex(where: verbs.contains), verb > 1,
                ["is", "are", "gets"].contains(lower[verb - 1])
            {
                name = words[..<(verb - 1)]
            } else if let order = lower.firstIndex(where: orders.contains), order + 1 < words.count, order < 2 {
                name = words[(order + 1)...].prefix { !["after", "within", "if", "when"].contains($0.lowercased()) }
            }
            let plain = name.drop { ["the", "then", "a", "our"].contains($0.lowercased()) }.joined(separator: " ")
            let bare = plain.filter { $0 != "." }
            if !bare.isEmpty, bare.split(separator: " ").count <= 4 { return bare }
        }
        return nil
    }
}
