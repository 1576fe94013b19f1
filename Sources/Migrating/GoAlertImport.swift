import Chronology
import Notation
import OnCall
import Paging

/// GoAlert's GraphQL: answers to `users`, `rotations`, `schedules`, `userOverrides` and `escalationPolicies`, as
/// connections with `nodes`, as lists, or as single objects.
enum GoAlertImport {
    static func run(_ roots: [ExportRoot], into draft: inout MigrationDraft) throws(InputFault) {
        var shelf = ExportShelf()
        for root in roots {
            for answer in root.json.array ?? [root.json] {
                let data = answer["data"] ?? answer
                for (names, kind) in [
                    (["users", "user"], "user"), (["rotations", "rotation"], "rotation"),
                    (["schedules", "schedule"], "schedule"), (["userOverrides", "userOverride"], "override"),
                    (["escalationPolicies", "escalationPolicy"], "policy"),
                ] {
                    for name in names {
                        guard let value = data[name] else { continue }
                        for json in value["nodes"]?.array ?? value.array ?? [value] {
                            try shelf.add(json, as: kind, file: root.file)
                        }
                    }
                }
            }
        }
        draft.add(shelf["user"].map(user), from: .goAlert)
        let rotations = draft.goAlertRotations(shelf)
        let schedules = draft.addGoAlertSchedules(shelf, rotations)
        draft.addGoAlertPolicies(shelf, rotations: rotations, schedules: schedules)
    }

    private static func user(_ object: ExportObject) -> ExportedUser {
        var user = ExportedUser(
            object: object, id: object.id, name: object.text("name"), email: object.text("email"))
        if object.text("role") == "admin" { user.role = .administrator }
        user.contacts = object.objects("contactMethods").map(contact)
        for rule in object.objects("notificationRules") {
            let contact = rule.text("contactMethodID")
            user.rules.append(
                ExportedRule(
                    id: rule.id, contact: contact.isEmpty ? rule.object("contactMethod").id : contact,
                    minutes: rule.whole("delayMinutes") ?? -1, isHigh: true, isLow: true))
        }
        return user
    }

    private static func contact(_ object: ExportObject) -> ExportedContact {
        let (destination, arguments) = (object.object("dest"), object.object("dest").object("args"))
        let type = object.text("type").isEmpty ? destination.text("type") : object.text("type")
        func value(_ name: String) -> String {
            object.text("value").isEmpty ? arguments.text(name) : object.text("value")
        }
        let way: ExportedContact.Way
        switch type {
        case "EMAIL", "builtin-smtp-email": way = .email(value("email_address"))
        case "SMS", "builtin-twilio-sms": way = .sms(PhoneNumber(international: value("phone_number")))
        case "VOICE", "builtin-twilio-voice": way = .voice(PhoneNumber(international: value("phone_number")))
        case "WEBHOOK", "builtin-webhook":
            way = .other(why: "Tocsin signs its webhooks: add it by hand with a signing key of its own.")
        default: way = .other(why: "Tocsin's way of the kind \"\(type)\" needs an account of its own: add it by hand.")
        }
        let written = ["value", "name"].map(object.text).first { !$0.isEmpty } ?? type
        return ExportedContact(
            id: object.id, written: written, way: way, isDisabled: object.json["disabled"]?.bool ?? false)
    }
}

extension MigrationDraft {
    fileprivate mutating func addGoAlertPolicies(
        _ shelf: ExportShelf, rotations: [String: Rotation], schedules: [String: ScheduleID]
    ) {
        let policies = shelf["policy"]
        // A rotation that a step names by itself becomes a schedule of its own.
        var named: [ExportObject] = []
        for step in policies.flatMap({ $0.objects("steps") }) {
            for (type, id) in Self.goAlertTargets(step) where type == "rotation" {
                guard !named.contains(where: { $0.id == id }), rotations[id] != nil,
                    let rotation = shelf["rotation"].first(where: { $0.id == id })
                else { continue }
                named.append(rotation)
            }
        }
        var own: [String: ScheduleID] = [:]
        for (object, id) in zip(named, ids(.schedule, named.map { ($0.id, $0.text("name")) })) {
            guard let rotation = rotations[object.id] else { continue }
            var built = ScheduleDraft(
                id: id, name: uniqueName(.schedule, object.text("name"), id: object.id), object: object,
                vendorID: object.id, description: object.text("description"), zone: rotation.zone)
            built.rotations = [rotation]
            guard add(built) else { continue }
            own[object.id] = ScheduleID(id)
            note(
                "rotation", object, name: built.name, .changed,
                "An escalation policy tells it by itself: it is a schedule of its own in Tocsin.",
                document: built.document)
        }
        for (policy, id) in zip(policies, ids(.plan, policies.map { ($0.id, $0.text("name")) })) {
            var plan = PlanDraft(id: id, name: policy.text("name"), object: policy)
            let repeats = policy.whole("repeat") ?? 0
            plan.laps = repeats < 0 ? EscalationPlan.maximumLaps : min(repeats, EscalationPlan.maximumLaps - 1) + 1
            if repeats < 0 || repeats + 1 > plan.laps {
                plan.changes.append("It is climbed \(plan.laps) times, the most there is.")
            }
            for (index, step) in policy.objects("steps").enumerated() {
                var targets: [EscalationPlan.Target] = []
                for (type, id) in Self.goAlertTargets(step) {
                    let found: EscalationPlan.Target? =
                        switch type {
                        case "user": person(.goAlert, id).map { .user($0) }
                        case "schedule": schedules[id].map { .schedule($0) }
                        case "rotation": own[id].map { .schedule($0) }
                        default: nil
                        }
                    if let found {
                        if !targets.contains(found) { targets.append(found) }
                    } else {
                        note(
                            "escalation step", policy, name: "\(plan.name), step \(index + 1)", id: step.id, .leftOut,
                            ["user", "schedule", "rotation"].contains(type)
                                ? "The \(type) \(id) that it tells is not in this import."
                                : "It tells a target of the kind \"\(type)\": give a team of Tocsin's that way and name the team."
                        )
                    }
                }
                let minutes = step.whole("delayMinutes") ?? 0
                if targets.isEmpty {
                    plan.changes.append(
                        "Step \(index + 1) is left out, since nobody of it is there: the next is climbed at once.")
                } else if (1...10_080).contains(minutes) {
                    plan.rungs.append((targets, minutes * 60))
                } else {
                    plan.changes.append(
                        "Step \(index + 1) is left out: it waits for \(minutes) minutes, and Tocsin between 1 and 10080."
                    )
                }
            }
            add(plan, kind: "escalation policy")
        }
    }

    /// What a step tells, in the older form (`targets`) and in the newer (`actions`).
    private static func goAlertTargets(_ step: ExportObject) -> [(type: String, id: String)] {
        let targets = step.objects("targets").map { ($0.text("type"), $0.id) }
        let actions = step.objects("actions").map { action -> (String, String) in
            let type = action.text("type")
            let kind = type.hasPrefix("builtin-") ? String(type.dropFirst("builtin-".count)) : type
            let id = action.object("args").text("\(kind)_id")
            return (kind, id.isEmpty ? action.object("values").text("\(kind)_id") : id)
        }
        return targets + actions
    }
}
