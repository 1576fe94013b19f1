/// Names that rules refer to: of calendars and of recurrences. They stand inside sentences such as
/// `4 business hours in support`, so they are one word.
enum ReferableName {
    /// In characters. Longer ones make rules that nobody reads to the end.
    static let lengthLimit = 64

    /// Words that begin something else after `next`, where the name of a recurrence stands. A calendar may have them: its
    /// name only stands behind `in` and `within`.
    private static let reserved: Set<String> = [
        "business", "calendar", "working", "day", "days", "weekday", "workday", "week", "month", "quarter", "year",
        "daily", "weekly", "monthly", "quarterly", "yearly", "every", "none", "unspecified", "immediately",
    ]

    /// Refuses what is not 1 to 64 ASCII letters, digits, `-`, `_` and `.`, begins with a sign, or
    /// holds `..`, which is the sign of a window.
    static func check(_ name: String, of what: String) throws(TimeFault) {
        guard (1...lengthLimit).contains(name.utf8.count) else {
            throw TimeFault("the name of a \(what) has 1 to \(lengthLimit) characters, not \(name.utf8.count)")
        }
        var previous: UInt8 = UInt8(ascii: ".")
        for byte in name.utf8 {
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            let isSign = [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
            guard isLetter || isDigit || isSign else {
                throw TimeFault("the name of a \(what) is made of letters, digits, -, _ and .")
            }
            if byte == UInt8(ascii: "."), previous == UInt8(ascii: ".") {
                throw TimeFault("the name of a \(what) does not begin with . or hold \"..\"")
            }
            previous = byte
        }
        guard let first = name.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "_") else {
            throw TimeFault("the name of a \(what) begins with a letter or a digit")
        }
        guard what == "calendar" || !reserved.contains(name.lowercased()) else {
            throw TimeFault("\"\(name)\" is a word of the rules and cannot name a \(what)")
        }
    }
}
