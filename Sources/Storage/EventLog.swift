import Chronology

/// Something to be written at the end of a stream.
public struct NewEvent: Hashable, Sendable {
    public let at: Instant
    public let actor: String
    public let kind: String
    public let body: String

    public init(at: Instant, actor: String, kind: String, body: String) {
        self.at = at
        self.actor = actor
        self.kind = kind
        self.body = body
    }
}

/// An event as it stands in the log.
public struct StoredEvent: Hashable, Sendable {
    /// The place in the whole log: 1, 2, 3, … without a gap, the same on every node.
    public let seq: Int64
    public let stream: String
    /// The place in the stream: 1, 2, 3, … without a gap.
    public let version: Int64
    public let at: Instant
    public let actor: String
    public let kind: String
    public let body: String
    public let previous: [UInt8]
    public let hash: [UInt8]

    public init(
        seq: Int64, stream: String, version: Int64, at: Instant, actor: String, kind: String, body: String,
        previous: [UInt8], hash: [UInt8]
    ) {
        self.seq = seq
        self.stream = stream
        self.version = version
        self.at = at
        self.actor = actor
        self.kind = kind
        self.body = body
        self.previous = previous
        self.hash = hash
    }
}

/// Events for one stream, to be appended with others in one go.
public struct StreamAppend: Hashable, Sendable {
    public let stream: String
    /// The version of the stream's last event as the decider knew it; 0 for a stream that must not exist yet.
    public let expecting: Int64
    public let entries: [NewEvent]
    /// The stream is named after an id that was just made: nobody looks whether it exists.
    let opens: Bool

    public init(_ entries: [NewEvent], to stream: String, expecting: Int64) {
        self.init(entries, stream, expecting: expecting, opens: false)
    }

    /// For a stream whose id was made in this block. Should it exist all the same, its unique index refuses the events.
    public init(_ entries: [NewEvent], opening stream: String) {
        self.init(entries, stream, expecting: 0, opens: true)
    }

    private init(_ entries: [NewEvent], _ stream: String, expecting: Int64, opens: Bool) {
        self.entries = entries
        self.stream = stream
        self.expecting = expecting
        self.opens = opens
    }
}

/// The log of everything that was decided: append-only, one hash chain for each stream, and one over them all that fixes
/// the place of each event (R9).
///
/// Appending belongs in a block of `WriteScope.engine`, whose one holder is what keeps `seq` without gaps. A value of
/// this class serves one block, and remembers there how far the log and its streams have grown.
public final class EventLog {
    private let connection: any Connection
    private var end: End?
    private var heads: [String: Head] = [:]

    private struct Head {
        var version: Int64
        var hash: [UInt8]

        static let none = Head(version: 0, hash: HashChain.origin)
    }

    /// Where the whole log ends.
    private struct End {
        var seq: Int64
        var hash: [UInt8]
    }

    /// An event with the hash of the log up to it.
    private struct PlacedEvent {
        let event: StoredEvent
        let logHash: [UInt8]
    }

    public init(_ connection: any Connection) {
        self.connection = connection
    }

    /// Throws `.conflict` when the stream is not at the expected version; then nothing was written.
    @discardableResult
    public func append(_ entries: [NewEvent], to stream: String, expecting version: Int64) throws -> [StoredEvent] {
        try append([StreamAppend(entries, to: stream, expecting: version)])
    }

    /// Appends to many streams with a few statements. The events get their `seq` in the order given. A stream may come
    /// more than once; each time it expects what the time before has left. Throws `.conflict` before anything is written.
    @discardableResult
    public func append(_ appends: [StreamAppend]) throws -> [StoredEvent] {
        try learnHeads(of: appends.filter { !$0.opens }.map(\.stream))
        var end = try end ?? storedEnd()
        var heads = heads
        var events: [PlacedEvent] = []
        for append in appends {
            var head = heads[append.stream] ?? .none
            guard head.version == append.expecting else {
                throw StorageFault(
                    .conflict, "\(append.stream) is at version \(head.version), not at \(append.expecting)")
            }
            for entry in append.entries {
                let seq = end.seq + 1
                let event = Self.chained(entry, append.stream, version: head.version + 1, seq: seq, after: head.hash)
                head = Head(version: event.version, hash: event.hash)
                end = End(seq: seq, hash: HashChain.log(after: end.hash, seq: seq, hash: event.hash))
                events.append(PlacedEvent(event: event, logHash: end.hash))
            }
            heads[append.stream] = head
        }
        try insert(events)
        self.heads = heads
        self.end = end
        return events.map(\.event)
    }

