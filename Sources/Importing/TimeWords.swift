/// A length of time as people write it: "15 min", "4 business hours".
struct WrittenLength: Hashable, Sendable {
    let count: Int
    let unit: Unit
    var isBusiness = false

    enum Unit: Int, Hashable, Sendable, Comparable {
        case second, minute, hour, day, week, month, year

        var letter: String {
            switch self {
            case .second: "s"
            case .minute: "m"
            case .hour: "h"
            case .day: "d"
            case .week: "w"
            case .month, .year: "d"
            }
        }

        var seconds: Int {
            switch self {
            case .second: 1
            case .minute: 60
            case .hour: 3_600
            case .day: 86_400
            case .week: 604_800
            case .month: 30 * 86_400
            case .year: 365 * 86_400
            }
        }

        init?(_ word: String) {
            switch word {
            case "s", "sec", "secs", "second", "seconds": self = .second
            case "m", "min", "mins", "minute", "minutes": self = .minute
            case "h", "hr", "hrs", "hour", "hours": self = .hour
            case "d", "day", "days": self = .day
            case "w", "wk", "wks", "week", "weeks": self = .week
            case "month", "months": self = .month
            case "y", "yr", "yrs", "year", "years": self = .year
            default: return nil
            }
        }

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    var seconds: Int { count * unit.seconds }

    /// As playbooks write it; months count as 30 days and years as 365.
    var notation: String {
        switch unit {
        case .month: "\(count * 30)d"
        case .year: "\(count * 365)d"
        case .second, .minute, .hour, .day, .week: "\(count)\(unit.letter)"
        }
    }
}

/// "< 15 min", "4-24 hours", "2+ hours", "[24/48] hours".
struct WrittenSpan: Hashable, Sendable {
    /// More than one where the text offers a choice.
    let lengths: [WrittenLength]
    /// The end of a range.
    let longest: WrittenLength?
    /// "2+ hours": it has no end.
    let isOpen: Bool

    var first: WrittenLength { lengths[0] }
    var isBusiness: Bool { first.isBusiness }
    var isChoice: Bool { lengths.count > 1 }

    /// `15m`, `4h..24h`.
    var notation: String { longest.map { "\(first.notation)..\($0.notation)" } ?? first.notation }
}

/// The statements about time in a text.
struct TimeWords: Hashable, Sendable {
    let text: String
    let phrase: Phrase
    let spans: [WrittenSpan]

    init(_ text: String) {
        self.text = text
        phrase = text.phrase
        var reader = Reader(Self.tokens(text))
        spans = reader.spans()
    }

    var span: WrittenSpan? { spans.first }

    var isImmediate: Bool { phrase.has("immediate", "instant", "at once", "right away", "straight away") }
    var isNone: Bool {
        [
            "", "-", "–", "—", "n/a", "none", "never", "no", "not applicable", "no escalation", "not required",
            "none required",
        ]
        .contains(text.trimmed.lowercased())
    }
    var saysBusinessHours: Bool {
        phrase.has("business hour", "working hour", "office hour", "normal hours", "work hours")
    }
    var saysNextBusinessDay: Bool {
        phrase.has("next business day", "next working day", "next work day", "following business day")
    }
    var saysNextDay: Bool {
        phrase.has("next day", "following day", "tomorrow", "next morning") && !saysNextBusinessDay
    }
    var isVague: Bool {
        phrase.has(
            "asap", "as soon as possible", "urgent", "promptly", "quickly", "soon", "schedule", "variable", "standard")
    }

    /// "weekly review", "next sprint": a meeting that comes again.
    var occasion: String? {
        for period in ["daily", "weekly", "biweekly", "monthly", "quarterly"] {
            for meeting in ["review", "meeting", "sync", "standup", "stand up", "report", "planning"]
            where phrase.has("\(period) \(meeting)") {
                return "\(period)-\(meeting.split(separator: " ").joined())"
            }
        }
        return phrase.has("next sprint") ? "sprint" : nil
    }

    /// How often: "monthly", "every quarter".
    var rhythm: String? {
        let rhythms: [(stems: [String], word: String)] = [
            (["weekly", "every week", "each week", "per week"], "weekly"),
            (["monthly", "every month", "each month", "per month"], "monthly"),
            (["quarterly", "every quarter", "each quarter", "per quarter"], "quarterly"),
            (["annual", "yearly", "every year", "each year", "per year", "once a year"], "yearly"),
            (["semi annual", "twice a year", "every six months", "half yearly"], "182d"),
            (["biweekly", "every two weeks", "fortnight"], "2w"),
            (["daily", "every day", "each day"], "1d"),
        ]
        return rhythms.reversed().first { phrase.has(anyOf: $0.stems) }?.word
    }

    // MARK: Tokens

    fileprivate enum Token: Hashable {
        case number(Int)
        case word(String)
        case sign(Character)
    }

