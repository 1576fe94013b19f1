/// A sentence of the interface with some words set apart: `"\(strong: name) changed the status to \(strong: status)"`.
/// A plain interpolation is plain text; everything is escaped where it is written.
public struct Prose: Sendable, ExpressibleByStringInterpolation {
    enum Run: Sendable {
        case plain(String)
        case strong(String)
        case code(String)
        case link(String, LocalPath)
    }

    let runs: [Run]

    public init(stringLiteral text: String) {
        runs = [.plain(text)]
    }

    public init(stringInterpolation: StringInterpolation) {
        runs = stringInterpolation.runs
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var runs: [Run] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            runs.reserveCapacity(interpolationCount * 2 + 1)
        }

        public mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { runs.append(.plain(literal)) }
        }

        public mutating func appendInterpolation(_ text: String) { runs.append(.plain(text)) }
        public mutating func appendInterpolation(_ number: Int) { runs.append(.plain(String(number))) }
        public mutating func appendInterpolation(strong text: String) { runs.append(.strong(text)) }
        public mutating func appendInterpolation(code text: String) { runs.append(.code(text)) }
        public mutating func appendInterpolation(_ text: String, to path: LocalPath) { runs.append(.link(text, path)) }
    }
}

extension HTML {
    public mutating func prose(_ prose: Prose) {
        for run in prose.runs {
            switch run {
            case .plain(let text): self.text(text)
            case .strong(let text): element("b", text: text)
            case .code(let text): element("code", text: text)
            case .link(let text, let path): element("a", .href(path), text: text)
            }
        }
    }
}
