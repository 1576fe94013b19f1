/// Reads the blocks of Markdown that procedures are written in: headings, paragraphs, lists with checkboxes, tables,
/// fences, quotes, front matter. It reads every text, and what it does not know is a paragraph.
///
/// Time grows with the length of the text times the depth of its lists, which is bounded.
struct MarkdownParser {
    private let lines: [SourceLine]
    private var index = 0
    private let depth: Int
    private var blocks: [MarkdownBlock] = []

    static func blocks(of lines: [SourceLine]) -> [MarkdownBlock] {
        var parser = MarkdownParser(lines, depth: 0)
        parser.readFrontMatter()
        return parser.read()
    }

    private init(_ lines: [SourceLine], depth: Int) {
        self.lines = lines
        self.depth = depth
    }

    private mutating func read() -> [MarkdownBlock] {
        while index < lines.count {
            let line = lines[index]
            if line.isBlank {
                index += 1
            } else if let fence = FenceMark(line.text) {
                readFence(fence)
            } else if let heading = Self.heading(line) {
                blocks.append(.heading(heading))
                index += 1
            } else if line.isDivider {
                blocks.append(.divider(line.number))
                index += 1
            } else if line.trimmed.hasPrefix("<!--") {
                readComment()
            } else if depth < ImportLimits.depth, line.trimmed.hasPrefix(">") {
                readQuote()
            } else if depth < ImportLimits.depth, let mark = ListMark(line.text) {
                readList(isOrdered: mark.isOrdered)
            } else if isTable(at: index) {
                readTable()
            } else {
                readParagraph()
            }
        }
        return blocks
    }

    // MARK: Blocks

    private mutating func readFrontMatter() {
        guard lines.first?.text == "---",
            let end = lines.dropFirst().prefix(100).firstIndex(where: { $0.text == "---" })
        else { return }
        let content = Array(lines[1..<end])
        guard !content.isEmpty, content.allSatisfy({ $0.isBlank || $0.text.contains(":") || $0.text.hasPrefix(" ") })
        else {
            return
        }
        blocks.append(.frontMatter(content.filter { !$0.isBlank }, lines[0].number...lines[end].number))
        index = end + 1
    }

    private static func heading(_ line: SourceLine) -> MarkdownHeading? {
        guard line.indent < 4 else { return nil }
        let text = line.trimmed
        let level = text.prefix { $0 == "#" }.count
        let rest = text.dropFirst(level)
        guard (1...6).contains(level), rest.isEmpty || rest.first == " " else { return nil }
        var title = rest.trimmed
        while title.last == "#" { title.removeLast() }
        return MarkdownHeading(level: level, text: title.trimmed, lines: line.number...line.number)
    }

    private mutating func readFence(_ mark: FenceMark) {
        let first = index
        var content: [SourceLine] = []
        index += 1
        var isClosed = false
        while index < lines.count, !isClosed {
            let line = lines[index]
            if mark.isClosed(by: line.text) {
                isClosed = true
            } else {
                content.append(SourceLine(number: line.number, text: line.text.droppingIndent(upTo: mark.indent)))
            }
            index += 1
        }
        blocks.append(
            .fence(
                MarkdownFence(
                    language: mark.language, content: content, lines: lines[first].number...lines[index - 1].number,
                    isClosed: isClosed)))
    }

    private mutating func readComment() {
        let first = index
        while index < lines.count, !lines[index].text.contains("-->") { index += 1 }
        index = min(index + 1, lines.count)
        blocks.append(.comment(lines[first].number...lines[index - 1].number))
    }

    private mutating func readQuote() {
        var inner: [SourceLine] = []
        while index < lines.count, lines[index].trimmed.hasPrefix(">") {
            let text = lines[index].trimmed.dropFirst()
            inner.append(
                SourceLine(number: lines[index].number, text: String(text.first == " " ? text.dropFirst() : text)))
            index += 1
        }
        if let message = Self.message(inner) { return blocks.append(message) }
        var parser = MarkdownParser(inner, depth: depth + 1)
        blocks.append(contentsOf: parser.read())
    }

    /// A quotation with places to fill is a message, as if it stood in a fence.
    private static func message(_ lines: [SourceLine]) -> MarkdownBlock? {
        let filled = lines.filter { !$0.isBlank }
        guard filled.count > 1, filled.contains(where: { Blank.count(in: $0.text) > 0 }),
            !filled.contains(where: {
                FenceMark($0.text) != nil || $0.trimmed.hasPrefix("- [") || $0.trimmed.hasPrefix(">")
            })
        else { return nil }
        return .fence(
            MarkdownFence(
                language: "", content: lines, lines: lines[0].number...lines[lines.count - 1].number, isClosed: true))
    }

