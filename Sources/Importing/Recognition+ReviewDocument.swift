extension Recognition {
    /// The form of the review document: a fence with a title and headings (S1-39, S2-35, S3-55, S4-42).
    mutating func recogniseReviewDocument() {
        for section in outline.sections {
            for part in section.parts {
                for fence in part.blocks.compactMap(\.fence) where isFree(fence.lines) {
                    let context = Phrase(outline.context(of: section).joined + " " + (part.label ?? ""))
                    let headings = fence.content.count { $0.text.hasPrefix("## ") }
                    let title = fence.content.first { !$0.isBlank }
                    guard headings > 1, let title, title.text.hasPrefix("# "),
                        Self.isAboutReview(Phrase(title.text)) || Self.isAboutReview(context)
                            || context.has("review", "post")
                    else { continue }
                    takeDocument(fence, title, section, part)
                }
            }
        }
    }

    /// A heading inside of the document with the lines below it.
    private struct Chapter {
        let title: String
        let level: Int
        let line: Int
        var content: [SourceLine] = []
    }

    private mutating func takeDocument(
        _ fence: MarkdownFence, _ title: SourceLine, _ section: ProcedureSection, _ part: ProcedurePart
    ) {
        var head: [SourceLine] = []
        var chapters: [Chapter] = []
        for line in fence.content {
            let level = line.text.prefix { $0 == "#" }.count
            if level >= 2, line.text.dropFirst(level).first == " " {
                chapters.append(Chapter(title: line.text.dropFirst(level).trimmed, level: level, line: line.number))
            } else if chapters.isEmpty {
                head.append(line)
            } else {
                chapters[chapters.count - 1].content.append(line)
            }
        }
        var body: [String] = []
        var asks: [TemplateComposer.Ask] = []
        body += documentLines(head, &asks)
        while let first = chapters.first, first.level == 2, Self.isFacts(first.content),
            !first.content.allSatisfy(\.isBlank)
        {
            body += ["## \(first.title)", ""] + documentLines(first.content, &asks)
            understood(
                [first.line] + first.content.map(\.number), "facts at the head of the review document",
                ["review", "template"])
            chapters.removeFirst()
        }
        let name = title.text.dropFirst().trimmed
        let short = name.split(separator: ":").first.map(String.init) ?? name
        let id = newID("template", for: short, otherwise: "review-document")
        var record = DraftRecord(id: id, title: Inline.plain(short))
        record.set("kind", "document")
        record.set("asks", asks.isEmpty ? nil : Self.asks(asks))
        record.set("body", .block(Self.compact(body + ["", "{{sections}}"])), line: title.number)
        guard add(["templates"], record, line: title.number) != nil else { return }
        draft.set(["review", "template"], id, line: title.number)
        understood(
            head.map(\.number) + [fence.lines.lowerBound, fence.lines.upperBound]
                + part.lines.filter { ledger.isFree($0) },
            "the form of the review document", ["templates", id])
        takeHeading(section, "the form of the review document", ["templates", id])
        var above: String?
        for chapter in chapters {
            let made = take(chapter, under: chapter.level > 2 ? above : nil)
            if chapter.level == 2 { above = made }
        }
        noteReviewed(
            severities(
                in: section.parts.filter { $0.lines.allSatisfy { $0 < fence.lines.lowerBound } }.map(\.plain).joined(
                    separator: " ")), [title.number])
    }

    /// Without an empty line after another.
    private static func compact(_ lines: [String]) -> String {
        lines.indices.filter { index in index == 0 || !lines[index].isEmpty || !lines[index - 1].isEmpty }.map {
            lines[$0]
        }
        .joined(separator: "\n")
    }

    // MARK: The head

    /// Lines such as `**Duration**: [X hours Y minutes]`, whose values Tocsin knows whatever stands there.
    private func documentLines(_ lines: [SourceLine], _ asks: inout [TemplateComposer.Ask]) -> [String] {
        let roles = self.roles
        var result: [SourceLine] = []
        for line in lines {
            let indent = line.text.prefix { $0 == " " || $0 == "-" }
            if let labelled = Labelled(bold: String(line.text.dropFirst(indent.count)))
                ?? (indent.contains("-") ? Labelled(line.text.dropFirst(indent.count).trimmed) : nil),
                let fact = Self.fact(labelled.label, roles)
            {
                let isBold = line.text.contains("**")
                let mark = isBold ? "**" : ""
                result.append(
                    SourceLine(number: line.number, text: "\(indent)\(mark)\(labelled.label)\(mark): [[\(fact)]]"))
            } else if line.text.hasPrefix("# "), let colon = line.text.firstIndex(of: ":") {
                let isKey = line.text.phrase.has("incident id", "id")
                result.append(
                    SourceLine(
                        number: line.number,
                        text: "\(line.text[...colon]) [[\(isKey ? "incident.key" : "incident.title")]]"))
            } else {
                result.append(line)
            }
        }
        var composer = TemplateComposer(
            role: { roles[PartyName($0).key] }, namesSeverities: { [self] in !severities(in: $0).isEmpty },
            isExternal: false)
        var texts: [String] = []
        for line in result {
            if let open = line.text.firstRange(of: "[["), let close = line.text.firstRange(of: "]]") {
                texts.append(
                    line.text[..<open.lowerBound] + "{{" + line.text[open.upperBound..<close.lowerBound] + "}}")
            } else if line.isBlank {
                texts.append("")
            } else {
                var one = composer
                one.read([line])
                texts.append(one.lines.last ?? "")
                composer = one
            }
        }
        asks = composer.asks
        return texts
    }

    private static func fact(_ label: String, _ roles: [String: String]) -> String? {
        let phrase = label.phrase
        if phrase.has("date") { return "started|datetime" }
        if phrase.isOnly("duration", "total duration", "incident duration") { return "duration|duration" }
        if phrase.isOnly("severity") { return "severity.label" }
        if phrase.isOnly("author", "owner") { return "review.author" }
        if phrase.has("attendee", "participant") { return "review.attendees" }
        if phrase.isOnly("impact") { return "impact" }
        if phrase.isOnly("status") { return "status.label" }
        let id =
            commonRole(label).flatMap { common in roles.values.first { $0 == common } } ?? roles[PartyName(label).key]
        return id.map { "role.\($0)" }
    }

    /// Whether a chapter holds nothing but facts that Tocsin knows.
    private static func isFacts(_ content: [SourceLine]) -> Bool {
        let filled = content.filter { !$0.isBlank }
        return filled.allSatisfy { line in
            let text = line.trimmed.drop { "-* ".contains($0) && !line.trimmed.hasPrefix("**") }
            guard let labelled = Labelled(String(text)) ?? Labelled(bold: String(line.trimmed.dropFirst(2))) else {
                return false
            }
            return fact(labelled.label, ["incident commander": "ic"]) != nil
        }
    }

    // MARK: Chapters

    private mutating func take(_ chapter: Chapter, under above: String?) -> String? {
        let (title, note) = Labelled.splitNote(Inline.plain(chapter.title))
        let id = newID("section", for: title, otherwise: "section")
        let phrase = title.phrase
        let kind: String
        let table = chapter.content.first { $0.text.contains("|") && !$0.text.contains("---") }
        if phrase.has("timeline") {
            kind = "timeline"
        } else if phrase.has("action item", "follow up", "action") {
            kind = "actions"
        } else if phrase.isOnly("impact", "customer impact", "impact analysis", "user impact") {
            kind = "impact"
        } else if phrase.has("why") && phrase.has("5", "five")
            || chapter.content.count(where: { $0.text.phrase.has("why") && $0.text.contains("?") }) > 2
        {
            kind = "five-whys"
        } else if phrase.has("went well", "went wrong", "improve", "lessons", "documents", "factors", "lucky"),
            chapter.content.contains(where: { $0.trimmed.hasPrefix("- ") || $0.trimmed.hasPrefix("* ") })
        {
            kind = "list"
        } else {
            kind = "text"
        }
        var record = DraftRecord(id: id, title: Inline.plain(chapter.title))
        let (help, examples) = Self.help(chapter.content)
        record.set("help", help.isEmpty ? nil : help.joined(separator: "; "))
        record.set("kind", kind)
        if let table {
            let columns = table.text.split(separator: "|").map {
                Labelled.splitNote(Inline.plain(String($0))).title.phrase
            }
            record.set("columns", .flow(columns.compactMap(Self.column)))
            if kind == "actions" { noteActions(columns, chapter) }
        }
        record.set("under", above)
        guard let path = add(["review", "sections"], record, line: chapter.line) else { return nil }
        let zone = Phrase(chapter.title + " " + (note ?? "") + " " + (table?.text ?? ""))
        if let name = ZoneWords.zone(in: zone) { draft.set(["review", "zone"], name.zone, line: chapter.line) }
        let lines = [chapter.line] + chapter.content.map(\.number)
        understood(lines.filter { !examples.contains($0) }, "section \"\(title)\" of the review document", path)
        if !examples.isEmpty { leaveOut(examples, "example text of the review document") }
        return id
    }

    /// What the brackets and labels of a chapter ask for, and the lines that only give an example.
    private static func help(_ content: [SourceLine]) -> (help: [String], examples: [Int]) {
        var help: [String] = []
        var examples: [Int] = []
        for line in content where !line.isBlank {
            let text = line.trimmed
            if text.contains("|") {
                if text.contains(where: \.isNumber), !text.contains("[") { examples.append(line.number) }
                continue
            }
            let bullet = text.hasPrefix("- ") ? String(text.dropFirst(2)) : text
            let blanks = Blank.parts(of: bullet).compactMap { part -> String? in
                if case .blank(let blank) = part, !blank.content.isEmpty { return blank.content }
                return nil
            }
            if let labelled = Labelled(bold: bullet) ?? (blanks.isEmpty ? nil : Labelled(plain: bullet)) {
                let wanted = blanks.first.map { " (\($0.lowercased()))" } ?? ""
                help.append(labelled.label + (labelled.label.hasSuffix("?") ? "" : wanted))
            } else if !blanks.isEmpty {
                help += blanks
            } else {
                examples.append(line.number)
            }
        }
        return (help.uniqued, examples)
    }

    private static func column(_ phrase: Phrase) -> String? {
        if phrase.has("due", "deadline") { return "due" }
        if phrase.has("owner", "assignee") { return "owner" }
        return phrase.words.first
    }

    /// The columns of the table of action items say what action items have (S2-36, S3-56).
    private mutating func noteActions(_ columns: [Phrase], _ chapter: Chapter) {
        draft.set(["actions", "columns"], .flow(columns.compactMap(Self.column)), line: chapter.line)
        for line in chapter.content {
            for part in Blank.parts(of: line.text) {
                if case .blank(let blank) = part, case .choice(let words) = blank.kind {
                    if words.allSatisfy({ SeverityLabel.isCode($0) }) {
                        draft.set(["actions", "priorities"], .flow(words), line: line.number)
                    }
                    if words.contains(where: { $0.phrase.isOnly("open") }) {
                        draft.set(["actions", "statuses"], .texts(words), line: line.number)
                    }
                }
            }
        }
        understood([chapter.line], "the columns of action items", ["actions", "columns"])
    }
}

/// Zones as procedures name them.
enum ZoneWords {
    /// The zone of the tz database that an abbreviation stands for, and whether it stands for nothing else.
    static func zone(in phrase: Phrase) -> (zone: String, isSure: Bool)? {
        for word in phrase.words {
            switch word {
            case "utc", "gmt", "zulu": return ("UTC", true)
            case "et", "est", "edt": return ("America/New_York", false)
            case "pt", "pst", "pdt": return ("America/Los_Angeles", false)
            case "ct", "cst", "cdt": return ("America/Chicago", false)
            case "mt", "mst", "mdt": return ("America/Denver", false)
            case "cet", "cest": return ("Europe/Berlin", false)
            case "bst": return ("Europe/London", false)
            case "ist": return ("Asia/Kolkata", false)
            case "jst": return ("Asia/Tokyo", false)
            default: continue
            }
        }
        return nil
    }
}
