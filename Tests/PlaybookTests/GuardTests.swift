import Chronology
import Playbooks
import Testing

/// Conditions: how they are read, printed and judged.
@Suite struct GuardTests {
    static let names = GuardNames(
        severities: ["P1", "P2", "P3"], types: ["outage", "security"], statuses: ["declared", "resolved", "on-hold"],
        fields: [
            "customer-facing": .init(.yesNo), "impact": .init(.choice, choices: ["ALL", "SOME", "NONE AT ALL"]),
            "regions": .init(.choices, choices: ["eu", "us"]), "users": .init(.number), "errors": .init(.percent),
            "cause": .init(.text),
        ])

    private func read(_ text: String) throws -> Guard { try Guard(text, names: Self.names) }

    // MARK: Reading and printing

    /// A text, what it is printed as, and the words for people.
    @Test(
        arguments: [
            ("always", "always", "always"),
            ("severity at least P2", "severity at least P2", "the severity is P2 or worse"),
            ("severity at most P2", "severity at most P2", "the severity is P2 or milder"),
            ("severity is P1", "severity is P1", "the severity is P1"),
            ("severity is not P1", "severity is not P1", "the severity is not P1"),
            ("severity in (P1,P2)", "severity in (P1, P2)", "the severity is P1 or P2"),
            ("severity is in (P1, P2)", "severity in (P1, P2)", "the severity is P1 or P2"),
            ("severity not in (P1, P2)", "severity not in (P1, P2)", "the severity is not P1 or P2"),
            ("not severity at least P2", "not severity at least P2", "the severity is milder than P2"),
            ("type is security", "type is security", "the type is security"),
            ("status is on-hold", "status is on-hold", "the status is on-hold"),
            ("kind is drill", "kind is drill", "the incident is a drill"),
            ("service is checkout", "service is checkout", "the service is checkout"),
            ("public", "public", "the incident is public"),
            ("active", "active", "the incident is active"),
            ("active for 2h", "active for 2h", "the incident has been active for 2 h"),
            ("customer-facing", "customer-facing", "\"Customer-facing\" is yes"),
            ("customer-facing is no", "not customer-facing", "\"Customer-facing\" is not yes"),
            ("customer-facing is not no", "customer-facing", "\"Customer-facing\" is yes"),
            ("impact is ALL", "impact is ALL", "impact is ALL"),
            ("impact is \"NONE AT ALL\"", "impact is \"NONE AT ALL\"", "impact is NONE AT ALL"),
            ("regions in (eu, us)", "regions in (eu, us)", "regions is eu or us"),
            ("users > 1000", "users > 1000", "users is more than 1000"),
            ("users >= 50%", "users >= 50%", "users is at least 50%"),
            ("errors<0.5%", "errors < 0.5%", "errors is less than 0.5%"),
            ("errors is 1.50%", "errors is 1.5%", "errors is 1.5%"),
            ("errors is not 0%", "errors is not 0%", "it is not so that errors is 0%"),
            ("cause is 'say \"no\"'", "cause is 'say \"no\"'", "cause is say \"no\""),
            (
                "severity at least P2 and customer-facing", "severity at least P2 and customer-facing",
                "the severity is P2 or worse and \"Customer-facing\" is yes"
            ),
            ("public or active and customer-facing", "public or active and customer-facing", nil),
            ("(public or active) and customer-facing", "(public or active) and customer-facing", nil),
            ("(public and active) and customer-facing", "public and active and customer-facing", nil),
            ("public or (active or customer-facing)", "public or active or customer-facing", nil),
            (
                "not (public or active)", "not (public or active)",
                "it is not so that (the incident is public or the incident is active)"
            ),
            ("not not public", "not not public", nil),
        ] as [(String, String, String?)])
    func `a condition is printed as it is read again`(_ text: String, _ printed: String, _ words: String?) throws {
        let condition = try read(text)
        #expect(condition.description == printed)
        #expect(try read(printed) == condition)
        if let words { #expect(condition.words { $0 == "customer-facing" ? "Customer-facing" : nil } == words) }
    }

    @Test(arguments: [
        ("", 0, "a condition is missing: write one such as \"severity at least X\" or the id of a yes-no field"),
        ("severity", 8, "write \"is\", \"is not\" or \"in (A, B)\" here, not the end"),
        ("severity is P9", 12, "there is no severity \"P9\": there is P1, P2, P3"),
        ("severity at leest P1", 12, "write \"at least\" or \"at most\""),
        ("type is fire", 8, "there is no type \"fire\": there is outage, security"),
        ("status is resolve", 10, "there is no status \"resolve\": did you mean \"resolved\"?"),
        ("costumer-facing", 0, "there is no field \"costumer-facing\": did you mean \"customer-facing\"?"),
        ("customer-facing is maybe", 19, "\"customer-facing\" is answered with yes or no, not with \"maybe\""),
        ("impact is NONE", 10, "there is no choice of \"impact\" \"NONE\": did you mean \"NONE AT ALL\"?"),
        ("impact", 6, "write \"is\", \"is not\" or \"in (A, B)\" here, not the end"),
        ("impact in ALL", 10, "the list begins with a parenthesis: in (A, B)"),
        ("impact in (ALL, ", 16, "the name of a choice of \"impact\" is expected here, not the end"),
        ("impact in (ALL SOME)", 15, "a comma or a closing parenthesis is expected here, not \"SOME\""),
        ("users", 5, "\"users\" is a number: compare it, as in \"users > 10\""),
        ("users > many", 8, "a number or a percentage is expected here, not \"many\""),
        ("active for ever", 11, "\"ever\" is not a length of time: write one such as 15m or 1h30m"),
        ("active for 5", 12, "a unit is missing: write 5m, 5h or 5 business hours"),
        ("public active", 7, "\"and\" or \"or\" is expected here, not \"active\""),
        (
            "public and", 10,
            "a condition is missing: write one such as \"severity at least X\" or the id of a yes-no field"
        ),
        ("(public", 7, "a closing parenthesis is missing before the end"),
        ("public)", 6, "\"and\" or \"or\" is expected here, not \")\""),
        ("cause is 'it", 9, "this quotation mark is never closed"),
        ("é and public", 0, "there is no field \"é\": there is cause, customer-facing, errors, impact, regions, users"),
    ])
    func `what is wrong with a condition is told at its character`(_ text: String, _ offset: Int, _ reason: String) {
        #expect {
            try read(text)
        } throws: { error in
            let fault = error as? GuardFault
            #expect(fault?.offset == offset)
            #expect(fault?.reason == reason)
            return true
        }
    }

