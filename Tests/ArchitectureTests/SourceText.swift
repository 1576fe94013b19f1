/// A Swift file cut into tokens, string literals and comments: enough to tell code from prose, so that a rule about code
/// is not broken by a sentence that mentions it. Expressions inside of string literals are code.
struct SourceText {
    /// Relative to the root of the repository, `Sources/Web/Web.swift`.
    let path: String
    private(set) var tokens: [Token] = []
    private(set) var literals: [Literal] = []
    private(set) var comments: [Comment] = []
    private(set) var lineCount = 0

    struct Token: Hashable {
        enum Kind { case word, mark, literal }
        let kind: Kind
        /// A word with its leading `@` or `#`, one punctuation character, or the text of a string literal.
        let text: String
        let line: Int
        /// Whether a mark stands right after a word: `try!`, not `try !done`.
        var isJoined = false
    }

    struct Literal: Hashable {
        /// Each interpolation is left out.
        let text: String
        let line: Int
        /// The expressions, as they are written.
        let interpolations: [String]
    }

    struct Comment: Hashable {
        let text: String
        /// A comment of several lines counts for its last.
        let line: Int
    }

    init(path: String, _ text: String) {
        self.path = path
        var scanner = Scanner(bytes: Array(text.utf8))
        scanner.code(untilParenthesis: false)
        tokens = scanner.tokens
        literals = scanner.literals
        comments = scanner.comments
        lineCount = scanner.line - (text.hasSuffix("\n") ? 1 : 0)
    }

    func hasComment(in lines: ClosedRange<Int>) -> Bool {
        comments.contains { lines.contains($0.line) }
    }

    /// The text of the token that many places further; empty outside of the file.
    func text(_ index: Int) -> String { tokens.indices.contains(index) ? tokens[index].text : "" }
}

private struct Scanner {
    let bytes: [UInt8]
    var index = 0
    var line = 1
    var tokens: [SourceText.Token] = []
    var literals: [SourceText.Literal] = []
    var comments: [SourceText.Comment] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads code up to the end, or up to the parenthesis that closes an interpolation.
    mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while let byte = peek() {
            if at("//") {
                comment(end: "\n")
            } else if at("/*") {
                comment(end: "*/")
            } else if isStringStart() {
                string()
            } else if Self.isWord(byte) || ((byte == UInt8(ascii: "@") || byte == UInt8(ascii: "#")) && wordFollows()) {
                word()
            } else if byte == UInt8(ascii: "`") {
                rawIdentifier()
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                if untilParenthesis, depth < 0 { return }
                if byte > 0x20 {
                    let isJoined = index > 0 && Self.isWord(bytes[index - 1])
                    tokens.append(
                        .init(kind: .mark, text: String(UnicodeScalar(byte)), line: line, isJoined: isJoined))
                }
                advance()
            }
        }
    }

    // MARK: Leaves

    private func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    private func at(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[index...].starts(with: $0) }
    }

    private func at(_ text: [UInt8]) -> Bool { bytes[index...].starts(with: text) }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    private func wordFollows() -> Bool { peek(1).map(Self.isWord) ?? false }

    private func isStringStart() -> Bool {
        var distance = 0
        while peek(distance) == UInt8(ascii: "#") { distance += 1 }
        return peek(distance) == UInt8(ascii: "\"")
    }

    private mutating func word() {
        let start = index
        advance()
        while let byte = peek(), Self.isWord(byte) { advance() }
        tokens.append(.init(kind: .word, text: String(decoding: bytes[start..<index], as: UTF8.self), line: line))
    }

    private mutating func rawIdentifier() {
        let start = index
        advance()
        while let byte = peek(), byte != UInt8(ascii: "`"), byte != UInt8(ascii: "\n") { advance() }
        advance()
        tokens.append(.init(kind: .word, text: String(decoding: bytes[start..<index], as: UTF8.self), line: line))
    }

    private mutating func comment(end: StaticString) {
        let start = index
        let isBlock = at("/*")
        advance(2)
        var depth = 1
        while index < bytes.count {
            if isBlock, at("/*") {
                depth += 1
                advance(2)
            } else if at(end) {
                if !isBlock { break }
                advance(2)
                depth -= 1
                if depth == 0 { break }
            } else {
                advance()
            }
        }
        comments.append(.init(text: String(decoding: bytes[start..<index], as: UTF8.self), line: line))
    }

    private mutating func string() {
        let startLine = line
        // Before the tokens of its own interpolations.
        let place = tokens.count
        var hashes: [UInt8] = []
        while peek() == UInt8(ascii: "#") {
            hashes.append(UInt8(ascii: "#"))
            advance()
        }
        let isLong = at("\"\"\"")
        let end = Array((isLong ? "\"\"\"" : "\"").utf8) + hashes
        let escape = [UInt8(ascii: "\\")] + hashes
        advance(isLong ? 3 : 1)
        var text: [UInt8] = []
        var interpolations: [String] = []
        while let byte = peek() {
            // A literal on one line ends with the line, closed or not, so that one odd quote does not hide the rest.
            if at(end) || (!isLong && byte == UInt8(ascii: "\n")) { break }
            if at(escape + [UInt8(ascii: "(")]) {
                advance(escape.count + 1)
                let start = index
                code(untilParenthesis: true)
                interpolations.append(String(decoding: bytes[start..<index], as: UTF8.self))
                advance()
            } else if at(escape) {
                advance(escape.count + 1)
            } else {
                text.append(byte)
                advance()
            }
        }
        if at(end) { advance(end.count) }
        let decoded = String(decoding: text, as: UTF8.self)
        literals.append(.init(text: decoded, line: startLine, interpolations: interpolations))
        tokens.insert(.init(kind: .literal, text: decoded, line: startLine), at: place)
    }
}
