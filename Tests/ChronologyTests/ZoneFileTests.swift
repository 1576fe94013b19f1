import Chronology
import TestSupport
import Testing

/// Bytes that are not a time zone: always a fault, never a trap.
@Suite struct ZoneFileTests {
    private static let specimens = [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "Etc/UTC",
    ]

    /// Asks a zone everything, at times near and far, so that a file that was taken for good cannot trap later either.
    private func ask(_ zone: Zone) throws {
        let ends = [Int64.min, -1 << 62, -62_135_596_800_000_000, 0, 1_790_000_000_000_000, 1 << 62, .max]
        for microseconds in ends {
            let instant = Instant(microseconds: microseconds)
            _ = zone.civil(at: instant)
            _ = zone.nextChange(after: instant)
            _ = instant.rfc3339(in: zone)
            _ = instant.text(in: zone)
        }
        for local in [
            "0000-01-01T00:00", "1970-01-01T00:00", "2026-03-29T02:30", "2037-10-25T02:30", "9999-12-31T23:59",
        ] {
            _ = zone.resolve(try CivilDateTime(iso8601: local))
        }
        var change: Instant? = Instant(seconds: 1_700_000_000)
        for _ in 0..<4 { change = change.flatMap { zone.nextChange(after: $0) } }
    }

    @Test(arguments: specimens) func `every truncation is refused`(_ name: String) throws {
        let bytes = try InstalledZones.bytes(name)
        for length in 0..<bytes.count {
            #expect(throws: TimeFault.self, "the first \(length) bytes of \(name)") {
                try Zone(name: name, tzif: Array(bytes.prefix(length)))
            }
        }
        try ask(Zone(name: name, tzif: bytes))
    }

    @Test(arguments: specimens) func `flipped bytes give a fault or a zone that answers`(_ name: String) throws {
        let seed: UInt64 = 42
        var generator = SeededGenerator(seed: seed)
        let bytes = try InstalledZones.bytes(name)
        var refused = 0
        for _ in 0..<1_500 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                // Half of the damage goes to the headers and the footer, where the structure is.
                let place =
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: Int.random(in: 0..<44, using: &generator)
                    case 1: bytes.count - 1 - Int.random(in: 0..<30, using: &generator)
                    default: Int.random(in: 0..<bytes.count, using: &generator)
                    }
                damaged[place] = UInt8.random(in: 0...255, using: &generator)
            }
            do {
                try ask(Zone(name: name, tzif: damaged))
            } catch let fault as TimeFault {
                refused += 1
                #expect(fault.place == name)
            }
        }
        #expect(refused > 100, "seed \(seed): too little damage was noticed")
    }

    @Test func `a file of version 1 is read by its 32-bit times`() throws {
        let whole = try InstalledZones.bytes("Europe/Berlin")
        func count(_ index: Int) -> Int { whole[(20 + index * 4)...].prefix(4).reduce(0) { $0 << 8 | Int($1) } }
        var old = Array(whole.prefix(44 + count(0) + count(1) + count(2) * 8 + count(3) * 5 + count(4) * 6 + count(5)))
        old[4] = 0
        try #require(count(3) > 0, "the installed files have no 32-bit data; this test needs another specimen")
        let zone = try Zone(name: "Europe/Berlin", tzif: old)
        let summer = try Instant.at("2026-07-01T12:00:00Z")
        #expect(zone.offset(at: summer) == Zone.Offset(seconds: 7_200, abbreviation: "CEST", isDST: true))
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: TZifBytes
    }

    @Test(arguments: [
        Bad(testDescription: "leap seconds", file: TZifBytes(leapSeconds: 1)),
        Bad(testDescription: "no types", file: TZifBytes(types: [])),
        Bad(testDescription: "no abbreviations", file: TZifBytes(letters: "")),
        Bad(testDescription: "an abbreviation without end", file: TZifBytes(letters: "UTC")),
        Bad(testDescription: "an abbreviation outside", file: TZifBytes(types: [(0, 0, 4)])),
        Bad(testDescription: "an empty abbreviation", file: TZifBytes(types: [(0, 0, 3)])),
        Bad(testDescription: "markup as abbreviation", file: TZifBytes(letters: "<b>\0")),
        Bad(testDescription: "an offset of 26 hours", file: TZifBytes(types: [(93_600, 0, 0)])),
        Bad(testDescription: "an offset of -25 hours", file: TZifBytes(types: [(-90_000, 0, 0)])),
        Bad(testDescription: "a flag of 2", file: TZifBytes(types: [(0, 2, 0)])),
        Bad(testDescription: "a type outside", file: TZifBytes(changes: [(0, 1)])),
        Bad(testDescription: "changes out of order", file: TZifBytes(changes: [(5, 0), (4, 0)])),
        Bad(testDescription: "the same change twice", file: TZifBytes(changes: [(5, 0), (5, 0)])),
        Bad(testDescription: "a change before the Big Bang", file: TZifBytes(changes: [(.min, 0)])),
    ])
    func `a file that contradicts itself is refused`(_ bad: Bad) {
        #expect(throws: TimeFault.self) { try Zone(name: "Test/Bad", tzif: bad.file.bytes) }
    }

    @Test func `a file of another kind or of absurd size is refused`() {
        for bytes in [[], Array("TZif".utf8), Array("#!/bin/sh\n".utf8), [UInt8](repeating: 0, count: 300_000)] {
            #expect(throws: TimeFault.self) { try Zone(name: "Test/Not", tzif: bytes) }
        }
    }

    @Test func `zones are equal when names and rules are`() throws {
        let berlin = try InstalledZones.zone("Europe/Berlin")
        #expect(berlin == (try InstalledZones.zone("Europe/Berlin")))
        #expect(berlin != (try Zone(name: "Europe/Paris", tzif: InstalledZones.bytes("Europe/Berlin"))))
        #expect(berlin != (try Zone(name: "Europe/Berlin", tzif: InstalledZones.bytes("Europe/Paris"))))
        #expect(Zone.utc.offset(at: .epoch) == Zone.Offset(seconds: 0, abbreviation: "UTC", isDST: false))
        #expect(Zone.utc.nextChange(after: .epoch) == nil)
    }
}
