import Chronology
import TestSupport
import Testing

/// Business time against a clock that is looked at once a minute: it is open when what the wall shows lies within hours.
@Suite struct BusinessTimeOracleTests {
    /// Some weeks, minute by minute.
    struct Timeline {
        let calendar: BusinessCalendar
        let start: Instant
        let isOpen: [Bool]

        /// Open by the wall clock alone. The calendars of these tests have no hours that begin or end in an hour that is
        /// shown twice; those that do are in a table of their own.
        init(_ calendar: BusinessCalendar, around change: Instant, days: Int64) {
            self.calendar = calendar
            let start = change - .days(days / 2)
            self.start = start
            isOpen = (0..<days * 1_440).map { minute in
                let local = calendar.zone.civil(at: start + .minutes(minute))
                let clock = local.time.secondOfDay
                return calendar.hours(on: local.date).contains { span in
                    let end = span.closes == .midnight ? 86_400 : span.closes.secondOfDay
                    return span.opens.secondOfDay <= clock && clock < end
                }
            }
        }

        /// Open at every minute.
        init(alwaysOpen calendar: BusinessCalendar, from start: Instant, days: Int) {
            self.calendar = calendar
            self.start = start
            isOpen = Array(repeating: true, count: days * 1_440)
        }

        func instant(_ minute: Int) -> Instant { start + .minutes(Int64(minute)) }

        /// The minute at whose beginning so many minutes have been open and not paused; nil past the end.
        func minute(_ open: Int, after start: Int, pauses: [Range<Int>] = []) -> Int? {
            var left = open
            for minute in start..<isOpen.count where isOpen[minute] && !pauses.contains(where: { $0.contains(minute) })
            {
                if left == 0 { return minute }
                left -= 1
                if left == 0 { return minute + 1 }
            }
            return nil
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let zone: String
        let change: String
        let hours: (String, String)
        let holidays: [(String, String)]

        init(
            _ zone: String, _ change: String, _ weekdays: String, _ weekend: String, _ holidays: [(String, String)] = []
        ) {
            self.zone = zone
            self.change = change
            self.hours = (weekdays, weekend)
            self.holidays = holidays
        }

        var testDescription: String { "\(zone) \(change) \(hours.0)" }
    }

    static let cases = [
        Case(
            "America/New_York", "2024-03-10T07:00:00Z", "09:00-18:00", "closed",
            [("2024-03-12", "closed"), ("2024-03-13", "closed")]),
        Case("America/New_York", "2024-03-10T07:00:00Z", "00:00-06:00, 22:00-24:00", "00:00-24:00"),
        Case(
            "America/New_York", "2024-11-03T06:00:00Z", "08:15-12:00, 13:00-17:45", "00:30-04:00",
            [("2024-11-05", "09:00-10:00")]),
        Case("Australia/Lord_Howe", "2026-04-04T15:00:00Z", "09:00-17:00", "00:00-12:00"),
        Case("Australia/Lord_Howe", "2026-10-03T15:30:00Z", "09:00-17:00", "01:00-05:00"),
        Case("Asia/Kathmandu", "2026-11-21T00:00:00Z", "10:00-17:00", "closed"),
        Case("Europe/Dublin", "2026-10-25T01:00:00Z", "09:00-17:30", "00:00-24:00"),
        Case("Europe/Dublin", "2026-03-29T01:00:00Z", "09:00-17:30", "00:15-23:45"),
        Case("Pacific/Apia", "2011-12-30T10:00:00Z", "08:00-16:00", "10:00-12:00", [("2012-01-02", "closed")]),
        Case("UTC", "2024-02-29T00:00:00Z", "09:00-12:00, 12:00-18:00", "closed", [("2024-02-29", "00:00-24:00")]),
        Case(
            "Europe/Berlin", "2026-12-31T23:00:00Z", "09:00-18:00", "closed",
            [("2026-12-31", "closed"), ("2027-01-01", "closed")]),
    ]

    /// Made once for both tests: most of their time goes into it.
    private static let timelines = Result {
        try cases.map { row in
            let holidays = try row.holidays.map { try WorkingHours.holiday($0.0, "a", $0.1) }
            let calendar = try WorkingHours.calendar(
                "a", row.zone, row.hours.0, weekend: row.hours.1, holidays: holidays)
            return Timeline(calendar, around: try .at(row.change), days: 18)
        }
    }

