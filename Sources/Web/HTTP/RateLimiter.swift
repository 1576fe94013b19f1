import Chronology
import Synchronization

/// Allows each client so many requests a second and a burst after a pause (S49). A client is a token or a session, never
/// an address: behind one address there may be a whole company.
final class RateLimiter: Sendable {
    /// More clients than one server has; beyond it those that have been quiet longest are forgotten, which only gives them
    /// a full burst again.
    static let capacity = 10_000

    private struct Bucket {
        var tokens: Double
        var at: Instant
    }

    private let rate: Double
    private let burst: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    init(rate: Int, burst: Int) {
        precondition(rate > 0 && burst > 0, "a rate and a burst are at least one request")
        self.rate = Double(rate)
        self.burst = Double(burst)
    }

    /// Counts a request. Returns nil when it may go on, and otherwise after how many whole seconds the next one may.
    func take(_ client: String, at now: Instant) -> Int? {
        buckets.withLock { buckets in
            var bucket = buckets[client] ?? Bucket(tokens: burst, at: now)
            // A clock that was set back fills nothing.
            let elapsed = max(0, Double((now - bucket.at).wholeMicroseconds) / 1_000_000)
            bucket.tokens = min(burst, bucket.tokens + elapsed * rate)
            bucket.at = now
            let wait = bucket.tokens >= 1 ? nil : max(1, Int(((1 - bucket.tokens) / rate).rounded(.up)))
            if wait == nil { bucket.tokens -= 1 }
            if buckets[client] == nil, buckets.count >= Self.capacity { Self.makeRoom(in: &buckets) }
            buckets[client] = bucket
            return wait
        }
    }

    private static func makeRoom(in buckets: inout [String: Bucket]) {
        let oldest = buckets.sorted { ($0.value.at, $0.key) < ($1.value.at, $1.key) }
        for (client, _) in oldest.prefix(capacity / 10) { buckets[client] = nil }
    }
}
