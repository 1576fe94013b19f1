import Notation

/// The fields of a form or of a query, in the order in which they came (URL Standard §5, application/x-www-form-urlencoded).
public struct Fields: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// More than the longest of our forms has: the people of a playbook with all the names that one may have.
    public static let limit = 1_000
    /// Our longest field name has some twenty bytes.
    public static let longestName = 100

    public let fields: [Field]

    public static let none = Fields([])

    public init(_ fields: [Field]) {
        self.fields = fields
    }

    /// Reads the text of a body or query. The faults name the field, never its value.
    public init(parsing text: some StringProtocol) throws(InputFault) {
        var fields: [Field] = []
        // One more than the limit is cut off, so that a body of a million `&` is not split a million times.
        let parts = text.split(separator: "&", maxSplits: Self.limit, omittingEmptySubsequences: true)
        guard parts.count <= Self.limit else { throw InputFault(at: "", "there are more than \(Self.limit) fields") }
        for (index, part) in parts.enumerated() {
            let cut = part.firstIndex(of: "=") ?? part.endIndex
            guard let name = PercentEncoding.decode(part[..<cut], plusIsSpace: true),
                name.utf8.count <= Self.longestName
            else {
                throw InputFault(at: "", "the name of field \(index + 1) is malformed or too long")
            }
            let rest = cut == part.endIndex ? part[cut...] : part[part.index(after: cut)...]
            guard let value = PercentEncoding.decode(rest, plusIsSpace: true) else {
                throw InputFault(at: "/" + name, "the value is not well-formed UTF-8")
            }
            fields.append(Field(name, value))
        }
        self.init(fields)
    }

    /// The value of the only field of that name; nil when there is none. A name that comes twice is a fault: which of the
    /// two counts would be a guess (S76).
    public func one(_ name: String) throws(InputFault) -> String? {
        let values = all(name)
        guard values.count <= 1 else { throw InputFault(at: "/" + name, "the field is given more than once") }
        return values.first
    }

    public func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// A whole number within bounds; nil when the field is absent or empty.
    public func integer(_ name: String, _ range: ClosedRange<Int>) throws(InputFault) -> Int? {
        guard let text = try one(name), !text.isEmpty else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw InputFault(at: "/" + name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
