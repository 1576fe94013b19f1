import Chronology
import Notation
import OnCall
import Storage

/// Who is, will be and was on call. What was is what the schedule said at that time: changing a schedule changes what is to
/// come, never what has been.
public struct ScheduleHistory: Sendable {
    /// A schedule as it was in force from an instant on; nil: there was none.
    private struct Version: Sendable {
        let from: Instant
        let schedule: Schedule?
    }

    /// In the order of time.
    private let versions: [Version]
    private let absences: Absences

    /// nil: there is no such schedule.
    ///
    /// Versions that this binary cannot read, as when the machine has lost a time zone, are left out.
    public init?(
        _ id: ScheduleID, organisation: Organisation, shelf: PlaybookShelf, on connection: any Connection
    ) throws {
        guard let current = organisation.schedule(id) else { return nil }
        absences = organisation.absences
        let rows = try connection.all(
            "SELECT body, at FROM document_history WHERE kind = 'schedule' AND id = ? ORDER BY version",
            [.text(id.text)]
        ) { (body: try JSON(parsing: Array($0.text(0).utf8), limits: .stored), at: $0.instant(1)) }
        var versions: [Version] = []
        for (index, row) in rows.enumerated() {
            if index == rows.count - 1 {
                versions.append(Version(from: row.at, schedule: current))
            } else if row.body.isNull {
                versions.append(Version(from: row.at, schedule: nil))
            } else {
                do throws(InputFault) {
                    let schedule = try Schedule(
                        id: id, row.body, overrides: current.overrides, zone: shelf.zone(named:))
                    versions.append(Version(from: row.at, schedule: schedule))
                } catch {
                    continue
                }
            }
        }
        self.versions = versions
    }

    public func onCall(at instant: Instant) -> [Duty] {
        let version = versions.last { $0.from <= instant }
        return version?.schedule?.onCall(at: instant, absences: absences) ?? []
    }

    /// Every shift of that time, cut at its ends.
    public func shifts(in span: TimeSpan) -> [Shift] {
        var shifts: [Shift] = []
        for (index, version) in versions.enumerated() {
            guard let schedule = version.schedule else { continue }
            let end = index + 1 < versions.count ? versions[index + 1].from : span.end
            let part = TimeSpan(max(span.start, version.from), min(span.end, end))
            for shift in schedule.shifts(in: part, absences: absences) {
                // A change of the schedule that leaves somebody on call does not end their shift.
                if shift.span.start == version.from,
                    let before = shifts.firstIndex(where: {
                        $0.user == shift.user && $0.source == shift.source && $0.span.end == shift.span.start
                    })
                {
                    let begun = shifts.remove(at: before)
                    shifts.append(Shift(shift.user, TimeSpan(begun.span.start, shift.span.end), shift.source))
                } else {
                    shifts.append(shift)
                }
            }
        }
        return shifts.sorted { ($0.span.start, $0.span.end, $0.user.text) < ($1.span.start, $1.span.end, $1.user.text) }
    }
}

extension Schedule {
    /// Why somebody is on call, as a sentence without an end: `Weekly, turn by turn`.
    public func why(_ duty: Duty, _ organisation: Organisation) -> String { why(duty.source, organisation) }

    public func why(_ source: Duty.Source, _ organisation: Organisation) -> String {
        switch source {
        case .layer(let id): return layers.first { $0.id == id }?.name ?? id
        case .override(let id):
            guard let one = overrides.first(where: { $0.id == id }) else { return "Override" }
            let made = "by \(organisation.name(of: one.by))" + (one.why.map { ": \($0)" } ?? "")
            switch one.change {
            case .standIn(_, let absent): return "For \(organisation.name(of: .user(absent))), \(made)"
            case .add: return "Added \(made)"
            case .offer: return "Offered \(made)"
            case .remove: return "Changed \(made)"
            case .replace: return "Instead of everybody else, \(made)"
            }
        }
    }
}
