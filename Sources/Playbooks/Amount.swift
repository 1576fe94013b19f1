/// A number with at most six decimals, or a percentage; exact, so that `0.1%` is `0.1%` when it is compared.
public struct Amount: Hashable, Sendable {
    /// The number times a million; of `12%`, twelve million.
    public let millionths: Int64
    public let isPercent: Bool

    public init(millionths: Int64, isPercent: Bool = false) {
        self.millionths = millionths
        self.isPercent = isPercent
    }

    public init(_ number: Int) {
        self.init(millionths: Int64(number) * 1_000_000)
    }

    /// Reads `10000`, `-1.5`, `99.9%`. Nil when it is none of them, or has more than twelve digits before the point or
    /// six behind it.
    public init?(_ text: String) {
        var rest = Substring(text).utf8
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        let isPercent = rest.last == UInt8(ascii: "%")
        if isPercent { rest = rest.dropLast() }
        let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...12).contains(parts[0].count),
            parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        var total = parts[0].reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) } * 1_000_000
        if parts.count == 2 {
            guard (1...6).contains(parts[1].count) else { return nil }
            var weight: Int64 = 100_000
            for digit in parts[1] {
                total += Int64(digit - 0x30) * weight
                weight /= 10
            }
        }
        self.init(millionths: isNegative ? -total : total, isPercent: isPercent)
    }
}

extension Amount: CustomStringConvertible {
    /// `1.5`, `99.9%`: with the decimals that are needed.
    public var description: String {
        let whole = millionths.magnitude / 1_000_000
        var fraction = millionths.magnitude % 1_000_000
        var text = (millionths < 0 ? "-" : "") + String(whole)
        if fraction > 0 {
            var digits = 6
            while fraction.isMultiple(of: 10) {
                fraction /= 10
                digits -= 1
            }
            let shown = String(fraction)
            text += "." + String(repeating: "0", count: digits - shown.count) + shown
        }
        return text + (isPercent ? "%" : "")
    }
}

/// How two numbers are compared.
public enum Comparison: String, CaseIterable, Hashable, Sendable {
    case atLeast = ">="
    case above = ">"
    case atMost = "<="
    case below = "<"
    case equal = "="

    public func holds(_ left: Int64, _ right: Int64) -> Bool {
        switch self {
        case .atLeast: left >= right
        case .above: left > right
        case .atMost: left <= right
        case .below: left < right
        case .equal: left == right
        }
    }

    /// `is more than`.
    public var words: String {
        switch self {
        case .atLeast: "is at least"
        case .above: "is more than"
        case .atMost: "is at most"
        case .below: "is less than"
        case .equal: "is"
        }
    }
}

/// A number that somebody wrote for people: exact where it can be computed with, else as the words they chose.
public enum Measure: Hashable, Sendable {
    case amount(Amount)
    /// `~10,000 users`, `< 100`.
    case words(String)

    init(_ text: String) {
        self = Amount(text).map { .amount($0) } ?? .words(text)
    }

    public var text: String {
        switch self {
        case .amount(let amount): amount.description
        case .words(let text): text
        }
    }
}

/// What a number is counted of: all users, all requests.
public enum Denominator: Hashable, Sendable {
    case measure(Measure)
    /// The field that says how many there were.
    case field(ElementID<Playbook.Field>)
}
