import Alerting
import Notation

/// One condition of a `filter` parameter of the Alertmanager API: `name op "value"`, the operator being `=`, `!=`, `=~`
/// or `!~`. A label that is not there counts as empty, so `x=""` finds the alerts without it.
public struct AlertmanagerMatcher: Hashable, Sendable {
    public enum Operator: String, Hashable, Sendable {
        case equal = "="
        case notEqual = "!="
        case matches = "=~"
        case differs = "!~"
    }

    /// UTF-8 bytes of a condition. URLs are not much longer, and nobody types more.
    public static let maximumBytes = 4_096

    public let name: String
    public let comparison: Operator
    public let value: String
    /// Set for the two operators with a pattern.
    private let pattern: AnchoredPattern?

    /// Reads one condition. Quotes around name and value may be left out; inside them `\"`, `\\` and `\n` are escapes.
    ///
    /// - Throws: a sentence for a 400, `AlertmanagerAnswer.refused`. Among them, for patterns that are not one of the
    ///   simple forms of `AnchoredPattern`: refusing is better than finding the wrong alerts.
    public init(parsing text: String) throws(InputFault) {
        guard text.utf8.count <= Self.maximumBytes else {
            throw InputFault(at: "", "a matcher has at most \(Self.maximumBytes) bytes")
        }
        var scanner = Scanner(text: text, rest: Substring(text).unicodeScalars)
        scanner.skipSpace()
        let name = try scanner.name()
        scanner.skipSpace()
        let comparison = try scanner.comparison()
        scanner.skipSpace()
        try self.init(name, comparison, try scanner.value())
    }

    public init(_ name: String, _ comparison: Operator, _ value: String) throws(InputFault) {
        self.name = name
        self.comparison = comparison
        self.value = value
        switch comparison {
        case .equal, .notEqual: pattern = nil
        case .matches, .differs: pattern = try AnchoredPattern(value)
        }
    }

    /// Takes time in proportion to the lengths of value and pattern.
    public func matches(_ labels: [Label]) -> Bool {
        let actual = labels[name] ?? ""
        return switch comparison {
        case .equal: actual == value
        case .notEqual: actual != value
        case .matches: pattern?.matches(actual) == true
        case .differs: pattern?.matches(actual) == false
        }
    }

    private struct Scanner {
        let text: String
        var rest: Substring.UnicodeScalarView

        var fault: InputFault { InputFault(at: "", "bad matcher format: \(text)") }

        mutating func skipSpace() {
            rest = rest.drop { $0.properties.isWhitespace }
        }

        mutating func name() throws(InputFault) -> String {
            if rest.first == "\"" {
                let name = try quoted()
                if name.isEmpty { throw fault }
                return name
            }
            let name = rest.prefix { !$0.properties.isWhitespace && !"=!~\"{},".unicodeScalars.contains($0) }
            if name.isEmpty { throw fault }
            rest = rest[name.endIndex...]
            return String(name)
        }

        mutating func comparison() throws(InputFault) -> Operator {
            // The longer ones first, since `=` begins `=~`.
            for comparison: Operator in [.matches, .differs, .notEqual, .equal]
            where rest.starts(with: comparison.rawValue.unicodeScalars) {
                rest = rest.dropFirst(comparison.rawValue.unicodeScalars.count)
                return comparison
            }
            throw fault
        }

        mutating func value() throws(InputFault) -> String {
            if rest.first == "\"" {
                let value = try quoted()
                skipSpace()
                guard rest.isEmpty else { throw unescapedQuote }
                return value
            }
            while let last = rest.last, last.properties.isWhitespace { rest.removeLast() }
            if rest.contains("\"") { throw unescapedQuote }
            return Self.unescaped(rest)
        }

        private var unescapedQuote: InputFault {
            InputFault(at: "", "matcher value contains unescaped double quote: \(text)")
        }

        private mutating func quoted() throws(InputFault) -> String {
            rest.removeFirst()
            var end = rest.startIndex
            while end < rest.endIndex, rest[end] != "\"" {
                let isEscape = rest[end] == "\\"
                end = rest.index(after: end)
                if isEscape, end < rest.endIndex { end = rest.index(after: end) }
            }
            guard end < rest.endIndex else { throw unescapedQuote }
            let inside = rest[..<end]
            rest = rest[rest.index(after: end)...]
            return Self.unescaped(inside)
        }

        /// A backslash before any other character stays, because in patterns it means something.
        private static func unescaped(_ scalars: Substring.UnicodeScalarView) -> String {
            var text = String.UnicodeScalarView()
            var isEscaped = false
            for scalar in scalars {
                if isEscaped {
                    isEscaped = false
                    switch scalar {
                    case "\"", "\\": text.append(scalar)
                    case "n": text.append("\n")
                    default:
                        text.append("\\")
                        text.append(scalar)
                    }
                } else if scalar == "\\" {
                    isEscaped = true
                } else {
                    text.append(scalar)
                }
            }
            if isEscaped { text.append("\\") }
            return String(text)
        }
    }
}
