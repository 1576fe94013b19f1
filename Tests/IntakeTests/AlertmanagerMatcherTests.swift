import Alerting
import Intake
import Notation
import Testing

@Suite struct AlertmanagerMatcherTests {
    static let parsed: [(String, String, AlertmanagerMatcher.Operator, String)] = [
        ("team=db", "team", .equal, "db"), (#"team="db""#, "team", .equal, "db"), (" team = db ", "team", .equal, "db"),
        (#"alertname=~"High.*""#, "alertname", .matches, "High.*"),
        ("alertname!~Node.*", "alertname", .differs, "Node.*"),
        (#"a!="b""#, "a", .notEqual, "b"), ("a=", "a", .equal, ""), (#"a="""#, "a", .equal, ""),
        (#"a="x\"y\\z\n""#, "a", .equal, "x\"y\\z\n"), (#"a="b=c!=d""#, "a", .equal, "b=c!=d"),
        ("a=b=c", "a", .equal, "b=c"),
        (#"a=~"1\.2""#, "a", .matches, #"1\.2"#), (#""label with space"="x""#, "label with space", .equal, "x"),
        ("größe=東京", "größe", .equal, "東京"), ("foo:bar_1=x", "foo:bar_1", .equal, "x"),
        (#"a=" b ""#, "a", .equal, " b "),
    ]

    @Test(arguments: parsed.indices)
    func `a matcher is name, operator and value, with or without quotes`(row: Int) throws {
        let (text, name, comparison, value) = Self.parsed[row]
        let matcher = try AlertmanagerMatcher(parsing: text)
        #expect(matcher == (try AlertmanagerMatcher(name, comparison, value)))
        #expect((matcher.name, matcher.comparison, matcher.value) == (name, comparison, value))
    }

    static let refused: [(String, String)] = [
        ("", "bad matcher format: "), ("team", "bad matcher format: team"), ("=x", "bad matcher format: =x"),
        ("a~b", "bad matcher format: a~b"), ("{a=\"b\"}", "bad matcher format: {a=\"b\"}"),
        ("a b=c", "bad matcher format: a b=c"), (#"""="x""#, #"bad matcher format: ""="x""#),
        (#"a="b"#, #"matcher value contains unescaped double quote: a="b"#),
        (#"a=b""#, #"matcher value contains unescaped double quote: a=b""#),
        (#"a="b"c"#, #"matcher value contains unescaped double quote: a="b"c"#),
        (#"a="b\""#, #"matcher value contains unescaped double quote: a="b\""#),
        ("a=~(", "error parsing regexp: missing closing ): `^(?:()$`"),
        ("a=~)", "error parsing regexp: unexpected ): `^(?:))$`"),
    ]

    @Test(arguments: refused)
    func `anything else is refused`(text: String, reason: String) {
        #expect(throws: InputFault(at: "", reason)) { try AlertmanagerMatcher(parsing: text) }
    }

    @Test func `a bad pattern is answered as it was recorded`() throws {
        let fixture = try Fixture("api-answers/get-alerts-filter-bad-regex")
        let fault = #expect(throws: InputFault.self) { try AlertmanagerMatcher(parsing: "a=~(") }
        let answer = AlertmanagerAnswer.refused(fault?.reason ?? "")
        #expect(
            Fixture.Answer(status: answer.status, contentType: answer.contentType, body: answer.body) == fixture.answer)
    }

    static let labels = [Label("alertname", "DiskFull"), Label("team", "db"), Label("text", "one\ntwo")]
    static let matched: [(String, Bool)] = [
        ("team=db", true), ("team=DB", false), ("team!=db", false), ("team!=web", true), ("x=", true), ("x!=", false),
        ("x=y", false), ("x!=y", true), ("team=", false), ("team!=", true),
        ("alertname=~Disk.*", true), ("alertname!~Node.*", true), ("alertname=~Disk", false), ("alertname!~Disk", true),
        ("team=~web|db", true), ("x=~.*", true), ("x=~.+", false), ("team=~.+", true),
    ]

    @Test(arguments: matched)
    func `a label that is not there counts as empty`(text: String, expected: Bool) throws {
        #expect(try AlertmanagerMatcher(parsing: text).matches(Self.labels) == expected)
    }

    static let patterns: [(String, yes: [String], no: [String])] = [
        ("", [""], ["a"]), ("abc", ["abc"], ["ab", "abcd", "xabc", "ABC", ""]),
        ("a|b|c", ["a", "b", "c"], ["ab", "", "|"]),
        ("(a|b)", ["a", "b"], ["(a", "c"]), ("(?:a|b)", ["a", "b"], ["?:a"]), ("a|", ["a", ""], ["b"]),
        ("foo.*", ["foo", "foobar"], ["fo", "xfoo", "foo\nbar"]), ("foo.+", ["foobar"], ["foo", "xfoo"]),
        (".*foo", ["foo", "barfoo"], ["foob", "bar\nfoo"]), (".+foo", ["xfoo"], ["foo"]),
        (".*foo.*", ["foo", "xfoo", "foox", "xfoox", "fofoo"], ["fo", "f\noo", "x\nfoo"]),
        (".+foo.+", ["xfoox", "foofoofoo"], ["foo", "xfoo", "foox", "foofoo"]),
        (".*aab.*", ["aaab", "aaaab"], ["aaa"]),
        (".*", ["", "x", "ü"], ["\n"]), (".+", ["x"], ["", "\n"]), (".*.*", ["", "x"], ["a\nb"]),
        (".+.+", ["xy"], ["x", ""]),
        (#"1\.2"#, ["1.2"], ["1x2"]), (#"a\|b|c\.\*"#, ["a|b", "c.*"], ["a", "c.x"]), (#"\\.*"#, [#"\x"#], ["x"]),
        ("東京.*", ["東京", "東京都"], ["東"]), ("web-.*|db-.*|cache", ["web-1", "db-", "cache"], ["cache-1", "web"]),
        (".*-1|.*-2", ["a-1", "a-2"], ["a-3"]), ("a b:c/d-e", ["a b:c/d-e"], ["a"]),
    ]

    @Test(arguments: patterns.indices)
    func `the simple patterns match as RE2 matches them, anchored at both ends`(row: Int) throws {
        let (text, yes, no) = Self.patterns[row]
        let pattern = try AnchoredPattern(text)
        for example in yes { #expect(pattern.matches(example), "\(text) on \(example)") }
        for example in no { #expect(!pattern.matches(example), "\(text) on \(example)") }
    }

    static let unsupported = [
        "a.c", "a.*b", "[ab]", "a?", "ab*", "a+", "a{2}", "^a", "a$", "(a)(b)", "(a|b)c", "a(b|c)", "(?i)a", #"\d"#,
        #"\bfoo"#,
        ".*?", "foo.*+", #"\.*"#, "((a))", ".", "..", "a|b.c",
    ]

    @Test(arguments: unsupported)
    func `a pattern that needs an engine is refused, never guessed at`(text: String) {
        let fault = #expect(throws: InputFault.self) { try AnchoredPattern(text) }
        #expect(fault?.reason.hasPrefix("the regular expression \"\(text)\" is not supported") == true)
    }

    @Test func `a pattern made to be slow is matched in linear time`() throws {
        let text = String(repeating: "a", count: 8_192)
        let pattern = try AnchoredPattern(".*" + String(repeating: "a", count: 2_000) + "b.*")
        #expect(!pattern.matches(text))
        #expect(throws: InputFault(at: "", "a pattern has at most 256 alternatives")) {
            try AnchoredPattern(String(repeating: "|", count: 256))
        }
        #expect(throws: InputFault(at: "", "a matcher has at most 4096 bytes")) {
            try AlertmanagerMatcher(parsing: "a=" + text)
        }
    }
}
