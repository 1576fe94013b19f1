import Alerting
import Chronology
import Delivery
import Incidents
import Notation
import OnCall
import Paging

/// Everything that people configured, as one value: what decisions are made with. A block of the engine reads it whole, so
/// that no decision sees half of a change.
public struct Organisation: Hashable, Sendable {
    /// Grows by one with each change.
    public let version: Int64
    public let users: [User]
    public let services: [Service]
    public let integrations: [Integration]
    /// In the order in which they are tried.
    public let routes: [RouteDocument]
    public let plans: [EscalationPlan]
    /// With their overrides.
    public let schedules: [Schedule]
    public let feeds: [CalendarFeed]
    /// When people are away.
    public let absences: Absences
    /// The latest version of each playbook, in the order of their ids.
    public let playbooks: [Edition]
    /// Of the playbook that is followed where nothing else is said: routes, alerts and lists speak its words.
    public let procedure: Procedure
    public let casts: [Cast]
    public let teams: [Team]
    public let heartbeats: [Heartbeat]
    /// nil: Tocsin does not try itself.
    public let selfMonitor: SelfMonitor?
    /// By kind.
    public let channels: [String: ChannelSettings]
    public let settings: Settings
    public let routing: RoutingTable
    private let usersByID: [UserID: Int]
    private let integrationsByKey: [String: Int]

    init(
        version: Int64, users: [User], services: [Service], integrations: [Integration], routes: [RouteDocument],
        plans: [EscalationPlan], schedules: [Schedule], feeds: [CalendarFeed], playbooks: [Edition], casts: [Cast],
        teams: [Team], heartbeats: [Heartbeat], selfMonitor: SelfMonitor?, channels: [ChannelSettings],
        settings: Settings
    ) {
        self.version = version
        self.users = users.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        self.services = services.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        self.integrations = integrations.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        self.routes = routes.sorted { ($0.position, $0.id) < ($1.position, $1.id) }
        self.plans = plans.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        self.schedules = schedules.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        self.feeds = feeds
        absences = Absences(Dictionary(users.map { ($0.id, $0.timeOff.map(\.span)) }) { $1 })
        self.playbooks = playbooks
        self.casts = casts
        self.heartbeats = heartbeats
        self.selfMonitor = selfMonitor
        self.teams = teams.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        self.channels = Dictionary(channels.map { ($0.kind, $0) }) { $1 }
        self.settings = settings
        let usual =
            settings.playbook.flatMap { id in playbooks.first { $0.id == id } }
            ?? playbooks.first { $0.id == PlaybookShelf.usual }
        guard let procedure = usual?.procedure else {
            preconditionFailure("The binary's own playbook for teams that have none is always there.")
        }
        self.procedure = procedure
        let ladder = procedure.ladder
        self.routing = RoutingTable(
            routes: self.routes.map { $0.route(on: ladder) }, ladder: ladder,
            ordinarySeverity: settings.ordinarySeverity.flatMap(ladder.severity(labelled:))
                ?? ladder.middle,
            services: self.services.map { .init(id: $0.id, name: $0.name, plan: $0.plan) },
            fallbackPlan: settings.fallbackPlan)
        var usersByID: [UserID: Int] = [:]
        for (index, user) in self.users.enumerated() { usersByID[user.id] = index }
        self.usersByID = usersByID
        var integrationsByKey: [String: Int] = [:]
        for (index, integration) in self.integrations.enumerated() {
            for hash in integration.keyHashes { integrationsByKey[hash] = index }
        }
        self.integrationsByKey = integrationsByKey
    }

    public func user(_ id: UserID) -> User? { usersByID[id].map { users[$0] } }
    public func service(_ id: ServiceID) -> Service? { services.first { $0.id == id } }
    public func integration(_ id: IntegrationID) -> Integration? { integrations.first { $0.id == id } }
    public func plan(_ id: EscalationPlanID) -> EscalationPlan? { plans.first { $0.id == id } }

    public func schedule(_ id: ScheduleID) -> Schedule? { schedules.first { $0.id == id } }

    /// A schedule by id or by name, without regard to case.
    public func schedule(named word: String) -> Schedule? {
        schedules.first { $0.id.text == word } ?? schedules.first { $0.name.lowercased() == word.lowercased() }
    }

    public func playbook(_ id: String) -> Edition? { playbooks.first { $0.id == id } }

    /// The labels of severities of the usual playbook and of those that services name, each once.
    public var severityLabels: [String] {
        var labels = procedure.ladder.labels
        for edition in services.compactMap({ $0.playbook.flatMap(playbook) }) {
            for label in edition.procedure.ladder.labels where !labels.contains(label) { labels.append(label) }
        }
        return labels
    }

    /// The severity that a playbook calls so, the usual one's before others'.
    public func severity(ofAnyPlaybook label: String) -> Severity? {
        procedure.ladder.severity(labelled: label)
            ?? playbooks.lazy.compactMap { $0.procedure.ladder.severity(labelled: label) }.first
    }

    /// Who stands for the names of a playbook.
    public func cast(of playbook: String) -> Cast { casts.first { $0.id == playbook } ?? .empty(playbook) }

    /// The integration that a key of that SHA-256 (hex) opens; disabled ones included, for the answer to say so.
    public func integration(keyHash: String) -> Integration? { integrationsByKey[keyHash].map { integrations[$0] } }

    /// A service by id or by name, without regard to case.
    public func service(named word: String) -> Service? {
        services.first { $0.id.text == word } ?? services.first { $0.name.lowercased() == word.lowercased() }
    }

    /// A person by id, e-mail or name, without regard to case.
    public func user(named word: String) -> User? {
        let lowercased = word.lowercased()
        return users.first { $0.id.text == word }
            ?? users.first { $0.email.lowercased() == lowercased }
            ?? users.first { $0.name.lowercased() == lowercased }
    }

