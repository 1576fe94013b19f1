/// The pictures of the interface: few, drawn on a grid of 16 with one stroke width, and always beside a word, so that
/// they are hidden from assistive technology. A page carries the drawings once and refers to them by name.
public enum Icon: String, CaseIterable, Sendable {
    case incident, alert, page, calendar, playbook, integration, settings
    case declared, status, severity, person, note, check, rise, clock, cross, undo, message, lock, chevron, copy

    /// The drawing, in the children of an `svg` whose stroke is the colour of the text.
    var drawing: StaticString {
        switch self {
        case .incident: #"<path d="M8 1.8 14.6 13.6H1.4ZM8 6.3v3.4"/><circle cx="8" cy="11.6" r=".5"/>"#
        case .alert: #"<path d="M1.5 8h2.8l1.8-5 3.6 10 1.8-5h3"/>"#
        case .page: #"<path d="M3.2 11.6c1-1 1.2-2 1.2-4.2a3.6 3.6 0 0 1 7.2 0c0 2.2.2 3.2 1.2 4.2ZM6.5 13.8h3"/>"#
        case .calendar: #"<path d="M2 3.5h12v10.5H2ZM2 6.8h12M5 1.8v3M11 1.8v3M5 9.8h2M9 9.8h2"/>"#
        case .playbook:
            #"<path d="M8 14Q6 12.5 2 12.5v-10Q6 2.5 8 4t6-1.5v10Q10 12.5 8 14V4"/>"#
        case .integration: #"<path d="M5.5 1.8v3.4M10.5 1.8v3.4M3.6 5.2h8.8v2.2a4.4 4.4 0 0 1-8.8 0ZM8 11.8v2.6"/>"#
        case .settings: #"<path d="M1.8 4.5h7M12.2 4.5h2M1.8 11.5h2M7.2 11.5h7M10.5 2.8v3.4M5.5 9.8v3.4"/>"#
        case .declared: #"<path d="M3 14.5V2M3 2.6h9.6l-2 3 2 3H3"/>"#
        case .status: #"<path d="M2 8h10.5M8.8 4.2 12.6 8l-3.8 3.8"/>"#
        case .severity: #"<path d="M2 13.5h3v-4H2ZM6.5 13.5h3v-7h-3ZM11 13.5h3v-11h-3Z"/>"#
        case .person: #"<circle cx="8" cy="5" r="2.8"/><path d="M2.6 14c.5-3 2.5-4.4 5.4-4.4s4.9 1.4 5.4 4.4"/>"#
        case .note: #"<path d="M10.6 2.4 13.6 5.4 5.6 13.4 2 14 2.6 10.4Z"/>"#
        case .check: #"<path d="m2.5 8.5 3.5 3.5 7.5-8"/>"#
        case .rise: #"<path d="M2 13.5h4v-4h4v-4h4M11 2.5h3v3"/>"#
        case .clock: #"<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.4 1.6"/>"#
        case .cross: #"<path d="m3.5 3.5 9 9M12.5 3.5l-9 9"/>"#
        case .undo: #"<path d="M6 3 2.5 6.5 6 10M2.5 6.5h7a4 4 0 0 1 0 8H7"/>"#
        case .message: #"<path d="M2 3h12v8.5H7L4 14v-2.5H2Z"/>"#
        case .lock: #"<path d="M3.5 7h9v7h-9ZM5.5 7V4.5a2.5 2.5 0 0 1 5 0V7"/>"#
        case .chevron: #"<path d="m6 3.5 4.5 4.5L6 12.5"/>"#
        case .copy: #"<path d="M5.5 5.5h8v8h-8ZM3.5 10.5h-1v-8h8v1"/>"#
        }
    }
}

extension HTML {
    /// Refers to a drawing that `iconSheet` put into the same page.
    public mutating func icon(_ icon: Icon) {
        icons.insert(icon)
        element("svg", .class("i"), .fixed("aria-hidden", "true")) { html in
            html.element("use", .href(fragment: "i-" + icon.rawValue)) { _ in }
        }
    }

    /// The drawings that the page refers to, once, at its end.
    mutating func iconSheet() {
        let icons = self.icons
        element("svg", .class("sheet"), .fixed("aria-hidden", "true")) { html in
            for icon in Icon.allCases where icons.contains(icon) {
                html.element("symbol", .id("i-" + icon.rawValue), .fixed("viewBox", "0 0 16 16")) { html in
                    html.raw(icon.drawing)
                }
            }
        }
    }
}
