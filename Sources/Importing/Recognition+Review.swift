extension Recognition {
    static func isAboutReview(_ phrase: Phrase) -> Bool {
        phrase.has(
            "postmortem", "post mortem", "post incident review", "retrospective", "learn", "review meeting",
            "blameless", "incident review", "afterwards", "after the incident", "after an incident", "aftercare")
            || (phrase.has("post incident") && !phrase.has("post incident procedure"))
    }

    /// The meeting after an incident: when, who, about what (S0-42 to S0-44, S1-36 to S1-38, S3-53, S3-54, S4-38 to
    /// S4-40).
    mutating func recogniseReview() {
        for section in outline.sections {
            let isAboutIt = Self.isAboutReview(outline.context(of: section))
            for part in section.parts where isAboutIt || Self.isAboutReview(part.phrase) {
                takeMeeting(entry(part), section)
                if !part.value.isEmpty, isFree(part.lines) { takeSentences(part.plain, part.lines) }
                guard isAboutIt else { continue }
                for list in part.blocks.compactMap(\.list) where !list.hasCheckboxes && part.label == nil {
                    for item in list.items where item.blocks.isEmpty && isFree(item.lines) {
                        takeSentences(Inline.plain(item.text), Array(item.lines))
                    }
                }
            }
            if isAboutIt, let note = section.note, let heading = section.heading, TimeWords(note).spans.isEmpty == false
            {
                let words = TimeWords(note)
                if section.phrase.has("meeting", "agenda", "structure", "session")
                    || words.span.map({ $0.first.unit < .hour && $0.longest == nil && !words.phrase.has("within") })
                        == true
                {
                    takeLength(words, Array(heading.lines))
                } else if outline.context(of: section).has("post", "learn", "review", "retro"),
                    !section.phrase.has("immediate", "follow", "action", "recovery")
                {
                    takeTiming(note, about: section.title, Array(heading.lines))
                }
            }
        }
        takeScheduleItems()
        finishReview()
    }

    private mutating func takeMeeting(_ entry: WrittenEntry, _ section: ProcedureSection) {
        let lead = entry.lines.filter { line in !entry.blocks.contains { $0.lines.contains(line) } }
        if entry.phrase.has("attendee", "participant", "who attends", "invite") { return takeAttendees(entry) }
        if entry.phrase.has("agenda") { return takeAgenda(entry) }
        if entry.phrase.has("date", "link", "document"), Blank.count(in: entry.value) > 0, isFree(lead),
            entry.blocks.isEmpty
        {
            understood(lead, "\(entry.label.lowercased()) of the review is on record once it is known", ["review"])
        }
        if !entry.label.isEmpty, !TimeWords(entry.label).spans.isEmpty,
            entry.phrase.has("schedule", "hold", "conduct", "within"),
            entry.blocks.compactMap(\.list).flatMap(\.items).contains(where: { $0.checkbox != nil }) == false,
            isFree(lead)
        {
            takeTiming(entry.label, about: entry.label, lead)
        }
        var took = false
        for inner in entry.blocks.flatMap(entries)
        where inner.phrase.has("attendee", "participant", "agenda", "date", "link") {
            takeMeeting(inner, section)
            took = took || !isFree(inner.lines)
        }
        if took { understood(lead.filter { ledger.isFree($0) }, "the meeting after an incident", ["review"]) }
    }

    // MARK: Sentences

    /// "A review is required for every S1, optional for S3." "The draft is ready within 2 days, the meeting is held
    /// within 5."
    private mutating func takeSentences(_ text: String, _ lines: [Int]) {
        for sentence in text.sentences {
            var clauses: [String] = []
            for clause in sentence.split(separator: ",").map({ String($0).trimmed }) {
                // A part without a time of its own belongs to the one before it.
                if TimeWords(clause).spans.isEmpty, !saysNeed(clause), let last = clauses.last {
                    clauses[clauses.count - 1] = last + ", " + clause
                } else {
                    clauses.append(clause)
                }
            }
            for clause in clauses {
                let phrase = clause.phrase
                if takeNeed(clause, lines) { continue }
                guard !TimeWords(clause).spans.isEmpty, !phrase.has("action", "item"),
                    Self.reviewDeadline(phrase) != nil
                        || (Self.isAboutReview(phrase) && phrase.has("within", "after", "by", "no later"))
                else { continue }
                takeTiming(clause, about: clause, lines)
            }
        }
    }

    private func saysNeed(_ clause: String) -> Bool {
        clause.phrase.has("required", "mandatory", "optional", "not needed", "no review", "skipped")
            && !severities(in: clause).isEmpty
    }

    /// Which severities have a review; false for what says nothing of it.
    private mutating func takeNeed(_ clause: String, _ lines: [Int]) -> Bool {
        guard saysNeed(clause), TimeWords(clause).spans.isEmpty else { return false }
        let phrase = clause.phrase
        let need =
            phrase.has("optional")
            ? "optional" : phrase.has("not needed", "not required", "no review", "skipped") ? "skip" : "required"
        let concerned = severities(in: clause)
        for id in concerned where draft[["review", "needed", id]] == nil {
            draft.set(["review", "needed", id], need, line: lines.first)
        }
        understood(lines, "a review of \(concerned.joined(separator: ", ")) is \(need)", ["review", "needed"])
        return true
    }

    // MARK: Who

    private mutating func takeAttendees(_ entry: WrittenEntry) {
        guard isFree(entry.lines) else { return }
        let path: DraftPath = ["review", "attendees"]
        let texts = entry.items.isEmpty ? Inline.plain(entry.value).enumerated : entry.items.map(Inline.plain)
        var required: [DraftElement] = []
        var optional: [DraftElement] = []
        for text in texts where !text.isEmpty {
            let isOptional = text.phrase.has("optional") || entry.phrase.has("optional")
            let name =
                isOptional
                ? text.replacing("optional ", with: "").replacing("Optional ", with: "").replacing(
                    " (optional)", with: "") : text
            if isOptional { optional.append(attendee(name)) } else { required.append(attendee(name)) }
        }
        if !required.isEmpty { draft.set(path + "required", .list(required), line: entry.lines.first) }
        if !optional.isEmpty { draft.set(path + "optional", .list(optional), line: entry.lines.first) }
        understood(
            entry.lines,
            "who takes part: \(Self.counted(required.count, "attendee"))"
                + (optional.isEmpty ? "" : ", \(optional.count) optional"), path)
    }

    private func attendee(_ text: String) -> DraftElement {
        if let id = role(named: text) { return DraftElement(.text("role(\(id))")) }
        if let id = targets[PartyName(text).key] { return DraftElement(.text("target(\(id))")) }
        return DraftElement(.map([DraftEntry("text", .text(text.capitalised))]))
    }

    // MARK: About what

    private mutating func takeAgenda(_ entry: WrittenEntry) {
        guard let list = entry.blocks.compactMap(\.list).first, isFree(list.lines) else { return }
        let path: DraftPath = ["review", "agenda"]
        var sum = 0
        var timed = 0
        for item in list.items {
            let line = item.lines.lowerBound
            let labelled = Labelled(item.text)
            var (title, note) = (labelled?.label ?? Inline.plain(item.text), labelled?.note)
            if note == nil { (title, note) = Labelled.splitNote(title) }
            let minutes = note.flatMap { TimeWords($0).span }.map { $0.first.seconds / 60 }
            var text = title
            if let value = labelled?.value, !value.isEmpty { text += ": " + Inline.plain(value) }
            if let note, minutes == nil { text += " (\(note))" }
            var record = DraftRecord()
            record.set("item", text, line: line)
            if let minutes, minutes > 0 {
                record.set("minutes", "\(minutes)")
                sum += minutes
                timed += 1
            }
            let questions = item.blocks.compactMap(\.list).flatMap(\.items).map { Inline.plain($0.text) }
            record.set("questions", questions.isEmpty ? nil : .texts(questions))
            add(path, record, line: line)
        }
        understood(
            Array(list.lines),
            "the agenda: \(Self.counted(list.items.count, "item"))" + (timed > 0 ? ", \(sum) minutes" : ""), path)
        let lead = entry.lines.filter { !list.lines.contains($0) }
        if !entry.label.isEmpty { understood(lead, "the agenda", path) }
        if let note = entry.note { takeLength(TimeWords(note), lead) }
        if timed > 0, case .text(let minutes)? = draft[["review", "minutes"]], minutes != "\(sum)" {
            ask(
                Array(list.lines), "The meeting has \(minutes) minutes and its agenda \(sum): which holds?",
                [minutes, "\(sum)"], meanwhile: minutes,
                ["review", "minutes"])
        }
    }

    private mutating func takeLength(_ words: TimeWords, _ lines: [Int]) {
        guard let span = words.span, span.first.seconds >= 60, span.first.seconds <= 86_400 else { return }
        draft.set(["review", "minutes"], "\(span.first.seconds / 60)", line: lines.first)
        understood(lines, "the meeting has \(span.first.seconds / 60) minutes", ["review", "minutes"])
    }

    // MARK: When

    /// Items such as "Schedule within 3 business days for P1/P2", wherever they stand.
    private mutating func takeScheduleItems() {
        for section in outline.sections {
            for part in section.parts {
                for item in part.blocks.compactMap(\.list).flatMap(Self.leaves) where isFree(item.lines) {
                    let phrase = item.text.phrase
                    let around = Phrase(item.around + " " + outline.context(of: section).joined)
                    guard !TimeWords(item.text).spans.isEmpty,
                        phrase.has("schedule", "hold", "conduct", "complete", "publish"),
                        Self.isAboutReview(phrase) || (Self.isAboutReview(around) && phrase.has("schedule"))
                    else { continue }
                    takeTiming(item.text, about: item.text, item.lines)
                }
            }
        }
    }

    private static func leaves(_ list: MarkdownList) -> [(text: String, around: String, lines: [Int])] {
        list.items.flatMap { item -> [(text: String, around: String, lines: [Int])] in
            let inner = item.blocks.compactMap(\.list).flatMap(leaves).map {
                (text: $0.text, around: $0.around + " " + Inline.plain(item.text), lines: $0.lines)
            }
            return [(Inline.plain(item.text), "", Array(item.textLines))] + inner
        }
    }

    /// Which of the deadlines of a review a sentence is about; nil when it does not say.
    static func reviewDeadline(_ phrase: Phrase) -> String? {
        if phrase.has("schedule") { return "schedule-by" }
        if phrase.has("draft", "create", "write", "document created") { return "draft-by" }
        if phrase.has("publish", "share", "distribut") { return "publish-by" }
        if phrase.has("complete", "finish") { return "complete-by" }
        return phrase.has("hold", "conduct", "meet") ? "hold-by" : nil
    }

    mutating func takeTiming(_ text: String, about: String, _ lines: [Int], deadline named: String? = nil) {
        let line = lines.first ?? 1
        let said = named ?? Self.reviewDeadline(text.phrase)
        let key = said ?? "hold-by"
        let path: DraftPath = ["review", key]
        let reading = rule(text, .afterwards, line: line)
        let concerned = severities(in: text)
        let isForAll = concerned.isEmpty || concerned.count == ladder.count
        let present = draft[path]
        var isTaken = false
        if case .text? = present { isTaken = true }
        if isForAll || isTaken {
            guard present == nil else {
                ask(
                    lines, "\"\(Inline.plain(text))\": another time is set for this already: which holds?",
                    [reading.rule], meanwhile: "the other one", path)
                return
            }
            draft.set(path, reading.rule, line: line)
        } else {
            for id in concerned where draft[path + id] == nil { draft.set(path + id, reading.rule, line: line) }
        }
        understood(
            lines,
            "review: \(key) \(reading.rule)" + (concerned.isEmpty ? "" : " for \(concerned.joined(separator: ", "))"),
            path)
        askAbout(reading, lines, path)
        if said == nil {
            ask(
                lines, "\"\(Inline.plain(text))\": by when is the review scheduled, or by when is it held?",
                ["hold-by", "schedule-by", "complete-by"],
                meanwhile: key, path)
        }
        noteReviewed(concerned, lines)
    }

    /// The procedure says that these severities have a review.
    mutating func noteReviewed(_ ids: [String], _ lines: [Int]) {
        for id in ids where draft[["review", "needed", id]] == nil {
            draft.set(["review", "needed", id], "required", line: lines.first)
        }
    }

    // MARK: The rest

    /// Statements about which incidents have a review, and what nothing was said of.
    private mutating func finishReview() {
        for (line, phrase) in zip(lines, phrases) {
            guard phrase.has("postmortem", "post mortem", "post incident review"),
                phrase.has("schedule", "create", "required", "after", "conduct")
            else { continue }
            let concerned = severities(in: line.text)
            guard !concerned.isEmpty, concerned.count < ladder.count, TimeWords(line.text).spans.isEmpty else {
                continue
            }
            noteReviewed(concerned, [line.number])
            noticed(at: line.number, "\(concerned.joined(separator: ", ")) have a review", ["review", "needed"])
        }
        guard draft[["review"]] != nil || !templateUses.isEmpty && phrases.contains(where: Self.isAboutReview) else {
            return
        }
        let path: DraftPath = ["review", "needed"]
        let named = ladder.map(\.id).filter { draft[path + $0] != nil }
        if named.isEmpty {
            draft.set(path, "required")
            ask(
                [], "Which severities need a review?", ["all of them"] + ladder.dropLast().map { "\($0.id) and worse" },
                meanwhile: "all of them", path)
        } else if named.count < ladder.count {
            draft.set(path + "others", "optional")
            ask(
                [],
                "Do the severities that are not named "
                    + "(\(ladder.map(\.id).filter { !named.contains($0) }.joined(separator: ", "))) need a review?",
                ["optional", "skip", "required"], meanwhile: "optional", path + "others")
        }
        for key in ["draft-by", "schedule-by", "hold-by", "complete-by", "publish-by"] {
            guard case .map(let entries)? = draft[["review", key]], !entries.contains(where: { $0.key == "others" }),
                entries.count < ladder.count
            else { continue }
            draft.set(["review", key, "others"], "none")
        }
    }
}
