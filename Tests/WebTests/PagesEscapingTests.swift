import Testing
import Web

/// S29: nothing that a source, a user or an address says becomes markup.
struct PagesEscapingTests {
    static let corpus = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "\" autofocus onfocus=\"alert(1)",
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\u{1}javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>", "vbscript:x", "//evil.example", "\\\\evil.example",
        "https:evil.example",
        "https://a\"onclick=alert(1)//", "http:///evil", "</textarea><script>alert(1)</script>",
        "</title><script>alert(1)</script>",
        "</option></select><b>", "--><script>alert(1)</script>", "<![CDATA[x]]>", "<?php ?>", "{{7*7}}", "&lt;b&gt;",
        "&amp", "&#x3c;b>",
        "\u{0}<b>", "\u{202E}gnp.exe", "\u{FEFF}", "..", ".", "../../../settings", "%2e%2e", "?a=b#c",
        "\r\nSet-Cookie: x=y", "`'\"<>&",
        "\n<b>", "", "é🔥漢", String(repeating: "<", count: 500),
    ]

    /// Elements that the pages are made of; everything else would be somebody else's.
    static let elements: Set<String> = [
        "html", "head", "meta", "title", "link", "script", "body", "a", "nav", "main", "header", "section", "aside",
        "div", "span", "p",
        "h1", "h2", "h3", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "form",
        "input", "label",
        "select", "option", "textarea", "button", "fieldset", "legend", "details", "summary", "time", "code", "pre",
        "blockquote", "b",
        "i", "small", "kbd", "br", "svg", "symbol", "use", "path", "circle", "g", "text", "rect", "line", "desc",
    ]

    static func check(_ markup: PagesMarkup, _ page: String) {
        for element in markup.elements {
            #expect(elements.contains(element.name), "\(page): <\(element.name)>")
            for (name, value) in element.attributes {
                #expect(
                    !name.hasPrefix("on") && name != "style" && name != "srcdoc",
                    "\(page): \(name) of <\(element.name)>")
                guard ["href", "src", "action", "formaction", "data-live"].contains(name) else { continue }
                let isLocal =
                    value.hasPrefix("/") && !value.hasPrefix("//") && !value.hasPrefix("/\\") || value.hasPrefix("#")
                let isOutward = ["http://", "https://", "mailto:"].contains { value.lowercased().hasPrefix($0) }
                #expect(isLocal || (isOutward && name == "href" && element.name == "a"), "\(page): \(name)=\(value)")
                if isOutward { #expect(element["rel"].contains("noopener"), "\(page): \(value)") }
                if isLocal { #expect(!value.split(separator: "/").contains(".."), "\(page): \(name)=\(value)") }
            }
        }
        for script in markup.all("script") {
            #expect(script["src"].hasPrefix("/assets/") && script.text.isEmpty, "\(page): an inline script")
        }
    }

    @Test(arguments: corpus)
    func `a hostile text in every field of every page stays text`(hostile: String) throws {
        for taint in [{ @Sendable (_: String) in hostile }, { @Sendable (text: String) in text + hostile }] {
            let samples = PagesSamples(taint: taint)
            for (name, page) in samples.signedIn {
                Self.check(try PagesMarkup(page.render(samples.frame).bytes), name)
            }
            for (name, page) in samples.bare {
                Self.check(try PagesMarkup(page.render(samples.bareFrame).bytes), name)
            }
            var fragment = HTML()
            fragment.append(samples.incident.fragment(samples.frame))
            Self.check(try PagesMarkup(fragment.bytes), "fragment")
        }
    }

    @Test
    func `what was typed is read back exactly`() throws {
        let typed = "\n\"Tom & Jerry's\" <b>\u{202E}x</b> ' ü 🔥"
        let page = DeclarePage(severities: [], services: [], form: FormState(values: ["title": typed, "note": typed]))
        let markup = try PagesMarkup(page.render(PagesSamples().frame).bytes)
        #expect(markup.all("input").first { $0["name"] == "title" }?["value"] == typed)
        // HTML drops the first line feed of a text area, so one is written before it.
        #expect(markup.all("textarea").first { $0["name"] == "note" }?.text == "\n" + typed)
    }

    @Test
    func `a password is never written back`() throws {
        let page = SignInPage(form: FormState(values: ["email": "a@b.example", "password": "correct horse"]))
        let text = String(decoding: page.render(PagesSamples().bareFrame).bytes, as: UTF8.self)
        #expect(text.contains("a@b.example") && !text.contains("correct horse"))
    }

    @Test(arguments: [
        ("https://a.example/x?y=1&z=2", true), ("HTTP://a.example", true), ("mailto:ana@example.com", true),
        ("javascript:alert(1)", false), ("java\nscript:alert(1)", false), ("https:a.example", false),
        ("https:///a", false),
        ("https://", false), ("mailto:", false), ("ftp://a.example", false), ("//a.example", false), ("/local", false),
        ("", false),
        ("https://a.example/with space", false), ("https://a.example\\@evil.example", false),
        ("data:text/html,x", false),
    ])
    func `only http, https and mailto are links`(address: String, isLink: Bool) {
        #expect((OutwardLink(address) != nil) == isLink)
    }

    @Test
    func `a link that is too long is text`() {
        #expect(OutwardLink("https://a.example/" + String(repeating: "x", count: OutwardLink.longest)) == nil)
    }

    @Test(arguments: [
        ("a b", "/x/a%20b/y"), ("a/b?c#d", "/x/a%2Fb%3Fc%23d/y"), ("..", "/x/-/y"), (".", "/x/-/y"),
        ("ü", "/x/%C3%BC/y"),
        ("INC-2026_1~a.b", "/x/INC-2026_1~a.b/y"), ("%2e%2e", "/x/%252e%252e/y"),
    ])
    func `what is put into a path stays in its segment`(segment: String, path: String) {
        let built: LocalPath = "/x/\(segment)/y"
        #expect(built.text == path)
    }

    @Test
    func `a query leaves out what is empty and encodes the rest`() {
        let path: LocalPath = "/alerts"
        #expect(
            path.with("q", "a&b=c").with("state", nil).with("x", "").with("y", "1").text == "/alerts?q=a%26b%3Dc&y=1")
    }
}
