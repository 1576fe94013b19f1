import Chronology
import Notation

/// Who is on call when: rotations in layers, and what was changed by hand. Everything that asks — pages, calendars, feeds,
/// forecasts, the past — asks these functions; there is no other place that knows.
public struct Schedule: Hashable, Sendable {
    public let id: ScheduleID
    public let name: String
    public let description: String
    /// In which it is shown, and its layers unless they say otherwise.
    public let zone: Zone
    public let layers: [Layer]
    /// In the order in which they were made.
    public let overrides: [Override]
    public let handOff: HandOffRules
    /// The Slack user group that is kept to whoever is on call; nil: none is.
    public let slackGroup: String?

    public static let layerLimit = 32
    public static let overrideLimit = 1_000

    public init(
        id: ScheduleID, name: String, description: String = "", zone: Zone, layers: [Layer], overrides: [Override] = [],
        handOff: HandOffRules = .usual, slackGroup: String? = nil
    ) throws(InputFault) {
        guard layers.count <= Self.layerLimit else {
            throw InputFault(at: "/layers", "a schedule has at most \(Self.layerLimit) layers")
        }
        for (index, layer) in layers.enumerated() where layers[..<index].contains(where: { $0.id == layer.id }) {
            throw InputFault(at: "/layers/\(index)/id", "another layer is called \"\(layer.id)\" already")
        }
        self.id = id
        self.name = name
        self.description = description
        self.zone = zone
        self.layers = layers
        self.overrides = overrides
        self.handOff = handOff
        self.slackGroup = slackGroup
    }

    /// What a new override must satisfy beside those that are not over. It is asked when one is made, not when all are read:
    /// what is stored was taken once, and a schedule that cannot be read would page nobody.
    public func check(_ new: Override, at now: Instant) throws(InputFault) {
        let others = overrides.filter { $0.id != new.id && $0.span.end > now }
        guard others.count < Self.overrideLimit else {
            throw InputFault(at: "", "a schedule has at most \(Self.overrideLimit) overrides that are not over")
        }
        guard new.isReplacement, let other = others.first(where: { $0.isReplacement && $0.span.overlaps(new.span) })
        else { return }
        throw InputFault(
            at: "/from",
            "another override replaces everybody from \(other.span.start.text(in: zone)) to \(other.span.end.text(in: zone)) already; take it away first, or say who stands in for whom"
        )
    }

    /// Everybody whom the layers name.
    public var members: [UserID] {
        var members: [UserID] = []
        for user in layers.flatMap(\.groups).joined() where !members.contains(user) { members.append(user) }
        return members
    }
}

/// Somebody who is on call, and by what.
public struct Duty: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
        case layer(String)
        case `override`(String)
    }

    public let user: UserID
    public let source: Source

    public init(_ user: UserID, _ source: Source) {
        self.user = user
        self.source = source
    }
}

/// Somebody is on call from an instant on until before another.
public struct Shift: Hashable, Sendable {
    public let user: UserID
    public let span: TimeSpan
    public let source: Duty.Source

    public init(_ user: UserID, _ span: TimeSpan, _ source: Duty.Source) {
        self.user = user
        self.span = span
        self.source = source
    }
}

extension Schedule {
    /// Who is on call then, in the order of the layers and of their lists. Nobody: the list is empty.
    public func onCall(at instant: Instant, absences: Absences = .none) -> [Duty] {
        var best = Int.min
        var duties: [Duty] = []
        for layer in layers where layer.priority >= best {
            guard let number = layer.number(at: instant), layer.isOpen(at: instant) else { continue }
            if layer.priority > best {
                best = layer.priority
                duties = []
            }
            for user in layer.group(ofTurn: number, absences) where !duties.contains(where: { $0.user == user }) {
                duties.append(Duty(user, .layer(layer.id)))
            }
        }
        for one in overrides where one.span.contains(instant) { one.apply(to: &duties) }
        return duties
    }

