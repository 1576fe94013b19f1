// Reading dates and times of day as they stand in settings, playbooks and form fields.

extension CivilDate {
    /// Reads `YYYY-MM-DD`.
    public init(iso8601 text: String) throws(TimeFault) {
        self = try TimeScanner.scan(text) { scanner throws(TimeFault) in try scanner.date() }
    }
}

extension LocalTime {
    /// Reads `HH:MM`, `HH:MM:SS` and a fraction of the second of any length, cut to the microsecond.
    public init(iso8601 text: String) throws(TimeFault) {
        self = try TimeScanner.scan(text) { scanner throws(TimeFault) in try scanner.localTime() }
    }
}

extension CivilDateTime {
    /// Reads `YYYY-MM-DDTHH:MM`, with seconds and a fraction if they are there; what a browser's `datetime-local` field
    /// sends. A text with an offset is refused: it is an instant.
    public init(iso8601 text: String) throws(TimeFault) {
        self = try TimeScanner.scan(text) { scanner throws(TimeFault) in
            let date = try scanner.date()
            try scanner.demand("T")
            return CivilDateTime(date, try scanner.localTime())
        }
    }
}

extension TimeScanner {
    fileprivate mutating func localTime() throws(TimeFault) -> LocalTime {
        let hour = try number(digits: 2, "hour")
        try demand(":")
        let minute = try number(digits: 2, "minute")
        var (second, microsecond) = (0, 0)
        if skip(":") {
            second = try number(digits: 2, "second")
            if skip(".") { microsecond = try fraction() }
        }
        return try LocalTime(hour: hour, minute: minute, second: second, microsecond: microsecond)
    }
}
