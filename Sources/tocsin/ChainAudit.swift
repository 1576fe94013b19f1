import Engine
import Notation
import Storage

/// What a walk along the hash chains, and a comparison of the lists with them, found: in sentences.
struct ChainAudit {
    /// What is good, with the heads.
    var lines: [String] = []
    /// What is wrong with the record itself: the first event of each history that does not fit, and gaps.
    private(set) var faults: [String] = []
    /// Where the lists are not what the events come to (R10). The events are the truth: nothing of the record is lost.
    private(set) var differences: [String] = []

    /// A store whose every chain is broken is told with some of them.
    private static let mostFaults = 100

    var isSound: Bool { faults.isEmpty && differences.isEmpty }

    var findings: [String] { faults + differences }

    static func incident(_ key: String, on connection: any Connection) throws -> ChainAudit {
        guard let id = try IncidentQueries.id(key: key, on: connection) else {
            throw Failure("there is no incident \(key)")
        }
        var audit = ChainAudit()
        let report = try EventLog.verify(stream: "incident/\(id)", on: connection)
        try audit.take(report, named: key)
        if report.broken == nil {
            for difference in try Replay.compare(id, on: connection) { audit.take(difference) }
        }
        if let missing = try EventLog.firstMissing(on: connection) {
            audit.faults.append(
                "the event log: number \(missing) is missing; whether it was of \(key) cannot be told")
        }
        if audit.isSound { audit.lines.append("\(key): \(report.length) events, head \(report.head)") }
        return audit
    }

    static func everything(on connection: any Connection) throws -> ChainAudit {
        var audit = ChainAudit()
        var broken: Set<String> = []
        let log = try EventLog.verifyAll(on: connection) { report in
            guard report.broken != nil else { return }
            broken.insert(report.stream)
            try audit.take(report, named: try name(of: report.stream, on: connection))
        }
        let trail = try AuditLog.verify(on: connection)
        try audit.take(trail, named: "the audit log")
        if let missing = log.firstMissing {
            audit.faults.append("the event log: number \(missing) is missing")
        }
        try Replay.compareAll(excluding: broken, on: connection) { audit.take($0) }
        audit.lines.append(
            "The event log: \(log.events) events in \(log.streams) histories, head \(log.head)")
        if trail.broken == nil { audit.lines.append("The audit log: \(trail.length) rows, head \(trail.head)") }
        if audit.isSound { audit.lines.append("Nothing was changed, and the lists say what the events say.") }
        return audit
    }

    private mutating func take(_ report: ChainReport, named name: String) throws {
        guard let broken = report.broken, faults.count < Self.mostFaults else { return }
        faults.append("\(name): record \(broken.version) does not fit: \(broken.reason)")
    }

    private mutating func take(_ difference: Replay.Difference) {
        guard differences.count < Self.mostFaults else { return }
        differences.append("\(difference.subject): \(difference.sentence)")
    }

    /// `incident/inc_…` as `INC-2026-11-21-001 (inc_…)`; other streams by their own name.
    private static func name(of stream: String, on connection: any Connection) throws -> String {
        guard stream.hasPrefix("incident/") else { return stream }
        let id = IncidentID(String(stream.dropFirst("incident/".count)))
        return try IncidentQueries.key(of: id, on: connection).map { "\($0) (\(id))" } ?? id.text
    }
}
