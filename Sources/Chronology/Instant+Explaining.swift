// How explanations write times: with the day of the week, since deadlines are about those, and always with the zone.

extension Instant {
    /// `Fri 2024-03-08 17:50 EST`; with seconds where there are some, and without the fraction, which is cut off.
    public func weekdayText(in zone: Zone) -> String {
        let offset = zone.offset(at: self)
        let local = CivilDateTime(at: self, offset: offset.seconds)
        let wholeSecond = LocalTime(microsecondOfDay: Int64(local.time.secondOfDay) * 1_000_000)
        return "\(local.date.weekdayText) \(wholeSecond.shortText) \(offset.abbreviation)"
    }
}

extension CivilDate {
    /// `Fri 2024-03-08`.
    public var weekdayText: String { "\(weekday.shortName) \(self)" }
}

extension LocalTime {
    /// `10:00`, with the seconds where there are some, `10:00:30`, and with their fraction likewise.
    public var shortText: String {
        let text = description
        return second == 0 && microsecond == 0 ? String(text.prefix(5)) : text
    }
}

extension Duration {
    /// `3 h 50 min`, `27 h`: as `text`, but with hours as the largest unit, since a day of business time is not a day.
    var hoursText: String {
        let second = wholeSeconds.magnitude
        guard second >= 86_400 else { return text }
        let (hours, minutes) = (second / 3_600, second / 60 % 60)
        return (self < .zero ? "-" : "") + "\(hours) h" + (minutes > 0 ? " \(minutes) min" : "")
    }
}

extension Int {
    /// `1 business day`, `3 business days`.
    func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
