import Chronology
import Notation
import Storage

/// Something that must say again and again that it lives: a backup, a cron job, a monitoring system. Its silence is the alert.
public struct Heartbeat: Hashable, Sendable {
    /// From when on it is waited for.
    public enum Arming: String, Hashable, Sendable, CaseIterable {
        case creation
        case firstBeat = "first-beat"
    }

    /// Shorter, and a network's hiccup would wake somebody.
    static let shortestInterval = Duration.seconds(10)
    /// A monthly job, and a week.
    static let longestInterval = Duration.days(40)

    public let id: String
    /// Stands in the address of its pings: letters, digits, `.`, `_` and `-`.
    public let name: String
    /// Whose key it is pinged with.
    public let integration: IntegrationID
    public let interval: Duration
    /// How much later than that it may be.
    public let grace: Duration
    public let severity: String?
    public let service: ServiceID?
    public let message: String?
    public let arming: Arming
    public let isDisabled: Bool

    init(_ id: String, _ json: JSON) throws(InputFault) {
        self.id = id
        name = try json.text("name")
        guard (1...100).contains(name.utf8.count),
            name.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || "._-".utf8.contains(byte)
            })
        else { throw InputFault(at: "/name", "a name is made of 1 to 100 letters, digits, dots, - and _") }
        integration = IntegrationID(try json.text("integration"))
        let seconds = json["intervalSeconds"]?.integer ?? 0
        guard (Self.shortestInterval.wholeSeconds...Self.longestInterval.wholeSeconds).contains(seconds) else {
            throw InputFault(at: "/intervalSeconds", "an interval is between 10 seconds and 40 days")
        }
        interval = .seconds(seconds)
        let grace = json["graceSeconds"]?.integer ?? 0
        guard (0...Self.longestInterval.wholeSeconds).contains(grace) else {
            throw InputFault(at: "/graceSeconds", "a grace is at most 40 days")
        }
        self.grace = .seconds(grace)
        severity = try json.optionalText("severity")
        service = try json.optionalText("service").map { ServiceID($0) }
        message = try json.optionalText("message")
        let word = try json.optionalText("armed") ?? Arming.firstBeat.rawValue
        guard let arming = Arming(rawValue: word) else {
            throw InputFault(at: "/armed", "it is armed from creation or from its first-beat")
        }
        self.arming = arming
        isDisabled = try json.flag("disabled")
    }

    /// The key of its alert at its integration.
    var dedupKey: String { "heartbeat/\(name)" }

    /// When it is late that was heard of then.
    func due(after beat: Instant) -> Instant { beat + interval + grace }
}

/// What is known of a heartbeat.
public struct HeartbeatState: Hashable, Sendable {
    /// nil: it was never heard of.
    public let beatAt: Instant?
    /// When it counts as late; nil: it is not waited for.
    public let dueAt: Instant?
    public let isLate: Bool

    public static func read(_ heartbeat: Heartbeat, on connection: any Connection) throws -> HeartbeatState {
        let row = try connection.first(
            "SELECT beat_at, armed_at, is_late FROM heartbeat WHERE id = ?", [.text(heartbeat.id)]
        ) { (beat: $0.optionalInstant(0), armed: $0.instant(1), isLate: $0.flag(2)) }
        let since = row.map { $0.beat ?? $0.armed }
        return HeartbeatState(
            beatAt: row?.beat, dueAt: heartbeat.isDisabled ? nil : since.map(heartbeat.due(after:)),
            isLate: row?.isLate ?? false)
    }
}
