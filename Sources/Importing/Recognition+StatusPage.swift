extension Recognition {
    /// Which stage of the status page a message is for.
    static func stage(of words: Phrase, _ fence: MarkdownFence) -> String? {
        let first = fence.content.first { !$0.isBlank }?.text.phrase ?? Phrase("")
        for phrase in [words, first] {
            if phrase.has("resol", "restored") { return "resolved" }
            if phrase.has("monitoring", "fix deployed") { return "monitoring" }
            if phrase.has("identified", "progress") { return "identified" }
            if phrase.has("investigat", "initial") { return "investigating" }
            if phrase.has("update") { return "update" }
        }
        return nil
    }

    private static func moment(of stage: String) -> String {
        switch stage {
        case "resolved": "resolved"
        case "monitoring": "status(monitoring)"
        case "identified", "update": "status(identified)"
        default: "declared"
        }
    }

    mutating func takeStage(
        _ stage: String, template: String, title: String?, _ fence: MarkdownFence, _ path: DraftPath
    ) {
        let line = fence.lines.lowerBound
        guard claimID("stage", stage) else {
            ask(
                [line], "Two messages are for the stage \"\(stage)\" of the status page: which one holds?", [],
                meanwhile: "the first one", path)
            return
        }
        var record = DraftRecord(id: stage)
        record.set("on", Self.moment(of: stage))
        let isAsked = title?.contains("{{text.") == true
        record.set("title", isAsked ? stage.capitalised : title ?? stage.capitalised, line: line)
        record.set("template", template)
        guard let place = add(["status-page", "stages"], record, line: line) else { return }
        if isAsked, let title {
            ask(
                at: line, "The title \"\(title)\" asks the writer for something, which titles cannot: what is it?",
                meanwhile: stage.capitalised, place + "title")
        }
        understood([line], "status page: \(stage), on \(Self.moment(of: stage))", place)
        let words = Phrase((title ?? "") + " " + (fence.content.first { !$0.isBlank }?.text ?? ""))
        if stage == "update" || !words.has(stage) {
            ask(
                [line], "At which moment is this post made?",
                [Self.moment(of: stage), "status-changed", "every"].uniqued,
                meanwhile: Self.moment(of: stage), place)
        }
    }

    /// Sentences about the status page where no messages for it are given: `Post to status page: "Investigating"`
    /// (S2-15, S2-20), boxes for its posts (S0-35).
    mutating func recogniseStatusPage() {
        guard draft[["status-page", "stages"]] == nil else { return finishStatusPage() }
        for (line, phrase) in zip(lines, phrases) {
            guard phrase.has("status page") else { continue }
            let quoted = line.text.split(separator: "\"", omittingEmptySubsequences: false)
            guard quoted.count >= 3, StatusLexicon.state(of: String(quoted[1])) != nil else { continue }
            noteStatus(String(quoted[1]), line: line.number)
            takeBareStage(String(quoted[1]).lowercased(), title: String(quoted[1]), line.number)
        }
        for section in outline.sections {
            for part in section.parts where part.phrase.has("status page update", "status page post") {
                for item in part.blocks.compactMap(\.list).flatMap(\.items) {
                    let phrase = Inline.plain(item.text).phrase
                    if phrase.has("initial") {
                        takeBareStage("investigating", title: "Investigating", item.lines.lowerBound)
                    }
                    if phrase.has("resol") { takeBareStage("resolved", title: "Resolved", item.lines.lowerBound) }
                }
            }
        }
        finishStatusPage()
    }

    private mutating func takeBareStage(_ stage: String, title: String, _ line: Int) {
        guard let id = stage.slug, claimID("stage", id) else { return }
        var record = DraftRecord(id: id)
        record.set("on", Self.moment(of: id))
        record.set("title", title)
        guard let place = add(["status-page", "stages"], record, line: line) else { return }
        ask(
            at: line, "The status page says \"\(title)\" and no text for it is given: what does the post say?",
            meanwhile: "its title alone", place)
    }

    private mutating func finishStatusPage() {
        guard draft[["status-page"]] != nil else { return }
        if draft[["status-page", "stages"]] == nil {
            ask(
                [], "Which posts are made on the status page, and when?", [], meanwhile: "none by itself",
                ["status-page"])
        }
        guard draft[["status-page", "required"]] == nil else { return }
        ask(
            [], "For which incidents is a post on the status page owed?",
            ["always"] + ladder.dropLast().map { "severity at least \($0.id)" },
            meanwhile: "always", ["status-page"])
    }
}
