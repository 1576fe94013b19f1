import Alerting
import Chronology
import Intake
import Notation
import Testing

/// The same limits hold in every dialect.
@Suite struct IntakeLimitsTests {
    enum Dialect: CaseIterable {
        case webhook, api, generic

        func read(_ elements: [JSON]) throws -> IntakeResult {
            switch self {
            case .webhook: try AlertmanagerWebhook.read(Array((["alerts": .array(elements)] as JSON).text.utf8))
            case .api:
                AlertmanagerAPI.post(
                    Array(JSON.array(elements).text.utf8), contentType: "application/json", receivedAt: .epoch
                ).result
            case .generic: try GenericJSON.read(Array(JSON.array(elements).text.utf8), receivedAt: .epoch)
            }
        }
    }

    private func element(_ labels: [(String, String)], _ annotations: [(String, String)] = []) -> JSON {
        [
            "title": "t", "labels": .object(labels.map { JSON.Member($0.0, .string($0.1)) }),
            "annotations": .object(annotations.map { JSON.Member($0.0, .string($0.1)) }),
        ]
    }

    private func many(_ count: Int) -> [(String, String)] { (0..<count).map { ("l\($0)", "v") } }
    private func text(_ bytes: Int) -> String { String(repeating: "é", count: bytes / 2) }

    @Test(arguments: Dialect.allCases)
    func `labels at the limits are kept whole`(dialect: Dialect) throws {
        let elements = [
            element(many(64), many(64)), element([(text(256), text(8_192))], [(text(256), text(8_192))]),
        ]
        let result = try dialect.read(elements)
        #expect(result.faults == [])
        #expect(result.signals.map(\.labels.count) == [64, 1])
        #expect(result.signals.last?.labels == [Label(text(256), text(8_192))])
        #expect(result.signals.last?.annotations == [Label(text(256), text(8_192))])
    }

    @Test(arguments: Dialect.allCases)
    func `an element beyond a limit is a fault that names the label, and the others are kept`(dialect: Dialect) throws {
        let beyond = [
            element(many(65)), element(many(1_000)), element([(text(258), "v")]), element([("long", text(8_194))]),
        ]
        let name = String(repeating: "é", count: 80)
        let reasons = [
            "65 labels are too many; at most 64 are taken", "1000 labels are too many; at most 64 are taken",
            "the name of the label \"\(name)…\" has 258 bytes; at most 256 are taken",
            "the value of the label \"long\" has 8194 bytes; at most 8192 are taken",
        ]
        let result = try dialect.read([element([("first", "x")])] + beyond + [element([("last", "x")])])
        #expect(result.signals.map { $0.labels.map(\.name) } == [["first"], ["last"]])
        #expect(result.faults.count == reasons.count)
        for (fault, reason) in zip(result.faults, reasons) { #expect(fault.reason.hasSuffix(reason)) }
    }

    @Test(arguments: Dialect.allCases)
    func `annotations beyond a limit are cut and said to be, and the alert is kept`(dialect: Dialect) throws {
        let result = try dialect.read([
            element([("a", "b")], many(65)), element([("a", "c")], [("trace", text(20_000))]),
        ])
        #expect(result.faults == [])
        #expect(result.signals.map(\.annotations.count) == [64, 1])
        let trace = try #require(result.signals.last?.annotations.first?.value)
        #expect(trace.utf8.count <= 8_192 && trace.utf8.count > 8_180)
        #expect(trace.hasSuffix("é […cut]"))
        #expect(result.warnings.count == 2)
    }

    @Test(arguments: Dialect.allCases)
    func `control characters are replaced with a warning, and tabs and line ends stay`(dialect: Dialect) throws {
        let result = try dialect.read([
            element([("a\u{0}", "x\u{1b}[31m"), ("b", "one\r\ntwo\tthree\rfour\u{7f}\u{85}é\u{a0}")])
        ])
        #expect(
            result.signals.map(\.labels) == [
                [Label("a\u{fffd}", "x\u{fffd}[31m"), Label("b", "one\ntwo\tthree\u{fffd}four\u{fffd}\u{fffd}é\u{a0}")]
            ])
        #expect(result.warnings.count == 2)
        for warning in result.warnings { #expect(warning.hasSuffix("were replaced by U+FFFD")) }
    }

    @Test(arguments: Dialect.allCases)
    func `names that cleaning or normalisation makes one are told`(dialect: Dialect) throws {
        let result = try dialect.read([element([("a\u{1}", "2"), ("a\u{2}", "1"), ("é", "x"), ("e\u{301}", "y")])])
        #expect(result.signals.map(\.labels) == [[Label("a\u{fffd}", "2"), Label("é", "y")]])
        #expect(result.warnings.filter { $0.hasSuffix("one was taken") }.count == 2)
    }

    @Test(arguments: Dialect.allCases)
    func `a request with too many alerts is refused`(dialect: Dialect) throws {
        let elements = [JSON](repeating: element([("a", "b")]), count: 4_097)
        #expect(try dialect.read(Array(elements.dropLast())).signals.count == 4_096)
        switch dialect {
        case .webhook, .generic:
            let fault = #expect(throws: InputFault.self) { try dialect.read(elements) }
            #expect(fault?.reason == "a request has at most 4096 alerts")
        case .api:
            let result = try dialect.read(elements)
            #expect(result.signals == [])
            #expect(result.faults == [InputFault(at: "/4096", "a request has at most 4096 alerts")])
        }
    }

    @Test func `warnings beyond the limit are counted`() throws {
        let elements = [JSON](repeating: element([("a", "\u{1}")]), count: 150)
        let warnings = try Dialect.generic.read(elements).warnings
        #expect(warnings.count == 101)
        #expect(warnings.last == "50 more warnings are not listed")
    }

    @Test func `a title from Alertmanager's labels is capped, and the labels keep the whole`() throws {
        let long = text(4_096)
        let result = try Dialect.webhook.read([
            element([("alertname", long)]), element([("x", "y")], [("summary", long)]),
        ])
        let expected = String(repeating: "é", count: 1_023) + "…"
        #expect(result.signals.map(\.title) == [expected, expected])
        #expect(result.signals.first?.labels["alertname"] == long)
        #expect(result.signals.last?.annotations["summary"] == long)
    }
}
