import Chronology
import Notation

/// What happened to a page.
public enum PageEvent: Hashable, Sendable {
    public struct Opening: Hashable, Sendable {
        public var subject: Page.Subject
        public var title: String
        public var service: ServiceID?
        public var plan: EscalationPlan

        public init(subject: Page.Subject, title: String, service: ServiceID?, plan: EscalationPlan) {
            self.subject = subject
            self.title = title
            self.service = service
            self.plan = plan
        }
    }

    public struct Climb: Hashable, Sendable {
        public let rung: Int
        public let lap: Int
        /// When this rung was due. The next is due `patience` after that, not after the moment of acting, so that no
        /// delay adds up.
        public let due: Instant
        public let nextDue: Instant
        public let notices: [Notice]
        /// Who on this rung could not be told, and why.
        public let obstacles: [String]

        public init(rung: Int, lap: Int, due: Instant, nextDue: Instant, notices: [Notice], obstacles: [String]) {
            self.rung = rung
            self.lap = lap
            self.due = due
            self.nextDue = nextDue
            self.notices = notices
            self.obstacles = obstacles
        }
    }

    case opened(Opening)
    case rungReached(Climb)
    /// Nobody on the rung could be told; the next was taken at once (R5).
    case rungSkipped(rung: Int, lap: Int, why: [String])
    case acknowledged(by: Actor, via: String)
    case escalated(by: Actor, why: String)
    /// Nobody answered on any rung of any lap. The notices went to the fallback.
    case exhausted(fallback: [Notice], obstacles: [String])
    case ended(why: String)
    case noticeSent(key: String, attempt: Int, detail: String)
    case noticeFailed(key: String, attempt: Int, reason: String, isFinal: Bool)
}

extension PageEvent: Recordable {
    public var kind: String {
        switch self {
        case .opened: "page.opened"
        case .rungReached: "page.rung-reached"
        case .rungSkipped: "page.rung-skipped"
        case .acknowledged: "page.acknowledged"
        case .escalated: "page.escalated"
        case .exhausted: "page.exhausted"
        case .ended: "page.ended"
        case .noticeSent: "page.notice-sent"
        case .noticeFailed: "page.notice-failed"
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
            case .acknowledged(let actor, let via):
                body.member("by", actor.text)
                body.member("via", via)
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
            }
        }
    }

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
                    plan: try EscalationPlan(body["plan"] ?? .null)))
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
        default:
            throw InputFault(at: "kind", "\"\(kind)\" is not known to this version of Tocsin")
        }
    }
}

extension EscalationPlan {
    public func write(into writer: inout JSONWriter) {
        writer.object { body in
            body.member("id", id.text)
            body.member("name", name)
            body.member("laps", laps)
            body.member(
                "rungs",
                array: { array in
                    for rung in rungs {
                        array.object {
                            $0.member("patienceSeconds", rung.patience.wholeSeconds)
                            $0.member("targets", array: { for target in rung.targets { $0.value(target.text) } })
                        }
                    }
                })
            body.member("fallback", array: { for target in fallback { $0.value(target.text) } })
        }
    }

    /// Reads what `write` wrote, and what a person wrote in the same form. The fault's place is a JSON pointer.
    public init(_ json: JSON) throws(InputFault) {
        var rungs: [Rung] = []
        for (index, element) in try json.elements("rungs").enumerated() {
            guard let seconds = element["patienceSeconds"]?.integer else {
                throw InputFault(at: "/rungs/\(index)/patienceSeconds", "a whole number of seconds is missing")
            }
            guard (0...Self.maximumPatience.wholeSeconds).contains(seconds) else {
                throw InputFault(at: "/rungs/\(index)/patienceSeconds", "a rung waits between 1 second and 7 days")
            }
            rungs.append(
                Rung(
                    targets: try Self.targets(element["targets"], at: "/rungs/\(index)/targets"),
                    patience: .seconds(seconds)))
        }
        let fallback = json["fallback"] == nil ? [] : try Self.targets(json["fallback"], at: "/fallback")
        let laps = json["laps"]?.integer ?? 1
        guard (0...Int64(Self.maximumLaps)).contains(laps) else {
            throw InputFault(at: "/laps", "a plan is climbed 1 to \(Self.maximumLaps) times")
        }
        try self.init(
            id: EscalationPlanID(try json.text("id")), name: try json.text("name"), rungs: rungs, laps: Int(laps),
            fallback: fallback)
    }

    private static func targets(_ json: JSON?, at place: String) throws(InputFault) -> [Target] {
        guard let elements = json?.array else { throw InputFault(at: place, "an array of targets is missing") }
        var targets: [Target] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string else { throw InputFault(at: "\(place)/\(index)", "a target is a string") }
            targets.append(try Target(text: text, at: "\(place)/\(index)"))
        }
        return targets
    }
}

extension EscalationPlan.Target {
    public var text: String {
        switch self {
        case .user(let id): "user:\(id)"
        case .schedule(let id): "schedule:\(id)"
        case .administrators: "administrators"
        }
    }

    public init(text: String, at place: String) throws(InputFault) {
        if text == "administrators" {
            self = .administrators
        } else if text.hasPrefix("user:") {
            self = .user(UserID(String(text.dropFirst(5))))
        } else if text.hasPrefix("schedule:") {
            self = .schedule(ScheduleID(String(text.dropFirst(9))))
        } else {
            throw InputFault(at: place, "\"\(text)\" is not a target; write user:ID, schedule:ID or administrators")
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
                        channel: try element.text("channel"))))
        }
    }
}
