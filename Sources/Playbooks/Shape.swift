/// The grammar of a playbook document, as data: what may stand where. One value of it, `Playbook.shape`, is what
/// documents are checked against and what the JSON Schema for editors and the reference for people are made from, so
/// that the three cannot differ.
public indirect enum Shape: Hashable, Sendable {
    case leaf(Leaf)
    case integer(ClosedRange<Int>)
    /// One of these words.
    case choice([Choice])
    /// The name of the element in which it stands.
    case id(NameKind)
    /// The id of an element of one of these kinds.
    case reference([NameKind])
    /// A word, or a word with a name in parentheses: `declared`, `phase(triage)`.
    case call(CallForms)
    case list(Shape, ClosedRange<Int>)
    /// A map with keys of the writer's own.
    case table(key: Shape, value: Shape)
    /// One value for all severities, or a map from severity to value, with `others` for the rest.
    case bySeverity(Shape)
    case record(RecordShape)
    /// By what stands there: a text, a list or a map.
    case either(scalar: Shape?, list: Shape?, map: Shape?)

    /// A list of at most the usual number of elements.
    public static func list(of element: Shape) -> Shape { .list(element, 0...DocumentLimits.elements) }

    /// One element where there is one, or a list of them.
    public static func oneOrMore(_ element: Shape) -> Shape {
        .either(scalar: element, list: .list(element, 1...DocumentLimits.elements), map: nil)
    }

    public static func words(_ words: String...) -> Shape { .choice(words.map { Choice($0) }) }

    public struct Choice: Hashable, Sendable {
        public let word: String
        public let meaning: String?

        public init(_ word: String, _ meaning: String? = nil) {
            self.word = word
            self.meaning = meaning
        }
    }
}

/// A map with known keys.
public struct RecordShape: Hashable, Sendable {
    /// In the singular, as sentences and the reference call it.
    public let name: String
    public let summary: String
    public let fields: [Field]
    /// Exactly one of the keys of each group stands in a record.
    public let exactlyOneOf: [[String]]
    /// Keys without which a word of another key says nothing: an item of kind event needs its event.
    public let needs: [Need]
    /// Keys that are the ids of this kind, with values of this shape, besides the known ones.
    public let rest: Rest?
    /// The key whose value names the record when it has no `id`.
    public let nameKey: String?

    public struct Field: Hashable, Sendable {
        public let key: String
        public let isRequired: Bool
        public let summary: String
        public let shape: Shape
        /// What holds when the key is left out, in words.
        public let fallback: String?
    }

    public struct Need: Hashable, Sendable {
        public let key: String
        public let word: String
        /// Whether the word is what holds when its key is left out.
        public let isDefault: Bool
        public let needed: String

        public init(_ key: String, _ word: String, isDefault: Bool = false, needs needed: String) {
            self.key = key
            self.word = word
            self.isDefault = isDefault
            self.needed = needed
        }
    }

    public struct Rest: Hashable, Sendable {
        public let kind: NameKind
        public let shape: Shape
    }

    public init(
        _ name: String, _ summary: String, exactlyOneOf: [[String]] = [], needs: [Need] = [], rest: Rest? = nil,
        nameKey: String? = nil, _ fields: [Field]
    ) {
        precondition(fields.count <= 64, "a record has at most 64 keys, one a bit of what has been read of it")
        self.name = name
        self.summary = summary
        self.fields = fields
        self.exactlyOneOf = exactlyOneOf
        self.needs = needs
        self.rest = rest
        self.nameKey = nameKey
    }

    func index(of key: String) -> Int? { fields.firstIndex { $0.key == key } }
}

extension RecordShape.Field {
    public static func required(_ key: String, _ shape: Shape, _ summary: String) -> Self {
        Self(key: key, isRequired: true, summary: summary, shape: shape, fallback: nil)
    }

    public static func optional(_ key: String, _ shape: Shape, _ summary: String, otherwise fallback: String? = nil)
        -> Self
    {
        Self(key: key, isRequired: false, summary: summary, shape: shape, fallback: fallback)
    }
}

/// The words of a notation in which a name may stand in parentheses behind a word.
public struct CallForms: Hashable, Sendable {
    /// What they are for: `moment`, `event`.
    public let name: String
    public let forms: [Form]

    public struct Form: Hashable, Sendable {
        public let word: String
        public let argument: NameKind?
        /// Whether the word may stand without its argument.
        public let isArgumentOptional: Bool
        public let meaning: String

        public init(_ word: String, _ meaning: String) {
            self.word = word
            argument = nil
            isArgumentOptional = false
            self.meaning = meaning
        }

        public init(_ word: String, _ argument: NameKind, optional: Bool = false, _ meaning: String) {
            self.word = word
            self.argument = argument
            isArgumentOptional = optional
            self.meaning = meaning
        }
    }

    public init(_ name: String, _ forms: [Form]) {
        self.name = name
        self.forms = forms
    }
}

/// A value of a `CallForms` notation, known to be one of its forms.
public struct Call: Hashable, Sendable {
    public let word: String
    public let argument: String?
}
