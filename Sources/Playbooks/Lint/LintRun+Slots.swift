// What somebody still has to fill in (S0-55, S1-48), and names that two things could get (X23).
extension LintRun {
    mutating func checkSlots() {
        for target in playbook.targets {
            check(
                "target \"\(target.id)\"", target.source, isUnfinished: target.isUnfinished,
                [("contact", target.contact), ("phone", target.phone), ("portal", target.portal)])
        }
        guard let reference = playbook.reference else { return }
        for board in reference.dashboards {
            check("dashboard \"\(board.id)\"", board.source, isUnfinished: board.isUnfinished, [("url", board.url)])
        }
        for link in reference.links {
            check(
                "link \"\(link.id)\"", link.source, isUnfinished: link.isUnfinished, [("url", link.url?.description)])
        }
        for tool in reference.tools {
            check(
                "tool \"\(tool.id)\"", tool.source, isUnfinished: tool.isUnfinished,
                [("url", tool.url), ("command", tool.command?.text.description)])
        }
        for command in reference.commands {
            check(
                "command \"\(command.id)\"", command.source, isUnfinished: command.isUnfinished,
                [("command", command.command?.text.description)])
        }
        for document in reference.documents {
            check(
                "document \"\(document.id)\"", document.source, isUnfinished: document.isUnfinished,
                [("path", document.path)])
        }
    }

    private mutating func check(
        _ subject: String, _ source: SourcePlace, isUnfinished: Bool, _ slots: [(key: String, text: String?)]
    ) {
        let empty = slots.filter { $0.text.map(Self.isSlot) ?? false }.map(\.key)
        if let first = empty.first {
            warn(
                .unfilledSlot, at: places.value(of: source, first),
                "\(empty.map { "\"\($0)\"" }.listed) of the \(subject) \(empty.count == 1 ? "is" : "are") not "
                    + "filled in: write what belongs there, or leave it out"
            )
        } else if isUnfinished {
            warn(.unfilledSlot, at: source.place, "the \(subject) is marked as not finished: finish it, or take it out")
        }
    }

    /// Words that people leave where something is missing.
    private static let markers = ["[your ", "@[name]"]
    /// As whole words; in small letters they are names of things.
    private static let markerWords: [Substring] = ["TODO", "TBD", "FIXME"]

    static func isSlot(_ text: String) -> Bool {
        let small = text.lowercased()
        if small == Playbook.Reference.unfilled || markers.contains(where: small.contains) { return true }
        // An address that was cut short.
        if text.hasSuffix("/...") || text.hasSuffix("/…") { return true }
        return text.split { !$0.isLetter && !$0.isNumber }.contains(where: markerWords.contains)
    }

    // MARK: Names

    mutating func checkNames() {
        checkRoom()
        guard let actions = playbook.actions else { return }
        let key = playbook.naming.key
        guard Self.shape(key) == Self.shape(actions.key) else { return }
        warn(
            .namingCollision, at: places.value(of: actions.source, "key"),
            "\"\(actions.key.text)\" makes the same keys for action items as \"\(key.text)\" (line "
                + "\(playbook.naming.source.line)) does for incidents: let them begin differently"
        )
    }

    /// One name for all rooms is a decision. A name that looks like one a room and is not is a slip: two incidents of
    /// one day would share it. A date and a title together are taken to be enough.
    private mutating func checkRoom() {
        guard let room = playbook.naming.room else { return }
        var (hasDate, hasTitle) = (false, false)
        for part in room.parts {
            switch part {
            case .sequence, .key: return
            case .date, .compactDate: hasDate = true
            case .slug: hasTitle = true
            case .literal, .category, .area: break
            }
        }
        guard hasDate != hasTitle else { return }
        let (alike, addition) = hasDate ? ("day", "{slug} or {key}") : ("title", "{date} or {key}")
        warn(
            .namingCollision, at: places.value(of: playbook.naming.source, "room"),
            "two incidents of one \(alike) get the same room \"\(room.text)\": add \(addition)")
    }

    /// The pattern without the number of digits.
    private static func shape(_ pattern: NamePattern) -> [NamePattern.Part] {
        pattern.parts.map { part in
            if case .sequence = part { .sequence(digits: 1) } else { part }
        }
    }
}
