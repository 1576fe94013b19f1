import Chronology
import Incidents
import Notation

/// Signals with one dedup key while the problem is open. What was decided about it is the fold of its events; what its
/// source said last (title, annotations, counts, expiry) is `content`, which each signal replaces without an event, so
/// that a fleet re-sending its alerts every minute adds no rows.
public struct Alert: Hashable, Sendable {
    public enum Phase: Hashable, Sendable {
        case firing
        case acknowledged(by: Actor, at: Instant)
        case resolved(Resolution, at: Instant)
    }

    public enum Resolution: Hashable, Sendable {
        /// Its source said that it is over.
        case source
        /// Its source said nothing more until the time that it had given.
        case expiry
        case person(Actor)
    }

    public let id: AlertID
    public let integration: IntegrationID
    public let dedupKey: String
    public let openedAt: Instant
    public internal(set) var phase: Phase
    public internal(set) var severity: Severity
    public internal(set) var service: ServiceID?
    public internal(set) var route: RouteID?
    public internal(set) var incident: IncidentID?
    public internal(set) var page: PageID?
    /// Why this alert did what it did, or did nothing, in sentences in the order of the decisions.
    public internal(set) var explanation: [String]
    public internal(set) var version: Int64

    public init(_ id: AlertID, from event: AlertEvent, at now: Instant) {
        guard case .opened(let opening) = event else {
            preconditionFailure("The first event of an alert is its opening, not \(event.kind).")
        }
        self.id = id
        self.integration = opening.integration
        self.dedupKey = opening.dedupKey
        self.openedAt = now
        self.phase = .firing
        self.severity = opening.severity
        self.service = opening.service
        self.route = opening.route
        self.explanation = opening.explanation
        self.version = 1
    }

    /// Takes an alert up again from what was stored of it, instead of folding its events anew.
    public init(
        restoring id: AlertID, integration: IntegrationID, dedupKey: String, openedAt: Instant, phase: Phase,
        severity: Severity, service: ServiceID?, route: RouteID?, incident: IncidentID?, page: PageID?,
        explanation: [String], version: Int64
    ) {
        self.id = id
        self.integration = integration
        self.dedupKey = dedupKey
        self.openedAt = openedAt
        self.phase = phase
        self.severity = severity
        self.service = service
        self.route = route
        self.incident = incident
        self.page = page
        self.explanation = explanation
        self.version = version
    }

    /// Folds a later event. Never fails: what was recorded has happened.
    public mutating func apply(_ event: AlertEvent, at now: Instant) {
        version += 1
        switch event {
        case .opened:
            preconditionFailure("An alert is opened once.")
        case .acknowledged(let actor):
            phase = .acknowledged(by: actor, at: now)
        case .severityChanged(_, let severity):
            self.severity = severity
        case .attached(let incident, let why):
            self.incident = incident
            explanation.append(why)
        case .paged(let page, let why):
            self.page = page
            explanation.append(why)
        case .explained(let sentence):
            explanation.append(sentence)
        case .resolved(let resolution):
            phase = .resolved(resolution, at: now)
        }
    }

    public var isOpen: Bool {
        if case .resolved = phase { false } else { true }
    }
}

/// What happened to an alert.
public enum AlertEvent: Hashable, Sendable {
    public struct Opening: Hashable, Sendable {
        public var integration: IntegrationID
        public var dedupKey: String
        public var title: String
        public var severity: Severity
        public var service: ServiceID?
        public var route: RouteID?
        public var labels: [Label]
        public var startsAt: Instant?
        public var explanation: [String]

        public init(
            integration: IntegrationID, dedupKey: String, title: String, severity: Severity, service: ServiceID?,
            route: RouteID?, labels: [Label], startsAt: Instant?, explanation: [String]
        ) {
            self.integration = integration
            self.dedupKey = dedupKey
            self.title = title
            self.severity = severity
            self.service = service
            self.route = route
            self.labels = labels
            self.startsAt = startsAt
            self.explanation = explanation
        }
    }

