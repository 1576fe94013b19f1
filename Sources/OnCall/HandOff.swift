import Chronology
import Notation

/// How shifts of a schedule are handed over.
public struct HandOffRules: Hashable, Sendable {
    public let isDisabled: Bool
    /// How long before the change it is opened, so that whoever leaves can write down what the next should know.
    public let lead: Duration
    /// What whoever comes must have; nil: what the organisation's playbook says (S4-11).
    public let readiness: [String]?

    public static let usualLead = Duration.hours(1)
    public static let longestLead = Duration.days(2)
    public static let readinessLimit = 20
    /// Unicode scalars of one thing.
    public static let itemLimit = 200
    public static let usual = HandOffRules(isDisabled: false, lead: usualLead, readiness: nil)

    private init(isDisabled: Bool, lead: Duration, readiness: [String]?) {
        self.isDisabled = isDisabled
        self.lead = lead
        self.readiness = readiness
    }

    init(_ json: JSON?) throws(InputFault) {
        guard let json, !json.isNull else {
            self = .usual
            return
        }
        let seconds = json["leadSeconds"]?.integer ?? Self.usualLead.wholeSeconds
        guard (0...Self.longestLead.wholeSeconds).contains(seconds) else {
            throw InputFault(at: "/handOff/leadSeconds", "a hand-off is opened at most two days ahead")
        }
        var readiness: [String]?
        if let listed = json["readiness"]?.array {
            guard listed.count <= Self.readinessLimit else {
                throw InputFault(
                    at: "/handOff/readiness", "a checklist has at most \(Self.readinessLimit) things")
            }
            var items: [String] = []
            for (index, element) in listed.enumerated() {
                guard let text = element.string, (1...Self.itemLimit).contains(text.unicodeScalars.count),
                    !text.unicodeScalars.contains(where: { $0.value < 32 })
                else {
                    throw InputFault(
                        at: "/handOff/readiness/\(index)", "a thing has 1 to \(Self.itemLimit) characters on one line")
                }
                items.append(text)
            }
            readiness = items
        }
        self.init(
            isDisabled: json["disabled"]?.bool ?? false, lead: .seconds(seconds), readiness: readiness)
    }
}

/// What whoever leaves tells whoever comes. It stays, from one hand-off to the next, until somebody strikes it or it is over.
public struct HandOffNote: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case issue, maintenance, other
    }

    public let id: String
    public let kind: Kind
    public let text: String
    public let by: Actor
    public let made: Instant
    /// After which it need not be told any more; nil: until it is struck.
    public let until: Instant?

    /// Unicode scalars: a paragraph. More belongs in a document that it links to.
    public static let textLimit = 2_000

    public init(id: String, kind: Kind, text: String, by actor: Actor, made: Instant, until: Instant?) {
        self.id = id
        self.kind = kind
        self.text = text
        self.by = actor
        self.made = made
        self.until = until
    }
}

/// One passing of a shift from some people to others (S4-14): a packet of what is open, made at the change, and the word of
/// whoever comes that they have it.
public struct HandOff: Hashable, Sendable {
    public enum Phase: Hashable, Sendable {
        /// The change is still to come.
        case preparing
        /// The packet was sent; not everybody who comes has said that they have it.
        case handedOver
        case acknowledged
        /// It will not take place, or another one has come before everybody had acknowledged.
        case lapsed(why: String)

        public var word: String {
            switch self {
            case .preparing: "preparing"
            case .handedOver: "handed-over"
            case .acknowledged: "acknowledged"
            case .lapsed: "lapsed"
            }
        }
    }

    public let id: HandOffID
    public let opening: HandOffEvent.Opening
    public private(set) var notes: [HandOffNote]
    public private(set) var packet: JSON?
    public private(set) var handedOverAt: Instant?
    public private(set) var remindedAt: Instant?
    /// What each of those who come says that they have, as places in the checklist.
    public private(set) var ready: [UserID: Set<Int>] = [:]
    public private(set) var acknowledgements: [UserID: Instant] = [:]
    public private(set) var phase: Phase = .preparing
    public private(set) var version: Int64 = 1

