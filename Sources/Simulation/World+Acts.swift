import Alerting
import Chronology
import Engine
import Incidents
import Notation
import Paging
import Storage

// What may happen in one step.
extension World {
    func act() async throws {
        if random.onceIn(12) { store.fail(next: random.one(of: [.before, .rolledBack, .unknown])) }
        switch random.below(100) {
        case 0..<26: try await sourceSpeaks()
        case 26..<34: try await delayedSignalArrives()
        case 34..<50: try await timePasses()
        case 50..<66: try await takeUp()
        case 66..<84: try await attemptEnds()
        case 84..<87: try await delayedReportArrives()
        case 87..<94: try await somebodyActs()
        case 94..<96: crash()
        case 96..<98: clockJumps()
        default: try await incidentWork()
        }
        store.heal()
    }

    // MARK: Sources

    private func sourceSpeaks() async throws {
        let key = random.one(of: World.keys)
        let now = clock.now
        var signals: [Signal] = []
        if let since = sourceState[key], random.onceIn(3) {
            sourceState[key] = nil
            signals.append(signal(key, .resolved, startsAt: since, endsAt: now))
        } else {
            let since = sourceState[key] ?? now
            sourceState[key] = since
            signals.append(signal(key, .firing, startsAt: since, endsAt: nil))
        }
        if random.onceIn(4), let again = signals.first { delayed.append(again) }
        if random.onceIn(5), let late = signals.popLast() {
            delayed.append(late)
            note("delayed", "a signal of \(key) is held up")
            return
        }
        try await deliver(signals)
    }

    private func signal(_ key: String, _ status: Signal.Status, startsAt: Instant, endsAt: Instant?) -> Signal {
        // The first two keys are critical, so that a route declares incidents for them; the last expires by itself.
        let severity = key == World.keys[0] || key == World.keys[1] ? "critical" : "warning"
        let expires = key == World.keys[5] && status == .firing ? clock.now + .minutes(4) : nil
        return Signal(
            dedupKey: key, status: status, title: "Trouble with \(key)", severity: severity,
            labels: [Label("service", "shop"), Label("severity", severity)], startsAt: startsAt, endsAt: endsAt,
            expiresAt: expires)
    }

    private func delayedSignalArrives() async throws {
        guard !delayed.isEmpty else { return try await timePasses() }
        let signal = delayed.remove(at: random.below(delayed.count))
        occurrences["late signal", default: 0] += 1
        try await deliver([signal])
    }

    /// The client of a request that failed sends it again, as Alertmanager does; here at some later step.
    private func deliver(_ signals: [Signal]) async throws {
        let index = random.below(nodes.count)
        let batch = SignalBatch(integration: World.integration, signals: signals, request: nil)
        let words = signals.map { "\($0.dedupKey) \($0.status)" }.joined(separator: ", ")
        do {
            _ = try await nodes[index].decide([.signals(batch)], by: decider, in: store)
            for signal in signals where signal.status == .firing { answered[signal.dedupKey, default: 0] += 1 }
            note("signals", "\(nodes[index].name) answers \(words)")
        } catch let fault as StorageFault {
            delayed += signals
            note("store fault", "\(nodes[index].name) cannot take \(words): \(fault.kind)")
        }
    }

    // MARK: Time

    func timePasses() async throws {
        let next = try await store.read { try Decider.nextDeadline(on: $0) }
        if let next, next > clock.now, !random.onceIn(3) {
            // To the deadline, or past it: a node may be slow.
            clock.advance(by: next - clock.now)
            if random.onceIn(4) { clock.advance(by: .seconds(Int64(random.below(400)))) }
        } else {
            clock.advance(by: .milliseconds(Int64(random.below(30_000))))
        }
        note("time", "time passes")
        try await lookAtDeadlines()
    }

    func lookAtDeadlines() async throws {
        let index = random.below(nodes.count)
        do {
            try await store.write(.engine) { try Decider.countAttempts(on: $0) }
            if random.onceIn(20) {
                return note("crash before deadlines", "\(nodes[index].name) dies before its deadlines")
            }
            _ = try await nodes[index].decide([.deadlinesPassed], by: decider, in: store)
        } catch let fault as StorageFault {
            note("store fault", "\(nodes[index].name) cannot look at deadlines: \(fault.kind)")
        }
    }

    private func clockJumps() {
        // Backwards too: the wall clock of a machine is set by others.
        let seconds = Int64(random.below(1_200)) - 300
        clock.advance(by: .seconds(seconds))
        note(seconds < 0 ? "clock back" : "clock ahead", "the clock jumps by \(seconds) s")
    }

    // MARK: Sending

