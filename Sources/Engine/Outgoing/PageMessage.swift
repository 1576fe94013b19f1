import Chronology
import Crypto
import Delivery
import Incidents
import Notation
import Paging
import Storage

/// The message that wakes somebody: how bad, what, where, since when, and one link to say "I have it". Every figure is
/// computed from what is recorded.
struct PageMessage {
    let page: Page
    let organisation: Organisation
    let severity: Severity?
    let incidentKey: String?
    let since: Instant
    /// How many open alerts stand under it; 0 where it is about an incident.
    let alerts: Int
    let publicURL: String
    let links: AcknowledgementLinks

    /// Reads what the message says, as it stands now.
    init(
        _ page: Page, organisation: Organisation, publicURL: String, links: AcknowledgementLinks,
        on connection: any Connection
    ) throws {
        self.page = page
        self.organisation = organisation
        self.publicURL = publicURL
        self.links = links
        switch page.subject {
        case .incident(let id):
            let incident = try Incident(id, on: connection)
            severity = incident?.severity
            incidentKey = incident?.key
            since = incident.map { $0.times.impactStarted ?? $0.times.declared } ?? page.openedAt
            alerts = 0
        case .alert(let id):
            let record = try connection.first(
                "SELECT \(AlertRecord.columns) FROM alert WHERE id = ?", [.text(id.text)], AlertRecord.init)
            severity = record?.alert.severity
            incidentKey = nil
            since = record.map { $0.content.startsAt ?? $0.content.firstSeen } ?? page.openedAt
            alerts = try PageQueries.openAlerts(of: page.id, on: connection)
        }
    }

    func outgoing(for claim: Outbox.Claim, contact: User.Contact) -> OutgoingMessage {
        let isPerson = organisation.user(claim.user) != nil
        let label = severity?.label ?? "Page"
        let service = page.service.flatMap(organisation.service)
        let acknowledge =
            publicURL + "/ack/" + links.token(page: page.id, user: claim.user, openedAt: page.openedAt)
        let details = incidentKey.map { publicURL + "/incidents/" + $0 } ?? publicURL + "/pages/\(page.id)"
        var lines = ["\(label): \(page.title)"]
        if let incidentKey { lines.append("Incident: \(incidentKey)") }
        if let service { lines.append("Service: \(service.name)") }
        lines.append("Since: \(since.text(in: .utc))")
        lines.append("Plan: \(page.plan.name)")
        if alerts > 1 { lines.append("Alerts: \(alerts) of this service under this page") }
        if let escalation = page.escalation {
            lines.append("\(organisation.name(of: escalation.by)) asks for help: \(escalation.why)")
        }
        let subject = "[\(label)] " + (incidentKey.map { "\($0) " } ?? "") + page.title
        return OutgoingMessage(
            id: claim.intent.asMessageID, destination: claim.destination, thread: page.id.text, subject: subject,
            text: lines.joined(separator: "\n") + "\n", html: nil,
            // In a shared room a link would be somebody's right in everybody's hands.
            links: (isPerson ? [.init(label: "Acknowledge", address: acknowledge)] : [])
                + [.init(label: "Details", address: details)],
            payload: payload(acknowledge: acknowledge, details: details, service: service, user: claim.user),
            type: "page.opened", created: claim.created, attempt: claim.attempt,
            secrets: contact.secret.map { [Secret($0)] } ?? [], purpose: .page, isUrgent: page.urgency == .high,
            acknowledgement: .init(
                link: isPerson ? acknowledge : details, action: isPerson ? acknowledge : details,
                reference: claim.id.text, code: page.id.code))
    }

    private func payload(acknowledge: String, details: String, service: Service?, user: UserID) -> JSON {
        [
            "page": .string(page.id.text), "subject": .string(page.subject.text), "title": .string(page.title),
            "severity": severity.map { ["label": .string($0.label), "rank": .integer(Int64($0.rank))] } ?? .null,
            "incident": incidentKey.map(JSON.string) ?? .null, "service": service.map { .string($0.name) } ?? .null,
            "since": .string(since.rfc3339()), "openedAt": .string(page.openedAt.rfc3339()),
            "user": .string(user.text), "plan": .string(page.plan.name),
            "alerts": .integer(Int64(alerts)), "urgency": .string(page.urgency.rawValue),
            "escalation": page.escalation.map {
                ["by": .string(organisation.name(of: $0.by)), "why": .string($0.why)]
            } ?? .null,
            "links": ["acknowledge": .string(acknowledge), "details": .string(details)],
        ]
    }
}

extension String {
    /// An intent's key as a message id: it stands in headers, where a slash is awkward and a dot not allowed, and is
    /// longer than receivers take only where somebody chose very long ids.
    var asMessageID: String {
        let text = String(map { $0 == "/" ? "-" : $0 == "." ? "_" : $0 })
        guard text.utf8.count > 128 else { return text }
        let digest = SHA256.hash(data: Array(utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return "msg_" + digest.joined()
    }
}
