import Chronology
import Notation
import OnCall

extension MigrationDraft {
    /// Rotations by their ids. Whose turn it is stands in the export (`activeUserIndex`), not in the start.
    mutating func goAlertRotations(_ shelf: ExportShelf) -> [String: Rotation] {
        var made: [String: Rotation] = [:]
        for rotation in shelf["rotation"] {
            if let one = goAlertRotation(rotation) { made[rotation.id] = one }
        }
        return made
    }

    private mutating func goAlertRotation(_ rotation: ExportObject) -> Rotation? {
        func leftOut(_ sentence: String) -> Rotation? {
            note("rotation", rotation, .leftOut, sentence)
            return nil
        }
        guard let zone = zone(rotation.text("timeZone"), "rotation", rotation) else { return nil }
        guard let start = rotation.instant("start") else { return leftOut("It does not say when it begins.") }
        let length = max(rotation.whole("shiftLength") ?? 1, 1)
        guard length <= Turn.countLimit else {
            return leftOut("Its turns are \(length) long, and Tocsin counts to \(Turn.countLimit).")
        }
        let turn: Turn
        switch rotation.text("type") {
        case "hourly": turn = .hours(length)
        case "daily": turn = .days(length)
        case "weekly": turn = .weeks(length)
        case "monthly": turn = .months(length)
        default: return leftOut("Its type is \"\(rotation.text("type"))\", not hourly, daily, weekly or monthly.")
        }
        let references =
            rotation.has("userIDs")
            ? rotation.texts("userIDs").map { ExportObject(json: ["id": .string($0)], file: rotation.file) }
            : rotation.objects("users")
        guard !references.isEmpty else { return leftOut("Nobody is in it.") }
        var groups: [[UserID]] = []
        for reference in references {
            guard let user = person(.goAlert, reference.id) else {
                return leftOut(
                    "\(reference.id) of it is not among the users of this import, and without them everybody else's turns would change."
                )
            }
            groups.append([user])
        }
        let active = rotation.whole("activeUserIndex") ?? (groups.count == 1 ? 0 : -1)
        guard groups.indices.contains(active) else {
            return leftOut("The export does not say whose turn it is: ask for activeUserIndex and nextHandoffTimes.")
        }
        // GoAlert counts by minutes.
        let minute = Instant(seconds: start.microseconds.flooredMinute)
        var built = Rotation(
            name: rotation.text("name"), zone: zone, start: zone.civil(at: minute), turn: turn, groups: [])
        let handOffs = rotation.texts("nextHandoffTimes").compactMap { text -> Instant? in
            do throws(TimeFault) { return try Instant(wireTime: text) } catch { return nil }
        }
        let known = handOffs.min().map { $0 - .minutes(1) } ?? horizon.start
        let count = groups.count
        let plain = Rotation(name: "", zone: zone, start: built.start, turn: turn, groups: groups)
        let number = plain.number(at: known)
        if let next = handOffs.min(), abs((plain.beginning(number + 1) - next).wholeSeconds) >= 60 {
            return leftOut(
                "Its next hand-off (\(next.text(in: zone))) is not one that its start and the length of its turns give."
            )
        }
        let turned = groups.indices.map { groups[(active + $0 - number).remainder(of: count)] }
        built = Rotation(
            name: built.name, zone: zone, start: built.start, turn: turn, groups: turned)
        if built.beginning(0) > horizon.start { built = built.movedBack(to: horizon.start) }
        if case .months = turn, built.start.date.day > 28 {
            note(
                "rotation", rotation, .changed,
                "It hands over on the \(built.start.date.day)th: in shorter months Tocsin does on their last day, GoAlert some days later."
            )
        } else {
            note(
                "rotation", rotation, .mapped,
                "A rotation of \(Self.count(count, "turn")); \(name(of: groups[active][0])) has the one that runs at \(known.text(in: zone))"
                    + (handOffs.isEmpty
                        ? " (nextHandoffTimes is not there, so the beginning of the import counts)." : "."))
        }
        return built
    }

    /// - Returns: the schedules that were taken, by GoAlert's ids.
    mutating func addGoAlertSchedules(_ shelf: ExportShelf, _ rotations: [String: Rotation]) -> [String: ScheduleID] {
        var made: [String: ScheduleID] = [:]
        let schedules = shelf["schedule"]
        let ids = ids(.schedule, schedules.map { ($0.id, $0.text("name")) })
        for (schedule, id) in zip(schedules, ids) {
            guard let zone = zone(schedule.text("timeZone"), "schedule", schedule) else { continue }
            var built = ScheduleDraft(
                id: id, name: uniqueName(.schedule, schedule.text("name"), id: schedule.id), object: schedule,
                vendorID: schedule.id, description: schedule.text("description"), zone: zone)
            for target in schedule.objects("targets") {
                if let rotation = goAlertLayer(target, rotations, built) { built.rotations.append(rotation) }
            }
            addGoAlertChanges(shelf, schedule, into: &built)
            guard add(built) else { continue }
            made[schedule.id] = ScheduleID(id)
            note(
                built,
                "\(Self.count(built.rotations.count, "assignment")) as layers that are on call together.")
        }
        return made
    }

