import Chronology
import Notation
import OnCall
import Paging
import Storage

// What a schedule brings as time goes on: reminders, word of changes and gaps, hand-offs, the user group. Each schedule has one
// timer. A look sees to everything between the last look and now, so that a server which was down catches up, and sets the timer
// for what comes next; a look too many does nothing.
extension Decider {
    func lookAtDuty(_ id: ScheduleID, in workspace: Workspace) throws {
        guard let schedule = workspace.organisation.schedule(id) else {
            for handOff in try workspace.openHandOffs(of: id) {
                workspace.record([.lapsed(why: "The schedule was removed.")], on: handOff.id, by: .tocsin)
            }
            try workspace.connection.execute("DELETE FROM duty WHERE schedule = ?", [.text(id.text)])
            workspace.setSchedule(id, at: nil)
            return
        }
        var state = try DutyState.read(id, on: workspace.connection)
        let look = DutyLook(schedule, since: state.lookedAt ?? workspace.now, now: workspace.now, workspace)
        var next = [workspace.now + DutyLimits.longestPause]
        if let before = state.before {
            if before.due <= workspace.now {
                look.tellOfChange(since: before)
                state.before = nil
            } else {
                next.append(before.due)
            }
        }
        next += look.remind()
        next += look.warnOfGaps()
        next += try look.seeToHandOffs()
        next += look.keepGroup(&state.group)
        state.lookedAt = workspace.now
        try state.write(id, on: workspace.connection)
        workspace.setSchedule(id, at: next.filter { $0 > workspace.now }.min())
    }

    /// After a schedule, an override of it or the time off of somebody in it was changed: it is looked at, and those whose
    /// shifts are others now are told when the changing has come to an end.
    ///
    /// - Parameter old: as it was just before.
    func dutyChanged(
        _ id: ScheduleID, from old: Schedule?, _ absences: Absences, by actor: Actor, in workspace: Workspace
    ) throws {
        if let schedule = workspace.organisation.schedule(id) {
            var state = try DutyState.read(id, on: workspace.connection)
            let isSame =
                old.map { Self.isSame($0, absences, schedule, workspace.organisation.absences, at: workspace.now) }
                ?? false
            if !isSame || state.before != nil {
                var before = state.before ?? DutyState.Before(old, absences, at: workspace.now)
                before.changedAt = workspace.now
                if !before.actors.contains(actor) { before.actors.append(actor) }
                state.before = before
            }
            if state.lookedAt == nil { state.lookedAt = workspace.now }
            try state.write(id, on: workspace.connection)
        }
        workspace.setSchedule(id, at: workspace.now)
    }

    private static func isSame(
        _ old: Schedule, _ oldAbsences: Absences, _ new: Schedule, _ newAbsences: Absences, at now: Instant
    ) -> Bool {
        let span = TimeSpan(now, now + DutyLimits.outlook)
        return old.times(in: span, absences: oldAbsences) == new.times(in: span, absences: newAbsences)
    }
}

/// One look at one schedule. Each part does what is due and gives the instants at which it wants another look.
struct DutyLook {
    let schedule: Schedule
    /// What happened at this instant or before has been seen to.
    let since: Instant
    let now: Instant
    let workspace: Workspace

    init(_ schedule: Schedule, since: Instant, now: Instant, _ workspace: Workspace) {
        self.schedule = schedule
        self.since = since
        self.now = now
        self.workspace = workspace
    }

    var organisation: Organisation { workspace.organisation }
    var absences: Absences { workspace.organisation.absences }

    func isRipe(_ instant: Instant) -> Bool { since < instant && instant <= now }

    func name(_ user: UserID) -> String { organisation.name(of: .user(user)) }

    func names(_ users: [UserID]) -> String { users.map(name).joined(separator: ", ") }

    /// Whose clock somebody is told times on.
    func zone(of user: UserID) -> Zone { organisation.user(user)?.zone ?? schedule.zone }

    func text(_ span: TimeSpan, for user: UserID) -> String {
        let zone = zone(of: user)
        return "\(span.start.shiftText(in: zone)) to \(span.end.shiftText(in: zone))"
    }

    private func lines(_ word: String, _ spans: [TimeSpan], for user: UserID) -> [String] {
        let told = spans.prefix(DutyLimits.lines).map { "\(word): \(text($0, for: user))" }
        let rest = spans.count - told.count
        return rest > 0 ? told + ["… and \(rest) more; the calendar has them all."] : told
    }

    private var path: String { "/schedules/\(schedule.id)" }

    // MARK: Reminders

    func remind() -> [Instant] {
        let ahead = NotificationRules.earliestReminder + DutyLimits.longestPause
        let times = schedule.times(in: TimeSpan(since - .days(1), now + ahead), absences: absences)
        var next: [Instant] = []
        for (user, spans) in times.sorted(by: { $0.key < $1.key }) {
            let leads = organisation.user(user)?.rules.reminders ?? []
            for span in spans where span.start > since - .days(1) && span.end > now {
                let moments = leads.map { span.start - $0 }
                next += moments
                // After a time in which the server was down, several may be due; the nearest to the shift says it all.
                guard let moment = moments.filter(isRipe).max() else { continue }
                remind(user, of: span, moment)
            }
        }
        return next
    }

