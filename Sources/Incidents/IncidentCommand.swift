import Chronology
import Notation

/// What a person asks of an open incident.
public enum IncidentCommand: Hashable, Sendable {
    case changeStatus(String, message: String?)
    case changeSeverity(String, why: String)
    case assign(role: String, UserID)
    /// Nil: whoever has it.
    case release(role: String, UserID?)
    case note(String)
    case retitle(String)
}

/// Why each is so: what a person reads on one screen, and what one row of a timeline may weigh.
public enum IncidentLimits {
    /// Unicode scalars: one line of a list, one line of a text message with room for the rest.
    public static let title = 256
    /// Unicode scalars of a note or a message: some ten screens; longer belongs into an attachment.
    public static let text = 16_384
}

extension Incident {
    /// What the command leads to, or why it is refused. An empty result means that it is so already: asking twice is
    /// harmless.
    public func decide(
        _ command: IncidentCommand, under procedure: Procedure
    ) throws(Refusal) -> [IncidentEvent] {
        if status.isFinal {
            guard case .note = command else {
                throw Refusal(
                    "incident-ended", "\(key) is \(procedure.label(of: status)); only notes can be added to it.")
            }
        }
        switch command {
        case .changeStatus(let word, let message):
            return try changeStatus(word, message, procedure)
        case .changeSeverity(let label, let why):
            return try changeSeverity(label, why, procedure)
        case .assign(let word, let user):
            let role = try role(word, procedure)
            if assignments.contains(where: { $0.role == role.id && $0.user == user }) { return [] }
            let holders = assignments.count { $0.role == role.id }
            guard role.most != 1 else { return [.roleAssigned(role: role.id, user)] }
            if let most = role.most, holders >= most {
                throw Refusal(
                    "role-full",
                    "\(most) people are \(role.label) already, as many as \(procedure.name) wants; take it from one of them first."
                )
            }
            return [.roleAssigned(role: role.id, user, beside: holders > 0)]
        case .release(let word, let user):
            let role = try role(word, procedure)
            return assignments.filter { $0.role == role.id && (user == nil || $0.user == user) }
                .map { .roleReleased(role: role.id, $0.user) }
        case .note(let text):
            return [.noteAdded(try Self.checked(text, "text", limit: IncidentLimits.text))]
        case .retitle(let title):
            let title = try Self.checkedTitle(title)
            return title == self.title ? [] : [.retitled(from: self.title, to: title)]
        }
    }

    private func changeStatus(
        _ word: String, _ message: String?, _ procedure: Procedure
    ) throws(Refusal) -> [IncidentEvent] {
        let meant = procedure.statuses(meaning: word)
        guard !meant.isEmpty else {
            let known = procedure.statuses.map(\.label).joined(separator: ", ")
            throw Refusal("unknown-status", "\"\(word)\" is not a status of the playbook \(procedure.id): \(known).")
        }
        let current = statusName ?? status.rawValue
        if meant.contains(where: { $0.status == status && $0.id == current }) { return [] }
        let choices = procedure.choices(after: status, named: statusName)
        // Where a label stands for several states, the one that can be reached is meant.
        guard let next = meant.first(where: choices.contains) else {
            let names = choices.map(\.label).unique.joined(separator: ", ")
            throw Refusal(
                "wrong-transition",
                "\(key) is \(procedure.label(of: status, named: statusName)); it cannot become \(meant[0].label). Allowed: \(names)."
            )
        }
        var text: String?
        if let message, !message.isEmpty { text = try Self.checked(message, "message", limit: IncidentLimits.text) }
        return [.statusChanged(from: status, to: next.status, named: next.name, message: text)]
    }

    private func changeSeverity(
        _ label: String, _ why: String, _ procedure: Procedure
    ) throws(Refusal) -> [IncidentEvent] {
        guard let next = procedure.ladder.severity(labelled: label) else {
            let known = procedure.ladder.labels.joined(separator: ", ")
            throw Refusal(
                "unknown-severity", "\"\(label)\" is not a severity of the playbook \(procedure.id): \(known).")
        }
        if next == severity { return [] }
        return [
            .severityChanged(from: severity, to: next, why: try Self.checked(why, "why", limit: IncidentLimits.text))
        ]
    }

    private func role(_ word: String, _ procedure: Procedure) throws(Refusal) -> Procedure.Role {
        guard let role = procedure.role(named: word) else {
            let known = procedure.roles.map(\.id).joined(separator: ", ")
            throw Refusal("unknown-role", "\"\(word)\" is not a role of the playbook \(procedure.id): \(known).")
        }
        return role
    }

    /// The text without surrounding white space, refused when nothing is left or too much is there.
    public static func checked(_ text: String, _ name: String, limit: Int) throws(Refusal) -> String {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty else { throw Refusal("missing-\(name)", "The \(name) is empty.") }
        let length = trimmed.unicodeScalars.count
        guard length <= limit else {
            throw Refusal("too-long-\(name)", "The \(name) has \(length) characters; \(limit) are allowed.")
        }
        return trimmed
    }

    /// A title: one line, because lists, subjects of mails and file names have no room for more.
    public static func checkedTitle(_ text: String) throws(Refusal) -> String {
        let title = try checked(text, "title", limit: IncidentLimits.title)
        guard !title.unicodeScalars.contains(where: isLineBreakOrControl) else {
            throw Refusal("bad-title", "The title must be one line, without control characters.")
        }
        return title
    }

    /// The first line end, tab or other control character makes a text more than one line.
    public static func isLineBreakOrControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029: true
        default: false
        }
    }
}

extension String {
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else {
            return ""
        }
        return String(self[first...last])
    }
}

extension [String] {
    /// Each once, where it stands first.
    var unique: [String] {
        var seen: [String] = []
        for text in self where !seen.contains(text) { seen.append(text) }
        return seen
    }
}
