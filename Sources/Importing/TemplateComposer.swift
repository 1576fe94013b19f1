/// Turns a message with places to fill into template text.
///
/// A place becomes a placeholder where the words around it leave no doubt what is meant, and a question to the writer
/// of the message everywhere else: asking once too often does no harm, and a wrong fact does.
struct TemplateComposer {
    /// The id of the role of that name; nil when there is none.
    let role: (String) -> String?
    /// Whether a text names severities of the ladder.
    let namesSeverities: (String) -> Bool
    /// Whether people outside read it: they are not told titles and causes in the words of engineers.
    let isExternal: Bool

    private(set) var lines: [String] = []
    private(set) var subject: String?
    private(set) var title: String?
    private(set) var asks: [Ask] = []
    private(set) var facts = 0
    private(set) var statuses: [(word: String, line: Int)] = []
    private(set) var questions: [Question] = []

    struct Ask: Hashable {
        let id: String
        let title: String
        let isRequired: Bool
    }

    struct Question: Hashable {
        let line: Int
        let question: String
        let choices: [String]
        let meanwhile: String
    }

    init(role: @escaping (String) -> String?, namesSeverities: @escaping (String) -> Bool, isExternal: Bool) {
        self.role = role
        self.namesSeverities = namesSeverities
        self.isExternal = isExternal
    }

    var body: String {
        var body = lines
        while body.last?.isEmpty == true { body.removeLast() }
        while body.first?.isEmpty == true { body.removeFirst() }
        return body.joined(separator: "\n")
    }

    /// Whether it has places to fill, and is not one message of one incident with its times and dates.
    var isTemplate: Bool { (facts > 0 || !asks.isEmpty) && !body.withoutPlaceholders.holdsTimeOfDay }

    mutating func read(_ content: [SourceLine]) {
        var heading = ""
        var index = 0
        while index < content.count {
            let line = content[index]
            let text = line.text
            if lines.allSatisfy(\.isEmpty), let address = Self.recipients(text),
                content[index...].contains(where: { Self.value(of: "subject", $0.text) != nil })
            {
                questions.append(
                    Question(
                        line: line.number, question: "\"\(address)\": is that the audience of the message?",
                        choices: ["the audience", "others"],
                        meanwhile: "the message goes to its audience, and the line is not part of it"))
            } else if subject == nil, lines.allSatisfy(\.isEmpty), let value = Self.value(of: "subject", text) {
                subject = composed(value, label: "subject", heading: "", line.number)
            } else if title == nil, lines.allSatisfy(\.isEmpty), let value = Self.value(of: "title", text),
                Self.value(of: "severity", text) == nil,
                isExternal
            {
                title = composed(value, label: "title", heading: "", line.number)
            } else if let list = listPath(heading), let run = bulletRun(content, from: index) {
                lines.append("{{\(list)|list}}")
                facts += 1
                index += run
                continue
            } else if heading.phrase.isOnly("timeline"), let run = momentRun(content, from: index) {
                lines.append("{{timeline.milestones|list}}")
                facts += 1
                index += run
                continue
            } else {
                lines.append(composed(text, heading: heading, line.number))
            }
            if !text.isEmpty {
                let isHeading = text.trimmed.hasSuffix(":") || text.trimmed.hasSuffix(":**")
                if isHeading { heading = Inline.plain(text).filter { $0 != ":" } }
            }
            index += 1
        }
    }

    /// `To: partners@example.org` above the subject of a mail.
    private static func recipients(_ text: String) -> String? {
        for label in ["to", "cc", "bcc", "from"] where value(of: label, text) != nil { return text.trimmed }
        return nil
    }

    private static func value(of label: String, _ text: String) -> String? {
        guard let labelled = Labelled(text.trimmed), labelled.label.lowercased() == label, !labelled.value.isEmpty
        else { return nil }
        return labelled.value
    }

    // MARK: Lists

