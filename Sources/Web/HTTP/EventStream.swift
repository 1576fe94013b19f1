import Chronology
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import ServiceLifecycle

/// Server-sent events (HTML Standard §9.2): an answer that goes on until the client leaves, the session ends or the server
/// stops. A client that was cut off resumes behind the last event it saw.
public struct EventStream: Sendable {
    public struct Event: Hashable, Sendable {
        /// What the client sends back as `Last-Event-ID` when it resumes.
        public let id: String?
        public let name: String?
        public let data: String

        public init(id: String? = nil, name: String? = nil, data: String) {
            self.id = id
            self.name = name
            self.data = data
        }

        /// Line ends in the data start a new `data:` line; those in the id or name, which would end the field, are dropped.
        var text: String {
            var text = ""
            if let id { text += "id: \(Self.oneLine(id))\n" }
            if let name { text += "event: \(Self.oneLine(name))\n" }
            let lines = data.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
            for line in lines { text += "data: \(line)\n" }
            return text + "\n"
        }

        private static func oneLine(_ text: String) -> String { text.filter { !$0.isNewline && $0 != "\0" } }
    }

    /// Proxies close what is silent for half a minute; a comment keeps the connection open and finds out who has left.
    public static let heartbeat: Duration = .seconds(15)
    /// How often the caller is checked again (S45).
    public static let recheck: Duration = .minutes(5)
    /// Events that wait for a slow client. When they do not fit, the client is cut off and resumes from the store.
    static let backlog = 256

    private enum Item: Sendable {
        case event(Event)
        case beat
        case over
    }

    /// Waits for a time; injected so that tests need not.
    public typealias Sleep = @Sendable (Duration) async throws -> Void

    /// Behind which event a client wants to go on: the `Last-Event-ID` of a reconnecting browser, or else `?after=`.
    /// Throws when it is not a number.
    public static func position(of call: Call) throws -> Int64? {
        let text = try call.headers[.lastEventID] ?? call.query.one("after")
        guard let text, !text.isEmpty else { return nil }
        guard let position = Int64(text), position >= 0 else {
            throw HTTPProblem.badRequest("The position must be a number that an event had as its id.", at: "/after")
        }
        return position
    }

    /// The answer. `isStillGood` says whether the caller may go on; an error counts as no, because who cannot be checked is
    /// not served (S73).
    public static func answer<Events: AsyncSequence & Sendable>(
        _ events: Events, sleep: @escaping Sleep = { try await Task.sleep(for: $0) },
        isStillGood: @escaping @Sendable () async throws -> Bool
    ) -> Answer where Events.Element == Event {
        Answer(
            .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            body: .stream { writer in
                // Tells the browser to wait two seconds before it reconnects, and shows that the stream has begun.
                try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
                let (items, line) = AsyncStream.makeStream(of: Item.self, bufferingPolicy: .bufferingOldest(backlog))
                let feeder = feed(line, from: events, sleep: sleep, isStillGood: isStillGood)
                defer { feeder.cancel() }
                try await withTaskCancellationOrGracefulShutdownHandler {
                    for await item in items {
                        switch item {
                        case .event(let event): try await writer.write(ByteBuffer(string: event.text))
                        case .beat: try await writer.write(ByteBuffer(string: ": beat\n\n"))
                        case .over: return
                        }
                    }
                } onCancelOrGracefulShutdown: {
                    line.finish()
                }
            })
    }

    /// Everything that puts something into the line, in one task that ends with the stream.
    private static func feed<Events: AsyncSequence & Sendable>(
        _ line: AsyncStream<Item>.Continuation, from events: Events, sleep: @escaping Sleep,
        isStillGood: @escaping @Sendable () async throws -> Bool
    ) -> Task<Void, Never> where Events.Element == Event {
        Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        for try await event in events {
                            guard case .enqueued = line.yield(.event(event)) else { break }
                        }
                    } catch {
                        // The source broke: the client reconnects and asks again.
                    }
                }
                group.addTask {
                    // Sleeping throws only when the stream is over.
                    while (try? await sleep(heartbeat)) != nil {
                        guard case .enqueued = line.yield(.beat) else { break }
                    }
                }
                group.addTask {
                    // An error in the check counts as no.
                    while (try? await sleep(recheck)) != nil, (try? await isStillGood()) == true {}
                }
                // Whichever ends first ends the stream: the source, the session, or the client's patience.
                await group.next()
                line.yield(.over)
                line.finish()
                group.cancelAll()
            }
        }
    }
}
