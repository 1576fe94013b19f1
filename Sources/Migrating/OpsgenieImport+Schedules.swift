import Chronology
import Notation
import OnCall

extension MigrationDraft {
    /// In the turn of this one nobody is on call. No document has it.
    private static let nobody = UserID("")

    /// - Returns: the schedules that were taken, by Opsgenie's ids.
    mutating func addOpsgenieSchedules(_ shelf: ExportShelf) -> [String: ScheduleID] {
        var made: [String: ScheduleID] = [:]
        let schedules = shelf["schedule"]
        let ids = ids(.schedule, schedules.map { ($0.id, $0.text("name")) })
        for (schedule, id) in zip(schedules, ids) {
            guard let zone = zone(schedule.text("timezone"), "schedule", schedule) else { continue }
            guard schedule.has("rotations") else {
                note(
                    "schedule", schedule, .leftOut,
                    "The export does not hold its rotations: export schedules with expand=rotation.")
                continue
            }
            guard schedule.json["enabled"]?.bool ?? true else {
                note("schedule", schedule, .leftOut, "It is disabled: nobody is on call by it.")
                continue
            }
            var built = ScheduleDraft(
                id: id, name: uniqueName(.schedule, schedule.text("name"), id: schedule.id), object: schedule,
                vendorID: schedule.id, description: schedule.text("description"), zone: zone)
            var members: [String: [UserID]] = [:]
            let rotations = schedule.objects("rotations")
            for rotation in rotations {
                members[rotation.id] = addOpsgenieRotation(rotation, zone, into: &built)
            }
            addOpsgenieOverrides(shelf, schedule, members, into: &built)
            guard add(built) else { continue }
            made[schedule.id] = ScheduleID(id)
            note(
                built,
                "\(built.rotations.count) of \(Self.count(rotations.count, "rotation")) as layers that are on call together."
            )
        }
        return made
    }

    /// - Returns: who is in it; nil where it is left out.
    private mutating func addOpsgenieRotation(
        _ rotation: ExportObject, _ zone: Zone, into schedule: inout ScheduleDraft
    ) -> [UserID]? {
        let name = "\(schedule.name): \(rotation.text("name"))"
        let document = schedule.document
        func leftOut(_ sentence: String) -> [UserID]? {
            note("rotation", rotation, name: name, .leftOut, sentence, document: document)
            return nil
        }
        guard let start = rotation.instant("startDate") else { return leftOut("It does not say when it begins.") }
        let end = rotation.instant("endDate")
        if rotation.has("endDate"), end == nil { return leftOut("Its end cannot be read.") }
        if let end, end <= horizon.start { return leftOut("It is over.") }
        let length = rotation.whole("length") ?? 1
        guard (1...Turn.countLimit).contains(length) else {
            return leftOut("Its turns are \(length) long, and Tocsin counts 1 to \(Turn.countLimit).")
        }
        let turn: Turn
        switch rotation.text("type") {
        case "hourly": turn = .hours(length)
        case "daily": turn = .days(length)
        case "weekly": turn = .weeks(length)
        default: return leftOut("Its type is \"\(rotation.text("type"))\", not hourly, daily or weekly.")
        }
        var groups: [[UserID]] = []
        var missing: [String] = []
        for participant in rotation.objects("participants") {
            switch participant.text("type") {
            case "user":
                let found = people(.opsgenie, [participant])
                groups.append(found.users)
                missing += found.missing
            case "none": groups.append([Self.nobody])
            default:
                return leftOut(
                    "A \(participant.text("type")) takes turns in it (\(participant.text("name"))), and in Tocsin people do: name them."
                )
            }
        }
        guard missing.isEmpty else {
            return leftOut(
                "\(Self.list(missing)) of it: not among the users of this import, and without them everybody else's turns would change."
            )
        }
        guard groups.contains(where: { $0 != [Self.nobody] }) else { return leftOut("Nobody is in it.") }
        guard let windows = Self.opsgenieWindows(rotation.object("timeRestriction")) else {
            return leftOut("Its time restriction cannot be read (\(rotation.json["timeRestriction"]?.text ?? "")).")
        }
        let built = Rotation(
            name: rotation.text("name"), zone: zone, start: zone.civil(at: start), turn: turn, groups: groups,
            windows: windows, end: end)
        let users = groups.joined().filter { $0 != Self.nobody }
        guard groups.contains([Self.nobody]) else {
            schedule.rotations.append(built)
            note(
                "rotation", rotation, name: name, .mapped,
                "A rotation of \(Self.count(groups.count, "turn"))"
                    + (windows.isEmpty ? "." : ", within \(Self.count(windows.count, "window")) of the day or week."),
                document: document)
            return users
        }
        guard let shifts = shifts(of: built) else { return leftOut("Tocsin does not take its turns.") }
        for shift in shifts where shift.user != Self.nobody {
            schedule.changes.append(
                .init(
                    id: Self.overrideID("", shift.span), span: shift.span, change: .add([shift.user]),
                    why: "Imported: \(rotation.text("name"))"))
        }
        note(
            "rotation", rotation, name: name, .changed,
            "In some of its turns nobody is on call, which no layer says: its turns until \(horizon.end.text(in: zone)) are overrides. Import it again before then.",
            document: document)
        return users
    }

