import Chronology
import Crypto
import Engine
import HTTPTypes
import Notation
import OnCall

/// Shifts for calendar programs. Programs cannot sign in, so the address itself is the secret: it is shown once, kept as a
/// hash, and taken away by itself.
extension API {
    private static let made = Route.Response(
        201, "The address, shown this once", schema: Schema.answer(["id": Schema.string, "url": Schema.string]))
    private static let tag = "Schedules"

    /// How much of the past and of the future a feed holds.
    private static let past = Duration.days(30)
    private static let future = Duration.days(190)

    var feedRoutes: [Route] {
        [
            Route(
                .post, Self.base + "/schedules/{id}/feeds", .respond,
                "Make an address at which a calendar reads a schedule",
                tag: Self.tag, responses: [Self.made], answersSecret: true
            ) { call in
                let id = call.parameter("id")
                guard try await engine.organisation().schedule(ScheduleID(id)) != nil else {
                    throw HTTPProblem.notFound("There is no schedule \"\(id)\".")
                }
                return try await makeFeed(of: "schedule:\(id)", for: call)
            },
            Route(
                .post, Self.base + "/users/{id}/feeds", .signedIn,
                "Make an address at which a calendar reads the shifts of a user: one's own, or others' as a manager",
                tag: Self.tag, responses: [Self.made], answersSecret: true
            ) { call in
                let id = UserID(call.parameter("id"))
                guard call.caller.person?.id == id || call.caller.may(.manage) else { throw HTTPProblem.forbidden }
                guard try await engine.organisation().user(id) != nil else {
                    throw HTTPProblem.notFound("There is no user \"\(id)\".")
                }
                return try await makeFeed(of: "user:\(id)", for: call)
            },
            Route(
                .delete, Self.base + "/feeds/{id}", .respond, "Take an address away: nothing is read there any more",
                tag: Self.tag, responses: [Route.Response(204, "It is gone")]
            ) { call in
                let id = call.parameter("id")
                let feed = try await engine.organisation().feeds.first { $0.id == id }
                if case .user(let user)? = feed?.subject, call.caller.person?.id != user, !call.caller.may(.manage) {
                    throw HTTPProblem.forbidden
                }
                let change = DocumentChange(kind: .feed, id: id, action: .delete, origin: call.changeOrigin)
                _ = try await submit(.change(change), for: call, subject: "feed")
                return .noContent
            },
            Route(
                .get, "/cal/{file}", .publicAccess, "Shifts as iCalendar, at an address that was made for a reader",
                tag: Self.tag,
                responses: [Route.Response(200, "RFC 5545", type: "text/calendar", schema: ["type": "string"])],
                handler: feed),
        ]
    }

    private func makeFeed(of subject: String, for call: Call) async throws -> Answer {
        let secret = identity.random(20).hexadecimalText
        let stored = try await put(
            .feed, nil, ["subject": .string(subject), "hash": .string(Self.hash(secret))], for: call)
        return .json(status: .created) { writer in
            writer.object { writer in
                writer.member("id", stored.id)
                writer.member("url", origin() + "/cal/\(secret).ics")
            }
        }
    }

    private static func hash(_ secret: String) -> String {
        Array(SHA256.hash(data: Array(secret.utf8))).hexadecimalText
    }

    @Sendable private func feed(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let name = call.parameter("file")
        let hash = Self.hash(name.hasSuffix(".ics") ? String(name.dropLast(4)) : name)
        guard let feed = organisation.feeds.first(where: { $0.hash == hash }),
            let calendar = organisation.calendar(
                of: feed.subject, in: TimeSpan(call.now - Self.past, call.now + Self.future), at: call.now)
        else { throw HTTPProblem.notFound("There is no calendar at this address, or not any more.") }
        return .bytes(Array(calendar.text.utf8), type: "text/calendar; charset=utf-8")
    }
}

extension Organisation {
    /// nil: its schedule or its person is not there any more.
    fileprivate func calendar(of subject: CalendarFeed.Subject, in span: TimeSpan, at now: Instant) -> ICalendar? {
        switch subject {
        case .schedule(let id):
            guard let schedule = schedule(id) else { return nil }
            let events = schedule.shifts(in: span, absences: absences).map { shift in
                event(shift, of: schedule, summary: "\(name(of: .user(shift.user))): \(schedule.name)")
            }
            return ICalendar(name: "On call: \(schedule.name)", events: events, made: now)
        case .user(let id):
            guard let user = user(id), !user.isDisabled else { return nil }
            let events = schedules.flatMap { schedule in
                schedule.shifts(in: span, absences: absences).filter { $0.user == id }.map { shift in
                    event(shift, of: schedule, summary: "On call: \(schedule.name)")
                }
            }
            return ICalendar(
                name: "On call: \(user.name)", events: events.sorted { $0.span.start < $1.span.start }, made: now)
        }
    }

    private func event(_ shift: Shift, of schedule: Schedule, summary: String) -> ICalendar.Event {
        ICalendar.Event(
            uid: "\(shift.user)-\(shift.span.start.microseconds / 1_000_000)-\(schedule.id)@tocsin", shift.span,
            summary: summary, description: schedule.why(shift.source, self))
    }
}

extension [UInt8] {
    fileprivate var hexadecimalText: String {
        var text = ""
        for byte in self {
            let hex = String(byte, radix: 16)
            text += hex.count == 1 ? "0" + hex : hex
        }
        return text
    }
}