    /// The same for a single append in a block.
    @discardableResult
    public static func append(
        _ entries: [NewEvent], to stream: String, expecting version: Int64, on connection: any Connection
    ) throws -> [StoredEvent] {
        try EventLog(connection).append(entries, to: stream, expecting: version)
    }

    // MARK: Private

    private static func chained(
        _ entry: NewEvent, _ stream: String, version: Int64, seq: Int64, after previous: [UInt8]
    ) -> StoredEvent {
        var chain = HashChain(after: previous)
        chain.addEvent(
            stream: stream, version: version, at: entry.at, actor: entry.actor, kind: entry.kind, body: entry.body)
        return StoredEvent(
            seq: seq, stream: stream, version: version, at: entry.at, actor: entry.actor, kind: entry.kind,
            body: entry.body, previous: previous, hash: chain.hash())
    }

    /// A log whose last event was written before there was this hash goes on as one that begins.
    private func storedEnd() throws -> End {
        try connection.first("SELECT seq, log_hash FROM event ORDER BY seq DESC LIMIT 1") {
            End(seq: $0.integer(0), hash: $0.optionalBlob(1) ?? HashChain.origin)
        } ?? End(seq: 0, hash: HashChain.origin)
    }

    private func learnHeads(of streams: [String]) throws {
        var unknown: [String] = []
        for stream in streams where heads[stream] == nil {
            heads[stream] = Head.none
            unknown.append(stream)
        }
        for batch in unknown.inBatches {
            let wanted = Array(repeating: "(?)", count: batch.count).joined(separator: ", ")
            try connection.query(
                """
                WITH wanted (stream) AS (VALUES \(wanted))
                SELECT event.stream, event.version, event.hash
                FROM wanted JOIN event ON event.stream = wanted.stream AND event.version =
                    (SELECT max(version) FROM event AS other WHERE other.stream = wanted.stream)
                """,
                batch.map(SQLValue.text)
            ) { heads[$0.text(0)] = Head(version: $0.integer(1), hash: $0.blob(2)) }
        }
    }

    private func insert(_ events: [PlacedEvent]) throws {
        try Self.insertion.run(events, on: connection) { placed, row in
            let event = placed.event
            row.append(.integer(event.seq))
            row.append(.text(event.stream))
            row.append(.integer(event.version))
            row.append(SQLValue(event.at))
            row.append(.text(event.actor))
            row.append(.text(event.kind))
            row.append(.text(event.body))
            row.append(.blob(event.previous))
            row.append(.blob(event.hash))
            row.append(.blob(placed.logHash))
        }
    }

    private static let insertion = RowInsertion(
        into: "event", "seq", "stream", "version", "at", "actor", "kind", "body", "previous", "hash", "log_hash")
}

extension HashChain {
    /// The hash of the log up to an event: over the hash up to the event before it, the event's `seq` and the event's own
    /// hash.
    static func log(after previous: [UInt8], seq: Int64, hash: [UInt8]) -> [UInt8] {
        var chain = HashChain(after: previous)
        chain.add(seq)
        chain.add(hash)
        return chain.hash()
    }

    /// The fields of an event in the order in which they are hashed. `seq` is not among them: a stream's chain does not
    /// depend on what other streams do. The log's hash holds it.
    mutating func addEvent(stream: String, version: Int64, at: Instant, actor: String, kind: String, body: String) {
        add(stream)
        add(version)
        add(at.microseconds)
        add(actor)
        add(kind)
        add(body)
    }
}
