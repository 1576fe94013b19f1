import Chronology
import Notation
import OnCall
import Paging

/// Opsgenie's REST API v2: `/users?expand=contact`, `/teams/{id}`, `/schedules?expand=rotation`,
/// `/schedules/{id}/overrides`, `/escalations`. Its envelope does not say what it holds, so the objects are told by their
/// members.
enum OpsgenieImport {
    static func run(_ roots: [ExportRoot], into draft: inout MigrationDraft) throws(InputFault) {
        var shelf = ExportShelf()
        for root in roots { try gather(root.json, root.file, &shelf, depth: 0) }
        draft.add(shelf["user"].map(user), from: .opsgenie)
        let teams = draft.addTeams(
            shelf["team"].map { ($0, $0.objects("members").map { $0.object("user") }) }, from: .opsgenie)
        let schedules = draft.addOpsgenieSchedules(shelf)
        draft.addOpsgenieEscalations(shelf["escalation"], schedules: schedules, teams: teams)
    }

    /// Envelopes inside one another: `{"users": {"data": […]}}`.
    private static let envelopes = 3

    private static func gather(
        _ json: JSON, _ file: String, _ shelf: inout ExportShelf, depth: Int
    ) throws(InputFault) {
        if let elements = json.array {
            for element in elements { try gather(element, file, &shelf, depth: depth) }
        } else if let kind = kind(of: json) {
            try shelf.add(kind == "override" ? identified(json) : json, as: kind, file: file)
        } else if depth < envelopes {
            for member in json.members ?? []
            where ["data", "users", "teams", "schedules", "escalations", "overrides"].contains(member.name) {
                try gather(member.value, file, &shelf, depth: depth + 1)
            }
        }
    }

    private static func kind(of json: JSON) -> String? {
        if json["alias"] != nil, json["startDate"] != nil { return "override" }
        if json["rules"]?.array != nil, json["name"] != nil { return "escalation" }
        if json["username"] != nil, json["fullName"] != nil || json["role"] != nil { return "user" }
        if json["timezone"] != nil || json["rotations"] != nil { return "schedule" }
        if json["members"]?.array != nil, json["name"] != nil { return "team" }
        return nil
    }

    /// An override has an alias instead of an id.
    private static func identified(_ json: JSON) -> JSON {
        .object([.init("id", json["alias"] ?? .null)] + (json.members ?? []))
    }

    private static func user(_ object: ExportObject) -> ExportedUser {
        var user = ExportedUser(
            object: object, id: object.id, name: object.text("fullName"), email: object.text("username"),
            username: object.text("username"))
        user.zone = object.text("timeZone")
        user.isDisabled = object.json["blocked"]?.bool ?? false
        switch object.object("role").text("name").lowercased() {
        case "owner", "admin": user.role = .administrator
        case "stakeholder", "observer": user.role = .viewer
        default: user.role = .responder
        }
        let contacts = object.objects("userContacts") + object.objects("contacts")
        user.contacts = contacts.map { contact in
            let method = contact.text("contactMethod").isEmpty ? contact.text("method") : contact.text("contactMethod")
            let to = contact.text("to")
            let way: ExportedContact.Way
            switch method.lowercased() {
            case "email": way = .email(to)
            case "sms": way = .sms(number(to))
            case "voice": way = .voice(number(to))
            case "mobile":
                way = .other(why: "It is the app of Opsgenie; add a push service such as ntfy or Pushover instead.")
            default: way = .other(why: "Tocsin has no way of the kind \"\(method)\".")
            }
            let isOn = contact.json["enabled"]?.bool ?? contact.json["status"]?["enabled"]?.bool ?? true
            return ExportedContact(id: contact.id, written: to, way: way, isDisabled: !isOn)
        }
        return user
    }

    /// Opsgenie writes the country's code, a hyphen, and the number: `1-2025550123`.
    private static func number(_ written: String) -> PhoneNumber? {
        if written.hasPrefix("+") { return PhoneNumber(international: written) }
        guard let hyphen = written.firstIndex(of: "-") else { return nil }
        return PhoneNumber(
            country: String(written[..<hyphen]), national: String(written[written.index(after: hyphen)...]))
    }
}

