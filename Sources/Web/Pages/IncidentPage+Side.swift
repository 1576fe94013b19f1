extension IncidentPage {
    /// Roles, what is owed, alerts, pages and the record.
    func side(_ html: inout HTML, _ frame: PageFrame) {
        html.part("Roles", id: "roles", isLive: true) { html in
            html.element("dl", .class("facts")) { html in
                for role in roles {
                    html.element("dt", text: role.name)
                    html.element("dd") { html in
                        if let holder = role.holder {
                            html.text(holder)
                            if let since = role.since {
                                html.element("small") { html in
                                    html.raw("since ")
                                    html.timeOfDay(since, frame.clock)
                                }
                            }
                        } else {
                            html.nothing("nobody")
                        }
                    }
                }
            }
        }
        html.part("Owed", id: "owed", isLive: true) { html in owedList(&html, frame) }
        html.part("Pages", id: "pages", isLive: true) { html in pageList(&html, frame) }
        html.part("Alerts", id: "alerts", isLive: true) { html in alertList(&html) }
        html.part("Record", id: "record", isLive: true) { html in record(&html, frame) }
    }

    /// Pages that nobody has acknowledged stand above everything that can wait.
    func unanswered(_ html: inout HTML, _ frame: PageFrame) {
        html.element("section", .id("unanswered"), .flag("data-part"), .label("Pages not acknowledged")) { html in
            for page in pages where page.state.isOpen {
                html.element("div", .class("notice")) { html in
                    html.icon(.page)
                    html.element("p", .class("grow")) { html in
                        html.element("a", .href("/pages/\(page.id)"), text: page.who)
                        html.raw(
                            page.state == .climbing ? " was paged " : ": every rung of the page was tried that began ")
                        html.ago(page.at, frame.clock)
                        html.raw(page.state == .climbing ? " and has not acknowledged" : "; nobody has acknowledged it")
                    }
                    if frame.canRespond {
                        html.act("Acknowledge", to: "/pages/\(page.id)/acknowledge", frame, .primary, key: "a")
                        html.element("a", .class("button"), .href("/pages/\(page.id)")) {
                            $0.raw(page.state == .climbing ? "Escalate…" : "Details")
                        }
                    }
                }
            }
        }
    }

    private func owedList(_ html: inout HTML, _ frame: PageFrame) {
        guard !owed.isEmpty else {
            html.element("p", .class("muted")) { $0.raw("Nothing is owed.") }
            return
        }
        html.element("ul", .class("lines")) { html in
            for item in owed.sorted(by: { $0.due < $1.due }) {
                html.element("li") { html in
                    html.element("span", .class("grow")) { html in
                        html.text(item.what)
                        if let owner = item.owner { html.element("small", text: owner) }
                    }
                    html.countdown(to: item.due, frame.clock)
                }
            }
        }
    }

    private func pageList(_ html: inout HTML, _ frame: PageFrame) {
        guard !pages.isEmpty else {
            html.element("p", .class("muted")) { $0.raw("Nobody was paged.") }
            return
        }
        html.element("ul", .class("lines")) { html in
            for page in pages {
                html.element("li") { html in
                    html.element("span", .class("grow")) { html in
                        html.element("a", .href("/pages/\(page.id)"), text: page.who)
                        html.element("small") { html in
                            html.state(page.state.mark)
                            html.raw(" ")
                            html.ago(page.at, frame.clock)
                        }
                    }
                }
            }
        }
    }

    private func alertList(_ html: inout HTML) {
        guard !alerts.isEmpty else {
            html.element("p", .class("muted")) { $0.raw("No alert is attached.") }
            return
        }
        html.element("ul", .class("lines")) { html in
            for alert in alerts {
                html.element("li") { html in
                    html.element("span", .class("grow")) { html in
                        html.element("a", .href("/alerts/\(alert.id)"), text: alert.title)
                        html.element("small") { html in
                            html.state(alert.state.mark)
                            html.raw(" ")
                            html.times(alert.count)
                        }
                    }
                }
            }
        }
    }

    private func record(_ html: inout HTML, _ frame: PageFrame) {
        if let procedure {
            var facts: [(name: StaticString, value: (inout HTML) -> Void)] = [("Playbook", { $0.text(procedure.name) })]
            if let phase = procedure.phase { facts.append(("Phase", { $0.text(phase) })) }
            if let room = procedure.room { facts.append(("Room", { $0.text(room) })) }
            html.facts(facts)
        }
        html.facts([
            ("Declared", { $0.absolute(declared, frame.clock) }),
            ("Service", { html in if let service { html.text(service) } else { html.nothing("not known") } }),
            (
                "Chain",
                { html in html.text(chain.length == 1 ? "1 event" : "\(chain.length) events, each hashed with the last")
                }
            ),
            ("Head", { html in html.element("code", .title(chain.head), text: String(chain.head.prefix(16))) }),
        ])
        html.copyable("tocsin verify --incident \(key)", label: "Command that checks the chain")
    }
}

extension HTML {
    /// How often an alert was repeated: `×14`.
    mutating func times(_ count: Int) {
        element(
            "span", .class("times"), .title(count == 1 ? "received once" : "received \(count) times"), text: "×\(count)"
        )
    }
}
