import Chronology
import Engine
import HTTPTypes
import Notation
import OnCall

/// Schedules: who is on call, the calendar, overrides, and the form of the rotations.
extension PageHandlers {
    /// The picture of the list, and what the reader's own shifts are looked for in.
    private static let outlook = Duration.days(14)
    var scheduleRoutes: [Route] {
        let path = "/schedules"
        return [
            Route(.get, path, .readAll, "Who is on call") { call in try await show(try await scheduleList(call), call)
            },
            Route(.get, path + "/new", .manage, "The form that makes a schedule") { call in
                let zone = "UTC"
                var form = FormState(values: ["zone": zone, "name-1": "Weekly", "handoff": "yes"])
                let today = Zone.utc.civil(at: call.now).date
                let monday = today.adding(days: 1 - today.weekday.rawValue)
                form.values["start-1"] = "\(monday)T09:00"
                return try await show(try await scheduleForm(nil, form), call)
            },
            Route(.get, path + "/{id}", .readAll, "One schedule") { call in
                try await show(try await schedulePage(call), call)
            },
            Route(.get, path + "/{id}/edit", .manage, "The form that changes a schedule") { call in
                let document = try await api.document(.schedule, call.parameter("id"))
                let organisation = try await engine.organisation()
                return try await show(
                    try await scheduleForm(document.id, FormState(schedule: document.body, organisation)), call)
            },
            Route(.post, path, .manage, "Make a schedule", body: .form(Self.scheduleFields)) { call in
                try await submitSchedule(nil, call)
            },
            Route(.post, path + "/{id}", .manage, "Change a schedule", body: .form(Self.scheduleFields)) { call in
                try await submitSchedule(call.parameter("id"), call)
            },
            Route(.post, path + "/{id}/remove", .manage, "Remove a schedule", body: .form([])) { call in
                try await actions.perform(.delete, "/api/v1/schedules/\(call.parameter("id"))", for: call)
                return .seeOther("/schedules", .removed)
            },
            Route(
                .post, path + "/{id}/feed", .respond, "Make an address for calendar programs", body: .form([]),
                answersSecret: true
            ) { call in
                let id = call.parameter("id")
                return try await makeFeed("/api/v1/schedules/\(id)/feeds", at: "/schedules/\(id)/feed", call)
            },
            Route(.get, path + "/{id}/feed", .readAll, "The address that was just made, once") { call in
                let id = call.parameter("id")
                return try await showFeed("/schedules/\(id)", at: "/schedules/\(id)/feed", call)
            },
            Route(
                .post, "/my-shifts/away", .signedIn, "Say when one is away, or take it back",
                body: .form(["from", "to", "why", "remove"])
            ) { call in
                try await submit(call, fields: ["timeOff": "to"]) { state in
                    var page = try await scheduleList(call)
                    page.form = state
                    return page
                } _: {
                    try await changeAway(call)
                    return .seeOther("/schedules", .saved)
                }
            },
            Route(
                .post, "/my-shifts/feed", .signedIn, "Make an address for calendar programs", body: .form([]),
                answersSecret: true
            ) { call in
                guard let id = call.caller.person?.id else { throw HTTPProblem.forbidden }
                return try await makeFeed("/api/v1/users/\(id.text)/feeds", at: "/my-shifts/feed", call)
            },
            Route(.get, "/my-shifts/feed", .signedIn, "The address that was just made, once") { call in
                try await showFeed("/schedules", at: "/my-shifts/feed", call)
            },
            Route(
                .post, path + "/{id}/overrides", .respond, "Override a schedule",
                body: .form(["users", "kind", "for", "from", "to", "why"])
            ) { call in
                let id = call.parameter("id")
                return try await submit(call) { state in
                    var page = try await schedulePage(call)
                    page.form = state
                    return page
                } _: {
                    try await actions.perform(
                        .post, "/api/v1/schedules/\(id)/overrides", try await override(call), for: call)
                    return .seeOther("/schedules/\(id)", .saved)
                }
            },
            Route(
                .post, path + "/{id}/offers", .respond, "Offer one's shift to others",
                body: .form(["users", "from", "to", "why"])
            ) { call in
                let id = call.parameter("id")
                return try await submit(call) { state in
                    var page = try await schedulePage(call)
                    page.offerForm = state
                    return page
                } _: {
                    let (schedule, _) = try await schedule(call)
                    let users = try call.field("users")
                    let offer: JSON = [
                        "kind": "offer", "users": .array(users.isEmpty ? [] : [.string(users)]),
                        "from": try Self.instant("from", in: schedule.zone, call),
                        "to": try Self.instant("to", in: schedule.zone, call), "why": try call.optionalField("why"),
                    ]
                    try await actions.perform(.post, "/api/v1/schedules/\(id)/overrides", offer, for: call)
                    return .seeOther("/schedules/\(id)", .saved)
                }
            },
            Route(
                .post, path + "/{id}/overrides/{override}/take", .respond, "Take an offered shift over",
                body: .form([])
            ) { call in
                let id = call.parameter("id")
                return try await submit(call) { state in
                    var page = try await schedulePage(call)
                    page.offerForm = state
                    return page
                } _: {
                    try await actions.perform(
                        .post, "/api/v1/schedules/\(id)/overrides/\(call.parameter("override"))/take", for: call)
                    return .seeOther("/schedules/\(id)", .saved)
                }
            },
            Route(
                .post, path + "/{id}/overrides/{override}/end", .respond, "End an override, or take it back",
                body: .form([])
            ) { call in
                let id = call.parameter("id")
                try await actions.perform(
                    .delete, "/api/v1/schedules/\(id)/overrides/\(call.parameter("override"))", for: call)
                return .seeOther("/schedules/\(id)", .saved)
            },
        ]
    }

