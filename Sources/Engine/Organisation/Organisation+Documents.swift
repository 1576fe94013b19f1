import Alerting
import Chronology
import Delivery
import Incidents
import Notation
import OnCall
import Paging
import Storage

/// The kinds of configuration document. Each is one JSON object, versioned, with its history kept.
public enum DocumentKind: String, Hashable, Sendable, CaseIterable {
    case user, team, service, integration, route, plan, schedule, override, feed, playbook, cast, channel, heartbeat,
        monitor, settings
}

extension Organisation {
    /// The version that is committed: one small read at the start of each block.
    static func version(on connection: any Connection) throws -> Int64 {
        try connection.first("SELECT value FROM meta WHERE key = 'organisation-version'") { Int64($0.text(0)) ?? 0 }
            ?? 0
    }

    /// Reads every document. A document that cannot be read is a fault of the store, not of a user: it was checked when it
    /// was written.
    /// Playbooks are large and seldom change: they come from the shelf.
    ///
    /// - Parameter keys: what the secrets in it are sealed under. Those that do not open are marked as lost.
    public static func load(
        on connection: any Connection, _ keys: SealingKeys, shelf: PlaybookShelf
    ) throws -> Organisation {
        var bodies: [DocumentKind: [(id: String, body: JSON)]] = [:]
        try connection.query(
            "SELECT kind, id, body FROM document WHERE deleted = 0 AND kind <> 'playbook' ORDER BY kind, id"
        ) { row in
            guard let kind = DocumentKind(rawValue: row.text(0)) else { return }
            let body = try JSON(parsing: Array(row.text(2).utf8), limits: .stored)
            let id = row.text(1)
            bodies[kind, default: []].append((id, SealedSecrets.opened(body, kind, id, keys)))
        }
        return try Organisation(
            version: try version(on: connection), bodies: bodies, playbooks: try shelf.current(on: connection),
            zone: shelf.zone(named:))
    }

    init(
        version: Int64, bodies: [DocumentKind: [(id: String, body: JSON)]], playbooks: [Edition],
        zone: (String) -> Zone?
    ) throws(InputFault) {
        func read<Value>(
            _ kind: DocumentKind, _ make: (String, JSON) throws(InputFault) -> Value
        ) throws(InputFault) -> [Value] {
            var values: [Value] = []
            for document in bodies[kind] ?? [] { values.append(try make(document.id, document.body)) }
            return values
        }
        let settings =
            if let document = bodies[.settings]?.first { try Settings(document.body) } else {
                Settings(
                    organisationName: Settings.unnamed, ordinarySeverity: nil, fallbackPlan: nil, playbook: nil,
                    throttles: Throttle.usual, fatigue: Coverage.Limits())
            }
        let overrides = try read(.override, OverrideDocument.init)
        self.init(
            version: version,
            users: try read(.user) { (id, json) throws(InputFault) in try User(id, json, zone: zone) },
            services: try read(.service) { (id, json) throws(InputFault) in try Service(id, json, zone: zone) },
            integrations: try read(.integration, Integration.init), routes: try read(.route, RouteDocument.init),
            plans: try read(.plan) { (id, json) throws(InputFault) in try EscalationPlan(json.adding("id", .string(id)))
            },
            schedules: try read(.schedule) { (id, json) throws(InputFault) in
                try Schedule(
                    id: ScheduleID(id), json, overrides: overrides.filter { $0.schedule.text == id }.map(\.override),
                    zone: zone)
            },
            feeds: try read(.feed, CalendarFeed.init), playbooks: playbooks, casts: try read(.cast, Cast.init),
            teams: try read(.team, Team.init), heartbeats: try read(.heartbeat, Heartbeat.init),
            selfMonitor: try read(.monitor, SelfMonitor.init).first,
            channels: try read(.channel, ChannelSettings.init), settings: settings)
    }
}

/// Why: a longer name is no name that a person reads in a list.
public enum OrganisationLimits {
    /// Unicode scalars of the name of a person, a service, an integration, a route, a plan, the organisation.
    public static let name = 128
}

