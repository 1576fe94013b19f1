extension IncidentEventName {
    /// Reads what `description` prints: `acknowledged`, `status(monitoring)`. Nil when it is no event, or lacks the name
    /// that belongs to it. Whether a playbook has an element of that name is not looked at.
    public init?(text: String) {
        guard let open = text.firstIndex(of: "(") else {
            self.init(Call(word: text, argument: nil))
            return
        }
        guard text.last == ")" else { return nil }
        let argument = text[text.index(after: open)...].dropLast()
        guard !argument.isEmpty, argument.utf8.count <= DocumentLimits.idLength else { return nil }
        self.init(Call(word: String(text[..<open]), argument: String(argument)))
    }

    /// What people can say has happened; the rest is recorded by what they do: by acknowledging, changing a status, taking
    /// a role, sending an update.
    public static let markable: [IncidentEventName] = [
        .responding, .pageDecided, .roomOpened, .hypothesisConcluded, .mitigationSucceeded, .progressNoted, .mitigated,
        .fixDeployed, .fixVerified, .alertsClear, .reviewScheduled, .reviewHeld, .reviewPublished, .actionsOwned,
    ]

    /// Whether somebody may say that it has happened.
    public var isMarkable: Bool {
        switch self {
        case .linked: true
        case .acknowledged, .declared, .escalated, .severitySet, .severityChanged, .statusChanged, .status,
            .roleAssigned, .updatePosted, .messageSent, .pagePosted, .windowEnded, .resolved, .closed:
            false
        case .responding, .pageDecided, .roomOpened, .hypothesisConcluded, .mitigationSucceeded, .progressNoted,
            .mitigated, .fixDeployed, .fixVerified, .alertsClear, .reviewScheduled, .reviewHeld, .reviewPublished,
            .actionsOwned:
            true
        }
    }
}
