/// The document as sections inside one another. The first one is the document itself, above its first heading.
struct Outline: Sendable {
    private(set) var sections: [ProcedureSection] = []
    /// By section, the words of its title and of those around it.
    private var contexts: [Phrase] = []
    /// Lines that only divide or comment.
    private(set) var layout: [Int] = []
    private(set) var frontMatter: [SourceLine] = []

    init(_ blocks: [MarkdownBlock]) {
        sections.append(
            ProcedureSection(index: 0, parent: nil, heading: nil, title: "", number: nil, note: nil, phrase: "".phrase))
        var open = [0]
        var anchors = AnchorNames()
        for block in blocks {
            switch block {
            case .heading(let heading):
                while open.count > 1, sections[open[open.count - 1]].level >= heading.level { open.removeLast() }
                let index = sections.count
                let parent = open[open.count - 1]
                let (number, title) = ProcedureSection.numbered(Inline.plain(heading.text))
                let (name, note) = Labelled.splitNote(title)
                sections.append(
                    ProcedureSection(
                        index: index, parent: parent, heading: heading, title: name, number: number, note: note,
                        anchor: anchors.name(for: Inline.plain(heading.text)), phrase: name.phrase))
                sections[parent].children.append(index)
                // Deeper ones would only make every walk longer.
                if open.count < ImportLimits.depth { open.append(index) }
            case .divider, .comment: layout.append(contentsOf: block.lines)
            case .frontMatter(let lines, let all):
                frontMatter = lines
                layout.append(contentsOf: [all.lowerBound, all.upperBound])
            case .paragraph, .list, .table, .fence: sections[open[open.count - 1]].add(block)
            }
        }
        contexts = sections.map { section in
            // But for the title of the document, which is around everything.
            let around = ancestors(of: section).filter { $0.parent != nil && ($0.level > 1 || $0.parent != 0) }
            return (around.reversed() + [section]).map(\.title).joined(separator: " ").phrase
        }
    }

    /// The section, then those inside of it, in the order of the document.
    func tree(_ section: ProcedureSection) -> [ProcedureSection] {
        [section] + section.children.flatMap { tree(sections[$0]) }
    }

    func children(of section: ProcedureSection) -> [ProcedureSection] { section.children.map { sections[$0] } }

    /// The sections around this one, innermost first; not the section itself.
    func ancestors(of section: ProcedureSection) -> [ProcedureSection] {
        var found: [ProcedureSection] = []
        var next = section.parent
        while let index = next {
            found.append(sections[index])
            next = sections[index].parent
        }
        return found
    }

    /// The words of the section's title and of those around it.
    func context(of section: ProcedureSection) -> Phrase { contexts[section.index] }
}

struct ProcedureSection: Hashable, Sendable {
    let index: Int
    let parent: Int?
    let heading: MarkdownHeading?
    /// Without number and note.
    let title: String
    /// `2` of "Phase 2: Investigation" and of "2. Triage".
    let number: Int?
    /// What stands in parentheses behind the title.
    let note: String?
    /// By which links within the document call it.
    var anchor: String?
    fileprivate(set) var children: [Int] = []
    private(set) var parts: [ProcedurePart] = []

    /// The words of the title.
    let phrase: Phrase

    var level: Int { heading?.level ?? 0 }
    var noteText: String { note ?? "" }

