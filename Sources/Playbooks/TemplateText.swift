/// A text with placeholders: `Next update: {{next-update|time|or:TBD}}`.
///
/// What is missing is never left out silently: it stands in the text as `[next update]` and is counted, unless the
/// placeholder says what to write instead or that its line may be left out. The texts that are put in are not read
/// again, so a value that holds braces is a value that holds braces.
public struct TemplateText: Hashable, Sendable {
    public let parts: [Part]

    public enum Part: Hashable, Sendable {
        case text(String)
        case placeholder(Placeholder)
    }

    public struct Placeholder: Hashable, Sendable {
        public let path: TemplatePath
        public let filters: [Filter]
        /// What a gap is called: the question, the field's title.
        public let title: String

        public init(_ path: TemplatePath, filters: [Filter] = [], title: String) {
            self.path = path
            self.filters = filters
            self.title = title
        }

        public var isOptional: Bool { filters.contains(.optional) }
    }

    public enum Filter: Hashable, Sendable {
        /// The time of day in the template's zone, with its abbreviation.
        case time
        case date
        case datetime
        /// Of an instant: how long until or since then.
        case duration
        /// One line each, with a dash.
        case list
        case percent
        /// What is written when the value is missing.
        case or(String)
        /// The whole line is left out when the value is missing.
        case optional
    }

    public init(_ parts: [Part]) {
        self.parts = parts
    }

    public var placeholders: [Placeholder] {
        parts.compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } }
    }

    /// In a template. Nobody reads a message with more.
    public static let placeholderLimit = 200
}

extension TemplateText: CustomStringConvertible {
    /// As it is written in a document.
    public var description: String {
        parts.map { part in
            switch part {
            case .text(let text):
                text.split(separator: "{{", omittingEmptySubsequences: false).joined(separator: "\\{{")
            case .placeholder(let placeholder): placeholder.description
            }
        }.joined()
    }
}

extension TemplateText.Placeholder: CustomStringConvertible {
    /// As it is written in a document.
    public var description: String {
        let pieces = [path.description] + filters.map(\.description)
        return "{{\(pieces.joined(separator: "|"))}}"
    }
}

extension TemplateText.Filter: CustomStringConvertible {
    public var description: String {
        switch self {
        case .time: "time"
        case .date: "date"
        case .datetime: "datetime"
        case .duration: "duration"
        case .list: "list"
        case .percent: "percent"
        case .or(let text): "or:\(text)"
        case .optional: "optional"
        }
    }

    /// For the reference.
    static let meanings: [(form: String, meaning: String)] = [
        ("time", "the time of day in the template's zone, with the zone's abbreviation"),
        ("date", "the date"),
        ("datetime", "date and time, with the zone's abbreviation"),
        ("duration", "a length of time; of a time, how long until or since then"),
        ("list", "one line each, with a dash"),
        ("percent", "as a percentage; of a field, its share of what it is counted of"),
        ("or:TEXT", "what to write when the value is missing"),
        ("optional", "leaves out the whole line when the value is missing"),
    ]
}

/// The names that a template may use.
public struct TemplateNames: Sendable {
    public var names: [NameKind: [String]]
    /// The titles of fields and questions, for gaps.
    public var titles: [String: String]

    public init(_ names: [NameKind: [String]] = [:], titles: [String: String] = [:]) {
        self.names = names
        self.titles = titles
    }
}

/// What is wrong with the text of a template. `offset` counts Unicode scalars from 0.
public struct TemplateFault: Error, Hashable, Sendable {
    public let offset: Int
    public let reason: String
    /// Whether it is a name that nothing has, rather than the way in which it is written.
    public let isUnknownName: Bool
}