    /// How an actor is called on a screen.
    public func name(of actor: Actor) -> String {
        switch actor {
        case .user(let id): recipient(id)?.name ?? id.text
        case .token(let name): "the token \(name)"
        case .integration(let id): integration(id).map { "the integration \($0.name)" } ?? id.text
        case .tocsin: "Tocsin"
        }
    }
}

public struct User: Hashable, Sendable {
    public struct Contact: Hashable, Sendable {
        public let id: ContactMethodID
        /// The channel's kind: `email`, `webhook`, `sms`.
        public let channel: String
        /// The address, number or URL.
        public let destination: String
        /// The signing secret of a webhook or the key of another channel, as it was given; nil where the channel needs none.
        /// Never part of an answer.
        public let secret: String?
        /// There is a secret in the store, and it does not open under the server's keys: nothing can be sent that way
        /// before it is set anew.
        public let isSecretLost: Bool
        public let isDisabled: Bool
        /// Whether the person has proved that it is theirs. Meaningful only where the channel asks for that.
        public let isVerified: Bool

        public init(
            id: ContactMethodID, channel: String, destination: String, secret: String?, isSecretLost: Bool = false,
            isDisabled: Bool, isVerified: Bool = false
        ) {
            self.id = id
            self.channel = channel
            self.destination = destination
            self.secret = secret
            self.isSecretLost = isSecretLost
            self.isDisabled = isDisabled
            self.isVerified = isVerified
        }

        /// Whether messages may go there: it is not switched off, and is known to be the person's where that is asked for.
        public var isUsable: Bool { !isDisabled && !awaitsProof }

        public var awaitsProof: Bool {
            !isVerified && (ChannelKinds.type(of: channel)?.descriptor.needsVerification ?? false)
        }
    }

    public let id: UserID
    public let name: String
    public let email: String
    /// `admin`, `manager`, `responder` or `viewer`.
    public let role: String
    public let isDisabled: Bool
    public let contacts: [Contact]
    public let timeOff: [TimeOff]
    /// The zone of their clock; nil: they have not said.
    public let zone: Zone?
    public let rules: NotificationRules

    /// A time in which somebody is away.
    public struct TimeOff: Hashable, Sendable {
        public let span: TimeSpan
        public let why: String?
    }

    public init(
        id: UserID, name: String, email: String, role: String, isDisabled: Bool, contacts: [Contact],
        timeOff: [TimeOff] = [], zone: Zone? = nil, rules: NotificationRules = .none
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.role = role
        self.isDisabled = isDisabled
        self.contacts = contacts
        self.timeOff = timeOff
        self.zone = zone
        self.rules = rules
    }

    public func contact(_ id: ContactMethodID) -> Contact? { contacts.first { $0.id == id } }
}

public struct Service: Hashable, Sendable {
    public let id: ServiceID
    public let name: String
    public let description: String
    /// Who is woken for it unless a route says otherwise.
    public let plan: EscalationPlanID?
    /// The playbook that its incidents follow; nil: the organisation's.
    public let playbook: String?
    /// How urgent its pages are; nil: always.
    public let urgency: UrgencyDocument?
    /// Whether alerts join a page of it that nobody has taken yet, instead of waking people again.
    public let isBundled: Bool
}

/// An urgency rule as it is written down: with the words of the procedure instead of ranks.
public struct UrgencyDocument: Hashable, Sendable {
    /// The mildest severity that is urgent; nil: every one is.
    public let from: String?
    public let hours: WeeklyHours?
    /// The same outside of the hours; nil: as within.
    public let outsideFrom: String?
    public let waits: Bool

    func rule(on ladder: Ladder) -> UrgencyRule {
        func rank(_ label: String?) -> Int? { label.flatMap(ladder.severity(labelled:))?.rank }
        return UrgencyRule(urgentRank: rank(from), hours: hours, outsideRank: rank(outsideFrom), waits: waits)
    }
}

public struct Integration: Hashable, Sendable {
    public let id: IntegrationID
    public let name: String
    /// The wire format it speaks: `alertmanager`, `generic`.
    public let dialect: String
    public let service: ServiceID?
    /// SHA-256 of each live key, in hex; two while a key is being rotated.
    public let keyHashes: [String]
    /// The last characters of the newest key, to tell keys apart.
    public let keyHint: String
    public let isDisabled: Bool
}

/// A route as it is written down: with the words of the procedure instead of ranks.
public struct RouteDocument: Hashable, Sendable {
    public let id: RouteID
    public let name: String
    public let position: Int
    public let matchers: [LabelMatcher]
    public let integration: IntegrationID?
    public let service: ServiceID?
    public let severity: String?
    public let plan: EscalationPlanID?
    /// The mildest severity for which an incident is declared; nil: by hand only.
    public let declaresFrom: String?

    func route(on ladder: Ladder) -> Route {
        Route(
            id: id, name: name, matchers: matchers, integration: integration, service: service, severity: severity,
            plan: plan, declaresFromRank: declaresFrom.flatMap(ladder.severity(labelled:))?.rank)
    }
}

public struct Settings: Hashable, Sendable {
    /// What an organisation is called that has not said its name.
    public static let unnamed = "Tocsin"

    public let organisationName: String
    /// What a signal without a known severity counts as; nil: the middle of the ladder.
    public let ordinarySeverity: String?
    /// Who is woken when neither route nor service says.
    public let fallbackPlan: EscalationPlanID?
    /// The playbook that incidents follow where their service names none; nil: `starter`.
    public let playbook: String?
    /// How many messages of a class one destination is sent.
    public let throttles: [Throttle]
    /// Beyond which a plan of shifts wears people out.
    public let fatigue: Coverage.Limits
}
