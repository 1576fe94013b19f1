import Chronology
import Engine
import HTTPTypes
import Notation
import OnCall
import Storage

/// Schedules: who is on call when. The rotations are documents of those who manage; overrides are made by everybody who
/// responds.
extension API {
    static let schedules = Chapter(
        kind: .schedule, path: base + "/schedules", tag: "Schedules", noun: "schedule", permission: .manage,
        schema: [
            ("name", Schema.text(Schedule.nameLimit)), ("description", Schema.optionalText(4_096)),
            ("zone", Schema.text(64)), ("layers", Schema.array(0...Schedule.layerLimit, of: layerSchema)),
            ("handOff", Schema.handOffRules), ("slackGroup", Schema.optionalText(32)),
        ], required: ["name", "zone"]
    ) { body in
        let layers = body.list("layers", 0...Schedule.layerLimit) { layer(&$0) }
        return [
            "name": .string(body.text("name", 1...512)),
            "description": JSON(body.optionalText("description", 0...4_096)),
            "zone": .string(body.text("zone", 1...64)), "layers": .array(layers), "handOff": handOff(&body),
            "slackGroup": JSON(body.optionalText("slackGroup", 0...32)),
        ]
    }

    private static func handOff(_ body: inout BodyReader) -> JSON {
        body.optionalObject("handOff") { rules -> JSON in
            let listed = rules.json("readiness")
            let items = rules.texts("readiness", 0...HandOffRules.readinessLimit, 1...4 * HandOffRules.itemLimit)
            return [
                "disabled": .bool(rules.optionalFlag("disabled") ?? false),
                "leadSeconds": .integer(
                    rules.optionalInteger("leadSeconds", 0...HandOffRules.longestLead.wholeSeconds)
                        ?? HandOffRules.usualLead.wholeSeconds),
                "readiness": listed == nil || listed == .null ? .null : .array(items.map(JSON.string)),
            ]
        } ?? .null
    }

    private static let layerSchema = Schema.object(
        [
            "id": Schema.optionalText(64), "name": Schema.optionalText(Schedule.nameLimit),
            "zone": Schema.optionalText(64), "start": Schema.text(32), "end": Schema.optionalText(40),
            "every": [
                "type": ["object", "null"], "required": ["count", "unit"], "additionalProperties": false,
                "properties": [
                    "count": ["type": "integer", "minimum": 1, "maximum": .integer(Int64(Turn.countLimit))],
                    "unit": ["enum": ["hour", "day", "week", "month"]],
                ],
            ],
            "handOffs": Schema.array(0...Turn.handOffLimit, of: Schema.text(32)),
            "members": Schema.array(
                1...Layer.groupLimit, of: Schema.array(1...Layer.groupSizeLimit, of: Schema.text(64))),
            "windows": Schema.array(
                0...Layer.windowLimit,
                of: Schema.object(
                    [
                        "days": Schema.array(0...7, of: Schema.text(16)), "from": Schema.text(32),
                        "to": Schema.text(32),
                    ], required: ["from", "to"])),
            "priority": ["type": ["integer", "null"], "minimum": -100, "maximum": 100],
            "order": ["enum": .array(Layer.Order.allCases.map { .string($0.rawValue) } + [.null])],
        ], required: ["start", "members"])

    private static func layer(_ body: inout BodyReader) -> JSON {
        let every = body.optionalObject("every") { every -> JSON in
            [
                "count": .integer(every.integer("count", 1...Int64(Turn.countLimit))),
                "unit": .string(every.text("unit", 1...16)),
            ]
        }
        var members: [JSON] = []
        for (index, group) in (body.json("members")?.array ?? []).enumerated() {
            let names = (group.string.map { [$0] } ?? group.array?.compactMap(\.string) ?? []).map(JSON.string)
            if names.isEmpty { body.fault("members", "turn \(index + 1) is nobody's") }
            members.append(.array(names))
        }
        if members.isEmpty { body.fault("members", "must name those who take turns, each turn a list of people") }
        let windows = body.list("windows", 0...Layer.windowLimit) { window -> JSON in
            [
                "days": .array(window.texts("days", 0...7, 1...16).map(JSON.string)),
                "from": .string(window.text("from", 1...32)), "to": .string(window.text("to", 1...32)),
            ]
        }
        return [
            "id": JSON(body.optionalText("id", 0...64)), "name": JSON(body.optionalText("name", 0...512)),
            "zone": JSON(body.optionalText("zone", 0...64)), "start": .string(body.text("start", 1...32)),
            "end": JSON(body.optionalText("end", 0...40)), "every": every ?? .null,
            "handOffs": .array(body.texts("handOffs", 0...Turn.handOffLimit, 1...32).map(JSON.string)),
            "members": .array(members), "windows": .array(windows),
            "priority": .integer(body.optionalInteger("priority", -100...100) ?? 0),
            "order": JSON(body.optionalText("order", 0...32)),
        ]
    }