    case opened(Opening)
    case acknowledged(by: Actor)
    case severityChanged(from: Severity, to: Severity)
    case attached(IncidentID, why: String)
    case paged(PageID, why: String)
    case explained(String)
    case resolved(Alert.Resolution)
}

extension AlertEvent: Recordable {
    public var kind: String {
        switch self {
        case .opened: "alert.opened"
        case .acknowledged: "alert.acknowledged"
        case .severityChanged: "alert.severity-changed"
        case .attached: "alert.attached"
        case .paged: "alert.paged"
        case .explained: "alert.explained"
        case .resolved: "alert.resolved"
        }
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { body in
            switch self {
            case .opened(let opening):
                opening.write(into: &body)
            case .acknowledged(let actor):
                body.member("by", actor.text)
            case .severityChanged(let from, let to):
                body.name("from")
                from.write(into: &body)
                body.name("to")
                to.write(into: &body)
            case .attached(let incident, let why):
                body.member("incident", incident.text)
                body.member("why", why)
            case .paged(let page, let why):
                body.member("page", page.text)
                body.member("why", why)
            case .explained(let sentence):
                body.member("sentence", sentence)
            case .resolved(let resolution):
                switch resolution {
                case .source: body.member("how", "source")
                case .expiry: body.member("how", "expiry")
                case .person(let actor):
                    body.member("how", "person")
                    body.member("by", actor.text)
                }
            }
        }
    }

    public init(kind: String, body: JSON) throws(InputFault) {
        switch kind {
        case "alert.opened":
            self = .opened(try Opening(body))
        case "alert.acknowledged":
            self = .acknowledged(by: try Actor(text: try body.text("by")))
        case "alert.severity-changed":
            self = .severityChanged(from: try Severity(body["from"]), to: try Severity(body["to"]))
        case "alert.attached":
            self = .attached(IncidentID(try body.text("incident")), why: try body.text("why"))
        case "alert.paged":
            self = .paged(PageID(try body.text("page")), why: try body.text("why"))
        case "alert.explained":
            self = .explained(try body.text("sentence"))
        case "alert.resolved":
            switch try body.text("how") {
            case "source": self = .resolved(.source)
            case "expiry": self = .resolved(.expiry)
            case "person": self = .resolved(.person(try Actor(text: try body.text("by"))))
            default: throw InputFault(at: "/how", "an alert is resolved by source, expiry or person")
            }
        default:
            throw InputFault(at: "kind", "\"\(kind)\" is not known to this version of Tocsin")
        }
    }
}

extension AlertEvent.Opening {
    fileprivate func write(into body: inout JSONWriter) {
        body.member("integration", integration.text)
        body.member("dedupKey", dedupKey)
        body.member("title", title)
        body.name("severity")
        severity.write(into: &body)
        body.member("service", service?.text)
        body.member("route", route?.text)
        body.name("labels")
        labels.write(into: &body)
        body.member("startsAt", instant: startsAt)
        body.member("explanation", array: { array in for sentence in explanation { array.value(sentence) } })
    }

    fileprivate init(_ body: JSON) throws(InputFault) {
        var explanation: [String] = []
        for sentence in try body.elements("explanation") { if let text = sentence.string { explanation.append(text) } }
        self.init(
            integration: IntegrationID(try body.text("integration")), dedupKey: try body.text("dedupKey"),
            title: try body.text("title"), severity: try Severity(body["severity"]),
            service: body["service"]?.string.map { ServiceID($0) }, route: body["route"]?.string.map { RouteID($0) },
            labels: [Label](body["labels"]), startsAt: body["startsAt"]?.integer.map { Instant(microseconds: $0) },
            explanation: explanation)
    }
}

extension [Label] {
    public func write(into writer: inout JSONWriter) {
        writer.object { for label in self { $0.member(label.name, label.value) } }
    }

    /// Reads what `write` wrote; members that are not strings are passed over.
    public init(_ json: JSON?) {
        self = (json?.members ?? []).compactMap { member in member.value.string.map { Label(member.name, $0) } }
    }
}