    @Test(arguments: cases.indices)
    func `business time is what a clock counts that is looked at every minute`(_ index: Int) throws {
        let timeline = try Self.timelines.get()[index]
        let calendar = timeline.calendar
        let seed: UInt64 = 0x70c5_1e
        var generator = SeededGenerator(seed: seed)
        var wrong: [String] = []
        var compared = 0
        for _ in 0..<200 {
            let minute = Int.random(in: 2_880..<timeline.isOpen.count - 2_880, using: &generator)
            let later = Int.random(in: minute..<timeline.isOpen.count - 2_880, using: &generator)
            let instant = timeline.instant(minute)
            if calendar.isOpen(at: instant) != timeline.isOpen[minute] { wrong.append("open at \(instant)") }
            let open = timeline.isOpen[minute..<later].filter { $0 }.count
            if calendar.openTime(from: instant, to: timeline.instant(later)) != .minutes(Int64(open)) {
                wrong.append("open time from \(instant) to \(timeline.instant(later))")
            }
            let time = Int.random(in: 0...2_400, using: &generator)
            if let reached = timeline.minute(time, after: minute) {
                compared += 1
                if calendar.instant(.minutes(Int64(time)), after: instant) != timeline.instant(reached) {
                    wrong.append("\(time) business minutes after \(instant)")
                }
            }
            if let next = timeline.isOpen[minute...].firstIndex(of: true) {
                if calendar.nextOpen(atOrAfter: instant) != timeline.instant(next) {
                    wrong.append("next open from \(instant)")
                }
                if let closing = timeline.isOpen[next...].firstIndex(of: false) {
                    if calendar.nextClosing(after: instant) != timeline.instant(closing) {
                        wrong.append("next closing after \(instant)")
                    }
                    if next == minute, let before = timeline.isOpen[..<minute].lastIndex(of: false),
                        calendar.openSpan(containing: instant) != timeline.instant(
                            before + 1)..<timeline.instant(closing)
                    {
                        wrong.append("open span at \(instant)")
                    }
                }
            }
            // Rolling: within hours, or at their end, nothing moves.
            let isIn = timeline.isOpen[minute] || timeline.isOpen[minute - 1]
            let terms = TimeRule.Terms(zone: .utc)
            let forward = Deadline(.elapsed(.zero), roll: .forward(calendar)).due(from: instant, in: terms).target
            let next = isIn ? minute : timeline.isOpen[minute...].firstIndex(of: true)
            if let next, forward != timeline.instant(next) { wrong.append("forward from \(instant)") }
            let back = Deadline(.elapsed(.minutes(2_880)), roll: .back(calendar))
                .due(from: instant - .minutes(2_880), in: terms).target
            let last = isIn ? minute : timeline.isOpen[..<minute].lastIndex(of: true).map { $0 + 1 }
            if let last, back != timeline.instant(max(last, minute - 2_880)) { wrong.append("back from \(instant)") }
        }
        #expect(wrong == [], "seed \(seed)")
        #expect(compared > 100, "seed \(seed)")
    }

    @Test(arguments: cases.indices)
    func `a pause takes the business time that lies within it`(_ index: Int) throws {
        let timeline = try Self.timelines.get()[index]
        let seed: UInt64 = 0x9a05_e5
        var generator = SeededGenerator(seed: seed)
        let terms = TimeRule.Terms(zone: .utc)
        let everyMinute = try Timeline(
            alwaysOpen: .always(name: "always", zone: .utc), from: timeline.start, days: 18)
        var wrong: [String] = []
        var compared = 0
        for _ in 0..<150 {
            let anchor = Int.random(in: 0..<8_000, using: &generator)
            let ranges = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                let start = Int.random(in: 0..<12_000, using: &generator)
                return start..<(start + Int.random(in: 0..<2_000, using: &generator))
            }
            let openSince = Bool.random(using: &generator) ? Int.random(in: 0..<18_000, using: &generator) : nil
            let pauses = Pauses(
                ranges.map { timeline.instant($0.lowerBound)..<timeline.instant($0.upperBound) },
                openSince: openSince.map(timeline.instant))
            let time = Int.random(in: 1...1_500, using: &generator)
            for (clock, rule) in [
                (timeline, TimeRule.businessElapsed(.minutes(Int64(time)), timeline.calendar)),
                (everyMinute, .elapsed(.minutes(Int64(time)))),
            ] {
                guard let reached = clock.minute(time, after: anchor, pauses: ranges) else { continue }
                compared += 1
                let isKnown = openSince.map { reached <= $0 } ?? true
                let due = rule.due(from: timeline.instant(anchor), pauses: pauses, in: terms)
                if due.target != (isKnown ? timeline.instant(reached) : nil) || (due.pausedSince == nil) != isKnown {
                    wrong.append("\(rule.words) from \(timeline.instant(anchor)) with \(pauses): \(due.explanation)")
                }
            }
        }
        #expect(wrong == [], "seed \(seed)")
        #expect(compared > 150, "seed \(seed)")
    }

