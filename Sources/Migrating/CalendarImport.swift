import Chronology
import Notation
import OnCall

/// A calendar as a schedule: whoever an event names is on call while it takes place.
enum CalendarImport {
    static func run(_ file: CalendarFile, into draft: inout MigrationDraft) throws(InputFault) {
        let title = file.title.isEmpty ? stem(file.name) : file.title
        let object = ExportObject(json: ["id": .string(file.name), "name": .string(title)], file: file.name)
        for finding in file.leftOut {
            draft.note(
                "event", id: finding.id, name: finding.name, .leftOut, finding.sentence, file: file.name)
        }
        let own = file.zoneName.isEmpty ? nil : draft.context.zone(file.zoneName)
        let usual = own ?? draft.context.usualZone.flatMap(draft.context.zone)
        let named = file.series.compactMap { one -> Zone? in
            guard case .named(let zone) = one.master.start.zone, zone != .utc else { return nil }
            return zone
        }
        let zone = usual ?? named.first ?? .utc
        var spans: [DutySpan] = []
        var events: [PlannedEvent] = []
        var lines: [Line] = []
        for series in file.series {
            let master = series.master
            var line = Line(series: series, state: .over)
            let isFloating = ([master] + series.changes).contains { $0.start.zone == .floating }
            if isFloating, usual == nil {
                line.state = .leftOut("Its times name no zone, and neither does the calendar: say which one is meant.")
                lines.append(line)
                continue
            }
            let found = try series.occurrences(in: draft.horizon, floating: zone, file: file.name)
            var reasons: [String] = []
            for one in found {
                switch draft.onCall(one.event) {
                case .found(let users):
                    spans += users.map {
                        DutySpan(user: $0, span: one.occurrence.span, priority: priority(one.event.summary))
                    }
                    line.count += 1
                case .nobody(let reason): if !reasons.contains(reason) { reasons.append(reason) }
                }
            }
            if let reason = reasons.first {
                line.state = line.count == 0 ? .leftOut(reason) : .partly(reason)
            } else if line.count > 0 {
                line.state = .taken
            } else if master.isCancelled {
                line.state = .leftOut("It is cancelled.")
            } else if master.start.zone.instant(of: master.start.civil, floating: zone) >= draft.horizon.end {
                line.state = .leftOut("It begins after \(draft.horizon.end.text(in: zone)): import again then.")
            }
            if line.count > 0, let event = try planned(series, zone, file, draft) {
                line.event = events.count
                events.append(event)
            }
            lines.append(line)
        }
        var taken: Set<Int> = []
        var rotations: [Rotation] = []
        for (rotation, members) in EventRotations(events).all where draft.fits(rotation, beside: rotations) {
            rotations.append(rotation)
            taken.formUnion(members)
        }
        guard !spans.isEmpty else {
            for line in lines { line.report(zone, nil, isRotation: false, draft.horizon, file.name, &draft) }
            draft.note("calendar", object, .leftOut, "None of its events says who is on call from now on.")
            return
        }
        let id = draft.ids(.schedule, [(file.name, title)])[0]
        var schedule = ScheduleDraft(
            id: id, name: draft.uniqueName(.schedule, title, id: file.name), object: object, vendorID: file.name,
            zone: zone)
        schedule.rotations = rotations
        let count = try draft.add(&schedule, meaning: spans, why: "Imported from a calendar")
        for line in lines {
            line.report(
                zone, count == nil ? nil : schedule.document, isRotation: line.event.map(taken.contains) ?? false,
                draft.horizon, file.name, &draft)
        }
        guard let count else { return }
        let isWhole = lines.allSatisfy { $0.isWhole(isRotation: $0.event.map(taken.contains) ?? false, draft.horizon) }
        draft.note(
            "calendar", object, isWhole ? .mapped : .changed,
            "\(MigrationDraft.count(schedule.rotations.count, "layer")) and \(MigrationDraft.count(count, "override"))"
                + (isWhole
                    ? "." : ", which hold until \(draft.horizon.end.text(in: zone)): import it again before then."),
            document: schedule.document)
    }

