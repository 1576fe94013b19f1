/// What a procedure calls people and teams, reduced to what two spellings have in common.
struct PartyName: Hashable, Sendable {
    let key: String
    /// As it is shown.
    let title: String

    init(_ text: String) {
        var title = Inline.plain(text)
        while let first = title.first, "@+".contains(first) || first == " " { title = String(title.dropFirst()) }
        if title.hasPrefix("[") && title.hasSuffix("]") { title = title.dropFirst().dropLast().trimmed }
        self.title = title.capitalised
        let words = (title.split(separator: "/").first.map(String.init) ?? title).phrase.words
        let joined = words.joined(separator: " ")
        let isCalled =
            joined.hasPrefix("on call") || joined.hasSuffix("on call") || joined.contains("oncall")
            || ["on duty", "engineer on duty", "developer on duty", "person on duty"].contains(joined)
            || joined.hasSuffix("duty engineer") || joined.hasSuffix("duty developer")
        if isCalled, words.contains("secondary") || words.contains("backup") || words.contains("second") {
            key = "secondary"
        } else if isCalled || ["primary", "on call", "oncall", "primary responder"].contains(joined) {
            key = "on-call"
        } else if joined == "secondary" || joined == "secondary responder" {
            key = "secondary"
        } else {
            key = joined == "em" ? "engineering manager" : joined
        }
    }

    /// What kind of target it is, by its words.
    var kind: String {
        let phrase = title.phrase
        if title.hasPrefix("#") { return "channel" }
        if key == "on-call" || key == "secondary" { return "schedule" }
        if phrase.has("provider", "vendor", "third party") { return "vendor" }
        if phrase.has(
            "team", "success", "legal", "compliance", "marketing", "support", "executives", "stakeholders", "security",
            "management",
            "leads", "customers", "group")
            && !phrase.has("manager", "team lead", "officer", "security lead", "director", "head")
        {
            return "team"
        }
        return "role"
    }
}

extension Recognition {
    /// The id of the target of that name; it is made when it is met first.
    mutating func target(_ text: String, line: Int, kind: String? = nil) -> String? {
        let name = PartyName(text)
        guard !name.key.isEmpty, name.title.count <= 80 else { return nil }
        if let id = targets[name.key] { return id }
        let id = newID("party", for: name.key == "on-call" || name.key == "secondary" ? name.key : shortened(name))
        var record = DraftRecord(id: id, title: name.title)
        record.set("kind", kind ?? name.kind)
        guard add(["targets"], record, line: line) != nil else { return nil }
        targets[name.key] = id
        if let (other, shared) = sharing(name) {
            ask(
                at: line, "Both \"\(name.title)\" and \"\(other)\" can be \(shared): are they the same person?",
                ["the same", "two"],
                meanwhile: "two", ["targets", id])
        }
        titles.append(name.title)
        return id
    }

    /// A target with one of whose names this one has a name in common: `CTO/VP Engineering` and `Director/VP
    /// Engineering`.
    private func sharing(_ name: PartyName) -> (other: String, shared: String)? {
        let parts = { (title: String) in title.split(separator: "/").map { $0.trimmed.lowercased() } }
        let own = parts(name.title)
        for title in titles where own.count > 1 || title.contains("/") {
            if let shared = parts(title).first(where: own.contains) { return (title, shared) }
        }
        return nil
    }

    private func shortened(_ name: PartyName) -> String {
        name.title.split(separator: "/").first.map(String.init)?.slug == nil
            ? name.title : String(name.title.split(separator: "/")[0])
    }

    /// Adds to what is known of a target; the first to say something is believed.
    mutating func describe(target id: String, _ key: String, _ value: DraftNode?, line: Int) {
        let path: DraftPath = ["targets", id, key]
        if let value, draft[path] == nil { draft.set(path, value, line: line) }
    }

    /// Several people in one cell: `Primary + Secondary On-Call`, `+ VP Engineering`.
    mutating func targets(in text: String, line: Int) -> [String] {
        text.split { "+&".contains($0) }.map { String($0).trimmed }.filter { !$0.isEmpty }
            .flatMap { $0.phrase.has("and") ? $0.split(separator: " and ").map(String.init) : [$0] }
            .compactMap { target($0, line: line) }.uniqued
    }

