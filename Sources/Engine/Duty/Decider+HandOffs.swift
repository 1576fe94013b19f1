import Chronology
import Notation
import OnCall
import Storage

/// What people do with a hand-off.
public enum HandOffCommand: Hashable, Sendable {
    /// For whoever comes, until it is struck or until that instant.
    case note(HandOffNote.Kind, String, until: Instant?)
    case strike(String)
    /// A thing of the checklist, from 0.
    case tick(Int, Bool)
    case acknowledge
}

extension Decider {
    func carryOut(
        _ command: HandOffCommand, on id: HandOffID, by actor: Actor, in workspace: Workspace
    ) throws -> Outcome {
        guard let handOff = try workspace.handOff(id) else { throw Refusal.unknown("hand-off", id.text) }
        let events: [HandOffEvent]
        switch command {
        case .note(let kind, let text, let until):
            let note = HandOffNote(
                id: mint.tail(at: workspace.now), kind: kind, text: text, by: actor, made: workspace.now, until: until)
            events = try handOff.note(note)
        case .strike(let note): events = try handOff.strike(note, by: actor)
        case .tick(let item, let isReady): events = try handOff.tick(item, isReady, by: try person(actor))
        case .acknowledge: events = try handOff.acknowledge(by: try person(actor), at: workspace.now)
        }
        workspace.record(events, on: id, by: actor)
        return .handOff(try workspace.handOff(id) ?? handOff)
    }

    private func person(_ actor: Actor) throws(Refusal) -> UserID {
        guard case .user(let user) = actor else {
            throw Refusal("forbidden-hand-off", "Only a person can say that they have taken over.")
        }
        return user
    }
}
