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
        /// Who declared it, where it was a person.
        public var declarer: UserID?
        /// What is known by the playbook's fields at the declaration.
        public var answers: [Answer]

        public init(
            key: String, title: String, severity: Severity, service: ServiceID?, kind: Incident.Kind, procedure: String,
            procedureVersion: Int, origin: String?, impactStarted: Instant?, detected: Instant?, reason: String,
            declarer: UserID? = nil, answers: [Answer] = []
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
            self.declarer = declarer
            self.answers = answers
        }
    }

    /// The answer to a field of the playbook, in the notation of the field's kind; the field `type` is the type of the
    /// incident. Several choices stand on lines of their own. An empty text takes an answer back.
    public struct Answer: Hashable, Sendable {
        public let field: String
        public let text: String

        public init(_ field: String, _ text: String) {
            self.field = field
            self.text = text
        }
    }

    /// What an audience was told.
    public struct Update: Hashable, Sendable {
        public let audience: String
        /// The stage of a status page, or another word of the playbook for where the incident stands.
        public let stage: String?
        /// The template that it was made of.
        public let template: String?
        public let text: String

        public init(audience: String, stage: String? = nil, template: String? = nil, text: String) {
            self.audience = audience
            self.stage = stage
            self.template = template
            self.text = text
        }
    }

    /// A step of an escalation of the playbook that was taken.
    public struct RungReached: Hashable, Sendable {
        /// The obligation, `rung/technical/2`.
        public let obligation: String
        public let title: String
        /// Whom the playbook names, in its notation: `target(on-call)`.
        public let calls: [String]
        /// `page`, `notify`, `digest` or `agenda`.
        public let via: String
        /// When it was due. It is taken later than that after an outage.
        public let due: Instant
        /// The page that was opened for it; nil: none was.
        public let page: PageID?
        /// Who was told without being woken.
        public let told: [UserID]
        /// Who could not be called, and why (R5).
        public let obstacles: [String]

        public init(
            obligation: String, title: String, calls: [String], via: String, due: Instant, page: PageID?,
            told: [UserID], obstacles: [String]
        ) {
            self.obligation = obligation
            self.title = title
            self.calls = calls
            self.via = via
            self.due = due
            self.page = page
            self.told = told
            self.obstacles = obstacles
        }
    }

    /// Somebody was reminded of something that is owed.
    public struct Reminder: Hashable, Sendable {
        public let obligation: String
        /// `ahead`, `due` or `late`.
        public let notice: String
        public let title: String
        public let target: Instant
        /// Empty: nobody has the part that owes it, and nobody could be told.
        public let told: [UserID]

        public init(obligation: String, notice: String, title: String, target: Instant, told: [UserID]) {
            self.obligation = obligation
            self.notice = notice
            self.title = title
            self.target = target
            self.told = told
        }
    }

    case declared(Declaration)
    case alertAttached(AlertID, title: String)
    /// How it ended, as a sentence's end: "by its source", "by Ana".
    case alertResolved(AlertID, title: String, how: String)
    case paged(PageID, plan: String)
    case pageAcknowledged(PageID)
    case pageExhausted(PageID)
    /// `named`: which of the playbook's statuses it is, where several stand for one state.
    case statusChanged(from: IncidentStatus, to: IncidentStatus, named: String?, message: String?)
    case severityChanged(from: Severity, to: Severity, why: String)
    /// `beside`: to be one of several; else whoever had the role has it no more.
    case roleAssigned(role: String, UserID, beside: Bool = false)
    case roleReleased(role: String, UserID)
    case noteAdded(String)
    case retitled(from: String, to: String)
    case answered([Answer])
    case updatePosted(Update)
    /// Something that playbooks have a name for: `fix-deployed`, `progress-noted`.
    case happened(String, detail: String?)
    case phaseEntered(String, title: String)
    case rungReached(RungReached)
    case reminded(Reminder)
    /// Something that was owed is done.
    case obligationMet(String, title: String, note: String?)
    case obligationWaived(String, title: String, why: String)
    /// An item of a checklist, `closure/told`, with the answer where it asks for one.
    case itemTicked(String, text: String, answer: String?)
    case itemUnticked(String, text: String)
    /// The incident follows another version of its playbook from here on.
    case playbookMoved(from: Int, to: Int, why: String)
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
        case .answered: "incident.answered"
        case .updatePosted: "incident.update-posted"
        case .happened: "incident.happened"
        case .phaseEntered: "incident.phase-entered"
        case .rungReached: "incident.rung-reached"
        case .reminded: "incident.reminded"
        case .obligationMet: "incident.obligation-met"
        case .obligationWaived: "incident.obligation-waived"
        case .itemTicked: "incident.item-ticked"
        case .itemUnticked: "incident.item-unticked"
        case .playbookMoved: "incident.playbook-moved"
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
            case .statusChanged(let from, let to, let name, let message):
                body.member("from", from.rawValue)
                body.member("to", to.rawValue)
                if let name { body.member("named", name) }
                body.member("message", message)
            case .severityChanged(let from, let to, let why):
                body.name("from")
                from.write(into: &body)
                body.name("to")
                to.write(into: &body)
                body.member("why", why)
            case .roleAssigned(let role, let user, let beside):
                body.member("role", role)
                body.member("user", user.text)
                if beside { body.member("beside", true) }
            case .roleReleased(let role, let user):
                body.member("role", role)
                body.member("user", user.text)
            case .noteAdded(let text):
                body.member("text", text)
            case .retitled(let from, let to):
                body.member("from", from)
                body.member("to", to)
            case .answered(let answers):
                body.member("answers", answers)
            case .updatePosted(let update):
                body.member("audience", update.audience)
                body.member("stage", update.stage)
                body.member("template", update.template)
                body.member("text", update.text)
            case .happened(let name, let detail):
                body.member("name", name)
                body.member("detail", detail)
            case .phaseEntered(let phase, let title):
                body.member("phase", phase)
                body.member("title", title)
            case .rungReached(let rung):
                rung.write(into: &body)
            case .reminded(let reminder):
                reminder.write(into: &body)
            case .obligationMet(let obligation, let title, let note):
                body.member("obligation", obligation)
                body.member("title", title)
                body.member("note", note)
            case .obligationWaived(let obligation, let title, let why):
                body.member("obligation", obligation)
                body.member("title", title)
                body.member("why", why)
            case .itemTicked(let item, let text, let answer):
                body.member("item", item)
                body.member("text", text)
                body.member("answer", answer)
            case .itemUnticked(let item, let text):
                body.member("item", item)
                body.member("text", text)
            case .playbookMoved(let from, let to, let why):
                body.member("from", from)
                body.member("to", to)
                body.member("why", why)
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
                to: try IncidentStatus(named: try body.text("to")), named: body["named"]?.string,
                message: body["message"]?.string)
        case "incident.severity-changed":
            self = .severityChanged(
                from: try Severity(body["from"]), to: try Severity(body["to"]), why: try body.text("why"))
        case "incident.role-assigned":
            self = .roleAssigned(
                role: try body.text("role"), UserID(try body.text("user")), beside: body["beside"]?.bool ?? false)
        case "incident.role-released":
            self = .roleReleased(role: try body.text("role"), UserID(try body.text("user")))
        case "incident.note-added":
            self = .noteAdded(try body.text("text"))
        case "incident.retitled":
            self = .retitled(from: try body.text("from"), to: try body.text("to"))
        case "incident.answered":
            self = .answered(try Answer.all(in: body))
        case "incident.update-posted":
            self = .updatePosted(
                Update(
                    audience: try body.text("audience"), stage: body["stage"]?.string,
                    template: body["template"]?.string, text: try body.text("text")))
        case "incident.happened":
            self = .happened(try body.text("name"), detail: body["detail"]?.string)
        case "incident.phase-entered":
            self = .phaseEntered(try body.text("phase"), title: try body.text("title"))
        case "incident.rung-reached":
            self = .rungReached(try RungReached(body))
        case "incident.reminded":
            self = .reminded(try Reminder(body))
        case "incident.obligation-met":
            self = .obligationMet(
                try body.text("obligation"), title: try body.text("title"), note: body["note"]?.string)
        case "incident.obligation-waived":
            self = .obligationWaived(
                try body.text("obligation"), title: try body.text("title"), why: try body.text("why"))
        case "incident.item-ticked":
            self = .itemTicked(try body.text("item"), text: try body.text("text"), answer: body["answer"]?.string)
        case "incident.item-unticked":
            self = .itemUnticked(try body.text("item"), text: try body.text("text"))
        case "incident.playbook-moved":
            self = .playbookMoved(
                from: Int(try body.number("from")), to: Int(try body.number("to")), why: try body.text("why"))
        default:
            throw InputFault(at: "kind", "\"\(kind)\" is not known to this version of Tocsin")
        }
    }
}
