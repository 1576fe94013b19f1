import Chronology
import Playbooks
import Testing

/// Texts with placeholders: how they are read, printed, and filled.
@Suite struct TemplateTextTests {
    static let names = TemplateNames(
        [
            .role: ["ic"], .field: ["users"], .ask: ["what"], .cadence: ["public"], .checklist: ["start"],
            .phase: ["look"],
        ],
        titles: ["role.ic": "Incident Commander", "field.users": "Users affected", "text.what": "What we know"])

    private func read(_ text: String) throws -> TemplateText { try TemplateText(text, names: Self.names) }

    // MARK: Reading

    @Test(arguments: [
        "plain", "", "{{incident.key}}", "Next: {{next-update|time|or:to be told, later}}.",
        "{{text.what|list}}\n{{role.ic}}",
        "{{cadence.public}} {{checklist.start}} {{checklist.look}} {{checklist.closure}}", "\\{{ not one }}",
        "{ {single} }",
        "{{eta|duration|optional}}", "{{field.users|percent}} | {{timeline.public|list}}",
        "{{started|date}} {{started|datetime}}",
    ])
    func `a template is printed as it was written`(_ text: String) throws {
        #expect(try read(text).description == text)
    }

    @Test func `spaces around paths and filters are nothing`() throws {
        #expect(try read("{{ incident.key | or: - }}") == read("{{incident.key|or: -}}"))
    }

    @Test(arguments: [
        ("{{incident.kei}}", 2, "there is no placeholder \"incident.kei\": did you mean \"incident.key\"?", true),
        ("a {{nonsense}}", 4, "there is no placeholder \"nonsense\"", true),
        ("{{}}", 2, "a placeholder is empty: write what stands there, as in {{incident.key}}", false),
        ("{{role.tl}}", 7, "there is no role \"tl\": there is ic", true),
        ("é{{text.whta}}", 8, "there is no question \"whta\": did you mean \"what\"?", true),
        ("{{param.x}}", 8, "there is no parameter \"x\": none is defined", true),
        (
            "{{checklist.stop}}", 12,
            "there is no checklist or phase \"stop\": there is start, look, verification, regression, closure", true
        ),
        (
            "a {{incident.key", 2,
            "this placeholder is never closed: add }}, or write \\{{ for two braces that are none", false
        ),
        (
            "{{incident.key\n}}", 0,
            "this placeholder is never closed: add }}, or write \\{{ for two braces that are none", false
        ),
        (
            "{{incident.key|bold}}", 15,
            "there is no filter \"bold\": write time, date, datetime, duration, list, percent, or:TEXT or optional",
            false
        ),
        ("{{incident.key|time}}", 15, "\"incident.key\" is a text, which \"time\" cannot show", false),
        ("{{duration|date}}", 11, "\"duration\" is a length of time, which \"date\" cannot show", false),
    ])
    func `what is wrong with a template is told at its character`(
        _ text: String, _ offset: Int, _ reason: String, _ isUnknownName: Bool
    ) {
        #expect {
            try read(text)
        } throws: { error in
            let fault = error as? TemplateFault
            #expect(fault?.offset == offset)
            #expect(fault?.reason == reason)
            #expect(fault?.isUnknownName == isUnknownName)
            return true
        }
    }

    @Test func `a template has at most so many placeholders`() throws {
        let most = String(repeating: "{{now}}", count: TemplateText.placeholderLimit)
        #expect(try read(most).placeholders.count == 200)
        #expect(throws: TemplateFault.self) { try read(most + "{{now}}") }
    }

    // MARK: Filling

    private static let now = Instant(seconds: 1_709_938_200)  // 2024-03-08 22:50:00Z

    private func fill(_ text: String, _ values: [String: TemplateValue] = [:], in zone: Zone = .utc) throws
        -> RenderedText
    {
        try read(text).rendered(in: zone, at: Self.now) { values[$0.path.description] }
    }

    @Test func `values are put in, and times are told in the zone with its abbreviation`() throws {
        let newYork = try #require(InstalledZones.find("America/New_York"))
        let values: [String: TemplateValue] = [
            "incident.key": .text("INC-1"), "started": .instant(Self.now), "eta": .instant(Self.now + .minutes(90)),
            "detected": .instant(Self.now - .minutes(5)), "duration": .duration(.minutes(95)),
            "field.users": .amount(Amount(millionths: 12_500_000)), "findings": .list(["one", "two"]),
            "text.what": .text("a\nb"),
        ]
        for (text, filled) in [
            ("{{incident.key}}", "INC-1"), ("{{started}}", "2024-03-08 17:50 EST"), ("{{started|time}}", "17:50 EST"),
            ("{{started|date}}", "2024-03-08"), ("{{started|datetime}}", "2024-03-08 17:50 EST"),
            ("in {{eta|duration}}", "in 1 h 30 min"), ("{{detected|duration}} ago", "5 min ago"),
            ("{{duration}}", "1 h 35 min"),
            ("{{field.users}}", "12.5"), ("{{field.users|percent}}", "12.5%"), ("{{findings}}", "one, two"),
            ("{{findings|list}}", "- one\n- two"), ("  {{findings|list}}!", "  - one\n  - two!"),
            ("{{text.what|list}}", "- a\n- b"),
            ("{{incident.key|or:none}}", "INC-1"), ("\\{{incident.key}}", "{{incident.key}}"),
        ] {
            #expect(try fill(text, values, in: newYork) == RenderedText(text: filled, gaps: []), "\(text)")
        }
    }

    @Test func `what is missing stands there as a gap and is counted`() throws {
        let filled = try fill(
            "What: {{text.what}}\nIC: {{role.ic}}, {{root-cause}}, {{timeline.public}}", ["role.ic": .text("")])
        #expect(filled.text == "What: [What we know]\nIC: [Incident Commander], [root cause], [timeline public]")
        #expect(filled.gaps.map(\.path.description) == ["text.what", "role.ic", "root-cause", "timeline.public"])
    }

    @Test func `a literal stands in for what is missing, and an optional line is left out`() throws {
        #expect(try fill("ETA: {{eta|time|or:TBD}}") == RenderedText(text: "ETA: TBD", gaps: []))
        #expect(
            try fill("a\nCause: {{root-cause|optional}} {{impact}}\nb\n") == RenderedText(text: "a\nb\n", gaps: []))
        #expect(try fill("a\nCause: {{root-cause|optional}}") == RenderedText(text: "a\n", gaps: []))
        #expect(
            try fill("a\nCause: {{root-cause|optional}}\nb", ["root-cause": .text("x\ny")])
                == RenderedText(text: "a\nCause: x\ny\nb", gaps: []))
    }

    @Test func `a value that looks like a placeholder is a value`() throws {
        #expect(try fill("{{incident.title}}", ["incident.title": .text("{{role.ic}}")]).text == "{{role.ic}}")
    }

    @Test func `a text that becomes too long is not cut but refused`() throws {
        let long = TemplateValue.text(String(repeating: "x", count: 40_000))
        #expect(try fill("{{impact}}", ["impact": long]).text.utf8.count == 40_000)
        #expect(throws: RenderingFault(bytes: 80_000)) { try fill("{{impact}}{{impact}}", ["impact": long]) }
    }
}
