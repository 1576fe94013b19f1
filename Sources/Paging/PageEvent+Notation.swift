import Chronology
import Notation

extension PageEvent: Recordable {
    public var kind: String {
        switch self {
        case .opened: "page.opened"
        case .rungReached: "page.rung-reached"
        case .rungSkipped: "page.rung-skipped"
        case .rungFailed: "page.rung-failed"
        case .acknowledged: "page.acknowledged"
        case .acknowledgedInPart: "page.acknowledged-in-part"
        case .acknowledgementRenewed: "page.acknowledgement-renewed"
        case .acknowledgementExpired: "page.acknowledgement-expired"
        case .snoozed: "page.snoozed"
        case .snoozeEnded: "page.snooze-ended"
        case .handedOver: "page.handed-over"
        case .rerouted: "page.rerouted"
        case .escalated: "page.escalated"
        case .exhausted: "page.exhausted"
        case .ended: "page.ended"
        case .noticeSent: "page.notice-sent"
        case .noticeFailed: "page.notice-failed"
        case .noticeDelivered: "page.notice-delivered"
        case .noticeUndelivered: "page.notice-undelivered"
        }
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { body in
            switch self {
            case .opened(let opening):
                switch opening.subject {
                case .alert(let id): body.member("alert", id.text)
                case .incident(let id): body.member("incident", id.text)
                }
                body.member("title", opening.title)
                body.member("service", opening.service?.text)
                if opening.urgency != .high { body.member("urgency", opening.urgency.rawValue) }
                if let until = opening.heldUntil { body.member("heldUntil", until.microseconds) }
                if let why = opening.why { body.member("why", why) }
                body.name("plan")
                opening.plan.write(into: &body)
            case .rungReached(let climb):
                body.member("rung", climb.rung)
                body.member("lap", climb.lap)
                body.member("due", climb.due.microseconds)
                body.member("nextDue", climb.nextDue.microseconds)
                body.member("notices", climb.notices)
                body.member("obstacles", climb.obstacles)
            case .rungSkipped(let rung, let lap, let why):
                body.member("rung", rung)
                body.member("lap", lap)
                body.member("obstacles", why)
            case .rungFailed(let rung, let lap):
                body.member("rung", rung)
                body.member("lap", lap)
            case .acknowledged(let actor, let via):
                body.member("by", actor.text)
                body.member("via", via)
            case .acknowledgedInPart(let user, let via):
                body.member("user", user.text)
                body.member("via", via)
            case .acknowledgementRenewed(let actor), .acknowledgementExpired(let actor), .snoozeEnded(let actor):
                body.member("by", actor.text)
            case .snoozed(let actor, let until, let why):
                body.member("by", actor.text)
                body.member("until", until.microseconds)
                body.member("why", why)
            case .handedOver(let handover):
                body.member("to", handover.to.text)
                body.member("by", handover.by.text)
                body.member("why", handover.why)
                body.member("nextDue", handover.nextDue.microseconds)
                body.member("notices", handover.notices)
                body.member("obstacles", handover.obstacles)
            case .rerouted(let route):
                body.member("failed", route.failed)
                body.member("hastened", route.hastened)
                body.member("notices", route.notices)
            case .escalated(let actor, let why):
                body.member("by", actor.text)
                body.member("why", why)
            case .exhausted(let notices, let obstacles):
                body.member("notices", notices)
                body.member("obstacles", obstacles)
            case .ended(let why):
                body.member("why", why)
            case .noticeSent(let key, let attempt, let detail):
                body.member("key", key)
                body.member("attempt", attempt)
                body.member("detail", detail)
            case .noticeFailed(let key, let attempt, let reason, let isFinal):
                body.member("key", key)
                body.member("attempt", attempt)
                body.member("reason", reason)
                body.member("final", isFinal)
            case .noticeDelivered(let key, let detail):
                body.member("key", key)
                body.member("detail", detail)
            case .noticeUndelivered(let key, let reason):
                body.member("key", key)
                body.member("reason", reason)
            }
        }
    }
}

