import Notation
import Testing

/// The tables follow the grammar of RFC 8259 production by production. Texts that are not valid UTF-8 are given as bytes.
@Suite struct JSONSyntaxTests {
    static let accepted: [(String, JSON)] = [
        // Section 2: any value may be the whole text, with white space around every token.
        ("null", .null), ("true", true), ("false", false), ("\"\"", ""), ("[]", []), ("{}", [:]),
        (" \t\r\n null \t\r\n ", .null),
        (" [ 1 , 2 ] ", [1, 2]), ("\n{\r\"a\"\t:\n1 , \"b\" : [ ] }", ["a": 1, "b": []]),
        // Section 4: names in order; an empty name; the same name twice is read twice unless it is refused.
        (#"{"b":1,"a":2}"#, ["b": 1, "a": 2]), (#"{"":0}"#, ["": 0]), (#"{"a":1,"a":2}"#, ["a": 1, "a": 2]),
        (#"{"\u0061":1}"#, ["a": 1]), (#"{"a":{"a":{"a":null}}}"#, ["a": ["a": ["a": .null]]]),
        // Section 5.
        ("[[],[[]],{}]", [[], [[]], [:]]), ("[null,1,\"1\",true]", [.null, 1, "1", true]),
        // Section 6.
        ("0", 0), ("-0", 0), ("-1", -1), ("1234567890", 1_234_567_890),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)),
        ("-9223372036854775809", .double(-9_223_372_036_854_775_808)),
        ("100000000000000000000", .double(1e20)), ("0.5", .double(0.5)), ("-0.0", .double(-0.0)), ("1.0", .double(1)),
        ("1e0", .double(1)), ("1E+2", .double(100)), ("1e-2", .double(0.01)), ("0e1", .double(0)), ("0E-0", .double(0)),
        ("123.456e78", .double(123.456e78)), ("1e-400", .double(0)), ("4.9e-324", .double(.leastNonzeroMagnitude)),
        ("0.1000000000000000055511151231257827021181583404541015625", .double(0.1)),
        // Section 7.
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0000""#, "\u{0}"), (#""\u00e9\u00E9""#, "éé"),
        (#""\uD83D\uDEA8""#, "🚨"), (#""\ud83d\udea8x""#, "🚨x"), (#""\uFFFF""#, "\u{ffff}"),
        (#""\uDBFF\uDFFF""#, "\u{10ffff}"), (#""\u2028""#, "\u{2028}"),
        ("\"\u{2028}\u{2029}\u{7f}\"", "\u{2028}\u{2029}\u{7f}"),
        ("\"é東🚨\u{10ffff}\"", "é東🚨\u{10ffff}"), ("\"e\u{301}\"", "e\u{301}"), ("\"\u{feff}\"", "\u{feff}"),
        ("\"plain text that is longer than one machine word\"", "plain text that is longer than one machine word"),
        ("\"1234567\\n\"", "1234567\n"), ("\"12345678\\n\"", "12345678\n"), ("\"123456789é\"", "123456789é"),
    ]

    @Test(arguments: accepted.indices)
    func `a text of the grammar is read to its value`(row: Int) throws {
        let (text, expected) = Self.accepted[row]
        #expect(try JSON(parsing: text, limits: .intake) == expected)
        #expect(try JSONReader.read(Array(text.utf8), limits: .intake) { (_: inout JSONReader) in true })
    }

    static let refused: [(String, at: String, reason: String)] = [
        ("", "1:1", "the text is empty"), (" \n", "2:1", "the text ends too early"),
        ("nul", "1:4", "the text ends too early"),
        ("nulL", "1:1", "only true, false and null are written without quotes"),
        ("True", "1:1", "a value must come here"), ("undefined", "1:1", "a value must come here"),
        ("NaN", "1:1", "a value must come here"), ("Infinity", "1:1", "a value must come here"),
        ("-Infinity", "1:2", "a digit must come here"),
        ("null null", "1:6", "the text goes on after its value has ended"),
        ("{}}", "1:3", "the text goes on after its value has ended"),
        ("[]\u{0}", "1:3", "the text goes on after its value has ended"),
        ("1 // one", "1:3", "the text goes on after its value has ended"), ("/* */1", "1:1", "a value must come here"),
        ("\u{a0}1", "1:1", "a value must come here"), ("\u{c}1", "1:1", "a value must come here"),
        (
            "\u{feff}{}", "1:1",
            "the text starts with a byte order mark; JSON is sent without one (RFC 8259 section 8.1)"
        ),
        // Objects.
        ("{", "1:2", "the text ends too early"), ("{\"a\"", "1:5", "the text ends too early"),
        ("{\"a\":", "1:6", "the text ends too early"), ("{\"a\":1", "1:7", "the text ends too early"),
        ("{\"a\":1,", "1:8", "the text ends too early"), ("{\"a\" 1}", "1:6", "a colon must come here"),
        ("{\"a\":}", "1:6", "a value must come here"),
        ("{a:1}", "1:2", "the name of a member must come here, in double quotes"),
        ("{'a':1}", "1:2", "the name of a member must come here, in double quotes"),
        ("{1:1}", "1:2", "the name of a member must come here, in double quotes"),
        ("{,}", "1:2", "the name of a member must come here, in double quotes"),
        ("{\"a\":1,}", "1:8", "the name of a member must come here, in double quotes"),
        ("{\"a\":1,,\"b\":2}", "1:8", "the name of a member must come here, in double quotes"),
        ("{\"a\":1 \"b\":2}", "1:8", "a comma or } must come here"),
        ("{\"a\":1]", "1:7", "a comma or } must come here"),
        ("{\"a\"::1}", "1:6", "a value must come here"), ("{\"a\"}", "1:5", "a colon must come here"),
        // Arrays.
        ("[", "1:2", "the text ends too early"), ("[1", "1:3", "the text ends too early"),
        ("[1,", "1:4", "the text ends too early"), ("[1,]", "1:4", "a value must come here"),
        ("[,1]", "1:2", "a value must come here"), ("[1,,2]", "1:4", "a value must come here"),
        ("[1 2]", "1:4", "a comma or ] must come here"), ("[1}", "1:3", "a comma or ] must come here"),
        ("]", "1:1", "a value must come here"), ("[\n1,\n  x]", "3:3", "a value must come here"),
        // Numbers.
        ("-", "1:2", "the text ends too early"), ("+1", "1:1", "a number starts with a digit or a minus sign"),
        (".5", "1:1", "a number starts with a digit or a minus sign"), ("1.", "1:3", "the text ends too early"),
        ("[1.]", "1:4", "a digit must come here"), ("-.5", "1:2", "a digit must come here"),
        ("01", "1:1", "a number has no zero in front"), ("-01", "1:2", "a number has no zero in front"),
        ("00", "1:1", "a number has no zero in front"), ("1e", "1:3", "the text ends too early"),
        ("[1e+]", "1:5", "a digit must come here"), ("[1.e1]", "1:4", "a digit must come here"),
        ("[--1]", "1:3", "a digit must come here"), ("0x1F", "1:2", "the text goes on after its value has ended"),
        ("1_000", "1:2", "the text goes on after its value has ended"),
        ("[1e1.5]", "1:5", "a comma or ] must come here"), ("１", "1:1", "a value must come here"),
        ("1e400", "", "is a number too large to be kept"), ("[0,-1e400]", "/1", "is a number too large to be kept"),
        // Strings.
        ("\"", "1:2", "the text ends too early"), ("\"a", "1:3", "the text ends too early"),
        ("\"\\\"", "1:4", "the text ends too early"), ("'a'", "1:1", "strings are written in double quotes"),
        ("\"\n\"", "1:2", "a control character inside a string must be written as an escape"),
        ("\"a\tb\"", "1:3", "a control character inside a string must be written as an escape"),
        ("\"1234567890\u{0}\"", "1:12", "a control character inside a string must be written as an escape"),
        (#""\x41""#, "1:2", "there is no such escape; write the backslash twice to mean a backslash"),
        (#""\'""#, "1:2", "there is no such escape; write the backslash twice to mean a backslash"),
        (#""\U0041""#, "1:2", "there is no such escape; write the backslash twice to mean a backslash"),
        (#""\u12""#, "1:6", "four hexadecimal digits must follow \\u"), (#""\u12"#, "1:6", "the text ends too early"),
        (#""\u00g0""#, "1:6", "four hexadecimal digits must follow \\u"),
        (#""\u+123""#, "1:4", "four hexadecimal digits must follow \\u"),
        (#""\ud83d""#, "1:2", "the first half of a surrogate pair stands alone"),
        (#""\ud83dx""#, "1:2", "the first half of a surrogate pair stands alone"),
        (#""\ud83d\n""#, "1:2", "the first half of a surrogate pair stands alone"),
        (#""\ud83d\ud83d""#, "1:2", "the first half of a surrogate pair stands alone"),
        (#""\ud83d\u0041""#, "1:2", "the first half of a surrogate pair stands alone"),
        (#""é\udea8""#, "1:3", "the second half of a surrogate pair stands alone"),
        (#"{"\ud83d":1}"#, "1:3", "the first half of a surrogate pair stands alone"),
        (#"["é東🚨", x]"#, "1:9", "a value must come here"),
    ]

    @Test(arguments: refused.indices)
    func `a text outside the grammar is refused with its place`(row: Int) {
        let (text, place, reason) = Self.refused[row]
        #expect(throws: InputFault(at: place, reason)) { try JSON(parsing: text, limits: .intake) }
    }

    static let illFormed: [[UInt8]] = [
        [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xc3, 0x28], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf],
        [0xe2, 0x82], [0xe2, 0x28, 0xa1], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xf0, 0x80, 0x80, 0x80],
        [0xf0, 0x8f, 0xbf, 0xbf], [0xf0, 0x9f, 0x9a], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80],
        [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfe], [0xff], [0xc3, 0xc3, 0xa9], [0xe6, 0x9d, 0xb1, 0x80],
    ]

    @Test(arguments: illFormed)
    func `a string that is not UTF-8 is refused, read or skipped`(sequence: [UInt8]) {
        for padding in ["", "1234567", "12345678", "é"] {
            let text = Array("{\"a\":\"\(padding)".utf8) + sequence + Array("\"}".utf8)
            let place = "1:\(7 + padding.count + (sequence.count == 4 && sequence[0] == 0xe6 ? 1 : 0))"
            let fault = InputFault(at: place, "the text is not valid UTF-8")
            #expect(throws: fault) { try JSON(parsing: text, limits: .intake) }
            #expect(throws: fault) { try JSONReader.read(text, limits: .intake) { (_: inout JSONReader) in } }
        }
    }

    @Test func `UTF-16 is refused by name`() {
        let fault = InputFault(at: "1:1", "the text is in UTF-16; JSON is sent in UTF-8 (RFC 8259 section 8.1)")
        #expect(throws: fault) { try JSON(parsing: [0xff, 0xfe, 0x7b, 0x00], limits: .intake) }
        #expect(throws: fault) { try JSON(parsing: [0xfe, 0xff, 0x00, 0x7b], limits: .intake) }
    }

    @Test func `what was refused when read is refused when skipped`() {
        for (text, place, reason) in Self.refused where !place.isEmpty && place.first != "/" {
            #expect(throws: InputFault(at: place, reason), "\(text)") {
                try JSONReader.read(Array(text.utf8), limits: .intake) { (_: inout JSONReader) in }
            }
        }
    }
}
