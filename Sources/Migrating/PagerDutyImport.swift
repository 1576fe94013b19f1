import Chronology
import Notation
import OnCall
import Paging

/// PagerDuty's REST API v2: `/users?include[]=contact_methods&include[]=notification_rules`, `/teams`, `/schedules/{id}`,
/// `/schedules/{id}/overrides`, `/escalation_policies`.
enum PagerDutyImport {
    static func run(_ roots: [ExportRoot], into draft: inout MigrationDraft) throws(InputFault) {
        var shelf = ExportShelf()
        for root in roots {
            for (name, kind) in [
                ("users", "user"), ("teams", "team"), ("schedules", "schedule"), ("overrides", "override"),
                ("escalation_policies", "policy"),
            ] {
                for json in root.json[name]?.array ?? [] {
                    try shelf.add(kind == "override" ? owned(json, in: root) : json, as: kind, file: root.file)
                }
            }
            for (name, kind) in [
                ("user", "user"), ("team", "team"), ("schedule", "schedule"), ("escalation_policy", "policy"),
            ] {
                if let json = root.json[name] { try shelf.add(json, as: kind, file: root.file) }
            }
            for json in root.json.array ?? [json(of: root)] {
                if let kind = kind(of: json) { try shelf.add(json, as: kind, file: root.file) }
            }
        }
        draft.add(shelf["user"].map(user), from: .pagerDuty)
        let teams = draft.addPagerDutyTeams(shelf)
        let schedules = draft.addPagerDutySchedules(shelf)
        draft.addPagerDutyPolicies(shelf["policy"], schedules: schedules, teams: teams)
    }

    /// An answer about overrides does not say of which schedule they are; a file that has one schedule does.
    private static func owned(_ override: JSON, in root: ExportRoot) -> JSON {
        let schedules = [root.json["schedule"]].compactMap { $0 } + (root.json["schedules"]?.array ?? [])
        guard override["schedule"] == nil, schedules.count == 1 else { return override }
        return .object((override.members ?? []) + [.init("schedule", schedules[0])])
    }

    private static func json(of root: ExportRoot) -> JSON { root.json["type"] == nil ? .null : root.json }

    /// An object that stands for itself.
    private static func kind(of json: JSON) -> String? {
        switch json["type"]?.string ?? "" {
        case "user": "user"
        case "team": "team"
        case "schedule": "schedule"
        case "escalation_policy": "policy"
        default: nil
        }
    }

    private static func user(_ object: ExportObject) -> ExportedUser {
        var user = ExportedUser(
            object: object, id: object.id,
            name: object.text("name").isEmpty ? object.text("summary") : object.text("name"),
            email: object.text("email"))
        user.zone = object.text("time_zone")
        switch object.text("role") {
        case "owner", "admin", "global_admin", "account_owner": user.role = .administrator
        case "manager": user.role = .manager
        case "observer", "read_only_user", "read_only_limited_user", "restricted_access": user.role = .viewer
        default: user.role = .responder
        }
        user.contacts = object.objects("contact_methods").map(contact)
        for rule in object.objects("notification_rules") {
            let urgency = rule.text("urgency")
            user.rules.append(
                ExportedRule(
                    id: rule.id, contact: rule.object("contact_method").id,
                    minutes: rule.whole("start_delay_in_minutes") ?? -1, isHigh: urgency != "low",
                    isLow: urgency != "high"))
        }
        return user
    }

    private static func contact(_ object: ExportObject) -> ExportedContact {
        let (type, address) = (object.text("type"), object.text("address"))
        let written = address.isEmpty ? object.text("summary") : address
        let way: ExportedContact.Way
        switch type {
        case "email_contact_method": way = .email(address)
        case "sms_contact_method", "phone_contact_method":
            let number = PhoneNumber(country: object.text("country_code"), national: address)
            way = type == "sms_contact_method" ? .sms(number) : .voice(number)
        case "push_notification_contact_method":
            way = .other(why: "It is the app of PagerDuty; add a push service such as ntfy or Pushover instead.")
        default:
            way = .other(
                why: type.hasSuffix("_reference")
                    ? "The export only names it: export the users with include[]=contact_methods."
                    : "Tocsin has no way of the kind \"\(type)\".")
        }
        return ExportedContact(id: object.id, written: written, way: way)
    }
}

