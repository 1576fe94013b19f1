/// One of the things that an element says, in a form in which two elements can be compared.
struct Aspect {
    /// What the sentence calls it; empty where the value speaks for itself.
    let name: String
    let content: Content

    enum Content: Equatable {
        /// Nil where the element says nothing of it.
        case value(String?)
        /// A longer text, of which only the size of the change is told.
        case text(String?)
        case entries([Entry], isOrdered: Bool)
        /// One value for each pair of severities; nil where nothing is said of it.
        case bySeverity([String?])
    }

    /// One of a list: what people know it by, and the rest.
    struct Entry: Equatable {
        let key: String
        var detail = ""
    }

    static func value(_ name: String, _ text: String?) -> Aspect { Aspect(name: name, content: .value(text)) }
    static func flag(_ name: String, _ flag: Bool) -> Aspect { .value(name, flag ? "yes" : "no") }
    static func quoted(_ name: String, _ text: String?) -> Aspect { .value(name, text.map { "\"\($0)\"" }) }
    static func text(_ name: String, _ text: String?) -> Aspect { Aspect(name: name, content: .text(text)) }

    /// Texts whose order says nothing.
    static func list(_ name: String, _ texts: [String]) -> Aspect {
        Aspect(name: name, content: .entries(texts.map { Entry(key: $0) }, isOrdered: false))
    }

    /// Texts in an order that says something.
    static func sequence(_ name: String, _ texts: [String]) -> Aspect { .entries(name, texts.map { Entry(key: $0) }) }

    static func entries(_ name: String, _ entries: [Entry]) -> Aspect {
        Aspect(name: name, content: .entries(entries, isOrdered: true))
    }

    static func bySeverity(_ name: String, _ values: [String?]) -> Aspect {
        Aspect(name: name, content: .bySeverity(values))
    }

    /// Nil for a condition that always holds.
    static func when(_ condition: Guard) -> Aspect {
        .value("condition", condition == .always ? nil : "\"\(condition)\"")
    }
}

/// The differences found so far.
struct ChangeList {
    private(set) var changes: [PlaybookComparison.Change] = []
    var topic: PlaybookComparison.Topic = .general
    /// How sentences call each pair of severities.
    let severities: [String]

    init(severities: [String]) {
        self.severities = severities
    }

    mutating func say(_ sentence: String, _ old: SourcePlace?, _ new: SourcePlace?) {
        changes.append(
            PlaybookComparison.Change(topic: topic, sentence: sentence, oldLine: old?.line, newLine: new?.line))
    }

    // MARK: Elements

    /// Compares two lists of elements, which are matched by their ids. The order of ordered ones says something.
    mutating func elements<Element>(
        _ noun: String, _ old: [Element], _ new: [Element], isOrdered: Bool = false, id: (Element) -> String,
        place: (Element) -> SourcePlace?, aspects: (Element, Side) -> [Aspect]
    ) {
        func subject(_ element: Element) -> String { "\(noun) \(id(element))" }
        for element in new {
            guard let before = old.first(where: { id($0) == id(element) }) else {
                say("\(subject(element)) added", nil, place(element))
                continue
            }
            one(subject(element), before, element, place: place, aspects: aspects)
        }
        for element in old where !new.contains(where: { id($0) == id(element) }) {
            say("\(subject(element)) removed", place(element), nil)
        }
        let newIDs = new.map(id)
        let oldIDs = old.map(id)
        if isOrdered, oldIDs.filter(newIDs.contains) != newIDs.filter(oldIDs.contains) {
            say("\(noun): another order", old.first.flatMap(place), new.first.flatMap(place))
        }
    }

    /// Which of the two an element belongs to.
    enum Side {
        case old, new
    }

    /// Compares two forms of one element.
    mutating func one<Element>(
        _ subject: String, _ old: Element, _ new: Element, place: (Element) -> SourcePlace?,
        aspects: (Element, Side) -> [Aspect]
    ) {
        aspectsOf(subject, aspects(old, .old), aspects(new, .new), place(old), place(new))
    }

