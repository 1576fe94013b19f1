import Chronology
import Notation
import OnCall
import Storage

// Hand-offs (S4-14): opened a while before the change for whoever leaves to write into, handed over at the change with a packet
// of what is open, and asked after when nobody says that they have it.
extension DutyLook {
    func seeToHandOffs() throws -> [Instant] {
        let rules = schedule.handOff
        var open = try workspace.openHandOffs(of: schedule.id)
        // Whatever was opened is compared with what the schedule says by now.
        let from = min(since, open.filter { $0.phase == .preparing }.map(\.opening.due).min() ?? since)
        let changes =
            rules.isDisabled
            ? []
            : schedule.changes(
                in: TimeSpan(from - .microseconds(1), now + rules.lead + DutyLimits.longestPause), absences: absences)
        for one in open where one.phase == .preparing {
            let isStill = changes.contains {
                $0.at == one.opening.due && $0.leaving == one.opening.leaving && $0.coming == one.opening.coming
            }
            if !isStill {
                let why =
                    rules.isDisabled ? "Hand-offs of this schedule were switched off." : "The schedule was changed."
                workspace.record([.lapsed(why: why)], on: one.id, by: .tocsin)
            }
        }
        open = try workspace.openHandOffs(of: schedule.id)
        var next: [Instant] = []
        for change in changes where change.at > since {
            guard change.at - rules.lead <= now else {
                next.append(change.at - rules.lead)
                continue
            }
            next.append(change.at)
            guard !open.contains(where: { $0.phase == .preparing && $0.opening.due == change.at }) else { continue }
            try begin(change)
        }
        try handOver()
        return next + (try askAgain())
    }

    private func begin(_ change: DutyChange) throws {
        let covers = usualPlaybook?.playbook.onCall?.handoff?.covers ?? []
        let notes = try lastNotes().filter { $0.until.map { $0 > change.at } ?? true }
        let opening = HandOffEvent.Opening(
            schedule: schedule.id, due: change.at, leaving: change.leaving, coming: change.coming,
            readiness: readiness, covers: covers, notes: notes)
        let id = workspace.open(opening)
        guard change.at > now else { return }
        for user in change.leaving {
            let zone = zone(of: user)
            workspace.tell(
                user,
                .init(
                    kind: .handOffOpened,
                    title: "Your shift in \(schedule.name) ends at \(change.at.shiftText(in: zone))",
                    lines: ["\(names(change.coming)) comes on call. Write down what they should know:"]
                        + covers.map { "- \($0)" }, path: "/hand-offs/\(id)", label: "Hand-off", handOff: id),
                about: schedule.id, key: "hand-off/\(id)/opened", isForNow: false)
        }
    }

    /// What was written into the last hand-off of the schedule that took place or is to, and not struck since.
    private func lastNotes() throws -> [HandOffNote] {
        if let open = try workspace.openHandOffs(of: schedule.id).last { return open.notes }
        let id = try workspace.connection.first(
            "SELECT id FROM handoff WHERE schedule = ? ORDER BY due_at DESC, id DESC LIMIT 1",
            [.text(schedule.id.text)]
        ) { HandOffID($0.text(0)) }
        return try id.flatMap { try workspace.handOff($0) }?.notes ?? []
    }

    private func handOver() throws {
        let open = try workspace.openHandOffs(of: schedule.id)
        let due = open.filter { $0.phase == .preparing && $0.opening.due <= now }
        guard let latest = due.last else { return }
        for one in open where one.id != latest.id && one.opening.due <= now {
            let why =
                one.phase == .preparing
                ? "Tocsin was not running then, and the shift has changed again since."
                : "The next shift began before everybody had acknowledged."
            workspace.record([.lapsed(why: why)], on: one.id, by: .tocsin)
        }
        let packet = try HandOffPacket(of: schedule, latest, at: now, in: workspace)
        workspace.record([.handedOver(packet: packet.json)], on: latest.id, by: .tocsin)
        let (leaving, coming) = (latest.opening.leaving, latest.opening.coming)
        let path = "/hand-offs/\(latest.id)"
        for user in coming {
            var lines = packet.lines(in: zone(of: user))
            lines += latest.notes.map { "\($0.kind.title): \($0.text)" }
            if !latest.opening.readiness.isEmpty {
                lines += ["Have ready:"] + latest.opening.readiness.map { "- \($0)" }
            }
            workspace.tell(
                user,
                .init(
                    kind: .handOff, title: "You are on call in \(schedule.name) now",
                    lines: (leaving.isEmpty ? [] : ["You take over from \(names(leaving))."]) + lines, path: path,
                    label: "Take over", handOff: latest.id), about: schedule.id,
                key: "hand-off/\(latest.id)/packet", isForNow: true)
        }
        for user in leaving {
            workspace.tell(
                user,
                .init(
                    kind: .handOff, title: "Your shift in \(schedule.name) is over",
                    lines: ["\(names(coming)) is on call now."] + packet.lines(in: zone(of: user)), path: path,
                    label: "Hand-off", handOff: latest.id), about: schedule.id,
                key: "hand-off/\(latest.id)/packet", isForNow: false)
        }
    }

    private func askAgain() throws -> [Instant] {
        var next: [Instant] = []
        for one in try workspace.openHandOffs(of: schedule.id) where one.phase == .handedOver {
            guard let at = one.handedOverAt, one.remindedAt == nil else { continue }
            guard at + DutyLimits.patience <= now else {
                next.append(at + DutyLimits.patience)
                continue
            }
            workspace.record([.reminded], on: one.id, by: .tocsin)
            let awaited = names(one.awaited)
            for user in one.awaited + one.opening.leaving {
                workspace.tell(
                    user,
                    .init(
                        kind: .handOffReminder,
                        title: one.awaited.contains(user)
                            ? "You have not said yet that you have taken over \(schedule.name)"
                            : "\(awaited) has not said yet that they have taken over \(schedule.name)",
                        path: "/hand-offs/\(one.id)",
                        label: one.awaited.contains(user) ? "Take over" : "Hand-off", handOff: one.id),
                    about: schedule.id, key: "hand-off/\(one.id)/asked-again",
                    isForNow: one.awaited.contains(user))
            }
        }
        return next
    }
}

extension HandOffNote.Kind {
    public var title: String {
        switch self {
        case .issue: "Known issue"
        case .maintenance: "Maintenance"
        case .other: "Note"
        }
    }
}
