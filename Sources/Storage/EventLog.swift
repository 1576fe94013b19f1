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

    public init(_ entries: [NewEvent], to stream: String, expecting: Int64) {
        self.entries = entries
        self.stream = stream
        self.expecting = expecting
    }
}

/// The log of everything that was decided: append-only, one hash chain for each stream (R9).
///
/// Appending belongs in a block of `WriteScope.engine`, whose one holder is what keeps `seq` without gaps. A value of
/// this class serves one block, and remembers there how far the log and its streams have grown.
public final class EventLog {
    private let connection: any Connection
    private var lastSeq: Int64?
    private var heads: [String: Head] = [:]

    private struct Head {
        var version: Int64
        var hash: [UInt8]

        static let none = Head(version: 0, hash: HashChain.origin)
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
        try learnHeads(of: appends.map(\.stream))
        var seq = try lastSeq ?? greatestSeq()
        var heads = heads
        var events: [StoredEvent] = []
        for append in appends {
            var head = heads[append.stream] ?? .none
            guard head.version == append.expecting else {
                throw StorageFault(
                    .conflict, "\(append.stream) is at version \(head.version), not at \(append.expecting)")
            }
            for entry in append.entries {
                seq += 1
                let event = Self.chained(entry, append.stream, version: head.version + 1, seq: seq, after: head.hash)
                head = Head(version: event.version, hash: event.hash)
                events.append(event)
            }
            heads[append.stream] = head
        }
        try insert(events)
        self.heads = heads
        lastSeq = seq
        return events
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

    private func greatestSeq() throws -> Int64 {
        try connection.first("SELECT coalesce(max(seq), 0) FROM event") { $0.integer(0) } ?? 0
    }

    private func learnHeads(of streams: [String]) throws {
        var unknown: [String] = []
        for stream in streams where heads[stream] == nil {
            heads[stream] = Head.none
            unknown.append(stream)
        }
        for batch in batches(unknown) {
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

    private func insert(_ events: [StoredEvent]) throws {
        for batch in batches(events) {
            var arguments: [SQLValue] = []
            arguments.reserveCapacity(batch.count * 9)
            for event in batch {
                arguments += [
                    .integer(event.seq), .text(event.stream), .integer(event.version), SQLValue(event.at),
                    .text(event.actor), .text(event.kind), .text(event.body), .blob(event.previous), .blob(event.hash),
                ]
            }
            try connection.execute(Self.insertion(of: batch.count), arguments)
        }
    }

    /// Made once for each size: a batch of hundreds of rows is a long text.
    private static func insertion(of count: Int) -> String {
        insertions[count] ?? insertionText(count)
    }

    private static let insertions = Dictionary(
        uniqueKeysWithValues: StorageLimits.insertSizes.map { ($0, insertionText($0)) })

    private static func insertionText(_ count: Int) -> String {
        let rows = Array(repeating: "(?, ?, ?, ?, ?, ?, ?, ?, ?)", count: count).joined(separator: ", ")
        return "INSERT INTO event (seq, stream, version, at, actor, kind, body, previous, hash) VALUES \(rows)"
    }
}

extension HashChain {
    /// The fields of an event in the order in which they are hashed. `seq` is not among them: a stream's chain does not
    /// depend on what other streams do.
    mutating func addEvent(stream: String, version: Int64, at: Instant, actor: String, kind: String, body: String) {
        add(stream)
        add(version)
        add(at.microseconds)
        add(actor)
        add(kind)
        add(body)
    }
}

/// Cuts a list into pieces of a few fixed sizes, so that few different statements are prepared.
func batches<Element>(_ elements: [Element]) -> [ArraySlice<Element>] {
    var pieces: [ArraySlice<Element>] = []
    var rest = elements[...]
    for size in StorageLimits.insertSizes {
        while rest.count >= size {
            pieces.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
    }
    return pieces
}
