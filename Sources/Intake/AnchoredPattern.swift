import Notation

/// The regular expressions that people write in matchers, without a regular expression engine: alternatives `a|b|c`, each
/// of them literal text, which `.*` or `.+` may precede or follow. They are anchored at both ends, as in Alertmanager, and
/// matched in linear time; every other pattern is refused.
///
/// Syntax and meaning are RE2's: a backslash before a punctuation mark makes it literal, one pair of parentheses may stand
/// around the whole, and a dot is any character but a line feed.
public struct AnchoredPattern: Hashable, Sendable {
    /// Alternatives of one pattern. Each is compared with the whole text.
    public static let maximumAlternatives = 256

    private let alternatives: [Alternative]

    public init(_ pattern: String) throws(InputFault) {
        let whole = Array(pattern.unicodeScalars)
        var alternatives: [Alternative] = []
        for part in try Self.split(Self.withoutParentheses(whole), of: pattern) {
            alternatives.append(try Alternative(part, of: pattern))
        }
        guard alternatives.count <= Self.maximumAlternatives else {
            throw InputFault(at: "", "a pattern has at most \(Self.maximumAlternatives) alternatives")
        }
        self.alternatives = alternatives
    }

    public func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return alternatives.contains { $0.matches(bytes) }
    }

    private static let special: Set<Unicode.Scalar> = [
        ".", "+", "*", "?", "(", ")", "[", "]", "{", "}", "^", "$", "|", "\\",
    ]

    private static func unsupported(_ pattern: String) -> InputFault {
        InputFault(
            at: "",
            "the regular expression \(pattern.quoted) is not supported: write literal text, alternatives a|b|c,"
                + " and .* or .+ before or behind them")
    }

    /// The inside of parentheses that enclose everything, with or without `?:`.
    private static func withoutParentheses(_ pattern: [Unicode.Scalar]) -> ArraySlice<Unicode.Scalar> {
        guard pattern.count >= 2, pattern.first == "(", pattern.last == ")", pattern[pattern.count - 2] != "\\" else {
            return pattern[...]
        }
        let inside = pattern.dropFirst().dropLast()
        return inside.starts(with: "?:".unicodeScalars) ? inside.dropFirst(2) : inside
    }

    private static func split(
        _ pattern: ArraySlice<Unicode.Scalar>, of whole: String
    ) throws(InputFault) -> [ArraySlice<Unicode.Scalar>] {
        var parts: [ArraySlice<Unicode.Scalar>] = []
        var start = pattern.startIndex
        var index = start
        var open = 0
        while index < pattern.endIndex {
            switch pattern[index] {
            case "\\": index += 1
            case "(": open += 1
            case ")": open -= 1
            case "|":
                parts.append(pattern[start..<index])
                start = index + 1
            default: break
            }
            index += 1
        }
        // In Go's words, for it is what scripts look for.
        if open > 0 { throw InputFault(at: "", "error parsing regexp: missing closing ): `^(?:\(whole))$`") }
        if open < 0 { throw InputFault(at: "", "error parsing regexp: unexpected ): `^(?:\(whole))$`") }
        return parts + [pattern[start...]]
    }

    /// Any text, literal text, any text; what "any" allows is said for each side.
    private struct Alternative: Hashable, Sendable {
        enum Around: Hashable, Sendable {
            /// No text at all.
            case none
            /// `.*`
            case any
            /// `.+`
            case some
        }

        var before = Around.none
        var literal: [UInt8] = []
        var behind = Around.none
        /// For each prefix of the literal, the length of its longest proper prefix that is also its suffix: with it, the
        /// search for the literal never steps back (Knuth, Morris and Pratt).
        var borders: [Int] = []

        init(_ part: ArraySlice<Unicode.Scalar>, of whole: String) throws(InputFault) {
            var rest = part
            if let around = Self.around(rest.prefix(2)) {
                before = around
                rest = rest.dropFirst(2)
            }
            if rest.count >= 2, let around = Self.around(rest.suffix(2)), !Self.endsEscaped(rest.dropLast(2)) {
                behind = around
                rest = rest.dropLast(2)
            }
            literal = try Self.literal(rest, of: whole)
            borders = Self.borders(of: literal)
        }

        private static func around(_ pair: ArraySlice<Unicode.Scalar>) -> Around? {
            guard pair.count == 2, pair.first == "." else { return nil }
            return switch pair.last {
            case "*": .any
            case "+": .some
            default: nil
            }
        }

        /// Whether the dot that follows is made literal by a backslash.
        private static func endsEscaped(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
            var count = 0
            for scalar in scalars.reversed() {
                guard scalar == "\\" else { break }
                count += 1
            }
            return !count.isMultiple(of: 2)
        }

        private static func literal(
            _ scalars: ArraySlice<Unicode.Scalar>, of whole: String
        ) throws(InputFault) -> [UInt8] {
            var bytes: [UInt8] = []
            var isEscaped = false
            for scalar in scalars {
                if isEscaped {
                    // A backslash before a letter or a digit is a class or a boundary; before punctuation, a literal.
                    guard scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9" ~= scalar) else {
                        throw unsupported(whole)
                    }
                    isEscaped = false
                } else if scalar == "\\" {
                    isEscaped = true
                    continue
                } else if special.contains(scalar) {
                    throw unsupported(whole)
                }
                bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
            if isEscaped {
                throw InputFault(at: "", "error parsing regexp: trailing backslash at end of expression: ``")
            }
            return bytes
        }

        private static func borders(of literal: [UInt8]) -> [Int] {
            var borders = [Int](repeating: 0, count: literal.count)
            var length = 0
            for index in literal.indices.dropFirst() {
                while length > 0, literal[index] != literal[length] { length = borders[length - 1] }
                if literal[index] == literal[length] { length += 1 }
                borders[index] = length
            }
            return borders
        }

        func matches(_ text: [UInt8]) -> Bool {
            switch (before, behind) {
            case (.none, .none): text == literal
            case (.none, _): text.starts(with: literal) && fits(text[literal.count...], behind)
            case (_, .none):
                text.count >= literal.count && text[(text.count - literal.count)...].elementsEqual(literal)
                    && fits(text[..<(text.count - literal.count)], before)
            case (_, _): contains(in: text)
            }
        }

        private func fits(_ text: ArraySlice<UInt8>, _ around: Around) -> Bool {
            if around == .some, text.isEmpty { return false }
            return !text.contains(UInt8(ascii: "\n"))
        }

        /// Whether the literal stands somewhere with the right surroundings. A line feed may only be inside the literal,
        /// so the occurrence must reach from the first line feed to the last.
        private func contains(in text: [UInt8]) -> Bool {
            let earliest = before == .some ? 1 : 0
            let latest = text.count - literal.count - (behind == .some ? 1 : 0)
            guard earliest <= latest else { return false }
            let first = text.firstIndex(of: UInt8(ascii: "\n"))
            let last = text.lastIndex(of: UInt8(ascii: "\n"))
            func isAllowed(_ start: Int) -> Bool {
                guard earliest <= start, start <= latest else { return false }
                guard let first, let last else { return true }
                return start <= first && last < start + literal.count
            }
            guard !literal.isEmpty else { return isAllowed(earliest) }
            var matched = 0
            for index in text.indices {
                while matched > 0, text[index] != literal[matched] { matched = borders[matched - 1] }
                if text[index] == literal[matched] { matched += 1 }
                if matched == literal.count {
                    if isAllowed(index + 1 - literal.count) { return true }
                    matched = borders[matched - 1]
                }
            }
            return false
        }
    }
}
