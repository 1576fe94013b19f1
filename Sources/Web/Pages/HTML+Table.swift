/// One column of a table.
enum Column {
    case word(StaticString)
    /// Times and counts stand at the right edge, in figures of equal width.
    case number(StaticString)
    /// Numbers that are left out where the screen has no room for them; the cells have the class `w` too.
    case extra(StaticString)
    /// A column of buttons: named for assistive technology, without a visible heading.
    case actions
}

extension HTML {
    /// A table that becomes a list of cards on a narrow screen. In each row the `th` names it and takes the room that
    /// is left. `name` names it for assistive technology.
    mutating func table(_ name: String, _ columns: [Column], rows: (inout HTML) -> Void) {
        element("table", .class("list"), .label(name)) { html in
            html.element("thead") { html in
                html.element("tr") { html in
                    for column in columns {
                        switch column {
                        case .word(let name): html.element("th", .fixed("scope", "col")) { $0.raw(name) }
                        case .number(let name): html.element("th", .fixed("scope", "col"), .class("n")) { $0.raw(name) }
                        case .extra(let name):
                            html.element("th", .fixed("scope", "col"), .class("n w")) { $0.raw(name) }
                        case .actions:
                            html.raw(#"<th scope="col" class="n"><span class="unseen">Actions</span></th>"#)
                        }
                    }
                }
            }
            html.element("tbody") { html in rows(&html) }
        }
    }

    /// Addresses to choose one of, the current one marked.
    mutating func tabs(_ entries: [(text: String, path: LocalPath, isCurrent: Bool)], label: String) {
        element("nav", .class("tabs"), .label(label)) { html in
            for entry in entries {
                html.element(
                    "a", .href(entry.path), .fixed("aria-current", entry.isCurrent ? "true" : nil), text: entry.text)
            }
        }
    }

    /// The link at the foot of a list that goes on.
    mutating func older(_ path: LocalPath?) {
        guard let path else { return }
        element("p", .class("older")) { html in
            html.element("a", .class("button"), .rel("next"), .href(path), text: "Older")
        }
    }

    /// Names and values.
    mutating func facts(_ facts: [(name: StaticString, value: (inout HTML) -> Void)]) {
        element("dl", .class("facts")) { html in
            for fact in facts {
                html.element("dt") { $0.raw(fact.name) }
                html.element("dd") { html in fact.value(&html) }
            }
        }
    }

    /// A part of a page with its heading.
    mutating func part(
        _ heading: String, id: String, isLive: Bool = false, class names: StaticString = "part", note: String? = nil,
        content: (inout HTML) -> Void
    ) {
        element("section", .class(names), .id(id), .flag("data-part", isLive), .data("aria-labelledby", id + "-title"))
        {
            html in
            html.element("h2", .id(id + "-title")) { html in
                html.text(heading)
                if let note { html.element("span", .class("muted"), text: " " + note) }
            }
            content(&html)
        }
    }
}
