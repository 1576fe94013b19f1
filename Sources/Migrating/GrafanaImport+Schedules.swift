import Chronology
import Notation
import OnCall

extension MigrationDraft {
    /// - Returns: the schedules that were taken, by OnCall's ids.
    mutating func addGrafanaSchedules(_ shelf: ExportShelf) throws(InputFault) -> [String: ScheduleID] {
        var made: [String: ScheduleID] = [:]
        let schedules = shelf["schedule"]
        let ids = ids(.schedule, schedules.map { ($0.id, $0.text("name")) })
        for (schedule, id) in zip(schedules, ids) {
            let type = schedule.text("type")
            for (member, what) in [("ical_url_primary", "shifts"), ("ical_url_overrides", "overrides")]
            where !schedule.text(member).isEmpty {
                note(
                    "schedule", schedule, .leftOut,
                    "Its \(what) are in a calendar elsewhere (\(member)): download that and import it as a calendar.")
            }
            if type == "ical" { continue }
            guard let zone = grafanaZone(schedule) else { continue }
            var built = ScheduleDraft(
                id: id, name: uniqueName(.schedule, schedule.text("name"), id: schedule.id), object: schedule,
                vendorID: schedule.id, zone: zone)
            let named = schedule.json["shifts"]?.array ?? []
            var shifts: [ExportObject] = []
            for one in named {
                if one.members != nil {
                    shifts.append(ExportObject(json: one, file: schedule.file))
                } else if let found = shelf["shift"].first(where: { $0.id == ExportObject.text(one) }) {
                    shifts.append(found)
                } else {
                    note(
                        "on-call shift", schedule, id: ExportObject.text(one), .leftOut,
                        "It is not in the export: add /on_call_shifts.", document: built.document)
                }
            }
            for shift in shelf["shift"] where shift.text("schedule") == schedule.id {
                if !shifts.contains(where: { $0.id == shift.id }) { shifts.append(shift) }
            }
            guard try addGrafanaShifts(shifts, into: &built) else { continue }
            made[schedule.id] = ScheduleID(id)
        }
        return made
    }

    /// Without a zone of its own a schedule is in UTC.
    private mutating func grafanaZone(_ schedule: ExportObject) -> Zone? {
        let name = schedule.text("time_zone")
        return name.isEmpty ? .utc : zone(name, "schedule", schedule)
    }

    private mutating func addGrafanaShifts(
        _ shifts: [ExportObject], into schedule: inout ScheduleDraft
    ) throws(InputFault) -> Bool {
        var spans: [DutySpan] = []
        for object in shifts {
            let name = "\(schedule.name): \(object.text("name").isEmpty ? object.id : object.text("name"))"
            func note(_ verdict: MigrationFinding.Verdict, _ sentence: String) {
                self.note("on-call shift", object, name: name, verdict, sentence, document: schedule.document)
            }
            switch grafanaShift(object, schedule.zone) {
            case .failure(let reason): note(.leftOut, reason.reason)
            case .success(let shift):
                do throws(InputFault) {
                    if let end = try shift.lastEnd(), end <= horizon.start {
                        note(.leftOut, "It is over.")
                        continue
                    }
                    let found = try shift.spans(in: horizon)
                    spans += found
                    let end = horizon.end.text(in: schedule.zone)
                    if shift.level < GrafanaShift.overrideLevel, let rotation = try shift.rotation(),
                        fits(rotation, beside: schedule.rotations)
                    {
                        schedule.rotations.append(rotation)
                        note(.mapped, "It is a layer of priority \(shift.level).")
                    } else if shift.rule == nil {
                        note(.mapped, "It is an override.")
                    } else {
                        note(
                            .changed,
                            "Its rule is not one of a layer's: its occurrences until \(end) are overrides. Import it again before then."
                        )
                    }
                } catch {
                    note(.leftOut, "\(error.reason).")
                }
            }
        }
        guard let count = try add(&schedule, meaning: spans, why: "Imported from Grafana OnCall") else { return false }
        note(
            "schedule", schedule.object, name: schedule.name, .mapped,
            "\(Self.count(schedule.rotations.count, "layer")) and \(Self.count(count, "override")).",
            document: schedule.document)
        return true
    }

    private struct Reason: Error {
        let reason: String
    }

