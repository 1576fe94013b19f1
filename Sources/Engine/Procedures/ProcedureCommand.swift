import Incidents
import Notation

/// What a person does to an incident in the words of its playbook.
public enum ProcedureCommand: Hashable, Sendable {
    /// Answers fields; an empty text takes an answer back.
    case answer([IncidentEvent.Answer])
    /// Tells an audience where the incident stands.
    case update(UpdateRequest)
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

/// What somebody wants an audience to be told: in words of their own, or by a template of the playbook.
public struct UpdateRequest: Hashable, Sendable {
    /// An audience or somebody whom the playbook names, by id or title; nil: the audience of the template.
    public let audience: String?
    /// The stage of the status page.
    public let stage: String?
    public let template: String?
    /// Nil: what the template makes of what is known and of `answers`.
    public let text: String?
    /// To the questions of the template, by their ids.
    public let answers: [String: String]

    public init(
        audience: String?, stage: String? = nil, template: String? = nil, text: String?, answers: [String: String] = [:]
    ) {
        self.audience = audience
        self.stage = stage
        self.template = template
        self.text = text
        self.answers = answers
    }
}