    /// One that may be missing.
    mutating func optional<Element>(
        _ subject: String, _ old: Element?, _ new: Element?, place: (Element) -> SourcePlace?,
        aspects: (Element, Side) -> [Aspect]
    ) {
        switch (old, new) {
        case (nil, nil): return
        case (nil, let new?): say("\(subject) added", nil, place(new))
        case (let old?, nil): say("\(subject) removed", place(old), nil)
        case (let old?, let new?): one(subject, old, new, place: place, aspects: aspects)
        }
    }

    mutating func aspectsOf(
        _ subject: String, _ old: [Aspect], _ new: [Aspect], _ oldPlace: SourcePlace?, _ newPlace: SourcePlace?
    ) {
        for (before, after) in zip(old, new) where before.content != after.content {
            for sentence in sentences(before, after) { say("\(subject): \(sentence)", oldPlace, newPlace) }
        }
    }

    // MARK: Sentences

    private func sentences(_ old: Aspect, _ new: Aspect) -> [String] {
        switch (old.content, new.content) {
        case (.value(let before), .value(let after)): [Self.sentence(new.name, before, after)]
        case (.text(let before), .text(let after)): [Self.size(new.name, before, after)]
        case (.entries(let before, _), .entries(let after, let isOrdered)):
            Self.entries(new.name, before, after, isOrdered)
        case (.bySeverity(let before), .bySeverity(let after)): bySeverity(new.name, before, after)
        case (.value, _), (.text, _), (.entries, _), (.bySeverity, _):
            preconditionFailure("the aspects of one element are of one kind, whoever it belongs to")
        }
    }

    private static func sentence(_ name: String, _ old: String?, _ new: String?) -> String {
        let name = name.isEmpty ? "" : name + " "
        return switch (old, new) {
        case (let old?, let new?): "\(name)\(new.shown) instead of \(old.shown)"
        case (nil, let new?): "\(name)\(new.shown) added"
        case (let old?, nil): "\(name)\(old.shown) removed"
        case (nil, nil): "\(name)unchanged"
        }
    }

    /// `text changed (+3 -1 lines)`.
    private static func size(_ name: String, _ old: String?, _ new: String?) -> String {
        guard let old else { return "\(name) added" }
        guard let new else { return "\(name) removed" }
        let difference = lines(new).difference(from: lines(old))
        return "\(name) changed (+\(difference.insertions.count) -\(difference.removals.count) lines)"
    }

    private static func lines(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func entries(
        _ name: String, _ old: [Aspect.Entry], _ new: [Aspect.Entry], _ isOrdered: Bool
    ) -> [String] {
        var rest = old
        var sentences: [String] = []
        for entry in new {
            if let index = rest.firstIndex(of: entry) ?? rest.firstIndex(where: { $0.key == entry.key }) {
                let before = rest.remove(at: index)
                guard before != entry else { continue }
                let detail = sentence("", before.detail.nonempty, entry.detail.nonempty)
                sentences.append("\(name) \"\(entry.key.cut)\": \(detail)")
            } else {
                sentences.append("\(name) \"\(entry.key.cut)\" added")
            }
        }
        sentences += rest.map { "\(name) \"\($0.key.cut)\" removed" }
        return sentences.isEmpty && isOrdered ? ["\(name): another order"] : sentences
    }

    /// Severities with the same change are told together.
    private func bySeverity(_ name: String, _ old: [String?], _ new: [String?]) -> [String] {
        var sentences: [(text: String, severities: [String])] = []
        for (index, pair) in zip(old, new).enumerated() where pair.0 != pair.1 {
            let text = Self.sentence(name, pair.0, pair.1)
            if let known = sentences.firstIndex(where: { $0.text == text }) {
                sentences[known].severities.append(severities[index])
            } else {
                sentences.append((text, [severities[index]]))
            }
        }
        return sentences.map { sentence in
            sentence.severities.count == severities.count
                ? sentence.text : "\(sentence.text) (\(sentence.severities.joined(separator: ", ")))"
        }
    }
}

extension String {
    fileprivate var nonempty: String? { isEmpty ? nil : self }

    /// What is longer than a sentence bears is cut; a quotation stays one.
    fileprivate var shown: String {
        let short = cut
        return short.count < count && hasPrefix("\"") ? short + "\"" : short
    }
}
