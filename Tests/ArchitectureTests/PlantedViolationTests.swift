import Testing

/// The rules find what they are for, and leave alone what only looks like it.
@Suite struct PlantedViolationTests {
    struct Plant: Sendable, CustomTestStringConvertible {
        let path: String
        let code: String
        /// The line and a part of the advice; nil when nothing is wrong.
        let found: (line: Int, advice: String)?

        init(_ path: String, _ code: String, _ line: Int, _ advice: String) {
            self.path = path
            self.code = code
            found = (line, advice)
        }

        init(fine path: String, _ code: String) {
            self.path = path
            self.code = code
            found = nil
        }

        var testDescription: String { "\(path): \(code)" }
    }

    private func check(_ plant: Plant) {
        let violations = SourceText(path: plant.path, plant.code).violations
        guard let found = plant.found else {
            #expect(violations == [])
            return
        }
        #expect(violations.map(\.line) == [found.line])
        #expect(violations.first?.advice.contains(found.advice) == true, "\(violations)")
        #expect(violations.first?.description.hasPrefix("\(plant.path):\(found.line): ") == true)
    }

    @Test(arguments: [
        Plant("Sources/Chronology/A.swift", "import Foundation", 1, "Chronology may not import Foundation"),
        Plant("Sources/Chronology/A.swift", "\n\nimport Notation", 3, "Chronology may not import Notation"),
        Plant("Sources/Paging/A.swift", "import struct Foundation.Date", 1, "may not import Foundation"),
        Plant("Sources/Paging/A.swift", "@preconcurrency import Dispatch", 1, "may not import Dispatch"),
        Plant("Sources/Paging/A.swift", "internal import Glibc", 1, "may not import Glibc"),
        Plant("Sources/Paging/A.swift", "@_spi(Inner) import Incidents", 1, "may not import Incidents"),
        Plant("Sources/Paging/A.swift", "import Chronology; import Glibc", 1, "may not import Glibc"),
        Plant("Sources/Engine/A.swift", "import Hummingbird", 1, "Engine may not import Hummingbird"),
        Plant("Sources/Engine/A.swift", "import GRDB", 1, "may not import GRDB"),
        Plant("Sources/Web/A.swift", "import GRDB", 1, "may not import GRDB"),
        Plant("Sources/Web/A.swift", "import AsyncHTTPClient", 1, "may not import AsyncHTTPClient"),
        Plant("Sources/Intake/A.swift", "import Yams", 1, "may not import Yams"),
        Plant("Sources/Attic/A.swift", "let a = 1", 1, "Attic is not a room"),
        Plant(fine: "Sources/Web/A.swift", "import Hummingbird\nimport Engine\nimport Foundation"),
        Plant(fine: "Sources/Storage/A.swift", "import CPostgreSQL\nimport GRDB"),
        Plant(fine: "Sources/Paging/A.swift", "// import Foundation\n/* import Glibc */\nlet a = \"import Dispatch\""),
        Plant(fine: "Sources/Paging/A.swift", "func import(_ a: Int) {}\nlet b = a.import(Foundation)"),
        Plant(fine: "Tests/WebTests/A.swift", "import Foundation"),
    ]) func `a forbidden import is found`(_ plant: Plant) { check(plant) }

