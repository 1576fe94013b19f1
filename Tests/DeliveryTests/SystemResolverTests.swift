import Delivery
import Dispatch
import Testing

/// F16: a resolver that does not answer.
@Suite struct SystemResolverTests {
    /// Lookups of names that start with "dead" block until the gate is opened.
    private final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)

        func lookup(_ host: String) -> SystemResolver.Lookup {
            if host.hasPrefix("dead") {
                semaphore.wait()
                semaphore.signal()
            }
            return .found([.v4(0x5db8_d822)])
        }

        func open() { semaphore.signal() }
    }

    @Test func `a lookup that hangs is given up and holds nobody else up`() async throws {
        let gate = Gate()
        let resolver = SystemResolver(limit: .milliseconds(500), threads: 2, lookup: gate.lookup)
        // The same dead name again and again holds one of the two threads.
        for _ in 0..<2 {
            await #expect(throws: EgressFailure.unresolved("dead.example was not resolved within 0.5 seconds")) {
                try await resolver.addresses(of: "dead.example")
            }
        }
        #expect(try await resolver.addresses(of: "alive.example") == [.v4(0x5db8_d822)])
        gate.open()
    }

    @Test func `names are turned away at once when every thread hangs`() async throws {
        let gate = Gate()
        let resolver = SystemResolver(limit: .milliseconds(20), threads: 1, lookup: gate.lookup)
        await #expect(throws: EgressFailure.self) { try await resolver.addresses(of: "dead.example") }
        await #expect(
            throws: EgressFailure.unresolved(
                "alive.example was not looked up: 1 other lookups have not been answered yet")
        ) {
            try await resolver.addresses(of: "alive.example")
        }
        gate.open()
    }

    @Test func `callers that ask for one name together share the answer`() async throws {
        let resolver = SystemResolver(lookup: { _ in .found([.v4(1), .v6(2)]) })
        let answers = try await withThrowingTaskGroup(of: [IPAddress].self) { group in
            for _ in 0..<100 { group.addTask { try await resolver.addresses(of: "example.com") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: [.v4(1), .v6(2)], count: 100))
    }

    @Test func `a name with no address or too many cannot be used`() async {
        let none = SystemResolver(lookup: { _ in .found([]) })
        await #expect(throws: EgressFailure.unresolved("a.example has no address")) {
            try await none.addresses(of: "a.example")
        }
        let many = SystemResolver(lookup: { _ in .found((0...64).map { .v4($0) }) })
        await #expect(throws: EgressFailure.unresolved("a.example has more than 64 addresses")) {
            try await many.addresses(of: "a.example")
        }
    }

    @Test func `the system knows the addresses of this host`() {
        #expect(SystemResolver.askSystem("127.0.0.1") == .found([.v4(0x7f00_0001)]))
        #expect(SystemResolver.askSystem("::1") == .found([.v6(1)]))
        guard case .failed = SystemResolver.askSystem("no such name") else {
            Issue.record("a name with blanks was resolved")
            return
        }
    }
}
