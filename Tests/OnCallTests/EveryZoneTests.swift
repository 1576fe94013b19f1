import Chronology
import Notation
import OnCall
import TestSupport
import Testing

/// Hand-offs around every change of every zone that is installed, against a model that only looks at the clock on the wall: the
/// shift changes at the first instant at which that clock has ever shown the time of the next hand-off.
@Suite struct EveryZoneTests {
    private static let years = try! TimeSpan(.at("1970-01-02T00:00:00Z"), .at("2040-01-01T00:00:00Z"))

    /// The instants at which the offset changes, found by looking, to the second.
    private static func changes(of zone: Zone) -> [Instant] {
        var found: [Instant] = []
        var last = years.start
        var offset = zone.offset(at: last).seconds
        while last < years.end {
            let next = last + .hours(12)
            let after = zone.offset(at: next).seconds
            if after != offset {
                var (low, high) = (last, next)
                while high - low > .seconds(1) {
                    let middle = low + .seconds((high - low).wholeSeconds / 2)
                    if zone.offset(at: middle).seconds == offset { low = middle } else { high = middle }
                }
                found.append(high)
            }
            (last, offset) = (next, after)
        }
        return found
    }

    /// One zone of each content: most names are links to others.
    private static func zones() throws -> [Zone] {
        var seen: Set<[UInt8]> = []
        return try InstalledZones.names().compactMap { name in
            let bytes = try InstalledZones.bytes(name)
            return seen.insert(bytes).inserted ? try Zone(name: name, tzif: bytes) : nil
        }
    }

    /// Who is on call by the clock on the wall alone, at steps of 15 minutes: turns of a day from a time of day on.
    private static func model(_ zone: Zone, _ start: CivilDateTime, _ from: Instant, _ count: Int) -> [Int] {
        var latest = zone.civil(at: from - .days(2))
        // Up to the first step the clock has shown everything that it showed in the two days before.
        for step in 0..<(2 * 96) { latest = max(latest, zone.civil(at: from - .days(2) + .minutes(15 * Int64(step)))) }
        return (0..<count).map { step in
            latest = max(latest, zone.civil(at: from + .minutes(15 * Int64(step))))
            let minutes = latest.minutes(since: start)
            return minutes >= 0 ? minutes / 1_440 : -1 - (-minutes - 1) / 1_440
        }
    }

    @Test func `a daily hand-off at the very time of a change happens once, in every zone and year`() throws {
        var compared = 0
        var changed = 0
        for zone in try Self.zones() {
            for change in Self.changes(of: zone) {
                changed += 1
                // The wall clock just before the change, to the quarter of an hour that the model looks at.
                let local = zone.civil(at: change - .seconds(1))
                let quarter = (local.time.secondOfDay / 900 + 1) % 96
                let time = try LocalTime(hour: quarter / 4, minute: quarter % 4 * 15)
                let start = CivilDateTime(local.date.adding(days: -5), time)
                let layer = try Layer(
                    id: "l", name: "l", zone: zone, start: start, turn: .days(1),
                    groups: (0..<12).map { [UserID("u\($0)")] })
                let schedule = try Schedule(id: ScheduleID("s"), name: "s", zone: zone, layers: [layer])
                let from = Instant(microseconds: (change.microseconds / 900_000_000 - 60) * 900_000_000)
                for (step, turn) in Self.model(zone, start, from, 120).enumerated() {
                    let at = from + .minutes(15 * Int64(step))
                    compared += 1
                    guard schedule.onCall(at: at).map(\.user) != [UserID("u\(turn)")] else { continue }
                    let found = schedule.onCall(at: at).map(\.user)
                    Issue.record("\(zone.name) \(at): \(found), and the wall says \(turn)")
                    return
                }
                let shifts = schedule.shifts(in: TimeSpan(from, from + .hours(30)))
                let isWhole =
                    shifts.first?.span.start == from && shifts.last?.span.end == from + .hours(30)
                    && zip(shifts, shifts.dropFirst()).allSatisfy { $0.span.end == $1.span.start }
                    && shifts.allSatisfy { schedule.onCall(at: $0.span.start).map(\.user) == [$0.user] }
                if !isWhole { Issue.record("\(zone.name) \(change): \(Plan.lines(shifts))") }
            }
        }
        #expect(changed > 15_000 && compared > 1_500_000, "\(changed) changes, \(compared) instants")
    }

    @Test(arguments: [
        ("Europe/Berlin", "2026-03-29 00:00", 23), ("Europe/Berlin", "2026-10-25 00:00", 25),
        ("America/New_York", "2026-03-08 00:00", 23), ("America/New_York", "2026-11-01 00:00", 25),
        ("Africa/Casablanca", "2024-03-10 00:00", 25), ("Africa/Casablanca", "2024-04-14 00:00", 23),
        ("America/Sao_Paulo", "2018-11-04 00:00", 23), ("America/Sao_Paulo", "2018-02-17 00:00", 25),
        ("Asia/Tehran", "2022-03-22 00:00", 23), ("Asia/Tehran", "2022-09-21 00:00", 25),
    ])
    func `a daily shift is as long as its day`(zone: String, date: String, hours: Int64) throws {
        let start = try Plan.local(date)
        let schedule = try Plan.schedule(
            zone, try Plan.layer(zone, from: "2010-01-01 00:00", .days(1), "ana", "ben"))
        let found = try InstalledZones.zone(zone)
        let day = TimeSpan(found.start(of: start.date), found.start(of: start.date.adding(days: 1)))
        let shifts = schedule.shifts(in: day)
        #expect(shifts.count == 1 && shifts[0].span == day && day.length == .hours(hours))
    }

    @Test func `Lord Howe's half hour and Samoa's skipped day`() throws {
        let howe = try Plan.schedule(
            "Australia/Lord_Howe",
            try Plan.layer("Australia/Lord_Howe", from: "2026-01-01 00:00", .days(1), "ana", "ben"))
        let autumn = howe.shifts(in: try Plan.span("2026-04-03T13:00:00Z", "2026-04-05T13:30:00Z"))
        #expect(autumn.map(\.span.length) == [.hours(24), .minutes(24 * 60 + 30)], "\(Plan.lines(autumn))")
        let spring = howe.shifts(in: try Plan.span("2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z"))
        #expect(spring.map(\.span.length) == [.minutes(23 * 60 + 30)], "\(Plan.lines(spring))")
        // 30 December 2011 did not take place in Apia: the hand-off of that morning comes at the first instant after it.
        let apia = try Plan.schedule(
            "Pacific/Apia",
            try Plan.layer("Pacific/Apia", from: "2011-12-28 09:00", .days(1), "ana", "ben", "cy", "dee"))
        let shifts = apia.shifts(in: try Plan.span("2011-12-28T19:00:00Z", "2011-12-31T19:00:00Z"))
        #expect(
            Plan.lines(shifts) == [
                "ana 2011-12-28T19:00:00Z 24h", "ben 2011-12-29T19:00:00Z 15h", "cy 2011-12-30T10:00:00Z 9h",
                "dee 2011-12-30T19:00:00Z 24h",
            ], "\(Plan.lines(shifts))")
    }
}
