/// The rule of a POSIX TZ string, `CET-1CEST,M3.5.0,M10.5.0/3`: the same changes every year. It ends a TZif file and
/// holds after the last change in it (POSIX.1-2024 §8.3; RFC 9636 §3.3.1 with times of -167 to 167 hours).
struct PosixRule: Hashable, Sendable {
    let standard: Zone.Offset
    let daylight: Daylight?

    struct Daylight: Hashable, Sendable {
        let offset: Zone.Offset
        let start: Moment
        let end: Moment
    }

    /// A moment of every year, on the clocks that are in force before it.
    struct Moment: Hashable, Sendable {
        let day: Day
        /// Seconds after midnight; may be negative or more than a day.
        let time: Int
    }

    enum Day: Hashable, Sendable {
        /// `Jn`: 1 to 365; 29 February is never counted, so that 60 is always 1 March.
        case withoutLeapDay(Int)
        /// `n`: 0 to 365; 29 February is counted.
        case ofYear(Int)
        /// `Mm.w.d`: the w-th weekday d of month m, 0 being Sunday; w = 5 is the last one.
        case ofMonth(Int, week: Int, weekday: Int)

        func dayNumber(year: Int) -> Int {
            switch self {
            case .withoutLeapDay(let day):
                let passedLeapDay = day >= 60 && CivilDate.isLeap(year: year)
                return CivilDate.dayNumber(year: year, month: 1, day: 1) + day - 1 + (passedLeapDay ? 1 : 0)
            case .ofYear(let day):
                return CivilDate.dayNumber(year: year, month: 1, day: 1) + day
            case .ofMonth(let month, let week, let weekday):
                let first = CivilDate.dayNumber(year: year, month: month, day: 1)
                // Day 0 of 1970 was a Thursday, 4 when Sunday is 0.
                let toWeekday = (weekday - 4 - first).dividedDown(by: 7).remainder
                let day = toWeekday + (week - 1) * 7
                return first + (day < CivilDate.length(ofMonth: month, year: year) ? day : day - 7)
            }
        }
    }

    func period(at second: Int64) -> Zone.Period {
        guard let daylight else { return Zone.Period(start: .min, end: .max, offset: standard) }
        let day = (second + Int64(standard.seconds)).dividedDown(by: 86_400).quotient
        let year = CivilDate(dayNumber: Int(day)).year
        let near = period(at: second, daylight, years: year - 1...year + 1)
        if near.start != .min, near.end != .max { return near }
        // A rule may name a time a week outside its year, so both changes of a neighbour can lie on the wrong side.
        return period(at: second, daylight, years: year - 2...year + 2)
    }

    /// The years are gone through in order and the later of two changes at the same second wins: a rule that says
    /// "daylight saving time all year" ends it at the second at which it starts again.
    private func period(at second: Int64, _ daylight: Daylight, years: ClosedRange<Int>) -> Zone.Period {
        var period = Zone.Period(start: .min, end: .max, offset: standard)
        func note(_ change: Int64, _ offset: Zone.Offset) {
            if change > second {
                period.end = min(period.end, change)
            } else if change >= period.start {
                period.start = change
                period.offset = offset
            }
        }
        for year in years {
            let start = Self.second(of: daylight.start, year: year, before: standard)
            let end = Self.second(of: daylight.end, year: year, before: daylight.offset)
            if start <= end {
                note(start, daylight.offset)
                note(end, standard)
            } else {
                note(end, standard)
                note(start, daylight.offset)
            }
        }
        return period
    }

    private static func second(of moment: Moment, year: Int, before offset: Zone.Offset) -> Int64 {
        Int64(moment.day.dayNumber(year: year)) * 86_400 + Int64(moment.time) - Int64(offset.seconds)
    }
}

extension PosixRule {
    /// Reads the text between the newlines of a TZif footer.
    init(_ text: ArraySlice<UInt8>) throws(TimeFault) {
        var reader = Reader(rest: text)
        let name = try reader.abbreviation()
        // POSIX counts west of Greenwich as positive.
        let seconds = -(try reader.time(hours: 24))
        standard = Zone.Offset(seconds: seconds, abbreviation: name, isDST: false)
        if reader.rest.isEmpty {
            daylight = nil
            return
        }
        let daylightName = try reader.abbreviation()
        let daylightSeconds = reader.rest.first == UInt8(ascii: ",") ? seconds + 3_600 : -(try reader.time(hours: 24))
        let start = try reader.moment()
        let end = try reader.moment()
        guard reader.rest.isEmpty else { throw TimeFault("its footer goes on after the rule") }
        daylight = Daylight(
            offset: Zone.Offset(seconds: daylightSeconds, abbreviation: daylightName, isDST: true), start: start,
            end: end)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        private mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        /// At least one digit and at most three: no number of a rule has more.
        private mutating func number(_ range: ClosedRange<Int>) throws(TimeFault) -> Int {
            let digits = rest.prefix(3).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            guard !digits.isEmpty, range.contains(number) else {
                throw TimeFault("its footer needs a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }

        mutating func abbreviation() throws(TimeFault) -> String {
            if skip("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw TimeFault("its footer lacks a >") }
                defer { rest = rest[(end + 1)...] }
                return try Zone.Offset.abbreviation(rest[..<end])
            }
            let letters = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
            rest = rest.dropFirst(letters.count)
            return try Zone.Offset.abbreviation(letters)
        }

        /// `[+|-]hh[:mm[:ss]]` in seconds.
        mutating func time(hours: Int) throws(TimeFault) -> Int {
            let sign = skip("-") ? -1 : 1
            if sign == 1 { _ = skip("+") }
            var seconds = try number(0...hours) * 3_600
            if skip(":") {
                seconds += try number(0...59) * 60
                if skip(":") { seconds += try number(0...59) }
            }
            return sign * seconds
        }

        mutating func moment() throws(TimeFault) -> Moment {
            guard skip(",") else { throw TimeFault("its footer does not say when the clocks change") }
            let day: Day
            if skip("J") {
                day = .withoutLeapDay(try number(1...365))
            } else if skip("M") {
                let month = try number(1...12)
                guard skip(".") else { throw TimeFault("its footer lacks a week") }
                let week = try number(1...5)
                guard skip(".") else { throw TimeFault("its footer lacks a weekday") }
                day = .ofMonth(month, week: week, weekday: try number(0...6))
            } else {
                day = .ofYear(try number(0...365))
            }
            return Moment(day: day, time: skip("/") ? try time(hours: 167) : 7_200)
        }
    }
}
