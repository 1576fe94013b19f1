import Chronology
import Notation
import OnCall
import Paging

/// Grafana OnCall's public API v1: `/users`, `/teams`, `/schedules`, `/on_call_shifts`, `/escalation_chains`,
/// `/escalation_policies`. A list stands under `results` and does not say what it holds, so the objects are told by their
/// members.
enum GrafanaImport {
    static func run(_ roots: [ExportRoot], into draft: inout MigrationDraft) throws(InputFault) {
        var shelf = ExportShelf()
        for root in roots { try gather(root.json, root.file, &shelf, as: nil, depth: 0) }
        draft.add(shelf["user"].map(user), from: .grafanaOnCall)
        var members: [String: [ExportObject]] = [:]
        for user in shelf["user"] {
            for team in user.texts("teams") { members[team, default: []].append(user) }
        }
        let teams = draft.addTeams(shelf["team"].map { ($0, members[$0.id] ?? []) }, from: .grafanaOnCall)
        let schedules = try draft.addGrafanaSchedules(shelf)
        draft.addGrafanaChains(shelf, schedules: schedules, teams: teams)
    }

    /// Envelopes inside one another: `{"users": {"results": […]}}`.
    private static let envelopes = 3
    private static let kinds = [
        "users": "user", "teams": "team", "schedules": "schedule", "on_call_shifts": "shift", "shifts": "shift",
        "escalation_chains": "chain", "escalation_policies": "policy",
    ]

    private static func gather(
        _ json: JSON, _ file: String, _ shelf: inout ExportShelf, as kind: String?, depth: Int
    ) throws(InputFault) {
        if let elements = json.array {
            for element in elements { try gather(element, file, &shelf, as: kind, depth: depth) }
        } else if let kind = self.kind(of: json) ?? (json["id"] == nil ? nil : kind) {
            try shelf.add(json, as: kind, file: file)
        } else if depth < envelopes {
            for member in json.members ?? [] {
                if member.name == "results" {
                    try gather(member.value, file, &shelf, as: kind, depth: depth + 1)
                } else if let kind = kinds[member.name] {
                    try gather(member.value, file, &shelf, as: kind, depth: depth + 1)
                }
            }
        }
    }

    private static func kind(of json: JSON) -> String? {
        guard json["id"] != nil else { return nil }
        if json["escalation_chain_id"] != nil { return "policy" }
        switch json["type"]?.string ?? "" {
        case "single_event", "recurrent_event", "rolling_users", "override": return "shift"
        case "web", "calendar", "ical": return "schedule"
        default: break
        }
        if json["username"] != nil, json["email"] != nil { return "user" }
        if json["avatar_url"] != nil, json["name"] != nil { return "team" }
        if json["name"] != nil, json["team_id"] != nil, json["type"] == nil { return "chain" }
        return nil
    }

    private static func user(_ object: ExportObject) -> ExportedUser {
        let name = object.text("name").isEmpty ? object.text("username") : object.text("name")
        var user = ExportedUser(
            object: object, id: object.id, name: name, email: object.text("email"), username: object.text("username"))
        user.zone = object.text("timezone")
        switch object.text("role") {
        case "admin": user.role = .administrator
        case "viewer", "observer": user.role = .viewer
        default: user.role = .responder
        }
        return user
    }
}

extension MigrationDraft {
    /// How often OnCall goes back to the beginning of a chain that says so.
    private static let repeats = 5