    // MARK: Routes

    /// People are meant by id, address or name.
    private func named(_ document: JSON) async throws -> JSON {
        let organisation = try await engine.organisation()
        let layers = (document["layers"]?.array ?? []).map { layer in
            let members = (layer["members"]?.array ?? []).map { group -> JSON in
                .array(
                    (group.array ?? []).map { word in
                        JSON.string(word.string.flatMap(organisation.user(named:))?.id.text ?? word.string ?? "")
                    })
            }
            return layer.replacing("members", .array(members))
        }
        return document.replacing("layers", .array(layers))
    }

    private var scheduleWriting: [Route] {
        let chapter = Self.schedules
        return [
            Route(
                .post, chapter.path, chapter.permission, "Make a schedule", tag: chapter.tag,
                body: .json(schema: chapter.body),
                responses: [Route.Response(201, "It is made", schema: chapter.answer)]
            ) { call in
                let written = try call.read { Self.document(&$0, chapter) }
                let document = try await named(written.document)
                return try await put(
                    Written(id: written.id, document: document, seenVersion: written.seenVersion), nil, chapter,
                    for: call, .created)
            },
            Route(
                .put, chapter.path + "/{id}", chapter.permission, "Make or replace a schedule", tag: chapter.tag,
                body: .json(schema: chapter.body),
                responses: [Route.Response(200, "The schedule as it is now", schema: chapter.answer)]
            ) { call in
                let written = try call.read { Self.document(&$0, chapter) }
                let document = try await named(written.document)
                return try await put(
                    Written(id: written.id, document: document, seenVersion: written.seenVersion),
                    call.parameter("id"), chapter, for: call, .ok)
            },
        ]
    }

    var scheduleRoutes: [Route] {
        let (path, tag) = (Self.schedules.path, Self.schedules.tag)
        let range = [
            Route.QueryField("from", "From when on, RFC 3339; now unless told"),
            Route.QueryField("to", "Until when; four weeks later unless told, at most 400 days"),
        ]
        return reading(Self.schedules) + scheduleWriting + [deleting(Self.schedules)] + [
            Route(
                .get, Self.base + "/oncall", .readAll, "Who is on call, in every schedule or in one", tag: tag,
                query: [
                    Route.QueryField("at", "At that instant, RFC 3339; now unless told"),
                    Route.QueryField("schedule", "A schedule's id or name"),
                ], responses: [Route.Response(200, "By schedule", schema: Schema.list(Schema.onCall))], handler: onCall),
            Route(
                .get, path + "/{id}/shifts", .readAll, "The shifts of a schedule, past ones as they were", tag: tag,
                query: range, responses: [Route.Response(200, "In order", schema: Schema.list(Schema.shift))],
                handler: shifts),
            Route(
                .get, path + "/{id}/coverage", .readAll, "What is wrong or hard about a time to come", tag: tag,
                query: range, responses: [Route.Response(200, "Findings and load", schema: Schema.coverage)],
                handler: coverage),
            Route(
                .get, path + "/{id}/overrides", .readAll, "The overrides of a schedule that are not over", tag: tag,
                responses: [
                    Route.Response(200, "In the order in which they were made", schema: Schema.list(Schema.override))
                ]
            ) { call in
                let schedule = try await schedule(call)
                let overrides = schedule.overrides.filter { $0.span.end > call.now }
                return list(overrides, limit: .max, id: \.id) { $0.write(into: &$1) }
            },
            Route(
                .post, path + "/{id}/overrides", .respond, "Put somebody on call, or take somebody off", tag: tag,
                body: .json(schema: Schema.overrideRequest),
                responses: [Route.Response(201, "It is made", schema: Schema.override)], handler: makeOverride),
            Route(
                .post, path + "/{id}/overrides/{override}/take", .respond, "Take an offered shift over", tag: tag,
                responses: [Route.Response(200, "One stands in now", schema: Schema.override)], handler: takeOffer),
            Route(
                .delete, path + "/{id}/overrides/{override}", .respond, "End an override, or take it back", tag: tag,
                responses: [Route.Response(204, "It has no effect any more")], handler: endOverride),
        ]
    }

