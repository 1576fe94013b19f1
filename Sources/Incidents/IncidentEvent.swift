import Chronology
import Notation

/// What happened to an incident, in the past tense. The stream of these is the incident; everything else is a view of it.
public enum IncidentEvent: Hashable, Sendable {
    public struct Declaration: Hashable, Sendable {
        public var key: String
        public var title: String
        public var severity: Severity
        public var service: ServiceID?
        public var kind: Incident.Kind
        public var procedure: String
        public var procedureVersion: Int
        public var origin: String?
        public var impactStarted: Instant?
        public var detected: Instant?
        /// Why there is an incident, as a sentence.
        public var reason: String

        public init(
            key: String, title: String, severity: Severity, service: ServiceID?, kind: Incident.Kind, procedure: String,
            procedureVersion: Int, origin: String?, impactStarted: Instant?, detected: Instant?, reason: String
        ) {
            self.key = key
            self.title = title
            self.severity = severity
            self.service = service
            self.kind = kind
            self.procedure = procedure
            self.procedureVersion = procedureVersion
            self.origin = origin
            self.impactStarted = impactStarted
            self.detected = detected
            self.reason = reason
        }
    }

    case declared(Declaration)
    case alertAttached(AlertID, title: String)
    /// How it ended, as a sentence's end: "by its source", "by Ana".
    case alertResolved(AlertID, title: String, how: String)
    case paged(PageID, plan: String)
    case pageAcknowledged(PageID)
    case pageExhausted(PageID)
    case statusChanged(from: IncidentStatus, to: IncidentStatus, message: String?)
    case severityChanged(from: Severity, to: Severity, why: String)
    case roleAssigned(role: String, UserID)
    case roleReleased(role: String, UserID)
    case noteAdded(String)
    case retitled(from: String, to: String)
}

extension IncidentEvent: Recordable {
    public var kind: String {
        switch self {
        case .declared: "incident.declared"
        case .alertAttached: "incident.alert-attached"
        case .alertResolved: "incident.alert-resolved"
        case .paged: "incident.paged"
        case .pageAcknowledged: "incident.page-acknowledged"
        case .pageExhausted: "incident.page-exhausted"
        case .statusChanged: "incident.status-changed"
        case .severityChanged: "incident.severity-changed"
        case .roleAssigned: "incident.role-assigned"
        case .roleReleased: "incident.role-released"
        case .noteAdded: "incident.note-added"
        case .retitled: "incident.retitled"
        }
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { body in
            switch self {
            case .declared(let declaration):
                declaration.write(into: &body)
            case .alertAttached(let alert, let title):
                body.member("alert", alert.text)
                body.member("title", title)
            case .alertResolved(let alert, let title, let how):
                body.member("alert", alert.text)
                body.member("title", title)
                body.member("how", how)
            case .paged(let page, let plan):
                body.member("page", page.text)
                body.member("plan", plan)
            case .pageAcknowledged(let page), .pageExhausted(let page):
                body.member("page", page.text)
            case .statusChanged(let from, let to, let message):
                body.member("from", from.rawValue)
                body.member("to", to.rawValue)
                body.member("message", message)
            case .severityChanged(let from, let to, let why):
                body.name("from")
                from.write(into: &body)
                body.name("to")
                to.write(into: &body)
                body.member("why", why)
            case .roleAssigned(let role, let user), .roleReleased(let role, let user):
                body.member("role", role)
                body.member("user", user.text)
            case .noteAdded(let text):
                body.member("text", text)
            case .retitled(let from, let to):
                body.member("from", from)
                body.member("to", to)
            }
        }
    }

    public init(kind: String, body: JSON) throws(InputFault) {
        switch kind {
        case "incident.declared":
            self = .declared(try Declaration(body))
        case "incident.alert-attached":
            self = .alertAttached(AlertID(try body.text("alert")), title: try body.text("title"))
        case "incident.alert-resolved":
            self = .alertResolved(
                AlertID(try body.text("alert")), title: try body.text("title"), how: try body.text("how"))
        case "incident.paged":
            self = .paged(PageID(try body.text("page")), plan: try body.text("plan"))
        case "incident.page-acknowledged":
            self = .pageAcknowledged(PageID(try body.text("page")))
        case "incident.page-exhausted":
            self = .pageExhausted(PageID(try body.text("page")))
        case "incident.status-changed":
            self = .statusChanged(
                from: try IncidentStatus(named: try body.text("from")),
                to: try IncidentStatus(named: try body.text("to")),
                message: body["message"]?.string)
        case "incident.severity-changed":
            self = .severityChanged(
                from: try Severity(body["from"]), to: try Severity(body["to"]), why: try body.text("why"))
        case "incident.role-assigned":
            self = .roleAssigned(role: try body.text("role"), UserID(try body.text("user")))
        case "incident.role-released":
            self = .roleReleased(role: try body.text("role"), UserID(try body.text("user")))
        case "incident.note-added":
            self = .noteAdded(try body.text("text"))
        case "incident.retitled":
            self = .retitled(from: try body.text("from"), to: try body.text("to"))
        default:
            throw InputFault(at: "kind", "\"\(kind)\" is not known to this version of Tocsin")
        }
    }
}

extension IncidentEvent.Declaration {
    fileprivate func write(into body: inout JSONWriter) {
        body.member("key", key)
        body.member("title", title)
        body.name("severity")
        severity.write(into: &body)
        body.member("service", service?.text)
        body.member("kind", kind.rawValue)
        body.member("procedure", procedure)
        body.member("procedureVersion", procedureVersion)
        body.member("origin", origin)
        body.member("impactStarted", instant: impactStarted)
        body.member("detected", instant: detected)
        body.member("reason", reason)
    }

    fileprivate init(_ body: JSON) throws(InputFault) {
        guard let kind = Incident.Kind(rawValue: try body.text("kind")) else {
            throw InputFault(at: "/kind", "an incident is real, a drill or a test")
        }
        self.init(
            key: try body.text("key"), title: try body.text("title"), severity: try Severity(body["severity"]),
            service: body["service"]?.string.map { ServiceID($0) }, kind: kind, procedure: try body.text("procedure"),
            procedureVersion: Int(try body.number("procedureVersion")), origin: body["origin"]?.string,
            impactStarted: body["impactStarted"]?.integer.map { Instant(microseconds: $0) },
            detected: body["detected"]?.integer.map { Instant(microseconds: $0) }, reason: try body.text("reason"))
    }
}

extension Severity {
    public func write(into writer: inout JSONWriter) {
        writer.object {
            $0.member("rank", rank)
            $0.member("label", label)
        }
    }

    public init(_ json: JSON?) throws(InputFault) {
        guard let json else { throw InputFault(at: "/severity", "a severity is missing") }
        self.init(rank: Int(try json.number("rank")), label: try json.text("label"))
    }
}

extension IncidentStatus {
    init(named name: String) throws(InputFault) {
        guard let status = IncidentStatus(rawValue: name) else {
            throw InputFault(at: "/status", "\"\(name)\" is not a state of an incident")
        }
        self = status
    }
}

extension JSONWriter {
    /// An instant as whole microseconds since the epoch: in records, where it is read back; people get RFC 3339.
    public mutating func member(_ name: String, instant: Instant?) {
        self.name(name)
        if let instant { value(instant.microseconds) } else { null() }
    }
}