    // MARK: Being away

    /// The clock that the reader's times are told and typed in: that of the first schedule that they are on, else the first.
    func zone(of user: UserID?, _ organisation: Organisation) -> Zone {
        let own = organisation.schedules.first { schedule in user.map(schedule.members.contains) ?? false }
        return (own ?? organisation.schedules.first)?.zone ?? .utc
    }

    private func changeAway(_ call: Call) async throws {
        guard let id = call.caller.person?.id else { throw HTTPProblem.forbidden }
        let organisation = try await engine.organisation()
        var times = organisation.user(id)?.timeOff.map(\.json) ?? []
        if let number = try call.form.integer("remove", 0...1_000) {
            if times.indices.contains(number) { times.remove(at: number) }
        } else {
            let zone = zone(of: id, organisation)
            times.append([
                "from": try Self.instant("from", in: zone, call), "to": try Self.instant("to", in: zone, call),
                "why": try call.optionalField("why"),
            ])
        }
        try await actions.perform(.put, "/api/v1/users/\(id.text)/time-off", ["timeOff": .array(times)], for: call)
    }

    /// What a field says on the clock of that zone.
    static func instant(_ name: String, in zone: Zone, _ call: Call) throws -> JSON {
        let text = try call.field(name)
        do throws(TimeFault) {
            return .string(zone.start(of: try CivilDateTime(iso8601: text)).rfc3339())
        } catch {
            throw InputFault(at: "/\(name)", "say the date and the time of day")
        }
    }

    // MARK: Feeds

    private func makeFeed(_ action: LocalPath, at path: LocalPath, _ call: Call) async throws -> Answer {
        let made = try await actions.perform(.post, action, for: call)
        return try await showOnce(made, at: path, for: call) {
            CalendarFeedPage(address: made["url"]?.string ?? "", back: path)
        }
    }