extension JSON {
    func adding(_ name: String, _ value: JSON) -> JSON {
        .object((members ?? []).filter { $0.name != name } + [Member(name, value)])
    }

    /// A name for people: not empty, one line, of bounded length.
    func name(_ member: String) throws(InputFault) -> String {
        let text = try text(member)
        guard !text.isEmpty, text.unicodeScalars.count <= OrganisationLimits.name,
            !text.unicodeScalars.contains(where: { $0.value < 32 })
        else { throw InputFault(at: "/" + member, "a name has 1 to \(OrganisationLimits.name) characters on one line") }
        return text
    }

    /// The text of an optional member; null and a missing one are nil, anything else but text is a fault.
    func optionalText(_ name: String) throws(InputFault) -> String? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let text = value.string else { throw InputFault(at: "/" + name, "a string or null is expected") }
        return text.isEmpty ? nil : text
    }

    func flag(_ name: String) throws(InputFault) -> Bool {
        guard let value = self[name], !value.isNull else { return false }
        guard let flag = value.bool else { throw InputFault(at: "/" + name, "true or false is expected") }
        return flag
    }
}

extension User {
    static let roles = ["admin", "manager", "responder", "viewer"]
    /// Nobody carries more devices than that.
    static let maximumContacts = 16

    init(_ id: String, _ json: JSON, zone find: (String) -> Zone?) throws(InputFault) {
        let role = try json.text("role")
        guard User.roles.contains(role) else {
            throw InputFault(at: "/role", "\"\(role)\" is not a role: \(User.roles.joined(separator: ", "))")
        }
        let email = try json.text("email")
        guard email.utf8.count <= 254, email.split(separator: "@").count == 2, !email.contains(where: \.isWhitespace),
            email.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 })
        else { throw InputFault(at: "/email", "\"\(email)\" is not an e-mail address") }
        let contacts = try Contact.all(json["contacts"])
        let zone = try json.optionalText("zone").map { name throws(InputFault) in
            guard let found = find(name) else {
                throw InputFault(at: "/zone", "\"\(name)\" is not a time zone that this machine knows")
            }
            return found
        }
        let rules = try json["rules"].flatMap { $0.isNull ? nil : $0 }.map { json throws(InputFault) in
            try NotificationRules(json, usual: zone, zone: find)
        }
        self.init(
            id: UserID(id), name: try json.name("name"), email: email, role: role,
            isDisabled: try json.flag("disabled"), contacts: contacts, timeOff: try TimeOff.all(json["timeOff"]),
            zone: zone, rules: rules ?? .none)
    }

    var json: JSON {
        [
            "name": .string(name), "email": .string(email), "role": .string(role), "disabled": .bool(isDisabled),
            "contacts": .array(contacts.map(\.json)), "timeOff": .array(timeOff.map(\.json)),
            "zone": zone.map { .string($0.name) } ?? .null, "rules": rules == .none ? .null : rules.json,
        ]
    }
}

extension User.TimeOff {
    /// Some years of holidays.
    static let limit = 500

    static func all(_ json: JSON?) throws(InputFault) -> [User.TimeOff] {
        let elements = json?.array ?? []
        guard elements.count <= limit else {
            throw InputFault(at: "/timeOff", "a person is away at most \(limit) times; take away what is over")
        }
        var all: [User.TimeOff] = []
        for (index, element) in elements.enumerated() {
            let span = try TimeSpan(element, at: "/timeOff/\(index)")
            guard !span.isEmpty else { throw InputFault(at: "/timeOff/\(index)/to", "it ends after it begins") }
            all.append(User.TimeOff(span: span, why: element["why"]?.string.flatMap { $0.isEmpty ? nil : $0 }))
        }
        return all
    }

    public var json: JSON {
        [
            "from": .string(span.start.rfc3339()), "to": .string(span.end.rfc3339()),
            "why": why.map(JSON.string) ?? .null,
        ]
    }
}