    private func remind(_ user: UserID, of span: TimeSpan, _ moment: Instant) {
        let zone = zone(of: user)
        let hasBegun = span.start <= now
        let start = span.start.shiftText(in: zone)
        let title =
            hasBegun
            ? "You are on call in \(schedule.name) since \(start)" : "On call in \(schedule.name) from \(start)"
        var lines: [String] = []
        let isKnown = span.end < now + NotificationRules.earliestReminder + DutyLimits.longestPause
        lines.append(isKnown ? "Until \(span.end.shiftText(in: zone))." : "For more than a week.")
        let others = schedule.onCall(at: span.start, absences: absences).map(\.user).filter { $0 != user }
        if !others.isEmpty { lines.append("With you: \(names(others)).") }
        let before = schedule.onCall(at: span.start - .microseconds(1), absences: absences).map(\.user)
            .filter { $0 != user && !others.contains($0) }
        if !before.isEmpty { lines.append("Before you: \(names(before)).") }
        let checklist = readiness
        if !checklist.isEmpty { lines += ["Have ready:"] + checklist.map { "- \($0)" } }
        workspace.tell(
            user,
            .init(
                kind: .reminder, title: title, lines: lines, path: "/my-shift", label: "My shift", start: span.start),
            about: schedule.id,
            key: "shift/\(schedule.id)/\(span.start.microseconds)/\(moment.microseconds)", isForNow: hasBegun)
    }

    // MARK: Changes

    func tellOfChange(since before: DutyState.Before) {
        let span = TimeSpan(now, max(now, before.until))
        let after = schedule.times(in: span, absences: absences)
        let users = Set(before.times.keys).union(after.keys).sorted()
        for user in users where before.actors != [.user(user)] {
            let old = (before.times[user] ?? []).map { $0.clamped(to: span) }.filter { !$0.isEmpty }
            let new = after[user] ?? []
            let gained = Schedule.without(old, from: new)
            let lost = Schedule.without(new, from: old)
            guard !gained.isEmpty || !lost.isEmpty else { continue }
            workspace.tell(
                user,
                .init(
                    kind: .changed, title: "Your shifts in \(schedule.name) have changed",
                    lines: self.lines("You are on call", gained, for: user)
                        + self.lines("You are not on call any more", lost, for: user), path: path,
                    label: "Calendar"), about: schedule.id,
                key: "moved/\(schedule.id)/\(before.changedAt.microseconds)",
                isForNow: (gained + lost).contains { $0.start < now + .days(1) })
        }
        let gaps = Coverage.gaps(schedule.shifts(in: span, absences: absences), in: span)
        let new = Schedule.without(before.gaps, from: gaps)
        guard !new.isEmpty else { return }
        let persons = before.actors.compactMap { if case .user(let user) = $0 { user } else { nil } }
        warn(new, besides: persons, key: "gap/\(schedule.id)/\(before.changedAt.microseconds)")
    }

    // MARK: Gaps

    func warnOfGaps() -> [Instant] {
        let earliest = DutyLimits.gapWarnings.max() ?? .zero
        let span = TimeSpan(now, now + earliest + DutyLimits.longestPause)
        var next: [Instant] = []
        for gap in schedule.unplannedGaps(in: span, absences: absences) where gap.start > now {
            let moments = DutyLimits.gapWarnings.map { gap.start - $0 }
            next += moments
            guard let moment = moments.filter(isRipe).max() else { continue }
            warn([gap], besides: [], key: "gap/\(schedule.id)/\(gap.start.microseconds)/\(moment.microseconds)")
        }
        return next
    }

    /// Those who could fill it are told: everybody in the schedule, or the administrators where that is nobody.
    private func warn(_ gaps: [TimeSpan], besides others: [UserID], key: String) {
        var people = schedule.members.filter { !(organisation.user($0)?.isDisabled ?? true) }
        if people.isEmpty { people = organisation.users.filter { $0.role == "admin" && !$0.isDisabled }.map(\.id) }
        for user in people + others.filter({ !people.contains($0) }) {
            workspace.tell(
                user,
                .init(
                    kind: .gap,
                    title: "Nobody is on call in \(schedule.name) from \(gaps[0].start.shiftText(in: zone(of: user)))",
                    lines: lines("Nobody", gaps, for: user), path: path, label: "Take it, or find somebody"),
                about: schedule.id, key: key, isForNow: gaps[0].start < now + .days(1))
        }
    }

    // MARK: The user group

    func keepGroup(_ known: inout String?) -> [Instant] {
        guard let group = schedule.slackGroup else {
            known = nil
            return []
        }
        let people = schedule.onCall(at: now, absences: absences).map(\.user.text)
        let wanted = "\(group): \(people.joined(separator: " "))"
        // A group of nobody is none: whoever was in it last stays.
        if !people.isEmpty, wanted != known {
            workspace.queueGroup(group, of: schedule.id)
            known = wanted
        }
        return schedule.nextChange(after: now, within: DutyLimits.longestPause, absences: absences).map { [$0] } ?? []
    }

    /// What whoever comes must have: the schedule's own list, or the playbook's.
    var readiness: [String] {
        schedule.handOff.readiness ?? usualPlaybook?.playbook.onCall?.readiness.map(\.text) ?? []
    }

    var usualPlaybook: Edition? { organisation.playbook(organisation.procedure.id) }
}

extension Instant {
    /// `Mon 18 Jan 2027 09:00 EST`: as people talk of shifts, whose seconds say nothing.
    func shiftText(in zone: Zone) -> String {
        let local = zone.civil(at: self)
        let abbreviation = zone.offset(at: self).abbreviation
        return "\(local.date.weekday.shortName) \(local.date.text) \(local.time.description.prefix(5)) \(abbreviation)"
    }
}