    /// Every shift of that time, cut at its ends, in the order of beginnings. Adjacent times of one person by one source are
    /// one shift, unless a turn ends between them.
    public func shifts(in span: TimeSpan, absences: Absences = .none) -> [Shift] {
        guard !span.isEmpty else { return [] }
        let pieces = layers.map { $0.pieces(in: span, absences) }
        var cuts: Set<Instant> = [span.start]
        for piece in pieces.joined() {
            cuts.insert(piece.span.start)
            cuts.insert(piece.span.end)
        }
        for one in overrides where one.span.overlaps(span) {
            cuts.insert(max(span.start, one.span.start))
            cuts.insert(one.span.end)
        }
        var places = [Int](repeating: 0, count: layers.count)
        var open: [(duty: Duty, start: Instant, turn: Int)] = []
        var shifts: [Shift] = []
        func close(_ index: Int, at end: Instant) {
            let one = open.remove(at: index)
            if one.start < end { shifts.append(Shift(one.duty.user, TimeSpan(one.start, end), one.duty.source)) }
        }
        for cut in cuts.sorted() where cut < span.end {
            var best = Int.min
            var duties: [(duty: Duty, turn: Int)] = []
            for (index, layer) in layers.enumerated() {
                while places[index] < pieces[index].count, pieces[index][places[index]].span.end <= cut {
                    places[index] += 1
                }
                guard places[index] < pieces[index].count, layer.priority >= best else { continue }
                let piece = pieces[index][places[index]]
                guard piece.span.contains(cut) else { continue }
                if layer.priority > best {
                    best = layer.priority
                    duties = []
                }
                for user in piece.group where !duties.contains(where: { $0.duty.user == user }) {
                    duties.append((Duty(user, .layer(layer.id)), piece.turn))
                }
            }
            var changed = duties.map(\.duty)
            for one in overrides where one.span.contains(cut) { one.apply(to: &changed) }
            let turns = changed.map { duty in duties.first { $0.duty == duty }?.turn ?? -1 }
            for index in open.indices.reversed() {
                let one = open[index]
                let goesOn = zip(changed, turns).contains { $0.0 == one.duty && $0.1 == one.turn }
                if !goesOn { close(index, at: cut) }
            }
            for (duty, turn) in zip(changed, turns) where !open.contains(where: { $0.duty == duty }) {
                open.append((duty, cut, turn))
            }
        }
        while !open.isEmpty { close(open.count - 1, at: span.end) }
        return shifts.sorted { ($0.span.start, $0.span.end, $0.user.text) < ($1.span.start, $1.span.end, $1.user.text) }
    }

    /// The next instant after the given one at which somebody else is on call, looked for within that time; nil: nobody is
    /// within it.
    public func nextChange(after instant: Instant, within length: Duration, absences: Absences = .none) -> Instant? {
        let now = Set(onCall(at: instant, absences: absences).map(\.user))
        var edges: Set<Instant> = []
        for shift in shifts(in: TimeSpan(instant, instant + length), absences: absences) {
            edges.insert(shift.span.start)
            edges.insert(shift.span.end)
        }
        return edges.sorted().first { edge in
            edge > instant && edge < instant + length
                && Set(onCall(at: edge, absences: absences).map(\.user)) != now
        }
    }
}

extension Layer {
    /// A turn, or a part of one that counts.
    struct Piece {
        let span: TimeSpan
        let group: [UserID]
        let turn: Int
    }

    /// The parts of turns within that time that count, in order.
    func pieces(in span: TimeSpan, _ absences: Absences) -> [Piece] {
        if let end, span.start >= end { return [] }
        var number = number(at: span.start) ?? 0
        let last = turn.number(at: zone.civil(at: span.end), from: start) + 1
        let openings = openings(in: span)
        var next = 0
        var pieces: [Piece] = []
        // One look back serves the whole of a fair order.
        var fair: (block: Int, order: [Int])?
        while true {
            let turn = self.turn(number)
            if turn.start >= span.end || (end.map { turn.start >= $0 } ?? false) { return pieces }
            if !turn.isEmpty {
                let group: [UserID]
                if order == .longestAgo {
                    let block = number / Self.fairMemory
                    if fair?.block != block {
                        let until = min(max(number, last), (block + 1) * Self.fairMemory - 1)
                        fair = (block, fairOrder(until: until, absences))
                    }
                    group = groups[fair?.order[number % Self.fairMemory] ?? 0]
                } else {
                    group = self.group(ofTurn: number, absences)
                }
                while next < openings.count, openings[next].end <= turn.start { next += 1 }
                var index = next
                while index < openings.count, openings[index].start < turn.end {
                    let part = openings[index].clamped(to: turn)
                    if !part.isEmpty { pieces.append(Piece(span: part, group: group, turn: number)) }
                    index += 1
                }
            }
            number += 1
        }
    }
}

extension Override {
    /// Changes who is on call.
    func apply(to duties: inout [Duty]) {
        func add(_ users: [UserID]) {
            for user in users where !duties.contains(where: { $0.user == user }) {
                duties.append(Duty(user, .override(id)))
            }
        }
        switch change {
        case .add(let users): add(users)
        case .remove(let users): duties.removeAll { users.contains($0.user) }
        case .replace(let users):
            duties = []
            add(users)
        case .offer: break
        case .standIn(let present, let absent):
            guard let index = duties.firstIndex(where: { $0.user == absent }) else { return }
            duties.remove(at: index)
            guard !duties.contains(where: { $0.user == present }) else { return }
            duties.insert(Duty(present, .override(id)), at: index)
        }
    }
}
