import Chronology
import Notation
import OnCall

extension MigrationDraft {
    /// - Returns: the schedules that were taken, by PagerDuty's ids.
    mutating func addPagerDutySchedules(_ shelf: ExportShelf) -> [String: ScheduleID] {
        var made: [String: ScheduleID] = [:]
        let schedules = shelf["schedule"]
        let ids = ids(.schedule, schedules.map { ($0.id, Self.title($0)) })
        for (schedule, id) in zip(schedules, ids) {
            guard let zone = zone(schedule.text("time_zone"), "schedule", schedule) else { continue }
            guard schedule.has("schedule_layers") else {
                note(
                    "schedule", schedule, name: Self.title(schedule), .leftOut,
                    "The list of schedules does not hold its layers: export it with /schedules/\(schedule.id).")
                continue
            }
            var built = ScheduleDraft(
                id: id, name: uniqueName(.schedule, Self.title(schedule), id: schedule.id), object: schedule,
                vendorID: schedule.id, description: schedule.text("description"), zone: zone)
            let layers = schedule.objects("schedule_layers")
            // The API lists the layer that covers the others first.
            for (index, layer) in layers.enumerated().reversed() {
                if let rotation = pagerDutyRotation(layer, zone, priority: layers.count - 1 - index, built) {
                    built.rotations.append(rotation)
                }
            }
            addPagerDutyOverrides(shelf, schedule, isOnly: schedules.count == 1, into: &built)
            guard add(built) else { continue }
            made[schedule.id] = ScheduleID(id)
            note(
                built,
                "\(built.rotations.count) of \(Self.count(layers.count, "layer")), \(Self.count(built.changes.count, "override")). Its final schedule is computed, not imported."
            )
        }
        return made
    }

    private mutating func pagerDutyRotation(
        _ layer: ExportObject, _ zone: Zone, priority: Int, _ schedule: ScheduleDraft
    ) -> Rotation? {
        let name = "\(schedule.name): \(Self.title(layer))"
        let end = layer.instant("end")
        func leftOut(_ sentence: String) -> Rotation? {
            note("layer", layer, name: name, .leftOut, sentence, document: schedule.document)
            return nil
        }
        if layer.has("end"), end == nil { return leftOut("Its end cannot be read.") }
        if let end, end <= horizon.start { return leftOut("It is over.") }
        guard let start = layer.instant("start"), let virtual = layer.instant("rotation_virtual_start") else {
            return leftOut("It does not say when it begins (start and rotation_virtual_start).")
        }
        let users = layer.objects("users").map { $0.has("user") ? $0.object("user") : $0 }
        guard !users.isEmpty else { return leftOut("Nobody is in it.") }
        var groups: [[UserID]] = []
        var missing: [String] = []
        for user in users {
            let found = people(.pagerDuty, [user])
            groups.append(found.users)
            missing += found.missing
        }
        guard missing.isEmpty else {
            return leftOut(
                "\(Self.list(missing)) of it: not among the users of this import, and without them everybody else's turns would change. Export the users as well, or change the layer."
            )
        }
        let seconds = layer.whole("rotation_turn_length_seconds") ?? 0
        let turn: Turn
        if seconds > 0, seconds.isMultiple(of: 604_800) {
            turn = .weeks(seconds / 604_800)
        } else if seconds > 0, seconds.isMultiple(of: 86_400) {
            turn = .days(seconds / 86_400)
        } else if seconds > 0, seconds.isMultiple(of: 3_600) {
            turn = .hours(seconds / 3_600)
        } else if groups.count == 1, seconds > 0 {
            turn = .weeks(1)
        } else {
            return leftOut("A turn of \(seconds) seconds is not a number of whole hours: change it there.")
        }
        guard seconds <= 7 * 86_400 * Turn.countLimit else {
            return leftOut("A turn of \(seconds) seconds is longer than Tocsin counts.")
        }
        var windows: [Rotation.Window] = []
        for restriction in layer.objects("restrictions") {
            guard let window = pagerDutyWindow(restriction) else {
                return leftOut(
                    "A restriction of it is not one of each day or week by whole minutes (\(restriction.json.text)).")
            }
            // All of the time is no restriction, whatever else there is.
            if window == nil { windows = [] }
            guard let found = window else { break }
            windows.append(found)
        }
        var rotation = Rotation(
            name: Self.title(layer), zone: zone, start: zone.civil(at: virtual), turn: turn, groups: groups,
            windows: windows, priority: priority, from: start, end: end)
        if virtual > start, virtual > horizon.start {
            rotation.from = virtual
            note(
                "layer", layer, name: name, .changed,
                "It begins with its first hand-off at \(virtual.text(in: zone)); who would be on call before is not said.",
                document: schedule.document)
        } else {
            note(
                "layer", layer, name: name, .mapped,
                "A rotation of \(Self.count(groups.count, "turn"))"
                    + (windows.isEmpty ? "." : ", within \(Self.count(windows.count, "window")) of the day or week."),
                document: schedule.document)
        }
        return rotation
    }

