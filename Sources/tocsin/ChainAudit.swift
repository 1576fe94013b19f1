import Engine
import Notation
import Storage

/// What a walk along the hash chains found, in sentences.
struct ChainAudit {
    /// What is good, with the heads.
    var lines: [String] = []
    /// What is not; the first record of each chain that does not fit.
    var faults: [String] = []

    /// A store whose every chain is broken is told with some of them.
    private static let mostFaults = 100

    static func incident(_ key: String, on connection: any Connection) throws -> ChainAudit {
        guard let incident = try IncidentQueries.incident(key: key, on: connection) else {
            throw Failure("there is no incident \(key)")
        }
        var audit = ChainAudit()
        let report = try EventLog.verify(stream: "incident/\(incident.id)", on: connection)
        try audit.take(report, named: key)
        if report.broken == nil { audit.lines.append("\(key): \(report.length) events, head \(report.head)") }
        return audit
    }

    static func everything(on connection: any Connection) throws -> ChainAudit {
        var audit = ChainAudit()
        let log = try EventLog.verifyAll(on: connection) { report in
            guard report.broken != nil, audit.faults.count < mostFaults else { return }
            try audit.take(report, named: try name(of: report.stream, on: connection))
        }
        let trail = try AuditLog.verify(on: connection)
        try audit.take(trail, named: "the audit log")
        if let missing = log.firstMissing {
            audit.faults.append("the event log: number \(missing) is missing")
        }
        audit.lines.append("The event log: \(log.events) events in \(log.streams) histories.")
        if trail.broken == nil { audit.lines.append("The audit log: \(trail.length) rows, head \(trail.head)") }
        if audit.faults.isEmpty { audit.lines.append("Nothing was changed.") }
        return audit
    }

    private mutating func take(_ report: ChainReport, named name: String) throws {
        guard let broken = report.broken else { return }
        faults.append("\(name): record \(broken.version) does not fit: \(broken.reason)")
    }

    /// `incident/inc_…` as `INC-2026-11-21-001 (inc_…)`; other streams by their own name.
    private static func name(of stream: String, on connection: any Connection) throws -> String {
        guard stream.hasPrefix("incident/") else { return stream }
        let id = IncidentID(String(stream.dropFirst("incident/".count)))
        return try IncidentQueries.key(of: id, on: connection).map { "\($0) (\(id))" } ?? id.text
    }
}
