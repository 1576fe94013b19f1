/// One attribute of an element. The name stands in this program's source; the value is escaped where it is written.
///
/// An attribute that the browser follows (`href`, `action`) is made only from a `LocalPath` or an `OutwardLink`; there
/// is no way to make `style`, `srcdoc` or an event handler (S25, S29).
public struct HTMLAttribute: Sendable {
    enum Value: Sendable {
        case absent
        case flag
        case fixed(StaticString)
        case text(String)
        case number(Int)
    }

    let name: StaticString
    let value: Value

    private init(name: StaticString, value: Value) {
        self.name = name
        self.value = value
    }
}

extension HTMLAttribute {
    public static func `class`(_ names: StaticString) -> HTMLAttribute {
        HTMLAttribute(name: "class", value: .fixed(names))
    }

    /// One class or another; nil writes no attribute.
    public static func `class`(_ names: StaticString?) -> HTMLAttribute {
        HTMLAttribute(name: "class", value: names.map { .fixed($0) } ?? .absent)
    }

    public static func id(_ value: String) -> HTMLAttribute { HTMLAttribute(name: "id", value: .text(value)) }
    public static func name(_ value: String) -> HTMLAttribute { HTMLAttribute(name: "name", value: .text(value)) }
    public static func value(_ value: String) -> HTMLAttribute { HTMLAttribute(name: "value", value: .text(value)) }
    public static func type(_ value: StaticString) -> HTMLAttribute {
        HTMLAttribute(name: "type", value: .fixed(value))
    }
    public static func `for`(_ id: String) -> HTMLAttribute { HTMLAttribute(name: "for", value: .text(id)) }
    public static func title(_ value: String) -> HTMLAttribute { HTMLAttribute(name: "title", value: .text(value)) }
    public static func label(_ value: String) -> HTMLAttribute {
        HTMLAttribute(name: "aria-label", value: .text(value))
    }

    /// A link to a page of ours.
    public static func href(_ path: LocalPath) -> HTMLAttribute {
        HTMLAttribute(name: "href", value: .text(path.text))
    }

    /// A link out of Tocsin; write `.rel("noopener noreferrer")` beside it.
    public static func href(_ link: OutwardLink) -> HTMLAttribute {
        HTMLAttribute(name: "href", value: .text(link.text))
    }

    /// A link to a place in the same document.
    public static func href(fragment id: String) -> HTMLAttribute {
        HTMLAttribute(name: "href", value: .text("#" + id))
    }

    public static func src(_ path: LocalPath) -> HTMLAttribute {
        HTMLAttribute(name: "src", value: .text(path.text))
    }

    public static func action(_ path: LocalPath) -> HTMLAttribute {
        HTMLAttribute(name: "action", value: .text(path.text))
    }

    public static func rel(_ value: StaticString) -> HTMLAttribute { HTMLAttribute(name: "rel", value: .fixed(value)) }

    /// An attribute without a value, such as `required`, written only if `isOn`.
    public static func flag(_ name: StaticString, _ isOn: Bool = true) -> HTMLAttribute {
        HTMLAttribute(name: name, value: isOn ? .flag : .absent)
    }

    /// An attribute of which both halves stand in the source.
    public static func fixed(_ name: StaticString, _ value: StaticString?) -> HTMLAttribute {
        HTMLAttribute(name: name, value: value.map { .fixed($0) } ?? .absent)
    }

    public static func number(_ name: StaticString, _ value: Int?) -> HTMLAttribute {
        HTMLAttribute(name: name, value: value.map { .number($0) } ?? .absent)
    }

    /// Any other attribute with a value from data; nil writes no attribute.
    public static func data(_ name: StaticString, _ value: String?) -> HTMLAttribute {
        assert(!isFollowed(name), "a browser acts on this attribute: make it from a LocalPath or an OutwardLink")
        return HTMLAttribute(name: name, value: value.map { .text($0) } ?? .absent)
    }

    /// Whether a browser would load, run or send to the value of this attribute.
    private static func isFollowed(_ name: StaticString) -> Bool {
        let name = name.description
        return name.hasPrefix("on")
            || ["href", "src", "srcset", "srcdoc", "action", "formaction", "style", "data", "ping", "poster"].contains(
                name)
    }
}