    private mutating func readParagraph() {
        var paragraph = [lines[index]]
        index += 1
        while index < lines.count {
            let line = lines[index]
            if line.isBlank || FenceMark(line.text) != nil || Self.heading(line) != nil
                || line.trimmed.hasPrefix("<!--")
            {
                break
            }
            if let level = line.underlineLevel {
                let title = paragraph.map(\.trimmed).joined(separator: " ")
                blocks.append(
                    .heading(MarkdownHeading(level: level, text: title, lines: paragraph[0].number...line.number)))
                index += 1
                return
            }
            if line.isDivider || isTable(at: index) { break }
            if let mark = ListMark(line.text), mark.mayInterrupt { break }
            paragraph.append(line)
            index += 1
        }
        blocks.append(.paragraph(paragraph))
    }

    // MARK: Lists

    private mutating func readList(isOrdered: Bool) {
        var items: [MarkdownItem] = []
        var indent: Int?
        while index < lines.count, let mark = ListMark(lines[index].text), mark.isOrdered == isOrdered,
            mark.indent < (indent ?? mark.indent) + 2, !lines[index].isDivider
        {
            indent = indent ?? mark.indent
            items.append(readItem(mark))
            // Items may stand apart.
            var next = index
            while next < lines.count, lines[next].isBlank { next += 1 }
            if next < lines.count, let following = ListMark(lines[next].text), following.isOrdered == isOrdered {
                index = next
            }
        }
        blocks.append(.list(MarkdownList(isOrdered: isOrdered, items: items)))
    }

    private mutating func readItem(_ mark: ListMark) -> MarkdownItem {
        let first = lines[index]
        var inner = [SourceLine(number: first.number, text: mark.rest)]
        index += 1
        var fence: FenceMark? = FenceMark(mark.rest)
        var filled = index
        while index < lines.count {
            let line = lines[index]
            if line.isBlank {
                filled = max(filled, index)
                while filled < lines.count, lines[filled].isBlank { filled += 1 }
                guard filled < lines.count, lines[filled].indent >= mark.childIndent else { break }
            } else if line.indent < mark.childIndent {
                // A line that is not indented goes on with a paragraph, and with nothing else.
                let goesOn = fence == nil && inner.last.map { !$0.isBlank } == true && isPlain(line)
                guard goesOn else { break }
            }
            let text = line.text.droppingIndent(upTo: mark.contentIndent)
            if let open = fence {
                if open.isClosed(by: text) { fence = nil }
            } else {
                fence = FenceMark(text)
            }
            inner.append(SourceLine(number: line.number, text: text))
            index += 1
        }
        while inner.count > 1, inner.last?.isBlank == true { inner.removeLast() }
        return item(inner)
    }

    private func isPlain(_ line: SourceLine) -> Bool {
        ListMark(line.text) == nil && FenceMark(line.text) == nil && Self.heading(line) == nil && !line.isDivider
            && !line.trimmed.hasPrefix("|") && !line.trimmed.hasPrefix("**")
    }

    private func item(_ inner: [SourceLine]) -> MarkdownItem {
        let (checkbox, rest) = Self.checkbox(inner[0].text)
        var contents = inner
        contents[0] = SourceLine(number: inner[0].number, text: rest)
        var parser = MarkdownParser(contents, depth: depth + 1)
        var blocks = parser.read()
        let lines = inner[0].number...inner[inner.count - 1].number
        guard case .paragraph(let paragraph)? = blocks.first else {
            return MarkdownItem(
                checkbox: checkbox, text: "", blocks: blocks, lines: lines,
                textLines: lines.lowerBound...lines.lowerBound)
        }
        blocks.removeFirst()
        return MarkdownItem(
            checkbox: checkbox, text: paragraph.map(\.trimmed).joined(separator: " "), blocks: blocks, lines: lines,
            textLines: paragraph[0].number...paragraph[paragraph.count - 1].number)
    }

    private static func checkbox(_ text: String) -> (Bool?, String) {
        for (mark, value) in [("[ ]", false), ("[]", false), ("[x]", true), ("[X]", true)] where text.hasPrefix(mark) {
            let rest = text.dropFirst(mark.count)
            guard rest.isEmpty || rest.first == " " else { continue }
            return (value, rest.trimmed)
        }
        return (nil, text)
    }

    // MARK: Tables

    private func isTable(at index: Int) -> Bool {
        guard index + 1 < lines.count, lines[index].text.contains("|"), lines[index + 1].isTableRule else {
            return false
        }
        return Self.cells(lines[index].text).count == Self.cells(lines[index + 1].text).count
    }

    private mutating func readTable() {
        let first = lines[index]
        let header = Self.cells(first.text)
        var rows: [MarkdownTable.Row] = []
        index += 2
        while index < lines.count, !lines[index].isBlank, lines[index].text.contains("|") {
            var cells = Self.cells(lines[index].text)
            if cells.count > header.count { cells = Self.cells(lines[index].text, honoursCode: true) }
            cells = Array(cells.prefix(header.count)) + Array(repeating: "", count: max(0, header.count - cells.count))
            rows.append(MarkdownTable.Row(cells: cells, line: lines[index].number))
            index += 1
        }
        blocks.append(
            .table(MarkdownTable(header: header, rows: rows, lines: first.number...lines[index - 1].number)))
    }

