extension Recognition {
    /// Says of every line that is left what became of it.
    mutating func closeAccounts(cutAt: Int?) {
        if let cutAt {
            leaveOut([], "the document is longer than the importer reads: everything from line \(cutAt) on")
        }
        if !outline.layout.isEmpty {
            ledger.add(outline.layout, .understood(what: "lines that only divide or comment", path: ""))
        }
        let closed = ledger
        var told: [Int: Int] = [:]
        for line in ledger.entries.flatMap(\.lines) { told[line, default: 0] += 1 }
        var questions = 0
        for section in outline.sections {
            for part in section.parts { closeAccount(of: part, told, &questions) }
        }
        for section in outline.sections {
            guard let heading = section.heading, isFree(heading.lines) else { continue }
            let hasContent = outline.tree(section).contains { inner in
                inner.parts.flatMap(\.allLines).contains { closed.isFree($0) == false && !lines[$0 - 1].isBlank }
                    || (inner.index != section.index && inner.heading.map { !closed.isFree($0.lines) } == true)
            }
            if hasContent {
                ledger.add(
                    heading.lines,
                    .understood(
                        what:
                            "the heading \"\(section.title)\", whose anchor #\(section.anchor ?? "") is kept in "
                            + "a comment",
                        path: ""))
            } else if let stated = stated(in: section.noteText), questions < Self.remainderLimit {
                questions += 1
                ask(
                    heading.lines,
                    "\"\(Self.cut(heading.text))\" names \(stated), and nothing of the draft follows from it: what should?",
                    ["nothing", "a rule, written by hand"], meanwhile: "nothing", [])
            } else {
                leaveOut(heading.lines, "the heading of a section that was not recognised")
            }
        }
        let rest = ledger.open
        if !rest.isEmpty { leaveOut(rest, "not recognised") }
    }

    /// A statement, as far as one can be told from others: a sentence, an item, a table, a fence.
    private struct Remainder {
        let text: String
        let what: String
        let lines: [Int]
        /// Whether it can set a rule. Data and programs do not.
        var mayState = true
    }

    private mutating func closeAccount(of part: ProcedurePart, _ told: [Int: Int], _ questions: inout Int) {
        var without: (lines: [Int], why: String) = ([], "")
        for rest in remainders(of: part) {
            var open = rest.lines.filter { ledger.isFree($0) }
            let times = open.reduce(0) { $0 + told[$1, default: 0] }
            // As many things have been said of it as it has sentences.
            if times >= rest.text.sentences.count {
                ledger.settle(open.filter { told[$0] != nil })
                open = open.filter { told[$0] == nil }
            }
            guard !open.isEmpty else { continue }
            let what = times > 0 ? "besides what is said of it: \(rest.what)" : rest.what
            if rest.mayState, questions < Self.remainderLimit, let stated = stated(in: rest.text) {
                questions += 1
                ask(
                    open,
                    "\"\(Self.cut(rest.text))\" names \(stated), and nothing of the draft follows from it: what should?",
                    ["nothing", "a rule, written by hand"], meanwhile: "nothing", [])
            } else if without.why == what {
                without.lines += open
                ledger.settle(open)
            } else {
                if !without.lines.isEmpty { leaveOut(without.lines, without.why) }
                without = (open, what)
                ledger.settle(open)
            }
        }
        // What is left out for one reason is told once.
        if !without.lines.isEmpty { leaveOut(without.lines, without.why) }
    }

    /// A procedure with more statements than this that nobody understands is none.
    private static let remainderLimit = 200

    private func remainders(of part: ProcedurePart) -> [Remainder] {
        var found: [Remainder] = []
        if !part.lines.isEmpty {
            let text = (part.label.map { part.value.isEmpty ? $0 : "\($0): " } ?? "") + part.plain
            let isLead = part.blocks.contains { block in
                block.lines.contains { !ledger.isFree($0) && !lines[$0 - 1].isBlank }
            }
            found.append(
                Remainder(
                    text: text, what: isLead ? "the words above what was taken" : "a text for people that sets nothing",
                    lines: part.lines))
        }
        for block in part.blocks {
            switch block {
            case .table(let table):
                let cells = (table.header + table.rows.flatMap(\.cells)).map(Inline.plain)
                found.append(
                    Remainder(
                        text: cells.joined(separator: ", "), what: "a table whose columns were not recognised",
                        lines: Array(table.lines)))
            case .fence(let fence):
                found.append(
                    Remainder(
                        text: fence.text,
                        what: fence.isShell
                            ? "commands outside of a part that was recognised"
                            : "a text in a fence that was not recognised",
                        lines: Array(fence.lines), mayState: fence.language.isEmpty && Blank.count(in: fence.text) > 0))
            case .list(let list):
                found += Self.leafItems(list).map {
                    Remainder(text: Inline.plain($0.text), what: "an item that was not recognised", lines: $0.lines)
                }
                // What stands inside of items besides their texts.
                found.append(
                    Remainder(
                        text: "", what: "a part of a list that was not recognised", lines: Array(list.lines),
                        mayState: false))
            case .heading, .paragraph, .divider, .comment, .frontMatter:
                found.append(
                    Remainder(
                        text: "", what: "a text that was not recognised", lines: Array(block.lines), mayState: false))
            }
        }
        return found
    }

    /// What of a text could make a rule: nil where it says nothing that a playbook would have to know.
    func stated(in text: String) -> String? {
        var found: [String] = []
        if !TimeWords(text).spans.isEmpty { found.append("a time") }
        if !severities(in: text).isEmpty { found.append("a severity") }
        if Phrase(text).has(
            "must", "shall", "required", "mandatory", "has to", "have to", "never", "approv", "sign off", "signs off",
            "forbidden", "not allowed", "only if")
        {
            found.append("a duty")
        }
        return found.isEmpty ? nil : found.joined(separator: " and ")
    }

    /// As much of a text as tells which one is meant.
    static func cut(_ text: String) -> String {
        let line = text.replacing("\n", with: " ")
        return line.count <= 120 ? line : line.prefix(117) + "…"
    }
}
