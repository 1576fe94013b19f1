import Notation

/// Reads the members of a JSON object one by one, with type and bounds, and collects everything that is wrong. Where a
/// value is wrong a stand-in is returned (an empty text, the lowest number), and the whole reading throws at the end, so a
/// stand-in never gets further than the closure that reads.
///
/// A member that nobody asked for is a fault too: a client that believes to have set `role` must hear that it has not (S5).
public struct BodyReader {
    /// Faults beyond these help nobody.
    public static let mostFaults = 50

    private let members: [JSON.Member]
    private let pointer: String
    private var known: Set<String> = []
    private var faults: [InputFault] = []

    /// Reads a body. Throws `InputFaults` with all that is wrong.
    public static func read<Value>(_ json: JSON, _ read: (inout BodyReader) -> Value) throws(InputFaults) -> Value {
        guard let members = json.members else { throw InputFaults([InputFault(at: "", "must be an object")]) }
        var reader = BodyReader(members, at: "")
        let value = read(&reader)
        let faults = reader.finished()
        guard faults.isEmpty else { throw InputFaults(Array(faults.prefix(mostFaults))) }
        return value
    }

    private init(_ members: [JSON.Member], at pointer: String) {
        self.members = members
        self.pointer = pointer
    }

    // MARK: Texts

    /// A text that must be there, with a length in bytes of UTF-8. Line ends and tabs are taken, other control characters
    /// are not: they change what a terminal or a mail shows.
    public mutating func text(_ name: String, _ length: ClosedRange<Int> = 1...1_000) -> String {
        guard let value = required(name) else { return "" }
        return text(value, at: place(name), length)
    }

    /// Nil when the member is absent or null.
    public mutating func optionalText(_ name: String, _ length: ClosedRange<Int> = 1...1_000) -> String? {
        optional(name).map { text($0, at: place(name), length) }
    }

    /// A text that may be left out and stands for something then, but must not be null.
    public mutating func text(
        _ name: String, _ length: ClosedRange<Int> = 1...1_000, unlessGiven fallback: String
    ) -> String {
        known.insert(name)
        guard let value = members.first(where: { $0.name == name })?.value else { return fallback }
        return text(value, at: place(name), length)
    }

