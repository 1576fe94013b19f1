/// Base 64 for addresses, without padding (RFC 4648 §5).
public enum Base64URL {
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text = Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_")
        while text.hasSuffix("=") { text.removeLast() }
        return text
    }

    /// nil: not exactly what `encode` would have written.
    public static func decode(_ text: String) -> [UInt8]? {
        guard !text.contains("+"), !text.contains("/"), !text.contains("=") else { return nil }
        var standard = text.replacing("-", with: "+").replacing("_", with: "/")
        while !standard.utf8.count.isMultiple(of: 4) { standard += "=" }
        return Base64.decode(standard)
    }
}
