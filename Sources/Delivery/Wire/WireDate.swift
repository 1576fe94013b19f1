import Chronology

/// The spellings of an instant that mail and the web ask for, all in UTC.
struct WireDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    let instant: Instant

    init(_ instant: Instant) {
        self.instant = instant
    }

    /// `Sat, 21 Nov 2026 02:48:40 +0000` (RFC 5322 §3.3).
    var mail: String { "\(day), \(two(date.day)) \(Self.months[date.month - 1]) \(four(date.year)) \(clock) +0000" }

    /// `2026-11-21T02:48:40.123Z` (RFC 3339).
    var iso8601: String {
        let millisecond = Int((instant.microseconds - second * 1_000_000) / 1_000)
        let fraction = String(String(1_000 + millisecond).dropFirst())
        return "\(four(date.year))-\(two(date.month))-\(two(date.day))T\(clock).\(fraction)Z"
    }

    /// Reads an HTTP date. RFC 9110 §5.6.7 obliges a receiver to read three forms:
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
    /// A two-digit year more than 50 years ahead of `now` lies in the century before.
    static func parse(http text: String, now: Instant) -> Instant? {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "-" || $0 == "," }).map(String.init)
        switch words.count {
        case 6 where words[5] == "GMT":
            guard var year = number(words[3]), words[3].count == 4 || words[3].count == 2 else { return nil }
            if words[3].count == 2 {
                let thisYear = WireDate(now).date.year
                year += thisYear - thisYear % 100
                if year > thisYear + 50 { year -= 100 }
            }
            return make(year: year, month: words[2], day: words[1], clock: words[4])
        case 5:
            guard let year = number(words[4]), words[4].count == 4 else { return nil }
            return make(year: year, month: words[1], day: words[2], clock: words[3])
        default:
            return nil
        }
    }

    private static func make(year: Int, month: String, day: String, clock: String) -> Instant? {
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false).map { number(String($0)) }
        guard let month = months.firstIndex(of: month), let day = number(day), parts.count == 3,
            let hour = parts[0], let minute = parts[1], let second = parts[2], hour < 24, minute < 60, second < 61
        else { return nil }
        // Losing the error is right: a date that does not exist is one that cannot be read, which is all a caller needs.
        guard let date = try? CivilDate(year: year, month: month + 1, day: day) else { return nil }
        return Instant(seconds: Int64(date.dayNumber) * 86_400 + Int64(hour * 3_600 + minute * 60 + second))
    }

    /// Up to four digits and nothing else.
    private static func number(_ text: String) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    /// Whole seconds and days since 1970, rounded down.
    private var second: Int64 { instant.microseconds.floored(by: 1_000_000) }
    private var dayNumber: Int64 { second.floored(by: 86_400) }
    private var date: CivilDate { CivilDate(dayNumber: Int(dayNumber)) }
    private var day: String { date.weekday.shortName }
    private var clock: String {
        let time = Int(second - dayNumber * 86_400)
        return "\(two(time / 3_600)):\(two(time / 60 % 60)):\(two(time % 60))"
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private func four(_ number: Int) -> String { String(String(10_000 + number).dropFirst()) }
}

extension Int64 {
    fileprivate func floored(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