extension MigrationDraft {
    fileprivate mutating func addOpsgenieEscalations(
        _ escalations: [ExportObject], schedules: [String: ScheduleID], teams: [String: TeamID]
    ) {
        let ids = ids(.plan, escalations.map { ($0.id, $0.text("name")) })
        for (escalation, id) in zip(escalations, ids) {
            var plan = PlanDraft(id: id, name: escalation.text("name"), object: escalation)
            // A rule's delay counts from the making of the alert.
            var steps: [(minutes: Int, targets: [EscalationPlan.Target])] = []
            for (index, rule) in escalation.objects("rules").enumerated() {
                let name = "\(plan.name), rule \(index + 1)"
                guard let minutes = Self.minutes(rule.object("delay")) else {
                    note("escalation rule", rule, name: name, .leftOut, "Its delay cannot be read.")
                    continue
                }
                let recipient = rule.object("recipient")
                let notify = rule.text("notifyType").isEmpty ? "default" : rule.text("notifyType")
                let who = recipient.text("name").isEmpty ? recipient.text("username") : recipient.text("name")
                guard notify == "default" || (recipient.text("type") == "team" && ["all", "users"].contains(notify))
                else {
                    note(
                        "escalation rule", rule, name: name, .leftOut,
                        "It tells whom Opsgenie calls \"\(notify)\" of \(who), and Tocsin tells whoever is on call or everybody of a team: make a schedule of its own for them."
                    )
                    continue
                }
                let target: EscalationPlan.Target? =
                    switch recipient.text("type") {
                    case "user": person(.opsgenie, recipient.id).map { .user($0) }
                    case "schedule": schedules[recipient.id].map { .schedule($0) }
                    case "team": teams[recipient.id].map { .team($0) }
                    default: nil
                    }
                guard let target else {
                    note(
                        "escalation rule", rule, name: name, .leftOut,
                        "It tells \(who) (\(recipient.text("type")) \(recipient.id)), who is not in this import.")
                    continue
                }
                if recipient.text("type") == "team", notify == "default" {
                    plan.changes.append(
                        "Rule \(index + 1) told \(who) by the team's own routing; Tocsin tells all of its members.")
                }
                if rule.text("condition") == "if-not-closed" {
                    plan.changes.append(
                        "Rule \(index + 1) told \(who) even after somebody had acknowledged; in Tocsin an acknowledgement stops the climbing."
                    )
                }
                if let same = steps.firstIndex(where: { $0.minutes == minutes }) {
                    if !steps[same].targets.contains(target) { steps[same].targets.append(target) }
                } else {
                    steps.append((minutes, [target]))
                }
            }
            steps.sort { $0.minutes < $1.minutes }
            if let first = steps.first, first.minutes > 0 {
                plan.changes.append("The first rung is told at once instead of after \(first.minutes) minutes.")
            }
            let again = escalation.object("repeat")
            let repeats = max(again.whole("count") ?? 0, 0)
            plan.laps = min(repeats, EscalationPlan.maximumLaps - 1) + 1
            if plan.laps < repeats + 1 {
                plan.changes.append("It is climbed \(plan.laps) times instead of \(repeats + 1).")
            }
            for (index, step) in steps.enumerated() {
                var minutes = index + 1 < steps.count ? steps[index + 1].minutes - step.minutes : 0
                if index + 1 == steps.count {
                    minutes = repeats > 0 ? again.whole("waitInterval") ?? 0 : 0
                    if minutes < 1 {
                        minutes = Self.lastPatience
                        plan.changes.append(Self.lastPatienceSentence)
                    }
                }
                plan.rungs.append((step.targets, minutes * 60))
            }
            if again.json["closeAlertAfterAll"]?.bool == true {
                plan.changes.append("The alert is not closed when the plan has been climbed.")
            }
            add(plan, kind: "escalation")
        }
    }

    /// Minutes that the last rung waits where the source has no such thing: then the administrators are told.
    static let lastPatience = 5
    static let lastPatienceSentence =
        "The last rung waits \(lastPatience) minutes before the administrators are told: there it was the end."

    private static func minutes(_ delay: ExportObject) -> Int? {
        guard let amount = delay.whole("timeAmount"), (0...100_000).contains(amount) else { return nil }
        switch delay.text("timeUnit") {
        case "minutes", "minute", "": return amount
        case "hours", "hour": return amount * 60
        case "days", "day": return amount * 1_440
        default: return nil
        }
    }
}
