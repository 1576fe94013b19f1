import Chronology
import Notation
import Storage

/// One test of a way to be reached, and what became of it. It is told in a closed set of words: what a server wrote that
/// somebody only typed the address of is never shown to them, nor is where that address led (reliability-security §4.3).
public struct ContactTest: Hashable, Sendable {
    public enum Result: String, Hashable, Sendable, CaseIterable {
        /// The relay or the webhook took it. Not that a person saw it.
        case accepted
        /// The receiver said no, and would again.
        case refused
        /// Nothing left: the address, its signing key or this server's rules do not allow it.
        case notSent = "not-sent"
        /// No connection, or the receiver asked to come back later.
        case unreachable
        /// It went out and nothing came back; it may have arrived.
        case unanswered
    }

    public enum State: Hashable, Sendable {
        /// It is on its way. `last`: what the attempt before came to, after which it is tried again.
        case waiting(last: Result?)
        case accepted(at: Instant)
        /// nil: it was set aside, because no node that took it up reported back.
        case failed(Result?, at: Instant)
    }

    public let id: DeliveryID
    public let contact: ContactMethodID
    public let requestedBy: Actor
    public let requestedAt: Instant
    public let attempts: Int
    public let state: State

    public init(
        id: DeliveryID, contact: ContactMethodID, requestedBy: Actor, requestedAt: Instant, attempts: Int, state: State
    ) {
        self.id = id
        self.contact = contact
        self.requestedBy = requestedBy
        self.requestedAt = requestedAt
        self.attempts = attempts
        self.state = state
    }
}

/// Bounds of testing, and why.
public enum TestLimits {
    /// Anybody who signs in may write down any address: Tocsin must not become the means of filling somebody's inbox.
    public static let window = Duration.minutes(10)
    /// Of one way to be reached in a window: one that fails, one after it was mended, one for good measure.
    public static let perContact = 3
    /// Of one person in a window, so that writing the same address down anew gains little.
    public static let perPerson = 10
    /// Whoever tests is waiting for it; what arrives later is of no use.
    public static let giveUpAfter = Duration.minutes(2)
    /// How many of a person's tests are read at once: all that a window holds, and the last one of each way.
    static let read = 64
}

extension ContactTest {
    /// A person's last tests, newest first.
    public static func all(of user: UserID, on connection: any Connection) throws -> [ContactTest] {
        try connection.all(
            """
            SELECT id, state, attempts, created_at, finished_at, outcome, body FROM delivery \
            WHERE subject = ? AND class IN (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?
            """,
            [
                .text(user.text), .text(DeliveryKind.test.rawValue), .text(DeliveryKind.verification.rawValue),
                SQLValue(TestLimits.read),
            ]
        ) { row in
            let body = try JSON(parsing: Array(row.text(6).utf8), limits: .stored)
            let result = row.optionalText(5).flatMap(Result.init)
            let finishedAt = row.optionalInstant(4) ?? row.instant(3)
            let state: State =
                switch row.text(1) {
                case "queued", "leased": .waiting(last: result)
                case "sent": .accepted(at: finishedAt)
                default: .failed(result, at: finishedAt)
                }
            return ContactTest(
                id: DeliveryID(row.text(0)), contact: ContactMethodID(try body.text("method")),
                requestedBy: try Actor(text: try body.text("by")), requestedAt: row.instant(3),
                attempts: Int(row.integer(2)), state: state)
        }
    }

    /// When a way may be tested again; nil: now.
    ///
    /// - Parameter tests: the person's, newest first.
    public static func nextAllowed(
        of contact: ContactMethodID, after tests: [ContactTest], at now: Instant
    ) -> Instant? {
        func end(_ tests: [ContactTest], _ most: Int) -> Instant? {
            guard tests.count >= most else { return nil }
            let free = tests[most - 1].requestedAt + TestLimits.window
            return free > now ? free : nil
        }
        return [
            end(tests.filter { $0.contact == contact }, TestLimits.perContact), end(tests, TestLimits.perPerson),
        ].compactMap { $0 }.max()
    }
}
