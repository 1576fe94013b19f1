import Testing
import Web

/// What assistive technology, a keyboard and a browser without scripts need from every page.
struct PagesStructureTests {
    static let pages: [(name: String, bytes: [UInt8], isSignedIn: Bool)] = {
        let samples = PagesSamples()
        return samples.signedIn.map { ($0.name, $0.page.render(samples.frame).bytes, true) }
            + samples.bare.map { ($0.name, $0.page.render(samples.bareFrame).bytes, false) }
    }()

    static func each(_ check: (String, PagesMarkup, Bool) -> Void) throws {
        for page in pages { check(page.name, try PagesMarkup(page.bytes), page.isSignedIn) }
    }

    @Test
    func `every page has a language, one title and one main region that the skip link leads to`() throws {
        try Self.each { name, markup, _ in
            #expect(markup.all("html").map { $0["lang"] } == ["en"], "\(name)")
            #expect(markup.all("title").filter { $0.path.last == "head" }.map(\.text.isEmpty) == [false], "\(name)")
            #expect(markup.all("main").map { $0["id"] } == ["main"], "\(name)")
            #expect(markup.all("a").first?["href"] == "#main", "\(name)")
        }
    }

    @Test
    func `headings begin with one h1 and skip no level`() throws {
        try Self.each { name, markup, _ in
            // The help stands aside: it is a dialog of its own.
            let levels = markup.all("h1", "h2", "h3").filter { $0["id"] != "keys-title" }.map { $0.name }
            #expect(levels.first == "h1" && levels.filter { $0 == "h1" }.count == 1, "\(name): \(levels)")
            for (above, below) in zip(levels, levels.dropFirst()) {
                #expect(!(above == "h1" && below == "h3"), "\(name): \(levels)")
            }
        }
    }

