/// Who did something. Written on every event and every audit row.
public enum Actor: Hashable, Sendable {
    case user(UserID)
    /// An API token that belongs to no person.
    case token(name: String)
    case integration(IntegrationID)
    /// Tocsin itself: a deadline passed, a route matched.
    case tocsin

    public var text: String {
        switch self {
        case .user(let id): "user:\(id)"
        case .token(let name): "token:\(name)"
        case .integration(let id): "integration:\(id)"
        case .tocsin: "tocsin"
        }
    }

    /// Reads what `text` wrote. An unknown form is an error: a record is never guessed at.
    public init(text: String) throws(InputFault) {
        if text == "tocsin" {
            self = .tocsin
            return
        }
        guard let colon = text.firstIndex(of: ":") else { throw InputFault(at: "actor", "\"\(text)\" is not an actor") }
        let name = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "user": self = .user(UserID(name))
        case "token": self = .token(name: name)
        case "integration": self = .integration(IntegrationID(name))
        default: throw InputFault(at: "actor", "\"\(text)\" is not an actor")
        }
    }
}
