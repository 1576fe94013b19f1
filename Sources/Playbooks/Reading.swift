/// What a part of a document was read as, once its shape has been checked.
struct Reading: Sendable {
    let place: DocumentPlace
    let value: Value

    indirect enum Value: Sendable {
        /// A value of the type that the leaf is read as.
        case leaf(any Sendable)
        case list([Reading])
        case table([Row])
        case bySeverity(BySeverity<Reading>)
        case record(Record)
    }

    struct Row: Sendable {
        let key: any Sendable
        let value: Reading
    }

    struct Record: Sendable {
        let shape: RecordShape
        let place: DocumentPlace
        /// By the index of the field; nil where the key was left out.
        let values: [Reading?]
        let rest: [Row]
    }

    /// The leaf as that type. A shape and the code that reads it agree, or a test of any document shows that they do
    /// not.
    func leaf<Leaf>(_ type: Leaf.Type = Leaf.self) -> Leaf {
        guard case .leaf(let value) = value, let leaf = value as? Leaf else {
            preconditionFailure("the shape does not give a \(Leaf.self) here: it gave \(value)")
        }
        return leaf
    }

    var elements: [Reading] {
        guard case .list(let elements) = value else { return [self] }
        return elements
    }

    var rows: [Row] {
        guard case .table(let rows) = value else { preconditionFailure("the shape gives no table here") }
        return rows
    }

    func bySeverity<Value: Hashable & Sendable>(_ read: (Reading) -> Value) -> BySeverity<Value> {
        guard case .bySeverity(let readings) = value else {
            preconditionFailure("the shape gives no values by severity here")
        }
        return readings.mapped(read)
    }

    func record<Element: DocumentRecord>(_ type: Element.Type = Element.self) -> Element {
        guard case .record(let record) = value else { preconditionFailure("the shape gives no record here") }
        return Element(record)
    }
}

/// A part of a playbook that stands in its document as a map with known keys.
///
/// The shape names the keys, the initialiser takes each of them, and reading any document fails in a test when the two
/// differ.
protocol DocumentRecord {
    static var shape: RecordShape { get }
    init(_ record: inout RecordReader)
}

extension DocumentRecord {
    init(_ record: Reading.Record) {
        var reader = RecordReader(record)
        self.init(&reader)
        reader.finish()
    }
}

/// Hands out the values of a record by their keys and remembers which were asked for.
struct RecordReader {
    private let record: Reading.Record
    private var asked: UInt64 = 0

    init(_ record: Reading.Record) {
        self.record = record
    }

    var source: SourcePlace { SourcePlace(record.place) }

    /// Values of keys that are ids themselves.
    var rest: [Reading.Row] { record.rest }

    mutating func reading(_ key: String) -> Reading? {
        guard let index = record.shape.index(of: key) else {
            preconditionFailure("the shape of a \(record.shape.name) has no key \"\(key)\"")
        }
        asked |= 1 << UInt64(index)
        return record.values[index]
    }

    /// Of a key that is required.
    mutating func value<Value>(_ key: String) -> Value {
        guard let reading = reading(key) else {
            preconditionFailure("a \(record.shape.name) has no \"\(key)\", which its shape should require")
        }
        return reading.leaf()
    }

    mutating func optional<Value>(_ key: String) -> Value? { reading(key)?.leaf() }

    mutating func flag(_ key: String, otherwise fallback: Bool = false) -> Bool { optional(key) ?? fallback }

    mutating func id<Element>(_ key: String = "id") -> ElementID<Element> { ElementID(value(key)) }

    mutating func optionalID<Element>(_ key: String) -> ElementID<Element>? {
        let text: String? = optional(key)
        return text.map { ElementID($0) }
    }

    mutating func ids<Element>(_ key: String) -> [ElementID<Element>] {
        values(key).map { (text: String) in ElementID(text) }
    }

    /// A list of leaves, or one where the shape allows one for a list; none when the key was left out.
    mutating func values<Value>(_ key: String) -> [Value] { reading(key)?.elements.map { $0.leaf() } ?? [] }

    mutating func record<Element: DocumentRecord>(_ key: String) -> Element? { reading(key)?.record() }

    mutating func records<Element: DocumentRecord>(_ key: String) -> [Element] {
        reading(key)?.elements.map { $0.record() } ?? []
    }

    mutating func bySeverity<Value: Hashable & Sendable>(_ key: String) -> BySeverity<Value>? {
        reading(key)?.bySeverity { $0.leaf() }
    }

    /// Of a key that is required.
    mutating func required<Element: DocumentRecord>(_ key: String) -> Element {
        guard let element: Element = record(key) else {
            preconditionFailure("a \(record.shape.name) has no \"\(key)\", which its shape should require")
        }
        return element
    }

    /// The rows of a table whose keys are texts, in the order of the document.
    mutating func table<Element>(_ key: String, _ row: (String, Reading) -> Element) -> [Element] {
        reading(key)?.rows.map { entry in
            guard let key = entry.key as? String else { preconditionFailure("the keys of \"\(key)\" are not texts") }
            return row(key, entry.value)
        } ?? []
    }

    /// Of a key that is required.
    mutating func requiredBySeverity<Value: Hashable & Sendable>(_ key: String) -> BySeverity<Value> {
        guard let values: BySeverity<Value> = bySeverity(key) else {
            preconditionFailure("a \(record.shape.name) has no \"\(key)\", which its shape should require")
        }
        return values
    }

    func finish() {
        let all = record.shape.fields.count == 64 ? UInt64.max : (1 << UInt64(record.shape.fields.count)) - 1
        guard asked != all else { return }
        let missed = record.shape.fields.indices.filter { asked & (1 << UInt64($0)) == 0 }.map {
            record.shape.fields[$0].key
        }
        preconditionFailure("the keys \(missed) of a \(record.shape.name) are in its shape and are never read")
    }
}
