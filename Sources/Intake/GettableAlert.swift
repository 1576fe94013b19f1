import Alerting
import Chronology
import Notation

/// An alert as GET /api/v2/alerts and /api/v2/alerts/groups show it: every member of any Alertmanager release that clients
/// rely on, in its order, so `mutedBy` of 0.28 is always there.
public struct GettableAlert: Hashable, Sendable {
    public enum State: String, Hashable, Sendable {
        case active, suppressed, unprocessed
    }

    /// 16 hexadecimal digits. Clients use it as the alert's identity.
    public var fingerprint: String
    public var labels: [Label]
    public var annotations: [Label]
    public var startsAt: Instant
    /// When it ended or will end unless it is renewed. Clients expect a time here, even for an alert that lasts.
    public var endsAt: Instant
    public var updatedAt: Instant
    public var generatorURL: String?
    /// Names of those who are told of it.
    public var receivers: [String]
    public var state: State
    public var silencedBy: [String]
    public var inhibitedBy: [String]
    public var mutedBy: [String]

    public init(
        fingerprint: String, labels: [Label], annotations: [Label] = [], startsAt: Instant, endsAt: Instant,
        updatedAt: Instant, generatorURL: String? = nil, receivers: [String] = [], state: State = .active,
        silencedBy: [String] = [], inhibitedBy: [String] = [], mutedBy: [String] = []
    ) {
        self.fingerprint = fingerprint
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.updatedAt = updatedAt
        self.generatorURL = generatorURL
        self.receivers = receivers
        self.state = state
        self.silencedBy = silencedBy
        self.inhibitedBy = inhibitedBy
        self.mutedBy = mutedBy
    }

    /// The whole body of GET /api/v2/alerts: sorted by fingerprint, with the line feed at the end.
    public static func body(_ alerts: [GettableAlert]) -> [UInt8] {
        var writer = JSONWriter(reserving: 16 + alerts.count * 512)
        writer.array { writer in
            for alert in alerts.sorted(by: { $0.fingerprint < $1.fingerprint }) { alert.write(into: &writer) }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("annotations", object: { Self.write(annotations, into: &$0) })
            writer.member("endsAt", endsAt.rfc3339(fraction: .millis))
            writer.member("fingerprint", fingerprint)
            writer.member(
                "receivers",
                array: { writer in
                    for receiver in receivers { writer.object { $0.member("name", receiver) } }
                })
            writer.member("startsAt", startsAt.rfc3339(fraction: .millis))
            writer.member(
                "status",
                object: { writer in
                    writer.member("inhibitedBy", array: { Self.write(inhibitedBy, into: &$0) })
                    writer.member("mutedBy", array: { Self.write(mutedBy, into: &$0) })
                    writer.member("silencedBy", array: { Self.write(silencedBy, into: &$0) })
                    writer.member("state", state.rawValue)
                })
            writer.member("updatedAt", updatedAt.rfc3339(fraction: .millis))
            if let generatorURL { writer.member("generatorURL", generatorURL) }
            writer.member("labels", object: { Self.write(labels, into: &$0) })
        }
    }

    private static func write(_ labels: [Label], into writer: inout JSONWriter) {
        for label in labels { writer.member(label.name, label.value) }
    }

    private static func write(_ texts: [String], into writer: inout JSONWriter) {
        for text in texts { writer.value(text) }
    }
}
