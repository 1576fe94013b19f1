import Chronology
import Delivery
import Logging
import Notation
import Storage

/// Asks the far ends that have to be asked what came back: which button was pressed, which receipt was acknowledged. Of all
/// nodes one asks each channel at a time, under a lease; when it falls silent, another goes on.
public final class ChannelListener: Sendable {
    /// Between two askings of a far end that answers at once.
    static let pause = Duration.seconds(3)
    /// After one that could not be asked.
    static let longPause = Duration.seconds(30)
    /// Longer than an asking takes.
    static let lease = Duration.seconds(40)

    private let engine: Engine
    private let channels: [String: any PolledChannel]
    private let publicURL: String
    private let node: String
    private let logger: Logger

    public init(
        engine: Engine, channels: [String: any Channel], publicURL: String, node: String, logger: Logger
    ) {
        self.engine = engine
        self.channels = channels.compactMapValues { $0 as? any PolledChannel }
        self.publicURL = publicURL
        self.node = node
        self.logger = logger
    }

    /// Runs until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for (kind, channel) in channels {
                group.addTask { await self.run(kind, channel) }
            }
        }
    }

    private func run(_ kind: String, _ channel: any PolledChannel) async {
        while !Task.isCancelled {
            let pause: Duration
            do {
                pause = try await listen(kind, channel)
            } catch {
                logger.warning(
                    "a channel could not be listened to", metadata: ["channel": "\(kind)", "fault": "\(error)"])
                pause = Self.longPause
            }
            // Ends at once when the task is cancelled, and then the loop does.
            do { try await engine.clock.sleep(pause) } catch { return }
        }
    }

    /// One asking; gives how long to wait before the next.
    private func listen(_ kind: String, _ channel: any PolledChannel) async throws -> Duration {
        guard let settings = try await engine.organisation().channels[kind], settings.obstacle == nil else {
            return Self.longPause
        }
        guard let turn = try await turn(kind) else { return Self.longPause }
        let answer = await channel.listen(
            settings.account(calledBackAt: publicURL), cursor: turn.cursor, receipts: turn.receipts,
            now: engine.clock.now())
        for said in answer.said { _ = try await engine.submit(.said(said, channel: kind)) }
        // Only after what was said is durable: after a crash it is asked for again.
        try await engine.store.write(.shared) { [node] connection in
            try connection.execute(
                "UPDATE poll SET cursor = ?, until = ?, fault = ? WHERE channel = ? AND owner = ?",
                [
                    SQLValue(answer.cursor ?? turn.cursor), SQLValue(connection.now + Self.lease),
                    SQLValue(answer.fault), .text(kind), .text(node),
                ])
        }
        return answer.fault == nil ? Self.pause : Self.longPause
    }

    private struct Turn: Sendable {
        let cursor: String?
        let receipts: [String]
    }

    /// nil: another node has it.
    private func turn(_ kind: String) async throws -> Turn? {
        try await engine.store.write(.shared) { [node] connection in
            let now = connection.now
            try connection.execute(
                "INSERT INTO poll (channel, cursor, owner, until, fault) VALUES (?, NULL, ?, ?, NULL) "
                    + "ON CONFLICT (channel) DO UPDATE SET owner = excluded.owner, until = excluded.until "
                    + "WHERE poll.owner = excluded.owner OR poll.until <= ?",
                [.text(kind), .text(node), SQLValue(now + Self.lease), SQLValue(now)])
            let row = try connection.first("SELECT cursor, owner FROM poll WHERE channel = ?", [.text(kind)]) {
                (cursor: $0.optionalText(0), owner: $0.optionalText(1))
            }
            guard let row, row.owner == node else { return nil }
            let receipts = try connection.all(
                """
                SELECT d.receipt FROM delivery d JOIN page p ON p.id = d.page \
                WHERE d.channel = ? AND d.receipt IS NOT NULL AND p.is_open = 1 ORDER BY d.created_at DESC LIMIT 100
                """, [.text(kind)]
            ) { $0.text(0) }
            return Turn(cursor: row.cursor, receipts: receipts)
        }
    }
}