    @Test(arguments: [
        Plant("Sources/Alerting/A.swift", "let now = Date()", 1, "Date is a clock"),
        Plant("Sources/Alerting/A.swift", "let text = \"at \\(Date())\"", 1, "Date is a clock"),
        Plant("Sources/Alerting/A.swift", "let clock = ContinuousClock()", 1, "ContinuousClock is a clock"),
        Plant("Sources/Alerting/A.swift", "let roll = Int.random(in: 1...6)", 1, "random is random"),
        Plant("Sources/Alerting/A.swift", "let one = all.randomElement()", 1, "randomElement is random"),
        Plant("Sources/Alerting/A.swift", "var g = SystemRandomNumberGenerator()", 1, "SystemRandomNumberGenerator"),
        Plant("Sources/Alerting/A.swift", "let id = UUID()", 1, "UUID is random"),
        Plant("Sources/Paging/A.swift", "func page() async {}", 1, "async does not belong"),
        Plant("Sources/Paging/A.swift", "let a =\n    await b", 2, "await does not belong"),
        Plant("Sources/Paging/A.swift", "Task { }", 1, "Task does not belong"),
        Plant("Sources/Paging/A.swift", "Task.detached { }", 1, "Task does not belong"),
        Plant("Sources/Paging/A.swift", "public actor Pager {}", 1, "actor does not belong"),
        Plant("Sources/Paging/A.swift", "print(1)", 1, "print is input or output"),
        Plant(fine: "Sources/Paging/A.swift", "let actor = Actor.tocsin\nswitch actor { default: break }"),
        Plant(fine: "Sources/Incidents/A.swift", "struct Task { let title: String }\nlet tasks: [Task] = []"),
        Plant(fine: "Sources/Paging/A.swift", "let n = Int.random(in: 0..<(9), using: &generator)"),
        Plant(fine: "Sources/Paging/A.swift", "/// Task { await Date() }\nlet a = #\"UUID() \\(Date())\"#"),
        Plant(fine: "Sources/Engine/A.swift", "func a() async { await Task.yield() }"),
    ]) func `a clock, chance or waiting below the line is found`(_ plant: Plant) { check(plant) }

    @Test(arguments: [
        Plant("Sources/Engine/A.swift", "let c = HTTPClient()", 1, "HTTPClient connects"),
        Plant("Sources/Web/A.swift", "ClientBootstrap(group: g)", 1, "ClientBootstrap connects"),
        Plant("Sources/tocsin/A.swift", "URLSession.shared", 1, "URLSession connects"),
        Plant(fine: "Sources/tocsin/A.swift", "let c = HTTPClient.shared"),
        Plant(fine: "Sources/Delivery/A.swift", "let c = HTTPClient()"),
    ]) func `a connection outside of Delivery is found`(_ plant: Plant) { check(plant) }

    @Test(arguments: [
        Plant("Sources/Web/StringUtils.swift", "", 1, "the file name StringUtils"),
        Plant("Sources/Web/Page+Helpers.swift", "", 1, "the file name Page+Helpers"),
        Plant("Tests/WebTests/Common.swift", "", 1, "the file name Common"),
        Plant("Sources/Web/A.swift", "\nfinal class SessionManager {}", 2, "the name SessionManager"),
        Plant("Sources/Web/A.swift", "enum DateHelper {}", 1, "the name DateHelper"),
        Plant(fine: "Sources/Intake/AlertmanagerWebhook.swift", "struct Alertmanager {}\nextension FileManager {}"),
        Plant(fine: "Sources/Web/A.swift", "let manager = 1 // the manager's role, a common case"),
    ]) func `a name that says nothing is found`(_ plant: Plant) { check(plant) }

    @Test(arguments: [
        Plant("Sources/Web/A.swift", "let a = try! b()", 1, "try! ends the process"),
        Plant("Sources/Web/A.swift", "let a = try? b()", 1, "try? without a comment"),
        Plant("Sources/Web/A.swift", "final class A: @unchecked Sendable {}", 1, "@unchecked Sendable"),
        Plant("Sources/Web/A.swift", "nonisolated(unsafe) var a = 1", 1, "nonisolated(unsafe)"),
        Plant("Sources/Web/A.swift", "let a = 1\n// TODO: more", 2, "an unfinished place"),
        Plant("Tests/WebTests/A.swift", "@testable import Web", 1, "@testable"),
        Plant(fine: "Sources/Web/A.swift", "// A lost line of the log wakes nobody.\ntry? b()"),
        Plant(fine: "Sources/Web/A.swift", "final class A: @unchecked Sendable {}  // guarded by the lock"),
        Plant(fine: "Sources/Web/A.swift", "let a = try b() ?? 1\nlet text = \"try! TODO\""),
        Plant(fine: "Sources/Web/A.swift", "guard try !isDone() else { return }"),
    ]) func `what is unsafe and does not say why is found`(_ plant: Plant) { check(plant) }