    /// Whoever comes back later finds the page before it, and no address.
    private func showFeed(_ back: LocalPath, at path: LocalPath, _ call: Call) async throws -> Answer {
        guard ShownOnce(cookie: cookie).secret(at: path, for: call) != nil else { return .seeOther(back.text) }
        return try await show(at: path, call) { CalendarFeedPage(address: $0?["url"]?.string ?? "", back: back) }
    }

    // MARK: The list

    private func scheduleList(_ call: Call) async throws -> ScheduleListPage {
        let organisation = try await engine.organisation()
        let span = TimeSpan(call.now, call.now + Self.outlook)
        var mine: [ShiftRow] = []
        var rows: [ScheduleListPage.Row] = []
        for schedule in organisation.schedules {
            let shifts = schedule.shifts(in: span, absences: organisation.absences)
            // From before now on, so that a shift that is running has the beginning that it has.
            let near = TimeSpan(call.now - .days(35), span.end)
            for shift in schedule.shifts(in: near, absences: organisation.absences)
            where shift.user == call.caller.person?.id && shift.span.end > call.now {
                mine.append(ShiftRow(shift, of: schedule, organisation, named: schedule.name))
            }
            let (until, next) = schedule.change(after: call.now, organisation)
            let coverage = Coverage(of: schedule, in: TimeSpan(call.now, call.now + .days(28)), organisation)
            rows.append(
                ScheduleListPage.Row(
                    id: schedule.id.text, name: schedule.name, zone: schedule.zone,
                    now: schedule.people(at: call.now, organisation), until: until, next: next,
                    picture: ShiftPicture(shifts, of: schedule, in: span, organisation),
                    findings: coverage.sentences(schedule, organisation)))
        }
        mine.sort { $0.start < $1.start }
        let away = (call.caller.person.flatMap { organisation.user($0.id) }?.timeOff ?? []).enumerated()
            .filter { $0.element.span.end > call.now }.map { number, time in
                ScheduleListPage.Away(number: number, start: time.span.start, end: time.span.end, why: time.why)
            }
        return ScheduleListPage(
            rows: rows, mine: Array(mine.prefix(5)), zone: zone(of: call.caller.person?.id, organisation), away: away)
    }

    // MARK: One schedule

    private func schedule(_ call: Call) async throws -> (Schedule, Organisation) {
        let organisation = try await engine.organisation()
        guard let schedule = organisation.schedule(ScheduleID(call.parameter("id"))) else {
            throw HTTPProblem.notFound("There is no schedule \"\(call.parameter("id"))\".")
        }
        return (schedule, organisation)
    }