    /// One of the words that a closed set knows.
    public mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _: Choice.Type = Choice.self
    ) -> Choice where Choice.RawValue == String {
        let fallback = Choice.allCases[Choice.allCases.startIndex]
        guard let value = required(name) else { return fallback }
        return choice(value, at: place(name)) ?? fallback
    }

    public mutating func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _: Choice.Type = Choice.self
    ) -> Choice? where Choice.RawValue == String {
        guard let value = optional(name) else { return nil }
        return choice(value, at: place(name))
    }

    // MARK: Numbers and flags

    public mutating func integer(_ name: String, _ range: ClosedRange<Int64>) -> Int64 {
        guard let value = required(name) else { return range.lowerBound }
        return integer(value, at: place(name), range)
    }

    public mutating func optionalInteger(_ name: String, _ range: ClosedRange<Int64>) -> Int64? {
        optional(name).map { integer($0, at: place(name), range) }
    }

    public mutating func flag(_ name: String) -> Bool {
        guard let value = required(name) else { return false }
        return flag(value, at: place(name))
    }

    public mutating func optionalFlag(_ name: String) -> Bool? {
        optional(name).map { flag($0, at: place(name)) }
    }

    // MARK: Structure

    /// A value that the caller judges; nil when it is absent. Report what is wrong with `fault`.
    public mutating func json(_ name: String) -> JSON? { optional(name) }

    /// An object that must be there; nil (and a fault) when it is not.
    public mutating func object<Value>(_ name: String, _ read: (inout BodyReader) -> Value) -> Value? {
        guard let value = required(name) else { return nil }
        return object(value, at: place(name), read)
    }

    public mutating func optionalObject<Value>(_ name: String, _ read: (inout BodyReader) -> Value) -> Value? {
        guard let value = optional(name) else { return nil }
        return object(value, at: place(name), read)
    }

    /// An array of objects; empty when it is absent and `count` allows none.
    public mutating func list<Value>(
        _ name: String, _ count: ClosedRange<Int>, _ read: (inout BodyReader) -> Value
    ) -> [Value] {
        elements(name, count).compactMap { object($0.value, at: $0.place, read) }
    }

    /// An array of texts.
    public mutating func texts(_ name: String, _ count: ClosedRange<Int>, _ length: ClosedRange<Int> = 1...1_000)
        -> [String]
    {
        elements(name, count).map { text($0.value, at: $0.place, length) }
    }

    /// An object of texts by name, such as labels, in the order of the body.
    public mutating func dictionary(
        _ name: String, _ count: ClosedRange<Int>, _ length: ClosedRange<Int> = 0...1_000
    ) -> [(name: String, value: String)] {
        guard let value = count.contains(0) ? optional(name) : required(name) else { return [] }
        guard let members = value.members, count.contains(members.count) else {
            fault(at: place(name), "must be an object of \(Self.describe(count)) texts")
            return []
        }
        return members.map { ($0.name, text($0.value, at: place(name) + "/" + JSONPointer.escape($0.name), length)) }
    }

    /// Reports what only the handler can know to be wrong.
    public mutating func fault(_ name: String, _ reason: String) {
        fault(at: place(name), reason)
    }

    // MARK: Leaves

    private mutating func optional(_ name: String) -> JSON? {
        known.insert(name)
        guard let value = members.first(where: { $0.name == name })?.value, !value.isNull else { return nil }
        return value
    }

    private mutating func required(_ name: String) -> JSON? {
        guard let value = optional(name) else {
            fault(at: place(name), "is missing")
            return nil
        }
        return value
    }

    private mutating func elements(_ name: String, _ count: ClosedRange<Int>) -> [(value: JSON, place: String)] {
        guard let value = count.contains(0) ? optional(name) : required(name) else { return [] }
        guard let elements = value.array, count.contains(elements.count) else {
            fault(at: place(name), "must be an array of \(Self.describe(count)) elements")
            return []
        }
        return elements.enumerated().map { ($0.element, place(name) + "/\($0.offset)") }
    }

    private mutating func text(_ value: JSON, at place: String, _ length: ClosedRange<Int>) -> String {
        guard let text = value.string else {
            fault(at: place, "must be a text")
            return ""
        }
        guard length.contains(text.utf8.count) else {
            fault(at: place, "must have \(Self.describe(length)) bytes, and has \(text.utf8.count)")
            return ""
        }
        guard text.unicodeScalars.allSatisfy(Self.isPrintable) else {
            fault(at: place, "must not hold control characters")
            return ""
        }
        return text
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a, 0x0d: true
        case ..<0x20, 0x7f..<0xa0: false
        // Marks that turn the reading direction around make a text say one thing and show another (F20).
        case 0x202a...0x202e, 0x2066...0x2069: false
        default: true
        }
    }

    private mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ value: JSON, at place: String
    ) -> Choice? where Choice.RawValue == String {
        if let word = value.string, let choice = Choice(rawValue: word) { return choice }
        fault(at: place, "must be one of " + Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
        return nil
    }

    private mutating func integer(_ value: JSON, at place: String, _ range: ClosedRange<Int64>) -> Int64 {
        guard let number = value.integer ?? Self.whole(value), range.contains(number) else {
            fault(at: place, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return range.lowerBound
        }
        return number
    }

    /// `1.0` is a whole number too (JSON Schema 2020-12 §6.1.1), as long as a double holds it exactly.
    private static func whole(_ value: JSON) -> Int64? {
        guard case .double(let number) = value, abs(number) <= 0x1p53 else { return nil }
        return Int64(exactly: number)
    }

    private mutating func flag(_ value: JSON, at place: String) -> Bool {
        guard let flag = value.bool else {
            fault(at: place, "must be true or false")
            return false
        }
        return flag
    }

    private mutating func object<Value>(_ value: JSON, at place: String, _ read: (inout BodyReader) -> Value) -> Value?
    {
        guard let members = value.members else {
            fault(at: place, "must be an object")
            return nil
        }
        var reader = BodyReader(members, at: place)
        let result = read(&reader)
        for fault in reader.finished() { self.fault(at: fault.place, fault.reason) }
        return result
    }

    /// The faults, those of unknown members included.
    private func finished() -> [InputFault] {
        faults + members.filter { !known.contains($0.name) }.map { InputFault(at: place($0.name), "is not known here") }
    }

    private mutating func fault(at place: String, _ reason: String) {
        if faults.count < Self.mostFaults { faults.append(InputFault(at: place, reason)) }
    }

    private func place(_ name: String) -> String { pointer + "/" + JSONPointer.escape(name) }

    private static func describe(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }
}