    /// Notes that one hand-off can hold: more is a list for nobody.
    public static let noteLimit = 50

    public init(_ id: HandOffID, _ opening: HandOffEvent.Opening) {
        self.id = id
        self.opening = opening
        notes = opening.notes
    }

    public var isOpen: Bool { phase == .preparing || phase == .handedOver }
    /// Those who come and have not said yet that they have it.
    public var awaited: [UserID] { opening.coming.filter { acknowledgements[$0] == nil } }
    public var people: [UserID] { opening.leaving + opening.coming }

    public mutating func apply(_ event: HandOffEvent, at instant: Instant) {
        version += 1
        switch event {
        case .opened: break
        case .noted(let note): notes.append(note)
        case .struck(let id, _): notes.removeAll { $0.id == id }
        case .handedOver(let packet):
            self.packet = packet
            handedOverAt = instant
            phase = awaited.isEmpty ? .acknowledged : .handedOver
        case .ticked(let user, let item, let isReady):
            if isReady { ready[user, default: []].insert(item) } else { ready[user]?.remove(item) }
        case .acknowledged(let user):
            acknowledgements[user] = instant
            if phase == .handedOver, awaited.isEmpty { phase = .acknowledged }
        case .reminded: remindedAt = instant
        case .lapsed(let why): phase = .lapsed(why: why)
        }
    }
}

// MARK: What people may do

extension HandOff {
    public func note(_ note: HandOffNote) throws(Refusal) -> [HandOffEvent] {
        try checkNotLapsed()
        guard notes.count < Self.noteLimit else {
            throw Refusal("too-many", "A hand-off holds \(Self.noteLimit) notes; strike one that is settled.")
        }
        guard (1...HandOffNote.textLimit).contains(note.text.unicodeScalars.count) else {
            throw Refusal("invalid", "/text: a note has 1 to \(HandOffNote.textLimit) characters.")
        }
        if let until = note.until, until <= note.made {
            throw Refusal("invalid", "/until: it is over already; a note is about what is or will be")
        }
        return [.noted(note)]
    }

    public func strike(_ note: String, by actor: Actor) throws(Refusal) -> [HandOffEvent] {
        try checkNotLapsed()
        guard notes.contains(where: { $0.id == note }) else {
            throw Refusal("unknown-note", "There is no note \"\(note)\" on it.")
        }
        return [.struck(note, by: actor)]
    }

    public func tick(_ item: Int, _ isReady: Bool, by user: UserID) throws(Refusal) -> [HandOffEvent] {
        try checkComing(user)
        guard opening.readiness.indices.contains(item) else {
            throw Refusal(
                "unknown-item", "The checklist has \(opening.readiness.count) things; there is no number \(item + 1).")
        }
        guard (ready[user] ?? []).contains(item) != isReady else { return [] }
        return [.ticked(user, item: item, isReady: isReady)]
    }

    /// Whoever comes has read it. Twice is once.
    public func acknowledge(by user: UserID, at now: Instant) throws(Refusal) -> [HandOffEvent] {
        try checkComing(user)
        guard handedOverAt != nil else {
            throw Refusal(
                "not-yet", "The shift changes at \(opening.due.text(in: .utc)); there is nothing to take over before.")
        }
        return acknowledgements[user] == nil ? [.acknowledged(user)] : []
    }

    private func checkNotLapsed() throws(Refusal) {
        if case .lapsed(let why) = phase { throw Refusal("hand-off-over", "This hand-off is over: \(why)") }
    }

    private func checkComing(_ user: UserID) throws(Refusal) {
        try checkNotLapsed()
        guard opening.coming.contains(user) else {
            throw Refusal("forbidden-hand-off", "Only who comes on call can say that they have taken over.")
        }
    }
}
