extension Recognition {
    /// Messages in fences: what they are for, whom they go to, and what has to be filled in (S1-11 to S4-28).
    mutating func recogniseTemplates() {
        for section in outline.sections {
            var group = ""
            var groupLines: [Int] = []
            for part in section.parts {
                if part.label != nil, part.value.isEmpty, part.blocks.isEmpty {
                    (group, groupLines) = (part.label ?? "", part.lines)
                }
                for fence in part.blocks.compactMap(\.fence) where isFree(fence.lines) {
                    let place = MessagePlace(outline, section, part, group: group)
                    guard let place, place.mayHold(fence) else { continue }
                    if place.isExample {
                        leaveOut(part.lines + Array(fence.lines), "an example of a message, not a rule")
                    } else {
                        takeTemplate(fence, place, section, part)
                        understood(groupLines.filter { ledger.isFree($0) }, "what the messages are for", ["templates"])
                    }
                }
            }
        }
    }

    /// Where a message stands, and what the words around it say of it.
    private struct MessagePlace {
        let title: String
        let note: String?
        let context: Phrase
        let purposeWords: Phrase
        let isStatusPage: Bool
        let isExample: Bool

        init?(_ outline: Outline, _ section: ProcedureSection, _ part: ProcedurePart, group: String) {
            let around = outline.context(of: section)
            let label = (part.label ?? "") + " " + group
            context = Phrase(around.joined + " " + label)
            let isGeneric = part.label.map { $0.phrase.isOnly("template", "example", "message") } ?? true
            title = isGeneric ? section.title : part.label ?? section.title
            note = part.label == nil || part.note == nil ? section.note : part.note
            isExample = label.phrase.has("example")
            isStatusPage = Phrase(section.title + " " + label).has("status page", "statuspage")
            purposeWords = Phrase(title + " " + (note ?? ""))
            guard
                context.has(
                    "communicat", "template", "message", "update", "notif", "alert", "email", "e mail", "status page",
                    "declar", "announce", "notice", "what we say", "letter", "text for", "wording",
                    "clos", "summary", "stakeholder")
            else { return nil }
        }

        func mayHold(_ fence: MarkdownFence) -> Bool {
            guard ["", "text", "txt", "markdown", "md", "plaintext", "plain"].contains(fence.language) else {
                return false
            }
            let filled = fence.content.filter { !$0.isBlank }
            guard let first = filled.first, !first.text.hasPrefix("# ") else { return false }
            let isSteps =
                filled.count(where: { Recognition.isNumbered($0.trimmed) }) * 2 > filled.count
                || Recognition.isNumbered(first.trimmed)
            return !isSteps
                && (Blank.count(in: fence.text, angles: true) > 0
                    || context.has("template", "status page", "message", "alert", "email", "e mail", "update"))
        }
    }

    /// `1. Open the incident`.
    static func isNumbered(_ text: String) -> Bool {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let after = text.dropFirst(digits.count)
        return !digits.isEmpty && digits.count < 3 && (after.hasPrefix(". ") || after.hasPrefix(") "))
    }

