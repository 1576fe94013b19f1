import Alerting
import Chronology
import Delivery
import Logging
import Notation
import Paging
import Storage

/// Tries the whole way again and again, as `SelfMonitor` says: an alert goes in, its page's message must be taken by a far end,
/// and then an address outside is called. Whoever watches that address hears of it when the calls stop, whatever has stopped
/// them: this process, its machine, its store, its network or the way to the far end.
///
/// Of several nodes one tries at a time, under a lease.
public final class SelfTrial: Sendable {
    /// How often the page is looked at meanwhile.
    static let look = Duration.milliseconds(250)
    /// How long the document is not looked at while nothing is to be done.
    static let idle = Duration.seconds(5)

    private let engine: Engine
    private let client: EgressClient
    private let node: String
    private let logger: Logger

    public init(engine: Engine, client: EgressClient, node: String, logger: Logger) {
        self.engine = engine
        self.client = client
        self.node = node
        self.logger = logger
    }

    /// Runs until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            do {
                if let monitor = try await engine.organisation().selfMonitor, !monitor.isDisabled,
                    try await isDue(monitor)
                {
                    try await attempt(monitor)
                }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("the self-monitor could not run", metadata: ["fault": "\(error)"])
            }
            // Ends at once when the task is cancelled, and then the loop does.
            do { try await engine.clock.sleep(Self.idle) } catch { return }
        }
    }

    /// Whether it is time, and this node's turn. The turn is taken for as long as there is between two trials, so that a node
    /// that dies in the middle of one does not make the next one late by more than that.
    private func isDue(_ monitor: SelfMonitor) async throws -> Bool {
        try await engine.store.write(.shared) { [node] connection in
            let now = connection.now
            // The deadline stands in the row of the lease: the next trial is due when the lease ends.
            try connection.execute(
                "INSERT INTO poll (channel, cursor, owner, until, fault) VALUES (?, NULL, ?, ?, NULL) "
                    + "ON CONFLICT (channel) DO UPDATE SET owner = excluded.owner, until = excluded.until, cursor = ? "
                    + "WHERE poll.until <= ? OR poll.until > ?",
                [
                    .text(SelfMonitorState.key), .text(node), SQLValue(now + monitor.interval),
                    .text(String(now.microseconds)), SQLValue(now), SQLValue(now + monitor.interval),
                ])
            let row = try connection.first(
                "SELECT owner, until FROM poll WHERE channel = ?", [.text(SelfMonitorState.key)]
            ) { (owner: $0.optionalText(0), until: $0.instant(1)) }
            return row?.owner == node && row?.until == now + monitor.interval
        }
    }

    private func attempt(_ monitor: SelfMonitor) async throws {
        let start = engine.clock.now()
        let result = await result(of: monitor, since: start)
        var beatAt: Instant?
        var fault = result.fault
        if fault == nil, let url = monitor.url {
            fault = await beat(url)
            if fault == nil { beatAt = engine.clock.now() }
        } else if fault == nil, monitor.isURLLost {
            fault = "The outside address cannot be opened on this server and must be set anew."
        }
        if let fault {
            logger.error("the self-monitor has failed", metadata: ["fault": "\(fault)"])
        }
        let (took, outcome, beat) = (result.took, fault, beatAt)
        try await engine.store.write(.shared) { connection in
            let last = try SelfMonitorState.read(on: connection)
            try SelfMonitorState(at: start, took: took, fault: outcome, after: last, beatAt: beat).write(on: connection)
        }
    }

    private func result(of monitor: SelfMonitor, since start: Instant) async -> (took: Duration?, fault: String?) {
        do {
            // One that a node left open when it died proves nothing about now.
            _ = try await signal(.resolved, monitor)
            let receipt = try await signal(.firing, monitor)
            guard let alert = receipt.alerts.first else { return (nil, "No alert was made of the signal.") }
            let fault = try await wait(for: alert, until: start + monitor.patience)
            let took = fault == nil ? engine.clock.now() - start : nil
            // Whatever became of it, nobody is to climb further for it.
            _ = try await signal(.resolved, monitor)
            return (took, fault)
        } catch {
            return (nil, "The alert could not be raised: \(error)")
        }
    }

    private func signal(_ status: Signal.Status, _ monitor: SelfMonitor) async throws -> Receipt {
        let signal = Signal(
            dedupKey: "self-monitor", status: status, title: "Tocsin tries itself",
            labels: [Label("alertname", "TocsinSelfMonitor")],
            annotations: [Label("summary", "A trial of the way from an alert to a message. It ends by itself.")],
            // Whatever becomes of this node, the page ends before anybody further up is woken by a trial.
            expiresAt: status == .firing ? engine.clock.now() + monitor.patience + .seconds(10) : nil)
        let batch = SignalBatch(
            integration: SelfMonitor.integration, signals: [signal], request: nil, plan: monitor.plan)
        guard case .received(let receipt) = try await engine.submit(.signals(batch)) else {
            preconditionFailure("Signals lead to a receipt.")
        }
        return receipt
    }

    /// nil: every message of the page's first rung was taken by its far end.
    private func wait(for alert: AlertID, until deadline: Instant) async throws -> String? {
        while true {
            let page = try await engine.store.read { connection -> Page? in
                guard let id = try AlertQueries.alert(alert, on: connection)?.alert.page else { return nil }
                return try PageQueries.page(id, on: connection)
            }
            guard let page else { return "Nobody is paged: the escalation plan of the self-monitor is not there." }
            let notices = page.notices.filter { $0.notice.contact.delay == .zero }
            if page.phase.word != "climbing", notices.isEmpty {
                return "Nobody can be told by the plan \(page.plan.name)."
            }
            for record in notices {
                if case .failed(let reason, _) = record.result {
                    return "A message by \(record.notice.contact.channel) was refused: \(reason)"
                }
            }
            if !notices.isEmpty, notices.allSatisfy(\.result.wasTaken) { return nil }
            guard engine.clock.now() < deadline else {
                let waiting = notices.filter { !$0.result.wasTaken }.map(\.notice.contact.channel)
                return "No far end has taken the message by \(waiting.joined(separator: ", ")) in time."
            }
            try await engine.clock.sleep(Self.look)
        }
    }

    private func beat(_ url: Secret) async -> String? {
        do throws(InputFault) {
            let request = EgressRequest(method: .get, url: try client.egress.url(url.reveal()))
            switch await client.send(request) {
            case .answered(let answer) where (200...299).contains(answer.status): return nil
            case .answered(let answer): return "The outside address answered HTTP \(answer.status)."
            case .refused(let reason), .unreachable(let reason), .lost(let reason):
                return "The outside address could not be called: \(reason)"
            }
        } catch {
            return "The outside address cannot be called: \(error.reason)"
        }
    }
}

extension Page.NoticeRecord.Result {
    fileprivate var wasTaken: Bool {
        switch self {
        case .sent, .delivered: true
        case .pending, .failed, .withdrawn: false
        }
    }
}