    /// nil: they cannot be read. None: always.
    private static func opsgenieWindows(_ restriction: ExportObject) -> [Rotation.Window]? {
        guard restriction.json.members?.isEmpty == false else { return [] }
        let parts = restriction.objects("restrictions")
        let all = parts.isEmpty ? [restriction.object("restriction")] : parts
        var windows: [Rotation.Window] = []
        for part in all {
            guard let from = time(part, "start"), let to = time(part, "end") else { return nil }
            let isWeekly = restriction.text("type") == "weekday-and-time-of-day"
            if isWeekly {
                guard let first = Weekday(word: part.text("startDay")), let last = Weekday(word: part.text("endDay"))
                else { return nil }
                let begin = (first.rawValue - 1) * 1_440 + from.secondOfDay / 60
                let end = (last.rawValue - 1) * 1_440 + to.secondOfDay / 60
                let minutes = (end - begin).remainder(of: 10_080)
                if minutes == 0 { return [] }
                windows.append(.week(from: first, from, minutes: minutes))
            } else {
                guard restriction.text("type") == "time-of-day" else { return nil }
                let minutes = (to.secondOfDay / 60 - from.secondOfDay / 60).remainder(of: 1_440)
                if minutes == 0 { return [] }
                windows.append(.days([], from: from, minutes: minutes))
            }
        }
        return windows
    }

    private static func time(_ part: ExportObject, _ end: String) -> LocalTime? {
        guard let hour = part.whole(end + "Hour") else { return nil }
        let minute = part.whole(end + "Min") ?? 0
        // 24:00 is the midnight that ends the day.
        if hour == 24, minute == 0 { return .midnight }
        do throws(TimeFault) { return try LocalTime(hour: hour, minute: minute) } catch { return nil }
    }

    private mutating func addOpsgenieOverrides(
        _ shelf: ExportShelf, _ schedule: ExportObject, _ members: [String: [UserID]],
        into built: inout ScheduleDraft
    ) {
        var overrides = schedule.objects("overrides")
        for override in shelf["override"] {
            let parent = override.object("_parent").id
            if parent == schedule.id || (parent.isEmpty && shelf["schedule"].count == 1) {
                overrides.append(override)
            } else if parent.isEmpty, shelf["schedule"].first?.id == schedule.id {
                note(
                    "override", override, name: override.object("user").text("username"), .leftOut,
                    "It does not say of which schedule it is: import it together with that schedule alone.")
            }
        }
        let all = schedule.objects("rotations").map(\.id)
        for override in overrides {
            let id = override.text("alias").isEmpty ? override.id : override.text("alias")
            let user = override.object("user")
            let name = "\(built.name): \(user.text("username").isEmpty ? user.id : user.text("username"))"
            guard let span = span(of: override, id: id, name: name, "startDate", "endDate") else { continue }
            guard user.text("type") == "user" || user.text("type").isEmpty, let present = person(.opsgenie, user.id)
            else {
                note(
                    "override", override, name: name, id: id, .leftOut,
                    "\(user.text("username").isEmpty ? user.id : user.text("username")) is not among the users of this import."
                )
                continue
            }
            let rotations = override.objects("rotations").map(\.id)
            let when = "from \(span.start.text(in: built.zone)) to \(span.end.text(in: built.zone))"
            if rotations.isEmpty || Set(rotations) == Set(all) {
                if let other = built.changes.first(where: { $0.span.overlaps(span) && $0.isReplacement }) {
                    note(
                        "override", override, name: name, id: id, .leftOut,
                        "It overlaps the override \(other.id), and the export does not say which of them counts.")
                    continue
                }
                built.changes.append(
                    .init(id: Self.overrideID(id, span), span: span, change: .replace([present])))
                note(
                    "override", override, name: name, id: id, .mapped,
                    "\(self.name(of: present)) is on call \(when).", document: built.document)
                continue
            }
            let absent = rotations.flatMap { members[$0] ?? [] }
            let others = all.filter { !rotations.contains($0) }.flatMap { members[$0] ?? [] }
            guard !absent.isEmpty, !absent.contains(where: others.contains) else {
                note(
                    "override", override, name: name, id: id, .leftOut,
                    "It is of some rotations only, whose people are in others too: say by hand who stands in for whom \(when)."
                )
                continue
            }
            var seen: Set<UserID> = [present]
            for (index, person) in absent.enumerated() where seen.insert(person).inserted {
                built.changes.append(
                    .init(
                        id: "\(Self.overrideID(id, span))-\(index + 1)", span: span,
                        change: .standIn(present, for: person)))
            }
            note(
                "override", override, name: name, id: id, .changed,
                "\(self.name(of: present)) stands in for whoever of the rotation would be on call \(when); outside of its hours nobody is.",
                document: built.document)
        }
    }
}

extension ScheduleDraft.Change {
    var isReplacement: Bool { if case .replace = change { true } else { false } }
}
