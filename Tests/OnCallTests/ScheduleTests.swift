import Chronology
import Notation
import OnCall
import TestSupport
import Testing

/// Short hands for schedules in tests.
enum Plan {
    static func local(_ text: String) throws -> CivilDateTime {
        let halves = text.split(separator: " ")
        let (date, time) = (halves[0].split(separator: "-").compactMap { Int($0) }, halves[1].split(separator: ":"))
        return try CivilDateTime(
            year: date[0], month: date[1], day: date[2], hour: Int(time[0]) ?? 0, minute: Int(time[1]) ?? 0)
    }

    static func time(_ text: String) throws -> LocalTime {
        let parts = text.split(separator: ":").compactMap { Int($0) }
        return try LocalTime(hour: parts[0], minute: parts[1])
    }

    static func layer(
        _ zone: String, id: String = "l", from start: String, _ turn: Turn, _ people: String...,
        windows: [WeekWindow] = [], priority: Int = 0, order: Layer.Order = .list, end: Instant? = nil
    ) throws -> Layer {
        try Layer(
            id: id, name: id, zone: try InstalledZones.zone(zone), start: try local(start), end: end, turn: turn,
            groups: people.map { $0.split(separator: "+").map { UserID(String($0)) } }, windows: windows,
            priority: priority, order: order)
    }

    static func schedule(_ zone: String, _ layers: Layer..., overrides: [Override] = []) throws -> Schedule {
        try Schedule(
            id: ScheduleID("sch"), name: "Primary", zone: try InstalledZones.zone(zone), layers: layers,
            overrides: overrides)
    }

    static func span(_ from: String, _ to: String) throws -> TimeSpan { TimeSpan(try .at(from), try .at(to)) }

    /// `ana 2024-03-04T14:00:00Z 167h`.
    static func lines(_ shifts: [Shift]) -> [String] {
        shifts.map { shift in
            let minutes = shift.span.length.wholeSeconds / 60
            return "\(shift.user) \(shift.span.start.rfc3339()) "
                + (minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes)m")
        }
    }

    static func people(_ schedule: Schedule, _ at: String, _ absences: Absences = .none) throws -> String {
        schedule.onCall(at: try .at(at), absences: absences).map(\.user.text).joined(separator: "+")
    }
}

