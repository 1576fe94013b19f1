import Chronology
import Foundation
import TestSupport
import Testing

/// Every installed zone against two other implementations: the C library's, which reads the same files, and Foundation's,
/// which has its own copy of the tz database.
@Suite struct ZoneDifferentialTests {
    /// What `zdump -v` prints: `Europe/Berlin  Sun Mar 29 01:00:00 2026 UT = Sun Mar 29 03:00:00 2026 CEST isdst=1 gmtoff=7200`.
    private struct Dumped {
        let zone: String
        let instant: Instant
        let offset: Zone.Offset
        let local: CivilDateTime

        init?(line: Substring) throws {
            let words = line.split(separator: " ")
            guard words.count == 16, words[6] == "UT" else { return nil }
            zone = String(words[0])
            let universal = try Self.clock(words[2...5])
            instant = Zone.utc.start(of: universal)
            local = try Self.clock(words[9...12])
            offset = Zone.Offset(
                seconds: try #require(Int(words[15].dropFirst("gmtoff=".count))), abbreviation: String(words[13]),
                isDST: words[14] == "isdst=1")
        }

        private static func clock(_ words: ArraySlice<Substring>) throws -> CivilDateTime {
            let words = Array(words)
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            let time = words[2].split(separator: ":").compactMap { Int($0) }
            return try CivilDateTime(
                year: #require(Int(words[3])), month: #require(months.firstIndex(of: String(words[0]))) + 1,
                day: #require(Int(words[1])), hour: time[0], minute: time[1], second: time[2])
        }
    }

    private func zdump(_ names: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/zdump")
        // Until after 2037, where the tables of most files end and the rules at their ends begin; zdump walks the years
        // in steps of hours, which makes more of them slow.
        process.arguments = ["-v", "-c", "1970,2045"] + names
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `offset, abbreviation, flag and clock are the C library's on both sides of every change`() throws {
        let names = try InstalledZones.names()
        var compared = 0
        var zonesSeen: Set<String> = []
        for line in try zdump(names).split(separator: "\n") {
            guard let dumped = try Dumped(line: line) else { continue }
            zonesSeen.insert(dumped.zone)
            let zone = try Self.cached(dumped.zone)
            compared += 1
            if zone.offset(at: dumped.instant) != dumped.offset || zone.civil(at: dumped.instant) != dumped.local {
                Issue.record("\(line): got \(zone.offset(at: dumped.instant)), \(zone.civil(at: dumped.instant))")
            }
        }
        #expect(compared > 30_000, "zdump printed too little to compare")
        #expect(zonesSeen.count > 250, "zdump printed too few zones that change")
    }

    @Test func `the clocks agree with Foundation at random instants and around every change`() throws {
        var generator = SeededGenerator(seed: 20_261_121)
        let names = try InstalledZones.names()
        var compared = 0
        var disagreeing: [String] = []
        for name in names where !Self.disputed.contains(name) {
            guard let reference = TimeZone(identifier: name) else { continue }
            let zone = try Self.cached(name)
            var instants = (0..<500).map { _ in
                Instant(seconds: Int64.random(in: Instant.testedSeconds, using: &generator))
            }
            var change = Instant.epoch
            while let next = zone.nextChange(after: change),
                Instant.testedSeconds.contains(next.microseconds / 1_000_000)
            {
                instants += [next - .seconds(1), next, next + .seconds(1), next + .seconds(1_800)]
                change = next
            }
            let wrong = instants.first { instant in
                let date = Date(timeIntervalSince1970: Double(instant.microseconds / 1_000_000))
                return zone.offset(at: instant).seconds != reference.secondsFromGMT(for: date)
            }
            compared += instants.count
            if let wrong { disagreeing.append("\(name) at \(wrong): \(zone.offset(at: wrong).seconds) s") }
        }
        #expect(compared > 200_000)
        // Another release of the tz database differs in the zones whose governments changed their minds: in a few years
        // those of a country or two. A mistake of ours would show in most zones; the C library reads our very files.
        let allowed = try installedRelease() == TimeZone.timeZoneDataVersion ? 0 : names.count / 10
        #expect(disagreeing.count <= allowed, "seed 20261121; \(disagreeing.joined(separator: "; "))")
    }

    /// Names that release 2024b made links to Athens and Lisbon; distributions may keep what they meant before 1980.
    private static let disputed: Set<String> = ["EET", "WET"]

    /// The release of the installed database, `2025b`, from the first line of its text form.
    private func installedRelease() throws -> String? {
        let text = String(decoding: try InstalledZones.bytes("tzdata.zi").prefix(64), as: UTF8.self)
        return text.split(separator: "\n").first?.split(separator: " ").last.map(String.init)
    }

    /// F13: at every change of every zone, what the clocks show leads back to the instant, and what they never show leads
    /// to the change.
    @Test func `local times lead back to their instants around every change of every zone`() throws {
        var changes = 0
        for name in try InstalledZones.names() {
            let zone = try Self.cached(name)
            var change = Instant(seconds: -5_000_000_000)
            while let next = zone.nextChange(after: change), next < Instant(seconds: 4_102_444_800) {
                changes += 1
                let before = zone.offset(at: next - .microseconds(1)).seconds
                let after = zone.offset(at: next).seconds
                for seconds in [-7_200, -3_600, -1_800, -1, 0, 1, 1_799, 3_599, 3_600, 7_200] as [Int64] {
                    let instant = next + .seconds(seconds)
                    let resolution = zone.resolve(zone.civil(at: instant))
                    if resolution.start != instant, resolution.windowEnd != instant {
                        Issue.record("\(name): \(zone.civil(at: instant)) is \(resolution), not \(instant)")
                    }
                }
                if after > before {
                    let lastSkipped = Zone.utc.civil(at: next + .seconds(Int64(after)) - .microseconds(1))
                    let firstSkipped = Zone.utc.civil(at: next + .seconds(Int64(before)))
                    if zone.resolve(lastSkipped) != .gap(after: next) || zone.resolve(firstSkipped) != .gap(after: next)
                    {
                        Issue.record("\(name): \(lastSkipped) or \(firstSkipped) should be a gap until \(next)")
                    }
                }
                change = next
            }
        }
        #expect(changes > 30_000)
    }

    private static func cached(_ name: String) throws -> Zone {
        if let zone = try cache.get()[name] { return zone }
        throw InstalledZones.Missing(name: name)
    }

    private static let cache = Result {
        Dictionary(uniqueKeysWithValues: try InstalledZones.names().map { ($0, try InstalledZones.zone($0)) })
    }
}