    /// `honoursCode`: a bar between backticks divides nothing.
    private static func cells(_ line: String, honoursCode: Bool = false) -> [String] {
        var cells: [String] = []
        var cell = ""
        var isInCode = false
        var isEscaped = false
        for character in line.trimmed {
            if isEscaped {
                if character != "|" { cell.append("\\") }
                cell.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "|", !(honoursCode && isInCode) {
                cells.append(cell.trimmed)
                cell = ""
            } else {
                if character == "`" { isInCode.toggle() }
                cell.append(character)
            }
        }
        if isEscaped { cell.append("\\") }
        let isOpen = !cell.trimmed.isEmpty || !line.trimmed.hasSuffix("|")
        if isOpen { cells.append(cell.trimmed) }
        if line.trimmed.hasPrefix("|"), !cells.isEmpty { cells.removeFirst() }
        return cells
    }
}

// MARK: Marks

/// The beginning of a fence.
private struct FenceMark {
    let character: Character
    let length: Int
    let indent: Int
    let language: String

    init?(_ text: String) {
        let trimmed = text.trimmed
        guard let character = trimmed.first, character == "`" || character == "~" else { return nil }
        let length = trimmed.prefix { $0 == character }.count
        let info = trimmed.dropFirst(length)
        guard length >= 3, character == "~" || !info.contains("`") else { return nil }
        self.character = character
        self.length = length
        indent = text.prefix { $0 == " " }.count
        language = info.split { $0 == " " || $0 == "{" }.first.map { $0.lowercased() } ?? ""
    }

    func isClosed(by text: String) -> Bool {
        let trimmed = text.trimmed
        return trimmed.count >= length && trimmed.allSatisfy { $0 == character }
    }
}

/// The beginning of an item of a list.
private struct ListMark {
    let isOrdered: Bool
    let indent: Int
    /// Where the text of the item begins.
    let contentIndent: Int
    let rest: String
    let number: Int

    /// How far a line is indented at least to belong to the item: many writers indent by two below `1. `.
    var childIndent: Int { min(contentIndent, indent + 2) }

    /// Whether it ends the paragraph above it. `1986. A great year` does not.
    var mayInterrupt: Bool { !rest.isEmpty && (!isOrdered || number <= 1) }

    init?(_ text: String) {
        let indent = text.prefix { $0 == " " }.count
        let rest = text.dropFirst(indent)
        guard let first = rest.first else { return nil }
        let markLength: Int
        if first == "-" || first == "*" || first == "+" || first == "•" {
            markLength = 1
            isOrdered = false
            number = 0
        } else {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard (1...9).contains(digits.count), let number = Int(digits),
                let mark = rest.dropFirst(digits.count).first,
                mark == "." || mark == ")"
            else { return nil }
            markLength = digits.count + 1
            isOrdered = true
            self.number = number
        }
        let after = rest.dropFirst(markLength)
        guard after.isEmpty || after.first == " " else { return nil }
        let spaces = after.prefix { $0 == " " }.count
        self.indent = indent
        contentIndent = indent + markLength + (spaces > 4 || after.isEmpty ? 1 : spaces)
        self.rest = after.trimmed
    }
}

extension SourceLine {
    var trimmed: String { text.trimmed }
    var isBlank: Bool { text.allSatisfy { $0 == " " } }
    var indent: Int { text.prefix { $0 == " " }.count }

    fileprivate var isDivider: Bool {
        let marks = text.filter { $0 != " " }
        guard marks.count >= 3, let first = marks.first, "-*_".contains(first) else { return false }
        return marks.allSatisfy { $0 == first }
    }

    /// Of the line below a heading that is underlined.
    fileprivate var underlineLevel: Int? {
        let marks = trimmed
        guard marks.count >= 3, let first = marks.first, marks.allSatisfy({ $0 == first }) else { return nil }
        return first == "=" ? 1 : first == "-" ? 2 : nil
    }

    fileprivate var isTableRule: Bool {
        text.contains("-") && text.contains("|") && text.allSatisfy { "|-: ".contains($0) }
    }
}

extension StringProtocol {
    var trimmed: String {
        var rest = self[...]
        while rest.first == " " { rest = rest.dropFirst() }
        while rest.last == " " { rest = rest.dropLast() }
        return String(rest)
    }
}

extension String {
    /// Without the spaces at the beginning, but at most so many.
    func droppingIndent(upTo count: Int) -> String {
        let indent = prefix(count).prefix { $0 == " " }.count
        return String(dropFirst(indent))
    }
}
