/// An event that can be written to a stream and read back to the same value.
///
/// `init(kind:body:)` reads every body that any released version wrote: fields are added, never renamed or removed.
/// A kind it does not know is an error, so that an older binary never folds half of a stream.
public protocol Recordable: Hashable, Sendable {
    var kind: String { get }
    func write(into writer: inout JSONWriter)
    init(kind: String, body: JSON) throws(InputFault)
}

extension Recordable {
    public var body: String {
        var writer = JSONWriter()
        write(into: &writer)
        return writer.text
    }
}

extension JSON {
    /// The text member of that name, or a fault that names it.
    public func text(_ name: String) throws(InputFault) -> String {
        guard let text = self[name]?.string else { throw InputFault(at: "/" + name, "a string is missing") }
        return text
    }

    public func number(_ name: String) throws(InputFault) -> Int64 {
        guard let number = self[name]?.integer else { throw InputFault(at: "/" + name, "a whole number is missing") }
        return number
    }

    public func elements(_ name: String) throws(InputFault) -> [JSON] {
        guard let elements = self[name]?.array else { throw InputFault(at: "/" + name, "an array is missing") }
        return elements
    }
}