    /// `Phase 2: Investigation`, `Scenario: Timeouts`, `2. Triage`, `Step 3 - Close`.
    static func numbered(_ title: String) -> (number: Int?, title: String) {
        let words = title.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true).map(String.init)
        guard let first = words.first else { return (nil, title) }
        if let digits = number(first, endings: [".", ")"]), words.count > 1 {
            return (digits, words.dropFirst().joined(separator: " "))
        }
        guard words.count > 2, ["phase", "step", "stage", "option", "part"].contains(first.lowercased()) else {
            return (nil, title)
        }
        if let digits = number(words[1], endings: [":", ".", ")"]) { return (digits, words[2]) }
        if let letter = words[1].unicodeScalars.first, ("A"..."Z").contains(letter), words[1].count == 2,
            ":.)".contains(words[1].last ?? " ")
        {
            return (Int(letter.value) - 64, words[2])
        }
        let rest = words[2]
        guard let digits = Int(words[1]), let mark = rest.first, "-–—:".contains(mark) else { return (nil, title) }
        return (digits, rest.dropFirst().trimmed)
    }

    private static func number(_ word: String, endings: [String]) -> Int? {
        guard let ending = endings.first(where: word.hasSuffix) else { return nil }
        return Int(word.dropLast(ending.count))
    }

    // MARK: Parts

    fileprivate mutating func add(_ block: MarkdownBlock) {
        guard case .paragraph(let lines) = block else {
            if let last = parts.last, last.takesBlocks {
                parts[parts.count - 1].blocks.append(block)
            } else {
                parts.append(ProcedurePart(label: nil, note: nil, value: "", lines: [], blocks: [block]))
            }
            return
        }
        // Lines that begin no part of their own go on with the one before them, all at once.
        var rest = lines[...]
        while let line = rest.first {
            let next = rest.dropFirst().prefix { ProcedurePart(lead: $0, isWhole: false) == nil }
            var part =
                ProcedurePart(lead: line, isWhole: lines.count == 1)
                ?? ProcedurePart(label: nil, note: nil, value: line.trimmed, lines: [line.number], blocks: [])
            if !next.isEmpty { part.goOn(with: next) }
            parts.append(part)
            rest = rest.dropFirst(1 + next.count)
        }
    }
}

/// A part of a section: what stands behind a label in bold, or between two of them.
struct ProcedurePart: Hashable, Sendable {
    let label: String?
    let note: String?
    /// What stands on the line of the label, and on those after it.
    private(set) var value: String { didSet { plain = Inline.plain(value) } }
    /// The value without marks.
    private(set) var plain: String
    /// The lines of label and value.
    private(set) var lines: [Int]
    var blocks: [MarkdownBlock]

    /// The words of the label.
    let phrase: Phrase
    var allLines: [Int] { lines + blocks.flatMap { Array($0.lines) } }
    var firstLine: Int { lines.first ?? blocks.first?.lines.lowerBound ?? 1 }

    /// A label whose value stands on its line is complete.
    fileprivate var takesBlocks: Bool { label != nil && value.isEmpty }

    init(label: String?, note: String?, value: String, lines: [Int], blocks: [MarkdownBlock]) {
        self.label = label
        phrase = (label ?? "").phrase
        self.note = note
        self.value = value
        plain = Inline.plain(value)
        self.lines = lines
        self.blocks = blocks
    }

    /// `**Label**: …`, or a sentence that ends with a colon and announces what follows.
    fileprivate init?(lead line: SourceLine, isWhole: Bool) {
        if let labelled = Labelled(bold: line.text) {
            self.init(
                label: labelled.label, note: labelled.note, value: labelled.value, lines: [line.number], blocks: [])
        } else if isWhole, line.trimmed.hasSuffix(":"), line.trimmed.count <= 120 {
            let (title, note) = Labelled.splitNote(Inline.plain(String(line.trimmed.dropLast())))
            self.init(label: title, note: note, value: "", lines: [line.number], blocks: [])
        } else if isWhole, let labelled = Labelled(plain: line.text), labelled.label.split(separator: " ").count <= 3,
            !labelled.value.isEmpty
        {
            self.init(
                label: labelled.label, note: labelled.note, value: labelled.value, lines: [line.number], blocks: [])
        } else {
            return nil
        }
    }

    fileprivate mutating func goOn(with rest: ArraySlice<SourceLine>) {
        value = ([value] + rest.map(\.trimmed)).filter { !$0.isEmpty }.joined(separator: " ")
        lines += rest.map(\.number)
    }
}

/// The anchors that hosts of Markdown give to headings: lower case, dashes for spaces, a number behind the second of
/// a name.
private struct AnchorNames {
    private var counts: [String: Int] = [:]

    mutating func name(for title: String) -> String {
        var name = ""
        for character in title.lowercased() {
            if character == " " {
                name.append("-")
            } else if character.isLetter || character.isNumber || character == "-" || character == "_" {
                name.append(character)
            }
        }
        let count = counts[name, default: 0]
        counts[name] = count + 1
        return count == 0 ? name : "\(name)-\(count)"
    }
}