    private static func tokens(_ text: String) -> [Token] {
        let characters = Array(text.lowercased().prefix(2_000))
        var tokens: [Token] = []
        var index = 0
        while index < characters.count {
            let character = characters[index]
            let start = index
            if character.isASCII, character.isNumber {
                while index < characters.count, characters[index].isASCII, characters[index].isNumber { index += 1 }
                tokens.append(.number(Int(String(characters[start..<min(index, start + 6)])) ?? 0))
                continue
            }
            if character.isLetter {
                while index < characters.count, characters[index].isLetter || characters[index].isNumber { index += 1 }
                tokens.append(.word(String(characters[start..<index])))
                continue
            }
            if character != " " { tokens.append(.sign("–—−".contains(character) ? "-" : character)) }
            index += 1
        }
        return tokens
    }

    private struct Reader {
        let tokens: [Token]
        var index = 0

        init(_ tokens: [Token]) { self.tokens = tokens }

        mutating func spans() -> [WrittenSpan] {
            var spans: [WrittenSpan] = []
            while index < tokens.count {
                if let span = span() { spans.append(span) } else { index += 1 }
            }
            return spans
        }

        private func token(_ offset: Int) -> Token? {
            tokens.indices.contains(index + offset) ? tokens[index + offset] : nil
        }

        private mutating func number() -> Int? {
            guard case .number(let number)? = token(0) else {
                guard case .word(let word)? = token(0), let number = Self.numerals.firstIndex(of: word) else {
                    return nil
                }
                // "a" and "one" count only before a unit.
                guard unitFollows(1) else { return nil }
                index += 1
                return number + 1
            }
            index += 1
            return number
        }

        private static let numerals = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

        private func unitFollows(_ offset: Int) -> Bool {
            guard case .word(let word)? = token(offset) else { return false }
            return WrittenLength.Unit(word) != nil || ["business", "working", "calendar"].contains(word)
        }

        private mutating func skip(_ sign: Character) -> Bool {
            guard token(0) == .sign(sign) else { return false }
            index += 1
            return true
        }

        private mutating func span() -> WrittenSpan? {
            let start = index
            // The number of a name, `SEV-1`, is none of a time.
            if index > 1, case .number = tokens[index], tokens[index - 1] == .sign("-"), case .word = tokens[index - 2]
            {
                return nil
            }
            // "Every hour" is one of them.
            if case .word(let word)? = token(0), word == "every" || word == "each", case .word(let next)? = token(1),
                let unit = WrittenLength.Unit(next), unit == .hour || unit == .minute
            {
                index += 2
                return WrittenSpan(lengths: [WrittenLength(count: 1, unit: unit)], longest: nil, isOpen: false)
            }
            guard let first = number() else {
                index = start
                return nil
            }
            var counts = [first]
            var isOpen = false
            var end: Int?
            while token(0) == .sign("/"), case .number(let next)? = token(1) {
                counts.append(next)
                index += 2
            }
            _ = skip("]")
            if skip("+") { isOpen = true }
            var firstUnit = unit()
            if let mark = rangeMark() {
                let mayReturn = index
                index += mark
                if let number = number() {
                    end = number
                } else {
                    index = mayReturn
                }
            }
            guard let lastUnit = end == nil ? firstUnit : unit() else {
                index = start
                return nil
            }
            firstUnit = firstUnit ?? lastUnit
            guard let firstUnit, Self.isSensible(counts, end) else {
                index = start + 1
                return nil
            }
            let isBusiness = firstUnit.isBusiness || lastUnit.isBusiness
            let lengths = counts.map { WrittenLength(count: $0, unit: firstUnit.unit, isBusiness: isBusiness) }
            let longest = end.map { WrittenLength(count: $0, unit: lastUnit.unit, isBusiness: isBusiness) }
            let isRange = longest.map { $0.seconds > lengths[0].seconds } ?? false
            return WrittenSpan(lengths: lengths, longest: isRange ? longest : nil, isOpen: isOpen)
        }

        /// A range may begin with nothing: "0-30 min".
        private static func isSensible(_ counts: [Int], _ end: Int?) -> Bool {
            counts.allSatisfy { (end == nil ? 1...9_999 : 0...9_999).contains($0) } && (1...9_999).contains(end ?? 1)
        }

        /// How many tokens stand between the two ends of a range.
        private func rangeMark() -> Int? {
            if token(0) == .sign("-") || token(0) == .word("to") { return 1 }
            return token(0) == .sign(".") && token(1) == .sign(".") ? 2 : nil
        }

        private mutating func unit() -> (unit: WrittenLength.Unit, isBusiness: Bool)? {
            let start = index
            if case .word? = token(1) { _ = skip("-") }
            var isBusiness = false
            if case .word(let word)? = token(0), ["business", "working", "calendar"].contains(word) {
                isBusiness = word != "calendar"
                index += 1
            }
            guard case .word(let word)? = token(0), let unit = WrittenLength.Unit(word) else {
                index = start
                return nil
            }
            index += 1
            if case .word(let next)? = token(0), next == "business" || next == "working" { isBusiness = true }
            return (unit, isBusiness)
        }
    }
}
