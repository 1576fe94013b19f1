/// A YAML document as texts, lists and maps, each with its place. Nothing has a type yet: `no`, `1.0` and `09:00` are
/// texts as they were written, so that nothing is taken for a boolean, a number or a number in base 60 before our own
/// shape has said what belongs there.
public struct DocumentTree: Sendable {
    public let root: Node
    let source: DocumentBytes

    public struct Node: Hashable, Sendable {
        public let place: DocumentPlace
        public let content: Content

        public init(_ content: Content, at place: DocumentPlace) {
            self.place = place
            self.content = content
        }
    }

    public indirect enum Content: Hashable, Sendable {
        case scalar(Scalar)
        case list([Node])
        /// In the order in which it was written, each key once.
        case map([Entry])
    }

    public struct Scalar: Hashable, Sendable {
        public let text: String
        public let style: Style

        public init(_ text: String, style: Style = .plain) {
            self.text = text
            self.style = style
        }

        /// Whether nothing was written at all, as after `key:`. An empty text in quotes was written.
        public var isAbsent: Bool { text.isEmpty && style == .plain }
    }

    public enum Style: Hashable, Sendable {
        case plain, quoted, literal, folded
    }

    public struct Entry: Hashable, Sendable {
        public let key: String
        public let keyPlace: DocumentPlace
        public let value: Node

        public init(_ key: String, at keyPlace: DocumentPlace, _ value: Node) {
            self.key = key
            self.keyPlace = keyPlace
            self.value = value
        }
    }
}

extension DocumentTree {
    /// Where the character at that offset of a scalar's text stands, in Unicode scalars from 0. Where escapes or
    /// folding lie between, the place of the whole text: a place that is near is better than one that is wrong.
    func place(of node: Node, offset: Int) -> DocumentPlace {
        guard case .scalar(let scalar) = node.content, offset > 0 || scalar.style == .literal else { return node.place }
        let characters = Array(scalar.text.unicodeScalars)
        let before = characters.prefix(offset)
        switch scalar.style {
        case .plain, .quoted:
            let start = node.place.moved(by: scalar.style == .quoted ? 1 : 0)
            return isWritten(before, at: start) ? start.moved(by: before.count) : node.place
        case .literal:
            let lineNumber = node.place.line + 1 + before.count(where: { $0 == "\n" })
            let lineStart = before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
            let start = DocumentPlace(line: lineNumber, column: literalIndentation(of: node) + 1)
            let inLine = before[lineStart...]
            return isWritten(inLine, at: start) ? start.moved(by: inLine.count) : node.place
        case .folded: return node.place
        }
    }

    /// Whether those characters stand there on one line of the source.
    private func isWritten(_ characters: ArraySlice<Unicode.Scalar>, at place: DocumentPlace) -> Bool {
        let line = String(decoding: source.line(place.line), as: UTF8.self).unicodeScalars
        return line.dropFirst(place.column - 1).starts(with: characters)
    }

    /// How far the lines of a literal text are indented: as far as its first line that is not empty.
    private func literalIndentation(of node: Node) -> Int {
        var number = node.place.line + 1
        while number <= source.lineStarts.count {
            let line = source.line(number)
            let spaces = line.prefix { $0 == 0x20 }.count
            if spaces < line.count { return spaces }
            number += 1
        }
        return 0
    }
}
