extension Recognition {
    /// Title, owner, version, dates, what the procedure is for, how often it is read again, and what it has been
    /// (S2-01, S2-42, S0-57, S4-52).
    mutating func recogniseMetadata(fileName: String?) {
        let title =
            outline.sections.first { $0.heading != nil && $0.level == 1 }
            ?? outline.sections.first { $0.heading != nil }
        let name = title?.title ?? fileName ?? "Imported procedure"
        draft.set(["playbook"], Self.playbookID(name, fileName))
        draft.set(["title"], name, line: title?.heading?.line)
        draft.set(["source", "document"], name)
        if let title { takeHeading(title, "the title", ["title"]) }
        ask(
            [], "By which id do incidents and services call this playbook?", [],
            meanwhile: Self.playbookID(name, fileName), ["playbook"])
        takeFrontMatter()
        if let title {
            for section in [outline.sections[0], title] {
                for part in section.parts { takeFact(part.label ?? "", part.value, part.lines, title) }
            }
        }
        takeSummary(title)
        takeHistory()
        takeUpkeep()
        takeContents()
        finishMetadata()
    }

    private static func playbookID(_ title: String, _ fileName: String?) -> String {
        let base = fileName?.split(separator: "/").last.map(String.init) ?? title
        let name =
            base.hasSuffix(".md")
            ? String(base.dropLast(3)) : base.hasSuffix(".markdown") ? String(base.dropLast(9)) : base
        return name.slug ?? title.slug ?? "imported"
    }

    private mutating func takeFrontMatter() {
        for line in outline.frontMatter {
            guard let labelled = Labelled(plain: line.text) else {
                leaveOut([line.number], "a line at the head of the file that a playbook has no place for")
                continue
            }
            takeFact(labelled.label, labelled.value, [line.number], nil)
            if isFree([line.number]) { leaveOut([line.number], "\"\(labelled.label)\" has no place in a playbook") }
        }
    }

    private mutating func takeFact(_ label: String, _ value: String, _ lines: [Int], _ title: ProcedureSection?) {
        let phrase = label.phrase
        var plain = Inline.plain(value)
        if plain.hasPrefix("\""), plain.hasSuffix("\""), plain.count > 1 {
            plain = String(plain.dropFirst().dropLast())
        }
        guard !plain.isEmpty, isFree(lines) else { return }
        let line = lines.first
        let path: DraftPath
        if phrase.isOnly("version", "document version") {
            path = ["version"]
        } else if phrase.isOnly("owner", "document owner", "team", "maintainer", "maintained by", "owned by") {
            path = ["owner"]
        } else if phrase.isOnly("last updated", "updated", "date", "last modified", "effective date", "last update") {
            guard let date = Self.date(in: plain) else {
                return ask(
                    lines, "\"\(plain)\" cannot be read as one date: when was it updated? Write it as YYYY-MM-DD.", [],
                    meanwhile: "nothing", ["updated"])
            }
            draft.set(["updated"], date, line: line)
            return understood(lines, "last updated \(date)", ["updated"])
        } else if phrase.isOnly("timezone", "time zone", "tz", "zone") {
            return takeZone(plain, lines)
        } else if phrase.isOnly("requirements", "requirement") {
            path = ["source", "requirement"]
        } else if phrase.isOnly("task reference", "task", "ticket") {
            path = ["source", "task"]
        } else if phrase.isOnly("title"), title == nil {
            path = ["title"]
        } else if phrase.has("review cycle", "review frequency", "next review"), let rhythm = TimeWords(plain).rhythm {
            draft.set(["upkeep", "every"], rhythm, line: line)
            return understood(lines, "read again \(rhythm)", ["upkeep", "every"])
        } else {
            return
        }
        draft.set(path, plain, line: line)
        understood(lines, "\(label.lowercased()): \(plain)", path)
    }

    /// The first date of a text.
    static func date(in text: String) -> String? {
        let words = text.split { !($0.isNumber || $0 == "-") }
        let plain = words.first { word in
            let parts = word.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, parts.map(\.count) == [4, 2, 2], let month = Int(parts[1]), let day = Int(parts[2])
            else { return false }
            return Int(parts[0]) != nil && (1...12).contains(month) && (1...28).contains(day)
                || (29...31).contains(Int(parts[2]) ?? 0) && (1...12).contains(Int(parts[1]) ?? 0)
        }.map(String.init)
        return plain ?? CalendarWords.date(in: text)
    }

    // MARK: Summary

    private mutating func takeSummary(_ title: ProcedureSection?) {
        let candidates =
            ([title].compactMap { $0 }
                + outline.sections.filter { section in
                    section.phrase.has("overview", "purpose", "introduction", "about", "scope") && section.level <= 3
                })
        for section in candidates {
            for part in section.parts
            where part.label == nil && !part.value.isEmpty && part.blocks.isEmpty && isFree(part.lines) {
                guard part.plain.count > 30 else { continue }
                draft.set(["summary"], part.plain, line: part.firstLine)
                understood(part.lines, "what the playbook is for", ["summary"])
                if section.index != title?.index { takeHeading(section, "what the playbook is for", ["summary"]) }
                return
            }
        }
    }