    private func grafanaShift(_ object: ExportObject, _ usual: Zone) -> Result<GrafanaShift, Reason> {
        func leftOut(_ reason: String) -> Result<GrafanaShift, Reason> { .failure(Reason(reason: reason)) }
        let name = object.text("time_zone")
        guard let zone = name.isEmpty ? usual : context.zone(name) else {
            return leftOut("The time zone \"\(name)\" is not one that this machine knows.")
        }
        guard let start = Self.local(object.text("start"), zone) else {
            return leftOut("It does not say when it begins.")
        }
        guard let seconds = object.whole("duration"), (1...CalendarLength.longestDays * 86_400).contains(seconds) else {
            return leftOut("It does not say how long it lasts.")
        }
        let type = object.text("type")
        guard ["single_event", "recurrent_event", "rolling_users", "override"].contains(type) else {
            return leftOut("Its type is \"\(type)\".")
        }
        let rolling = (object.json["rolling_users"]?.array ?? []).map { ($0.array ?? []).map(ExportObject.text) }
        var lists = type == "rolling_users" ? rolling : [object.texts("users")]
        if type == "override", lists[0].isEmpty, let first = rolling.first { lists = [first] }
        var groups: [[UserID]] = []
        for ids in lists {
            let found = people(
                .grafanaOnCall, ids.map { ExportObject(json: ["id": .string($0)], file: object.file) })
            guard found.missing.isEmpty else {
                return leftOut(
                    "\(Self.list(found.missing)) of it: not among the users of this import, and without them everybody else's turns would change."
                )
            }
            groups.append(found.users)
        }
        guard groups.contains(where: { !$0.isEmpty }) else { return leftOut("Nobody is in it.") }
        if let index = object.whole("start_rotation_from_user_index"), type == "rolling_users" {
            guard groups.indices.contains(index) else {
                return leftOut("It begins with turn \(index), which there is not.")
            }
            groups = Array(groups[index...] + groups[..<index])
        }
        var rule: RecurrenceRule?
        if type == "recurrent_event" || type == "rolling_users", !object.text("frequency").isEmpty {
            guard let found = Self.rule(object, zone) else { return leftOut("Its rule cannot be read.") }
            if found.frequency == .hourly, !found.days.isEmpty {
                return leftOut("It is hourly on some days of the week: say it as a daily shift.")
            }
            rule = found
        }
        if rule == nil { groups = [groups[0]] }
        let level = type == "override" ? GrafanaShift.overrideLevel : object.whole("level") ?? 0
        guard (0...99).contains(level) || type == "override" else { return leftOut("Its level is \(level).") }
        return .success(
            GrafanaShift(
                object: object, name: object.text("name").isEmpty ? object.id : object.text("name"), zone: zone,
                start: start, seconds: seconds, level: level, groups: groups, isRolling: type == "rolling_users",
                rule: rule, from: Self.local(object.text("rotation_start"), zone),
                isWeb: object.whole("source") == 0))
    }

    private static func rule(_ object: ExportObject, _ zone: Zone) -> RecurrenceRule? {
        guard let frequency = RecurrenceRule.Frequency(rawValue: object.text("frequency").uppercased()),
            frequency != .yearly
        else { return nil }
        var rule = RecurrenceRule(frequency, interval: object.whole("interval") ?? 1)
        guard (1...1_000).contains(rule.interval) else { return nil }
        for word in object.texts("by_day") {
            guard let day = RecurrenceRule.weekday(Substring(word.uppercased())) else { return nil }
            rule.days.append(.init(ordinal: nil, weekday: day))
        }
        for (member, range) in [("by_month", 1...12), ("by_monthday", 1...31)] {
            for value in object.json[member]?.array ?? [] {
                guard let number = ExportObject.whole(value), range.contains(abs(number)),
                    number > 0 || member == "by_monthday"
                else { return nil }
                if member == "by_month" { rule.months.append(number) } else { rule.monthDays.append(number) }
            }
        }
        let first = object.text("week_start")
        guard let day = first.isEmpty ? .sunday : RecurrenceRule.weekday(Substring(first.uppercased())) else {
            return nil
        }
        rule.weekStart = day
        if object.has("until") {
            guard let until = local(object.text("until"), zone) else { return nil }
            rule.until = .local(until)
        }
        return rule
    }

    /// OnCall writes local times without an offset; one with an offset is put on the zone's clock.
    private static func local(_ text: String, _ zone: Zone) -> CivilDateTime? {
        guard !text.isEmpty else { return nil }
        do throws(TimeFault) {
            return try CivilDateTime(iso8601: text)
        } catch {
            do throws(TimeFault) { return zone.civil(at: try Instant(wireTime: text)) } catch { return nil }
        }
    }
}