    private func schedule(_ call: Call) async throws -> Schedule {
        let word = call.parameter("id")
        guard let schedule = try await engine.organisation().schedule(ScheduleID(word)) else {
            throw HTTPProblem.notFound("There is no schedule \"\(word)\".")
        }
        return schedule
    }

    func history(of schedule: Schedule) async throws -> ScheduleHistory {
        let (organisation, shelf) = (try await engine.organisation(), engine.shelf)
        let history = try await read {
            try ScheduleHistory(schedule.id, organisation: organisation, shelf: shelf, on: $0)
        }
        guard let history else { throw HTTPProblem.notFound("There is no schedule \"\(schedule.id)\".") }
        return history
    }

    @Sendable private func onCall(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let at = try call.instant("at") ?? call.now
        var schedules = organisation.schedules
        if let word = try call.query.text("schedule") {
            guard let schedule = organisation.schedule(named: word) else {
                throw InputFault(at: "/schedule", "there is no schedule \"\(word)\"")
            }
            schedules = [schedule]
        }
        var answers: [(schedule: Schedule, duties: [Duty], until: Instant?)] = []
        for schedule in schedules {
            let duties =
                at < call.now
                ? try await history(of: schedule).onCall(at: at)
                : schedule.onCall(at: at, absences: organisation.absences)
            let until = schedule.nextChange(after: at, within: .days(35), absences: organisation.absences)
            answers.append((schedule, duties, until))
        }
        return list(answers, limit: .max, id: \.schedule.id.text) { answer, writer in
            writer.object { writer in
                writer.member("schedule", answer.schedule.id.text)
                writer.member("name", answer.schedule.name)
                writer.member("at", at: at)
                writer.member("until", at: answer.until)
                writer.member(
                    "people",
                    array: { writer in
                        for duty in answer.duties {
                            writer.object { writer in
                                writer.member("user", duty.user.text)
                                writer.member("name", organisation.name(of: .user(duty.user)))
                                writer.member("why", answer.schedule.why(duty, organisation))
                            }
                        }
                    })
            }
        }
    }

    @Sendable private func shifts(_ call: Call) async throws -> Answer {
        let schedule = try await schedule(call)
        let (organisation, span) = (try await engine.organisation(), try call.span())
        let shifts = try await history(of: schedule).shifts(in: span)
        return list(shifts, limit: .max, id: \.user.text) { shift, writer in
            writer.object { writer in
                writer.member("user", shift.user.text)
                writer.member("name", organisation.name(of: .user(shift.user)))
                writer.member("from", at: shift.span.start)
                writer.member("to", at: shift.span.end)
                writer.member("why", schedule.why(shift.source, organisation))
            }
        }
    }

    @Sendable private func coverage(_ call: Call) async throws -> Answer {
        let schedule = try await schedule(call)
        let organisation = try await engine.organisation()
        let coverage = Coverage(of: schedule, in: try call.span(), organisation)
        return .json { writer in
            writer.object { writer in
                writer.member(
                    "findings",
                    array: { writer in
                        for finding in coverage.findings { finding.write(into: &writer, schedule, organisation) }
                    })
                writer.member(
                    "load",
                    array: { writer in
                        for load in coverage.load {
                            writer.object { writer in
                                writer.member("user", load.user.text)
                                writer.member("name", organisation.name(of: .user(load.user)))
                                writer.member("seconds", load.time.wholeSeconds)
                                writer.member("shifts", load.shifts)
                                writer.member("nights", load.nights)
                                writer.member("weekendDays", load.weekendDays)
                            }
                        }
                    })
            }
        }
    }

    // MARK: Overrides

    @Sendable private func makeOverride(_ call: Call) async throws -> Answer {
        let schedule = try await schedule(call)
        let organisation = try await engine.organisation()
        let document = try call.read { body -> JSON in
            [
                "schedule": .string(schedule.id.text), "kind": .string(body.text("kind", 1...16)),
                "users": .array(body.texts("users", 0...Override.peopleLimit, 1...1_016).map(JSON.string)),
                "for": JSON(body.optionalText("for", 0...1_016) ?? call.caller.person?.id.text),
                "from": .string(body.text("from", 1...40)),
                "to": .string(body.text("to", 1...40)), "why": JSON(body.optionalText("why", 0...1_024)),
                "by": .string(call.actor.text), "made": .string(call.now.rfc3339()),
            ]
        }
        // People are meant by address or name as well.
        func id(_ word: String) -> JSON { .string(organisation.user(named: word)?.id.text ?? word) }
        let named = document.replacing("users", .array((document["users"]?.array ?? []).compactMap(\.string).map(id)))
            .replacing("for", document["for"]?.string.map(id) ?? .null)
        let stored = try await put(.override, nil, named, for: call)
        let override = try Override(id: stored.id, stored.body)
        return Answer.json(status: .created) { override.write(into: &$0) }
            .with(.location, "\(Self.schedules.path)/\(schedule.id)/overrides/\(stored.id)")
    }

