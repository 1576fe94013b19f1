/// Turns a host name into addresses.
public protocol HostResolver: Sendable {
    /// Every address of the name, in the order in which they should be tried; at least one. Returns within a few
    /// seconds whatever the network does. The failure is always `unresolved`.
    func addresses(of host: String) async throws(EgressFailure) -> [IPAddress]
}

/// Why no connection may be or can be made.
public enum EgressFailure: Error, Hashable, Sendable {
    /// The rules forbid it. The same address will be refused again, unless its name is moved or the rules are changed.
    case refused(String)
    /// The name could not be resolved just now.
    case unresolved(String)

    public var reason: String {
        switch self {
        case .refused(let reason), .unresolved(let reason): reason
        }
    }
}