@Suite struct ScheduleTests {
    @Test func `a weekly hand-off on Monday at nine stays at nine when the clocks change (S4-13)`() throws {
        let schedule = try Plan.schedule(
            "America/New_York",
            try Plan.layer("America/New_York", from: "2024-02-26 09:00", .weeks(1), "ana", "ben", "cy"))
        let shifts = schedule.shifts(in: try Plan.span("2024-02-26T14:00:00Z", "2024-03-18T13:00:00Z"))
        #expect(
            Plan.lines(shifts) == [
                "ana 2024-02-26T14:00:00Z 168h", "ben 2024-03-04T14:00:00Z 167h", "cy 2024-03-11T13:00:00Z 168h",
            ])
        #expect(try Plan.people(schedule, "2024-03-11T12:59:59Z") == "ben")
        #expect(try Plan.people(schedule, "2024-03-11T13:00:00Z") == "cy")
        #expect(try Plan.people(schedule, "2024-02-26T13:59:59Z") == "", "Nobody is on call before the first hand-off.")
    }

    /// The week of the change of clocks, with a hand-off every day at midnight: a day is as long as it is.
    @Test(arguments: [
        ("Europe/Berlin", "2024-03-30 00:00", ["24h", "23h", "24h"]),
        ("Europe/Berlin", "2024-10-26 00:00", ["24h", "25h", "24h"]),
        ("America/New_York", "2024-11-02 00:00", ["24h", "25h", "24h"]),
        ("Australia/Lord_Howe", "2024-10-05 00:00", ["24h", "1410m", "24h"]),
        ("Australia/Lord_Howe", "2024-04-06 00:00", ["24h", "1470m", "24h"]),
        // Midnight itself is left out: the day begins at one.
        ("America/Sao_Paulo", "2018-11-03 00:00", ["24h", "23h", "24h"]),
        ("Africa/Casablanca", "2024-03-09 00:00", ["24h", "25h", "24h"]),
        ("Asia/Tehran", "2021-03-21 00:00", ["24h", "23h", "24h"]),
        // 30 December 2011 did not take place: its turn is empty, and whoever had it is passed over.
        ("Pacific/Apia", "2011-12-29 00:00", ["24h", "24h", "24h"]),
    ])
    func `days are as long as their clocks make them`(zone: String, start: String, lengths: [String]) throws {
        let schedule = try Plan.schedule(zone, try Plan.layer(zone, from: start, .days(1), "ana", "ben", "cy"))
        let begin = try #require(schedule.layers.first).zone.start(of: try Plan.local(start))
        let shifts = schedule.shifts(in: TimeSpan(begin, begin + .hours(96))).prefix(3)
        #expect(Plan.lines(Array(shifts)).map { String($0.split(separator: " ")[2]) } == lengths)
        #expect(zone != "Pacific/Apia" || shifts.map(\.user.text) == ["ana", "cy", "ana"])
    }

    @Test func `a hand-off in the gap happens once, at its end`() throws {
        let schedule = try Plan.schedule(
            "Europe/Berlin", try Plan.layer("Europe/Berlin", from: "2024-03-30 02:30", .days(1), "ana", "ben"))
        let shifts = schedule.shifts(in: try Plan.span("2024-03-30T01:30:00Z", "2024-04-01T00:30:00Z"))
        #expect(Plan.lines(shifts) == ["ana 2024-03-30T01:30:00Z 1410m", "ben 2024-03-31T01:00:00Z 1410m"])
    }

    @Test func `hourly turns keep to the wall clock`() throws {
        let schedule = try Plan.schedule(
            "Europe/Berlin", try Plan.layer("Europe/Berlin", from: "2024-10-26 08:00", .hours(12), "ana", "ben"))
        let shifts = schedule.shifts(in: try Plan.span("2024-10-26T06:00:00Z", "2024-10-28T07:00:00Z"))
        #expect(
            Plan.lines(shifts) == [
                "ana 2024-10-26T06:00:00Z 12h", "ben 2024-10-26T18:00:00Z 13h", "ana 2024-10-27T07:00:00Z 12h",
                "ben 2024-10-27T19:00:00Z 12h",
            ])
    }

    @Test func `a month from the 31st ends on the last day of the shorter one, and comes back to the 31st`() throws {
        let schedule = try Plan.schedule(
            "UTC", try Plan.layer("UTC", from: "2024-01-31 09:00", .months(1), "ana", "ben"))
        let shifts = schedule.shifts(in: try Plan.span("2024-01-31T09:00:00Z", "2024-05-31T09:00:00Z"))
        #expect(
            shifts.map { $0.span.start.rfc3339() } == [
                "2024-01-31T09:00:00Z", "2024-02-29T09:00:00Z", "2024-03-31T09:00:00Z", "2024-04-30T09:00:00Z",
            ])
    }

    @Test func `several hand-offs a week each pass it on`() throws {
        let points = [
            Turn.HandOff(.friday, try Plan.time("17:00")), Turn.HandOff(.monday, try Plan.time("09:00")),
        ]
        // It begins on a Wednesday: the first hand-off is that of Friday.
        let schedule = try Plan.schedule(
            "UTC", try Plan.layer("UTC", from: "2024-05-01 00:00", .handOffs(points), "ana", "ben", "cy"))
        let shifts = schedule.shifts(in: try Plan.span("2024-05-01T00:00:00Z", "2024-05-13T09:00:00Z"))
        #expect(
            Plan.lines(shifts) == [
                "ana 2024-05-03T17:00:00Z 64h", "ben 2024-05-06T09:00:00Z 104h", "cy 2024-05-10T17:00:00Z 64h",
            ])
    }

    @Test func `the sun is followed by layers in three zones`() throws {
        func layer(_ id: String, _ zone: String, _ person: String) throws -> Layer {
            try Plan.layer(
                zone, id: id, from: "2024-01-01 00:00", .weeks(1), person,
                windows: Weekday.allCases.map {
                    WeekWindow(on: $0, from: try! Plan.time("08:00"), to: try! Plan.time("16:00"))
                })
        }
        let schedule = try Plan.schedule(
            "UTC", try layer("asia", "Asia/Tokyo", "kei"), try layer("europe", "Europe/London", "eve"),
            try layer("america", "America/Los_Angeles", "lou"))
        let shifts = schedule.shifts(in: try Plan.span("2024-01-09T23:00:00Z", "2024-01-11T00:00:00Z"))
        #expect(
            Plan.lines(shifts) == [
                "lou 2024-01-09T23:00:00Z 1h", "kei 2024-01-09T23:00:00Z 8h", "eve 2024-01-10T08:00:00Z 8h",
                "lou 2024-01-10T16:00:00Z 8h",
                "kei 2024-01-10T23:00:00Z 1h",
            ])
        #expect(
            Coverage.gaps(shifts, in: try Plan.span("2024-01-09T23:00:00Z", "2024-01-11T00:00:00Z")) == [
                try Plan.span("2024-01-10T07:00:00Z", "2024-01-10T08:00:00Z")
            ])
    }

    @Test func `a layer covers those below it while it has somebody, and equals are on call together`() throws {
        let nights = WeekWindow(on: .wednesday, from: try Plan.time("20:00"), to: try Plan.time("08:00"))
        let schedule = try Plan.schedule(
            "UTC", try Plan.layer("UTC", id: "base", from: "2024-01-01 00:00", .weeks(1), "ana+dee"),
            try Plan.layer("UTC", id: "second", from: "2024-01-01 00:00", .weeks(1), "ben"),
            try Plan.layer(
                "UTC", id: "night", from: "2024-01-01 00:00", .weeks(1), "nia", windows: [nights], priority: 1))
        #expect(try Plan.people(schedule, "2024-01-03T12:00:00Z") == "ana+dee+ben")
        #expect(try Plan.people(schedule, "2024-01-03T20:00:00Z") == "nia")
        #expect(try Plan.people(schedule, "2024-01-04T07:59:59Z") == "nia")
        #expect(try Plan.people(schedule, "2024-01-04T08:00:00Z") == "ana+dee+ben")
    }

    @Test func `whoever is away is passed over, and is next where it is fair`() throws {
        let away = Absences([UserID("ben"): [try Plan.span("2024-01-09T00:00:00Z", "2024-01-10T00:00:00Z")]])
        func order(_ order: Layer.Order) throws -> [String] {
            let schedule = try Plan.schedule(
                "UTC", try Plan.layer("UTC", from: "2024-01-01 00:00", .weeks(1), "ana", "ben", "cy", order: order))
            let span = try Plan.span("2024-01-01T00:00:00Z", "2024-02-05T00:00:00Z")
            let shifts = schedule.shifts(in: span, absences: away)
            for shift in shifts {
                let people = try Plan.people(schedule, shift.span.start.rfc3339(), away)
                #expect(people == shift.user.text)
            }
            return shifts.map(\.user.text)
        }
        #expect(try order(.list) == ["ana", "ben", "cy", "ana", "ben"])
        #expect(try order(.present) == ["ana", "cy", "cy", "ana", "ben"])
        #expect(try order(.longestAgo) == ["ana", "cy", "ben", "ana", "cy"])
    }

    // MARK: Overrides

    private func override(_ id: String, _ from: String, _ to: String, _ change: Override.Change) throws -> Override {
        try Override(id: id, try Plan.span(from, to), change, by: .tocsin, made: try .at("2024-01-01T00:00:00Z"))
    }

    @Test func `overrides add, remove, replace and stand in, in the order in which they were made`() throws {
        let schedule = try Plan.schedule(
            "UTC", try Plan.layer("UTC", from: "2024-01-01 00:00", .days(1), "ana", "ben"),
            overrides: [
                try override("o1", "2024-01-01T06:00:00Z", "2024-01-01T08:00:00Z", .add([UserID("cy")])),
                try override("o2", "2024-01-01T10:00:00Z", "2024-01-01T12:00:00Z", .replace([UserID("dee")])),
                try override(
                    "o3", "2024-01-01T14:00:00Z", "2024-01-03T00:00:00Z", .standIn(UserID("eve"), for: UserID("ben"))),
                try override(
                    "o4", "2024-01-02T10:00:00Z", "2024-01-02T11:00:00Z", .standIn(UserID("fay"), for: UserID("eve"))),
                try override("o5", "2024-01-01T20:00:00Z", "2024-01-01T21:00:00Z", .remove([UserID("ana")])),
            ])
        let shifts = schedule.shifts(in: try Plan.span("2024-01-01T00:00:00Z", "2024-01-03T00:00:00Z"))
        #expect(
            Plan.lines(shifts) == [
                "ana 2024-01-01T00:00:00Z 10h", "cy 2024-01-01T06:00:00Z 2h", "dee 2024-01-01T10:00:00Z 2h",
                "ana 2024-01-01T12:00:00Z 8h", "ana 2024-01-01T21:00:00Z 3h", "eve 2024-01-02T00:00:00Z 10h",
                "fay 2024-01-02T10:00:00Z 1h", "eve 2024-01-02T11:00:00Z 13h",
            ])
        #expect(try Plan.people(schedule, "2024-01-01T20:30:00Z") == "")
        let duty = try #require(schedule.onCall(at: try .at("2024-01-02T10:30:00Z")).first)
        #expect(duty.source == .override("o4"))
    }

    @Test func `two overrides that each replace everybody are refused where they overlap`() throws {
        let first = try override("o1", "2024-01-01T06:00:00Z", "2024-01-01T08:00:00Z", .replace([UserID("cy")]))
        let second = try override("o2", "2024-01-01T07:59:00Z", "2024-01-01T09:00:00Z", .replace([UserID("dee")]))
        let next = try override("o3", "2024-01-01T08:00:00Z", "2024-01-01T09:00:00Z", .replace([UserID("dee")]))
        let layer = try Plan.layer("UTC", from: "2024-01-01 00:00", .days(1), "ana")
        let schedule = try Plan.schedule("UTC", layer, overrides: [first])
        let now = try Instant.at("2024-01-01T00:00:00Z")
        try schedule.check(next, at: now)
        try schedule.check(first, at: now)
        #expect(throws: InputFault.self) { try schedule.check(second, at: now) }
        try schedule.check(second, at: try .at("2024-01-01T08:00:00Z"))
    }

    @Test func `what nobody means is refused`() throws {
        #expect(throws: InputFault.self) { try Plan.layer("UTC", from: "2024-01-01 00:00", .days(1)) }
        #expect(throws: InputFault.self) { try Plan.layer("UTC", from: "2024-01-01 00:00", .days(0), "ana") }
        #expect(throws: InputFault.self) { try Plan.layer("UTC", from: "2024-01-01 00:00", .handOffs([]), "ana") }
        #expect(throws: InputFault.self) { try Plan.layer("UTC", from: "2024-01-01 00:00", .days(1), "ana+ana") }
        #expect(throws: InputFault.self) {
            try override("o", "2024-01-01T08:00:00Z", "2024-01-01T08:00:00Z", .add([UserID("a")]))
        }
        #expect(throws: InputFault.self) {
            try override("o", "2024-01-01T08:00:00Z", "2025-06-01T08:00:00Z", .add([UserID("a")]))
        }
        #expect(throws: InputFault.self) {
            try override("o", "2024-01-01T08:00:00Z", "2024-01-02T08:00:00Z", .standIn(UserID("a"), for: UserID("a")))
        }
    }

    // MARK: Coverage

    @Test func `gaps, absences, double bookings, lone people and nights in a row are found ahead`() throws {
        let schedule = try Plan.schedule(
            "Europe/Berlin",
            try Plan.layer(
                "Europe/Berlin", from: "2024-06-03 09:00", .weeks(1), "ana", "ben",
                windows: [
                    WeekWindow(from: .init(.monday, try Plan.time("09:00")), to: .init(.sunday, try Plan.time("18:00")))
                ]))
        let span = try Plan.span("2024-06-03T07:00:00Z", "2024-06-17T07:00:00Z")
        let away = Absences([UserID("ben"): [try Plan.span("2024-06-12T00:00:00Z", "2024-06-13T00:00:00Z")]])
        let elsewhere = [
            Shift(UserID("ana"), try Plan.span("2024-06-05T00:00:00Z", "2024-06-05T06:00:00Z"), .layer("x"))
        ]
        var limits = Coverage.Limits()
        limits.nightsInARow = 5
        let coverage = Coverage(
            of: schedule, in: span, absences: away, others: [(ScheduleID("other"), elsewhere)], limits: limits)
        #expect(
            coverage.findings == [
                .gap(try Plan.span("2024-06-09T16:00:00Z", "2024-06-10T07:00:00Z")),
                .gap(try Plan.span("2024-06-16T16:00:00Z", "2024-06-17T07:00:00Z")),
                .doubleBooked(
                    UserID("ana"), ScheduleID("other"), try Plan.span("2024-06-05T00:00:00Z", "2024-06-05T06:00:00Z")),
                .away(UserID("ben"), try Plan.span("2024-06-12T00:00:00Z", "2024-06-13T00:00:00Z")),
                .nightsInARow(UserID("ana"), 6, from: try CivilDate(year: 2024, month: 6, day: 4)),
                .nightsInARow(UserID("ben"), 6, from: try CivilDate(year: 2024, month: 6, day: 11)),
            ])
        #expect(
            coverage.load.map { "\($0.user) \($0.time.wholeSeconds / 3_600) \($0.nights) \($0.weekendDays)" } == [
                "ana 153 6 2", "ben 153 6 2",
            ])
        let alone = Coverage(
            of: try Plan.schedule("UTC", try Plan.layer("UTC", from: "2024-01-01 00:00", .days(1), "ana")), in: span)
        #expect(alone.findings.contains(.singlePerson(UserID("ana"))))
    }
}

