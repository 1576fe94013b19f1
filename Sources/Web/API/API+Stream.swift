import Chronology
import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// What happens, as it happens: server-sent events, each with its place in the log as id, so that a client that was
/// cut off goes on where it was and misses nothing.
extension API {
    var streamRoute: Route {
        Route(
            .get, Self.base + "/stream", .readAll, "Follow what happens, as server-sent events", tag: "Stream",
            query: [
                Route.QueryField(
                    "after", "Begin behind this place in the log; the log's end unless told",
                    ["type": "integer", "minimum": 0, "maximum": .integer(Int64.max)])
            ],
            responses: [Route.Response(200, "Events until the client leaves", type: "text/event-stream")],
            handler: stream)
    }

    @Sendable private func stream(_ call: Call) async throws -> Answer {
        let position = try EventStream.position(of: call)
        // Listening begins before the log is read, so that nothing falls between the two.
        let wakes = engine.feed.listen()
        let start = if let position { position } else { try await read { try EventLog.head(on: $0) } }
        let events = LogFollower(engine: engine, position: start, wakes: wakes)
        return EventStream.answer(events) { [engine, identity, caller = call.caller] in
            try await Self.isStillGood(caller, identity, at: engine.clock.now())
        }
    }

    /// A session that was ended or a person who was disabled stops following (S45).
    private static func isStillGood(_ caller: Caller, _ identity: WebIdentity, at now: Instant) async throws -> Bool {
        if let person = caller.person {
            guard let today = await identity.directory.user(person.id), !today.isDisabled,
                PermissionTable.permissions(of: today.role).contains(.readAll)
            else { return false }
        }
        switch caller.proof {
        case .session(let id, _, _): return try await identity.sessions.isAlive(id)
        case .token(let id):
            return try await identity.tokens.list(limit: Tokens.limit).contains { $0.id == id && $0.isAlive(at: now) }
        case .none, .integrationKey: return false
        }
    }
}

/// The event log from one place on, read when it is asked for, and then whatever is added to it.
private struct LogFollower: AsyncSequence, Sendable {
    typealias Element = EventStream.Event

    /// Events read at once.
    private static let block = 100
    /// A client that is far behind gets this time to take a block before the next one is read, since what does not fit
    /// into the answer's backlog cuts it off.
    private static let pause = Duration.milliseconds(20)

    let engine: Engine
    let position: Int64
    let wakes: AsyncStream<Int64>

    func makeAsyncIterator() -> Iterator {
        Iterator(engine: engine, position: position, wakes: wakes.makeAsyncIterator())
    }

    struct Iterator: AsyncIteratorProtocol {
        let engine: Engine
        var position: Int64
        var wakes: AsyncStream<Int64>.Iterator
        private var held: ArraySlice<StoredEvent> = []
        private var isBehind = false

        init(engine: Engine, position: Int64, wakes: AsyncStream<Int64>.Iterator) {
            self.engine = engine
            self.position = position
            self.wakes = wakes
        }

        mutating func next() async throws -> EventStream.Event? {
            while held.isEmpty {
                if isBehind { try await engine.clock.sleep(pause) }
                held = try await engine.store.read { [position] connection in
                    try EventLog.read(after: position, limit: block, on: connection)
                }[...]
                isBehind = held.count == block
                if held.isEmpty, await wakes.next() == nil { return nil }
            }
            guard let event = held.popFirst() else { return nil }
            position = event.seq
            return EventStream.Event(event)
        }
    }
}

extension EventStream.Event {
    /// Who did what to which stream. What it says is read from the thing itself: one listener may see all of them.
    fileprivate init(_ event: StoredEvent) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("seq", event.seq)
            writer.member("stream", event.stream)
            writer.member("kind", event.kind)
            writer.member("at", at: event.at)
            writer.member("actor", event.actor)
        }
        // Without a name: browsers give named events only to listeners for each name. The data says the kind.
        self.init(id: "\(event.seq)", data: writer.text)
    }
}