    private static func stem(_ file: String) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return name.lowercased().hasSuffix(".ics") ? String(name.dropLast(4)) : name
    }

    /// Grafana OnCall writes the priority before the name: `[L2] ana`.
    static func priority(_ summary: String) -> Int { level(summary).priority }

    static func level(_ summary: String) -> (priority: Int, rest: String) {
        let text = summary.trimmed
        let scalars = Array(text.unicodeScalars)
        guard scalars.count > 3, scalars[0] == "[", scalars[1] == "L" || scalars[1] == "l",
            let end = scalars.firstIndex(of: "]"), (3...4).contains(end)
        else { return (0, text) }
        var digits = ""
        digits.unicodeScalars.append(contentsOf: scalars[2..<end])
        guard let priority = Int(digits), (0...99).contains(priority) else { return (0, text) }
        var rest = ""
        rest.unicodeScalars.append(contentsOf: scalars[(end + 1)...])
        return (priority, rest.trimmed)
    }

    /// A series as a rotation might say it.
    private static func planned(
        _ series: CalendarSeries, _ floating: Zone, _ file: CalendarFile, _ draft: MigrationDraft
    ) throws(InputFault) -> PlannedEvent? {
        let master = series.master
        guard let rule = master.rule, case .found(let users) = draft.onCall(master) else { return nil }
        let zone: Zone
        switch master.start.zone {
        case .named(let named): zone = named
        case .floating: zone = floating
        case .own: return nil
        }
        var end: Instant?
        if rule.count != nil || rule.until != nil {
            guard let last = try series.end(floating: floating, file: file.name) else { return nil }
            end = last
        }
        return PlannedEvent(
            users: users, start: master.start.civil, zone: zone, rule: rule, seconds: master.length.seconds,
            priority: priority(master.summary), end: end, name: level(master.summary).rest)
    }

    /// What became of one series.
    private struct Line {
        enum State {
            case taken
            case partly(String)
            case over
            case leftOut(String)
        }

        let series: CalendarSeries
        var state: State
        var count = 0
        var event: Int?

        /// Whether nothing of it is lost behind the horizon.
        func isWhole(isRotation: Bool, _ horizon: TimeSpan) -> Bool {
            switch state {
            case .over, .leftOut: return true
            case .partly, .taken: break
            }
            let master = series.master
            let last = series.changes.compactMap(\.recurrenceID) + master.exceptions + master.dates.map(\.time)
            let isNear = last.allSatisfy { $0.civil.asUTC + .days(1) < horizon.end }
            let isOnce =
                master.rule == nil
                && master.start.civil.asUTC + .seconds(master.length.seconds) + .days(1) < horizon.end
            let isAltered = series.changes.contains(where: \.isThisAndFuture)
            return isNear && !isAltered && (isRotation || isOnce)
        }

        func report(
            _ zone: Zone, _ document: String?, isRotation: Bool, _ horizon: TimeSpan, _ file: String,
            _ draft: inout MigrationDraft
        ) {
            let master = series.master
            let end = horizon.end.text(in: zone)
            func note(_ verdict: MigrationFinding.Verdict, _ sentence: String, _ document: String? = nil) {
                draft.note(
                    "event", id: master.uid, name: master.summary, verdict, sentence.atLine(master.line),
                    document: document, file: file)
            }
            switch state {
            case .over: note(.leftOut, "It does not take place between now and \(end).")
            case .leftOut(let reason): note(.leftOut, reason)
            case .partly(let reason):
                note(.leftOut, "Some of its occurrences: \(reason)")
                note(
                    .changed, "\(count) occurrences until \(end) are overrides. Import it again before then.", document)
            case .taken:
                if isRotation, isWhole(isRotation: true, horizon) {
                    let isExact = series.changes.isEmpty && master.exceptions.isEmpty && master.dates.isEmpty
                    note(
                        .mapped, isExact ? "It is a layer." : "It is a layer, and its exceptions are overrides.",
                        document)
                } else if isRotation {
                    note(
                        .changed,
                        "It is a layer; what is different on single dates is an override until \(end). Import it again before then.",
                        document)
                } else if master.rule == nil, isWhole(isRotation: false, horizon) {
                    note(.mapped, "It is an override.", document)
                } else {
                    note(
                        .changed,
                        "Its rule is not one of a layer's: its \(count) occurrences until \(end) are overrides. Import it again before then.",
                        document)
                }
            }
        }
    }
}

extension CalendarSeries {
    /// When the last occurrence of a rule that ends is over; nil where there is none in the years that are written.
    fileprivate func end(floating: Zone, file: String) throws(InputFault) -> Instant? {
        guard let rule = master.rule else { return nil }
        let place = "\(file):\(master.line)"
        let upper = MigrationContext.latest.asClock
        var lower = master.start.civil
        if let until = rule.until {
            let last: CivilDateTime
            switch until {
            case .date(let date): last = CivilDateTime(date, .midnight)
            case .local(let local): last = local
            case .instant(let instant): last = instant.asClock
            }
            // Of rules of days and weeks, which alone become layers, the last occurrence is not longer ago.
            lower = max(lower, CivilDateTime(last.date.adding(days: -8 * (rule.interval + 1)), last.time))
        }
        guard lower <= upper else { return nil }
        let locals = try rule.occurrences(
            from: master.start.civil, in: lower...upper, isOver: { isOver($0, rule, floating) }, at: place)
        return master.length.end(
            from: locals.last ?? master.start.civil, in: master.start.zone, floating: floating)
    }
}

extension MigrationDraft {
    enum OnCall {
        case found([UserID])
        case nobody(String)
    }

    /// Who is on call by an event: whom its summary names, else its attendees, else its organizer.
    func onCall(_ event: CalendarEvent) -> OnCall {
        let words = CalendarImport.level(event.summary).rest
        switch recognised(words) {
        case .found(let user): return .found([user])
        case .several: return .nobody("\"\(words)\" is the name of several people: write an e-mail address.")
        case .nobody: break
        }
        // A list of people, each of whom must be known.
        let parts = words.split { ",;+&\n".contains($0) }.map { String($0).trimmed }.filter { !$0.isEmpty }
        if parts.count > 1 {
            let found = parts.map(recognised)
            let users = found.compactMap { one in if case .found(let user) = one { user } else { nil } }
            if users.count == parts.count {
                var each: [UserID] = []
                for user in users where !each.contains(user) { each.append(user) }
                return .found(each)
            }
        }
        var users: [UserID] = []
        var unknown: [String] = []
        for attendee in event.attendees {
            if let user = person(email: attendee.address) {
                if !users.contains(user) { users.append(user) }
            } else {
                unknown.append(attendee.address)
            }
        }
        guard unknown.isEmpty else {
            return .nobody("\(Self.list(unknown)) of its attendees: nobody has such an address.")
        }
        if !users.isEmpty { return .found(users) }
        if let organizer = event.organizer, let user = person(email: organizer.address) { return .found([user]) }
        return .nobody("\"\(words)\" is not the name, the e-mail address or the user name of anybody.")
    }
}

extension String {
    /// A sentence with the line of the calendar that it is about.
    func atLine(_ number: Int) -> String { (hasSuffix(".") ? String(dropLast()) : self) + " (line \(number))." }

    /// Without blanks at its ends.
    var trimmed: String {
        var scalars = Substring(self).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }
}
