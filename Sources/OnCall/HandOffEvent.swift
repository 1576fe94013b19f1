import Chronology
import Notation

/// What happened to a hand-off.
public enum HandOffEvent: Hashable, Sendable {
    public struct Opening: Hashable, Sendable {
        public let schedule: ScheduleID
        /// When the shift changes.
        public let due: Instant
        public let leaving: [UserID]
        public let coming: [UserID]
        /// What each of those who come must have.
        public let readiness: [String]
        /// What is to be talked about, in the playbook's words.
        public let covers: [String]
        /// Those of the hand-off before that still hold.
        public let notes: [HandOffNote]

        public init(
            schedule: ScheduleID, due: Instant, leaving: [UserID], coming: [UserID], readiness: [String],
            covers: [String], notes: [HandOffNote]
        ) {
            self.schedule = schedule
            self.due = due
            self.leaving = leaving
            self.coming = coming
            self.readiness = readiness
            self.covers = covers
            self.notes = notes
        }
    }

    case opened(Opening)
    case noted(HandOffNote)
    case struck(String, by: Actor)
    /// The shift has changed; this is what was open then.
    case handedOver(packet: JSON)
    case ticked(UserID, item: Int, isReady: Bool)
    case acknowledged(UserID)
    /// Whoever came had not acknowledged after a while and was reminded.
    case reminded
    case lapsed(why: String)
}

extension HandOffEvent: Recordable {
    public var kind: String {
        switch self {
        case .opened: "hand-off.opened"
        case .noted: "hand-off.noted"
        case .struck: "hand-off.struck"
        case .handedOver: "hand-off.handed-over"
        case .ticked: "hand-off.ticked"
        case .acknowledged: "hand-off.acknowledged"
        case .reminded: "hand-off.reminded"
        case .lapsed: "hand-off.lapsed"
        }
    }

    public func write(into writer: inout JSONWriter) {
        writer.object { body in
            switch self {
            case .opened(let opening):
                body.member("schedule", opening.schedule.text)
                body.member("due", opening.due.microseconds)
                body.member("leaving", .array(opening.leaving.map { .string($0.text) }))
                body.member("coming", .array(opening.coming.map { .string($0.text) }))
                body.member("readiness", .array(opening.readiness.map(JSON.string)))
                body.member("covers", .array(opening.covers.map(JSON.string)))
                body.member("notes", .array(opening.notes.map(\.json)))
            case .noted(let note): body.member("note", note.json)
            case .struck(let note, let actor):
                body.member("note", note)
                body.member("by", actor.text)
            case .handedOver(let packet): body.member("packet", packet)
            case .ticked(let user, let item, let isReady):
                body.member("user", user.text)
                body.member("item", item)
                body.member("ready", isReady)
            case .acknowledged(let user): body.member("user", user.text)
            case .reminded: break
            case .lapsed(let why): body.member("why", why)
            }
        }
    }

    public init(kind: String, body: JSON) throws(InputFault) {
        func users(_ name: String) -> [UserID] {
            (body[name]?.array ?? []).compactMap(\.string).map { UserID($0) }
        }
        func texts(_ name: String) -> [String] { (body[name]?.array ?? []).compactMap(\.string) }
        switch kind {
        case "hand-off.opened":
            var notes: [HandOffNote] = []
            for note in body["notes"]?.array ?? [] { notes.append(try HandOffNote(note)) }
            self = .opened(
                Opening(
                    schedule: ScheduleID(try body.text("schedule")), due: Instant(microseconds: try body.number("due")),
                    leaving: users("leaving"), coming: users("coming"), readiness: texts("readiness"),
                    covers: texts("covers"), notes: notes))
        case "hand-off.noted": self = .noted(try HandOffNote(body["note"] ?? .null))
        case "hand-off.struck": self = .struck(try body.text("note"), by: try Actor(text: try body.text("by")))
        case "hand-off.handed-over": self = .handedOver(packet: body["packet"] ?? .null)
        case "hand-off.ticked":
            self = .ticked(
                UserID(try body.text("user")), item: Int(try body.number("item")),
                isReady: body["ready"]?.bool ?? false)
        case "hand-off.acknowledged": self = .acknowledged(UserID(try body.text("user")))
        case "hand-off.reminded": self = .reminded
        case "hand-off.lapsed": self = .lapsed(why: try body.text("why"))
        default: throw InputFault(at: "kind", "\"\(kind)\" is nothing that happens to a hand-off")
        }
    }
}

extension HandOffNote {
    public var json: JSON {
        [
            "id": .string(id), "kind": .string(kind.rawValue), "text": .string(text), "by": .string(by.text),
            "made": .integer(made.microseconds), "until": until.map { .integer($0.microseconds) } ?? .null,
        ]
    }

    init(_ json: JSON) throws(InputFault) {
        self.init(
            id: try json.text("id"), kind: json["kind"]?.string.flatMap(Kind.init) ?? .other,
            text: try json.text("text"), by: try Actor(text: try json.text("by")),
            made: Instant(microseconds: try json.number("made")),
            until: json["until"]?.integer.map { Instant(microseconds: $0) })
    }
}