    private mutating func takeTemplate(
        _ fence: MarkdownFence, _ place: MessagePlace, _ section: ProcedureSection, _ part: ProcedurePart
    ) {
        let line = fence.lines.lowerBound
        let hasSubject = fence.content.contains { $0.text.lowercased().hasPrefix("subject:") }
        let named = namedAudience(place.purposeWords)
        let isLeadership = place.purposeWords.has("executive", "leadership", "stakeholder", "management")
        let isInternal =
            named.map { $0 == audiences["internal"] } ?? false
            || place.context.has("internal", "slack", "chat") && !place.isStatusPage
        let isExternal =
            !isLeadership && !isInternal
            && (named != nil || place.isStatusPage
                || place.context.has("customer", "external", "public", "client", "partner", "user")
                || hasSubject)
        let roles = self.roles
        let levels = ladder
        var composer = TemplateComposer(
            role: { text in
                let common = Self.commonRole(text)
                return common.flatMap { roles.values.contains($0) ? $0 : nil } ?? roles[PartyName(text).key]
            },
            namesSeverities: { [self] text in !levels.isEmpty && !severities(in: text).isEmpty }, isExternal: isExternal
        )
        composer.read(fence.content)
        for status in composer.statuses { noteStatus(status.word, line: status.line) }

        let stage = place.isStatusPage ? Self.stage(of: place.purposeWords, fence) : nil
        let isSure = place.purposeWords.has("update", "progress") || fence.text.phrase.has("update")
        let purpose = Self.purpose(of: place.purposeWords, fence, isExternal: isExternal)
        let audience =
            isExternal
            ? named ?? customerAudience(line: line)
            : isLeadership ? executiveAudience(line: line) : internalAudience(line: line)
        let id = newID("template", for: stage.map { "page-\($0)" } ?? place.title, otherwise: "message")
        let path: DraftPath = ["templates", id]
        var record = DraftRecord(id: id, title: place.title)
        record.set("audience", audience)
        record.set("kind", place.isStatusPage ? "status-page" : hasSubject || isLeadership ? "email" : "chat")
        // "(Customer-Facing)" says whom it is for, not when.
        let note = place.note.flatMap {
            $0.phrase.isOnly("customer facing", "user facing", "external", "internal") ? nil : $0
        }
        let condition = note.map { self.condition($0, line: line) }
        record.set("when", condition?.condition, line: line)
        let isFilled = composer.isTemplate
        if isFilled {
            record.set("subject", composer.subject, line: line)
            let texts = (composer.subject ?? "") + composer.body
            record.set("asks", Self.asks(composer.asks.filter { texts.contains("{{text.\($0.id)") }), line: line)
            record.set("body", .block(promising(composer.body, audience, fence)), line: line)
        } else {
            noteStages(fence)
            _ = promising(fence.text, audience, fence)
            record.set("asks", .list([exampleAsk(fence)]), line: line)
            record.set("body", .block("{{text.message}}"), line: line)
        }
        guard add(["templates"], record, line: line) != nil else { return }
        let headings = section.heading.map { Array($0.lines) } ?? []
        let lead = (part.label == nil ? headings.filter { ledger.isFree($0) } : part.lines.filter { ledger.isFree($0) })
        understood(
            lead + Array(fence.lines),
            "message \"\(place.title)\""
                + (isFilled
                    ? ": \(Self.counted(composer.facts, "fact")) known, "
                        + "\(Self.counted(composer.asks.count, "question")) to the writer"
                    : ""),
            path)
        if !isFilled {
            ask(
                Array(fence.lines),
                "The message reads like one that was sent: is it an example, or is it always sent as it is?",
                ["an example: the writer is asked for the text", "always sent as it is"],
                meanwhile: "an example: the writer is asked for the text and sees it", path + "body")
        }
        for question in composer.questions {
            ask([question.line], question.question, question.choices, meanwhile: question.meanwhile, path + "body")
        }
        if let note, condition?.condition == nil,
            note.phrase.has("major", "significant", "critical", "if", "for", "extended")
        {
            ask(
                section.heading.map { Array($0.lines) } ?? [line], "\"\(note)\": for which incidents is this message?",
                ["all"] + ladder.dropLast().map { "severity at least \($0.id)" }, meanwhile: "all", path)
        }
        if let stage {
            takeStage(stage, template: id, title: isFilled ? composer.title : nil, fence, path)
        } else {
            templateUses.append(
                TemplateUse(id: id, purpose: purpose, audience: audience, line: line, isSure: isSure))
            takeCommunication(id, purpose, audience, record, line, condition?.condition)
        }
    }

    /// The audience that a title names: "Message to drivers", where drivers are told of incidents elsewhere.
    private func namedAudience(_ words: Phrase) -> String? {
        audienceNames.first { $0.name != "status page" && words.has($0.name) }?.id
    }

    /// The questions of a template as the document holds them.
    static func asks(_ asks: [TemplateComposer.Ask]) -> DraftNode {
        .list(
            asks.map { ask in
                var record = DraftRecord(id: ask.id, title: ask.title)
                record.set("required", ask.isRequired ? "true" : nil)
                return DraftElement(record.node, name: ask.id)
            })
    }

    private func exampleAsk(_ fence: MarkdownFence) -> DraftElement {
        var ask = DraftRecord(id: "message", title: "Message")
        ask.set("required", "true")
        ask.set("lines", "true")
        ask.set("help", .block("For example:\n" + fence.text))
        return DraftElement(ask.node, name: "message")
    }

