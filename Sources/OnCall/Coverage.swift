import Chronology
import Notation

/// What is wrong or hard about a time that is to come, found before it comes.
public struct Coverage: Hashable, Sendable {
    /// Limits beyond which a plan wears people out. Teams differ, so they are data.
    public struct Limits: Hashable, Sendable {
        /// Nights on call, one after another.
        public var nightsInARow = 7
        /// Longer in one piece and nobody has slept.
        public var longestShift = Duration.days(14)
        /// Pages at night within a week, as they really came.
        public var nightPages = 3

        public init() {}

        /// `{"nightsInARow": 7, "longestShiftSeconds": 1209600, "nightPages": 3}`; what is left out is as above.
        public init(_ json: JSON?) throws(InputFault) {
            guard let json, !json.isNull else { return }
            func number(_ name: String, _ range: ClosedRange<Int64>, _ usual: Int64) throws(InputFault) -> Int64 {
                guard let value = json[name], !value.isNull else { return usual }
                guard let number = value.integer, range.contains(number) else {
                    throw InputFault(
                        at: "/fatigue/\(name)",
                        "a whole number from \(range.lowerBound) to \(range.upperBound) is expected")
                }
                return number
            }
            nightsInARow = Int(try number("nightsInARow", 1...366, Int64(nightsInARow)))
            longestShift = .seconds(
                try number("longestShiftSeconds", 3_600...31_622_400, longestShift.wholeSeconds))
            nightPages = Int(try number("nightPages", 0...1_000, Int64(nightPages)))
        }

        public var json: JSON {
            [
                "nightsInARow": .integer(Int64(nightsInARow)),
                "longestShiftSeconds": .integer(longestShift.wholeSeconds),
                "nightPages": .integer(Int64(nightPages)),
            ]
        }
    }

    public enum Finding: Hashable, Sendable {
        /// Nobody is on call.
        case gap(TimeSpan)
        /// Somebody is on call who is away then.
        case away(UserID, TimeSpan)
        /// One person is all there is: whoever is ill, sleeps or is in a tunnel has nobody behind them.
        case singlePerson(UserID)
        /// On call in two schedules at once.
        case doubleBooked(UserID, ScheduleID, TimeSpan)
        case nightsInARow(UserID, Int, from: CivilDate)
        case longShift(UserID, TimeSpan)
    }

    /// How much somebody is on call.
    public struct Load: Hashable, Sendable {
        public let user: UserID
        public let time: Duration
        public let shifts: Int
        public let nights: Int
        /// Saturdays and Sundays.
        public let weekendDays: Int
    }

    public let findings: [Finding]
    /// The busiest first.
    public let load: [Load]

    /// - Parameter others: shifts of the other schedules in that time, to find who is in two places.
    public init(
        of schedule: Schedule, in span: TimeSpan, absences: Absences = .none,
        others: [(schedule: ScheduleID, shifts: [Shift])] = [], limits: Limits = Limits()
    ) {
        let shifts = schedule.shifts(in: span, absences: absences)
        var findings: [Finding] = Self.gaps(shifts, in: span).map(Finding.gap)
        for shift in shifts {
            for away in absences.spans(of: shift.user) where away.overlaps(shift.span) {
                findings.append(.away(shift.user, away.clamped(to: shift.span)))
            }
            for other in others {
                for double in other.shifts where double.user == shift.user && double.span.overlaps(shift.span) {
                    findings.append(.doubleBooked(shift.user, other.schedule, double.span.clamped(to: shift.span)))
                }
            }
        }
        let people = Set(shifts.map(\.user))
        if people.count == 1, let only = people.first { findings.append(.singlePerson(only)) }
        var load: [Load] = []
        for user in people.sorted() {
            let spans = Self.merged(shifts.filter { $0.user == user }.map(\.span))
            for span in spans where span.length > limits.longestShift { findings.append(.longShift(user, span)) }
            let nights = Self.nights(spans, in: schedule.zone)
            for run in Self.runs(nights) where run.count > limits.nightsInARow {
                findings.append(.nightsInARow(user, run.count, from: run.first))
            }
            let days = Self.days(spans, in: schedule.zone)
            load.append(
                Load(
                    user: user, time: spans.reduce(.zero) { $0 + $1.length },
                    shifts: shifts.count { $0.user == user }, nights: nights.count,
                    weekendDays: days.count { $0.weekday.rawValue >= Weekday.saturday.rawValue }))
        }
        self.findings = findings
        self.load = load.sorted { ($1.time, $0.user.text) < ($0.time, $1.user.text) }
    }

    // MARK: Leaves

    /// The times within that span in which nobody is on call.
    public static func gaps(_ shifts: [Shift], in span: TimeSpan) -> [TimeSpan] {
        var gaps: [TimeSpan] = []
        var end = span.start
        for part in merged(shifts.map(\.span)) {
            if part.start > end { gaps.append(TimeSpan(end, part.start)) }
            end = max(end, part.end)
        }
        if end < span.end { gaps.append(TimeSpan(end, span.end)) }
        return gaps
    }

    /// In order, apart from one another.
    static func merged(_ spans: [TimeSpan]) -> [TimeSpan] {
        var merged: [TimeSpan] = []
        for span in spans.sorted(by: { $0.start < $1.start }) where !span.isEmpty {
            if let last = merged.last, span.start <= last.end {
                merged[merged.count - 1] = TimeSpan(last.start, max(last.end, span.end))
            } else {
                merged.append(span)
            }
        }
        return merged
    }

    /// The dates whose small hours, from midnight to six, somebody is on call in, at least in part.
    private static func nights(_ spans: [TimeSpan], in zone: Zone) -> [CivilDate] {
        dates(of: spans, in: zone) { date in
            TimeSpan(
                zone.start(of: date),
                zone.windowEnd(of: CivilDateTime(date, .midnight).adding(minutes: endOfNight)))
        }
    }

    private static let endOfNight = 6 * 60

    private static func days(_ spans: [TimeSpan], in zone: Zone) -> [CivilDate] {
        dates(of: spans, in: zone) { TimeSpan(zone.start(of: $0), zone.start(of: $0.adding(days: 1))) }
    }

    /// The dates of which a part, as `part` gives it, is touched, in order, each once.
    private static func dates(
        of spans: [TimeSpan], in zone: Zone, _ part: (CivilDate) -> TimeSpan
    ) -> [CivilDate] {
        var dates: [CivilDate] = []
        for span in spans {
            var date = zone.civil(at: span.start).date
            while zone.start(of: date) < span.end {
                if part(date).overlaps(span), dates.last.map({ $0 < date }) ?? true { dates.append(date) }
                date = date.adding(days: 1)
            }
        }
        return dates
    }

    private static func runs(_ dates: [CivilDate]) -> [(first: CivilDate, count: Int)] {
        var runs: [(first: CivilDate, count: Int)] = []
        for date in dates {
            if let last = runs.last, last.first.adding(days: last.count) == date {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((date, 1))
            }
        }
        return runs
    }
}
