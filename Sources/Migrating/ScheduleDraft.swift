import Chronology
import Notation
import OnCall
import Paging

/// A schedule while it is put together.
struct ScheduleDraft {
    struct Change {
        /// The source's, or made from the time: the same at every import.
        let id: String
        let span: TimeSpan
        let change: Override.Change
        var why: String?
    }

    /// Tocsin's.
    let id: String
    let name: String
    let object: ExportObject
    let vendorID: String
    let description: String
    let zone: Zone
    var rotations: [Rotation] = []
    var changes: [Change] = []

    init(
        id: String, name: String, object: ExportObject, vendorID: String, description: String = "", zone: Zone
    ) {
        self.id = id
        self.name = name
        self.object = object
        self.vendorID = vendorID
        self.description = description
        self.zone = zone
    }

    var document: String { "schedule:\(id)" }

    /// The body of the schedule's document.
    func json(from now: Instant) -> JSON {
        var layers: [JSON] = []
        for layer in rotations.flatMap({ $0.layers(from: now) }) {
            layers.append(.object([.init("id", .string("layer-\(layers.count + 1)"))] + (layer.members ?? [])))
        }
        return [
            "name": .string(name), "description": .string(MigrationDraft.line(description, 1_000)),
            "zone": .string(zone.name), "layers": .array(layers),
        ]
    }
}

extension ScheduleDraft.Change {
    /// Tocsin applies overrides in the order of their ids: who is on call besides, then who stands in for whom, and at last
    /// what counts instead of everything.
    fileprivate var rank: String {
        switch change {
        case .add: "a"
        case .standIn, .offer: "f"
        case .replace: "i"
        case .remove: "r"
        }
    }

    func json(of schedule: String) -> JSON {
        var users: [UserID] = []
        var absent: UserID?
        let kind: Override.Kind
        switch change {
        case .add(let people): (kind, users) = (.add, people)
        case .remove(let people): (kind, users) = (.remove, people)
        case .replace(let people): (kind, users) = (.replace, people)
        case .standIn(let present, let other): (kind, users, absent) = (.standIn, [present], other)
        case .offer(let other, let people): (kind, users, absent) = (.offer, people, other)
        }
        var members: [JSON.Member] = [
            .init("schedule", .string(schedule)), .init("kind", .string(kind.rawValue)),
            .init("users", .array(users.map { .string($0.text) })),
        ]
        if let absent { members.append(.init("for", .string(absent.text))) }
        members += [
            .init("from", .string(span.start.rfc3339())), .init("to", .string(span.end.rfc3339())),
            .init("why", .string(MigrationDraft.line(why ?? "Imported", 200))),
        ]
        return .object(members)
    }
}

extension MigrationDraft {
    /// The zone of a schedule, and a finding where there is none.
    mutating func zone(_ name: String, _ kind: String, _ object: ExportObject) -> Zone? {
        let wanted = name.isEmpty ? context.usualZone ?? "" : name
        guard !wanted.isEmpty else {
            note(kind, object, .leftOut, "It names no time zone; say which one is meant where none is named.")
            return nil
        }
        guard let zone = context.zone(wanted) else {
            note(
                kind, object, .leftOut,
                "The time zone \"\(wanted)\" is not one that this machine knows: change it there, or install it here.")
            return nil
        }
        return zone
    }

    /// Checks a schedule as Tocsin does and takes it with its overrides.
    ///
    /// - Returns: whether it was taken.
    mutating func add(_ taken: ScheduleDraft) -> Bool {
        var schedule = taken
        schedule.rotations = taken.rotations.filter { rotation in
            guard let reason = fault(of: rotation) else { return true }
            note(
                "layer", schedule.object, name: "\(schedule.name): \(rotation.name)", id: schedule.vendorID, .leftOut,
                "Tocsin does not take it: \(reason).", document: schedule.document)
            return false
        }
        let body = schedule.json(from: horizon.start)
        do throws(InputFault) {
            _ = try Schedule(id: ScheduleID(schedule.id), body, zone: context.zone)
        } catch {
            note(
                "schedule", schedule.object, name: schedule.name, id: schedule.vendorID, .leftOut,
                "Tocsin does not take it: \(error.reason) (\(error.place)).")
            return false
        }
        add(.schedule, schedule.id, body)
        for (index, change) in schedule.changes.enumerated() {
            guard index < Schedule.overrideLimit else {
                note(
                    "schedule", schedule.object, name: schedule.name, id: schedule.vendorID, .leftOut,
                    "\(schedule.changes.count - index) overrides from \(change.span.start.text(in: schedule.zone)) on: a schedule has at most \(Schedule.overrideLimit). Import again when these are over.",
                    document: schedule.document)
                return true
            }
            let id = claim(.override, "\(schedule.id)-\(change.rank)-\(change.id)")
            let json = change.json(of: schedule.id)
            do throws(InputFault) {
                _ = try Override(id: id, json)
                add(.override, id, json)
            } catch {
                note(
                    "override", schedule.object, name: schedule.name, id: change.id, .leftOut,
                    "Tocsin does not take it: \(error.reason) (\(error.place)).")
            }
        }
        return true
    }