    private func schedulePage(_ call: Call) async throws -> SchedulePage {
        let (schedule, organisation) = try await schedule(call)
        let zone = schedule.zone
        let today = zone.civil(at: call.now).date
        let view = SchedulePage.View(rawValue: try call.query.text("view") ?? "weeks") ?? .weeks
        let calendar = CalendarSpan(view, around: try Self.date("from", call) ?? today)
        let dates = calendar.dates
        let span = TimeSpan(zone.start(of: calendar.first), zone.start(of: calendar.first.adding(days: dates.count)))
        let who = try call.query.text("who").flatMap { $0.isEmpty ? nil : UserID($0) }
        var shifts = try await api.history(of: schedule).shifts(in: span)
        let gaps = Coverage.gaps(shifts, in: span).filter { $0.end > call.now }
        if let who { shifts = shifts.filter { $0.user == who } }
        let ahead = TimeSpan(max(call.now, span.start), max(call.now, span.start) + .days(28))
        let coverage = Coverage(of: schedule, in: ahead, organisation)
        let (pages, week) = try await api.read { connection in
            (
                try NightPages(
                    since: call.now - .days(28), organisation: organisation, zone: zone, on: connection
                ).counts,
                try NightPages(since: call.now - .days(7), organisation: organisation, zone: zone, on: connection)
                    .counts
            )
        }
        let most = organisation.settings.fatigue.nightPages
        let tired = schedule.members.compactMap { user -> String? in
            guard let nights = week[user]?.atNight, nights > most else { return nil }
            return
                "\(organisation.name(of: .user(user))) was paged \(nights) times at night in the last seven days; somebody else might take over."
        }
        let (until, next) = schedule.change(after: call.now, organisation)
        let target = "schedule:\(schedule.id)"
        let plans = organisation.plans.filter { plan in
            (plan.rungs.flatMap(\.targets) + plan.fallback).contains { $0.text == target }
        }.map { "the plan \($0.name)" }
        let casts = organisation.casts.filter { cast in
            cast.names.values.contains { $0.contains { $0.text == target } }
        }.map { "the people of the playbook \($0.id)" }
        let path = ("/schedules/\(schedule.id.text)" as LocalPath).with("view", view == .weeks ? nil : view.rawValue)
            .with("who", who?.text)
        let reader = call.caller.person?.id
        var page = SchedulePage(
            id: schedule.id.text, name: schedule.name, about: schedule.description, zone: zone,
            now: schedule.people(at: call.now, organisation), until: until, next: next,
            days: dates.map { date in
                SchedulePage.Day(date, shifts, gaps, zone, today: today, organisation, reader: call.caller.person?.id)
            }, earlier: path.with("from", calendar.earlier.description),
            later: path.with("from", calendar.later.description),
            findings: tired + coverage.sentences(schedule, organisation),
            load: coverage.load.map { load in
                SchedulePage.Load(
                    user: load.user.text, name: organisation.name(of: .user(load.user)),
                    time: ClockFace.span(load.time), shifts: load.shifts,
                    nights: load.nights, weekendDays: load.weekendDays, pages: pages[load.user]?.pages ?? 0,
                    nightPages: pages[load.user]?.atNight ?? 0)
            },
            overrides: schedule.overrides.filter { $0.span.end > call.now }.map {
                ShiftRow($0, of: schedule, organisation, reader: call.caller.person?.id)
            }, people: organisation.peopleChoices, usedBy: plans + casts)
        page.view = view
        page.period = calendar.title
        page.reader = reader?.text
        page.who = who.map { ($0.text, organisation.name(of: .user($0))) }
        page.handOffs = try await openHandOffs(of: schedule, organisation)
        if view == .week {
            page.week = WeekPicture(
                dates, shifts, who == nil ? gaps : [], zone, now: call.now, organisation, reader: reader)
        }
        return page
    }

    private func openHandOffs(
        of schedule: Schedule, _ organisation: Organisation
    ) async throws -> [(path: LocalPath, text: String)] {
        var filter = HandOffQueries.Filter()
        filter.schedule = schedule.id
        filter.isOpen = true
        let open = try await api.read { [filter] in try HandOffQueries.list(filter, on: $0) }
        return open.map { one in
            let names = one.awaited.map { organisation.name(of: .user($0)) }.joined(separator: ", ")
            let at = one.due.text(in: schedule.zone)
            let isAhead = one.phase == HandOff.Phase.preparing.word
            return (
                "/hand-offs/\(one.id.text)",
                isAhead ? "to \(names) at \(at)." : "at \(at): \(names) has not said yet that they have taken over."
            )
        }
    }

    private static func date(_ name: String, _ call: Call) throws -> CivilDate? {
        guard let text = try call.query.text(name), !text.isEmpty else { return nil }
        do throws(TimeFault) {
            return try CivilDate(iso8601: text)
        } catch {
            throw InputFault(at: "/\(name)", "must be a date such as 2026-01-31")
        }
    }

    /// What the form says, in instants: it speaks of the schedule's own clock.
    private func override(_ call: Call) async throws -> JSON {
        let (schedule, _) = try await schedule(call)
        let kind = try call.field("kind")
        return [
            "kind": .string(kind), "users": [.string(try call.field("users"))],
            "for": kind == "stand-in" ? try call.optionalField("for") : .null,
            "from": try Self.instant("from", in: schedule.zone, call),
            "to": try Self.instant("to", in: schedule.zone, call), "why": try call.optionalField("why"),
        ]
    }

