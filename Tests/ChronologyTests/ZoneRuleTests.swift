import Chronology
import TestSupport
import Testing

/// The POSIX TZ rules that end a TZif file, in forms that few installed zones have.
@Suite struct ZoneRuleTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let rule: String
        let instant: String
        let expected: Zone.Offset

        init(_ rule: String, _ instant: String, _ seconds: Int, _ abbreviation: String, dst: Bool = false) {
            self.rule = rule
            self.instant = instant
            expected = Zone.Offset(seconds: seconds, abbreviation: abbreviation, isDST: dst)
        }

        var testDescription: String { "\(rule) \(instant)" }
    }

    @Test(arguments: [
        Row("UTC0", "2026-11-21T00:00:00Z", 0, "UTC"),
        Row("<+0545>-5:45", "2026-11-21T00:00:00Z", 20_700, "+0545"),
        Row("XXX+24:59:59", "2026-11-21T00:00:00Z", -89_999, "XXX"),
        // The last Sunday, of a month where it is the fourth and of one where it is the fifth.
        Row("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z", 3_600, "CET"),
        Row("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 7_200, "CEST", dst: true),
        Row("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T00:59:59Z", 7_200, "CEST", dst: true),
        Row("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", 3_600, "CET"),
        // The southern summer goes across the new year.
        Row("NZST-12NZDT,M9.5.0,M4.1.0/3", "2027-01-01T00:00:00Z", 46_800, "NZDT", dst: true),
        Row("NZST-12NZDT,M9.5.0,M4.1.0/3", "2026-07-01T00:00:00Z", 43_200, "NZST"),
        // Ireland: the standard time is the summer's, and winter is a negative saving.
        Row("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-12-24T00:00:00Z", 0, "GMT", dst: true),
        Row("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-06-24T00:00:00Z", 3_600, "IST"),
        // A negative time: Saturday 22:00 before the last Sunday of March.
        Row("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -7_200, "-02"),
        Row("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3_600, "-01", dst: true),
        // A time of more than a day: 50 hours after the fourth Thursday is Saturday 02:00.
        Row("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-27T23:59:59Z", 7_200, "EET"),
        Row("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-28T00:00:00Z", 10_800, "EEST", dst: true),
        // J60 is 1 March in every year; 59 is 29 February when there is one.
        Row("AAA0BBB,J60/0,J300", "2024-02-29T23:59:59Z", 0, "AAA"),
        Row("AAA0BBB,J60/0,J300", "2024-03-01T00:00:00Z", 3_600, "BBB", dst: true),
        Row("AAA0BBB,J60/0,J300", "2025-03-01T00:00:00Z", 3_600, "BBB", dst: true),
        Row("AAA0BBB,59/0,300", "2024-02-29T00:00:00Z", 3_600, "BBB", dst: true),
        Row("AAA0BBB,59/0,300", "2025-02-28T23:59:59Z", 0, "AAA"),
        Row("AAA0BBB,59/0,300", "2025-03-01T00:00:00Z", 3_600, "BBB", dst: true),
        // Daylight saving time all year, RFC 9636 §3.3.1: it ends when it starts again.
        Row("EST5EDT,0/0,J365/25", "2026-01-01T04:59:59Z", -14_400, "EDT", dst: true),
        Row("EST5EDT,0/0,J365/25", "2026-01-01T05:00:00Z", -14_400, "EDT", dst: true),
        Row("EST5EDT,0/0,J365/25", "2026-07-01T00:00:00Z", -14_400, "EDT", dst: true),
        // Both changes of a year can fall into the next one.
        Row("AAA0BBB,J365/100,J365/160", "2026-01-02T00:00:00Z", 0, "AAA"),
        Row("AAA0BBB,J365/100,J365/160", "2026-01-05T00:00:00Z", 3_600, "BBB", dst: true),
        Row("AAA0BBB,J365/100,J365/160", "2026-01-07T00:00:00Z", 0, "AAA"),
        Row("AAA0BBB,J365/100,J365/160", "2026-12-31T23:59:59Z", 0, "AAA"),
        // A saving of its own size.
        Row("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-12-24T00:00:00Z", 39_600, "+11", dst: true),
        Row("CET-1CEST,M3.5.0,M10.5.0/3", "9999-07-01T00:00:00Z", 7_200, "CEST", dst: true),
        Row("CET-1CEST,M3.5.0,M10.5.0/3", "0001-01-01T00:00:00Z", 3_600, "CET"),
    ])
    func `a rule says the offset of every instant`(_ row: Row) throws {
        #expect(try Zone(rule: row.rule).offset(at: .at(row.instant)) == row.expected)
    }

    @Test(arguments: [
        "UTC", "0", "<UTC0", "<>0", "<U C>0", "UTC25", "UTC0:60", "UTC0:", "UTC0:00:", "UTC1111", "CET-1CEST",
        "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,", "CET-1CEST,M3.5.0,M10.5.0/",
        "CET-1CEST,M3.5.0,M10.5.0/168",
        "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3,M10.5.0", "CET-1CEST,M3.5,M10.5.0", "CET-1CEST,J0,J300",
        "CET-1CEST,J366,J300", "CET-1CEST,366,300", "CET-1CEST,M3.5.0,M10.5.0,", "CET-1CEST,M3.5.0,M10.5.0 ",
        "ABCDEFGHIJKLMNOPQ0", "\0", "UTC0\nUTC0", ":Europe/Berlin",
    ])
    func `a rule that cannot be read is refused with the zone's name`(_ rule: String) {
        let fault = #expect(throws: TimeFault.self) { try Zone(rule: rule) }
        #expect(fault?.place == "Test/Rule")
    }

    @Test func `local times are resolved by the rule, however far ahead`() throws {
        let zone = try Zone(rule: "CET-1CEST,M3.5.0,M10.5.0/3")
        #expect(
            zone.resolve(try CivilDateTime(iso8601: "2090-03-26T02:30")) == .gap(after: try .at("2090-03-26T01:00:00Z"))
        )
        #expect(
            zone.resolve(try CivilDateTime(iso8601: "2090-10-29T02:30"))
                == .overlap(earlier: try .at("2090-10-29T00:30:00Z"), later: try .at("2090-10-29T01:30:00Z")))
        #expect(
            zone.resolve(try CivilDateTime(iso8601: "2090-12-31T23:59")) == .ordinary(try .at("2090-12-31T22:59:00Z")))
    }

    @Test func `the rule of the file takes over after the last change`() throws {
        let file = TZifBytes(
            types: [(3_600, 0, 0), (7_200, 1, 4)], letters: "CET\0CEST\0", changes: [(1_000_000_000, 1)],
            footer: "CET-1CEST,M3.5.0,M10.5.0/3")
        let zone = try Zone(name: "Test/Later", tzif: file.bytes)
        #expect(zone.offset(at: Instant(seconds: 999_999_999)).abbreviation == "CET")
        #expect(zone.nextChange(after: .epoch) == Instant(seconds: 1_000_000_000))
        #expect(zone.nextChange(after: Instant(seconds: 1_000_000_000)) == (try .at("2001-10-28T01:00:00Z")))
    }

    @Test func `without a rule the last change holds for ever`() throws {
        let file = TZifBytes(types: [(0, 0, 0), (3_600, 0, 4)], letters: "AAA\0BBB\0", changes: [(10, 1)])
        let zone = try Zone(name: "Test/Last", tzif: file.bytes)
        #expect(zone.offset(at: Instant(seconds: 9)).abbreviation == "AAA")
        #expect(zone.offset(at: Instant(microseconds: .max)).abbreviation == "BBB")
        #expect(zone.nextChange(after: Instant(seconds: 10)) == nil)
    }
}
