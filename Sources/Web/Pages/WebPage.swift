/// One page of the interface: plain facts, and how they are drawn. Drawing is a pure function of the page and the
/// frame.
public protocol WebPage: Sendable {
    /// Where in the rail the page belongs; nil for pages that are seen before sign-in.
    var section: PageSection? { get }
    /// The heading of the page and, with the product's name, of the browser's tab.
    var title: String { get }
    /// The pages above this one, outermost first.
    var trail: [Crumb] { get }
    /// Where the page's script asks for a fresh copy of the parts that change; nil if nothing on the page does.
    var live: LiveSource? { get }
    /// Drawings that the page does not refer to yet, but that a fresh part of it may.
    var lateIcons: [Icon] { get }
    /// Whether it needs what only the pages load on which Tocsin is set up.
    var isSetUp: Bool { get }
    /// What can be done here, written into the header line.
    func actions(_ html: inout HTML, _ frame: PageFrame)
    func content(_ html: inout HTML, _ frame: PageFrame)
}

/// A page above the current one.
public struct Crumb: Sendable {
    let text: String
    let path: LocalPath

    public init(_ text: String, _ path: LocalPath) {
        self.text = text
        self.path = path
    }
}

/// The stream that says when a page is out of date, and the address of its fresh parts. The answer may be a fragment or
/// a whole page: the script replaces each element that carries `data-part` and an id.
public struct LiveSource: Sendable {
    public var fragment: LocalPath
    /// The sequence number up to which the page is drawn; the stream is read from there, so that nothing is missed.
    public var after: Int64
    /// The streams whose events matter (`incident/inc_…`); none: any event.
    public var subjects: [String]

    public init(fragment: LocalPath, after: Int64, subjects: [String] = []) {
        self.fragment = fragment
        self.after = after
        self.subjects = subjects
    }

    /// As the page's script reads them; nil when every event matters.
    var subjectList: String? { subjects.isEmpty ? nil : subjects.joined(separator: " ") }
}

extension WebPage {
    public var trail: [Crumb] { [] }
    public var live: LiveSource? { nil }
    public var lateIcons: [Icon] { [] }
    public func actions(_ html: inout HTML, _ frame: PageFrame) {}

    public var isSetUp: Bool { section?.isSetUp ?? false }

    /// The whole document.
    public func render(_ frame: PageFrame) -> HTML {
        var html = HTML(capacity: 32_768)
        html.raw("<!doctype html>")
        html.element("html", .fixed("lang", "en")) { html in
            html.element("head") { html in head(&html) }
            html.element("body", .class(frame.viewer == nil ? "bare" : nil)) { html in body(&html, frame) }
        }
        return html
    }