    func takeUp() async throws {
        let index = random.below(nodes.count)
        let name = nodes[index].name
        let limit = 1 + random.below(4)
        do {
            let claims = try await store.write(.shared) { try Outbox.claim(limit: limit, by: name, on: $0) }
            nodes[index].claims += claims
            for claim in claims { note("claim", "\(name) takes up \(claim.intent), attempt \(claim.attempt)") }
            try checkTakenUp(claims)
        } catch let fault as StorageFault {
            note("store fault", "\(name) cannot take anything up: \(fault.kind)")
        }
    }

    func attemptEnds() async throws {
        let index = random.below(nodes.count)
        guard !nodes[index].claims.isEmpty else { return try await takeUp() }
        let claim = nodes[index].claims.remove(at: random.below(nodes[index].claims.count))
        let result: AttemptReport.Result
        switch random.below(10) {
        case 0..<5:
            arrived(claim)
            result = .accepted(detail: "200")
        case 5, 6: result = .retry(reason: "503", after: nil)
        case 7: result = .refused(reason: "410")
        case 8:
            // It arrived, and nobody knows.
            arrived(claim)
            result = .retry(reason: "connection lost after the body", after: .seconds(2))
        default:
            arrived(claim)
            return note("node dies in sending", "\(nodes[index].name) loses the result of \(claim.intent)")
        }
        let report = AttemptReport(delivery: claim.id, epoch: claim.epoch, result: result)
        if random.onceIn(6) { delayedReports.append(report) }
        if random.onceIn(8) {
            delayedReports.append(report)
            return note("report delayed", "the result of \(claim.intent) is held up")
        }
        try await hand(report, to: index)
    }

    private func arrived(_ claim: Outbox.Claim) {
        guard let page = claim.page else { return }
        sent.append((claim.intent, page, clock.now))
    }

    private func delayedReportArrives() async throws {
        guard !delayedReports.isEmpty else { return try await attemptEnds() }
        let report = delayedReports.remove(at: random.below(delayedReports.count))
        try await hand(report, to: random.below(nodes.count))
    }

    private func hand(_ report: AttemptReport, to index: Int) async throws {
        do {
            _ = try await nodes[index].decide([.attempted(report)], by: decider, in: store)
            note("report", "\(report.delivery) of epoch \(report.epoch) is reported")
        } catch let fault as StorageFault {
            delayedReports.append(report)
            note("store fault", "a report could not be written: \(fault.kind)")
        }
    }

    // MARK: People and machines

    private func somebodyActs() async throws {
        let pages = try await store.read { connection in
            try connection.all("SELECT id FROM page WHERE is_open = 1 ORDER BY id") { PageID($0.text(0)) }
        }
        guard !pages.isEmpty else { return try await sourceSpeaks() }
        let page = random.one(of: pages)
        let actor = Actor.user(UserID(random.one(of: ["usr_ana", "usr_ben"])))
        let index = random.below(nodes.count)
        let command: Command =
            random.onceIn(4)
            ? .escalatePage(page, why: "more hands", seenRung: nil) : .acknowledgePage(page, via: "the simulator")
        do {
            let outcomes = try await nodes[index].decide([.command(command, by: actor)], by: decider, in: store)
            if case .success(.page(let page))? = outcomes.first, case .acknowledged = page.phase,
                acknowledgedAt[page.id] == nil
            {
                acknowledgedAt[page.id] = clock.now
            }
            note("command", "\(actor.text): \(command.word) \(page)")
        } catch let fault as StorageFault {
            note("store fault", "a command failed: \(fault.kind)")
        }
    }

    private func incidentWork() async throws {
        let keys = try await store.read { connection in
            try connection.all("SELECT key FROM incident WHERE is_open = 1 ORDER BY id") { $0.text(0) }
        }
        guard !keys.isEmpty else { return try await sourceSpeaks() }
        let key = random.one(of: keys)
        let command = random.one(of: [
            IncidentCommand.note("seen"), .changeStatus("Investigating", message: nil),
            .changeStatus("Resolved", message: nil),
            .changeStatus("Closed", message: nil), .changeSeverity("SEV3", why: "milder than thought"),
            .assign(role: "incident-commander", UserID("usr_ana")),
        ])
        let index = random.below(nodes.count)
        do {
            _ = try await nodes[index].decide(
                [.command(.incident(key: key, command), by: .user(UserID("usr_ana")))], by: decider, in: store)
            note("incident", "\(key) is worked on")
        } catch let fault as StorageFault {
            note("store fault", "a command failed: \(fault.kind)")
        }
    }

    private func crash() {
        let index = random.below(nodes.count)
        if !nodes[index].claims.isEmpty { occurrences["crash with claims", default: 0] += 1 }
        nodes[index].crash()
        note("crash", "\(nodes[index].name) crashes")
    }
}

extension Command {
    fileprivate var word: String {
        switch self {
        case .acknowledgePage: "acknowledges"
        case .escalatePage: "escalates"
        default: "acts on"
        }
    }
}