    /// Whether somebody named this reads like a person, a role or a team rather than like a sentence.
    func isParty(_ text: String) -> Bool {
        let name = PartyName(text)
        if targets[name.key] != nil || roles[name.key] != nil { return true }
        return name.title.split(separator: " ").count <= 5
            && name.title.phrase.has(
                "on call", "oncall", "engineer", "manager", "lead", "director", "cto", "ceo", "cio", "ciso", "vp",
                "head", "team",
                "primary", "secondary", "commander", "executive", "officer", "admin", "sre", "dba", "responder",
                "owner", "chief",
                "success", "legal", "support", "president", "stakeholder", "leadership", "management", "developer",
                "duty",
                "customer care", "board", "operator", "coordinator", "supervisor", "dispatcher", "liaison")
    }

    // MARK: Audiences

    /// The id of an audience; it is made when it is met first. Audiences share their ids with targets.
    @discardableResult
    mutating func audience(_ id: String, _ title: String, channels: [String], line: Int, when: String? = nil) -> String
    {
        if let known = audiences[id] { return known }
        let made = newID("party", for: id)
        audiences[id] = made
        var record = DraftRecord(id: made, title: title)
        record.set("channels", channels.map(DraftNode.text).isEmpty ? nil : .texts(channels))
        record.set("when", when)
        add(["audiences"], record, line: line)
        return made
    }

    /// Whom incidents are told inside.
    mutating func internalAudience(line: Int) -> String {
        if let known = audiences["internal"] { return known }
        let channel = Self.channel(in: lines)
        let id = audience(
            "internal", "Responders and engineering", channels: [channel?.name ?? "room"], line: channel?.line ?? line)
        let path: DraftPath = ["audiences", id]
        if let channel {
            noticed(at: channel.line, "the channel \(channel.name)", path)
        } else {
            ask([], "In which channel are incidents told inside?", [], meanwhile: "the room of the incident", path)
        }
        return id
    }

    mutating func customerAudience(line: Int) -> String {
        if let known = audiences["customers"] { return known }
        return audience("customers", "Customers", channels: ["email", "status-page"], line: line)
    }

    /// What was not said of those outside.
    mutating func finishAudiences() {
        guard let id = audiences["customers"] else { return }
        let path: DraftPath = ["audiences", id]
        if !knownWays {
            ask(
                [], "By which ways are customers told?", ["email", "status-page", "in-app", "feed"],
                meanwhile: "email and status page",
                path + "channels")
        }
        if draft[path + "when"] == nil {
            ask(
                [], "Of which incidents do customers hear?",
                ["all"] + ladder.dropLast().map { "severity at least \($0.id)" }, meanwhile: "all",
                path)
        }
    }

    mutating func executiveAudience(line: Int) -> String {
        if let known = audiences["leadership"] { return known }
        let id = audience("leadership", "Leadership", channels: ["email"], line: line)
        ask([line], "By which way is leadership told?", ["email", "a channel"], meanwhile: "email", ["audiences", id])
        return id
    }

    /// The first channel that is called `#incidents` or the like.
    private static func channel(in lines: [SourceLine]) -> (name: String, line: Int)? {
        for line in lines {
            for name in channels(in: line.text) where name.lowercased().contains("incident") {
                let isOfOne = name.contains { $0.isNumber } || name.contains("YYYY") || name.contains("[")
                if !isOfOne { return (name, line.number) }
            }
        }
        return nil
    }

    /// `#incidents`, but no heading and no anchor.
    static func channels(in text: String) -> [String] {
        var names: [String] = []
        var before: Character = " "
        var rest = text[...]
        while let hash = rest.firstIndex(of: "#") {
            if hash > rest.startIndex { before = rest[rest.index(before: hash)] }
            let name = rest[rest.index(after: hash)...].prefix { $0.isLetter || $0.isNumber || "-_[]".contains($0) }
            if !"(/&#".contains(before), name.first?.isLetter == true, !before.isLetter {
                names.append("#" + name)
            }
            rest = rest[rest.index(after: hash)...].dropFirst(name.count)
            before = name.last ?? "#"
        }
        return names
    }
}