    /// What a list below this heading is, when Tocsin knows it.
    private func listPath(_ heading: String) -> String? {
        switch heading.phrase.joined {
        case "what we know", "findings", "what we know so far", "current findings": "findings"
        case "actions taken", "actions so far", "what we have done": "actions-taken"
        case "next steps", "what happens next": isExternal ? nil : "next-steps"
        default: nil
        }
    }

    /// How many lines of nothing but times of day and what happened then follow: an example of a timeline.
    private func momentRun(_ content: [SourceLine], from index: Int) -> Int? {
        let run = content[index...].prefix { line in
            let text = line.trimmed.drop { "-*• ".contains($0) }
            return line.trimmed.first.map { "-*•".contains($0) } == true && text.prefix(2).allSatisfy(\.isNumber)
                && text.dropFirst(2).first == ":"
        }
        return run.count > 1 ? run.count : nil
    }

    /// How many lines of nothing but a bullet and a place to fill follow.
    private func bulletRun(_ content: [SourceLine], from index: Int) -> Int? {
        let run = content[index...].prefix { line in
            guard let first = line.trimmed.first, "-*•".contains(first) else { return false }
            let parts = Blank.parts(of: line.trimmed.dropFirst().trimmed, angles: true)
            if parts.count == 1, case .blank = parts[0] { return true }
            return false
        }
        return run.isEmpty ? nil : run.count
    }

    // MARK: Lines

    private mutating func composed(_ text: String, heading: String, _ line: Int) -> String {
        let indent = text.prefix { $0 == " " }
        var rest = text.dropFirst(indent.count)
        var bullet = ""
        if let first = rest.first, "-*•".contains(first), rest.dropFirst().first == " " {
            bullet = String(rest.prefix(2))
            rest = rest.dropFirst(2)
        }
        // `:rotating_light: ` is a picture and no label.
        while rest.first == ":", let end = rest.dropFirst().firstIndex(of: ":"),
            rest[rest.index(after: rest.startIndex)..<end].allSatisfy({ $0.isLetter || $0 == "_" })
        {
            let picture = rest[...end]
            bullet += picture
            rest = rest[rest.index(after: end)...]
            let spaces = rest.prefix { $0 == " " }
            bullet += spaces
            rest = rest.dropFirst(spaces.count)
        }
        guard let (label, start, value) = Self.split(String(rest)) else {
            return indent + bullet + composed(String(rest), label: "", heading: heading, line)
        }
        return indent + bullet + start + composed(value, label: label, heading: heading, line)
    }

    /// The label of a line, all that stands before its value, and the value.
    private static func split(_ text: String) -> (label: String, start: String, value: String)? {
        if text.hasPrefix("**"), let close = text.dropFirst(2).firstRange(of: "**")?.upperBound {
            let head = text[..<close]
            let rest = text[close...]
            guard rest.hasPrefix(":") || head.hasSuffix(":**") else { return nil }
            let mark = rest.hasPrefix(":") ? ":" : ""
            let value = rest.dropFirst(mark.count)
            let space = value.prefix { $0 == " " }
            return (
                Inline.plain(String(head)).filter { $0 != ":" }, head + mark + space,
                String(value.dropFirst(space.count))
            )
        }
        guard let colon = text.firstRange(of: ": ") else { return nil }
        let label = text[..<colon.lowerBound]
        guard label.split(separator: " ").count <= 6, !label.contains(where: { "[.,".contains($0) }) else { return nil }
        return (Inline.plain(String(label)), String(text[..<colon.upperBound]), String(text[colon.upperBound...]))
    }