    fileprivate mutating func addGrafanaChains(
        _ shelf: ExportShelf, schedules: [String: ScheduleID], teams: [String: TeamID]
    ) {
        let chains = shelf["chain"]
        let known = Set(chains.map(\.id))
        for policy in shelf["policy"] where !known.contains(policy.text("escalation_chain_id")) {
            note(
                "escalation policy", policy, name: policy.text("type"), .leftOut,
                "Its chain \(policy.text("escalation_chain_id")) is not in the export: add /escalation_chains.")
        }
        for (chain, id) in zip(chains, ids(.plan, chains.map { ($0.id, $0.text("name")) })) {
            var plan = PlanDraft(id: id, name: chain.text("name"), object: chain)
            let steps = shelf["policy"].filter { $0.text("escalation_chain_id") == chain.id }.sorted {
                ($0.whole("position") ?? 0) < ($1.whole("position") ?? 0)
            }
            var targets: [EscalationPlan.Target] = []
            var isWaiting = false
            for (index, step) in steps.enumerated() {
                let type = step.text("type")
                switch type {
                case "wait":
                    let seconds = step.whole("duration") ?? 0
                    if !targets.isEmpty {
                        plan.rungs.append((targets, seconds))
                        targets = []
                    } else if plan.rungs.isEmpty {
                        plan.changes.append("The first rung is told at once instead of after \(seconds) seconds.")
                    } else {
                        plan.rungs[plan.rungs.count - 1].seconds += seconds
                    }
                    isWaiting = true
                case "repeat_escalation":
                    plan.laps = Self.repeats + 1
                    if index + 1 < steps.count {
                        plan.changes.append("The steps behind the repetition are told in every lap.")
                    }
                default:
                    for target in grafanaTargets(step, plan, schedules, teams) where !targets.contains(target) {
                        targets.append(target)
                    }
                    if type == "notify_person_next_each_time" {
                        plan.changes.append("Step \(index + 1) told its people in turn; Tocsin tells all of them.")
                    }
                    if step.json["important"]?.bool == true {
                        plan.changes.append(
                            "Step \(index + 1) was an important one; in Tocsin the service says what is urgent.")
                    }
                    isWaiting = false
                }
            }
            if !targets.isEmpty {
                plan.rungs.append((targets, Self.lastPatience * 60))
                plan.changes.append(Self.lastPatienceSentence)
            } else if !isWaiting, let last = plan.rungs.last, last.seconds < 1 {
                plan.rungs[plan.rungs.count - 1].seconds = 60
            }
            add(plan, kind: "escalation chain")
        }
    }

    /// Whom a step tells; none, and a finding, where Tocsin has no such step.
    private mutating func grafanaTargets(
        _ step: ExportObject, _ plan: PlanDraft, _ schedules: [String: ScheduleID], _ teams: [String: TeamID]
    ) -> [EscalationPlan.Target] {
        let type = step.text("type")
        func leftOut(_ sentence: String) {
            note("escalation policy", step, name: "\(plan.name): \(type)", .leftOut, sentence)
        }
        switch type {
        case "notify_persons", "notify_person_next_each_time":
            let ids = step.texts(
                type == "notify_persons" ? "persons_to_notify" : "persons_to_notify_next_each_time")
            let found = people(.grafanaOnCall, ids.map { ExportObject(json: ["id": .string($0)], file: step.file) })
            if !found.missing.isEmpty {
                leftOut("\(Self.list(found.missing)): not among the users of this import.")
            }
            return found.users.map { .user($0) }
        case "notify_on_call_from_schedule":
            guard let schedule = schedules[step.text("notify_on_call_from_schedule")] else {
                leftOut("The schedule \(step.text("notify_on_call_from_schedule")) is not in this import.")
                return []
            }
            return [.schedule(schedule)]
        case "notify_team_members":
            guard let team = teams[step.text("notify_to_team_members")] else {
                leftOut("The team \(step.text("notify_to_team_members")) is not in this import.")
                return []
            }
            return [.team(team)]
        case "notify_user_group":
            leftOut("It tells a group of Slack: make a team of its people and name the team.")
        case "notify_whole_channel":
            leftOut("It tells a channel of Slack: give a team that way and name the team.")
        case "trigger_webhook", "trigger_action":
            leftOut("It calls a webhook: give a team that way and name the team.")
        case "notify_if_time_from_to":
            leftOut(
                "It goes on only from \(step.text("notify_if_time_from")) to \(step.text("notify_if_time_to")); in Tocsin the steps behind it are told at any time. The hours of a service can say that its pages wait."
            )
        case "notify_if_num_alerts_in_window":
            leftOut("It goes on only after a number of alerts; in Tocsin the steps behind it are told at once.")
        case "resolve": leftOut("It resolves the alert; in Tocsin whoever sent the alert or a person does.")
        case "declare_incident": leftOut("It declares an incident: say so in a route (declaresFrom).")
        default: leftOut("Tocsin has no such step.")
        }
        return []
    }
}
