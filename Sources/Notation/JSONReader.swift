/// Reads one JSON text (RFC 8259) from its UTF-8 bytes, value by value, without building a tree.
///
/// The reader stands before a value, inside an object, or inside an array. `beginObject` and `beginArray` go in,
/// `nextMember` and `nextElement` go to the next value and, at the end, out again. A value that is not asked for is
/// skipped by the next such call, and skipping checks a text as strictly as reading does: a text is either valid to its
/// last byte or it is refused.
///
/// There are two sorts of faults. Where the text itself is wrong or passes a limit, the place is `line:column` and the
/// reader cannot go on (`breakage` says why). Where the text is sound but not what was asked for, the place is a JSON
/// pointer, nothing has been consumed, and `recover` continues behind the container that disappointed.
///
/// Asking for a value where none is due is a programmer's error and traps.
public struct JSONReader: ~Copyable {
    /// Why a reader cannot go on.
    public enum Breakage: Hashable, Sendable {
        /// The text ends where more must come: it was cut off on the way.
        case truncated
        case malformed
        /// A limit of `JSONLimits` was passed.
        case limit
    }

    public enum Kind: String, Hashable, Sendable {
        case object, array, string, number, bool, null
    }

    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    /// The next byte to read. Never beyond `bytes.count`.
    var position = 0
    public internal(set) var breakage: Breakage?

    private var frames: [Frame] = []
    private var isValueDue = true
    private var values = 1
    /// The names of each open object, kept only when duplicates are refused.
    private var names: [Set<String>] = []

    /// One open container: for an object, the name of the member that was entered last.
    private struct Frame {
        let isObject: Bool
        var count = 0
        var name = JSONStringExtent.none
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
        frames.reserveCapacity(8)
    }

    /// Reads a whole text. What `body` leaves unread is skipped and checked; anything but white space behind the value
    /// is a fault.
    public static func read<Value>(
        _ bytes: [UInt8], limits: JSONLimits,
        _ body: (inout JSONReader) throws(InputFault) -> Value
    ) throws(InputFault) -> Value {
        try bytes.withUnsafeBufferPointer { buffer throws(InputFault) in try read(buffer, limits: limits, body) }
    }

    /// Reads a whole text where it lies. The bytes must stay unchanged until this returns.
    public static func read<Value>(
        _ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits,
        _ body: (inout JSONReader) throws(InputFault) -> Value
    ) throws(InputFault) -> Value {
        guard bytes.count <= limits.bytes else {
            throw InputFault(
                at: "", "the text has \(bytes.count) bytes, but at most \(limits.bytes) are read")
        }
        var reader = JSONReader(bytes: bytes, limits: limits)
        try reader.refuseByteOrderMark()
        let value = try body(&reader)
        try reader.leave(to: 0)
        if reader.isValueDue { try reader.skip() }
        reader.skipWhiteSpace()
        guard reader.position == bytes.count else {
            throw reader.broken(at: reader.position, "the text goes on after its value has ended")
        }
        return value
    }

    // MARK: Containers

    /// The number of containers that are open.
    public var depth: Int { frames.count }

    public mutating func beginObject() throws(InputFault) {
        try begin(UInt8(ascii: "{"), .object)
    }

    public mutating func beginArray() throws(InputFault) {
        try begin(UInt8(ascii: "["), .array)
    }

    /// Goes to the next member of the object; false when there is none, and the object has then been left.
    public mutating func nextMember() throws(InputFault) -> Bool {
        if isValueDue { try skip() }
        precondition(frames.last?.isObject == true, "there is no open object to take a member from")
        let last = frames.count - 1
        guard try separate(closing: UInt8(ascii: "}"), count: frames[last].count) else {
            leaveContainer()
            return false
        }
        guard position < bytes.count else { throw truncated() }
        guard bytes[position] == UInt8(ascii: "\"") else {
            throw broken(at: position, "the name of a member must come here, in double quotes")
        }
        let opening = position
        let name = try scanString()
        frames[last].name = name
        if limits.refusesDuplicateNames { try noteName(name, at: opening) }
        skipWhiteSpace()
        guard position < bytes.count else { throw truncated() }
        guard bytes[position] == UInt8(ascii: ":") else { throw broken(at: position, "a colon must come here") }
        position += 1
        guard frames[last].count < limits.members else {
            throw passed(at: opening, "an object has more than \(limits.members) members")
        }
        try expectValue(in: last)
        return true
    }

    /// Goes to the next element of the array; false when there is none, and the array has then been left.
    public mutating func nextElement() throws(InputFault) -> Bool {
        if isValueDue { try skip() }
        precondition(frames.last?.isObject == false, "there is no open array to take an element from")
        let last = frames.count - 1
        guard try separate(closing: UInt8(ascii: "]"), count: frames[last].count) else {
            leaveContainer()
            return false
        }
        try expectValue(in: last)
        return true
    }

    /// The position of the current element in the array that was entered last.
    public var elementIndex: Int {
        guard let frame = frames.last, !frame.isObject else { preconditionFailure("there is no open array") }
        return frame.count - 1
    }