    // MARK: History

    private mutating func takeHistory() {
        for section in outline.sections {
            let isLog =
                section.phrase.has(
                    "change log", "changelog", "change history", "revision", "version history", "document history")
                || section.phrase.isOnly("history", "versions", "changes")
            for part in section.parts
            where isLog || part.phrase.has("revision history", "change log", "version history", "change history") {
                for block in part.blocks where isFree(block.lines) {
                    if let table = block.table { takeHistory(table) }
                    if let list = block.list {
                        for item in list.items { takeVersion(Inline.plain(item.text), Array(item.lines)) }
                    }
                }
                if draft[["history"]] != nil {
                    understood(part.lines.filter { ledger.isFree($0) }, "the versions", ["history"])
                }
            }
            if isLog, draft[["history"]] != nil { takeHeading(section, "the versions", ["history"]) }
        }
    }

    private mutating func takeHistory(_ table: MarkdownTable) {
        let columns = table.header.map(\.phrase)
        guard let version = columns.firstIndex(where: { $0.has("version", "revision") }),
            let changes = columns.firstIndex(where: { $0.has("change", "descr", "summary", "notes") })
        else { return }
        let date = columns.firstIndex { $0.has("date", "when") }
        let author = columns.firstIndex { $0.has("author", "by", "who", "owner", "editor") }
        understood(table.headerLines, "the head of the table of versions", ["history"])
        for row in table.rows {
            takeVersion(
                version: row.cells[version], date: date.map { row.cells[$0] }, author: author.map { row.cells[$0] },
                changes: row.cells[changes],
                [row.line])
        }
    }

    /// `v1.0.0 (2024-01-15): Initial incident template`.
    private mutating func takeVersion(_ text: String, _ lines: [Int]) {
        guard let colon = text.firstIndex(of: ":") else { return }
        let (version, date) = Labelled.splitNote(String(text[..<colon]))
        takeVersion(
            version: version, date: date, author: nil, changes: text[text.index(after: colon)...].trimmed, lines)
    }

    private mutating func takeVersion(version: String, date: String?, author: String?, changes: String, _ lines: [Int])
    {
        var number = Inline.plain(version)
        if number.lowercased().hasPrefix("v"), number.dropFirst().first?.isNumber == true {
            number = String(number.dropFirst())
        }
        var record = DraftRecord()
        record.set("version", number)
        record.set("date", date.flatMap(Self.date))
        record.set("author", author.map(Inline.plain))
        record.set("changes", Inline.plain(changes))
        guard record["version"] != nil, record["changes"] != nil,
            let path = add(["history"], record, line: lines.first ?? 1)
        else { return }
        understood(lines, "version \(number)", path)
        if draft[["version"]] == nil {
            draft.set(["version"], number, line: lines.first)
            understood(lines, "version \(number)", ["version"])
        }
        if draft[["updated"]] == nil, let date = date.flatMap(Self.date) {
            draft.set(["updated"], date, line: lines.first)
            understood(lines, "last changed \(date)", ["updated"])
        }
        if draft[["owner"]] == nil, let author, !author.isEmpty {
            draft.set(["owner"], Inline.plain(author), line: lines.first)
            ask(
                lines, "Who answers for the playbook? The last author is taken.", [Inline.plain(author)],
                meanwhile: Inline.plain(author), ["owner"])
        }
    }

    // MARK: Upkeep and contents

    /// "Playbook reviewed quarterly. Last review: 2024-01-15".
    private mutating func takeUpkeep() {
        for section in outline.sections {
            for part in section.parts where isFree(part.lines) && !part.value.isEmpty {
                let phrase = Phrase((part.label ?? "") + " " + part.plain)
                guard phrase.has("playbook", "document", "runbook", "procedure"), phrase.has("review"),
                    let rhythm = TimeWords(part.plain).rhythm
                else { continue }
                draft.set(["upkeep", "every"], rhythm, line: part.firstLine)
                if phrase.has("last review"), let date = Self.date(in: part.plain) {
                    draft.set(["upkeep", "last"], date, line: part.firstLine)
                }
                understood(part.lines, "read again \(rhythm)", ["upkeep"])
            }
        }
    }

    private mutating func takeContents() {
        for section in outline.sections
        where section.phrase.has("table of contents") || section.phrase.isOnly("contents", "toc") {
            let lines = (section.heading.map { Array($0.lines) } ?? []) + section.parts.flatMap(\.allLines)
            leaveOut(
                lines.filter { ledger.isFree($0) },
                "a table of contents; the headings keep their anchors in the comments of the draft")
        }
    }

    private mutating func finishMetadata() {
        if draft[["version"]] == nil {
            draft.set(["version"], "1.0.0")
            ask([], "Which version is this?", [], meanwhile: "1.0.0", ["version"])
        }
        if draft[["owner"]] == nil {
            draft.set(["owner"], "unknown")
            ask([], "Which team answers for this playbook?", [], meanwhile: "unknown", ["owner"])
        }
    }
}