    @Test func `conditions have a length and a depth`() {
        let long = String(repeating: "public or ", count: 100) + "public"
        let deep = String(repeating: "(", count: 20) + "public" + String(repeating: ")", count: 20)
        #expect(throws: GuardFault.self) { try read(long) }
        #expect {
            try read(deep)
        } throws: { ($0 as? GuardFault)?.reason == "conditions stand at most 16 deep inside one another" }
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `random conditions end with a condition that prints and reads back, or with a fault`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let words = [
            "severity", "at", "least", "P1", "P2", "is", "not", "in", "(", ")", ",", "and", "or", "active", "for", "2h",
            "public",
            "customer-facing", "users", ">", "10", "50%", "impact", "ALL", "always", "\"x y\"", "regions", "eu",
        ]
        for _ in 0..<4_000 {
            let text = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                words.randomElement(using: &generator) ?? ""
            }
            .joined(separator: " ")
            guard let condition = try? read(text) else { continue }  // most of them are nonsense, and refused
            #expect(try read(condition.description) == condition, "seed \(seed): \(text)")
        }
    }

    // MARK: Judging

    private static let declared = Instant(seconds: 1_000_000)

    private func facts(_ change: (inout GuardFacts) -> Void = { _ in }) -> GuardFacts {
        var facts = GuardFacts(
            ladder: ["P1", "P2", "P3"], severity: "P2", type: "outage", statuses: ["declared"], service: "checkout",
            fields: [
                "customer-facing": .yes(true), "impact": .text("SOME"), "regions": .several(["eu"]),
                "users": .amount(Amount(1_200), of: Amount(10_000)),
                "errors": .amount(Amount(millionths: 1_500_000, isPercent: true), of: nil),
            ], declaredAt: Self.declared, isActive: true)
        change(&facts)
        return facts
    }

    @Test(arguments: [
        ("severity at least P2", true), ("severity at least P1", false), ("severity at least P3", true),
        ("severity at most P2", true), ("severity at most P3", false), ("severity is P2", true),
        ("severity in (P1, P3)", false),
        ("type is outage", true), ("type is not outage", false), ("status is declared", true), ("kind is real", true),
        ("kind is drill", false), ("service in (checkout, cart)", true), ("active", true), ("public", false),
        ("customer-facing", true), ("customer-facing is no", false), ("impact is not ALL", true),
        ("impact in (ALL, SOME)", true),
        ("regions is eu", true), ("regions is us", false), ("regions is not us", true), ("users >= 1200", true),
        ("users > 1200", false), ("users is 1200", true), ("users > 10%", true), ("users is 12%", true),
        ("users > 12%", false),
        ("errors >= 1.5%", true), ("errors < 1.5%", false), ("errors <= 1.5%", true),
        ("public or customer-facing and active", true), ("(public or customer-facing) and type is security", false),
    ])
    func `a condition holds or does not`(_ text: String, _ holds: Bool) throws {
        #expect(try read(text).verdict(facts(), at: Self.declared) == (holds ? .yes : .no(unanswered: [])))
    }

    @Test(arguments: [
        ("cause is disk", GuardVerdict.no(unanswered: ["cause"])),
        ("cause is not disk", .no(unanswered: ["cause"])),
        ("cause is disk or severity is P2", .yes),
        ("cause is disk and severity is P1", .no(unanswered: [])),
        ("cause is disk and severity is P2", .no(unanswered: ["cause"])),
    ])
    func `what nobody has said is neither so nor not so`(_ text: String, _ verdict: GuardVerdict) throws {
        #expect(try read(text).verdict(facts(), at: Self.declared) == verdict)
    }

    @Test func `nothing is known of an incident that was only reported`() throws {
        let reported = GuardFacts(ladder: ["P1", "P2", "P3"])
        for (text, unanswered) in [
            ("severity at least P3", ["severity"]), ("type is not security", ["type"]),
            ("customer-facing", ["customer-facing"]),
            ("not customer-facing", ["customer-facing"]), ("users > 50% or service is cart", ["users", "service"]),
            ("active", []),
        ] {
            #expect(try read(text).verdict(reported, at: Self.declared) == .no(unanswered: unanswered), "\(text)")
        }
    }

    @Test(arguments: [
        ("active for 2h", 0, GuardVerdict.notYet(declared + .hours(2))),
        ("active for 2h", 7_199, .notYet(declared + .hours(2))),
        ("active for 2h", 7_200, .yes),
        ("severity is P2 and active for 2h", 0, .notYet(declared + .hours(2))),
        ("severity is P1 and active for 2h", 0, .no(unanswered: [])),
        ("severity is P1 or active for 2h", 60, .notYet(declared + .hours(2))),
        ("active for 1h and active for 2h", 0, .notYet(declared + .hours(2))),
        ("active for 1h or active for 2h", 0, .notYet(declared + .hours(1))),
        ("not active for 1h", 0, .yes),
        ("not active for 1h", 3_600, .no(unanswered: [])),
        ("active for 1h and not active for 2h", 0, .notYet(declared + .hours(1))),
        ("active for 1h and not active for 2h", 7_200, .no(unanswered: [])),
    ])
    func `a condition on time says when it will turn true`(_ text: String, _ second: Int64, _ verdict: GuardVerdict)
        throws
    {
        #expect(try read(text).verdict(facts(), at: Self.declared + .seconds(second)) == verdict)
    }

    @Test func `an incident that is over never becomes active for longer`() throws {
        let over = facts { $0.isActive = false }
        #expect(try read("active for 2h").verdict(over, at: Self.declared + .hours(3)) == .no(unanswered: []))
        #expect(try read("active for 2h").turns(over, after: Self.declared) == [])
        #expect(
            try read("active for 2h or not active for 1h").turns(facts(), after: Self.declared)
                == [Self.declared + .hours(1), Self.declared + .hours(2)])
    }

    @Test func `a share needs to know of what`() throws {
        let unknown = facts { $0.fields["users"] = .amount(Amount(1_200), of: nil) }
        #expect(try read("users > 10%").verdict(unknown, at: Self.declared) == .no(unanswered: ["users"]))
        #expect(try read("users > 1000").verdict(unknown, at: Self.declared) == .yes)
    }

    @Test func `conditions are joined without repeating themselves`() throws {
        let one = try read("public")
        #expect(Guard.always.and(one) == one)
        #expect(one.and(.always) == one)
        #expect(one.and(one) == one)
        #expect(one.and(try read("active and customer-facing")).description == "public and active and customer-facing")
        #expect(try read("public or active").and(one).description == "(public or active) and public")
    }

    @Test func `a condition names the fields that it asks for, in order`() throws {
        #expect(try read("users > 5 and (customer-facing or users > 10)").fields == ["users", "customer-facing"])
    }
}
