import Chronology
import Dispatch
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The system's resolver, on threads of its own: `getaddrinfo` cannot be cancelled and blocks for as long as the servers in
/// resolv.conf stay silent (12 seconds and more), so it never runs where anything else waits (F16).
///
/// A caller waits two seconds at most. Callers that ask for one name at the same time share one lookup, so a name whose
/// servers are dead holds one thread however often it is asked for, and the other names go on being resolved.
public final class SystemResolver: HostResolver {
    /// What one lookup found. The reason is a short sentence.
    public enum Lookup: Hashable, Sendable {
        case found([IPAddress])
        case failed(String)
    }

    public static let shared = SystemResolver()

    /// Threads for lookups: the number of different names that may hang at once before further names are turned away.
    public static let usualThreads = 16
    /// Callers that may wait at once over all names. Far above the number of attempts that are ever made at once.
    public static let mostWaiting = 1_024
    /// Addresses of one name that are looked at; more is nobody's configuration, and every one of them must be vetted.
    public static let mostAddresses = 64

    private typealias Waiter = CheckedContinuation<Result<[IPAddress], EgressFailure>, Never>

    private struct State {
        var waiting: [String: [Int: Waiter]] = [:]
        var waiters = 0
        var nextWaiter = 0
        /// Names that a thread is busy with, whether or not anybody still waits for them.
        var lookups: Set<String> = []
    }

    private let state = Mutex(State())
    private let pool: NIOThreadPool
    private let threads: Int
    private let limit: Duration
    private let lookup: @Sendable (String) -> Lookup

    /// `lookup` blocks, and is called on a thread where that hurts nobody.
    public init(
        limit: Duration = .seconds(2), threads: Int = SystemResolver.usualThreads,
        lookup: @escaping @Sendable (String) -> Lookup = SystemResolver.askSystem
    ) {
        self.limit = limit
        self.threads = threads
        self.lookup = lookup
        self.pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    deinit {
        pool.shutdownGracefully(queue: .global()) { _ in }
    }

    public func addresses(of host: String) async throws(EgressFailure) -> [IPAddress] {
        try await withCheckedContinuation { waiter in admit(waiter, host: host) }.get()
    }

    private enum Admission {
        case turnedAway(String)
        case waits(Int, startsLookup: Bool)
    }

    private func admit(_ waiter: Waiter, host: String) {
        let admission = state.withLock { state -> Admission in
            guard state.waiters < Self.mostWaiting else { return .turnedAway("too many lookups are under way") }
            let isRunning = state.lookups.contains(host)
            guard isRunning || state.lookups.count < threads else {
                return .turnedAway("\(threads) other lookups have not been answered yet")
            }
            let number = state.nextWaiter
            state.nextWaiter += 1
            state.waiters += 1
            state.waiting[host, default: [:]][number] = waiter
            state.lookups.insert(host)
            return .waits(number, startsLookup: !isRunning)
        }
        switch admission {
        case .turnedAway(let reason):
            waiter.resume(returning: .failure(.unresolved("\(host) was not looked up: \(reason)")))
        case .waits(let number, let startsLookup):
            MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: .microseconds(limit.wholeMicroseconds)) {
                self.limitReached(number, host: host)
            }
            guard startsLookup else { return }
            pool.submit { itemState in
                // Cancelled only when the pool is shut down, and that only when nobody holds the resolver any more.
                let found = itemState == .active ? self.lookup(host) : .failed("the resolver was shut down")
                self.lookupEnded(host, found)
            }
        }
    }

    private func lookupEnded(_ host: String, _ found: Lookup) {
        let waiters = state.withLock { state -> [Waiter] in
            state.lookups.remove(host)
            let waiters = state.waiting.removeValue(forKey: host) ?? [:]
            state.waiters -= waiters.count
            return Array(waiters.values)
        }
        let result: Result<[IPAddress], EgressFailure> =
            switch found {
            case .found(let addresses) where addresses.isEmpty: .failure(.unresolved("\(host) has no address"))
            case .found(let addresses) where addresses.count > Self.mostAddresses:
                .failure(.unresolved("\(host) has more than \(Self.mostAddresses) addresses"))
            case .found(let addresses): .success(addresses)
            case .failed(let reason): .failure(.unresolved("\(host) could not be resolved: \(reason)"))
            }
        for waiter in waiters { waiter.resume(returning: result) }
    }

    private func limitReached(_ number: Int, host: String) {
        let waiter = state.withLock { state -> Waiter? in
            guard let waiter = state.waiting[host]?.removeValue(forKey: number) else { return nil }
            state.waiters -= 1
            return waiter
        }
        waiter?.resume(returning: .failure(.unresolved("\(host) was not resolved within \(limit)")))
    }

    /// Asks `getaddrinfo` for all addresses of both families, in the order of RFC 6724. Blocks.
    public static func askSystem(_ host: String) -> Lookup {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Darwin)
        hints.ai_socktype = SOCK_STREAM
        #else
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { return .failed(String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var entry = list
        while let current = entry, addresses.count <= mostAddresses {
            entry = current.pointee.ai_next
            guard let address = read(current.pointee), !addresses.contains(address) else { continue }
            addresses.append(address)
        }
        return .found(addresses)
    }

    private static func read(_ entry: addrinfo) -> IPAddress? {
        guard let raw = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET:
            return .v4(UInt32(bigEndian: raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6:
            var address = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            let bits = withUnsafeBytes(of: &address) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
            return .canonical(bits)
        default:
            return nil
        }
    }
}
