import Chronology
import Incidents
import Notation
import Playbooks

extension Playbook {
    /// The answers as conditions see them. What cannot be read is as if nobody had answered.
    func values(of answers: [String: String]) -> [ElementID<Field>: FieldValue] {
        var values: [ElementID<Field>: FieldValue] = [:]
        for (id, text) in answers {
            let id = ElementID<Field>(id)
            if let field = field(id) {
                values[id] = field.value(text)
            } else if fields.contains(where: { $0.metrics.contains { $0.id.text == id.text } }) {
                values[id] = Amount(text).map { .amount($0, of: nil) }
            }
        }
        return values
    }

    /// Checks answers against the fields and gives them in the notation in which they are kept. `type` is the type of the
    /// incident. Refuses a field that is not there and an answer that its kind does not allow.
    func checked(_ answers: [IncidentEvent.Answer]) throws(Refusal) -> [IncidentEvent.Answer] {
        var checked: [IncidentEvent.Answer] = []
        for answer in answers {
            let text = answer.text.trimmingSpaces
            if answer.field == "type" {
                let type = types.first { $0.id.text == text || $0.title == text }
                guard text.isEmpty || type != nil else {
                    throw Refusal(
                        "invalid-field",
                        "\"\(text)\" is not a type of the playbook \(id): \(types.map(\.id.text).joined(separator: ", "))."
                    )
                }
                checked.append(.init("type", type?.id.text ?? ""))
                continue
            }
            let isMetric = fields.contains { $0.metrics.contains { $0.id.text == answer.field } }
            guard let field = field(ElementID(answer.field)) else {
                guard isMetric else {
                    throw Refusal(
                        "unknown-field",
                        "\"\(answer.field)\" is not a field of the playbook \(id): \(fields.map(\.id.text).joined(separator: ", "))."
                    )
                }
                guard text.isEmpty || Amount(text) != nil else {
                    throw Refusal("invalid-field", "\(answer.field): \"\(text)\" is not a number.")
                }
                checked.append(.init(answer.field, text))
                continue
            }
            checked.append(.init(answer.field, try field.checked(text)))
        }
        return checked
    }
}

extension Playbook.Field {
    /// Longer belongs into a note.
    private static let textLimit = 4_096

    func value(_ text: String) -> FieldValue? {
        switch kind {
        case .yesNo: text == "yes" ? .yes(true) : text == "no" ? .yes(false) : nil
        case .number, .percent, .money: Amount(text).map { .amount($0, of: nil) }
        case .choices, .list: .several(text.split(separator: "\n").map(String.init))
        case .detection: .text(String(text.prefix { $0 != "\n" }))
        case .text, .longText, .choice, .time, .person, .service, .link, .metrics: .text(text)
        }
    }

    fileprivate func checked(_ text: String) throws(Refusal) -> String {
        guard !text.isEmpty else { return "" }
        guard text.unicodeScalars.count <= Self.textLimit else {
            throw Refusal("invalid-field", "\(id): an answer has at most \(Self.textLimit) characters.")
        }
        switch kind {
        case .yesNo:
            switch text.lowercased() {
            case "yes", "true", "y", "on": return "yes"
            case "no", "false", "n", "off": return "no"
            default: throw Refusal("invalid-field", "\(id): \"\(text)\" is neither yes nor no.")
            }
        case .number, .percent, .money:
            guard Amount(text) != nil else {
                throw Refusal("invalid-field", "\(id): \"\(text)\" is not a number such as 12, 0.5 or 12%.")
            }
            return text
        case .choice:
            guard let choice = choices.first(where: { $0.lowercased() == text.lowercased() }) else {
                throw Refusal(
                    "invalid-field", "\(id): \"\(text)\" is not one of \(choices.joined(separator: ", ")).")
            }
            return choice
        case .choices:
            var chosen: [String] = []
            for word in text.split(whereSeparator: { $0 == "\n" || $0 == "," }) {
                let word = String(word).trimmingSpaces
                guard let choice = choices.first(where: { $0.lowercased() == word.lowercased() }) else {
                    throw Refusal(
                        "invalid-field", "\(id): \"\(word)\" is not one of \(choices.joined(separator: ", ")).")
                }
                if !chosen.contains(choice) { chosen.append(choice) }
            }
            return chosen.joined(separator: "\n")
        case .time:
            do throws(TimeFault) {
                return try Instant(rfc3339: text).rfc3339()
            } catch {
                throw Refusal(
                    "invalid-field",
                    "\(id): \"\(text)\" is not a time (\(error.reason)); write it as 2026-01-31T18:00:00Z.")
            }
        case .detection:
            let variant = text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? text
            guard variants.contains(where: { $0.id.text == variant }) else {
                let known = variants.map(\.id.text).joined(separator: ", ")
                throw Refusal("invalid-field", "\(id): \"\(variant)\" is not one of \(known).")
            }
            return text
        case .text, .longText, .person, .service, .link, .metrics, .list: return text
        }
    }
}

extension String {
    /// Without white space around it.
    var trimmingSpaces: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