/// The address at which a calendar program reads shifts. Whoever knows it may read: it is a secret, and only its hash is kept.
public struct CalendarFeed: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
        case schedule(ScheduleID)
        /// All shifts of one person.
        case user(UserID)

        public var text: String {
            switch self {
            case .schedule(let id): "schedule:\(id)"
            case .user(let id): "user:\(id)"
            }
        }
    }

    /// Of one subject; each program and each person may have its own.
    static let limit = 50

    public let id: String
    public let subject: Subject
    /// SHA-256 of the secret, in hex.
    public let hash: String

    init(_ id: String, _ json: JSON) throws(InputFault) {
        let text = try json.text("subject")
        if text.hasPrefix("schedule:") {
            subject = .schedule(ScheduleID(String(text.dropFirst(9))))
        } else if text.hasPrefix("user:") {
            subject = .user(UserID(String(text.dropFirst(5))))
        } else {
            throw InputFault(at: "/subject", "a feed is of schedule:ID or user:ID")
        }
        self.id = id
        hash = try json.text("hash")
    }
}

/// An override with the schedule that it belongs to.
struct OverrideDocument: Hashable {
    let schedule: ScheduleID
    let override: Override

    init(_ id: String, _ json: JSON) throws(InputFault) {
        schedule = ScheduleID(try json.text("schedule"))
        override = try Override(id: id, json)
    }
}

extension User.Contact {
    /// A member that no document has: it is added where a secret did not open.
    static let lostMember = "secretIsLost"

    static func all(_ json: JSON?) throws(InputFault) -> [User.Contact] {
        var contacts: [User.Contact] = []
        for (index, element) in (json?.array ?? []).enumerated() {
            let contact = try User.Contact(element, at: "/contacts/\(index)")
            guard !contacts.contains(where: { $0.id == contact.id }) else {
                throw InputFault(
                    at: "/contacts/\(index)/id", "another contact method has the id \"\(contact.id)\" already")
            }
            contacts.append(contact)
        }
        guard contacts.count <= User.maximumContacts else {
            throw InputFault(at: "/contacts", "there are at most \(User.maximumContacts) contact methods")
        }
        return contacts
    }

    init(_ json: JSON, at place: String) throws(InputFault) {
        guard let id = json["id"]?.string, !id.isEmpty else { throw InputFault(at: place + "/id", "an id is missing") }
        guard id.utf8.count <= 64, id.utf8.allSatisfy(Self.isPlain) else {
            // It becomes a part of messages' ids, in which a dot separates (Standard Webhooks).
            throw InputFault(at: place + "/id", "an id is made of at most 64 letters, digits, - and _")
        }
        guard let channel = json["channel"]?.string, let type = ChannelKinds.type(of: channel) else {
            let known = ChannelKinds.all.map { $0.descriptor.kind }.joined(separator: ", ")
            throw InputFault(at: place + "/channel", "a contact method's channel is one of \(known)")
        }
        guard let destination = json["destination"]?.string, !destination.isEmpty, destination.utf8.count <= 2_048
        else {
            throw InputFault(at: place + "/destination", "an address of at most 2,048 bytes is missing")
        }
        let secret = json["secret"]?.string
        let isSecretLost = json[Self.lostMember] == true
        if !isSecretLost {
            // What can never work is refused now, not at night. Whether the address may be reached is checked at each sending.
            do throws(InputFault) {
                try type.check(destination: destination, secret: secret.map { Secret($0) })
            } catch {
                throw InputFault(at: "\(place)/\(error.place)", error.reason)
            }
        }
        self.init(
            id: ContactMethodID(id), channel: channel, destination: destination, secret: secret,
            isSecretLost: isSecretLost, isDisabled: json["disabled"]?.bool ?? false,
            isVerified: json["verified"]?.bool ?? false)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// As it stands in a document.
    public var json: JSON {
        [
            "id": .string(id.text), "channel": .string(channel), "destination": .string(destination),
            "secret": secret.map(JSON.string) ?? .null, "disabled": .bool(isDisabled), "verified": .bool(isVerified),
        ]
    }
}

extension Service {
    init(_ id: String, _ json: JSON, zone: (String) -> Zone?) throws(InputFault) {
        let urgency = json["urgency"].flatMap { $0.isNull ? nil : $0 }
        self.init(
            id: ServiceID(id), name: try json.name("name"), description: try json.optionalText("description") ?? "",
            plan: try json.optionalText("plan").map { EscalationPlanID($0) },
            playbook: try json.optionalText("playbook"),
            urgency: try urgency.map { json throws(InputFault) in try UrgencyDocument(json, zone: zone) },
            isBundled: json["bundles"]?.bool ?? true)
    }
}

extension UrgencyDocument {
    init(_ json: JSON, zone: (String) -> Zone?) throws(InputFault) {
        let hours = json["hours"].flatMap { $0.isNull ? nil : $0 }
        self.init(
            from: try json.optionalText("from"),
            hours: try hours.map { json throws(InputFault) in
                try WeeklyHours(json, at: "/urgency/hours", zone: zone)
            }, outsideFrom: try json.optionalText("outsideFrom"), waits: try json.flag("waits"))
        guard self.hours != nil || (outsideFrom == nil && !waits) else {
            throw InputFault(at: "/urgency/hours", "without hours there is no time outside of them")
        }
    }
}

extension Integration {
    static let dialects = ["alertmanager", "generic"]

