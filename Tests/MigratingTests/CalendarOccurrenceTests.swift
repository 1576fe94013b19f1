import Chronology
import Migrating
import Notation
import OnCall
import TestSupport
import Testing

/// Occurrences beside those of another implementation; `Fixtures/README.md` says how they were made.
@Suite struct CalendarOccurrenceTests {
    struct Expected: Sendable, CustomTestStringConvertible {
        let uid: String
        /// `BEGIN END SUMMARY` in UTC.
        let occurrences: [String]

        var testDescription: String { uid }

        static func all() throws -> [Expected] {
            let json = try JSON(parsing: try Exports.bytes("rules-expected.json"), limits: .stored)
            return (json.array ?? []).map { one in
                Expected(
                    uid: one["uid"]?.string ?? "", occurrences: (one["occurrences"]?.array ?? []).compactMap(\.string))
            }
        }
    }

    @Test func `every rule takes place when another implementation says`() throws {
        let file = try CalendarFile(name: "rules.ics", bytes: try Exports.bytes("rules.ics"), zone: Exports.zone)
        #expect(file.leftOut == [])
        let span = TimeSpan(try .at("2026-02-15T00:00:00Z"), try .at("2026-12-01T00:00:00Z"))
        let found = try file.occurrences(in: span, floating: try InstalledZones.zone("Europe/Berlin"))
        let expected = try Expected.all()
        #expect(expected.count >= 60)
        #expect(expected.reduce(0) { $0 + $1.occurrences.count } > 1_000)
        for one in expected {
            let lines = found.filter { $0.uid == one.uid }.map {
                "\($0.span.start.rfc3339()) \($0.span.end.rfc3339()) \($0.summary)"
            }
            let missing = Set(one.occurrences).subtracting(lines).sorted()
            let added = Set(lines).subtracting(one.occurrences).sorted()
            #expect(
                missing.isEmpty && added.isEmpty, "\(one.uid): missing \(missing.prefix(4)), added \(added.prefix(4))")
            #expect(lines.count == one.occurrences.count, "\(one.uid)")
        }
    }
}
