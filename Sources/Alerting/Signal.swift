import Chronology

/// One message from a source, normalised: what an intake dialect makes of one alert in one request.
public struct Signal: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable {
        case firing, resolved, acknowledged
    }

    /// The source's own identity of the problem (Alertmanager's fingerprint, PagerDuty's dedup key); never rendered text.
    public var dedupKey: String
    public var status: Status
    public var title: String
    /// The source's word for how bad it is, as it was sent. What it means is decided by a route and a ladder.
    public var severity: String?
    /// Sorted by name; no name twice.
    public var labels: [Label]
    /// Sorted by name; no name twice.
    public var annotations: [Label]
    /// When the source says that it began; nil when it does not say.
    public var startsAt: Instant?
    /// When the source says that it ended; nil while it lasts.
    public var endsAt: Instant?
    /// When the alert counts as over unless the source says again that it fires; nil: it lasts until it is resolved.
    public var expiresAt: Instant?
    /// A link back to the source; shown only if it is http, https or mailto.
    public var sourceURL: String?

    public init(
        dedupKey: String, status: Status, title: String, severity: String? = nil, labels: [Label] = [],
        annotations: [Label] = [], startsAt: Instant? = nil, endsAt: Instant? = nil, expiresAt: Instant? = nil,
        sourceURL: String? = nil
    ) {
        self.dedupKey = dedupKey
        self.status = status
        self.title = title
        self.severity = severity
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.expiresAt = expiresAt
        self.sourceURL = sourceURL
    }
}

/// A name and a value, on a signal or an alert: a label says what it is, an annotation says something about it.
public struct Label: Hashable, Comparable, Sendable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    public static func < (left: Label, right: Label) -> Bool {
        (left.name, left.value) < (right.name, right.value)
    }
}

extension [Label] {
    /// The value of the label of that name. Labels are few, so this scans.
    public subscript(name: String) -> String? {
        for label in self where label.name == name { return label.value }
        return nil
    }
}
