import Chronology
import Notation
import OnCall

/// Somebody is meant to be on call for a time; of several at once those of the highest priority are.
struct DutySpan: Hashable {
    let user: UserID
    let span: TimeSpan
    var priority = 0
}

/// Who is meant to be on call, piece by piece.
enum DutySegments {
    struct Segment: Hashable {
        var span: TimeSpan
        /// In the order of the spans; empty: nobody.
        let users: [UserID]
    }

    /// The whole of that time in order, adjacent pieces of different people.
    static func resolved(_ spans: [DutySpan], in whole: TimeSpan) -> [Segment] {
        var edges: Set<Instant> = [whole.start]
        var clamped: [DutySpan] = []
        for one in spans where one.span.overlaps(whole) {
            let part = one.span.clamped(to: whole)
            clamped.append(DutySpan(user: one.user, span: part, priority: one.priority))
            edges.insert(part.start)
            edges.insert(part.end)
        }
        clamped.sort { ($0.span.start, $0.user) < ($1.span.start, $1.user) }
        var segments: [Segment] = []
        var open: [DutySpan] = []
        var next = 0
        let cuts = edges.filter { $0 < whole.end }.sorted()
        for (index, cut) in cuts.enumerated() {
            open.removeAll { $0.span.end <= cut }
            while next < clamped.count, clamped[next].span.start <= cut {
                open.append(clamped[next])
                next += 1
            }
            let best = open.map(\.priority).max() ?? 0
            var users: [UserID] = []
            for one in open where one.priority == best && !users.contains(one.user) { users.append(one.user) }
            users.sort()
            let end = index + 1 < cuts.count ? cuts[index + 1] : whole.end
            append(Segment(span: TimeSpan(cut, end), users: users), to: &segments)
        }
        return segments
    }

    private static func append(_ segment: Segment, to segments: inout [Segment]) {
        if let last = segments.last, last.users == segment.users, last.span.end == segment.span.start {
            segments[segments.count - 1].span = TimeSpan(last.span.start, segment.span.end)
        } else {
            segments.append(segment)
        }
    }

    /// The overrides that make of a schedule's rotations what is meant: none where the two agree.
    static func changes(
        from actual: [Shift], to spans: [DutySpan], in whole: TimeSpan, why: String
    ) -> [ScheduleDraft.Change] {
        let meant = resolved(spans, in: whole)
        let found = resolved(actual.map { DutySpan(user: $0.user, span: $0.span) }, in: whole)
        var changes: [ScheduleDraft.Change] = []
        var (left, right) = (0, 0)
        var pieces: [(span: TimeSpan, meant: [UserID], found: [UserID])] = []
        while left < meant.count, right < found.count {
            let part = meant[left].span.clamped(to: found[right].span)
            let (wanted, present) = (meant[left].users, found[right].users)
            if !part.isEmpty, wanted != present {
                if let last = pieces.last, last.span.end == part.start, last.meant == wanted, !wanted.isEmpty {
                    pieces[pieces.count - 1].span = TimeSpan(last.span.start, part.end)
                } else {
                    pieces.append((part, wanted, present))
                }
            }
            if meant[left].span.end <= found[right].span.end { left += 1 } else { right += 1 }
        }
        for piece in pieces {
            var start = piece.span.start
            while start < piece.span.end {
                let end = min(piece.span.end, start + Override.longest)
                let span = TimeSpan(start, end)
                changes.append(
                    .init(
                        id: MigrationDraft.overrideID("", span), span: span,
                        change: piece.meant.isEmpty ? .remove(piece.found) : .replace(piece.meant), why: why))
                start = end
            }
        }
        return changes
    }
}
