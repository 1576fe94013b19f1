/// The name of one thing. Each kind of thing has its own type, so that one cannot be passed for another; the text is a
/// short prefix and a random or time-ordered tail (`alr_01K…`), made above the line and opaque below it.
public protocol Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    static var prefix: String { get }
    var text: String { get }
    init(_ text: String)
}

extension Identifier {
    public var description: String { text }
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

public struct UserID: Identifier {
    public static let prefix = "usr"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct TeamID: Identifier {
    public static let prefix = "tea"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct IntegrationID: Identifier {
    public static let prefix = "itg"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct ServiceID: Identifier {
    public static let prefix = "svc"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct ScheduleID: Identifier {
    public static let prefix = "sch"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct OverrideID: Identifier {
    public static let prefix = "ovr"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct EscalationPlanID: Identifier {
    public static let prefix = "esc"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct RouteID: Identifier {
    public static let prefix = "rte"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct AlertID: Identifier {
    public static let prefix = "alr"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct PageID: Identifier {
    public static let prefix = "pag"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct IncidentID: Identifier {
    public static let prefix = "inc"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct DeliveryID: Identifier {
    public static let prefix = "dlv"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct ContactMethodID: Identifier {
    public static let prefix = "ctm"
    public let text: String
    public init(_ text: String) { self.text = text }
}

public struct HandOffID: Identifier {
    public static let prefix = "hnd"
    public let text: String
    public init(_ text: String) { self.text = text }
}
