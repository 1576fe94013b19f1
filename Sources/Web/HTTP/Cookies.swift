/// The cookies of a request (RFC 6265 §5.4): `name=value` pairs with `; ` between them.
enum Cookies {
    /// Longer than all our cookies together, with room for those of other programs on the same host.
    static let longestHeader = 8_192

    /// The value of the only cookie of that name; nil when there is none or more than one. Two cookies of one name mean that
    /// somebody on a neighbouring host planted one, and nobody can tell which.
    static func value(_ name: String, in headers: [String]) -> String? {
        var found: String?
        for header in headers {
            guard header.utf8.count <= longestHeader else { return nil }
            for pair in header.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name else { continue }
                guard found == nil else { return nil }
                found = String(pair[pair.index(after: equals)...])
            }
        }
        return found
    }
}
