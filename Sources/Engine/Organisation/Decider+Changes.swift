import Alerting
import Chronology
import Crypto
import Incidents
import Notation
import OnCall
import Paging
import Playbooks
import Storage

extension Decider {
    /// How many documents of one kind there may be; beyond it a list is a mistake of a script.
    static let maximumDocuments = 10_000

    /// Checks the change against everything else that is configured, writes the document with its history and an audit row.
    /// A document that is the same as before is not written again.
    func carryOut(_ change: DocumentChange, by actor: Actor, in workspace: Workspace) throws -> Outcome {
        let connection = workspace.connection
        let id = change.id ?? workspace.mint.tail(at: workspace.now).withPrefix(of: change.kind)
        guard id.isPlainIdentifier else {
            throw Refusal("invalid-id", "\"\(id)\" is not an id: letters, digits, '-', '_' and '.', 64 at most.")
        }
        let current = try connection.first(
            "SELECT version, body, deleted FROM document WHERE kind = ? AND id = ?",
            [.text(change.kind.rawValue), .text(id)]
        ) { (version: $0.integer(0), body: $0.text(1), isDeleted: $0.flag(2)) }
        let live = current.flatMap { $0.isDeleted ? nil : $0 }
        if let seen = change.seenVersion, seen != live?.version ?? 0 {
            throw Refusal(
                "changed-meanwhile",
                "The \(change.kind.rawValue) \(id) has version \(live?.version ?? 0) by now, not \(seen); look again.")
        }
        let version = (current?.version ?? 0) + 1
        var written: String?
        switch change.action {
        case .put(let body):
            let before = try live.map { try JSON(parsing: Array($0.body.utf8), limits: .stored) }
            let sealed = try SealedSecrets.sealed(body, change.kind, id, keeping: before, keys)
            written = sealed.text
            if live?.body == sealed.text {
                return .document(kind: change.kind, id: id, version: live?.version ?? version)
            }
            try check(change.kind, id, body, isNew: live == nil, in: workspace)
            try write(change.kind, id, version: version, body: sealed.text, isDeleted: false, by: actor, in: workspace)
        case .delete:
            guard live != nil else { throw Refusal.unknown(change.kind.rawValue, id) }
            try checkUnused(change.kind, id, in: workspace)
            try write(
                change.kind, id, version: version, body: live?.body ?? "{}", isDeleted: true, by: actor, in: workspace)
            if change.kind == .schedule { try deleteOverrides(of: id, by: actor, in: workspace) }
        }
        try audit(change, id, before: live?.body, after: written, by: actor, in: workspace)
        try connection.execute(
            """
            INSERT INTO meta (key, value) VALUES ('organisation-version', ?) \
            ON CONFLICT (key) DO UPDATE SET value = excluded.value
            """, [.text(String(workspace.organisation.version + 1))])
        let old = workspace.organisation
        workspace.organisationChanged(to: try Organisation.load(on: connection, keys, shelf: shelf))
        if change.kind == .heartbeat { try heartbeatChanged(id, in: workspace) }
        for schedule in affected(by: change.kind, id, old, workspace.organisation) {
            try dutyChanged(schedule, from: old.schedule(schedule), old.absences, by: actor, in: workspace)
        }
        return .document(kind: change.kind, id: id, version: version)
    }

    /// The schedules in which somebody else may be on call after a change.
    private func affected(
        by kind: DocumentKind, _ id: String, _ old: Organisation, _ new: Organisation
    ) -> [ScheduleID] {
        switch kind {
        case .schedule: return [ScheduleID(id)]
        case .override:
            return (new.schedules + old.schedules).first { $0.overrides.contains { $0.id == id } }.map { [$0.id] } ?? []
        case .user:
            let user = UserID(id)
            guard
                old.user(user)?.timeOff != new.user(user)?.timeOff
                    || old.user(user)?.rules.reminders != new.user(user)?.rules.reminders
            else { return [] }
            return new.schedules.filter { $0.members.contains(user) }.map(\.id)
        default: return []
        }
    }

    /// What changes a schedule goes with it: another of that id begins without them.
    private func deleteOverrides(of schedule: String, by actor: Actor, in workspace: Workspace) throws {
        let overrides = try workspace.connection.all(
            "SELECT id, version, body FROM document WHERE kind = ? AND deleted = 0 ORDER BY id",
            [.text(DocumentKind.override.rawValue)]
        ) { (id: $0.text(0), version: $0.integer(1), body: $0.text(2)) }
        for one in overrides {
            let body = try JSON(parsing: Array(one.body.utf8), limits: .stored)
            guard body["schedule"]?.string == schedule else { continue }
            try write(
                .override, one.id, version: one.version + 1, body: one.body, isDeleted: true, by: actor, in: workspace)
        }
    }

