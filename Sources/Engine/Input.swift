import Alerting
import Chronology
import Delivery
import Incidents
import Notation
import OnCall
import Paging

/// Everything that can happen to the engine. One entry, one transaction for a batch of these.
public enum Input: Sendable {
    case signals(SignalBatch)
    case command(Command, by: Actor)
    /// Some deadline may have passed. Which, the store knows: a lost or doubled wake-up does no harm.
    case deadlinesPassed
    case attempted(AttemptReport)
    /// What came back through a channel, already proved to come from its far end.
    case said(Said, channel: String)
}

/// What one intake request brought.
public struct SignalBatch: Sendable {
    public let integration: IntegrationID
    public let signals: [Signal]
    /// The raw request, for the last-requests list of its integration; nil when it was not sampled.
    public let request: RequestRecord?
    /// Who is woken by a new alert, whatever the routes say; nothing is declared then. nil: the routes say.
    public let plan: EscalationPlanID?

    public init(
        integration: IntegrationID, signals: [Signal], request: RequestRecord?, plan: EscalationPlanID? = nil
    ) {
        self.plan = plan
        self.integration = integration
        self.signals = signals
        self.request = request
    }
}

/// One intake request as it is shown on its integration.
public struct RequestRecord: Hashable, Sendable {
    public let status: Int
    public let summary: String
    public let fault: String?
    /// At most `RequestLog.bodyLimit` bytes of the body.
    public let body: [UInt8]
    /// How many bytes the body had.
    public let size: Int
    public let contentType: String
    public let source: String

    public init(
        status: Int, summary: String, fault: String?, body: [UInt8], size: Int, contentType: String, source: String
    ) {
        self.status = status
        self.summary = summary
        self.fault = fault
        self.body = body
        self.size = size
        self.contentType = contentType
        self.source = source
    }
}

/// What a person, a token or a page's link asks for.
public enum Command: Sendable {
    case declare(DeclareRequest)
    case declareFromAlert(AlertID, title: String?, severity: String?)
    case incident(key: String, IncidentCommand)
    case acknowledgePage(PageID, via: String)
    case escalatePage(PageID, why: String, seenRung: Int?)
    /// Nobody is told before then; it climbs anew after.
    case snoozePage(PageID, until: Instant, why: String?)
    case handOverPage(PageID, to: HandOverTarget, why: String)
    case acknowledgeAlert(AlertID)
    case resolveAlert(AlertID)
    /// Wakes the people of a plan for an incident that is already declared.
    case page(key: String, EscalationPlanID)
    /// Something in the words of the incident's playbook.
    case procedure(key: String, ProcedureCommand)
    case handOff(HandOffID, HandOffCommand)
    /// A heartbeat was heard of, at the integration that it belongs to.
    case beat(String, IntegrationID)
    case change(DocumentChange)
    /// Sends a test by one of a person's ways to be reached.
    case testContact(ContactMethodID, of: UserID, from: DocumentChange.Origin)
    /// Sends a code by a way to be reached, or takes one that somebody typed.
    case verifyContact(ContactMethodID, of: UserID, Verification, from: DocumentChange.Origin)
}

public enum Verification: Hashable, Sendable {
    case begin
    /// `isRight`: whether the code that was typed is the one that was sent. Who asks knows the key that says so.
    case finish(isRight: Bool)
}

public struct DeclareRequest: Hashable, Sendable {
    public var title: String
    public var severity: String
    /// An id or a name.
    public var service: String?
    public var playbook: String?
    public var kind: Incident.Kind
    public var note: String?
    /// Answers to the fields of the playbook.
    public var answers: [IncidentEvent.Answer]
    /// Why the severity is milder than what the playbook suggests.
    public var why: String?

    /// - Parameter severity: empty: what the playbook suggests.
    public init(
        title: String, severity: String, service: String? = nil, playbook: String? = nil, kind: Incident.Kind = .real,
        note: String? = nil, answers: [IncidentEvent.Answer] = [], why: String? = nil
    ) {
        self.title = title
        self.severity = severity
        self.service = service
        self.playbook = playbook
        self.kind = kind
        self.note = note
        self.answers = answers
        self.why = why
    }
}

/// One change of configuration. Every one is written to the audit log with its before and after.
public struct DocumentChange: Sendable {
    public enum Action: Sendable {
        /// Creates it, or replaces it whole.
        case put(JSON)
        case delete
    }

    public let kind: DocumentKind
    /// nil: a new one is made.
    public let id: String?
    public let action: Action
    /// The version that the caller saw; another one in the store refuses the change. nil skips the check.
    public let seenVersion: Int64?
    /// Where the request came from, for the audit log.
    public let origin: Origin

    public struct Origin: Hashable, Sendable {
        public let address: String
        public let request: String

        public init(address: String, request: String) {
            self.address = address
            self.request = request
        }

        public static let local = Origin(address: "local", request: "")
    }

    public init(kind: DocumentKind, id: String?, action: Action, seenVersion: Int64? = nil, origin: Origin) {
        self.kind = kind
        self.id = id
        self.action = action
        self.seenVersion = seenVersion
        self.origin = origin
    }
}

/// What an input led to, once it is durable.
public enum Outcome: Hashable, Sendable {
    case received(Receipt)
    case incident(Incident)
    case page(Page)
    case alert(AlertID)
    case pageAcknowledged(Page, Acknowledgement)
    case alertAcknowledged(AlertID, Acknowledgement)
    case document(kind: DocumentKind, id: String, version: Int64)
    case tested(ContactTest)
    case handOff(HandOff)
    /// What a far end's word led to, in a sentence for whoever said it; nil: there is nothing to say.
    case heard(String?)
    case done
}

/// Who has an alert or a page, as the transaction of an acknowledgement found or left it: of any number of them, however
/// close together, exactly one is the first. A later one changes nothing.
public struct Acknowledgement: Hashable, Sendable {
    /// Who was first, and when.
    public let by: Actor
    public let at: Instant
    /// Whether that was this command. It need not be when `by` is its sender: a second press comes from the same person.
    public let isFirst: Bool

    public init(by: Actor, at: Instant, isFirst: Bool) {
        self.by = by
        self.at = at
        self.isFirst = isFirst
    }
}

/// What became of the signals of one request.
public struct Receipt: Hashable, Sendable {
    public var opened = 0
    public var repeated = 0
    public var resolved = 0
    public var acknowledged = 0
    public var ignored = 0
    public var alerts: [AlertID] = []

    public init() {}
}

/// What the attempt of one delivery came to.
public struct AttemptReport: Hashable, Sendable {
    public enum Result: Hashable, Sendable {
        /// `receipt`: what the far end calls the message, when it says.
        case accepted(detail: String, receipt: String? = nil)
        /// It may succeed later, or it is not known whether it did: it is tried again under the same key.
        case retry(reason: String, after: Duration?)
        case refused(reason: String)
    }

    public let delivery: DeliveryID
    /// The lease under which it was made. A report of a lease that has been lost changes nothing (R12).
    public let epoch: Int64
    public let result: Result

    public init(delivery: DeliveryID, epoch: Int64, result: Result) {
        self.delivery = delivery
        self.epoch = epoch
        self.result = result
    }
}