    private mutating func goAlertLayer(
        _ assignment: ExportObject, _ rotations: [String: Rotation], _ schedule: ScheduleDraft
    ) -> Rotation? {
        let target = assignment.object("target")
        let word = target.text("name").isEmpty ? target.id : target.text("name")
        let name = "\(schedule.name): \(word)"
        func leftOut(_ sentence: String) -> Rotation? {
            note(
                "assignment", target, name: name, .leftOut, sentence, document: schedule.document)
            return nil
        }
        var windows: [Rotation.Window] = []
        var isAlways = false
        var isEver = false
        for rule in assignment.objects("rules") {
            let flags = (rule.json["weekdayFilter"]?.array ?? []).map { $0.bool ?? false }
            // A filter begins with Sunday.
            let days = Weekday.allCases.filter { flags.indices.contains($0.rawValue % 7) && flags[$0.rawValue % 7] }
            guard let from = Self.time(rule.text("start")), let to = Self.time(rule.text("end")) else {
                return leftOut("The hours of a rule cannot be read.")
            }
            guard !days.isEmpty else { continue }
            isEver = true
            let minutes = (to.secondOfDay / 60 - from.secondOfDay / 60).remainder(of: 1_440)
            if minutes == 0, days.count == 7 { isAlways = true }
            windows.append(.days(days.count == 7 ? [] : days, from: from, minutes: minutes == 0 ? 1_440 : minutes))
        }
        guard isEver else { return leftOut("No rule of it is ever active.") }
        if isAlways { windows = [] }
        var built: Rotation
        switch target.text("type") {
        case "rotation":
            guard let rotation = rotations[target.id] else { return leftOut("The rotation is not in this import.") }
            guard rotation.zone == schedule.zone || windows.isEmpty || rotation.groups.count == 1 else {
                return leftOut(
                    "The rotation is counted in \(rotation.zone.name) and its hours in \(schedule.zone.name): give both the same zone there."
                )
            }
            built = rotation
            if rotation.zone != schedule.zone, !windows.isEmpty {
                built = Self.always(rotation.groups[0], rotation.name, schedule.zone, horizon.start)
            }
        case "user":
            guard let user = person(.goAlert, target.id) else {
                return leftOut("\(word) is not among the users of this import.")
            }
            built = Self.always([user], word, schedule.zone, horizon.start)
        default: return leftOut("It assigns a \(target.text("type")).")
        }
        built.windows = windows
        note(
            "assignment", target, name: name, .mapped,
            windows.isEmpty ? "Always." : "Within \(Self.count(windows.count, "window")) of the week.",
            document: schedule.document)
        return built
    }

    /// A rotation of one group, from the beginning of the day on.
    private static func always(_ group: [UserID], _ name: String, _ zone: Zone, _ now: Instant) -> Rotation {
        let date = zone.civil(at: now).date
        let monday = date.adding(days: 1 - date.weekday.rawValue)
        return Rotation(
            name: name, zone: zone, start: CivilDateTime(monday, .midnight), turn: .weeks(1), groups: [group])
    }