    private func write(
        _ kind: DocumentKind, _ id: String, version: Int64, body: String, isDeleted: Bool, by actor: Actor,
        in workspace: Workspace
    ) throws {
        let now = SQLValue(workspace.now)
        try workspace.connection.execute(
            """
            INSERT INTO document (kind, id, version, body, updated_at, updated_by, deleted) VALUES (?, ?, ?, ?, ?, ?, ?) \
            ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body, \
            updated_at = excluded.updated_at, updated_by = excluded.updated_by, deleted = excluded.deleted
            """,
            [
                .text(kind.rawValue), .text(id), .integer(version), .text(body), now, .text(actor.text),
                SQLValue(isDeleted),
            ])
        try workspace.connection.execute(
            "INSERT INTO document_history (kind, id, version, body, at, by) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(kind.rawValue), .text(id), .integer(version), .text(isDeleted ? "null" : body), now,
                .text(actor.text),
            ])
    }

    private func audit(
        _ change: DocumentChange, _ id: String, before: String?, after: String?, by actor: Actor,
        in workspace: Workspace
    ) throws {
        let action: String
        switch change.action {
        case .put: action = before == nil ? "create" : "change"
        case .delete: action = "delete"
        }
        let old = try before.map { text throws(InputFault) in try JSON(parsing: text, limits: .stored) }
        let new = try after.map { text throws(InputFault) in try JSON(parsing: text, limits: .stored) }
        var detail = JSONWriter()
        detail.object {
            $0.member("before", before.map(Self.digest))
            $0.member("after", after.map(Self.digest))
            FieldChange.write(FieldChange.changes(from: old, to: new), into: &$0)
        }
        try AuditLog.append(
            [
                NewAuditEntry(
                    at: workspace.now, actor: actor.text, ip: change.origin.address, request: change.origin.request,
                    action: "\(change.kind.rawValue).\(action)", object: "\(change.kind.rawValue):\(id)",
                    detail: detail.text)
            ], on: workspace.connection)
    }

    private static func digest(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0" + hex : hex
        }.joined()
    }

    // MARK: What a document must satisfy

    private func check(_ kind: DocumentKind, _ id: String, _ body: JSON, isNew: Bool, in workspace: Workspace) throws {
        let organisation = workspace.organisation
        do {
            switch kind {
            case .user:
                let user = try User(id, body, zone: shelf.zone(named:))
                if let twin = organisation.users.first(where: {
                    $0.id.text != id && $0.email.lowercased() == user.email.lowercased()
                }) {
                    throw InputFault(at: "/email", "\(twin.name) has this e-mail address already")
                }
                try checkContacts(of: user, before: organisation.user(user.id))
                try checkRules(of: user)
                let wasAdmin = organisation.user(UserID(id)).map { $0.role == "admin" && !$0.isDisabled } ?? false
                if wasAdmin, user.role != "admin" || user.isDisabled { try checkLastAdministrator(id, organisation) }
            case .team:
                let team = try Team(id, body)
                if let twin = organisation.teams.first(where: { $0.id.text != id && $0.name == team.name }) {
                    throw InputFault(at: "/name", "a team of the name \"\(twin.name)\" exists already")
                }
                try checkPeople(team.members, at: "/members", organisation)
                try checkContacts(of: team.recipient, before: organisation.team(team.id)?.recipient)
            case .channel:
                _ = try ChannelSettings(id, body)
            case .heartbeat:
                let heartbeat = try Heartbeat(id, body)
                try checkReferences(
                    service: heartbeat.service, integration: heartbeat.integration, in: organisation)
                let twins = organisation.heartbeats.filter { $0.id != id && $0.integration == heartbeat.integration }
                if twins.contains(where: { $0.name == heartbeat.name }) {
                    throw InputFault(
                        at: "/name", "the integration has a heartbeat of the name \"\(heartbeat.name)\" already")
                }
            case .monitor:
                let monitor = try SelfMonitor(id, body)
                try checkReferences(plan: monitor.plan, in: organisation)
            case .service:
                let service = try Service(id, body, zone: shelf.zone(named:))
                for (place, label) in [
                    ("/urgency/from", service.urgency?.from), ("/urgency/outsideFrom", service.urgency?.outsideFrom),
                ] {
                    guard let label, organisation.severity(ofAnyPlaybook: label) == nil else { continue }
                    throw InputFault(
                        at: place,
                        "\"\(label)\" is not a severity: \(organisation.severityLabels.joined(separator: ", "))")
                }
                if organisation.services.contains(where: { $0.id.text != id && $0.name == service.name }) {
                    throw InputFault(at: "/name", "a service of the name \"\(service.name)\" exists already")
                }
                try checkReferences(plan: service.plan, playbook: service.playbook, in: organisation)
            case .integration:
                let integration = try Integration(id, body)
                try checkReferences(service: integration.service, in: organisation)
            case .route:
                let route = try RouteDocument(id, body)
                try checkReferences(
                    plan: route.plan, service: route.service, integration: route.integration, in: organisation)
                for (place, label) in [("/severity", route.severity), ("/declaresFrom", route.declaresFrom)] {
                    guard let label, organisation.procedure.ladder.severity(labelled: label) == nil else { continue }
                    let known = organisation.procedure.ladder.labels.joined(separator: ", ")
                    throw InputFault(at: place, "\"\(label)\" is not a severity: \(known)")
                }
            case .plan:
                let plan = try Paging.EscalationPlan(body.adding("id", .string(id)))
                for (index, rung) in plan.rungs.enumerated() {
                    for target in rung.targets { try check(target, at: "/rungs/\(index)/targets", organisation) }
                }
                for target in plan.fallback { try check(target, at: "/fallback", organisation) }
            case .schedule:
                let overrides = organisation.schedule(ScheduleID(id))?.overrides ?? []
                let schedule = try Schedule(
                    id: ScheduleID(id), body, overrides: overrides, zone: shelf.zone(named:))
                if let twin = organisation.schedules.first(where: { $0.id.text != id && $0.name == schedule.name }) {
                    throw InputFault(at: "/name", "a schedule of the name \"\(twin.name)\" exists already")
                }
                try checkPeople(schedule.members, at: "/layers", organisation)
            case .override: try check(try OverrideDocument(id, body), at: workspace.now, in: organisation)
            case .feed:
                let feed = try CalendarFeed(id, body)
                switch feed.subject {
                case .schedule(let id): try check(.schedule(id), at: "/subject", organisation)
                case .user(let user): try checkPeople([user], at: "/subject", organisation)
                }
                guard organisation.feeds.count(where: { $0.subject == feed.subject }) < CalendarFeed.limit else {
                    throw InputFault(
                        at: "", "there are \(CalendarFeed.limit) feeds of it; take one away that nobody reads")
                }
            case .playbook:
                guard let text = body["yaml"]?.string else {
                    throw InputFault(at: "/yaml", "the playbook's document is missing")
                }
                let edition = try shelf.read(id, version: 0, .uploaded, text)
                if id == organisation.procedure.id { try checkSeverities(of: edition.procedure, in: organisation) }
            case .cast:
                try check(try Cast(id, body), in: organisation)
            case .settings:
                let settings = try Settings(body)
                try checkReferences(plan: settings.fallbackPlan, playbook: settings.playbook, in: organisation)
                if let id = settings.playbook, id != organisation.procedure.id, let next = organisation.playbook(id) {
                    try checkSeverities(of: next.procedure, in: organisation)
                }
            }
        } catch let fault as InputFault {
            throw Refusal("invalid", "\(fault.place): \(fault.reason)")
        }
        if isNew, try count(kind, in: workspace) >= Self.maximumDocuments {
            throw Refusal(
                "too-many", "There are \(Self.maximumDocuments) documents of the kind \(kind.rawValue) already.")
        }
    }

    /// One address is told once a rung, so a second way to it only hides that there is no second way. Twins that are
    /// there from earlier versions do not stand in the way of other changes.
    private func checkContacts(of user: User, before: User?) throws(InputFault) {
        for (index, contact) in user.contacts.enumerated() {
            guard let twin = user.contacts.prefix(index).first(where: { $0.leadsTheSameWay(as: contact) }) else {
                continue
            }
            let known = [twin, contact].compactMap { before?.contact($0.id) }
            guard known.count == 2, known[0].leadsTheSameWay(as: known[1]) else {
                throw InputFault(
                    at: "/contacts/\(index)/destination",
                    "the \(twin.channel) \(twin.destination) is a way to reach \(user.name) already (\(twin.id))")
            }
        }
    }

    /// A step that names no way is told of now: it would be silently left out at night.
    private func checkRules(of user: User) throws(InputFault) {
        for (place, steps) in [("/rules/high", user.rules.high), ("/rules/low", user.rules.low)] {
            for (index, step) in steps.enumerated() where user.contact(step.method) == nil {
                throw InputFault(
                    at: "\(place)/\(index)/contact", "\(user.name) has no way to be reached \"\(step.method)\"")
            }
        }
    }

    private func count(_ kind: DocumentKind, in workspace: Workspace) throws -> Int {
        Int(
            try workspace.connection.first(
                "SELECT COUNT(*) FROM document WHERE kind = ? AND deleted = 0", [.text(kind.rawValue)]
            ) { $0.integer(0) } ?? 0)
    }

    func check(
        _ target: Paging.EscalationPlan.Target, at place: String, _ organisation: Organisation
    ) throws(InputFault) {
        switch target {
        case .user(let user): try checkPeople([user], at: place, organisation)
        case .schedule(let id):
            guard organisation.schedule(id) == nil else { return }
            throw InputFault(at: place, "there is no schedule \"\(id)\"")
        case .team(let id):
            guard organisation.team(id) == nil else { return }
            throw InputFault(at: place, "there is no team \"\(id)\"")
        case .role, .administrators: break
        }
    }

    private func checkPeople(
        _ users: [UserID], at place: String, _ organisation: Organisation
    ) throws(InputFault) {
        for user in users where organisation.user(user) == nil {
            throw InputFault(at: place, "there is no user \"\(user)\"")
        }
    }

    /// An override is about time that is to come: what has been is history.
    private func check(
        _ document: OverrideDocument, at now: Instant, in organisation: Organisation
    ) throws(InputFault) {
        guard let schedule = organisation.schedule(document.schedule) else {
            throw InputFault(at: "/schedule", "there is no schedule \"\(document.schedule)\"")
        }
        let new = document.override
        let before = schedule.overrides.first { $0.id == new.id }
        guard new.span.end > now || before != nil else {
            throw InputFault(
                at: "/to", "it ended at \(new.span.end.text(in: schedule.zone)); what has been is not changed")
        }
        try checkPeople(new.users, at: "/users", organisation)
        try schedule.check(new, at: now)
    }

    private func checkReferences(
        plan: EscalationPlanID? = nil, service: ServiceID? = nil, integration: IntegrationID? = nil,
        playbook: String? = nil, in organisation: Organisation
    ) throws(InputFault) {
        if let playbook, organisation.playbook(playbook) == nil {
            let known = organisation.playbooks.map(\.id).joined(separator: ", ")
            throw InputFault(at: "/playbook", "there is no playbook \"\(playbook)\": \(known)")
        }
        if let plan, organisation.plan(plan) == nil {
            throw InputFault(at: "/plan", "there is no escalation plan \"\(plan)\"")
        }
        if let service, organisation.service(service) == nil {
            throw InputFault(at: "/service", "there is no service \"\(service)\"")
        }
        if let integration, organisation.integration(integration) == nil {
            throw InputFault(at: "/integration", "there is no integration \"\(integration)\"")
        }
    }

    private func check(_ cast: Cast, in organisation: Organisation) throws(InputFault) {
        guard let edition = organisation.playbook(cast.id) else {
            throw InputFault(at: "", "there is no playbook \"\(cast.id)\"")
        }
        let known = edition.playbook.targets.map(\.id.text) + edition.playbook.audiences.map(\.id.text)
        for (name, targets) in cast.names.sorted(by: { $0.key < $1.key }) {
            guard known.contains(name) else {
                throw InputFault(
                    at: "/names/\(name)",
                    "the playbook \(cast.id) has no such name; it has \(known.joined(separator: ", "))")
            }
            for target in targets { try check(target, at: "/names/\(name)", organisation) }
        }
    }

    /// A severity that routes or settings name stays: without it alerts would declare nothing, and nobody would know why.
    private func checkSeverities(of procedure: Procedure, in organisation: Organisation) throws {
        var uses = organisation.routes.flatMap { route in
            [route.severity, route.declaresFrom].compactMap { $0 }.map { (label: $0, user: "the route \(route.name)") }
        }
        if let label = organisation.settings.ordinarySeverity { uses.append((label, "the settings")) }
        guard let use = uses.first(where: { procedure.ladder.severity(labelled: $0.label) == nil }) else { return }
        throw Refusal("in-use", "The severity \(use.label) is used by \(use.user); change that first.")
    }

    private func checkLastAdministrator(_ id: String, _ organisation: Organisation) throws {
        let others = organisation.users.filter { $0.id.text != id && $0.role == "admin" && !$0.isDisabled }
        guard others.isEmpty else { return }
        throw Refusal("last-administrator", "This is the last administrator; make somebody else one first.")
    }

    /// The plans and the playbooks' people that name a target.
    private func uses(of target: Paging.EscalationPlan.Target, in organisation: Organisation) -> [String] {
        organisation.plans.filter { ($0.rungs.flatMap(\.targets) + $0.fallback).contains(target) }
            .map { "the plan \($0.name)" }
            + organisation.casts.filter { cast in cast.names.values.contains { $0.contains(target) } }
            .map { "the people of the playbook \($0.id)" }
    }

    /// What others refer to stays.
    private func checkUnused(_ kind: DocumentKind, _ id: String, in workspace: Workspace) throws {
        let organisation = workspace.organisation
        var users: [String] = []
        switch kind {
        case .user:
            if organisation.user(UserID(id)).map({ $0.role == "admin" && !$0.isDisabled }) ?? false {
                try checkLastAdministrator(id, organisation)
            }
            users = organisation.plans.filter { plan in
                (plan.rungs.flatMap(\.targets) + plan.fallback).contains(.user(UserID(id)))
            }.map { "the plan \($0.name)" }
            users += organisation.casts.filter { cast in
                cast.names.values.contains { $0.contains(.user(UserID(id))) }
            }.map { "the people of the playbook \($0.id)" }
            users += organisation.schedules.filter { $0.members.contains(UserID(id)) }.map { "the schedule \($0.name)" }
            users += organisation.teams.filter { $0.members.contains(UserID(id)) }.map { "the team \($0.name)" }
        case .team:
            users = uses(of: .team(TeamID(id)), in: organisation)
        case .schedule:
            users = uses(of: .schedule(ScheduleID(id)), in: organisation)
        case .plan:
            let plan = EscalationPlanID(id)
            users = organisation.services.filter { $0.plan == plan }.map { "the service \($0.name)" }
            users += organisation.routes.filter { $0.plan == plan }.map { "the route \($0.name)" }
            if organisation.settings.fallbackPlan == plan { users.append("the settings") }
            if organisation.selfMonitor?.plan == plan { users.append("the self-monitor") }
        case .service:
            let service = ServiceID(id)
            users = organisation.routes.filter { $0.service == service }.map { "the route \($0.name)" }
            users += organisation.integrations.filter { $0.service == service }.map { "the integration \($0.name)" }
            users += organisation.heartbeats.filter { $0.service == service }.map { "the heartbeat \($0.name)" }
        case .integration:
            users = organisation.routes.filter { $0.integration?.text == id }.map { "the route \($0.name)" }
            users += organisation.heartbeats.filter { $0.integration.text == id }.map { "the heartbeat \($0.name)" }
        case .playbook:
            // What comes with the binary is there again at once, for whoever names it.
            if let own = shelf.builtIn(id) {
                if organisation.procedure.id == id { try checkSeverities(of: own.procedure, in: organisation) }
                return
            }
            users = organisation.services.filter { $0.playbook == id }.map { "the service \($0.name)" }
            if organisation.procedure.id == id { users.append("the settings") }
        case .settings:
            throw Refusal("in-use", "The \(kind.rawValue) can be changed, not taken away.")
        case .route, .cast, .override, .feed, .channel, .heartbeat, .monitor: break
        }
        guard users.isEmpty else {
            throw Refusal("in-use", "The \(kind.rawValue) is used by \(users.sorted().joined(separator: ", ")).")
        }
    }
}

