// Lengths of time as they stand in rules and settings: `15m`, `1h30m`, `2d`.

extension Duration {
    /// As long as a calendar looks ahead, ten years. Longer ones are slips of the finger.
    static let longestWritable = Duration.days(Int64(BusinessCalendar.horizon))

    /// The units, from the largest, in microseconds. A day is 24 hours and a week is seven of those, also when clocks
    /// change: days of the calendar are another rule.
    private static let notationUnits: [(sign: String, size: Int64)] = [
        ("w", 604_800_000_000), ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000),
        ("ms", 1_000), ("us", 1),
    ]

    /// Reads numbers with the units w, d, h, m, s, ms and us, from the largest to the smallest and without spaces,
    /// `1h30m`; or one number and the name of a unit up to the hour, `15 minutes`. At most ten years.
    public init(notation text: String) throws(TimeNotationFault) {
        var reader = try NotationReader(text)
        self = try reader.duration()
        try reader.demandEnd()
    }

    /// What `init(notation:)` reads, in the units that are needed; weeks only when it is a whole number of them. What is
    /// smaller than a microsecond is cut off, and a negative length is `0s`.
    public var notation: String {
        var rest = max(wholeMicroseconds, 0)
        guard rest > 0 else { return "0s" }
        var text = ""
        for (sign, size) in Self.notationUnits where rest >= size && (sign != "w" || rest.isMultiple(of: size)) {
            text += "\(rest / size)\(sign)"
            rest %= size
        }
        return text
    }

    /// A word such as `1h30m`.
    fileprivate init(_ word: NotationReader.Word) throws(TimeNotationFault) {
        var total: Int64 = 0
        var unitsLeft = Self.notationUnits[...]
        var rest = Array(word.text.unicodeScalars)[...]
        var column = word.column
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            let afterDigits = rest.dropFirst(digits.count)
            let sign = String(String.UnicodeScalarView(afterDigits.prefix { !("0"..."9").contains($0) }))
            guard !digits.isEmpty else {
                throw TimeNotationFault(at: column, "a number is missing: write a length of time such as 15m or 1h30m")
            }
            guard !sign.isEmpty else {
                throw TimeNotationFault(
                    at: column + digits.count, "a unit is missing: write w, d, h, m or s after the number")
            }
            guard !sign.hasPrefix(".") && !sign.hasPrefix(",") else {
                throw TimeNotationFault(at: column, "fractions are not read: write 1h30m for one hour and a half")
            }
            guard let known = Self.notationUnits.firstIndex(where: { $0.sign == sign }) else {
                let quoted = NotationReader.Word(text: sign, key: sign, column: 0).quoted
                throw TimeNotationFault(at: column + digits.count, "\(quoted) is not a unit: write w, d, h, m or s")
            }
            guard known >= unitsLeft.startIndex else {
                throw TimeNotationFault(
                    at: column, "units go from the largest to the smallest, each once, as in 1h30m")
            }
            let size = Self.notationUnits[known].size
            guard digits.count <= 15, let count = Int64(String(String.UnicodeScalarView(digits))),
                case (let product, let overflow) = count.multipliedReportingOverflow(by: size), !overflow,
                product <= Duration.longestWritable.wholeMicroseconds - total
            else {
                throw TimeNotationFault(
                    at: word.column,
                    "\(word.quoted) is longer than \(Duration.longestWritable.notation), the longest there is")
            }
            total += product
            unitsLeft = Self.notationUnits[(known + 1)...]
            column += digits.count + sign.unicodeScalars.count
            rest = afterDigits.dropFirst(sign.unicodeScalars.count)
        }
        self = .microseconds(total)
    }
}

extension NotationReader {
    /// What names of units mean, up to the hour: a day and more has several readings.
    static let unitNames: [(names: [String], size: Duration)] = [
        (["hour", "hours", "h"], .hours(1)), (["minute", "minutes", "min", "mins", "m"], .minutes(1)),
        (["second", "seconds", "sec", "secs", "s"], .seconds(1)),
        (["millisecond", "milliseconds", "ms"], .milliseconds(1)),
        (["microsecond", "microseconds", "us"], .microseconds(1)),
    ]

    mutating func duration() throws(TimeNotationFault) -> Duration {
        guard next.text.unicodeScalars.first.map({ ("0"..."9").contains($0) }) == true else {
            throw missing("a length of time", write: "one such as 15m or 1h30m")
        }
        guard let count = Self.number(next) else { return try Duration(take()) }
        let number = take()
        return try duration(count, number)
    }

    /// A number that has been taken and the unit that follows it.
    mutating func duration(_ count: Int, _ number: Word) throws(TimeNotationFault) -> Duration {
        let key = next.key
        guard let size = Self.unitNames.first(where: { $0.names.contains(key) })?.size else {
            try refuseLongUnit(count)
            throw missing("a unit", write: "\(count)m, \(count)h or \(count) business hours")
        }
        guard size * count <= Duration.longestWritable else {
            throw TimeNotationFault(
                at: number.column,
                "\(count) \(key) is longer than \(Duration.longestWritable.notation), the longest there is")
        }
        _ = take()
        return size * count
    }

    /// Days, weeks and months have several readings (X8).
    private func refuseLongUnit(_ count: Int) throws(TimeNotationFault) {
        switch next.key {
        case "day", "days":
            throw fault(
                "\"\(count) \(next.key)\" can mean three things: write \(count)d for \(24 * count) hours, "
                    + "\"\(count) calendar days\" or \"\(count) business days\"", ambiguous: true)
        case "week", "weeks":
            throw fault(
                "\"\(count) \(next.key)\" can mean three things: write \(count)w for \(168 * count) hours, "
                    + "\"\(7 * count) calendar days\" or \"\(5 * count) business days\"", ambiguous: true)
        case "month", "months", "year", "years":
            throw fault("\"\(next.key)\" is no length of time: write a number of calendar days", ambiguous: true)
        default: return
        }
    }
}