    // MARK: The form

    private static let scheduleFields =
        ["name", "zone", "about", "preview", "handoff", "handoff-lead", "slack-group", "readiness"]
        + (1...ScheduleFormPage.layerLimit).flatMap { number in
            [
                "name", "start", "count", "unit", "handoffs", "members", "windows", "priority", "order",
            ].map { "\($0)-\(number)" }
        }

    private func scheduleForm(_ id: String?, _ form: FormState) async throws -> ScheduleFormPage {
        let organisation = try await engine.organisation()
        let layers = (1...ScheduleFormPage.layerLimit).last { form.values["members-\($0)"]?.isEmpty == false } ?? 1
        return ScheduleFormPage(
            id: id, people: organisation.users.filter { !$0.isDisabled }.map(\.name), layers: layers, form: form)
    }

    private func submitSchedule(_ id: String?, _ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        return try await submit(
            call,
            fields: [
                "layers": "members-1", "description": "about", "handOff/readiness": "readiness",
                "handOff/leadSeconds": "handoff-lead", "slackGroup": "slack-group",
            ]
        ) {
            try await scheduleForm(id, $0)
        } _: {
            if let id {
                let stored = try await api.document(.schedule, id)
                guard FormState(schedule: stored.body, organisation).fault == nil else {
                    throw Refusal("schedule-too-rich", FormState.tooRichSchedule)
                }
            }
            let document = try ScheduleForm(call, organisation).document
            if try call.optionalField("preview").string == "yes" {
                return try await show(try await preview(document, id, call), call)
            }
            if let id {
                try await actions.perform(.put, "/api/v1/schedules/\(id)", document, for: call)
                return .seeOther("/schedules/\(id)", .saved)
            }
            let made = try await actions.perform(.post, "/api/v1/schedules", document, for: call)
            return .seeOther("/schedules/\(made["id"]?.string ?? "")", .added)
        }
    }

    private func preview(_ document: JSON, _ id: String?, _ call: Call) async throws -> ScheduleFormPage {
        let organisation = try await engine.organisation()
        let shelf = engine.shelf
        let known = id.flatMap { organisation.schedule(ScheduleID($0)) }
        let schedule = try Schedule(
            id: ScheduleID(id ?? "new"), document, overrides: known?.overrides ?? [], zone: shelf.zone(named:))
        let span = TimeSpan(call.now, call.now + .days(28))
        let shifts = schedule.shifts(
            in: TimeSpan(call.now - .days(35), span.end), absences: organisation.absences
        ).filter { $0.span.end > call.now }.prefix(20)
        let coverage = Coverage(of: schedule, in: span, organisation)
        var values: [String: String] = [:]
        for field in call.form.fields where field.name != "csrf" { values[field.name] = field.value }
        var page = try await scheduleForm(id, FormState(values: values))
        page.preview = shifts.map { ShiftRow($0, of: schedule, organisation) }
        page.findings = coverage.sentences(schedule, organisation)
        page.clockChanges = schedule.clockChanges(after: call.now, organisation)
        return page
    }
}

// MARK: In the words of the pages

extension Schedule {
    func people(at instant: Instant, _ organisation: Organisation) -> [ScheduleListPage.Person] {
        onCall(at: instant, absences: organisation.absences).map { duty in
            ScheduleListPage.Person(name: organisation.name(of: .user(duty.user)), why: why(duty, organisation))
        }
    }

    /// When somebody else is on call, and who; nil: not within five weeks.
    func change(after instant: Instant, _ organisation: Organisation) -> (Instant?, [String]) {
        guard let until = nextChange(after: instant, within: .days(35), absences: organisation.absences) else {
            return (nil, [])
        }
        return (until, people(at: until, organisation).map(\.name))
    }
}

