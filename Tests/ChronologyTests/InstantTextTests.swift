import Chronology
import TestSupport
import Testing

@Suite struct InstantTextTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-21T03:12:04Z", 1_795_230_724_000_000),
        ("2026-11-21t03:12:04z", 1_795_230_724_000_000), ("2026-11-21T04:12:04+01:00", 1_795_230_724_000_000),
        ("2026-11-20T22:12:04-05:00", 1_795_230_724_000_000), ("2026-11-21T03:12:04-00:00", 1_795_230_724_000_000),
        ("2026-11-21T08:57:04.5+05:45", 1_795_230_724_500_000), ("2026-11-21T03:12:04.000001Z", 1_795_230_724_000_001),
        ("2026-11-21T03:12:04.123456789Z", 1_795_230_724_123_456),
        ("2026-11-21T03:12:04.9999999Z", 1_795_230_724_999_999),
        ("2026-11-21T03:12:04.00000000000000000000000000000000000000009Z", 1_795_230_724_000_000),
        // Go's zero time: Alertmanager writes it for "not ended".
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000_000),
        ("0000-01-01T00:00:00+23:59", -62_167_305_540_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ("9999-12-31T23:59:59-23:59", 253_402_387_139_000_000), ("1969-12-31T23:59:59.5Z", -500_000),
        // Leap seconds: the second after it, as POSIX time counts.
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000), ("2016-12-31T23:59:60.5Z", 1_483_228_800_500_000),
        ("2017-01-01T05:29:60+05:30", 1_483_228_800_000_000), ("2016-12-31T15:59:60-08:00", 1_483_228_800_000_000),
        ("2024-02-29T12:00:00Z", 1_709_208_000_000_000),
    ])
    func `RFC 3339 is read to the microsecond`(_ text: String, _ microseconds: Int64) throws {
        let expected = Instant(microseconds: microseconds)
        #expect(try Instant(rfc3339: text) == expected)
        #expect(try Instant(wireTime: text) == expected)
        let bytes = Array(text.utf8)
        #expect(try bytes.withUnsafeBufferPointer { try Instant(rfc3339: $0) } == expected)
        #expect(try bytes.withUnsafeBufferPointer { try Instant(wireTime: $0) } == expected)
        #expect(try Instant(rfc3339: bytes.span) == expected)
        let slice = bytes[...]
        #expect(try Instant(wireTime: slice.span) == expected)
    }

    /// wire-formats, finding 6: what senders write instead.
    @Test(arguments: [
        ("2026-11-21T03:12:04+0000", "2026-11-21T03:12:04Z"), ("2026-11-21T03:12:04.5-0530", "2026-11-21T08:42:04.5Z"),
        ("2026-11-21T03:12:04+00:00Z", "2026-11-21T03:12:04Z"),
        ("2026-11-21T03:12:04.123+01:00Z", "2026-11-21T02:12:04.123Z"),
        ("2026-11-21 03:12:04Z", "2026-11-21T03:12:04Z"), ("2026-11-21 03:12:04 +0100", "2026-11-21T02:12:04Z"),
        ("2026-11-21 03:12:04+00", "2026-11-21T03:12:04Z"), ("2026-11-21T03:12:04,25Z", "2026-11-21T03:12:04.25Z"),
        ("2026-11-21T03:12:60Z", "2026-11-21T03:13:00Z"),
    ])
    func `the wire's spellings are read only where they are expected`(_ text: String, _ meaning: String) throws {
        #expect(try Instant(wireTime: text) == Instant(rfc3339: meaning))
        #expect(throws: TimeFault.self) { try Instant(rfc3339: text) }
    }

    @Test(arguments: [
        "", "now", "2026", "2026-11-21", "2026-11-21T03:12:04", "2026-11-21T03:12Z", "2026-11-21T03:12:04.Z",
        "2026-11-21T3:12:04Z", "26-11-21T03:12:04Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-31T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T03:60:00Z", "2026-11-21T03:12:61Z",
        "2026-11-21T03:12:04+24:00", "2026-11-21T03:12:04+01:60", "2026-11-21T03:12:04+1:00", "2026-11-21T03:12:04+",
        "2026-11-21T03:12:04ZZ", "2026-11-21T03:12:04Z ", " 2026-11-21T03:12:04Z", "2026-11-21T03:12:04Z\0",
        "+2026-11-21T03:12:04Z", "-001-11-21T03:12:04Z", "12026-11-21T03:12:04Z", "2026-11-21T03:12:04 UTC",
        "2026-11-21_03:12:04Z", "２０２６-11-21T03:12:04Z", "1795230724", "2026-W47-6T03:12:04Z",
        "2026-11-21T03:12:04.5.5Z",
    ])
    func `what is not a time is refused by both readers`(_ text: String) {
        #expect(throws: TimeFault.self) { try Instant(rfc3339: text) }
        #expect(throws: TimeFault.self) { try Instant(wireTime: text) }
    }

    @Test(arguments: [
        ("2026-11-21T03:12:04", "an offset from UTC, such as \"Z\" or \"+01:00\", is missing, at character 20"),
        ("2026-13-01T00:00:00Z", "the month must be 1 to 12, not 13"),
        ("2026-02-30T00:00:00Z", "the day must be 1 to 28 in February 2026, not 30"),
        ("2026-11-21T03:12", "a \":\" is missing, at character 17"),
        ("2026-11-21T03:12:0xZ", "the second must have 2 digits, at character 19"),
        ("2026-11-21T03:12:60Z", "the second must be 0 to 59, or 60 in the last minute of a day in UTC"),
    ])
    func `a refusal says what to mend and where`(_ text: String, _ reason: String) {
        let fault = #expect(throws: TimeFault.self) { try Instant(rfc3339: text) }
        #expect(fault == TimeFault(at: "", reason))
    }

    @Test func `damaged times give a fault or an instant`() throws {
        let seed: UInt64 = 7
        var generator = SeededGenerator(seed: seed)
        let whole = Array("2026-11-21T03:12:04.123456+01:00".utf8)
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = Array(whole.prefix(Int.random(in: 0...whole.count, using: &generator)))
            for _ in 0..<2 where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            do {
                _ = try Instant(wireTime: bytes.span)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 10_000, "seed \(seed)")
    }

    @Test func `printed times are read back to the same instant`() throws {
        let seed: UInt64 = 3339
        var generator = SeededGenerator(seed: seed)
        let zones = try ["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Africa/Monrovia", "Pacific/Apia"].map {
            try InstalledZones.zone($0)
        }
        for _ in 0..<5_000 {
            // 0000-01-02 to 9999-12-30: a zone's offset must not leave the four-digit years.
            let range: ClosedRange<Int64> = -62_167_132_800_000_000...253_402_214_400_000_000
            let instant = Instant(microseconds: Int64.random(in: range, using: &generator))
            let zone = zones[Int.random(in: 0..<zones.count, using: &generator)]
            var texts = [
                instant.rfc3339(), instant.rfc3339(fraction: .micros), instant.rfc3339(in: zone), "\(instant)",
            ]
            var bytes: [UInt8] = []
            instant.write(into: &bytes)
            texts.append(String(decoding: bytes, as: UTF8.self))
            for text in texts where try Instant(rfc3339: text) != instant {
                Issue.record("seed \(seed): \(text) is not \(instant.microseconds) in \(zone.name)")
            }
        }
    }

    @Test(
        arguments: [
            (
                0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000000Z",
                "1970-01-01T00:00:00Z"
            ),
            (
                1_795_230_724_120_000, "2026-11-21T03:12:04Z", "2026-11-21T03:12:04.120Z",
                "2026-11-21T03:12:04.120000Z",
                "2026-11-21T03:12:04.12Z"
            ),
            (
                1_795_230_724_999_999, "2026-11-21T03:12:04Z", "2026-11-21T03:12:04.999Z",
                "2026-11-21T03:12:04.999999Z",
                "2026-11-21T03:12:04.999999Z"
            ),
            (
                -1, "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999999Z",
                "1969-12-31T23:59:59.999999Z"
            ),
            (
                -62_135_596_799_999_000, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.001Z",
                "0001-01-01T00:00:00.001000Z",
                "0001-01-01T00:00:00.001Z"
            ),
        ] as [(Int64, String, String, String, String)])
    func `a fraction is cut to the digits asked for`(
        _ microseconds: Int64, _ none: String, _ millis: String, _ micros: String, _ shortest: String
    ) {
        let instant = Instant(microseconds: microseconds)
        #expect(instant.rfc3339(fraction: .none) == none)
        #expect(instant.rfc3339(fraction: .millis) == millis)
        #expect(instant.rfc3339(fraction: .micros) == micros)
        #expect(instant.rfc3339(fraction: .shortest) == shortest)
    }

    @Test func `instants that RFC 3339 cannot write have a signed year`() {
        #expect(Instant(microseconds: .max).rfc3339() == "+294247-01-10T04:00:54.775807Z")
        #expect(Instant(microseconds: .min).rfc3339() == "-290308-12-21T19:59:05.224192Z")
    }

    @Test(arguments: [
        ("UTC", "2026-11-21T03:12:04+00:00", "21 Nov 2026 03:12:04 UTC"),
        ("Europe/Berlin", "2026-11-21T04:12:04+01:00", "21 Nov 2026 04:12:04 CET"),
        ("America/New_York", "2026-11-20T22:12:04-05:00", "20 Nov 2026 22:12:04 EST"),
        ("Asia/Kathmandu", "2026-11-21T08:57:04+05:45", "21 Nov 2026 08:57:04 +0545"),
        ("America/St_Johns", "2026-11-20T23:42:04-03:30", "20 Nov 2026 23:42:04 NST"),
    ])
    func `a zone prints its own clock and says which it is`(_ name: String, _ standard: String, _ human: String) throws
    {
        let zone = name == "UTC" ? Zone.utc : try InstalledZones.zone(name)
        let instant = try Instant.at("2026-11-21T03:12:04.75Z")
        #expect(instant.rfc3339(in: zone, fraction: .none) == standard)
        #expect(instant.text(in: zone) == human)
    }

    @Test func `an offset with seconds is cut without moving the instant`() throws {
        let instant = try Instant.at("1890-01-01T00:00:00Z")
        // Berlin's mean time was 53 minutes and 28 seconds ahead.
        #expect(instant.rfc3339(in: try InstalledZones.zone("Europe/Berlin")) == "1890-01-01T00:53:00+00:53")
        #expect(instant.text(in: try InstalledZones.zone("Europe/Berlin")) == "1 Jan 1890 00:53:28 LMT")
    }

    @Test(arguments: [
        (Duration.zero, "0 s", "0 s"), (.seconds(47), "47 s", "47 s"), (.seconds(60), "1 min", "1 min"),
        (.seconds(299), "4 min 59 s", "4 min 59 s"), (.minutes(150), "2 h 30 min", "2 h 30 min"),
        (.seconds(7_215), "2 h", "2 h 15 s"), (.hours(24), "1 d", "1 d"),
        (.seconds(273_599), "3 d 3 h", "3 d 3 h 59 min 59 s"),
        (.days(400), "400 d", "400 d"), (.milliseconds(250), "250 ms", "250 ms"),
        (.milliseconds(1_250), "1 s", "1 s 250 ms"),
        (.milliseconds(59_999), "59 s", "59 s 999 ms"), (.microseconds(999), "0 s", "0 s"),
        (.seconds(-47), "-47 s", "-47 s"), (.milliseconds(-250), "-250 ms", "-250 ms"),
        (.microseconds(-5), "0 s", "0 s"),
        (.minutes(-61), "-1 h 1 min", "-1 h 1 min"),
    ])
    func `a duration is told in the units that matter`(_ duration: Duration, _ text: String, _ exactText: String) {
        #expect(duration.text == text)
        #expect(duration.exactText == exactText)
    }
}
