/// A value that is written as a word, or as a word with a name in parentheses.
protocol CallNotation: Sendable {
    static var forms: CallForms { get }
    /// Total over the calls that `forms` allows.
    init?(_ call: Call)
}

extension Shape {
    static func notation<Value: CallNotation>(_ type: Value.Type) -> Shape { .call(type.forms) }
}

extension RecordReader {
    mutating func call<Value: CallNotation>(_ key: String) -> Value? {
        let call: Call? = optional(key)
        return call.map(Self.value)
    }

    /// Of a key that is required.
    mutating func requiredCall<Value: CallNotation>(_ key: String) -> Value { Self.value(value(key)) }

    mutating func calls<Value: CallNotation>(_ key: String) -> [Value] { values(key).map(Self.value) }

    private static func value<Value: CallNotation>(_ call: Call) -> Value {
        guard let value = Value(call) else {
            preconditionFailure("\(Value.self) lists the form \(call.word) and does not read it")
        }
        return value
    }

    /// One of the words of a choice.
    mutating func word<Word: RawRepresentable<String> & Sendable>(_ key: String) -> Word? {
        let text: String? = optional(key)
        return text.map(Self.word)
    }

    /// Of a key that is required.
    mutating func requiredWord<Word: RawRepresentable<String> & Sendable>(_ key: String) -> Word {
        Self.word(value(key))
    }

    mutating func words<Word: RawRepresentable<String> & Sendable>(_ key: String) -> [Word] {
        values(key).map(Self.word)
    }

    static func word<Word: RawRepresentable<String> & Sendable>(_ text: String) -> Word {
        guard let word = Word(rawValue: text) else {
            preconditionFailure("the shape allows \"\(text)\", which is no \(Word.self)")
        }
        return word
    }
}

/// A choice whose words say what they mean, in the reference and in editors.
protocol DescribedWord: CaseIterable, RawRepresentable<String> {
    var meaning: String { get }
}

extension Shape {
    static func word<Word: DescribedWord>(of type: Word.Type) -> Shape {
        .choice(Word.allCases.map { Choice($0.rawValue, $0.meaning) })
    }

    static func word<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> Shape {
        .choice(Word.allCases.map { Choice($0.rawValue) })
    }
}
