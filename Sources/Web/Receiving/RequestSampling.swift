import Chronology
import Engine
import Identity
import Notation
import Storage

/// Keeps some of the requests that integrations receive, for whoever sets one up. What could be used is sampled; what
/// could not is kept with its reason, and is bounded too, because a sender who is wrong is wrong every second.
struct RequestSampling: Sendable {
    /// So many at once, and one a second after that: the list shows twenty, and each costs a row and its pruning.
    private static let burst = 20
    private static let rate = 1

    private let engine: Engine
    private let tally: IntakeTally
    private let sound = RateLimiter(rate: rate, burst: burst)
    private let faulty = RateLimiter(rate: rate, burst: burst)

    init(engine: Engine, tally: IntakeTally) {
        self.engine = engine
        self.tally = tally
    }

    /// Counts a request that brought signals and was answered.
    func count(_ call: Call, from integration: Integration, fault: String?) {
        tally.add(
            fault == nil ? IntakeTally.Count(accepted: 1) : IntakeTally.Count(refused: 1), to: integration.id,
            at: call.now)
    }

    /// The record to be written along with the signals; nil when this request is not kept.
    func record(
        of call: Call, from integration: Integration, status: Int, summary: String, fault: String?
    ) -> RequestRecord? {
        let bucket = fault == nil ? sound : faulty
        guard bucket.take(integration.id.text, at: call.now) == nil else { return nil }
        return RequestRecord(
            status: status, summary: summary, fault: fault, body: Array(call.body.prefix(RequestLog.bodyLimit)),
            size: call.body.count, contentType: String((call.headers[.contentType] ?? "").prefix(200)),
            source: call.address)
    }

    /// Writes a request that brought no signals.
    func keep(_ call: Call, of integration: Integration, status: Int, fault: String) async {
        count(call, from: integration, fault: fault)
        guard let record = record(of: call, from: integration, status: status, summary: "unreadable", fault: fault)
        else { return }
        let id = engine.mint.tail(at: call.now)
        // The sender hears what was wrong in any case; losing the copy for the operator must not turn a 400 into a 503.
        try? await engine.store.write(.shared) { connection in
            try RequestLog.write(record, integration: integration.id, id: id, at: connection.now, on: connection)
        }
    }
}