    /// Whether the member that was entered last in the innermost object has this name. Compares bytes, not text.
    public func isMember(_ name: StaticString) -> Bool {
        guard let frame = frames.last, frame.isObject else { preconditionFailure("there is no open object") }
        return frame.name.equals(name, in: bytes)
    }

    /// The name of the member that was entered last in the innermost object.
    public var memberName: String {
        guard let frame = frames.last, frame.isObject else { preconditionFailure("there is no open object") }
        return frame.name.text(in: bytes)
    }

    /// Skips the value that is due and checks it.
    public mutating func skip() throws(InputFault) {
        switch try kind() {
        case .object:
            try beginObject()
            while try nextMember() {}
        case .array:
            try beginArray()
            while try nextElement() {}
        case .string:
            _ = try scanString()
            consumed()
        case .number:
            _ = try scanNumber()
            consumed()
        case .bool, .null:
            try scanWord()
            consumed()
        }
    }

    /// Leaves every container above that depth, skipping and checking what is left of them. Going on after a fault that
    /// concerns one element of many:
    ///
    ///     let depth = reader.depth
    ///     do { try readElement(&reader) } catch { try reader.recover(from: error, to: depth) }
    ///
    /// Throws the fault again when the text itself is broken: then there is nothing to go on with.
    public mutating func recover(from fault: InputFault, to depth: Int) throws(InputFault) {
        if breakage != nil { throw fault }
        try leave(to: depth)
    }

    // MARK: Places

    /// The JSON pointer (RFC 6901) of the value that the reader stands before or was given last.
    public var pointer: String {
        var text = ""
        for frame in frames where frame.count > 0 {
            text += "/"
            text += frame.isObject ? JSONPointer.escape(frame.name.text(in: bytes)) : String(frame.count - 1)
        }
        return text
    }

    /// A fault at the current place, for a value that is sound JSON but not what it should be.
    public func fault(_ reason: String) -> InputFault {
        InputFault(at: pointer, reason)
    }

    // MARK: Leaves

    /// What the value that is due is, by its first byte.
    public mutating func kind() throws(InputFault) -> Kind {
        precondition(isValueDue, "no value is due: it has been read already")
        skipWhiteSpace()
        guard position < bytes.count else { throw truncated() }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "+"), UInt8(ascii: "."):
            throw broken(at: position, "a number starts with a digit or a minus sign")
        case UInt8(ascii: "'"): throw broken(at: position, "strings are written in double quotes")
        default: throw broken(at: position, "a value must come here")
        }
    }

    mutating func consumed() {
        isValueDue = false
    }

    private mutating func begin(_ bracket: UInt8, _ wanted: Kind) throws(InputFault) {
        let kind = try kind()
        guard kind == wanted else { throw mismatch(wanted, kind) }
        guard frames.count < limits.depth else {
            throw passed(at: position, "values are nested more than \(limits.depth) deep")
        }
        position += 1
        isValueDue = false
        frames.append(Frame(isObject: wanted == .object))
        if limits.refusesDuplicateNames, wanted == .object { names.append([]) }
    }

    private mutating func leaveContainer() {
        let frame = frames.removeLast()
        if limits.refusesDuplicateNames, frame.isObject { names.removeLast() }
        isValueDue = false
    }

    private mutating func leave(to depth: Int) throws(InputFault) {
        precondition(depth <= frames.count, "only containers that are open can be left")
        while frames.count > depth {
            if frames[frames.count - 1].isObject {
                while try nextMember() {}
            } else {
                while try nextElement() {}
            }
        }
    }

    /// Reads the comma before a member or element, or the closing bracket: then false.
    private mutating func separate(closing: UInt8, count: Int) throws(InputFault) -> Bool {
        skipWhiteSpace()
        guard position < bytes.count else { throw truncated() }
        if bytes[position] == closing {
            position += 1
            return false
        }
        if count == 0 { return true }
        guard bytes[position] == UInt8(ascii: ",") else {
            throw broken(at: position, "a comma or \(Character(Unicode.Scalar(closing))) must come here")
        }
        position += 1
        skipWhiteSpace()
        return true
    }

    private mutating func expectValue(in frame: Int) throws(InputFault) {
        frames[frame].count += 1
        values += 1
        guard values <= limits.values else {
            throw passed(at: position, "the text has more than \(limits.values) values")
        }
        isValueDue = true
    }

    private mutating func noteName(_ extent: JSONStringExtent, at opening: Int) throws(InputFault) {
        let name = extent.text(in: bytes)
        guard names[names.count - 1].insert(name).inserted else {
            throw broken(at: opening, "the member \"\(name)\" is there twice")
        }
    }

    private mutating func refuseByteOrderMark() throws(InputFault) {
        if bytes.count >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf {
            throw broken(
                at: 0, "the text starts with a byte order mark; JSON is sent without one (RFC 8259 section 8.1)")
        }
        if bytes.count >= 2, (bytes[0] == 0xfe && bytes[1] == 0xff) || (bytes[0] == 0xff && bytes[1] == 0xfe) {
            throw broken(at: 0, "the text is in UTF-16; JSON is sent in UTF-8 (RFC 8259 section 8.1)")
        }
    }
}
