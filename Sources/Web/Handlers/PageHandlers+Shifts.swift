import Chronology
import Engine
import HTTPTypes
import Identity
import Incidents
import Notation
import OnCall
import Paging
import Storage

/// A person's own shift, and the passing of shifts.
extension PageHandlers {
    /// Open pages that are looked through for the reader's own.
    private static let openPages = 200
    private static let ahead = Duration.days(35)

    var shiftRoutes: [Route] {
        [
            Route(.get, "/my-shift", .signedIn, "What is the reader's to do while on call", isUrgent: true) { call in
                try await show(try await myShift(call), call)
            },
            Route(.get, "/hand-offs/{id}", .readAll, "One hand-off") { call in
                try await show(try await handOffPage(call), call)
            },
            Route(
                .post, "/hand-offs/{id}/notes", .respond, "Write something down for whoever comes",
                body: .form(["kind", "text", "until"])
            ) { call in
                try await submit(call) { state in
                    var page = try await handOffPage(call)
                    page.form = state
                    return page
                } _: {
                    let id = call.parameter("id")
                    let page = try await handOffPage(call)
                    let until = try call.field("until")
                    try await actions.perform(
                        .post, "/api/v1/hand-offs/\(id)/notes",
                        [
                            "kind": .string(try call.field("kind")), "text": .string(try call.field("text")),
                            "until": until.isEmpty ? .null : try Self.instant("until", in: page.zone, call),
                        ], for: call)
                    return .seeOther("/hand-offs/\(id)", .saved)
                }
            },
            Route(
                .post, "/hand-offs/{id}/notes/{note}/strike", .respond, "Strike a note that is settled", body: .form([])
            ) { call in
                let id = call.parameter("id")
                try await actions.perform(.delete, "/api/v1/hand-offs/\(id)/notes/\(call.parameter("note"))", for: call)
                return .seeOther("/hand-offs/\(id)", .removed)
            },
            Route(
                .post, "/hand-offs/{id}/ready", .respond, "Say that one has a thing of the checklist",
                body: .form(["item", "ready"])
            ) { call in
                let id = call.parameter("id")
                guard let item = try call.form.integer("item", 1...HandOffRules.readinessLimit) else {
                    throw InputFault(at: "/item", "say which")
                }
                let isReady = try call.field("ready") != "no"
                try await actions.perform(
                    .post, "/api/v1/hand-offs/\(id)/readiness",
                    ["item": .integer(Int64(item)), "ready": .bool(isReady)], for: call)
                return .seeOther("/hand-offs/\(id)")
            },
            Route(.post, "/hand-offs/{id}/acknowledge", .respond, "Say that one has taken over", body: .form([])) {
                call in
                let id = call.parameter("id")
                return try await submit(call) { state in
                    var page = try await handOffPage(call)
                    page.form = state
                    return page
                } _: {
                    try await actions.perform(.post, "/api/v1/hand-offs/\(id)/acknowledge", for: call)
                    return .seeOther("/my-shift", .saved)
                }
            },
        ]
    }

    // MARK: One hand-off

    private func handOffPage(_ call: Call) async throws -> HandOffPage {
        let organisation = try await engine.organisation()
        let id = HandOffID(call.parameter("id"))
        let shelf = engine.shelf
        let found = try await api.read { connection -> (HandOff, HandOffPacket)? in
            guard let handOff = try HandOffQueries.handOff(id, on: connection) else { return nil }
            if let packet = handOff.packet { return (handOff, HandOffPacket(packet)) }
            guard let schedule = organisation.schedule(handOff.opening.schedule) else { return nil }
            let packet = try HandOffPacket(
                of: schedule, leaving: handOff.opening.leaving, due: min(handOff.opening.due, connection.now),
                at: connection.now, organisation: organisation, shelf: shelf, on: connection)
            return (handOff, packet)
        }
        guard let (handOff, packet) = found else { throw HTTPProblem.notFound("There is no hand-off \"\(id)\".") }
        let schedule = organisation.schedule(handOff.opening.schedule)
        let me = call.caller.person?.id
        let isComing = me.map(handOff.opening.coming.contains) ?? false
        return HandOffPage(
            id: id.text,
            schedule: (handOff.opening.schedule.text, schedule?.name ?? handOff.opening.schedule.text),
            zone: schedule?.zone ?? .utc, due: handOff.opening.due, phase: HandOffPage.Phase(handOff.phase),
            leaving: handOff.opening.leaving.map { organisation.name(of: .user($0)) },
            coming: handOff.opening.coming.map { user in
                HandOffPage.Person(
                    name: organisation.name(of: .user(user)), acknowledged: handOff.acknowledgements[user],
                    ready: (handOff.ready[user] ?? []).count)
            }, covers: handOff.opening.covers, readiness: handOff.opening.readiness,
            mine: isComing ? me.flatMap { handOff.ready[$0] } ?? [] : nil,
            isAwaited: me.map(handOff.awaited.contains) ?? false,
            notes: handOff.notes.map { note in
                HandOffPage.Note(
                    id: note.id, kind: note.kind.title, text: note.text, by: organisation.name(of: note.by),
                    made: note.made, until: note.until)
            }, packet: HandOffPage.Packet(packet))
    }

    // MARK: My shift

