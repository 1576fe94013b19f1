import Alerting
import Chronology
import Engine
import Incidents
import Notation
import Paging
import Storage

// What must hold after every step, whatever happened.
extension World {
    func check() async throws {
        let answered = answered
        let found = try await store.read { connection -> String? in
            try Checks.oneOpenAlertPerKey(on: connection)
                ?? Checks.nothingAnsweredIsLost(answered, on: connection)
                ?? Checks.pages(on: connection)
                ?? Checks.alertsReplay(on: connection)
                ?? Checks.incidentsReplay(on: connection)
                ?? Checks.outbox(on: connection)
        }
        if let found { throw violation(found) }
        if step % 50 == 0 {
            let broken = try await store.read { connection in
                var broken: String?
                _ = try EventLog.verifyAll(on: connection) { report in
                    if let problem = report.broken { broken = broken ?? "\(report.stream): \(problem)" }
                }
                return broken
            }
            if let broken { throw violation("the hash chain is broken: \(broken)") }
        }
    }

    /// R8: whatever is taken up after the acknowledgement was committed must not belong to that page.
    func checkTakenUp(_ claims: [Outbox.Claim]) throws {
        for claim in claims {
            guard let page = claim.page, acknowledgedAt[page] != nil else { continue }
            if try isReopened(page) { continue }
            throw violation("\(claim.intent) is taken up although \(page) was acknowledged")
        }
    }

    /// Somebody who escalates an acknowledged page takes it up again; what follows is meant.
    private func isReopened(_ page: PageID) throws -> Bool { reopened.contains(page) }

    private var reopened: Set<PageID> {
        Set(acknowledgedAt.keys.filter { page in transcript.contains { $0.contains("escalates \(page)") } })
    }

    /// The ending: no more faults. Everything that is due gets done, the outbox drains, and no page is left without an end
    /// (R24).
    func settle() async throws {
        note("settle", "the faults stop")
        for signal in delayed {
            let batch = SignalBatch(integration: World.integration, signals: [signal], request: nil)
            _ = try await nodes[0].decide([.signals(batch)], by: decider, in: store)
            if signal.status == .firing { answered[signal.dedupKey, default: 0] += 1 }
        }
        for report in delayedReports { _ = try await nodes[0].decide([.attempted(report)], by: decider, in: store) }
        nodes[0].claims = []
        nodes[1].claims = []
        for _ in 0..<4_000 {
            let (deadline, due) = try await store.read { connection in
                (try Decider.nextDeadline(on: connection), try Outbox.nextDue(on: connection))
            }
            guard let next = [deadline, due].compactMap({ $0 }).min() else { break }
            if next > clock.now { clock.advance(by: next - clock.now) }
            if let deadline, deadline <= clock.now {
                try await store.write(.engine) { try Decider.countAttempts(on: $0) }
                _ = try await nodes[0].decide([.deadlinesPassed], by: decider, in: store)
            }
            let claims = try await store.write(.shared) { try Outbox.claim(limit: 32, by: "node-a", on: $0) }
            // What is due may have to wait for the lease of another message of its lane to run out.
            if claims.isEmpty { clock.advance(by: .seconds(1)) }
            for claim in claims {
                let report = AttemptReport(delivery: claim.id, epoch: claim.epoch, result: .accepted(detail: "200"))
                _ = try await nodes[0].decide([.attempted(report)], by: decider, in: store)
            }
        }
        try await check()
        let left = try await store.read { connection in
            (
                pages: try connection.first("SELECT COUNT(*) FROM page WHERE phase = 'climbing'") { $0.integer(0) }
                    ?? 0,
                deliveries: try connection.first(
                    "SELECT COUNT(*) FROM delivery WHERE state IN ('queued', 'leased')"
                ) { $0.integer(0) } ?? 0
            )
        }
        if left.pages > 0 {
            let timers = try await store.read { connection in
                try connection.all("SELECT id, due_at, attempts, quarantined FROM timer ORDER BY id") {
                    "\($0.text(0)) due \($0.instant(1)) attempts \($0.integer(2)) quarantined \($0.integer(3))"
                }
            }
            throw violation(
                "\(left.pages) pages never came to an end; now \(clock.now), timers: \(timers.joined(separator: "; "))")
        }
        if left.deliveries > 0 { throw violation("\(left.deliveries) messages never left the outbox") }
    }
}

/// The invariants, each as a look at the store that returns what is wrong, or nil.
enum Checks {
    /// R3.
    static func oneOpenAlertPerKey(on connection: any Connection) throws -> String? {
        try connection.first(
            """
            SELECT dedup_key, COUNT(*) FROM alert WHERE is_open = 1 GROUP BY integration, dedup_key HAVING COUNT(*) > 1
            """
        ) { "\($0.integer(1)) alerts are open for \($0.text(0))" }
    }

