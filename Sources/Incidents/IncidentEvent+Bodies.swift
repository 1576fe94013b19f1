import Chronology
import Notation

// How the parts of an event are written and read.

extension IncidentEvent.Declaration {
    func write(into body: inout JSONWriter) {
        body.member("key", key)
        body.member("title", title)
        body.name("severity")
        severity.write(into: &body)
        body.member("service", service?.text)
        body.member("kind", kind.rawValue)
        body.member("procedure", procedure)
        body.member("procedureVersion", procedureVersion)
        body.member("origin", origin)
        body.member("impactStarted", instant: impactStarted)
        body.member("detected", instant: detected)
        body.member("reason", reason)
        if let declarer { body.member("declarer", declarer.text) }
        if !answers.isEmpty { body.member("answers", answers) }
    }

    init(_ body: JSON) throws(InputFault) {
        guard let kind = Incident.Kind(rawValue: try body.text("kind")) else {
            throw InputFault(at: "/kind", "an incident is real, a drill or a test")
        }
        self.init(
            key: try body.text("key"), title: try body.text("title"), severity: try Severity(body["severity"]),
            service: body["service"]?.string.map { ServiceID($0) }, kind: kind, procedure: try body.text("procedure"),
            procedureVersion: Int(try body.number("procedureVersion")), origin: body["origin"]?.string,
            impactStarted: body["impactStarted"]?.integer.map { Instant(microseconds: $0) },
            detected: body["detected"]?.integer.map { Instant(microseconds: $0) }, reason: try body.text("reason"),
            declarer: body["declarer"]?.string.map { UserID($0) }, answers: try IncidentEvent.Answer.all(in: body))
    }
}

extension IncidentEvent.Answer {
    /// Those of the member `answers`; none where there is no such member.
    static func all(in body: JSON) throws(InputFault) -> [Self] {
        var answers: [Self] = []
        for element in body["answers"]?.array ?? [] {
            answers.append(Self(try element.text("field"), try element.text("text")))
        }
        return answers
    }
}

extension IncidentEvent.RungReached {
    func write(into body: inout JSONWriter) {
        body.member("obligation", obligation)
        body.member("title", title)
        body.member("calls", calls)
        body.member("via", via)
        body.member("due", due.microseconds)
        body.member("page", page?.text)
        body.member("told", told.map(\.text))
        body.member("obstacles", obstacles)
    }

    init(_ body: JSON) throws(InputFault) {
        self.init(
            obligation: try body.text("obligation"), title: try body.text("title"), calls: body.texts("calls"),
            via: try body.text("via"), due: Instant(microseconds: try body.number("due")),
            page: body["page"]?.string.map { PageID($0) }, told: body.texts("told").map { UserID($0) },
            obstacles: body.texts("obstacles"))
    }
}

extension IncidentEvent.Reminder {
    func write(into body: inout JSONWriter) {
        body.member("obligation", obligation)
        body.member("notice", notice)
        body.member("title", title)
        body.member("target", target.microseconds)
        body.member("told", told.map(\.text))
    }

    init(_ body: JSON) throws(InputFault) {
        self.init(
            obligation: try body.text("obligation"), notice: try body.text("notice"), title: try body.text("title"),
            target: Instant(microseconds: try body.number("target")), told: body.texts("told").map { UserID($0) })
    }
}

extension JSON {
    /// The texts of an array member; what is no text is left out.
    fileprivate func texts(_ name: String) -> [String] { (self[name]?.array ?? []).compactMap(\.string) }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ texts: [String]) {
        self.name(name)
        array { list in
            for text in texts { list.value(text) }
        }
    }

    mutating func member(_ name: String, _ answers: [IncidentEvent.Answer]) {
        self.name(name)
        array { list in
            for answer in answers {
                list.object {
                    $0.member("field", answer.field)
                    $0.member("text", answer.text)
                }
            }
        }
    }
}

extension Severity {
    public func write(into writer: inout JSONWriter) {
        writer.object {
            $0.member("rank", rank)
            $0.member("label", label)
        }
    }

    public init(_ json: JSON?) throws(InputFault) {
        guard let json else { throw InputFault(at: "/severity", "a severity is missing") }
        self.init(rank: Int(try json.number("rank")), label: try json.text("label"))
    }
}

extension IncidentStatus {
    init(named name: String) throws(InputFault) {
        guard let status = IncidentStatus(rawValue: name) else {
            throw InputFault(at: "/status", "\"\(name)\" is not a state of an incident")
        }
        self = status
    }
}

extension JSONWriter {
    /// An instant as whole microseconds since the epoch: in records, where it is read back; people get RFC 3339.
    public mutating func member(_ name: String, instant: Instant?) {
        self.name(name)
        if let instant { value(instant.microseconds) } else { null() }
    }
}