    private func myShift(_ call: Call) async throws -> MyShiftPage {
        let organisation = try await engine.organisation()
        guard let me = call.caller.person?.id else { throw HTTPProblem.forbidden }
        let now = call.now
        var duties: [MyShiftPage.Duty] = []
        var shifts: [ShiftRow] = []
        for schedule in organisation.schedules {
            let span = TimeSpan(now - Self.ahead, now + Self.ahead)
            for time in schedule.times(in: span, absences: organisation.absences)[me] ?? [] where time.end > now {
                guard time.contains(now) else {
                    shifts.append(
                        ShiftRow(
                            who: organisation.name(of: .user(me)), schedule: schedule.name, start: time.start,
                            end: time.end, zone: schedule.zone, why: ""))
                    continue
                }
                let isKnown = time.end < span.end
                duties.append(
                    MyShiftPage.Duty(
                        id: schedule.id.text, schedule: schedule.name, zone: schedule.zone, start: time.start,
                        end: isKnown ? time.end : nil,
                        with: schedule.people(at: now, organisation).map(\.name)
                            .filter { $0 != organisation.name(of: .user(me)) },
                        next: isKnown ? schedule.people(at: time.end, organisation).map(\.name) : []))
            }
        }
        shifts.sort { $0.start < $1.start }
        let shelf = engine.shelf
        let found = try await api.read { connection in
            var filter = PageFilter()
            filter.isOpen = true
            filter.limit = Self.openPages
            let pages = try PageQueries.list(filter, on: connection)
                .compactMap { try PageQueries.page($0.id, on: connection) }
                .filter { page in page.notices.contains { $0.notice.contact.user == me } }
            var open = HandOffQueries.Filter()
            open.isOpen = true
            open.limit = HandOffQueries.Filter.maximumLimit
            return (
                pages: try pages.map { page in
                    (
                        page: page, subject: try PageSubject(page.subject, on: connection),
                        alerts: try PageQueries.openAlerts(of: page.id, on: connection)
                    )
                },
                handOffs: try HandOffQueries.list(open, on: connection).filter { $0.people.contains(me) }
                    .compactMap { try HandOffQueries.handOff($0.id, on: connection) },
                owed: try Owed.everywhere(organisation: organisation, shelf: shelf, at: now, on: connection),
                mine: try Self.incidents(of: me, on: connection), head: try EventLog.head(on: connection)
            )
        }
        return MyShiftPage(
            duties: duties,
            pages: found.pages.map { page, subject, alerts in
                MyShiftPage.Page(
                    id: page.id.text, title: page.title,
                    severity: SeverityMark(subject.severity ?? organisation.unknown), state: PageMark(page),
                    service: organisation.serviceName(page.service), started: page.openedAt, alerts: alerts)
            },
            handOffs: found.handOffs.filter { handOff in
                handOff.phase == .preparing || handOff.awaited.contains(me)
            }.map { handOff in
                let isComing = handOff.opening.coming.contains(me)
                return MyShiftPage.HandOff(
                    id: handOff.id.text,
                    schedule: organisation.schedule(handOff.opening.schedule)?.name ?? handOff.opening.schedule.text,
                    due: handOff.opening.due, isComing: isComing,
                    others: (isComing ? handOff.opening.leaving : handOff.opening.coming).map {
                        organisation.name(of: .user($0))
                    }, isAhead: handOff.opening.due > now)
            },
            promises: found.owed.filter { found.mine.contains($0.incident) }.prefix(20).map {
                MyShiftPage.Promise(incident: $0.incident, title: $0.obligation.title, due: $0.obligation.target)
            }, shifts: Array(shifts.prefix(6)), zone: zone(of: me, organisation), after: found.head)
    }

    /// The keys of the open incidents in which somebody has a role.
    private static func incidents(of user: UserID, on connection: any Connection) throws -> Set<String> {
        var filter = IncidentFilter()
        filter.isOpen = true
        filter.limit = openPages
        var keys: Set<String> = []
        for summary in try IncidentQueries.list(filter, on: connection) {
            guard let incident = try IncidentQueries.incident(summary.id, on: connection) else { continue }
            if incident.assignments.contains(where: { $0.user == user }) { keys.insert(summary.key) }
        }
        return keys
    }
}

extension HandOffPage.Phase {
    init(_ phase: HandOff.Phase) {
        switch phase {
        case .preparing: self = .preparing
        case .handedOver: self = .handedOver
        case .acknowledged: self = .acknowledged
        case .lapsed(let why): self = .lapsed(why)
        }
    }
}

extension HandOffPage.Packet {
    init(_ packet: HandOffPacket) {
        typealias Packet = HandOffPacket
        let counts = [
            Packet.count(packet.pagesOpened, "page"), Packet.count(packet.alertsOpened, "alert"),
            Packet.count(packet.incidentsDeclared, "incident"),
        ]
        var health = ["In the shift: \(counts.joined(separator: ", "))."]
        health += packet.openAlerts.map { "\($0.name): \(Packet.count($0.number, "alert")) firing." }
        if packet.openAlerts.isEmpty { health.append("No alert is firing.") }
        health += packet.lateHeartbeats.map { "The heartbeat \($0) is silent." }
        if packet.failedDeliveries > 0 {
            health.append("\(Packet.count(packet.failedDeliveries, "message")) could not be delivered.")
        }
        self.init(
            incidents: packet.incidents.map { one in
                Line(
                    "\(one.severity) \(one.title)", "/incidents/\(one.key)",
                    "\(one.key), \(one.status)" + (one.lead.map { ", \($0)" } ?? ""))
            }, otherIncidents: packet.otherIncidents,
            pages: packet.pages.map { one in
                Line(one.title, "/pages/\(one.id)", one.holder.map { "\($0) has it" } ?? one.phase)
            },
            promises: packet.promises.map { one in
                Line(one.title, "/incidents/\(one.incident)", one.incident, due: one.due)
            }, since: packet.since, health: health)
    }
}
