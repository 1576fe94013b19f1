import Notation
import Playbooks

extension Schema {
    /// Answers to fields of a playbook, by the field's id.
    static let answers: JSON = [
        "type": "object", "additionalProperties": ["type": "string", "maxLength": 16_384, "pattern": printable],
        "minProperties": 1, "maxProperties": 200,
    ]
    static let optionalAnswers: JSON = [
        "type": ["object", "null"],
        "additionalProperties": ["type": "string", "maxLength": 16_384, "pattern": printable], "maxProperties": 200,
    ]

    static let obligation = answer([
        "id": string, "rule": optionalString, "title": string, "owner": optionalString, "due": optionalTime,
        "limit": optionalTime, "state": ["enum": ["waiting", "pending", "met", "waived", "ended"]],
        "metAt": optionalTime, "late": flag, "reason": optionalString, "explanation": texts,
        "line": ["type": ["integer", "null"]],
    ])

    static let draft = answer([
        "template": string, "title": string, "audience": optionalString,
        "kind": ["enum": .array(Playbook.Template.Kind.allCases.map { .string($0.rawValue) })],
        "subject": optionalString, "text": string, "gaps": texts,
        "asks": array(answer(["id": string, "title": string, "required": flag, "help": optionalString])),
    ])

    static let owed = answer(["incident": string], and: obligation)

    static let task = answer([
        "id": string, "list": string, "text": string, "role": optionalString, "required": optionalString, "done": flag,
        "doneAt": optionalTime, "answer": optionalString, "waitsFor": optionalString,
    ])

    static let playbook = answer([
        "id": string, "version": integer, "title": string, "revision": string, "owner": string,
        "origin": ["enum": ["built-in", "uploaded"]], "usual": flag, "summary": optionalString, "zone": string,
        "key": string,
        "severities": array(answer(["rank": integer, "label": string, "meaning": string, "words": texts])),
        "statuses": array(answer(["id": string, "state": string, "label": string])),
        "roles": array(answer(["id": string, "label": string])),
        "fields": array(
            answer(["id": string, "title": string, "kind": string, "required": string, "choices": texts])),
        "audiences": array(answer(["id": string, "title": string])),
    ])

    static let finding = answer([
        "line": integer, "column": integer, "severity": string, "code": string, "sentence": string,
    ])

    static let suggestion = answer([
        "severity": optionalString, "because": optionalString, "examples": texts, "unanswered": texts,
    ])

    static let cast = answer([
        "playbook": string, "names": ["type": "object", "additionalProperties": ["type": "array", "items": string]],
    ])
}
