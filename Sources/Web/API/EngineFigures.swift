import Chronology
import Engine
import Foundation
import Incidents
import Notation
import Synchronization

/// The figures that the engine and the store hold, in Prometheus' text format. The labels are results of deliveries and
/// the severities of the playbook: sets that nobody outside can widen (R22).
final class EngineFigures: Sendable {
    /// What is counted by walking the incidents is counted again after this time at the earliest.
    private static let freshness = Duration.seconds(10)
    private static let results = ["accepted", "transient", "unknown", "permanent"]

    fileprivate struct Tally: Sendable {
        var open = 0
        var total = 0
        var resolved = 0
        var seconds = 0.0
    }

    private struct Count: Sendable {
        var at: Instant
        var openAlerts: Int64
        var incidents: [String: Tally]
    }

    private let engine: Engine
    private let last = Mutex<Count?>(nil)

    init(engine: Engine) {
        self.engine = engine
    }

    /// Nothing where Tocsin does not try itself.
    private func selfMonitor() async throws -> String {
        guard try await engine.organisation().selfMonitor != nil,
            let last = try await engine.store.read({ try SelfMonitorState.read(on: $0) })
        else { return "" }
        var text = Self.gauge(
            "tocsin_self_monitor_ok", "Whether the last trial's page went out", last.wentWell ? 1 : 0)
        text += Self.gauge(
            "tocsin_self_monitor_last_trial_timestamp_seconds", "When the last trial began",
            Double(last.at.microseconds) / 1_000_000)
        if let took = last.took {
            text += Self.gauge(
                "tocsin_self_monitor_seconds", "From the alert to the message that a far end has taken",
                Double(took.wholeMicroseconds) / 1_000_000)
        }
        return text
    }

    func render() async throws -> String {
        let totals = engine.totals
        var text = Self.counter("tocsin_signals_total", "Signals that were made durable", totals.signals)
        text += Self.counter("tocsin_engine_batches_total", "Transactions of the engine", totals.batches)
        text += Self.counter("tocsin_engine_refusals_total", "Inputs that were refused", totals.refusals)
        text += Self.counter("tocsin_store_faults_total", "Transactions that failed", totals.storeFaults)
        text += Self.gauge("tocsin_engine_queue_depth", "Inputs that wait for a transaction", Double(engine.queueDepth))
        let deliveries = FamilyHead(
            name: "tocsin_deliveries_total", help: "Attempts of messages by result", type: "counter",
            labels: [Metrics.Label("result", Self.results)])
        text += deliveries.text
        var byResult: [String: Int] = [:]
        for (result, count) in totals.deliveries {
            byResult[Self.results.contains(result) ? result : "other", default: 0] += count
        }
        for (result, count) in byResult.sorted(by: { $0.key < $1.key }) {
            text += deliveries.line("", [result], [], "\(count)")
        }
        let count = try await count()
        text += Self.gauge("tocsin_open_alerts", "Alerts that are not resolved", Double(count.openAlerts))
        text += Self.render(count.incidents)
        text += try await selfMonitor()
        if let memory = Self.residentBytes() {
            text += Self.gauge("process_resident_memory_bytes", "Resident memory", Double(memory))
        }
        return text
    }

    // MARK: Incidents

    private func count() async throws -> Count {
        let now = engine.clock.now()
        if let held = last.withLock({ $0 }), held.at <= now, now - held.at < Self.freshness { return held }
        let ladder = try await engine.organisation().procedure.ladder
        let fresh = try await engine.store.read { connection in
            var tallies: [String: Tally] = [:]
            for label in ladder.labels { tallies[label] = Tally() }
            var filter = IncidentFilter()
            filter.limit = IncidentFilter.maximumLimit
            while true {
                let block = try IncidentQueries.list(filter, on: connection)
                for incident in block where incident.kind == .real {
                    let label = ladder.severity(labelled: incident.severity.label)?.label ?? "other"
                    tallies[label, default: Tally()].add(incident)
                }
                guard let end = block.last, block.count == IncidentFilter.maximumLimit else { break }
                filter.after = end.id
            }
            return Count(at: now, openAlerts: try AlertQueries.countOpen(on: connection), incidents: tallies)
        }
        last.withLock { $0 = fresh }
        return fresh
    }

    private static func render(_ incidents: [String: Tally]) -> String {
        let sorted = incidents.sorted { $0.key < $1.key }
        let label = Metrics.Label("severity", sorted.map(\.key))
        let open = FamilyHead(
            name: "tocsin_open_incidents", help: "Incidents that still ask for people", type: "gauge", labels: [label])
        let total = FamilyHead(name: "incidents_total", help: "Incidents declared", type: "counter", labels: [label])
        let time = FamilyHead(
            name: "incident_resolution_time_seconds", help: "From declared to resolved", type: "summary",
            labels: [label])
        var text = open.text
        for (severity, tally) in sorted { text += open.line("", [severity], [], "\(tally.open)") }
        text += total.text
        for (severity, tally) in sorted { text += total.line("", [severity], [], "\(tally.total)") }
        text += time.text
        for (severity, tally) in sorted {
            text += time.line("_sum", [severity], [], "\(tally.seconds)")
            text += time.line("_count", [severity], [], "\(tally.resolved)")
        }
        return text
    }

    // MARK: Leaves

    private static func counter(_ name: String, _ help: String, _ value: Int) -> String {
        let head = FamilyHead(name: name, help: help, type: "counter", labels: [])
        return head.text + head.line("", [], [], "\(value)")
    }

    private static func gauge(_ name: String, _ help: String, _ value: Double) -> String {
        let head = FamilyHead(name: name, help: help, type: "gauge", labels: [])
        return head.text + head.line("", [], [], "\(value)")
    }

    /// The second number of /proc/self/statm, in pages (proc(5)); nil where there is no such file.
    private static func residentBytes() -> Int? {
        guard let bytes = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard numbers.count > 1, let pages = Int(numbers[1]) else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

extension EngineFigures.Tally {
    fileprivate mutating func add(_ incident: IncidentSummary) {
        total += 1
        if incident.status.isActive { open += 1 }
        if let resolved = incident.resolvedAt {
            self.resolved += 1
            seconds += Double((resolved - incident.declaredAt).wholeMicroseconds) / 1_000_000
        }
    }
}