extension ShiftRow {
    init(_ shift: Shift, of schedule: Schedule, _ organisation: Organisation, named name: String? = nil) {
        self.init(
            who: organisation.name(of: .user(shift.user)), schedule: name, start: shift.span.start, end: shift.span.end,
            zone: schedule.zone, why: schedule.why(shift.source, organisation))
    }

    init(_ override: Override, of schedule: Schedule, _ organisation: Organisation, reader: UserID?) {
        let names = override.users.map { organisation.name(of: .user($0)) }
        let what: String =
            switch override.change {
            case .add: "\(names.joined(separator: ", ")) as well"
            case .remove: "not \(names.joined(separator: ", "))"
            case .replace: "only \(names.joined(separator: ", "))"
            case .standIn: "\(names[0]) for \(names[1])"
            case .offer(_, let users):
                users.isEmpty
                    ? "\(names[0]) offers their shift"
                    : "\(names[0]) offers their shift to \(names.dropFirst().joined(separator: ", "))"
            }
        self.init(
            who: what, start: override.span.start, end: override.span.end, zone: schedule.zone,
            why: (override.why.map { "\($0), " } ?? "") + "by \(organisation.name(of: override.by))",
            override: override.id)
        // Only to those is it offered who could take it.
        if case .offer(let absent, let users) = override.change, let reader {
            isOffer = reader != absent && (users.isEmpty || users.contains(reader))
        }
    }
}

extension ShiftPicture {
    init(_ shifts: [Shift], of schedule: Schedule, in span: TimeSpan, _ organisation: Organisation) {
        var bars: [Bar] = []
        for shift in shifts {
            let name = organisation.name(of: .user(shift.user))
            if let index = bars.firstIndex(where: { $0.name == name }) {
                bars[index].spans.append((shift.span.start, shift.span.end))
            } else {
                bars.append(Bar(name: name, spans: [(shift.span.start, shift.span.end)]))
            }
        }
        let gaps = Coverage.gaps(shifts, in: span)
        if !gaps.isEmpty { bars.append(Bar(name: "nobody", spans: gaps.map { ($0.start, $0.end) }, isGap: true)) }
        var days: [(Instant, String)] = []
        var date = schedule.zone.civil(at: span.start).date.adding(days: 1)
        while schedule.zone.start(of: date) < span.end {
            days.append((schedule.zone.start(of: date), "\(date.weekday.shortName) \(date.day)"))
            date = date.adding(days: 1)
        }
        self.init(start: span.start, end: span.end, days: days, bars: bars)
    }
}

extension SchedulePage.Day {
    init(
        _ date: CivilDate, _ shifts: [Shift], _ gaps: [TimeSpan], _ zone: Zone, today: CivilDate,
        _ organisation: Organisation, reader: UserID?
    ) {
        let day = TimeSpan(zone.start(of: date), zone.start(of: date.adding(days: 1)))
        func clock(_ instant: Instant) -> String { String(zone.civil(at: instant).time.description.prefix(5)) }
        func words(_ span: TimeSpan) -> String? {
            switch (span.start <= day.start, span.end >= day.end) {
            case (true, true): nil
            case (true, false): "until \(clock(span.end))"
            case (false, true): "from \(clock(span.start))"
            case (false, false): "\(clock(span.start))–\(clock(span.end))"
            }
        }
        let hours = day.length.wholeSeconds
        self.init(
            date: date, isToday: date == today, isPast: date < today,
            entries: shifts.filter { $0.span.overlaps(day) }.map { shift in
                var isOverride = false
                if case .override = shift.source { isOverride = true }
                return Entry(
                    name: organisation.name(of: .user(shift.user)), time: words(shift.span), isOverride: isOverride,
                    isMine: shift.user == reader, user: shift.user.text)
            }, gaps: date < today ? [] : gaps.filter { $0.overlaps(day) }.map { words($0) ?? "all day" },
            length: hours == 86_400 ? nil : hours == 0 ? "does not take place" : ClockFace.span(day.length))
    }
}
