import Chronology
import Notation
import Storage

/// What a message of the outbox is about. It decides how the message is put together, and from what.
public enum DeliveryKind: String, Hashable, Sendable {
    /// It wakes somebody: a notice of a page.
    case page
    /// It tries a way to be reached.
    case test
    /// It tells somebody about an incident without waking them: a step of an escalation, a reminder, an update.
    case incident
    /// It tells a far end that the page of an earlier message has been taken or is over.
    case settled
    /// It proves that a way to be reached is somebody's: it holds a code.
    case verification
    /// It tells somebody about their shifts without waking them: a reminder, a change, a gap, a hand-off.
    case onCall = "oncall"
    /// It puts whoever is on call into a user group of a chat.
    case group
}

/// One row of the outbox: a message that is owed. Written in the transaction that decided it; sent only after.
struct DeliveryRow {
    let id: DeliveryID
    /// The stable key: one row for each intent, whatever is retried.
    let intent: String
    /// Rows of one lane are sent in the order of their making.
    let lane: String
    let kind: DeliveryKind
    let channel: String
    let destination: String
    let subject: String
    /// The page that it is a notice of, on whose record its result stands.
    var page: PageID?
    let user: UserID
    let method: ContactMethodID
    /// Who asked for it, where a person did.
    var requestedBy: Actor?
    /// What else the message is made of.
    var content: JSON?
    var giveUpAfter = OutboxLimits.giveUpAfter
    /// How long it waits before it is sent.
    var delay = Duration.zero

    /// Many with one statement. One whose intent is there already is not written again.
    static func insert(_ deliveries: [DeliveryRow], at now: Instant, on connection: any Connection) throws {
        for batch in deliveries.inBatches {
            let rows = batch.map { _ in "(?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, ?, ?, 0, ?, ?)" }.joined(separator: ", ")
            try connection.execute(
                """
                INSERT INTO delivery (id, intent, lane, class, channel, destination, subject, page, state, attempts, next_at, \
                give_up_at, lease_epoch, created_at, body) VALUES \(rows) ON CONFLICT (intent) DO NOTHING
                """, batch.flatMap { $0.values(at: now) })
        }
    }

    private func values(at now: Instant) -> [SQLValue] {
        var body = JSONWriter()
        body.object {
            $0.member("user", user.text)
            $0.member("method", method.text)
            if let requestedBy { $0.member("by", requestedBy.text) }
            if let content { $0.member("content", content) }
        }
        return [
            .text(id.text), .text(intent), .text(lane), .text(kind.rawValue), .text(channel), .text(destination),
            .text(subject), SQLValue(page?.text), SQLValue(now + delay), SQLValue(now + delay + giveUpAfter),
            SQLValue(now), .text(body.text),
        ]
    }

    /// What is not on its way yet never goes: an acknowledgement cancels it in its own transaction (R8).
    static func withdraw(page: PageID, at now: Instant, on connection: any Connection) throws {
        try connection.execute(
            """
            UPDATE delivery SET state = 'cancelled', finished_at = ?, outcome = 'withdrawn' \
            WHERE page = ? AND state = 'queued'
            """, [SQLValue(now), .text(page.text)])
    }

    /// As much of it as is meant for one person.
    static func withdraw(page: PageID, for user: UserID, at now: Instant, on connection: any Connection) throws {
        let queued = try connection.all(
            "SELECT id, body FROM delivery WHERE page = ? AND state = 'queued'", [.text(page.text)]
        ) { (id: $0.text(0), body: try JSON(parsing: Array($0.text(1).utf8), limits: .stored)) }
        for row in queued where row.body["user"]?.string == user.text {
            try connection.execute(
                "UPDATE delivery SET state = 'cancelled', finished_at = ?, outcome = 'withdrawn' WHERE id = ?",
                [SQLValue(now), .text(row.id)])
        }
    }

    /// What was for later goes now.
    static func hasten(intent: String, at now: Instant, on connection: any Connection) throws {
        try connection.execute(
            """
            UPDATE delivery SET next_at = ?, give_up_at = ? \
            WHERE intent = ? AND state = 'queued' AND attempts = 0 AND next_at > ?
            """, [SQLValue(now), SQLValue(now + OutboxLimits.giveUpAfter), .text(intent), SQLValue(now)])
    }
}

/// Bounds of the outbox, and why.
public enum OutboxLimits {
    /// A page that could not be delivered for so long is of no use by this way; others have been taken by then (R4).
    public static let giveUpAfter = Duration.minutes(15)
    /// How long a node may be silent in the middle of a sending before another repeats it. Longer than the longest
    /// attempt of any channel (`attemptTime` of its descriptor), so that a slow far end is not taken for a dead node.
    public static let lease = Duration.seconds(40)
    /// A row that was taken up so often without a report has killed its process each time; it is set aside and shown.
    public static let quarantineAfter: Int64 = 5
    /// How many messages one node sends at once: enough to hide slow far ends, few enough not to be one itself.
    public static let concurrency = 96
    /// Of these to one far end (a web server, the mail relay), so that the others have room beside a dead one.
    public static let perFarEnd = 32
    /// To one that has just let an attempt wait for so long in vain. Enough to see when it is back.
    public static let perSilentFarEnd = 2
    public static let silence = Duration.seconds(2)
    /// How many silent far ends are remembered; any beyond them is treated like the others.
    public static let silentFarEnds = 1_024
    /// How often one taking up looks behind messages whose far end has its share already.
    public static let looksAClaim = 8
    /// The first pause after a failed attempt; it doubles, with jitter.
    public static let firstPause = Duration.seconds(1)
    public static let longestPause = Duration.minutes(1)
}