    // MARK: What it is for

    private static func purpose(of words: Phrase, _ fence: MarkdownFence, isExternal: Bool) -> TemplateUse.Purpose {
        let first = fence.content.first { !$0.isBlank }?.text.phrase ?? Phrase("")
        let body = fence.text.phrase
        let looksBack = body.has(
            "we experienced", "has been resolved", "have been resolved", "was resolved", "what we did", "apologize for",
            "apologise for")
        if isExternal, looksBack, !words.has("initial", "update", "progress", "alert") { return .resolution }
        for phrase in [words, first] {
            if phrase.has("clos") { return .closing }
            if phrase.has("resol", "restor", "recover", "all clear") { return .resolution }
            if phrase.has("initial", "declar", "alert", "announce", "first", "new incident") { return .declaration }
            if phrase.has("update", "progress") { return .update }
        }
        if words.has("summary") { return .declaration }
        if body.has("incident") && first.has("incident"), !isExternal { return .declaration }
        return isExternal ? .update : .other
    }

    private mutating func takeCommunication(
        _ template: String, _ purpose: TemplateUse.Purpose, _ audience: String, _ record: DraftRecord, _ line: Int,
        _ condition: String?
    ) {
        let moment: String
        switch purpose {
        case .declaration: moment = "declared"
        case .resolution: moment = "resolved"
        case .closing: moment = "closed"
        case .update: return
        case .other:
            ask(
                [line], "When is this message sent?", ["declared", "resolved", "by hand"], meanwhile: "by hand",
                ["templates", template])
            return
        }
        let id = newID("communication", for: template)
        var communication = DraftRecord(id: id)
        communication.set("title", record["title"])
        communication.set("on", moment)
        communication.set("to", "audience(\(audience))")
        communication.set("template", template)
        if case .text(let kind)? = record["kind"], kind != "document" { communication.set("via", kind) }
        communication.set("when", condition)
        guard let path = add(["communications"], communication, line: line) else { return }
        understood([line], "sent to \(audience) when the incident is \(moment)", path)
        ask(
            [line], "Does this message go out on that occasion, and who owes it?", ["on \(moment)", "by hand"],
            meanwhile: "on \(moment); who leads the incident", path)
    }

    // MARK: Promises

    /// A text that promises "updates every 30 minutes" says it by the rule, so that the two cannot differ (X9).
    private mutating func promising(_ body: String, _ audience: String, _ fence: MarkdownFence) -> String {
        let flat = body.replacing("\n", with: " ")
        guard let start = flat.lowercased().firstRange(of: "updates every ")?.upperBound,
            body.count == flat.count
        else { return body }
        let offset = flat.lowercased().distance(from: flat.lowercased().startIndex, to: start)
        let rest = body.dropFirst(offset)
        guard let span = TimeWords(String(rest.prefix(30)).replacing("\n", with: " ")).spans.first else { return body }
        let words = rest.prefix { $0 != "." && $0 != "," }.split { $0 == " " || $0 == "\n" }.prefix(2)
        guard words.count == 2, let last = words.last else { return body }
        let lines = fence.content.filter { $0.text.lowercased().contains("every") || $0.text.contains(words[0]) }.map(
            \.number)
        let known = draft[["cadence"]].map { node -> String? in
            guard case .list(let elements) = node else { return nil }
            return elements.compactMap(\.name).first { draft[["cadence", $0, "audience"]] == .text(audience) }
        }
        let id: String
        if case let present?? = known {
            id = present
        } else {
            takeCadence(
                [CadenceStatement(severities: [], text: "every \(span.notation)", lines: lines)],
                title: "Updates for \(audience)", audience: audience)
            guard case .list(let elements)? = draft[["cadence"]], let made = elements.last?.name else { return body }
            id = made
        }
        return String(body[..<words[0].startIndex]) + "{{cadence.\(id)}}" + String(body[last.endIndex...])
    }

    private mutating func noteStages(_ fence: MarkdownFence) {
        for line in fence.content {
            guard let labelled = Labelled(line.trimmed), labelled.label.phrase.isOnly("status", "current status"),
                StatusLexicon.state(of: Inline.plain(labelled.value)) != nil
            else { continue }
            noteStatus(Inline.plain(labelled.value), line: line.number)
        }
    }
}
