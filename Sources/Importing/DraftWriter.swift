/// Writes the draft as YAML, in the style of the hand-written playbooks: block lists, texts without quotes where they
/// can do without, long ones folded, and above an element in a comment where it comes from and what is asked of it.
struct DraftWriter {
    /// What stands above a path, each comment a text of any length.
    let comments: [DraftPath: [String]]
    /// Where the element of that line comes from, told once for neighbours from one place.
    let origin: (Int) -> String?

    private(set) var lines: [String] = []
    private(set) var spans: [Span] = []
    private var lastOrigin: String?

    /// The lines of a key with its value, or of an element of a list.
    struct Span: Hashable, Sendable {
        let path: DraftPath
        var lines: ClosedRange<Int>
        let isElement: Bool
        let source: Int?
    }

    init(comments: [DraftPath: [String]], origin: @escaping (Int) -> String?) {
        self.comments = comments
        self.origin = origin
    }

    /// The column after which lines are broken.
    static let width = 118

    mutating func write(_ draft: Draft, head: [String], tail: [String]) {
        for text in head { comment(text, indent: 0) }
        for entry in draft.root {
            let path = DraftPath([entry.key])
            if isLarge(entry.value) || !(comments[path] ?? []).isEmpty { lines.append("") }
            lastOrigin = nil
            self.entry(entry, path: path, indent: 0, lead: nil)
            if isLarge(entry.value) { lastOrigin = nil }
        }
        guard !tail.isEmpty else { return }
        lines.append("")
        for text in tail { comment(text, indent: 0) }
    }

    var text: String { lines.map { $0 + "\n" }.joined() }

    // MARK: Nodes

    private func isLarge(_ node: DraftNode) -> Bool {
        switch node {
        case .list, .map: true
        case .text, .block, .flow: false
        }
    }

    /// `lead` is what stands before the key instead of spaces: the dash of an element that begins with it.
    private mutating func entry(_ entry: DraftEntry, path: DraftPath, indent: Int, lead: String?) {
        let first = lines.count + 1
        if lead == nil {
            told(above: path, indent: indent, line: path.steps.count == 2 && isLarge(entry.value) ? entry.line : nil)
        }
        let start = (lead ?? Self.spaces(indent)) + Self.key(entry.key) + ":"
        switch entry.value {
        case .text(let text): scalar(text, after: start + " ", indent: indent)
        case .block(let text): block(text, after: start + " ", indent: indent)
        case .flow(let ids): lines.append("\(start) [\(ids.joined(separator: ", "))]")
        case .list(let elements):
            lines.append(start)
            for (index, element) in elements.enumerated() {
                let name = element.name ?? "\(index + 1)"
                if path.steps.count == 1, index > 0, stands(apart: element) { lines.append("") }
                self.element(element, path: path + name, indent: indent + 2)
            }
        case .map(let entries):
            lines.append(start)
            for inner in entries { self.entry(inner, path: path + inner.key, indent: indent + 2, lead: nil) }
        }
        span(path, from: first, isElement: false, entry.line)
    }

    private mutating func element(_ element: DraftElement, path: DraftPath, indent: Int) {
        let first = lines.count + 1
        told(above: path, indent: indent, line: path.steps.count <= 3 ? element.line : nil)
        let lead = Self.spaces(indent) + "- "
        switch element.value {
        case .text(let text): scalar(text, after: lead, indent: indent)
        case .block(let text): block(text, after: lead, indent: indent)
        case .flow(let ids): lines.append("\(lead)[\(ids.joined(separator: ", "))]")
        case .list(let elements):
            lines.append(lead.trimmedEnd)
            for (index, inner) in elements.enumerated() {
                self.element(inner, path: path + (inner.name ?? "\(index + 1)"), indent: indent + 2)
            }
        case .map(let entries):
            for (index, entry) in entries.enumerated() {
                self.entry(entry, path: path + entry.key, indent: indent + 2, lead: index == 0 ? lead : nil)
            }
        }
        span(path, from: first, isElement: true, element.line)
    }

