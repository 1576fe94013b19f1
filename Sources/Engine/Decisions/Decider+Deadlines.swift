import Chronology
import Notation
import Paging
import Storage

/// Bounds of one look at the deadlines, and why.
public enum DeadlineLimits {
    /// How many due rows one transaction takes: enough for a storm to pass in a few, small enough for an acknowledgement
    /// not to wait behind it.
    public static let batch = 512
    /// A deadline that was taken up so often without getting done has stopped its process each time; it is set aside and
    /// shown.
    public static let quarantineAfter: Int64 = 5
}

extension Decider {
    /// Does what is due. Rows stay until they are done, so a crash in the middle repeats the rest.
    func deadlinesPassed(in workspace: Workspace) throws -> Outcome {
        let due = try workspace.connection.all(
            "SELECT kind, subject FROM timer WHERE quarantined = 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?",
            [SQLValue(workspace.now), SQLValue(DeadlineLimits.batch)]
        ) { (kind: $0.text(0), subject: $0.text(1)) }
        for timer in due where timer.kind == "incident" { try settle(IncidentID(timer.subject), in: workspace) }
        for timer in due where timer.kind == "heartbeat" { try heartbeatDue(timer.subject, in: workspace) }
        for timer in due where timer.kind == "schedule" { try lookAtDuty(ScheduleID(timer.subject), in: workspace) }
        for timer in due where timer.kind == "page" {
            let id = PageID(timer.subject)
            guard let page = try workspace.page(id) else { continue }
            let events = page.deadlinePassed(at: workspace.now, reaching: try workspace.reaching(for: page))
            if events.isEmpty { workspace.clearDeadline(of: id) }
            workspace.record(events, on: id, by: .tocsin)
            try noteExhaustion(of: id, in: workspace)
        }
        try expireAlerts(in: workspace)
        return .done
    }

    /// Counts that the due rows of the next look are about to be worked on, in a transaction of its own before that work:
    /// a row that stops the process cannot be caught, but it can be counted. Rows that have to wait for a later look are
    /// not counted: a backlog of thousands is no fault of theirs.
    public static func countAttempts(on connection: any Connection) throws {
        try connection.execute(
            """
            UPDATE timer SET attempts = attempts + 1, quarantined = CASE WHEN attempts + 1 >= ? THEN 1 ELSE 0 END \
            WHERE id IN (SELECT id FROM timer WHERE quarantined = 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?)
            """,
            [
                .integer(DeadlineLimits.quarantineAfter), SQLValue(connection.now), SQLValue(DeadlineLimits.batch),
            ])
    }

    /// When the next deadline is; nil: none.
    public static func nextDeadline(on connection: any Connection) throws -> Instant? {
        let timer = try connection.first("SELECT MIN(due_at) FROM timer WHERE quarantined = 0") {
            $0.optionalInstant(0)
        }
        let expiry = try connection.first(
            "SELECT MIN(expires_at) FROM alert WHERE is_open = 1 AND expires_at IS NOT NULL"
        ) { $0.optionalInstant(0) }
        switch (timer ?? nil, expiry ?? nil) {
        case (let timer?, let expiry?): return min(timer, expiry)
        case (let timer, let expiry): return timer ?? expiry
        }
    }
}
