import Notation
import Testing

/// F19: a hostile body costs no more than its size, and is refused with a sentence.
@Suite struct JSONLimitsTests {
    static let narrow = JSONLimits(bytes: 64, depth: 3, members: 3, values: 6, stringBytes: 8, numberBytes: 4)

    static let within = [
        "[[[]]]", "{\"a\":{\"b\":{}}}", "{\"a\":1,\"b\":2,\"c\":3}", "[1,2,3,4,5]", "\"12345678\"", "1234",
        "[\"éééé\"]",
        String(repeating: " ", count: 63) + "1",
    ]

    @Test(arguments: within)
    func `a text at its limits is read`(text: String) throws {
        _ = try JSON(parsing: text, limits: Self.narrow)
    }

    static let beyond: [(String, String, String)] = [
        ("[[[[]]]]", "1:4", "values are nested more than 3 deep"),
        ("{\"a\":[[{}]]}", "1:8", "values are nested more than 3 deep"),
        ("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}", "1:20", "an object has more than 3 members"),
        ("[1,2,3,4,5,6]", "1:12", "the text has more than 6 values"),
        ("[[1,2],[3,4]]", "1:11", "the text has more than 6 values"),
        ("\"123456789\"", "1:1", "a string has more than 8 bytes"),
        ("{\"123456789\":1}", "1:2", "a string has more than 8 bytes"),
        ("[\"ééééé\"]", "1:2", "a string has more than 8 bytes"), ("12345", "1:1", "a number has more than 4 digits"),
        (String(repeating: " ", count: 64) + "1", "", "the text has 65 bytes, but at most 64 are read"),
    ]

    @Test(arguments: beyond.indices)
    func `a text beyond a limit is refused, read or skipped`(row: Int) {
        let (text, place, reason) = Self.beyond[row]
        let fault = InputFault(at: place, reason)
        #expect(throws: fault) { try JSON(parsing: text, limits: Self.narrow) }
        #expect(throws: fault) {
            try JSONReader.read(Array(text.utf8), limits: Self.narrow) { (_: inout JSONReader) in }
        }
    }

    @Test func `nesting without end is refused at the depth limit`() {
        for opening in ["[", "{\"a\":"] {
            let text = String(repeating: opening, count: 100_000)
            let column = opening == "[" ? 33 : 32 * 5 + 1
            #expect(throws: InputFault(at: "1:\(column)", "values are nested more than 32 deep")) {
                try JSON(parsing: text, limits: .intake)
            }
        }
    }

    @Test func `a million keys are refused`() {
        var text = "{"
        for key in 0..<1_000_000 { text += "\"\(key)\":0," }
        text += "\"end\":0}"
        #expect(throws: InputFault(at: "", "the text has \(text.utf8.count) bytes, but at most 1048576 are read")) {
            try JSON(parsing: text, limits: .intake)
        }
        #expect(throws: InputFault.self) { try JSON(parsing: text, limits: .stored) }
        let fitting = String(text.prefix(1_000_000)) + "\":0}"
        #expect(throws: InputFault.self) { try JSON(parsing: fitting, limits: .intake) }
    }

    @Test func `a string of a Mebibyte is refused, and one at the limit is read`() throws {
        let longest = JSONLimits.intake.stringBytes
        let text = String(repeating: "x", count: longest)
        #expect(try JSON(parsing: "\"\(text)\"", limits: .intake) == .string(text))
        #expect(throws: InputFault(at: "1:1", "a string has more than \(longest) bytes")) {
            try JSON(parsing: "\"\(text)x\"", limits: .intake)
        }
    }

    @Test func `a number with very many digits is refused`() {
        let digits = String(repeating: "9", count: 500_000)
        for text in [digits, "0.\(digits)", "1e\(digits)"] {
            #expect(throws: InputFault(at: "1:1", "a number has more than 512 digits")) {
                try JSON(parsing: text, limits: .intake)
            }
        }
    }

    static let twice = [
        #"{"role":"viewer","role":"admin"}"#, #"{"role":1,"x":{},"\u0072ole":2}"#, #"{"a":[{"b":1,"b":1}]}"#,
        "{\"\u{e9}\":1,\"e\u{301}\":2}",
    ]

    @Test(arguments: twice)
    func `S76: a name that comes twice is refused where the limits say so`(text: String) throws {
        let fault = #expect(throws: InputFault.self) { try JSON(parsing: text, limits: .api) }
        #expect(fault?.reason.hasSuffix("is there twice") == true)
        #expect(throws: InputFault.self) {
            try JSONReader.read(Array(text.utf8), limits: .api) { (_: inout JSONReader) in }
        }
        _ = try JSON(parsing: text, limits: .intake)
    }

    @Test func `the same name in two objects is not a repetition`() throws {
        let text = #"{"a":{"a":{"b":1},"b":[{"b":1},{"b":2}]},"b":3}"#
        #expect(try JSON(parsing: text, limits: .api).text == text)
    }
}
