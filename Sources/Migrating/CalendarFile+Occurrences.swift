import Chronology
import Notation
import OnCall

extension CalendarFile {
    /// One time at which an event takes place.
    public struct Occurrence: Hashable, Sendable {
        public let uid: String
        /// Line of the event in the text.
        public let line: Int
        public let summary: String
        public let span: TimeSpan
        /// Whether it is of dates, without times of day.
        public let isAllDay: Bool
        /// Whether the calendar says that the time stays free (TRANSP:TRANSPARENT).
        public let isFree: Bool
        /// STATUS:TENTATIVE.
        public let isTentative: Bool
        /// The addresses of those who take part and have not declined.
        public let attendees: [String]
        /// Empty where there is none.
        public let organizer: String
    }

    /// Every time within that time, those that reach into it included, in order: rules, further dates, exceptions and
    /// changed occurrences minded, cancelled ones left out. Its ends are not cut.
    ///
    /// - Parameter floating: the zone of times that name none, and of whole days.
    /// - Throws: an `InputFault` at `FILE:line` where a limit is passed, or at `horizon`.
    public func occurrences(in span: TimeSpan, floating: Zone) throws(InputFault) -> [Occurrence] {
        try MigrationContext.check(span)
        var all: [Occurrence] = []
        for one in series {
            let found = try one.occurrences(in: span, floating: floating, file: name)
            all += found.map(\.occurrence)
            guard all.count <= MigrationLimits.occurrences else {
                throw InputFault(
                    at: "\(name):\(one.master.line)",
                    "the events take place more than \(MigrationLimits.occurrences) times in that time; ask about less")
            }
        }
        return all.sorted {
            ($0.span.start, $0.span.end, $0.uid, $0.line) < ($1.span.start, $1.span.end, $1.uid, $1.line)
        }
    }

    /// What is not read, and why: what `occurrences` lacks.
    public var leftOut: [MigrationFinding] {
        unread.map {
            MigrationFinding(
                kind: "event", id: MigrationDraft.line($0.uid), name: MigrationDraft.line($0.summary),
                verdict: .leftOut, sentence: $0.reason.atLine($0.line), document: nil, file: name)
        }
    }
}

extension CalendarSeries {
    struct Found {
        let occurrence: CalendarFile.Occurrence
        /// The event whose words it has: the series, or what changes this occurrence.
        let event: CalendarEvent
    }

    func occurrences(in span: TimeSpan, floating: Zone, file: String) throws(InputFault) -> [Found] {
        guard !master.isCancelled else { return [] }
        func instant(_ time: CalendarTime) -> Instant { time.zone.instant(of: time.civil, floating: floating) }
        var following: [(id: CalendarTime, from: Instant, change: CalendarEvent)] = []
        for change in changes where change.isThisAndFuture {
            if let id = change.recurrenceID { following.append((id, instant(id), change)) }
        }
        following.sort { $0.from < $1.from }
        // What is moved may come from outside of the time that is asked about.
        var reach = master.length.seconds + 2 * 86_400
        for (id, _, change) in following {
            reach = max(
                reach, change.length.seconds + 2 * 86_400 + abs(change.start.civil.seconds(since: id.civil)))
        }
        let lower = master.start.zone.civil(at: span.start - .seconds(reach), floating: floating)
        let upper = master.start.zone.civil(at: span.end + .seconds(reach), floating: floating)
        let place = "\(file):\(master.line)"
        var begins: [(local: CivilDateTime, length: CalendarLength)] = try locals(in: lower...upper, floating, place)
            .map { ($0, master.length) }
        var known = Set(begins.map(\.local))
        for date in master.dates {
            // A further date may be in another zone; it is told on the clock of the series.
            let local = master.start.zone.civil(at: instant(date.time), floating: floating)
            if known.insert(local).inserted { begins.append((local, date.length ?? master.length)) }
        }
        let exceptions = Set(master.exceptions.filter { !$0.isDate || master.start.isDate }.map(instant))
        // A date as an exception of times takes away all of that day, as some programs write it.
        let days = Set(master.exceptions.filter { $0.isDate && !master.start.isDate }.map(\.civil.date))
        let single = changes.filter { !$0.isThisAndFuture }
        let replaced = Set(single.compactMap { $0.recurrenceID.map(instant) })
        var found: [Found] = []
        for (local, length) in begins {
            let begin = master.start.zone.instant(of: local, floating: floating)
            if exceptions.contains(begin) || days.contains(local.date) || replaced.contains(begin) { continue }
            guard let (id, _, change) = following.last(where: { $0.from <= begin }) else {
                let end = length.end(from: local, in: master.start.zone, floating: floating)
                take(TimeSpan(begin, end), master, in: span, into: &found)
                continue
            }
            if change.isCancelled { continue }
            let isPlain = id.isDate || id.zone == change.start.zone
            let onClock = isPlain ? id.civil : change.start.zone.civil(at: instant(id), floating: floating)
            let moved = change.start.civil.seconds(since: onClock)
            let own = change.start.zone.civil(at: begin, floating: floating).adding(seconds: moved)
            take(
                TimeSpan(
                    change.start.zone.instant(of: own, floating: floating),
                    change.length.end(from: own, in: change.start.zone, floating: floating)), change, in: span,
                into: &found)
        }
        var latest: [Instant: CalendarEvent] = [:]
        var order: [Instant] = []
        for change in single {
            guard let id = change.recurrenceID.map(instant) else { continue }
            if let known = latest[id], known.sequence > change.sequence { continue }
            if latest[id] == nil { order.append(id) }
            latest[id] = change
        }
        for id in order {
            guard let change = latest[id], !change.isCancelled else { continue }
            take(
                TimeSpan(
                    instant(change.start),
                    change.length.end(from: change.start.civil, in: change.start.zone, floating: floating)), change,
                in: span, into: &found)
        }
        return found
    }

    /// The beginnings that the rule says, or the only one.
    private func locals(
        in range: ClosedRange<CivilDateTime>, _ floating: Zone, _ place: String
    ) throws(InputFault) -> [CivilDateTime] {
        guard let rule = master.rule else { return range.contains(master.start.civil) ? [master.start.civil] : [] }
        return try rule.occurrences(
            from: master.start.civil, in: range, isOver: { isOver($0, rule, floating) }, at: place)
    }

    /// Whether a beginning is behind the rule's end.
    func isOver(_ local: CivilDateTime, _ rule: RecurrenceRule, _ floating: Zone) -> Bool {
        switch rule.until {
        case nil: false
        case .date(let date): local.date > date
        case .local(let end): local > end
        case .instant(let end):
            // Of whole days the date counts.
            master.start.isDate
                ? local.date > end.asClock.date
                : master.start.zone.instant(of: local, floating: floating) > end
        }
    }

    private func take(
        _ occurrence: TimeSpan, _ event: CalendarEvent, in span: TimeSpan, into found: inout [Found]
    ) {
        guard !occurrence.isEmpty, occurrence.overlaps(span) else { return }
        found.append(
            Found(
                occurrence: .init(
                    uid: master.uid, line: event.line, summary: event.summary, span: occurrence,
                    isAllDay: event.start.isDate, isFree: event.isTransparent, isTentative: event.isTentative,
                    attendees: event.attendees.map(\.address), organizer: event.organizer?.address ?? ""),
                event: event))
    }
}
