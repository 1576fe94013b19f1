import HummingbirdCore
import Synchronization

/// How many connections are open. The listener takes no more than the limit, and the front door keeps the last of them for
/// what cannot wait: a crowd of dashboards, or of senders, never shuts out the person who takes a page
/// (reliability-security §4.5).
final class OpenConnections: Sendable {
    private let count = Mutex(0)
    private let limit: Int
    private let ordinary: Int

    init(_ limits: HTTPLimits) {
        precondition(
            limits.reservedConnections >= 0 && limits.reservedConnections < limits.connections,
            "some connections are kept, and not all of them")
        limit = limits.connections
        ordinary = limits.connections - limits.reservedConnections
    }

    /// Whether only those that are kept are left. A connection whose request is being answered counts itself.
    var isCrowded: Bool { count.withLock { $0 > ordinary } }

    /// The listener's view of it.
    struct Listener: AvailableConnectionsDelegate {
        let connections: OpenConnections

        func connectionOpened() { connections.count.withLock { $0 += 1 } }
        func connectionClosed() { connections.count.withLock { $0 -= 1 } }
        func isAcceptingNewConnections() -> Bool { connections.count.withLock { $0 < connections.limit } }
    }
}
