import Chronology
import Notation

/// At that instant somebody comes on call who was not, perhaps in the place of somebody else.
public struct DutyChange: Hashable, Sendable {
    public let at: Instant
    /// Who was on call before and is not any more; where nobody was just before, who was last, if not too long ago.
    public let leaving: [UserID]
    public let coming: [UserID]

    public init(at: Instant, leaving: [UserID], coming: [UserID]) {
        self.at = at
        self.leaving = leaving
        self.coming = coming
    }
}

extension Schedule {
    /// How far back somebody is looked for who was on call before a time without anybody: what was known then is stale after.
    static let remembered = Duration.days(14)

    /// The changes within that time (the start excluded, the end included) at which somebody comes. Whoever comes back after
    /// a time without anybody has nothing to take over, and is none.
    public func changes(in span: TimeSpan, absences: Absences = .none) -> [DutyChange] {
        let whole = TimeSpan(span.start - Self.remembered, span.end + .microseconds(1))
        let shifts = shifts(in: whole, absences: absences)
        var edges: Set<Instant> = []
        for shift in shifts {
            edges.insert(shift.span.start)
            edges.insert(shift.span.end)
        }
        var last: [UserID] = []
        var changes: [DutyChange] = []
        var open: [Shift] = []
        var next = 0
        for edge in edges.sorted() where edge < whole.end {
            open.removeAll { $0.span.end <= edge }
            while next < shifts.count, shifts[next].span.start <= edge {
                if shifts[next].span.end > edge { open.append(shifts[next]) }
                next += 1
            }
            var people: [UserID] = []
            for user in open.map(\.user) where !people.contains(user) { people.append(user) }
            guard !people.isEmpty else { continue }
            let coming = people.filter { !last.contains($0) }
            if !coming.isEmpty, edge > span.start, edge > whole.start {
                changes.append(DutyChange(at: edge, leaving: last.filter { !people.contains($0) }, coming: coming))
            }
            last = people
        }
        return changes
    }

    /// When each person is on call in that time, whatever by: in order, and apart from one another.
    public func times(in span: TimeSpan, absences: Absences = .none) -> [UserID: [TimeSpan]] {
        Dictionary(grouping: shifts(in: span, absences: absences), by: \.user)
            .mapValues { Coverage.merged($0.map(\.span)) }
    }

    /// The times without anybody that nobody planned: those that the rotations, going on for ever and with everybody there,
    /// would not have.
    public func unplannedGaps(in span: TimeSpan, absences: Absences = .none) -> [TimeSpan] {
        let gaps = Coverage.gaps(shifts(in: span, absences: absences), in: span)
        guard !gaps.isEmpty else { return [] }
        return gaps.flatMap { gap in Self.without(plannedGaps(in: gap), from: [gap]) }
    }

    private func plannedGaps(in span: TimeSpan) -> [TimeSpan] {
        let pieces = layers.flatMap { layer in layer.endless.pieces(in: span, .none) }
        return Coverage.gaps(
            pieces.flatMap { piece in piece.group.map { Shift($0, piece.span, .layer("")) } }, in: span)
    }

    /// What is left of some times when others are taken out of them; both in order and apart.
    public static func without(_ others: [TimeSpan], from spans: [TimeSpan]) -> [TimeSpan] {
        var left: [TimeSpan] = []
        for span in spans {
            var start = span.start
            for other in others where other.overlaps(span) {
                if other.start > start { left.append(TimeSpan(start, other.start)) }
                start = max(start, other.end)
            }
            if start < span.end { left.append(TimeSpan(start, span.end)) }
        }
        return left
    }
}
