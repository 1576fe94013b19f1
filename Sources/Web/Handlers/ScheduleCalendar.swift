import Chronology
import Engine
import Notation
import OnCall

/// Which days a calendar shows: whole weeks, from Monday.
struct CalendarSpan {
    let first: CivilDate
    let dates: [CivilDate]
    /// Dates within the calendars before and after it.
    let earlier: CivilDate
    let later: CivilDate
    let title: String

    init(_ view: SchedulePage.View, around date: CivilDate) {
        func monday(of date: CivilDate) -> CivilDate { date.adding(days: 1 - date.weekday.rawValue) }
        let count: Int
        switch view {
        case .weeks:
            first = monday(of: date)
            count = 28
            (earlier, later) = (first.adding(days: -28), first.adding(days: 28))
        case .week:
            first = monday(of: date)
            count = 7
            (earlier, later) = (first.adding(days: -7), first.adding(days: 7))
        case .month:
            let begin = date.adding(days: 1 - date.day)
            let end = begin.adding(months: 1).adding(days: -1)
            first = monday(of: begin)
            let last = monday(of: end).adding(days: 6)
            var days = 0
            while first.adding(days: days) <= last { days += 1 }
            count = days
            (earlier, later) = (begin.adding(months: -1), begin.adding(months: 1))
        }
        dates = (0..<count).map { [first] in first.adding(days: $0) }
        title =
            view == .month
            ? date.text.split(separator: " ").dropFirst().joined(separator: " ")
            : "\(first.text) to \(dates[count - 1].text)"
    }
}

extension WeekPicture {
    init(
        _ dates: [CivilDate], _ shifts: [Shift], _ gaps: [TimeSpan], _ zone: Zone, now: Instant,
        _ organisation: Organisation, reader: UserID?
    ) {
        var blocks: [Block] = []
        for (index, date) in dates.enumerated() {
            let day = TimeSpan(zone.start(of: date), zone.start(of: date.adding(days: 1)))
            func minutes(_ span: TimeSpan) -> (Int, Int) {
                let from = span.start <= day.start ? 0 : zone.civil(at: span.start).time.secondOfDay / 60
                let to = span.end >= day.end ? Self.minutesPerDay : zone.civil(at: span.end).time.secondOfDay / 60
                return (from, max(from, to))
            }
            for shift in shifts where shift.span.overlaps(day) {
                let (from, to) = minutes(shift.span)
                var isOverride = false
                if case .override = shift.source { isOverride = true }
                blocks.append(
                    Block(
                        day: index, from: from, to: to, name: organisation.name(of: .user(shift.user)),
                        user: shift.user.text, isMine: shift.user == reader, isOverride: isOverride))
            }
            for gap in gaps where gap.overlaps(day) {
                let (from, to) = minutes(gap)
                blocks.append(Block(day: index, from: from, to: to, name: "nobody", user: nil))
            }
        }
        let local = zone.civil(at: now)
        let today = dates.firstIndex(of: local.date)
        self.init(days: dates, blocks: blocks, now: today.map { ($0, local.time.secondOfDay / 60) })
    }
}

extension Schedule {
    /// What each change of the clocks of its zones in the next year does: whose shift it is, and how long that shift is.
    func clockChanges(after now: Instant, _ organisation: Organisation) -> [String] {
        var zones = [zone]
        for layer in layers where !zones.contains(layer.zone) { zones.append(layer.zone) }
        var sentences: [(at: Instant, text: String)] = []
        for zone in zones {
            for change in zone.changes(in: TimeSpan(now, now + .days(366))) {
                let shifts = shifts(
                    in: TimeSpan(change - .days(35), change + .days(35)), absences: organisation.absences
                ).filter { $0.span.contains(change - .microseconds(1)) || $0.span.contains(change) }
                let whose = shifts.map { shift in
                    "\(organisation.name(of: .user(shift.user))) is on call \(ClockFace.span(shift.span.length)), to \(shift.span.end.text(in: self.zone))"
                }
                let by = zone.offset(at: change).seconds - zone.offset(at: change - .microseconds(1)).seconds
                let words =
                    "\(change.text(in: zone)): the clocks of \(zone.name) go \(by > 0 ? "forward" : "back") by \(ClockFace.span(.seconds(Int64(abs(by)))))"
                sentences.append((change, words + (whose.isEmpty ? "." : ": " + whose.joined(separator: "; ") + ".")))
            }
        }
        return sentences.sorted { $0.at < $1.at }.prefix(8).map(\.text)
    }
}

extension Zone {
    /// The instants within that time at which the clocks are changed, to the second.
    fileprivate func changes(in span: TimeSpan) -> [Instant] {
        var found: [Instant] = []
        var last = span.start
        while last < span.end {
            let next = min(last + .days(1), span.end)
            if offset(at: last).seconds != offset(at: next).seconds {
                var (low, high) = (last, next)
                while high - low > .seconds(1) {
                    let middle = low + .seconds((high - low).wholeSeconds / 2)
                    if offset(at: middle).seconds == offset(at: last).seconds { low = middle } else { high = middle }
                }
                // Found to a second; the clocks are changed at a whole one.
                found.append(Instant(microseconds: high.microseconds / 1_000_000 * 1_000_000))
            }
            last = next
        }
        return found
    }
}
