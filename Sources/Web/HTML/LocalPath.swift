/// The address of one of our own pages: `"/incidents/\(key)/notes"`. What is interpolated is percent-encoded as one
/// segment (RFC 3986, 2.3), so data can neither leave its segment nor turn into another host.
public struct LocalPath: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// Begins with one slash.
    public private(set) var text: String

    public init(stringLiteral text: String) {
        self.init(checked: text)
    }

    public init(stringInterpolation: StringInterpolation) {
        self.init(checked: stringInterpolation.text)
    }

    private init(checked text: String) {
        precondition(text.hasPrefix("/") && !text.hasPrefix("//"), "a local path begins with exactly one slash")
        self.text = text
    }

    /// The same path with `name=value` added to its query, both encoded. A value that is nil or empty is left out.
    public func with(_ name: String, _ value: String?) -> LocalPath {
        guard let value, !value.isEmpty else { return self }
        var copy = self
        copy.text += text.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        copy.text += LocalPath.encode(name) + "=" + LocalPath.encode(value)
        return copy
    }

    /// The same path, at a place of that page, `#L212`; it is the last that is added.
    public func at(_ place: StaticString, _ number: Int? = nil) -> LocalPath {
        var copy = self
        copy.text += "#\(place)\(number.map(String.init) ?? "")"
        return copy
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 32)
        }

        public mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        public mutating func appendInterpolation(_ segment: String) {
            // Browsers resolve "." and ".." even when they are encoded; nothing of ours has such a name.
            text += segment == "." || segment == ".." ? "-" : LocalPath.encode(segment)
        }

        public mutating func appendInterpolation(_ number: Int) {
            text += String(number)
        }
    }

    private static func encode(_ string: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        encoded.reserveCapacity(string.utf8.count)
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded.append(UInt8(ascii: "%"))
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
