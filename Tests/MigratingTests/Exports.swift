import Chronology
import Foundation
import Migrating
import Notation
import OnCall
import Paging
import TestSupport

/// Exports of the folder `Fixtures`, and what comes of them.
enum Exports {
    static func bytes(_ name: String) throws -> [UInt8] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        return [UInt8](try Data(contentsOf: root.appendingPathComponent(name)))
    }

    static func file(_ name: String, _ source: MigrationSource? = nil) throws -> MigrationFile {
        MigrationFile(name: name, bytes: try bytes(name), source: source)
    }

    static func zone(_ name: String) -> Zone? {
        // Names that are none come from broken exports: then there is no such zone.
        name == "UTC" ? .utc : name.contains("..") ? nil : try? InstalledZones.zone(name)
    }

    static func context(
        _ from: String, _ to: String, people: [MigrationContext.Person] = [], usual: String? = nil
    ) throws -> MigrationContext {
        try MigrationContext(
            people: people, horizon: TimeSpan(try .at(from), try .at(to)), usualZone: usual, zone: zone)
    }

    static func plain() throws -> MigrationContext {
        try context("2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z", people: everybody)
    }

    static func migrated(
        _ name: String, _ from: String, _ to: String, people: [MigrationContext.Person] = []
    ) throws -> Migration {
        try Migration(of: [try file(name)], try context(from, to, people: people))
    }

    static func person(_ id: String, _ name: String) -> MigrationContext.Person {
        .init(id: UserID(id), name: name, email: "\(id)@example.com")
    }

    static let everybody = [
        person("ana", "Ana Lopez"), person("ben", "Ben Ode"), person("cy", "Cy Ng"), person("dee", "Dee Park"),
    ]
}

extension Migration {
    func document(_ kind: MigratedDocument.Kind, _ id: String) -> JSON? {
        documents.first { $0.kind == kind && $0.id == id }?.body
    }

    /// The schedule as Tocsin reads it, with its overrides.
    func schedule(_ id: String) throws -> Schedule {
        guard let body = document(.schedule, id) else {
            throw InputFault(at: id, "no such schedule among \(documents.map(\.id))")
        }
        var overrides: [Override] = []
        for one in documents where one.kind == .override && one.body["schedule"]?.string == id {
            overrides.append(try Override(id: one.id, one.body))
        }
        // The order in which Tocsin reads them.
        overrides.sort { $0.id < $1.id }
        return try Schedule(id: ScheduleID(id), body, overrides: overrides, zone: Exports.zone)
    }

    func plan(_ id: String) throws -> EscalationPlan {
        let members = document(.plan, id)?.members ?? []
        return try EscalationPlan(.object([.init("id", .string(id))] + members))
    }

    /// `verdict kind name (id)` of every finding about that kind.
    func verdicts(_ kind: String) -> [String] {
        findings.filter { $0.kind == kind }.map { "\($0.verdict.rawValue) \($0.id)" }
    }

    func sentence(_ kind: String, _ id: String, _ verdict: MigrationFinding.Verdict) -> String {
        findings.first { $0.kind == kind && $0.id == id && $0.verdict == verdict }?.sentence ?? "none"
    }
}

extension Schedule {
    /// Every instant of that time, a step apart, at which others are on call than the model says: at most a few.
    func disagreements(
        _ from: String, _ to: String, step: Duration = .minutes(15), _ model: (Instant) throws -> Set<String>
    ) throws -> [String] {
        var found: [String] = []
        var instant = try Instant.at(from)
        let end = try Instant.at(to)
        while instant < end, found.count < 5 {
            let actual = Set(onCall(at: instant).map(\.user.text))
            let meant = try model(instant)
            if actual != meant { found.append("\(instant): \(actual.sorted()) instead of \(meant.sorted())") }
            instant += step
        }
        return found
    }

    /// `ana 2026-03-04T14:00:00Z 167h`.
    func lines(_ from: String, _ to: String) throws -> [String] {
        shifts(in: TimeSpan(try .at(from), try .at(to))).map { shift in
            let minutes = shift.span.length.wholeSeconds / 60
            return "\(shift.user) \(shift.span.start.rfc3339()) "
                + (minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes)m")
        }
    }
}

/// A wall clock without zones: what a vendor's rules are said in.
struct Wall {
    /// Minutes since the Monday 1969-12-29 00:00 on the clock's face.
    let minutes: Int

    init(_ instant: Instant, _ zone: Zone) {
        let local = zone.civil(at: instant)
        minutes = (local.date.dayNumber + 3) * 1_440 + local.time.secondOfDay / 60
    }

    init(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int = 0) throws {
        let date = try CivilDate(year: year, month: month, day: day)
        minutes = (date.dayNumber + 3) * 1_440 + hour * 60 + minute
    }

    var minuteOfDay: Int { minutes % 1_440 }
    /// 0 is Monday.
    var weekday: Int { minutes / 1_440 % 7 }
    var minuteOfWeek: Int { minutes % 10_080 }

    /// Whole turns since another time, rounded down.
    func turns(of length: Int, since start: Wall) -> Int {
        Int((Double(minutes - start.minutes) / Double(length)).rounded(.down))
    }
}

extension Array {
    /// Round and round.
    func turn(_ number: Int) -> Element { self[((number % count) + count) % count] }
}