    private mutating func composed(_ value: String, label: String, heading: String, _ line: Int) -> String {
        if let whole = wholeValue(value.trimmed, label, line) { return whole }
        let parts = Blank.parts(of: value, angles: true)
        var text = ""
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let literal): text += withAddress(withPeople(literal.escapingPlaceholders))
            case .blank(let blank):
                let after: String
                if index + 1 < parts.count, case .literal(let literal) = parts[index + 1] {
                    after = literal
                } else {
                    after = ""
                }
                if isTag(blank, index, parts, label) {
                    text += "[\(blank.content)]"
                    questions.append(
                        Question(
                            line: line, question: "Is \"[\(blank.content)]\" part of the text or a place to fill?",
                            choices: ["part of the text", "a place to fill"], meanwhile: "part of the text"))
                } else {
                    let filled = replacement(blank, before: text, after: after, label: label, heading: heading, line)
                    // The letters of `SEV[1/2]` belong to the severity.
                    if filled == "{{severity.label}}", !namesSeverities(blank.content) {
                        while text.last?.isLetter == true || text.last == "-" { text.removeLast() }
                    }
                    text += filled
                }
            }
        }
        return text.withoutTakenUnits
    }

    /// `[URGENT] Production Incident`: a mark at the beginning of a subject.
    private func isTag(_ blank: Blank, _ index: Int, _ parts: [Blank.Part], _ label: String) -> Bool {
        guard index == 0, parts.count > 1, label == "subject" || label == "title", blank.kind == .text,
            case .literal(let next) = parts[1], next.hasPrefix(" ")
        else { return false }
        return !blank.content.contains(" ") && fact(blank.content.phrase, "".phrase) == nil
    }

    /// The address of one incident on the status page is that of any.
    private mutating func withAddress(_ text: String) -> String {
        guard text.phrase.has("status page"), let address = Inline.firstAddress(text),
            address.contains("INC-") || address.contains("incidents/")
        else {
            return text
        }
        return text.replacing(address, with: taken("status-page.link"))
    }

    /// `@person1, @person2, @person3` are those who took part.
    private mutating func withPeople(_ text: String) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard let first = words.firstIndex(where: { $0.hasPrefix("@") && $0.hasSuffix(",") }) else { return text }
        let run = words[first...].prefix { $0.hasPrefix("@") }
        guard run.count > 1 else { return text }
        return (words[..<first] + [Substring(taken("participants"))] + words[run.endIndex...]).joined(separator: " ")
    }

    // MARK: Values

    /// Values that are one thing as a whole: `SEV[1/2]`, `P1/P2/P3`, `@your-name`, `[X] minutes/hours`.
    private mutating func wholeValue(_ value: String, _ label: String, _ line: Int) -> String? {
        let name = label.phrase
        let isSeverity = name.isOnly("sever", "sev", "priority", "incident sever")
        if isSeverity, value.contains("[") || value.contains("/") || namesSeverities(value), value.count < 60 {
            return taken("severity.label")
        }
        let choices = Blank.bareChoice(value) ?? []
        if StatusLexicon.isVocabulary(choices) {
            for word in choices { statuses.append((word, line)) }
            return taken("status.label")
        }
        if value.hasPrefix("@"), !value.contains(" "), let id = role(label) {
            return taken("role.\(id)")
        }
        if name.has("duration"), !isExternal || label.phrase.isOnly("duration"), value.contains("["),
            !value.phrase.has("start", "impact")
        {
            return taken("duration|duration")
        }
        return nil
    }

    private mutating func taken(_ placeholder: String) -> String {
        facts += 1
        return "{{\(placeholder)}}"
    }

    private mutating func replacement(
        _ blank: Blank, before: String, after: String, label: String, heading: String, _ line: Int
    ) -> String {
        if case .choice(let words) = blank.kind {
            if StatusLexicon.isVocabulary(words) {
                for word in words { statuses.append((word, line)) }
                return taken("status.label")
            }
            let prefix = before.split(separator: " ").last.map(String.init) ?? ""
            if words.allSatisfy({ namesSeverities($0) || namesSeverities(prefix + $0) }) {
                return taken("severity.label")
            }
            if words.map({ $0.phrase.joined }) == ["updated", "updating", "not needed"] {
                return taken("status-page.decision")
            }
        }
        if blank.kind == .person || label.phrase.has("commander", "lead", "comms", "scribe")
            || label.phrase.isOnly("ic", "tl")
        {
            if let id = role(label) ?? role(blank.content) { return taken("role.\(id)") }
        }
        if let path = fact(blank.content.phrase, label.phrase) ?? time(blank.content.phrase, before, after, label) {
            return taken(path + alternative(blank.content))
        }
        return asked(blank, label: label, heading: heading, after: after)
    }

    /// `[If known, otherwise "TBD"]` says what to write when it is not.
    private func alternative(_ content: String) -> String {
        if content.phrase.has("if applicable", "if available", "if any", "optional") { return "|optional" }
        let quoted = content.split(separator: "\"", omittingEmptySubsequences: false)
        guard quoted.count >= 3, content.phrase.has("or", "otherwise", "else"),
            !quoted[1].contains(where: { "|}{".contains($0) })
        else { return "" }
        return "|or:\(quoted[1])"
    }

    /// The fact that a place stands for, by what it says and by the label before it.
    private func fact(_ content: Phrase, _ label: Phrase) -> String? {
        let joined = content.joined
        switch joined {
        case "incident id", "incident key", "incident number", "id": return "incident.key"
        case "service", "service name", "services", "affected service", "affected services", "service feature",
            "feature service",
            "users features services":
            return "service.name"
        case "customer name", "recipient", "recipient name": return "recipient.name"
        case "severity", "sev", "priority", "sev x", "p x", "level", "incident level", "severity level":
            return "severity.label"
        case "status", "current status": return "status.label"
        case "incident title", "incident name", "title": return isExternal ? nil : "incident.title"
        case "start time", "start date time": return "started|datetime"
        case "end time", "end date time": return "resolved|datetime"
        case "duration", "total time", "x hours y minutes", "total incident duration", "total duration":
            return "duration|duration"
        case "incident link", "link to incident", "link to incident doc", "incident url": return "incident.link"
        default: break
        }
        if label.has("tracking", "incident link", "incident doc"), content.has("link"), !label.has("ticket") {
            return "incident.link"
        }
        if label.has("postmortem", "post mortem", "review"), content.has("link") { return "review.link" }
        if label.has("review scheduled", "postmortem scheduled", "post mortem"), content.has("date", "time") {
            return "review.scheduled|datetime"
        }
        if label.isOnly("eta", "estimated resolution", "eta to resolution", "expected resolution") { return "eta|time" }
        if label.isOnly("war room", "bridge"), content.has("link", "zoom", "url") { return "bridge" }
        if label.has("response team", "participants", "responders") { return "participants" }
        guard !isExternal else { return nil }
        if label.isOnly("impact", "affected users"), content.has("descr", "who", "what", "summary", "user", "customer")
        {
            return "impact"
        }
        if label.isOnly("title", "summary", "incident", "subject"), content.has("brief", "descr", "title", "name") {
            return "incident.title"
        }
        if label.isOnly("root cause"), content.has("brief", "descr", "cause") { return "root-cause" }
        if label.isOnly("resolution"), content.has("what", "descr", "brief", "fix") { return "resolution" }
        if label.isOnly("affected"), content.has("service", "feature", "user") { return "service.name" }
        if joined == "brief description" || joined == "description", label.words.isEmpty || label.has("incident") {
            return "incident.title"
        }
        return nil
    }

    /// The moment for which `[Time]` stands.
    private func time(_ content: Phrase, _ before: String, _ after: String, _ label: String) -> String? {
        let isTime = content.isOnly(
            "time", "hh mm", "hh mm timezone", "timestamp", "time of next update", "date time", "incident date time")
        let label = label.phrase
        if label.has("next update", "next message", "next notice", "next report", "next news") {
            return content.has("time", "hh", "when") ? "next-update|time" : nil
        }
        if label.has("started", "start time", "start"), content.has("time", "hh") { return "started|time" }
        if label.has("detect"), isTime { return "detected|time" }
        if content.isOnly("date", "incident date", "incident date time") { return "started|date" }
        if content.isOnly("estimated time"), before.phrase.has("within") { return "eta|duration" }
        guard isTime else { return nil }
        if label.isOnly("posted", "updated") { return "now|time" }
        if label.isOnly("resolved") { return "resolved|time" }
        let around = (before + " " + after).phrase
        if before.phrase.has(
            "next update", "next news", "next message", "next notice", "write again", "update you", "back to you")
        {
            return "next-update|time"
        }
        if around.has("began", "started", "issue start") { return "started|time" }
        if around.has("detected") { return "detected|time" }
        if around.has("restored", "resolved", "fixed", "solved") { return "resolved|time" }
        return around.has("update") ? "now|time" : nil
    }

    // MARK: Asks

    private mutating func asked(_ blank: Blank, label: String, heading: String, after: String) -> String {
        let isVague =
            blank.content.phrase.words.isEmpty
            || [
                "time", "date", "number", "link", "description", "brief description", "brief summary", "item", "name",
                "action", "percentage",
                "number percentage", "summary", "x", "if available", "if applicable",
            ].contains(blank.content.phrase.joined)
        let around = label.isEmpty ? heading : label
        var title = blank.content
        if isVague, !around.isEmpty {
            title = around + (blank.content.isEmpty ? "" : " (\(blank.content.lowercased()))")
        }
        if title.isEmpty { title = after.phrase.words.prefix(4).joined(separator: " ") }
        title = Inline.plain(title).capitalised
        if title.isEmpty { title = "Text" }
        let isOptional = blank.content.phrase.has("if applicable", "if available", "if any", "optional", "if known")
        let short = around.isEmpty ? title : around
        let wanted = (short.slug ?? title.slug ?? "text")
        if let known = asks.first(where: { $0.title == title }) { return "{{text.\(known.id)}}" }
        var id = wanted
        var number = 2
        while asks.contains(where: { $0.id == id }) {
            id = "\(wanted)-\(number)"
            number += 1
        }
        asks.append(Ask(id: id, title: title, isRequired: !isOptional))
        return "{{text.\(id)}}".replacing("}}", with: (isOptional ? "|optional" : alternative(blank.content)) + "}}")
    }
}