    /// The first who takes it has it.
    @Sendable private func takeOffer(_ call: Call) async throws -> Answer {
        let schedule = try await schedule(call)
        let (id, organisation) = (call.parameter("override"), try await engine.organisation())
        guard let offer = schedule.overrides.first(where: { $0.id == id }), offer.span.end > call.now else {
            throw HTTPProblem.notFound("\(schedule.name) has no override \"\(id)\" that is not over.")
        }
        func refused(_ reason: String) -> HTTPProblem { HTTPProblem(Refusal("not-offered", reason), subject: nil) }
        if case .standIn(let present, _) = offer.change {
            throw refused("\(organisation.name(of: .user(present))) has it already.")
        }
        guard case .offer(let absent, let users) = offer.change else { throw refused("Nobody offers that.") }
        guard let person = call.caller.person?.id else { throw refused("Only a person can take a shift over.") }
        guard person != absent else { throw refused("It is your own shift.") }
        guard users.isEmpty || users.contains(person) else {
            let names = users.map { organisation.name(of: .user($0)) }.joined(separator: ", ")
            throw refused("It is offered to \(names).")
        }
        let stored = try await document(.override, id)
        let taken = stored.body.replacing("kind", "stand-in").replacing("users", [.string(person.text)])
        let written = try await put(.override, id, taken, seen: stored.version, for: call)
        let override = try Override(id: id, written.body)
        return .json { override.write(into: &$0) }
    }

    /// What it has done stays done: one that runs ends now, one that is to come is taken away.
    @Sendable private func endOverride(_ call: Call) async throws -> Answer {
        let schedule = try await schedule(call)
        let id = call.parameter("override")
        guard let override = schedule.overrides.first(where: { $0.id == id }), override.span.end > call.now else {
            throw HTTPProblem.notFound("\(schedule.name) has no override \"\(id)\" that is not over.")
        }
        if override.span.start < call.now {
            let stored = try await document(.override, id)
            let ended = stored.body.replacing("to", .string(call.now.rfc3339()))
            _ = try await put(.override, id, ended, seen: stored.version, for: call)
        } else {
            let change = DocumentChange(kind: .override, id: id, action: .delete, origin: call.changeOrigin)
            _ = try await submit(.change(change), for: call, subject: "override")
        }
        return .noContent
    }
}

extension Coverage {
    /// With the other schedules of the organisation beside it.
    init(of schedule: Schedule, in span: TimeSpan, _ organisation: Organisation) {
        let others = organisation.schedules.filter { $0.id != schedule.id }.map {
            (schedule: $0.id, shifts: $0.shifts(in: span, absences: organisation.absences))
        }
        self.init(
            of: schedule, in: span, absences: organisation.absences, others: others,
            limits: organisation.settings.fatigue)
    }
}

extension Coverage {
    /// A sentence for each kind of finding about each person: the first of them, and how many more there are.
    func sentences(_ schedule: Schedule, _ organisation: Organisation) -> [String] {
        var groups: [(name: String, first: Finding, count: Int)] = []
        for finding in findings {
            if let index = groups.firstIndex(where: { $0.name == finding.group }) {
                groups[index].count += 1
            } else {
                groups.append((finding.group, finding, 1))
            }
        }
        return groups.map { group in
            let more = group.count - 1
            return group.first.sentence(schedule, organisation)
                + (more == 0 ? "" : more == 1 ? " And once more." : " And \(more) more times.")
        }
    }
}

extension Coverage.Finding {
    var kind: String {
        switch self {
        case .gap: "gap"
        case .away: "away"
        case .singlePerson: "single-person"
        case .doubleBooked: "double-booked"
        case .nightsInARow: "nights-in-a-row"
        case .longShift: "long-shift"
        }
    }

    /// Findings of one kind about the same people are told together.
    fileprivate var group: String {
        if case .doubleBooked(_, let other, _) = self { return "\(kind) \(user?.text ?? "") \(other)" }
        return "\(kind) \(user?.text ?? "")"
    }