    init(_ id: String, _ json: JSON) throws(InputFault) {
        let dialect = try json.text("dialect")
        guard Integration.dialects.contains(dialect) else {
            throw InputFault(
                at: "/dialect", "\"\(dialect)\" is not a dialect: \(Integration.dialects.joined(separator: ", "))")
        }
        self.init(
            id: IntegrationID(id), name: try json.name("name"), dialect: dialect,
            service: try json.optionalText("service").map { ServiceID($0) },
            keyHashes: (json["keyHashes"]?.array ?? []).compactMap(\.string), keyHint: json["keyHint"]?.string ?? "",
            isDisabled: try json.flag("disabled"))
    }
}

extension RouteDocument {
    /// More conditions than labels that a signal may have cannot all hold.
    static let maximumMatchers = 64

    init(_ id: String, _ json: JSON) throws(InputFault) {
        var matchers: [LabelMatcher] = []
        for (index, element) in (json["matchers"]?.array ?? []).enumerated() {
            guard let name = element["name"]?.string, !name.isEmpty else {
                throw InputFault(at: "/matchers/\(index)/name", "the name of a label is missing")
            }
            // One that is left out is `=`; null is not left out.
            let word = element["op"].map { $0.string ?? "" } ?? LabelMatcher.Comparison.equals.rawValue
            guard let comparison = LabelMatcher.Comparison(rawValue: word) else {
                throw InputFault(at: "/matchers/\(index)/op", "a condition compares with = or !=")
            }
            guard let value = element["value"]?.string else {
                throw InputFault(at: "/matchers/\(index)/value", "the value of the label is missing")
            }
            matchers.append(LabelMatcher(name, comparison, value))
        }
        guard matchers.count <= RouteDocument.maximumMatchers else {
            throw InputFault(at: "/matchers", "a route has at most \(RouteDocument.maximumMatchers) conditions")
        }
        self.init(
            id: RouteID(id), name: try json.name("name"), position: Int(json["position"]?.integer ?? 0),
            matchers: matchers,
            integration: try json.optionalText("integration").map { IntegrationID($0) },
            service: try json.optionalText("service").map { ServiceID($0) },
            severity: try json.optionalText("severity"),
            plan: try json.optionalText("plan").map { EscalationPlanID($0) },
            declaresFrom: try json.optionalText("declaresFrom"))
    }
}

extension Settings {
    init(_ json: JSON) throws(InputFault) {
        self.init(
            organisationName: try json.optionalText("organisationName") ?? Settings.unnamed,
            ordinarySeverity: try json.optionalText("ordinarySeverity"),
            fallbackPlan: try json.optionalText("fallbackPlan").map { EscalationPlanID($0) },
            playbook: try json.optionalText("playbook"), throttles: try Throttle.all(json["throttles"]),
            fatigue: try Coverage.Limits(json["fatigue"]))
    }
}