extension String {
    fileprivate func withPrefix(of kind: DocumentKind) -> String {
        switch kind {
        case .user: "\(UserID.prefix)_\(self)"
        case .team: "\(TeamID.prefix)_\(self)"
        case .channel: "chn_\(self)"
        case .heartbeat: "hbt_\(self)"
        case .monitor: SelfMonitor.id
        case .service: "\(ServiceID.prefix)_\(self)"
        case .integration: "\(IntegrationID.prefix)_\(self)"
        case .route: "\(RouteID.prefix)_\(self)"
        case .plan: "\(EscalationPlanID.prefix)_\(self)"
        case .schedule: "\(ScheduleID.prefix)_\(self)"
        case .override: "\(OverrideID.prefix)_\(self)"
        case .feed: "fed_\(self)"
        case .playbook: "pbk_\(self)"
        case .cast: "cst_\(self)"
        case .settings: "settings"
        }
    }

    fileprivate var isPlainIdentifier: Bool {
        (1...64).contains(utf8.count)
            && utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}

extension User.Contact {
    /// Mail servers do not tell upper from lower case in practice; receivers of webhooks may.
    fileprivate func leadsTheSameWay(as other: User.Contact) -> Bool {
        guard channel == other.channel else { return false }
        return channel == "email"
            ? destination.lowercased() == other.destination.lowercased() : destination == other.destination
    }
}