    /// Every rule, over anchors around a change of the clocks and far from it.
    @Test(arguments: ["America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "Pacific/Apia", "America/Havana"])
    func `a later anchor is never due earlier, and nothing is due before its anchor`(_ name: String) throws {
        let zone = try InstalledZones.zone(name)
        let calendar = try WorkingHours.calendar(
            "a", name, "00:30-02:15, 09:00-17:00", weekend: "22:00-24:00",
            holidays: [WorkingHours.holiday("2026-11-03", "a"), WorkingHours.holiday("2026-11-04", "b")])
        let ten = try LocalTime(hour: 1, minute: 40)
        let recurrence = try Recurrence(.weekly([.sunday, .tuesday]), at: ten, in: zone)
        let rules: [TimeRule] = [
            .immediate(bound: .minutes(15)), .elapsed(.hours(30)), .businessElapsed(.minutes(90), calendar),
            .businessElapsed(.zero, calendar), .calendarDays(2, at: nil), .calendarDays(0, at: ten),
            .businessDays(3, calendar, at: .open), .businessDays(2, calendar, at: .close),
            .nextBusinessDay(calendar, at: .time(ten)), .nextOccurrence(recurrence),
            .window(min: .elapsed(.hours(1)), max: .businessElapsed(.hours(1), calendar)),
        ]
        let seed: UInt64 = 0x3070_70
        var generator = SeededGenerator(seed: seed)
        let changes = try [
            "2026-11-01T05:00:00Z", "2026-10-25T01:00:00Z", "2011-12-30T10:00:00Z", "2026-04-04T15:00:00Z",
        ]
        .map { try Instant.at($0) }
        let terms = TimeRule.Terms(zone: zone)
        var wrong: [String] = []
        for round in 0..<1_200 {
            let near = changes[round % changes.count]
            let first = near + .seconds(Int64.random(in: -200_000...200_000, using: &generator))
            let second = first + .seconds(Int64.random(in: 0...7_200, using: &generator))
            let rule = rules[Int.random(in: 0..<rules.count, using: &generator)]
            let rolls: [Roll] = [.none, .forward(calendar), .back(calendar)]
            let deadline = Deadline(rule, roll: rolls[Int.random(in: 0..<3, using: &generator)])
            // What counts dates is due on the same day for both, and moves only by the pauses that each of them saw.
            let pauses = Pauses(
                rule.countsDates || round.isMultiple(of: 2)
                    ? [] : [near + .hours(3)..<near + .hours(9), near + .days(1)..<near + .days(2)])
            // The same time of day comes earlier for a later anchor where the wall clock is put back between the two.
            if case .calendarDays(_, at: nil) = rule, zone.civil(at: second) < zone.civil(at: first) { continue }
            let (one, other) = (
                deadline.due(from: first, pauses: pauses, in: terms),
                deadline.due(from: second, pauses: pauses, in: terms)
            )
            guard let target = one.target, let limit = one.limit, let laterTarget = other.target,
                let laterLimit = other.limit
            else {
                wrong.append("\(rule.words) from \(first) is not due")
                continue
            }
            if target > laterTarget || limit > laterLimit { wrong.append("\(deadline) from \(first) and \(second)") }
            if target < first || limit < target { wrong.append("\(deadline) from \(first) is due \(one)") }
            if case .businessElapsed = rule, deadline.roll == .none,
                !calendar.isOpen(at: target), !calendar.isOpen(at: target - .microseconds(1))
            {
                wrong.append("\(rule.words) from \(first) is due outside of hours, \(target)")
            }
        }
        #expect(wrong.prefix(3) == [], "seed \(seed)")
    }
}

extension TimeRule {
    fileprivate var countsDates: Bool {
        switch self {
        case .calendarDays, .businessDays, .nextBusinessDay: true
        case .immediate, .elapsed, .businessElapsed, .nextOccurrence, .window, .none, .unspecified: false
        }
    }
}