    private mutating func addGoAlertChanges(
        _ shelf: ExportShelf, _ schedule: ExportObject, into built: inout ScheduleDraft
    ) {
        let fixed = addTemporarySchedules(schedule, into: &built)
        let own = schedule.objects("overrides").map { (override: $0, isInside: true) }
        for (override, isInside) in own + shelf["override"].map({ (override: $0, isInside: false) }) {
            let target = override.object("target").id
            let named = target.isEmpty ? override.text("scheduleID") : target
            guard isInside || named == schedule.id || (named.isEmpty && shelf["schedule"].count == 1) else {
                if named.isEmpty, shelf["schedule"].first?.id == schedule.id {
                    note("override", override, name: override.id, .leftOut, "It does not say of which schedule it is.")
                }
                continue
            }
            func reference(_ kind: String) -> String {
                let id = override.text("\(kind)UserID")
                return id.isEmpty ? override.object("\(kind)User").id : id
            }
            let (added, removed) = (reference("add"), reference("remove"))
            let words = [added, removed].filter { !$0.isEmpty }.map { id in
                person(.goAlert, id).map { self.name(of: $0) } ?? id
            }
            let name = "\(built.name): \(words.joined(separator: " for "))"
            guard let span = span(of: override, id: override.id, name: name, "start", "end") else { continue }
            let (present, absent) = (person(.goAlert, added), person(.goAlert, removed))
            guard added.isEmpty || present != nil, removed.isEmpty || absent != nil else {
                note("override", override, name: name, .leftOut, "It names somebody who is not among the users.")
                continue
            }
            guard !fixed.contains(where: { $0.overlaps(span) }) else {
                note(
                    "override", override, name: name, .leftOut,
                    "A temporary schedule holds then as well, and the export does not say which of them counts.")
                continue
            }
            let people = [present, absent].compactMap { $0 }
            guard !built.changes.contains(where: { $0.span.overlaps(span) && $0.names(anyOf: people) }) else {
                note(
                    "override", override, name: name, .leftOut,
                    "Another override of that time names the same people, and the export does not say which of them comes first."
                )
                continue
            }
            let change: Override.Change
            switch (present, absent) {
            case (let present?, let absent?): change = .standIn(present, for: absent)
            case (let present?, nil): change = .add([present])
            case (nil, let absent?): change = .remove([absent])
            case (nil, nil):
                note("override", override, name: name, .leftOut, "It adds nobody and removes nobody.")
                continue
            }
            built.changes.append(.init(id: Self.overrideID(override.id, span), span: span, change: change))
            note(
                "override", override, name: name, .mapped,
                "From \(span.start.text(in: built.zone)) to \(span.end.text(in: built.zone)).",
                document: built.document)
        }
    }

    /// Shifts that hold for a time instead of the rules.
    private mutating func addTemporarySchedules(
        _ schedule: ExportObject, into built: inout ScheduleDraft
    ) -> [TimeSpan] {
        var taken: [TimeSpan] = []
        for temporary in schedule.objects("temporarySchedules") {
            let name = "\(built.name): temporary schedule"
            guard let span = span(of: temporary, id: "", name: name, "start", "end") else { continue }
            var spans: [DutySpan] = []
            var missing: [String] = []
            for shift in temporary.objects("shifts") {
                guard let start = shift.instant("start"), let end = shift.instant("end") else { continue }
                let id = shift.text("userID").isEmpty ? shift.object("user").id : shift.text("userID")
                if let user = person(.goAlert, id) {
                    spans.append(DutySpan(user: user, span: TimeSpan(start, end)))
                } else {
                    missing.append(id)
                }
            }
            guard missing.isEmpty else {
                note(
                    "temporary schedule", temporary, name: name, .leftOut, "\(Self.list(missing)): not among the users."
                )
                continue
            }
            let everybody = built.rotations.flatMap { $0.groups.joined() }
            var members: [UserID] = []
            for user in everybody where !members.contains(user) { members.append(user) }
            for segment in DutySegments.resolved(spans, in: span) where segment.span.end > horizon.start {
                // More people than an override names are left to the check of the schedule.
                let change: Override.Change = segment.users.isEmpty ? .remove(members) : .replace(segment.users)
                built.changes.append(
                    .init(id: Self.overrideID("", segment.span), span: segment.span, change: change))
            }
            taken.append(span)
            note(
                "temporary schedule", temporary, name: name, .mapped, "Its shifts are overrides.",
                document: built.document)
        }
        return taken
    }
}

extension ScheduleDraft.Change {
    fileprivate func names(anyOf people: [UserID]) -> Bool {
        switch change {
        case .add(let users), .remove(let users), .replace(let users): users.contains(where: people.contains)
        case .standIn(let present, let absent): people.contains(present) || people.contains(absent)
        case .offer(let absent, let users): people.contains(absent) || users.contains(where: people.contains)
        }
    }
}

extension Int64 {
    /// Microseconds as seconds, cut down to the minute.
    fileprivate var flooredMinute: Int64 {
        let minutes = Int(self / 1_000_000).floored(by: 60)
        return Int64(minutes) * 60
    }
}

extension Rotation {
    /// The same turns, counted from one that began before that instant. Turns of months keep their day.
    func movedBack(to instant: Instant) -> Rotation {
        let number = number(at: instant)
        var moved = Rotation(
            name: name, zone: zone, start: zone.civil(at: beginning(number)), turn: turn,
            groups: groups.indices.map { groups[($0 + number).remainder(of: groups.count)] })
        moved.windows = windows
        moved.priority = priority
        moved.end = end
        return moved
    }
}
