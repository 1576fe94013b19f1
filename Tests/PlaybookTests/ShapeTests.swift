import Notation
import Playbooks
import Testing

/// The grammar, and what is made of it.
@Suite struct ShapeTests {
    @Test func `every key of the grammar, and every way to write its value, is read from a document`() throws {
        var coverage = ShapeCoverage()
        _ = try SampleDocument.playbook(SampleDocument.rarer)
        for bytes in BuiltInPlaybooks.texts.map(\.bytes) + [Array(SampleDocument.rarer.utf8)] {
            coverage.walk(try DocumentTree(yaml: bytes).root, .record(Playbook.shape))
        }
        #expect(ShapeCoverage.all(.record(Playbook.shape)).subtracting(coverage.met).sorted() == [])
    }

    @Test func `no two parts of the grammar share a name, so that schema and reference can name each`() {
        let records = ShapeCoverage.records(.record(Playbook.shape)).map(\.name)
        let names = (records + Leaf.allCases.map(\.rawValue)).sorted()
        #expect(zip(names, names.dropFirst()).filter { $0 == $1 }.map(\.0) == [])
    }

    // MARK: What is made of it

    @Test func `the schema defines what it refers to, and every record of the grammar`() throws {
        let schema = Playbook.jsonSchema
        #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
        let defined = Set(schema["$defs"]?.members?.map(\.name) ?? [])
        var referred: Set<String> = []
        func visit(_ json: JSON) {
            if case .object(let members) = json {
                for member in members {
                    if member.name == "$ref", let text = member.value.string {
                        referred.insert(String(text.dropFirst(8)))
                    }
                    visit(member.value)
                }
            }
            if case .array(let elements) = json { for element in elements { visit(element) } }
        }
        visit(schema)
        #expect(referred == defined)
        let names = ShapeCoverage.records(.record(Playbook.shape)).map {
            $0.name.split(separator: " ").joined(separator: "-")
        }
        #expect(Set(names).subtracting(defined) == ["playbook"], "the playbook is the schema itself")
        // What is written is read again: names are quoted and numbers are numbers.
        let limits = JSONLimits(bytes: 1 << 20, members: 1_000, values: 100_000, stringBytes: 64 << 10)
        #expect(try JSON(parsing: schema.text, limits: limits) == schema)
    }

    @Test func `a part of the schema says what stands there and what has to`() {
        #expect(
            Playbook.jsonSchema["$defs"]?["slower-interval"]?.text == """
                {"type":"object","description":"The interval for an incident that goes on.","properties":{\
                "from":{"description":"How long the incident has been going on when it begins to apply.","$ref":"#/$defs/duration"},\
                "every":{"description":"How often from then on.","$ref":"#/$defs/interval"}},\
                "additionalProperties":false,"required":["from","every"]}
                """)
        #expect(
            Playbook.jsonSchema["$defs"]?["single-action"]?["allOf"]?.text
                == #"[{"oneOf":[{"required":["to"]},{"required":["none"]}]}]"#)
        #expect(
            Playbook.jsonSchema["$defs"]?["figure"]?["allOf"]?.array?.last?.text
                == #"{"if":{"properties":{"kind":{"const":"mean"}},"required":["kind"]},"then":{"required":["field"]}}"#
        )
    }

    @Test func `the reference has a section for every record and a row for every key`() {
        let reference = Playbook.markdownReference
        let sections = reference.split(separator: "\n## ", omittingEmptySubsequences: false)
        for record in ShapeCoverage.records(.record(Playbook.shape)) {
            let title = record.name == "playbook" ? "the top level" : record.name
            let section = sections.first { $0.prefix { $0 != "\n" }.lowercased() == title }
            for field in record.fields {
                #expect(section?.contains("\n| `\(field.key)` | ") == true, "\(record.name).\(field.key)")
            }
        }
        // A cell that held a bar would have more columns than its table.
        for line in reference.split(separator: "\n") where line.hasPrefix("| `") {
            let bars = line.split(separator: "\\|", omittingEmptySubsequences: false).joined().count { $0 == "|" }
            #expect(bars == 5 || bars == 3, "\(line)")
        }
    }
}