    /// Elements of many lines have an empty one between them.
    private func stands(apart element: DraftElement) -> Bool {
        guard case .map(let entries) = element.value else { return false }
        return entries.count > 4
            || entries.contains { entry in
                switch entry.value {
                case .block, .list, .map: true
                case .text, .flow: false
                }
            }
    }

    private mutating func span(_ path: DraftPath, from first: Int, isElement: Bool, _ source: Int?) {
        guard lines.count >= first else { return }
        spans.append(Span(path: path, lines: first...lines.count, isElement: isElement, source: source))
    }

    // MARK: Comments

    private mutating func told(above path: DraftPath, indent: Int, line: Int?) {
        if let line, let origin = origin(line), origin != lastOrigin {
            comment(origin, indent: indent)
            lastOrigin = origin
        }
        for text in comments[path] ?? [] { comment(text, indent: indent) }
    }

    private mutating func comment(_ text: String, indent: Int) {
        let lead = Self.spaces(indent) + "#"
        guard !text.isEmpty else {
            lines.append(lead)
            return
        }
        for line in Self.wrapped(text, width: Self.width - indent - 2) { lines.append("\(lead) \(line)") }
    }

    /// Broken at spaces; words that are too long stand alone.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var length = 0
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            let count = word.count
            if length > 0, length + 1 + count > width {
                lines.append(line)
                (line, length) = ("", 0)
            }
            line += (length > 0 ? " " : "") + word
            length += count + (length > 0 ? 1 : 0)
        }
        if length > 0 { lines.append(line) }
        return lines
    }

    // MARK: Scalars

    private mutating func scalar(_ text: String, after start: String, indent: Int) {
        let text = text.trimmed
        let written = Self.isPlain(text) ? text : Self.quoted(text)
        let isLong = start.count + written.count > Self.width
        guard isLong, text.contains(" "), !text.contains("  ") else {
            lines.append(start + written)
            return
        }
        lines.append(start + ">-")
        for line in Self.wrapped(text, width: Self.width - indent - 2) { lines.append(Self.spaces(indent + 2) + line) }
    }

    private mutating func block(_ text: String, after start: String, indent: Int) {
        var content = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).trimmedEnd }
        while content.last?.isEmpty == true { content.removeLast() }
        while content.first?.isEmpty == true { content.removeFirst() }
        // The indentation of a block is that of its first line, unless it is told.
        lines.append(start + (content.first?.first == " " ? "|2" : "|"))
        for line in content { lines.append(line.isEmpty ? "" : Self.spaces(indent + 2) + line) }
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    private static func key(_ text: String) -> String {
        let isWord = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isWord && text.first != "-" && !text.isEmpty ? text : quoted(text)
    }

    /// Whether YAML reads the text as itself without quotes.
    static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, text.trimmed == text else { return false }
        let bytes = Array(text.utf8)
        let holdsMark = zip(bytes, bytes.dropFirst()).contains { pair in
            pair == (UInt8(ascii: ":"), UInt8(ascii: " ")) || pair == (UInt8(ascii: " "), UInt8(ascii: "#"))
        }
        return !"-?:,[]{}#&*!|>'\"%@`=".unicodeScalars.contains(first) && !holdsMark && bytes.last != UInt8(ascii: ":")
            && !text.hasPrefix("...") && !["~", "null", "Null", "NULL"].contains(text)
    }

    private static func quoted(_ text: String) -> String {
        let needsEscapes = text.contains("\"") || text.contains("\\")
        if !needsEscapes { return "\"\(text)\"" }
        if !text.contains("'") { return "'\(text)'" }
        var escaped = ""
        for character in text {
            if character == "\"" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return "\"\(escaped)\""
    }
}

extension String {
    var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
