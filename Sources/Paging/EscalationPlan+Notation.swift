import Chronology
import Notation

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
                            if rung.answer != .one { $0.member("answer", rung.answer.rawValue) }
                            $0.member("targets", array: { for target in rung.targets { $0.value(target.text) } })
                        }
                    }
                })
            body.member("fallback", array: { for target in fallback { $0.value(target.text) } })
            if let acknowledgementLasts { body.member("acknowledgementSeconds", acknowledgementLasts.wholeSeconds) }
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
                    patience: .seconds(seconds), answer: try Self.answer(element["answer"], at: "/rungs/\(index)")))
        }
        let fallback = json["fallback"] == nil ? [] : try Self.targets(json["fallback"], at: "/fallback")
        let laps = json["laps"]?.integer ?? 1
        guard (0...Int64(Self.maximumLaps)).contains(laps) else {
            throw InputFault(at: "/laps", "a plan is climbed 1 to \(Self.maximumLaps) times")
        }
        var lasts: Duration?
        if let value = json["acknowledgementSeconds"], !value.isNull {
            guard let seconds = value.integer, (0...Self.longestAcknowledgement.wholeSeconds).contains(seconds) else {
                throw InputFault(
                    at: "/acknowledgementSeconds", "an acknowledgement holds for between 1 minute and 7 days")
            }
            lasts = .seconds(seconds)
        }
        try self.init(
            id: EscalationPlanID(try json.text("id")), name: try json.text("name"), rungs: rungs, laps: Int(laps),
            fallback: fallback, acknowledgementLasts: lasts)
    }

    private static func answer(_ json: JSON?, at place: String) throws(InputFault) -> Answer {
        guard let json, !json.isNull else { return .one }
        guard let answer = json.string.flatMap(Answer.init) else {
            throw InputFault(at: place + "/answer", "a rung waits for the answer of one or of all")
        }
        return answer
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
        case .team(let id): "team:\(id)"
        case .role(let role): "role:\(role)"
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
        } else if text.hasPrefix("team:") {
            self = .team(TeamID(String(text.dropFirst(5))))
        } else if text.hasPrefix("role:"), (6...69).contains(text.utf8.count) {
            self = .role(String(text.dropFirst(5)))
        } else {
            throw InputFault(
                at: place,
                "\"\(text)\" is not a target; write user:ID, schedule:ID, team:ID, role:NAME or administrators")
        }
    }
}
