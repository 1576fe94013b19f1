// Reading times with an offset. Two grammars: the standard's, for what is written by the book, and a wider one for the
// wire, where real senders write `+0000`, `+00:00Z` and a space for the T.

extension Instant {
    /// Reads RFC 3339 `date-time`: `2026-11-21T03:12:04.5+01:00`. Years 0000 to 9999; T and Z in either case; any number
    /// of fraction digits, of which those beyond the microsecond are dropped. A leap second, 23:59:60 in UTC, is read as
    /// the second after it, since POSIX time has no name for it. A text without an offset is refused.
    public init(rfc3339 text: String) throws(TimeFault) {
        self = try TimeScanner.scan(text) { scanner throws(TimeFault) in try scanner.strictInstant() }
    }

    /// The same from UTF-8 bytes, without making a string.
    public init(rfc3339 bytes: UnsafeBufferPointer<UInt8>) throws(TimeFault) {
        self = try TimeScanner.scan(bytes) { scanner throws(TimeFault) in try scanner.strictInstant() }
    }

    public init(rfc3339 bytes: Span<UInt8>) throws(TimeFault) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(TimeFault) in try Instant(rfc3339: bytes) }
    }

    /// Reads RFC 3339 and what real senders make of it. Besides the standard it takes a space for the T, a comma for the decimal point, a space before the offset, an offset as `+0100` or
    /// `+01`, a `Z` after an offset (which the offset overrules), and second 60 in any minute. A text without any offset
    /// is refused here too: guessing a zone would move an alert by hours.
    public init(wireTime text: String) throws(TimeFault) {
        self = try TimeScanner.scan(text) { scanner throws(TimeFault) in try scanner.wireInstant() }
    }

    /// The same from UTF-8 bytes, without making a string.
    public init(wireTime bytes: UnsafeBufferPointer<UInt8>) throws(TimeFault) {
        self = try TimeScanner.scan(bytes) { scanner throws(TimeFault) in try scanner.wireInstant() }
    }

    public init(wireTime bytes: Span<UInt8>) throws(TimeFault) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(TimeFault) in try Instant(wireTime: bytes) }
    }
}

extension TimeScanner {
    fileprivate mutating func strictInstant() throws(TimeFault) -> Instant {
        let date = try date()
        guard skip("T", or: "t") else { throw fault("a \"T\" between date and time is missing") }
        let clock = try clock(decimalComma: false)
        if skip("Z", or: "z") { return try instant(date, clock, offset: 0, leapOnlyAtDayEnd: true) }
        let sign = try sign()
        let hours = try number(0...23, "offset's hour")
        try demand(":")
        let minutes = try number(0...59, "offset's minute")
        return try instant(date, clock, offset: sign * (hours * 3_600 + minutes * 60), leapOnlyAtDayEnd: true)
    }

    fileprivate mutating func wireInstant() throws(TimeFault) -> Instant {
        let date = try date()
        guard skip("T", or: "t") || skip(" ") else { throw fault("a \"T\" between date and time is missing") }
        let clock = try clock(decimalComma: true)
        _ = skip(" ")
        if skip("Z", or: "z") { return try instant(date, clock, offset: 0, leapOnlyAtDayEnd: false) }
        let sign = try sign()
        let hours = try number(0...23, "offset's hour")
        var minutes = 0
        let colon = skip(":")
        if colon || next.map({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) == true {
            minutes = try number(0...59, "offset's minute")
        }
        _ = skip("Z", or: "z")
        return try instant(date, clock, offset: sign * (hours * 3_600 + minutes * 60), leapOnlyAtDayEnd: false)
    }

    private struct Clock {
        /// Second 60 counts as the first one of the next minute.
        var secondOfDay: Int
        var microsecond: Int
        var isLeapSecond: Bool
    }

    private mutating func clock(decimalComma: Bool) throws(TimeFault) -> Clock {
        let hour = try number(0...23, "hour")
        try demand(":")
        let minute = try number(0...59, "minute")
        try demand(":")
        let second = try number(0...60, "second")
        let fractionFollows = skip(".") || (decimalComma && skip(","))
        let microsecond = fractionFollows ? try fraction() : 0
        return Clock(
            secondOfDay: hour * 3_600 + minute * 60 + second, microsecond: microsecond, isLeapSecond: second == 60)
    }

    private func instant(
        _ date: CivilDate, _ clock: Clock, offset: Int, leapOnlyAtDayEnd: Bool
    ) throws(TimeFault) -> Instant {
        let second = date.dayNumber * 86_400 + clock.secondOfDay - offset
        if clock.isLeapSecond, leapOnlyAtDayEnd, !second.isMultiple(of: 86_400) {
            throw TimeFault("the second must be 0 to 59, or 60 in the last minute of a day in UTC")
        }
        return Instant(microseconds: Int64(second) * 1_000_000 + Int64(clock.microsecond))
    }

    private mutating func sign() throws(TimeFault) -> Int {
        if skip("+") { return 1 }
        if skip("-") { return -1 }
        throw fault("an offset from UTC, such as \"Z\" or \"+01:00\", is missing")
    }
}