    /// R1: what was answered is there, counted or named as a late repeat.
    static func nothingAnsweredIsLost(_ answered: [String: Int], on connection: any Connection) throws -> String? {
        for key in answered.keys.sorted() {
            let count =
                try connection.first("SELECT COUNT(*) FROM alert WHERE dedup_key = ?", [.text(key)]) { $0.integer(0) }
                ?? 0
            if count == 0 { return "\(key) was answered and is not there" }
        }
        return nil
    }

    /// R4–R6, R9: rungs in order and never early, a deadline for every climbing page, a delivery for every notice.
    static func pages(on connection: any Connection) throws -> String? {
        let ids = try connection.all("SELECT id FROM page ORDER BY id") { PageID($0.text(0)) }
        for id in ids {
            if let problem = try page(id, on: connection) { return problem }
        }
        return nil
    }

    private static func page(_ id: PageID, on connection: any Connection) throws -> String? {
        var page: Page?
        var expected = (rung: 0, lap: 0)
        var due: Instant?
        var byHand = false
        for stored in try EventLog.read(stream: "page/\(id)", on: connection) {
            let event = try PageEvent(
                kind: stored.kind, body: try JSON(parsing: Array(stored.body.utf8), limits: .stored))
            switch event {
            // Asked for by somebody, or because nobody on the rung before could be told: before its time.
            case .escalated, .rungFailed: byHand = true
            default: break
            }
            if let (rung, lap) = event.rung {
                if expected != (rung, lap) { return "\(id) climbed to \(rung)/\(lap), not \(expected)" }
                let rungs = page?.plan.rungs.count ?? 0
                expected = rung + 1 < rungs ? (rung + 1, lap) : (0, lap + 1)
            }
            if case .rungReached(let climb) = event {
                if climb.due > stored.at { return "\(id) climbed to \(climb.rung) before it was due" }
                if let due, !byHand, climb.due < due { return "\(id) climbed at \(climb.due), due was \(due)" }
                due = climb.nextDue
                byHand = false
                for notice in climb.notices {
                    let isThere = try connection.first("SELECT 1 FROM delivery WHERE intent = ?", [.text(notice.key)]) {
                        _ in true
                    }
                    if isThere == nil { return "\(notice.key) was decided and is not in the outbox" }
                }
            }
            if page == nil { page = Page(id, from: event, at: stored.at) } else { page?.apply(event, at: stored.at) }
        }
        guard let page else { return "\(id) has a row and no events" }
        let timer = try connection.first("SELECT due_at FROM timer WHERE id = ?", [.text("page:\(id)")]) {
            $0.instant(0)
        }
        if timer != page.deadline {
            return "\(id) is due at \(String(describing: page.deadline)), its timer says \(String(describing: timer))"
        }
        let row = try connection.first("SELECT phase, version FROM page WHERE id = ?", [.text(id.text)]) {
            ($0.text(0), $0.integer(1))
        }
        guard let row, row.0 == page.phase.word, row.1 == page.version else {
            return "\(id): the row is not what its events say"
        }
        return nil
    }

    /// R10 for alerts.
    static func alertsReplay(on connection: any Connection) throws -> String? {
        let ids = try connection.all("SELECT id FROM alert ORDER BY id") { AlertID($0.text(0)) }
        for id in ids {
            let alert = try Alert(replaying: id, on: connection)
            let live = try AlertQueries.alert(id, on: connection)?.alert
            if live != alert { return "\(id): the row is not what its events say" }
        }
        return nil
    }

    /// R10 for incidents.
    static func incidentsReplay(on connection: any Connection) throws -> String? {
        for summary in try IncidentQueries.list(.all, on: connection) {
            guard let incident = try IncidentQueries.incident(summary.id, on: connection) else {
                return "\(summary.key) has a row and no events"
            }
            if incident.status != summary.status || incident.severity != summary.severity
                || incident.title != summary.title
            {
                return "\(summary.key): the row is not what its events say"
            }
        }
        return nil
    }

    /// R11: one row for each intent; nothing queued for a page that wants nothing any more.
    static func outbox(on connection: any Connection) throws -> String? {
        try connection.first(
            """
            SELECT d.intent FROM delivery d JOIN page p ON p.id = d.page WHERE d.state = 'queued' AND p.is_open = 0
            """
        ) { "\($0.text(0)) is queued though its page is over" }
    }
}

extension PageEvent {
    /// The rung that was reached or skipped.
    fileprivate var rung: (rung: Int, lap: Int)? {
        switch self {
        case .rungReached(let climb): (climb.rung, climb.lap)
        case .rungSkipped(let rung, let lap, _): (rung, lap)
        default: nil
        }
    }
}

extension IncidentFilter {
    fileprivate static var all: IncidentFilter {
        var filter = IncidentFilter()
        filter.limit = IncidentFilter.maximumLimit
        return filter
    }
}