    @Test(arguments: [
        Plant(
            "Sources/Web/A.swift", "let a = \"SELECT id FROM alert\"", 1,
            "SQL outside of Engine, Identity, Simulation, Storage"),
        Plant("Sources/Delivery/A.swift", "let a = \"\"\"\n    DELETE FROM alert\n    \"\"\"", 1, "SQL outside of"),
        Plant("Sources/Web/A.swift", "let a = \"UPDATE alert SET title = ?\"", 1, "SQL outside of"),
        Plant("Sources/Storage/A.swift", "let a = \"SELECT * FROM \\(table)\"", 1, "\\(table) inside of SQL"),
        Plant(
            "Sources/Engine/A.swift", "c.query(\n\"\"\"\nSELECT a WHERE b = '\\(b.c)'\n\"\"\")", 2,
            "\\(b.c) inside of SQL"),
        Plant("Sources/Storage/A.swift", "c.execute(\"\\(statement)\")", 1, "\\(statement) inside of SQL"),
        Plant("Sources/Storage/A.swift", "c.execute(sql: \"VACUUM \\(file)\")", 1, "\\(file) inside of SQL"),
        Plant("Sources/Storage/A.swift", "let a = \"PRAGMA \\(Limits.of(x)) = 1\"", 1, "inside of SQL"),
        Plant(
            fine: "Sources/Storage/A.swift",
            "static let columns = \"id, at\"\nlet a = \"SELECT \\(columns) FROM alert\""),
        Plant(fine: "Sources/Engine/A.swift", "let a = \"SELECT \\(AlertRecord.columns) FROM alert WHERE id = ?\""),
        Plant(fine: "Sources/Web/A.swift", "let a = \"DELETE /api/v1/tokens\"\nlet b = \"Select one from the list\""),
        Plant(fine: "Sources/Delivery/A.swift", "let a = \"MAIL FROM:<\\(sender)>\""),
        Plant(fine: "Sources/Storage/A.swift", "log(\"the query took \\(time)\")\nlet u = \"UPDATE\""),
    ]) func `SQL in the wrong place or made of values is found`(_ plant: Plant) { check(plant) }

    @Test func `a long file is found, whatever it holds`() {
        let full = SourceText(path: "Tests/WebTests/A.swift", String(repeating: "let a = 1\n", count: 600))
        #expect(full.violations == [])
        let long = SourceText(path: "Tests/WebTests/A.swift", String(repeating: "let a = 1\n", count: 601))
        #expect(long.violations.map(\.line) == [601])
        let unended = SourceText(path: "Tests/WebTests/A.swift", String(repeating: "// a\n", count: 600) + "// b")
        #expect(unended.lineCount == 601)
    }

    @Test func `code, text and comments are told apart`() {
        let source = SourceText(
            path: "Sources/Web/A.swift",
            """
            let a = "one \\(b(")", c)) two" // three "four
            /* five /* six */ "seven */
            let d = #"eight \\(nine) \\#(ten)"#
            let e = "unclosed
            let `f g` = \"\"\"
                "h" \\(i)
                \"\"\"
            """)
        #expect(
            source.literals == [
                .init(text: ")", line: 1, interpolations: []),
                .init(text: "one  two", line: 1, interpolations: ["b(\")\", c)"]),
                .init(text: "eight \\(nine) ", line: 3, interpolations: ["ten"]),
                .init(text: "unclosed", line: 4, interpolations: []),
                .init(text: "\n    \"h\" \n    ", line: 5, interpolations: ["i"]),
            ])
        #expect(source.comments.map(\.line) == [1, 2])
        #expect(
            source.tokens.filter { $0.kind == .word }.map(\.text) == [
                "let", "a", "b", "c", "let", "d", "ten", "let", "e", "let", "`f g`", "i",
            ])
    }
}
