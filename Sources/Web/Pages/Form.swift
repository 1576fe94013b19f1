import Engine
import Incidents

/// What was typed into a form and what was wrong with it, so that a refused form comes back as it was sent.
public struct FormState: Sendable {
    /// What was typed, by the field's name. Passwords are never kept.
    public var values: [String: String]
    /// What is wrong, by the field's name.
    public var faults: [String: String]
    /// What is wrong with the whole.
    public var fault: String?

    public init(values: [String: String] = [:], faults: [String: String] = [:], fault: String? = nil) {
        self.values = values
        self.faults = faults
        self.fault = fault
    }

    public static let fresh = FormState()
}

/// One entry of a choice.
public struct Choice: Sendable {
    public var value: String
    public var label: String

    public init(_ value: String, _ label: String? = nil) {
        self.value = value
        self.label = label ?? value
    }
}

/// One field of a form, with its label.
struct FormField {
    enum Kind {
        case text(StaticString)
        case lines(Int)
        case choice([Choice])
        case check
    }

    var name: String
    var label: String
    var kind: Kind = .text("text")
    var value = ""
    var hint: String?
    var isRequired = true
    /// When it must be filled in, where that hangs on another field: written instead of "optional".
    var condition: String?
    var autocomplete: StaticString = "off"
    var placeholder: String?
    /// The longest text that the server takes, in characters.
    var longest = 200
    var isCode = false
    /// Off where a heading above several fields says it already; the label is still read aloud.
    var isLabelSeen = true
    /// The key that moves the focus here.
    var key: StaticString?

    // The limits are the server's own. A browser counts UTF-16 units, so that of a text with pictures it takes less.
    static let longestName = OrganisationLimits.name
    static let longestTitle = IncidentLimits.title
    static let longestText = IncidentLimits.text
}

enum ButtonStyle {
    case plain, primary, danger, quiet, large

    var name: StaticString? {
        switch self {
        case .plain: nil
        case .primary: "primary"
        case .danger: "danger"
        case .quiet: "quiet"
        case .large: "primary large"
        }
    }
}

extension HTML {
    /// A form that changes something: a POST with the session's token in it.
    mutating func form(
        to path: LocalPath, _ frame: PageFrame, class names: StaticString? = nil, content: (inout HTML) -> Void
    ) {
        element("form", .fixed("method", "post"), .action(path), .class(names)) { html in
            html.void("input", .type("hidden"), .name("csrf"), .value(frame.csrf))
            content(&html)
        }
    }

    /// Fields in one form need names of their own; `scope` tells apart the forms of one page.
    mutating func field(_ field: FormField, _ state: FormState = .fresh, scope: String = "f") {
        let id = "\(scope)-\(field.name)"
        let fault = state.faults[field.name]
        let value = state.values[field.name] ?? field.value
        let describedBy = [fault.map { _ in id + "-fault" }, field.hint.map { _ in id + "-hint" }].compactMap { $0 }
        let description = describedBy.isEmpty ? nil : describedBy.joined(separator: " ")
        element("div", .class(fault == nil ? "field" : "field faulty")) { html in
            switch field.kind {
            case .check:
                html.element("label", .class("check"), .for(id)) { html in
                    html.void(
                        "input", .type("checkbox"), .id(id), .name(field.name), .value("yes"),
                        .data("aria-describedby", description), .flag("checked", value == "yes"))
                    html.element("span", text: field.label)
                }
            case .text, .lines, .choice:
                html.element("label", .for(id), .class(field.isLabelSeen ? nil : "unseen")) { html in
                    html.text(field.label)
                    if !field.isRequired {
                        html.element("span", .class("muted"), text: " (\(field.condition ?? "optional"))")
                    }
                }
                html.control(field, id: id, value: value, description: description, isFaulty: fault != nil)
            }
            if let fault { html.element("p", .class("fault"), .id(id + "-fault"), text: fault) }
            if let hint = field.hint { html.element("p", .class("hint"), .id(id + "-hint"), text: hint) }
        }
    }

    private mutating func control(_ field: FormField, id: String, value: String, description: String?, isFaulty: Bool) {
        let invalid = HTMLAttribute.fixed("aria-invalid", isFaulty ? "true" : nil)
        let describedBy = HTMLAttribute.data("aria-describedby", description)
        let key = HTMLAttribute.fixed("data-key", field.key)
        let required = HTMLAttribute.flag("required", field.isRequired)
        switch field.kind {
        case .text(let type):
            let isSecret = "\(type)" == "password"
            void(
                "input", .type(type), .id(id), .name(field.name), .value(isSecret ? "" : value), required,
                .fixed("autocomplete", field.autocomplete), .data("placeholder", field.placeholder),
                .number("maxlength", field.longest), .class(field.isCode ? "mono" : nil), invalid, describedBy, key)
        case .lines(let count):
            element(
                "textarea", .id(id), .name(field.name), .number("rows", count), required,
                .data("placeholder", field.placeholder), .number("maxlength", field.longest),
                .class(field.isCode ? "mono" : nil), invalid, describedBy, key
            ) { html in
                // HTML drops one line feed after the start tag.
                if value.utf8.first == UInt8(ascii: "\n") { html.raw("\n") }
                html.text(value)
            }
        case .choice(let choices):
            element("select", .id(id), .name(field.name), required, invalid, describedBy, key) { html in
                for choice in choices {
                    html.element(
                        "option", .value(choice.value), .flag("selected", choice.value == value), text: choice.label)
                }
            }
        case .check:
            break
        }
    }

    /// What is wrong with the whole form, announced at once.
    mutating func formFault(_ state: FormState) {
        guard let fault = state.fault else { return }
        element("p", .class("flash refused"), .fixed("role", "alert")) { html in
            html.icon(.cross)
            html.element("span", text: fault)
        }
    }

    mutating func button(_ text: String, _ style: ButtonStyle = .plain, key: StaticString? = nil) {
        element("button", .type("submit"), .class(style.name), .fixed("data-key", key), text: text)
    }

    /// A form of one button.
    mutating func act(
        _ text: String, to path: LocalPath, _ frame: PageFrame, _ style: ButtonStyle = .plain, key: StaticString? = nil
    ) {
        form(to: path, frame, class: "act") { html in html.button(text, style, key: key) }
    }

    /// A button that opens a small form. `consequence` says what will happen, before it does.
    mutating func disclosure(
        _ text: String, id: String, _ style: ButtonStyle = .plain, isOpen: Bool = false, consequence: String? = nil,
        content: (inout HTML) -> Void
    ) {
        element("details", .class("disclosure"), .id(id), .fixed("name", "disclosure"), .flag("open", isOpen)) { html in
            html.element("summary", .class(style.name)) { $0.text(text) }
            html.element("div", .class("panel")) { html in
                if let consequence { html.element("p", .class("consequence"), text: consequence) }
                content(&html)
            }
        }
    }
}