    private func head(_ html: inout HTML) {
        html.raw(#"<meta charset="utf-8">"#)
        html.element("title", text: title + " · Tocsin")
        html.raw(#"<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">"#)
        html.void("link", .rel("icon"), .type("image/svg+xml"), .href(Asset.icon.path))
        html.void("link", .rel("stylesheet"), .href(Asset.stylesheet.path))
        if isSetUp { html.void("link", .rel("stylesheet"), .href(Asset.settings.path)) }
        html.element("script", .src(Asset.theme.path)) { _ in }
        html.element("script", .type("module"), .src(Asset.script.path)) { _ in }
    }

    private func body(_ html: inout HTML, _ frame: PageFrame) {
        html.raw(##"<a class="skip" href="#main">Skip to content</a>"##)
        if let viewer = frame.viewer {
            html.rail(frame, viewer, current: section)
        } else {
            html.element("header", .class("brand")) { html in
                html.brandMark()
                html.raw("<span>Tocsin</span>")
            }
        }
        html.element(
            "main", .id("main"), .fixed("tabindex", "-1"),
            .data("data-now", ClockFace.machine(frame.clock.now)), .data("data-live", live?.fragment.text),
            .data("data-after", live.map { String($0.after) }), .data("data-subjects", live?.subjectList)
        ) { html in
            html.element("header", .class("top")) { html in
                html.element("div", .class("where")) { html in
                    html.trail(trail)
                    html.element("h1", text: title)
                }
                html.element("div", .class("actions")) { html in actions(&html, frame) }
                if let viewer = frame.viewer { html.accountButton(viewer, "account-button phone") }
            }
            html.flash(frame.flash)
            content(&html, frame)
        }
        if let viewer = frame.viewer {
            html.accountPanel(frame, viewer)
            html.keyboardHelp()
        }
        html.icons.formUnion(lateIcons)
        html.iconSheet()
    }
}

extension HTML {
    fileprivate mutating func rail(_ frame: PageFrame, _ viewer: Viewer, current: PageSection?) {
        element("nav", .class("rail"), .label("Main")) { html in
            html.element("a", .class("brand"), .href(PageSection.incidents.path)) { html in
                html.brandMark()
                html.element("span") { html in
                    html.raw("Tocsin")
                    if let organisation = frame.organisation { html.element("small", text: organisation) }
                }
            }
            html.element("ul") { html in
                for section in PageSection.allCases {
                    html.element("li") { html in html.railLink(section, frame, isCurrent: section == current) }
                }
            }
            html.accountButton(viewer, "account-button")
        }
    }

    private mutating func railLink(_ section: PageSection, _ frame: PageFrame, isCurrent: Bool) {
        element("a", .href(section.path), .fixed("aria-current", isCurrent ? "page" : nil)) { html in
            html.icon(section.icon)
            html.element("span", .class("name")) { $0.raw(section.title) }
            let (number, unit) = section.count(in: frame)
            if number > 0 {
                html.element("span", .class("count"), .title("\(number) \(unit)")) { html in
                    html.text(number)
                    html.element("span", .class("unseen"), text: " " + unit)
                }
            }
        }
    }

    /// A bell seen from the front, struck on one side.
    mutating func brandMark() {
        raw(
            """
            <svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path class="bell" d="M5 17.5c1.6-1.7 2-3.4 2-7a5 5 0 0 1 \
            10 0c0 3.6.4 5.3 2 7Z"/><path d="M10 20.5a2.1 2.1 0 0 0 4 0M2.5 11c0-3 1-5.4 2.8-7.2M21.5 11c0-3-1-5.4-2.8-7.2"/></svg>
            """)
    }

    fileprivate mutating func trail(_ trail: [Crumb]) {
        guard !trail.isEmpty else { return }
        element("nav", .class("trail"), .label("Where you are")) { html in
            for crumb in trail { html.element("a", .href(crumb.path), text: crumb.text) }
        }
    }

    fileprivate mutating func flash(_ messages: [FlashMessage]) {
        element("div", .id("flash"), .fixed("role", "status")) { html in
            for message in messages {
                html.element("p", .class(message.kind == .done ? "flash done" : "flash refused")) { html in
                    html.icon(message.kind == .done ? .check : .cross)
                    html.element("span", text: message.text)
                }
            }
        }
    }

    fileprivate mutating func accountButton(_ viewer: Viewer, _ names: StaticString) {
        element(
            "button", .type("button"), .class(names), .fixed("popovertarget", "account"),
            .label("Account of \(viewer.name)")
        ) { html in
            html.element("span", .class("initials"), text: HTML.initials(viewer.name))
            html.element("span", .class("name")) { html in
                html.element("b", text: viewer.name)
                html.element("small", text: viewer.role)
            }
        }
    }

    private static func initials(_ name: String) -> String {
        let words = name.split(separator: " ")
        let letters = [words.first?.first, words.count > 1 ? words.last?.first : nil].compactMap { $0 }
        return letters.isEmpty ? "?" : letters.map { String($0).uppercased() }.joined()
    }

    fileprivate mutating func accountPanel(_ frame: PageFrame, _ viewer: Viewer) {
        element("div", .id("account"), .flag("popover"), .fixed("role", "dialog"), .label("Account")) {
            html in
            html.element("p") { html in
                html.element("b", text: viewer.name)
                html.void("br")
                html.element("span", .class("muted"), text: "\(viewer.email) · \(viewer.role)")
            }
            html.raw(
                """
                <div class="field scripted"><label for="theme">Appearance</label><select id="theme">\
                <option value="auto">As the system</option><option value="light">Light</option>\
                <option value="dark">Dark</option></select></div>
                """)
            html.element("div", .class("row")) { html in
                html.element("a", .class("button quiet"), .href("/my-shift"), text: "My shift")
                html.element("a", .class("button quiet"), .href("/settings/contact-methods"), text: "How I am reached")
                html.raw(
                    #"<button type="button" class="quiet desktop" popovertarget="keys">Keyboard <kbd>?</kbd></button>"#)
            }
            html.form(to: "/sign-out", frame) { html in html.button("Sign out") }
        }
    }

    fileprivate mutating func keyboardHelp() {
        raw(
            """
            <div id="keys" popover role="dialog" aria-labelledby="keys-title"><h2 id="keys-title">Keyboard</h2>\
            <dl class="keys"><dt><kbd>/</kbd></dt><dd>search</dd><dt><kbd>?</kbd></dt><dd>this help</dd>\
            <dt><kbd>g</kbd> <kbd>i</kbd></dt><dd>go to incidents</dd><dt><kbd>g</kbd> <kbd>a</kbd></dt><dd>go to alerts</dd>\
            <dt><kbd>g</kbd> <kbd>p</kbd></dt><dd>go to pages</dd><dt><kbd>g</kbd> <kbd>o</kbd></dt><dd>go to on call</dd><dt><kbd>g</kbd> <kbd>s</kbd></dt><dd>go to my shift</dd><dt><kbd>a</kbd></dt><dd>acknowledge</dd>\
            <dt><kbd>n</kbd></dt><dd>write a note, declare</dd><dt><kbd>Esc</kbd></dt><dd>close</dd></dl></div>
            """)
    }
}