extension MigrationDraft {
    /// Of the teams that there are and those that users name; the members are those who name them.
    fileprivate mutating func addPagerDutyTeams(_ shelf: ExportShelf) -> [String: TeamID] {
        var teams = shelf["team"]
        var known = Set(teams.map(\.id))
        var members: [String: [ExportObject]] = [:]
        for user in shelf["user"] {
            for team in user.objects("teams") where !team.id.isEmpty {
                if known.insert(team.id).inserted { teams.append(team) }
                members[team.id, default: []].append(user)
            }
        }
        return addTeams(teams.map { ($0, members[$0.id] ?? []) }, from: .pagerDuty)
    }

    fileprivate mutating func addPagerDutyPolicies(
        _ policies: [ExportObject], schedules: [String: ScheduleID], teams: [String: TeamID]
    ) {
        let ids = ids(.plan, policies.map { ($0.id, Self.title($0)) })
        for (policy, id) in zip(policies, ids) {
            var plan = PlanDraft(id: id, name: Self.title(policy), object: policy)
            let loops = policy.whole("num_loops") ?? 0
            plan.laps = min(max(loops, 0) + 1, EscalationPlan.maximumLaps)
            if loops + 1 > EscalationPlan.maximumLaps {
                plan.changes.append("It is climbed \(EscalationPlan.maximumLaps) times instead of \(loops + 1).")
            }
            for (index, rule) in policy.objects("escalation_rules").enumerated() {
                var targets: [EscalationPlan.Target] = []
                for target in rule.objects("targets") {
                    let type = target.text("type")
                    let found: EscalationPlan.Target? =
                        type.hasPrefix("user")
                        ? person(.pagerDuty, target.id).map { .user($0) }
                        : type.hasPrefix("schedule") ? schedules[target.id].map { .schedule($0) } : nil
                    if let found {
                        if !targets.contains(found) { targets.append(found) }
                    } else {
                        note(
                            "escalation rule", target, name: "\(plan.name), rule \(index + 1)", .leftOut,
                            "It tells \(target.text("summary").isEmpty ? target.id : target.text("summary")) (\(type)), who is not in this import."
                        )
                    }
                }
                let minutes = rule.whole("escalation_delay_in_minutes") ?? 0
                if rule.object("escalation_rule_assignment_strategy").text("type") == "round_robin" {
                    plan.changes.append(
                        "Rule \(index + 1) told its targets in turn; Tocsin tells all of them: put them into a schedule that rotates."
                    )
                }
                if targets.isEmpty {
                    plan.changes.append(
                        "Rule \(index + 1) is left out, since nobody of it is there: the next is climbed at once.")
                } else if (1...10_080).contains(minutes) {
                    plan.rungs.append((targets, minutes * 60))
                } else {
                    plan.changes.append(
                        "Rule \(index + 1) is left out: it waits for \(minutes) minutes, and Tocsin between 1 and 10080."
                    )
                }
            }
            if policy.text("on_call_handoff_notifications") == "if_has_services" {
                plan.changes.append("Tocsin sends no message when a shift begins or ends.")
            }
            add(plan, kind: "escalation policy")
        }
    }

    static func title(_ object: ExportObject) -> String {
        object.text("name").isEmpty ? object.text("summary") : object.text("name")
    }

    /// Teams with their members as they are among the users.
    mutating func addTeams(
        _ teams: [(team: ExportObject, members: [ExportObject])], from source: MigrationSource
    ) -> [String: TeamID] {
        var made: [String: TeamID] = [:]
        let ids = ids(.team, teams.map { ($0.team.id, Self.title($0.team)) })
        for ((team, references), id) in zip(teams, ids) {
            let name = uniqueName(.team, Self.title(team), id: team.id)
            let (users, missing) = people(source, references)
            if !missing.isEmpty {
                note(
                    "team", team, name: name, .leftOut,
                    "\(Self.list(missing)) of it: not among the users of this import.", document: "team:\(id)")
            }
            let limit = 200
            if users.count > limit {
                note(
                    "team", team, name: name, .leftOut,
                    "\(users.count - limit) of its members: a team has at most \(limit).", document: "team:\(id)")
            }
            let members = users.prefix(limit).map { JSON.string($0.text) }
            add(.team, id, ["name": .string(name), "members": .array(members), "contacts": []])
            made[team.id] = TeamID(id)
            note("team", team, name: name, .mapped, "\(Self.count(members.count, "member")).", document: "team:\(id)")
        }
        return made
    }
}
