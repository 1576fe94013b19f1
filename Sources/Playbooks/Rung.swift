import Chronology

/// One step of an escalation, whatever form the plan was written in: whom to call, when, for which incidents.
public struct Rung: Hashable, Sendable {
    public let plan: ElementID<EscalationPlan>
    /// Its place in the plan over all severities, from 0. It stays the same when the severity changes, so that what
    /// has been called is not called again.
    public let index: Int
    /// Nil: for every severity.
    public let severity: ElementID<Playbook.Severity>?
    /// The plan's and its own.
    public let condition: Guard
    public let after: TimeRule
    public let anchor: Anchor
    /// Empty for a step that calls nobody and only says something (S4-17).
    public let targets: [Party]
    public let via: Delivery
    public let mode: EscalationPlan.Mode
    /// What keeps it from being reached.
    public let until: ClockEnd
    /// It is not called outside of these hours, but at the next opening.
    public let within: BusinessCalendar?
    public let note: String?
    public let authority: [String]
    public let source: SourcePlace

    public enum Delivery: Hashable, Sendable {
        case page, notify, digest
        /// Put on the agenda of the next of these meetings.
        case agenda(Recurrence)
    }

    /// Nobody is called: the step is there to be shown.
    public var isSilent: Bool { targets.isEmpty }

    public var line: Int { source.line }
}

extension EscalationPlan {
    /// The plan as a flat list of rungs, over all severities, in the order of the document (seed table "shape →
    /// expansion").
    ///
    /// A plan by hand has none: somebody's command makes one. A severity change does not move the indexes.
    public func rungs() -> [Rung] {
        var list = RungList(plan: self)
        switch form {
        case .ladder(let from, let until, let levels):
            // Each level is counted from the one before: timers stand between levels (X6).
            for (index, level) in levels.enumerated() {
                list.add(level, anchor: index == 0 ? from : .rungEntered, until: until)
            }
        case .matrix(let from, let rows):
            for row in rows { for cell in row.cells { list.add(cell, of: row, from) } }
        case .windows(let from, let rows):
            for row in rows {
                for severity in row.severities {
                    for step in row.steps {
                        list.add(
                            severity, row.when, .elapsed(step.offset), from, step.to, step.manner,
                            until: .event(.resolved),
                            step.source)
                    }
                }
            }
        case .single(let from, let rows):
            for row in rows {
                guard let level = row.level else { continue }
                for severity in row.severities {
                    list.add(level, severity: severity, anchor: from, until: .event(.resolved))
                }
            }
        case .onDeclare(let rows): for row in rows { list.add(row, anchor: .declared, until: .event(.resolved)) }
        case .acknowledgementTimeout(let level, let from): list.add(level, anchor: from, until: .event(.acknowledged))
        case .levels(let from, let rows):
            for row in rows {
                list.add(
                    nil, row.when, .elapsed(row.at), from, row.to, row.manner, until: .event(.resolved), row.source)
            }
        case .manual: break
        }
        return list.rungs
    }

    /// Those that an incident of that severity can reach.
    public func rungs(for severity: ElementID<Playbook.Severity>) -> [Rung] {
        rungs().filter { $0.severity == nil || $0.severity == severity }
    }
}

private struct RungList {
    let plan: EscalationPlan
    var rungs: [Rung] = []

    private var usualMode: EscalationPlan.Mode {
        switch plan.form {
        case .ladder: .replace
        case .matrix, .windows, .single, .onDeclare, .acknowledgementTimeout, .levels, .manual: .add
        }
    }

    mutating func add(
        _ level: EscalationPlan.Level, severity: ElementID<Playbook.Severity>? = nil, anchor: Anchor, until: ClockEnd
    ) {
        add(
            severity, level.when, level.after ?? .immediate(bound: nil), anchor, level.to, level.manner, until: until,
            level.source)
    }

    mutating func add(_ cell: EscalationPlan.MatrixRow.Cell, of row: EscalationPlan.MatrixRow, _ from: Anchor) {
        switch cell.cell {
        case .none, .due(.none, _): break
        case .due(let rule, let calendar):
            add(
                cell.severity, row.when, rule, from, row.to, row.manner, within: calendar, until: .event(.resolved),
                cell.source)
        case .agenda(let recurrence):
            add(
                cell.severity, row.when, .nextOccurrence(recurrence), from, row.to, row.manner,
                via: .agenda(recurrence),
                until: .never, cell.source)
        }
    }

    mutating func add(
        _ severity: ElementID<Playbook.Severity>?, _ when: Guard, _ after: TimeRule, _ anchor: Anchor,
        _ targets: [Party],
        _ manner: EscalationPlan.Manner, via: Rung.Delivery? = nil, within: BusinessCalendar? = nil, until: ClockEnd,
        _ source: SourcePlace
    ) {
        rungs.append(
            Rung(
                plan: plan.id, index: rungs.count, severity: severity, condition: plan.when.and(when), after: after,
                anchor: anchor, targets: targets, via: via ?? Rung.Delivery(manner.via, after),
                mode: manner.mode ?? usualMode,
                until: until, within: within ?? manner.within, note: manner.note, authority: manner.authority,
                source: source))
    }
}

extension Rung.Delivery {
    /// An agenda needs a meeting: where the rule names none, it is told at once.
    fileprivate init(_ via: EscalationPlan.Via, _ after: TimeRule) {
        switch via {
        case .page: self = .page
        case .notify: self = .notify
        case .digest: self = .digest
        case .agenda:
            if case .nextOccurrence(let recurrence) = after { self = .agenda(recurrence) } else { self = .notify }
        }
    }
}
