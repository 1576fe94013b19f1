import Chronology
import TestSupport
import Testing

/// Local times at which clocks jump, by name (F13: clock changes, half-hour zones, changes of rule).
@Suite struct ZoneResolutionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let zone: String
        let local: String
        /// One instant when the clocks show it once, two for an overlap.
        let instants: [String]
        let isGap: Bool

        init(_ zone: String, _ local: String, _ instants: String..., gap: Bool = false) {
            self.zone = zone
            self.local = local
            self.instants = instants
            self.isGap = gap
        }

        var testDescription: String { "\(zone) \(local)" }
    }

    @Test(arguments: [
        Row("Europe/Berlin", "2026-03-29T01:59:59.999999", "2026-03-29T00:59:59.999999Z"),
        Row("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00:00Z", gap: true),
        Row("Europe/Berlin", "2026-03-29T02:30:00.5", "2026-03-29T01:00:00Z", gap: true),
        Row("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00:00Z"),
        Row("Europe/Berlin", "2026-10-25T01:59:59", "2026-10-24T23:59:59Z"),
        Row("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"),
        Row("Europe/Berlin", "2026-10-25T02:59:59.25", "2026-10-25T00:59:59.25Z", "2026-10-25T01:59:59.25Z"),
        Row("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00Z"),
        Row("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00:00Z", gap: true),
        Row("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"),
        Row("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z", gap: true),
        Row("Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30:00Z"),
        Row("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"),
        Row("Australia/Lord_Howe", "2026-04-05T01:15", "2026-04-04T14:15:00Z"),
        // Morocco leaves its daylight saving time for the month of Ramadan.
        Row("Africa/Casablanca", "2026-02-15T02:30", "2026-02-15T01:30:00Z", "2026-02-15T02:30:00Z"),
        Row("Africa/Casablanca", "2026-03-22T02:30", "2026-03-22T02:00:00Z", gap: true),
        // Samoa crossed the date line and had no 30 December 2011.
        Row("Pacific/Apia", "2011-12-29T23:59:59", "2011-12-30T09:59:59Z"),
        Row("Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00:00Z", gap: true),
        Row("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z", gap: true),
        Row("Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00Z"),
        Row("Asia/Kathmandu", "1986-01-01T00:10", "1985-12-31T18:30:00Z", gap: true),
        Row("Asia/Kathmandu", "2026-11-21T12:00", "2026-11-21T06:15:00Z"),
        // The 1867 purchase moved Alaska across the date line: the clocks showed a whole day twice.
        Row("America/Juneau", "1867-10-19T12:00", "1867-10-18T20:57:41Z", "1867-10-19T20:57:41Z"),
        Row("UTC", "2024-02-29T23:59:59", "2024-02-29T23:59:59Z"),
    ])
    func `a local time is one instant, a gap or an overlap`(_ row: Row) throws {
        let zone = try InstalledZones.zone(row.zone)
        let instants = try row.instants.map { try Instant.at($0) }
        let expected: LocalResolution =
            row.isGap
            ? .gap(after: instants[0])
            : instants.count == 2 ? .overlap(earlier: instants[0], later: instants[1]) : .ordinary(instants[0])
        let local = try CivilDateTime(iso8601: row.local)
        #expect(zone.resolve(local) == expected)
        // Starts take the earlier instant and window ends the later; both leave a gap at its end.
        #expect(zone.start(of: local) == instants[0])
        #expect(zone.windowEnd(of: local) == instants[instants.count - 1])
    }

    @Test func `a date starts at its first instant even where midnight is skipped`() throws {
        let cairo = try InstalledZones.zone("Africa/Cairo")
        // Egypt's clocks go from 23:59:59 to 01:00 on the last Friday of April.
        #expect(cairo.start(of: try CivilDate(year: 2026, month: 4, day: 24)) == (try .at("2026-04-23T22:00:00Z")))
        let apia = try InstalledZones.zone("Pacific/Apia")
        #expect(apia.start(of: try CivilDate(year: 2011, month: 12, day: 30)) == (try .at("2011-12-30T10:00:00Z")))
        #expect(apia.start(of: try CivilDate(year: 2011, month: 12, day: 31)) == (try .at("2011-12-30T10:00:00Z")))
    }

    @Test func `a day of the clock change has 23 or 25 hours`() throws {
        let berlin = try InstalledZones.zone("Europe/Berlin")
        func length(_ text: String) throws -> Duration {
            let date = try CivilDate(iso8601: text)
            return berlin.start(of: date.adding(days: 1)) - berlin.start(of: date)
        }
        #expect(try length("2026-03-28") == .hours(24))
        #expect(try length("2026-03-29") == .hours(23))
        #expect(try length("2026-10-25") == .hours(25))
    }
}
