/// A date of the proleptic Gregorian calendar, without a zone: what a wall calendar shows.
///
/// Dates made from numbers or from a text have years 0 to 9999, the range that ISO 8601 writes with four digits; dates
/// reached by arithmetic may lie outside it. Arithmetic traps on overflow, billions of years away.
public struct CivilDate: Hashable, Sendable {
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int

    /// The years that can be written with four digits.
    public static let writableYears = 0...9999

    /// Refuses a date that no calendar shows, and years outside 0 to 9999.
    public init(year: Int, month: Int, day: Int) throws(TimeFault) {
        guard Self.writableYears.contains(year) else { throw TimeFault("the year must be 0 to 9999, not \(year)") }
        guard (1...12).contains(month) else { throw TimeFault("the month must be 1 to 12, not \(month)") }
        let length = Self.length(ofMonth: month, year: year)
        guard (1...length).contains(day) else {
            throw TimeFault("the day must be 1 to \(length) in \(Self.name(ofMonth: month)) \(year), not \(day)")
        }
        self.init(checkedYear: year, month: month, day: day)
    }

    /// The date that many days after 1970-01-01; before it when negative.
    public init(dayNumber: Int) {
        // Counted from 1 March of year 0, so that the leap day is the last of its year, in eras of 400 years, after
        // which the calendar repeats itself.
        let (era, dayOfEra) = (dayNumber + Self.daysFromMarchZeroToEpoch).dividedDown(by: Self.daysPerEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Months from March on: their lengths follow the line (153 * month + 2) / 5.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.init(
            checkedYear: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    init(checkedYear year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Days since 1970-01-01; negative before it.
    public var dayNumber: Int { Self.dayNumber(year: year, month: month, day: day) }

    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        switch (dayNumber + 3).dividedDown(by: 7).remainder {
        case 0: .monday
        case 1: .tuesday
        case 2: .wednesday
        case 3: .thursday
        case 4: .friday
        case 5: .saturday
        default: .sunday
        }
    }

    /// The date that many days later; earlier when negative.
    public func adding(days: Int) -> CivilDate { CivilDate(dayNumber: dayNumber + days) }

    /// The same day of the month that many months later, or the last day of that month when it is shorter:
    /// 31 January and one month is 28 or 29 February. Earlier when negative.
    public func adding(months: Int) -> CivilDate {
        let (year, monthIndex) = (year * 12 + month - 1 + months).dividedDown(by: 12)
        let month = monthIndex + 1
        return CivilDate(checkedYear: year, month: month, day: min(day, Self.length(ofMonth: month, year: year)))
    }

    public static func isLeap(year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    // MARK: Leaves

    static let daysPerEra = 146_097
    /// From 0000-03-01 to 1970-01-01.
    static let daysFromMarchZeroToEpoch = 719_468

    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).dividedDown(by: 400)
        let monthFromMarch = month <= 2 ? month + 9 : month - 3
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * daysPerEra + dayOfEra - daysFromMarchZeroToEpoch
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year: year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func name(ofMonth month: Int) -> String {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        return names[month - 1]
    }
}

extension CivilDate: Comparable {
    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension FixedWidthInteger {
    /// Quotient and remainder rounded toward negative infinity: the remainder of a positive divisor is never negative,
    /// so that times before 1970 fall on the right day.
    func dividedDown(by divisor: Self) -> (quotient: Self, remainder: Self) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
