import Chronology
import Synchronization

/// How long the next attempt must wait after a number of failures: nothing at first, then twice as long each time, up to a
/// limit. The wait always ends, so nobody is ever locked out for good (S12).
public struct Backoff: Hashable, Sendable {
    public let free: Int
    public let first: Duration
    public let longest: Duration

    public init(free: Int, first: Duration, longest: Duration) {
        self.free = free
        self.first = first
        self.longest = longest
    }

    /// For one account. Short at the top: somebody on call whose account is under attack must still get in.
    public static let account = Backoff(free: 5, first: .seconds(1), longest: .seconds(30))
    /// For one network address, which may stand for a whole office.
    public static let address = Backoff(free: 20, first: .seconds(1), longest: .minutes(15))

    public func delay(after failures: Int) -> Duration {
        guard failures > free else { return .zero }
        let doublings = min(failures - free - 1, 20)
        return min(first * (1 << doublings), longest)
    }
}

/// Remembers failures by name (an address, an account) in this process. An attempt is counted before it is tried, so that
/// a hundred at once are not a hundred free ones.
final class FailureLedger: Sendable {
    /// Beyond this the names whose wait ends first are forgotten: an attacker with many addresses cannot fill the memory.
    static let capacity = 10_000
    /// A name that has been quiet for so long starts afresh.
    static let memory: Duration = .hours(1)

    private struct Entry {
        var failures: Int
        var blockedUntil: Instant
        var lastAttempt: Instant
    }

    private let backoff: Backoff
    private let entries = Mutex<[String: Entry]>([:])

    init(_ backoff: Backoff) {
        self.backoff = backoff
    }

    /// Counts an attempt as failed until `forgive` or `forget` says otherwise. Returns the wait that is still owed; zero
    /// when the attempt may go on. An attempt that is sent away is not counted, so that impatience does not lengthen it.
    func begin(_ name: String, at now: Instant) -> Duration {
        entries.withLock { entries in
            var entry = entries[name] ?? Entry(failures: 0, blockedUntil: now, lastAttempt: now)
            if now - entry.lastAttempt > Self.memory { entry.failures = 0 }
            if entry.blockedUntil > now { return entry.blockedUntil - now }
            entry.failures += 1
            entry.lastAttempt = now
            entry.blockedUntil = now + backoff.delay(after: entry.failures)
            if entries[name] == nil, entries.count >= Self.capacity { Self.makeRoom(in: &entries, at: now) }
            entries[name] = entry
            return .zero
        }
    }

    /// Takes one counted attempt back: it was neither right nor wrong.
    func forgive(_ name: String, at now: Instant) {
        entries.withLock { entries in
            guard var entry = entries[name] else { return }
            entry.failures = max(0, entry.failures - 1)
            entry.blockedUntil = now
            entries[name] = entry
        }
    }

    func forget(_ name: String) {
        entries.withLock { $0[name] = nil }
    }

    private static func makeRoom(in entries: inout [String: Entry], at now: Instant) {
        entries = entries.filter { now - $0.value.lastAttempt <= memory }
        guard entries.count >= capacity else { return }
        let oldest = entries.sorted { ($0.value.lastAttempt, $0.key) < ($1.value.lastAttempt, $1.key) }
        for (name, _) in oldest.prefix(capacity / 10) { entries[name] = nil }
    }
}