extension PageEvent {
    public init(kind: String, body: JSON) throws(InputFault) {
        switch kind {
        case "page.opened":
            let subject: Page.Subject
            if let alert = body["alert"]?.string {
                subject = .alert(AlertID(alert))
            } else {
                subject = .incident(IncidentID(try body.text("incident")))
            }
            self = .opened(
                Opening(
                    subject: subject, title: try body.text("title"),
                    service: body["service"]?.string.map { ServiceID($0) },
                    plan: try EscalationPlan(body["plan"] ?? .null),
                    urgency: body["urgency"]?.string.flatMap(Urgency.init) ?? .high,
                    heldUntil: body["heldUntil"]?.integer.map { Instant(microseconds: $0) },
                    why: body["why"]?.string))
        case "page.rung-reached":
            self = .rungReached(
                Climb(
                    rung: Int(try body.number("rung")), lap: Int(try body.number("lap")),
                    due: Instant(microseconds: try body.number("due")),
                    nextDue: Instant(microseconds: try body.number("nextDue")), notices: try [Notice](body["notices"]),
                    obstacles: body.sentences("obstacles")))
        case "page.rung-skipped":
            self = .rungSkipped(
                rung: Int(try body.number("rung")), lap: Int(try body.number("lap")), why: body.sentences("obstacles"))
        case "page.rung-failed":
            self = .rungFailed(rung: Int(try body.number("rung")), lap: Int(try body.number("lap")))
        case "page.acknowledged-in-part":
            self = .acknowledgedInPart(by: UserID(try body.text("user")), via: try body.text("via"))
        case "page.acknowledgement-renewed":
            self = .acknowledgementRenewed(by: try Actor(text: try body.text("by")))
        case "page.acknowledgement-expired":
            self = .acknowledgementExpired(of: try Actor(text: try body.text("by")))
        case "page.snoozed":
            self = .snoozed(
                by: try Actor(text: try body.text("by")), until: Instant(microseconds: try body.number("until")),
                why: body["why"]?.string)
        case "page.snooze-ended":
            self = .snoozeEnded(of: try Actor(text: try body.text("by")))
        case "page.handed-over":
            self = .handedOver(
                Handover(
                    to: try EscalationPlan.Target(text: try body.text("to"), at: "to"),
                    by: try Actor(text: try body.text("by")), why: try body.text("why"),
                    nextDue: Instant(microseconds: try body.number("nextDue")), notices: try [Notice](body["notices"]),
                    obstacles: body.sentences("obstacles")))
        case "page.rerouted":
            self = .rerouted(
                Reroute(
                    failed: try body.text("failed"), hastened: body["hastened"]?.string,
                    notices: try [Notice](body["notices"])))
        case "page.acknowledged":
            self = .acknowledged(by: try Actor(text: try body.text("by")), via: try body.text("via"))
        case "page.escalated":
            self = .escalated(by: try Actor(text: try body.text("by")), why: try body.text("why"))
        case "page.exhausted":
            self = .exhausted(fallback: try [Notice](body["notices"]), obstacles: body.sentences("obstacles"))
        case "page.ended":
            self = .ended(why: try body.text("why"))
        case "page.notice-sent":
            self = .noticeSent(
                key: try body.text("key"), attempt: Int(try body.number("attempt")), detail: try body.text("detail"))
        case "page.notice-failed":
            self = .noticeFailed(
                key: try body.text("key"), attempt: Int(try body.number("attempt")), reason: try body.text("reason"),
                isFinal: body["final"]?.bool ?? false)
        case "page.notice-delivered":
            self = .noticeDelivered(key: try body.text("key"), detail: try body.text("detail"))
        case "page.notice-undelivered":
            self = .noticeUndelivered(key: try body.text("key"), reason: try body.text("reason"))
        default:
            throw InputFault(at: "kind", "\"\(kind)\" is not known to this version of Tocsin")
        }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ notices: [Notice]) {
        member(
            name,
            array: { array in
                for notice in notices {
                    array.object {
                        $0.member("key", notice.key)
                        $0.member("user", notice.contact.user.text)
                        $0.member("method", notice.contact.method.text)
                        $0.member("channel", notice.contact.channel)
                        if notice.contact.delay > .zero { $0.member("delay", notice.contact.delay.wholeSeconds) }
                    }
                }
            })
    }

    fileprivate mutating func member(_ name: String, _ sentences: [String]) {
        member(name, array: { array in for sentence in sentences { array.value(sentence) } })
    }
}

extension JSON {
    fileprivate func sentences(_ name: String) -> [String] { (self[name]?.array ?? []).compactMap(\.string) }
}

extension [Notice] {
    fileprivate init(_ json: JSON?) throws(InputFault) {
        self = []
        for element in json?.array ?? [] {
            append(
                Notice(
                    key: try element.text("key"),
                    contact: Contact(
                        user: UserID(try element.text("user")), method: ContactMethodID(try element.text("method")),
                        channel: try element.text("channel"), delay: .seconds(element["delay"]?.integer ?? 0))))
        }
    }
}