    @Test
    func `the rail names the current part, and only parts that exist`() throws {
        try Self.each { name, markup, isSignedIn in
            let rail = markup.all("nav").filter { $0["aria-label"] == "Main" }
            #expect(rail.count == (isSignedIn ? 1 : 0), "\(name)")
            guard isSignedIn else { return }
            let links = markup.all("a").filter { $0.path.contains("li") && $0.path.contains("nav") }
            #expect(
                links.map { $0["href"] } == [
                    "/incidents", "/alerts", "/pages", "/schedules", "/playbooks", "/integrations", "/settings",
                ], "\(name)"
            )
            #expect(links.filter { $0["aria-current"] == "page" }.count == 1, "\(name)")
        }
    }

    @Test
    func `every input has a label, and everything that can be pressed has a name`() throws {
        try Self.each { name, markup, _ in
            let labelled = Set(markup.all("label").filter { !$0.text.isEmpty }.map { $0["for"] })
            for input in markup.all("input", "select", "textarea") where input["type"] != "hidden" {
                #expect(labelled.contains(input["id"]), "\(name): <\(input.name) name=\(input["name"])>")
            }
            for element in markup.all("a", "button", "summary", "nav", "aside") {
                let isNamed = !element.text.allSatisfy(\.isWhitespace) || element.has("aria-label")
                #expect(isNamed, "\(name): <\(element.name)>")
            }
            for table in markup.all("table") { #expect(table.has("aria-label"), "\(name)") }
        }
    }

    @Test
    func `ids are unique, and what refers to an id finds it`() throws {
        try Self.each { name, markup, _ in
            let ids = markup.elements.compactMap { $0.attributes["id"] }
            #expect(Set(ids).count == ids.count, "\(name): \(ids.filter { id in ids.filter { $0 == id }.count > 1 })")
            for element in markup.elements {
                for attribute in ["for", "aria-labelledby", "aria-describedby", "popovertarget"] {
                    for id in element[attribute].split(separator: " ") {
                        #expect(ids.contains(String(id)), "\(name): \(attribute)=\(id)")
                    }
                }
                if element["href"].hasPrefix("#") {
                    #expect(ids.contains(String(element["href"].dropFirst())), "\(name): \(element["href"])")
                }
            }
        }
    }

    @Test
    func `every form that changes something is a POST with the session's token first`() throws {
        try Self.each { name, markup, _ in
            for (index, form) in markup.elements.enumerated() where form.name == "form" {
                guard form["method"] == "post" else {
                    #expect(form["role"] == "search", "\(name): \(form["action"])")
                    continue
                }
                let field = markup.elements[index + 1]
                #expect(
                    field["name"] == "csrf" && field["type"] == "hidden" && !field["value"].isEmpty,
                    "\(name): \(form["action"])")
            }
        }
    }

    @Test
    func `a fault is at its field, with what was typed`() throws {
        let samples = PagesSamples()
        let page = DeclarePage(
            severities: samples.severities, services: [], form: samples.bad("title", "A title is needed."))
        let markup = try PagesMarkup(page.render(samples.frame).bytes)
        let field = try #require(markup.all("input").first { $0["name"] == "title" })
        #expect(field["value"] == "typed before" && field["aria-invalid"] == "true")
        let described = field["aria-describedby"].split(separator: " ").compactMap { id in
            markup.elements.first { $0["id"] == id }?.text
        }
        #expect(
            described == ["A title is needed.", "What is broken, as a user would say it. It can be changed later."])
        #expect(markup.elements.first { $0["role"] == "alert" }?.text == "Nothing was saved.")
    }

    @Test
    func `somebody who may only read is shown no form that changes anything but the session`() throws {
        let samples = PagesSamples()
        var frame = samples.frame
        frame.viewer?.canRespond = false
        frame.viewer?.canManage = false
        frame.viewer?.canAdminister = false
        // Pages that only managers or administrators can open at all, or that are about the reader.
        let others = [
            "declare", "declare-playbook", "integration-new", "settings-users", "settings-tokens",
            "settings-tokens-empty",
            "settings-general", "settings-route", "settings-escalation", "settings-contact", "settings-contact-empty",
            "settings-password",
            "settings-delivery", "settings-teams", "settings-teams-empty", "settings-team", "settings-service",
            "settings-channels", "settings-channel", "schedules", "schedule-form",
            "playbook-edit", "playbook-new", "playbook-preview", "playbook-preview-new",
        ]
        for (name, page) in samples.signedIn where !others.contains(name) {
            let markup = try PagesMarkup(page.render(frame).bytes)
            let forms = markup.all("form").filter { $0["method"] == "post" }.map { $0["action"] }
            #expect(forms == ["/sign-out"], "\(name)")
        }
    }

    @Test
    func `the fragment holds the parts that change, and no field that somebody may be typing into`() throws {
        let samples = PagesSamples()
        let fragment = try PagesMarkup(samples.incident.fragment(samples.frame).bytes)
        let page = try PagesMarkup(samples.incident.render(samples.frame).bytes)
        func parts(_ markup: PagesMarkup) -> [String] {
            markup.elements.filter { $0.has("data-part") }.map { $0["id"] }
        }
        #expect(parts(fragment) == parts(page))
        #expect(
            parts(fragment) == [
                "watched", "now", "unanswered", "timeline", "roles", "owed", "pages", "alerts", "record",
            ])
        #expect(fragment.all("input", "select", "textarea").allSatisfy { $0["type"] == "hidden" })
    }

    @Test
    func `the picture of an escalation says in words what it draws, and the table says the rest`() throws {
        let samples = PagesSamples()
        let markup = try PagesMarkup(samples.playbook.render(samples.frame).bytes)
        #expect(
            markup.all("desc").map(\.text) == [
                "On-call engineer: paged at once. Team lead: paged after 15 min, if \"Customer-facing\" is yes. "
                    + "Executives: told at the opening of the next business day (office)."
            ])
        // From the left edge, from 15 min on, from 60 h on; each to the right edge.
        let bars = markup.all("rect").map { (Int($0["x"]) ?? -1, Int($0["width"]) ?? -1) }
        #expect(bars.map(\.0) == [0, 72, 327] && bars.allSatisfy { $0.0 + $0.1 == 359 }, "\(bars)")
        let table = try #require(markup.all("table").first { $0["aria-label"] == "Who is called when" })
        for word in ["Continue investigation", "with the last update", "paged after 15 min", "line 210"] {
            #expect(table.text.replacing("\u{A0}", with: " ").contains(word), "\(word)")
        }
        let others = try #require(markup.all("table").first { $0["aria-label"] == "Said, and not called" })
        #expect(others.text.contains("Board") && !table.text.contains("Board"))
    }

    @Test
    func `a picture has a title, a description and a table beside it`() throws {
        let samples = PagesSamples()
        let markup = try PagesMarkup(samples.page.render(samples.frame).bytes)
        let picture = try #require(markup.all("svg").first { $0["role"] == "img" })
        #expect(picture["aria-labelledby"] == "ladder-name ladder-about")
        #expect(
            markup.all("desc").map(\.text) == [
                "Ana Cruz at 04:23:52: no answer. Evening rota at 04:28:52: skipped. Chidi Anand at 04:28:52: paged, waiting. "
                    + "Dana Whitfield at 04:33:52: not yet. Ana Cruz at 04:38:52: not yet."
            ])
        #expect(markup.all("table").map { $0["aria-label"] } == ["Rungs of the escalation plan"])
    }
}