    /// A sentence for people.
    func sentence(_ schedule: Schedule, _ organisation: Organisation) -> String {
        func name(_ user: UserID) -> String { organisation.name(of: .user(user)) }
        func time(_ span: TimeSpan) -> String {
            "from \(span.start.text(in: schedule.zone)) to \(span.end.text(in: schedule.zone))"
        }
        switch self {
        case .gap(let span): return "Nobody is on call \(time(span))."
        case .away(let user, let span): return "\(name(user)) is on call and away \(time(span))."
        case .singlePerson(let user): return "\(name(user)) is the only one: nobody is there when they are not."
        case .doubleBooked(let user, let other, let span):
            return "\(name(user)) is on call in \(organisation.schedule(other)?.name ?? other.text) too \(time(span))."
        case .nightsInARow(let user, let count, let from):
            return "\(name(user)) is on call \(count) nights in a row from \(from) on."
        case .longShift(let user, let span):
            return "\(name(user)) is on call for \(span.length.text) in one piece \(time(span))."
        }
    }

    var span: TimeSpan? {
        switch self {
        case .gap(let span), .away(_, let span), .doubleBooked(_, _, let span), .longShift(_, let span): span
        case .singlePerson, .nightsInARow: nil
        }
    }

    var user: UserID? {
        switch self {
        case .gap: nil
        case .away(let user, _), .singlePerson(let user), .doubleBooked(let user, _, _), .nightsInARow(let user, _, _),
            .longShift(let user, _):
            user
        }
    }

    fileprivate func write(into writer: inout JSONWriter, _ schedule: Schedule, _ organisation: Organisation) {
        writer.object { writer in
            writer.member("kind", kind)
            writer.member("user", user?.text)
            writer.member("from", at: span?.start)
            writer.member("to", at: span?.end)
            writer.member("sentence", sentence(schedule, organisation))
        }
    }
}

extension Override {
    func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("kind", kind.rawValue)
            writer.member("from", at: span.start)
            writer.member("to", at: span.end)
            var users = users
            if case .standIn = change { users = [users[0]] }
            if case .offer = change { users.removeFirst() }
            writer.member("users", array: { writer in for user in users { writer.value(user.text) } })
            if case .offer(let absent, _) = change {
                writer.member("for", absent.text)
            } else if case .standIn(_, let absent) = change {
                writer.member("for", absent.text)
            } else {
                writer.member("for", JSON.null)
            }
            writer.member("why", why)
            writer.member("by", by.text)
            writer.member("made", at: made)
        }
    }
}

extension Call {
    /// The instant of a member of the query; nil where there is none.
    func instant(_ name: String) throws -> Instant? {
        guard let text = try query.text(name) else { return nil }
        do throws(TimeFault) {
            return try Instant(rfc3339: text)
        } catch {
            throw InputFault(at: "/\(name)", "must be a time such as 2026-01-31T18:00:00Z (\(error.reason))")
        }
    }

    /// From `from` to `to`.
    fileprivate func span() throws -> TimeSpan {
        let from = try instant("from") ?? now
        let span = TimeSpan(from, try instant("to") ?? from + .days(28))
        guard !span.isEmpty else { throw InputFault(at: "/to", "must be later than from") }
        guard span.length <= .days(400) else { throw InputFault(at: "/to", "must be at most 400 days later than from") }
        return span
    }
}

extension Schema {
    static let onCall = answer([
        "schedule": string, "name": string, "at": time, "until": optionalTime,
        "people": array(answer(["user": string, "name": string, "why": string])),
    ])
    static let shift = answer(["user": string, "name": string, "from": time, "to": time, "why": string])
    static let coverage = answer([
        "findings": array(
            answer([
                "kind": string, "user": optionalString, "from": optionalTime, "to": optionalTime, "sentence": string,
            ])),
        "load": array(
            answer([
                "user": string, "name": string, "seconds": integer, "shifts": integer, "nights": integer,
                "weekendDays": integer,
            ])),
    ])
    static let override = answer([
        "id": string, "kind": ["enum": .array(Override.Kind.allCases.map { .string($0.rawValue) })], "from": time,
        "to": time, "users": texts, "for": optionalString, "why": optionalString, "by": string, "made": time,
    ])
    static let times = array(
        0...500, of: object(["from": text(40), "to": text(40), "why": optionalText(1_024)], required: ["from", "to"]))
    static let timeOff = object(["timeOff": times.replacing("type", "array")], required: ["timeOff"])
    static let overrideRequest = object(
        [
            "kind": ["enum": .array(Override.Kind.allCases.map { .string($0.rawValue) })],
            "users": array(0...Override.peopleLimit, of: text(254)), "for": optionalText(254), "from": text(40),
            "to": text(40), "why": optionalText(1_024),
        ], required: ["kind", "from", "to"])
}