/// Two ways to the same answer: who is on call at an instant, and the shifts of a time.
@Suite struct ScheduleOracleTests {
    private static let zones = [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca",
        "Asia/Tehran", "Pacific/Apia", "Asia/Kathmandu", "UTC",
    ]

    @Test(arguments: 0..<120)
    func `shifts say what is said at every instant`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let zone = try #require(Self.zones.randomElement(using: &random))
        let years = [2011, 2018, 2021, 2024]
        let year = try #require(years.randomElement(using: &random))
        let begin = try Instant.at("\(year)-01-01T00:00:00Z") + .hours(Int64.random(in: 0..<8_000, using: &random))
        let span = TimeSpan(begin, begin + .days(Int64.random(in: 1...20, using: &random)))
        var absences: [UserID: [TimeSpan]] = [:]
        for user in ["a", "b"] where Bool.random(using: &random) {
            let start = begin + .hours(Int64.random(in: -50..<300, using: &random))
            absences[UserID(user)] = [TimeSpan(start, start + .hours(Int64.random(in: 1..<100, using: &random)))]
        }
        let away = Absences(absences)
        var layers: [Layer] = []
        for index in 0..<Int.random(in: 1...4, using: &random) {
            layers.append(try Self.layer("l\(index)", zone, year, &random))
        }
        var overrides: [Override] = []
        for index in 0..<Int.random(in: 0...4, using: &random) {
            let start = begin + .minutes(Int64.random(in: -1_000..<20_000, using: &random))
            let changes: [Override.Change] = [
                .add([UserID("x")]), .remove([UserID("a")]), .offer(of: UserID("a"), to: []),
                .standIn(UserID("y"), for: UserID("b")),
            ]
            overrides.append(
                try Override(
                    id: "o\(index)", TimeSpan(start, start + .minutes(Int64.random(in: 1..<5_000, using: &random))),
                    try #require(changes.randomElement(using: &random)), by: .tocsin, made: begin))
        }
        let schedule = try Schedule(
            id: ScheduleID("s"), name: "S", zone: try InstalledZones.zone(zone), layers: layers, overrides: overrides)
        let shifts = schedule.shifts(in: span, absences: away)
        for shift in shifts {
            #expect(!shift.span.isEmpty && shift.span.start >= span.start && shift.span.end <= span.end)
        }
        // Every quarter of an hour, and the instants around every edge.
        var instants = stride(from: span.start.microseconds, to: span.end.microseconds, by: 900_000_000).map {
            Instant(microseconds: $0)
        }
        for edge in shifts.flatMap({ [$0.span.start, $0.span.end] }) {
            instants += [edge - .microseconds(1), edge, edge + .microseconds(1)]
        }
        for instant in instants where span.contains(instant) {
            let said = Set(schedule.onCall(at: instant, absences: away))
            let drawn = Set(shifts.filter { $0.span.contains(instant) }.map { Duty($0.user, $0.source) })
            guard said != drawn else { continue }
            Issue.record("seed \(seed), \(zone), \(instant.rfc3339()): \(said) and \(drawn)")
            return
        }
    }

    private static func layer(
        _ id: String, _ zone: String, _ year: Int, _ random: inout SeededGenerator
    ) throws -> Layer {
        let hand = { (random: inout SeededGenerator) in
            Turn.HandOff(
                Weekday(rawValue: Int.random(in: 1...7, using: &random)) ?? .monday,
                try LocalTime(
                    hour: Int.random(in: 0..<24, using: &random),
                    minute: [0, 15, 30].randomElement(using: &random) ?? 0))
        }
        let turn: Turn
        switch Int.random(in: 0..<5, using: &random) {
        case 0: turn = .hours(Int.random(in: 1...36, using: &random))
        case 1: turn = .days(Int.random(in: 1...3, using: &random))
        case 2: turn = .weeks(Int.random(in: 1...2, using: &random))
        case 3: turn = .months(1)
        default: turn = .handOffs(Array(Set([try hand(&random), try hand(&random), try hand(&random)])))
        }
        var windows: [WeekWindow] = []
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            if Bool.random(using: &random) {
                windows.append(WeekWindow(from: try hand(&random), to: try hand(&random)))
            } else {
                let (one, other) = (try hand(&random), try hand(&random))
                windows.append(WeekWindow(on: one.weekday, from: one.time, to: other.time))
            }
        }
        let people = ["a", "b", "c", "d"].shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))
        return try Layer(
            id: id, name: id, zone: try InstalledZones.zone(zone),
            start: try CivilDateTime(
                year: year - 1, month: 12, day: Int.random(in: 1...31, using: &random),
                hour: Int.random(in: 0..<24, using: &random), minute: 30), turn: turn,
            groups: people.map { [UserID($0)] }, windows: windows, priority: Int.random(in: 0...1, using: &random),
            order: Layer.Order.allCases.randomElement(using: &random) ?? .list)
    }
}