    /// Says what a schedule became, and warns of one by which nobody is on call.
    mutating func note(_ schedule: ScheduleDraft, _ sentence: String) {
        let isEmpty = schedule.rotations.isEmpty
        note(
            "schedule", schedule.object, name: schedule.name, id: schedule.vendorID, isEmpty ? .changed : .mapped,
            sentence + (isEmpty ? " Nobody is on call by it unless an override says so." : ""),
            document: schedule.document)
    }

    /// Why a rotation alone is refused; nil: it is not.
    func fault(of rotation: Rotation) -> String? {
        do throws(InputFault) {
            _ = try Schedule(rotation, horizon.start, zone: context.zone)
            return nil
        } catch {
            return error.reason
        }
    }

    /// The shifts of a rotation alone, within the horizon; nil where it is refused.
    func shifts(of rotation: Rotation) -> [Shift]? {
        do throws(InputFault) {
            return try Schedule(rotation, horizon.start, zone: context.zone).shifts(in: horizon)
        } catch {
            return nil
        }
    }

    /// What can be said of an override before its people are looked at: that it is over, or cannot be read.
    mutating func span(
        of override: ExportObject, id: String, name: String, _ from: String, _ to: String
    ) -> TimeSpan? {
        guard let start = override.instant(from), let end = override.instant(to), start < end else {
            note("override", override, name: name, id: id, .leftOut, "It does not say from when to when it counts.")
            return nil
        }
        guard end > horizon.start else {
            note("override", override, name: name, id: id, .leftOut, "It is over.")
            return nil
        }
        guard end - start <= Override.longest else {
            note(
                "override", override, name: name, id: id, .leftOut,
                "It lasts longer than a year, and an override of Tocsin's does not: make a layer of it.")
            return nil
        }
        return TimeSpan(start, end)
    }
}

extension Schedule {
    fileprivate init(_ rotation: Rotation, _ now: Instant, zone: (String) -> Zone?) throws(InputFault) {
        var layers: [JSON] = []
        for layer in rotation.layers(from: now) {
            layers.append(.object([.init("id", .string("\(layers.count)"))] + (layer.members ?? [])))
        }
        try self.init(
            id: ScheduleID("alone"),
            ["name": "alone", "zone": .string(rotation.zone.name), "layers": .array(layers)], zone: zone)
    }
}

/// An escalation plan while it is put together.
struct PlanDraft {
    let id: String
    let name: String
    let object: ExportObject
    var rungs: [(targets: [EscalationPlan.Target], seconds: Int)] = []
    var laps = 1
    /// What works differently, as sentences.
    var changes: [String] = []

    init(id: String, name: String, object: ExportObject) {
        self.id = id
        self.name = name
        self.object = object
    }
}

extension MigrationDraft {
    /// Checks a plan as Tocsin does and takes it.
    mutating func add(_ plan: PlanDraft, kind: String) {
        let rungs = plan.rungs.map { rung -> JSON in
            [
                "patienceSeconds": .integer(Int64(rung.seconds)),
                "targets": .array(rung.targets.map { .string($0.text) }),
            ]
        }
        guard !rungs.isEmpty else {
            note(
                kind, plan.object, name: plan.name, .leftOut,
                "Nothing of it tells anybody whom Tocsin could tell: make a plan by hand.")
            return
        }
        let body: JSON = [
            "name": .string(Self.name(plan.name, instead: plan.id)), "laps": .integer(Int64(plan.laps)),
            "rungs": .array(rungs), "fallback": [],
        ]
        do throws(InputFault) {
            _ = try EscalationPlan(.object([.init("id", .string(plan.id))] + (body.members ?? [])))
        } catch {
            note(
                kind, plan.object, name: plan.name, .leftOut,
                "Tocsin does not take it: \(error.reason) (\(error.place)).")
            return
        }
        add(.plan, plan.id, body)
        let document = "plan:\(plan.id)"
        for change in plan.changes { note(kind, plan.object, name: plan.name, .changed, change, document: document) }
        note(
            kind, plan.object, name: plan.name, .mapped,
            "\(rungs.count) \(rungs.count == 1 ? "rung" : "rungs"), climbed \(plan.laps == 1 ? "once" : "\(plan.laps) times"). When nobody answers at all, Tocsin tells its administrators.",
            document: document)
    }
}
