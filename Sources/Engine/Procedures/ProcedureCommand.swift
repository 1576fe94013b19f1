import Incidents
import Notation

/// What a person does to an incident in the words of its playbook.
public enum ProcedureCommand: Hashable, Sendable {
    /// Answers fields; an empty text takes an answer back.
    case answer([IncidentEvent.Answer])
    /// Tells an audience where the incident stands.
    case update(IncidentEvent.Update)
    /// Says that something has happened that the playbook counts from: `fix-deployed`, `progress-noted`.
    case mark(String, detail: String?)
    /// Something that is owed is done.
    case meet(String, note: String?)
    case waive(String, why: String)
    case tick(String, answer: String?)
    case untick(String)
    /// Follows the latest version of its playbook from here on.
    case upgrade(why: String)
}