    /// nil: it cannot be said; nil within: it is all of the time.
    private func pagerDutyWindow(_ restriction: ExportObject) -> Rotation.Window?? {
        guard let time = Self.time(restriction.text("start_time_of_day")),
            let seconds = restriction.whole("duration_seconds"), seconds > 0, seconds.isMultiple(of: 60)
        else { return .none }
        let minutes = seconds / 60
        switch restriction.text("type") {
        case "daily_restriction":
            guard minutes <= 1_440 else { return .none }
            return minutes == 1_440 ? .some(nil) : .some(.days([], from: time, minutes: minutes))
        case "weekly_restriction":
            guard minutes <= 10_080, let day = restriction.whole("start_day_of_week").flatMap(Weekday.init(rawValue:))
            else { return .none }
            return minutes == 10_080 ? .some(nil) : .some(.week(from: day, time, minutes: minutes))
        default: return .none
        }
    }

    /// A time of day by whole minutes.
    static func time(_ text: String) -> LocalTime? {
        do throws(TimeFault) {
            let time = try LocalTime(iso8601: text)
            return time.second == 0 && time.microsecond == 0 ? time : nil
        } catch {
            return nil
        }
    }

    private mutating func addPagerDutyOverrides(
        _ shelf: ExportShelf, _ schedule: ExportObject, isOnly: Bool, into built: inout ScheduleDraft
    ) {
        var overrides = schedule.objects("overrides")
        var known = Set(overrides.map(\.id))
        for override in shelf["override"] {
            let named = override.object("schedule").id
            if named == schedule.id || (named.isEmpty && isOnly) {
                if override.id.isEmpty || known.insert(override.id).inserted { overrides.append(override) }
            } else if named.isEmpty, shelf["schedule"].first?.id == schedule.id {
                note(
                    "override", override, name: override.object("user").text("summary"), .leftOut,
                    "It does not say of which schedule it is: import it together with that schedule alone.")
            }
        }
        for entry in schedule.object("overrides_subschedule").objects("rendered_schedule_entries")
        where entry.id.isEmpty || known.insert(entry.id).inserted {
            overrides.append(entry)
        }
        for override in overrides {
            let user = override.object("user")
            let name = "\(built.name): \(user.text("summary").isEmpty ? user.id : user.text("summary"))"
            guard let span = span(of: override, id: override.id, name: name, "start", "end") else { continue }
            guard let present = person(.pagerDuty, user.id) else {
                note("override", override, name: name, .leftOut, "\(user.id) is not among the users of this import.")
                continue
            }
            if let other = built.changes.first(where: { $0.span.overlaps(span) }) {
                note(
                    "override", override, name: name, .leftOut,
                    "It overlaps the override \(other.id), and the export does not say which of them counts: take one away."
                )
                continue
            }
            built.changes.append(
                .init(id: Self.overrideID(override.id, span), span: span, change: .replace([present])))
            note(
                "override", override, name: name, .mapped,
                "\(self.name(of: present)) is on call from \(span.start.text(in: built.zone)) to \(span.end.text(in: built.zone)).",
                document: built.document)
        }
    }

    /// The source's id, or the time.
    static func overrideID(_ id: String, _ span: TimeSpan) -> String {
        let own = Slug.ofID(id, 18)
        return own.isEmpty ? span.start.rfc3339(fraction: .none).filter { $0 != "-" && $0 != ":" } : own
    }
}