extension String {
    /// Two braces begin no placeholder.
    var escapingPlaceholders: String { replacing("{{", with: "\\{{") }

    /// The words that a computed value brings with it: `{{duration|duration}} minutes/hours`, `{{now|time}} ET`.
    fileprivate var withoutTakenUnits: String {
        var text = self
        for unit in [" minutes/hours", " hours/minutes", " minutes", " hours"] {
            text = text.replacing("|duration}}" + unit, with: "|duration}}")
        }
        for zone in [" UTC", " ET", " PT", " CT", " PST", " PDT", " EST", " EDT", " CET", " CEST", " GMT", " BST"] {
            for filter in ["|time}}", "|datetime}}"] { text = text.replacing(filter + zone, with: filter) }
        }
        return text
    }

    fileprivate var withoutPlaceholders: String {
        components(separatedBy: "}}").map { part in
            part.firstRange(of: "{{").map { String(part[..<$0.lowerBound]) } ?? part
        }.joined(separator: " ")
    }

    private func components(separatedBy mark: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }

    /// `14:30`, `2:30 PM`, but not `10:1`.
    fileprivate var holdsTimeOfDay: Bool {
        let characters = Array(self)
        return characters.indices.contains { index in
            characters[index] == ":" && index > 0 && characters[index - 1].isNumber && index + 2 < characters.count
                && characters[index + 1].isNumber && characters[index + 2].isNumber
        }
    }
}
