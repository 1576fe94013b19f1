/// JSON pointers (RFC 6901), as they stand in the place of a fault.
public enum JSONPointer {
    /// One step of a pointer: `~` and `/` inside a name are written `~0` and `~1` (section 3).
    public static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
