import Notation
import Testing

@Suite struct JSONReaderTests {
    private func read<Value>(
        _ text: String, _ body: (inout JSONReader) throws(InputFault) -> Value
    ) throws(InputFault) -> Value {
        try JSONReader.read(Array(text.utf8), limits: .intake, body)
    }

    @Test func `members are visited in order and unread ones are skipped`() throws {
        let names = try read(#"{"a":{"x":[1,2,{"y":"\n"}]},"b":1,"\u0063":"z","d":null}"#) {
            reader throws(InputFault) in
            var names: [String] = []
            try reader.beginObject()
            while try reader.nextMember() {
                names.append(reader.memberName)
                if reader.isMember("b") { #expect(try reader.integer() == 1) }
                if reader.isMember("c") { #expect(try reader.optionalString() == "z") }
                if reader.isMember("d") { #expect(try reader.optionalString() == nil) }
            }
            return names
        }
        #expect(names == ["a", "b", "c", "d"])
    }

    @Test func `the pointer names the value that was entered last`() throws {
        let pointers = try read(#"{"a":[0,{"b/c":1,"d~e":2}],"f":{}}"#) { reader throws(InputFault) in
            var pointers = [reader.pointer]
            try reader.beginObject()
            _ = try reader.nextMember()
            try reader.beginArray()
            pointers.append(reader.pointer)
            _ = try reader.nextElement()
            pointers.append(reader.pointer)
            _ = try reader.nextElement()
            try reader.beginObject()
            while try reader.nextMember() { pointers.append(reader.pointer) }
            pointers.append(reader.pointer)
            #expect(try reader.nextElement() == false)
            _ = try reader.nextMember()
            pointers.append(reader.pointer)
            return pointers
        }
        #expect(pointers == ["", "/a", "/a/0", "/a/1/b~1c", "/a/1/d~0e", "/a/1", "/f"])
    }

    @Test func `a value of the wrong kind is a fault with a pointer and can still be read as what it is`() throws {
        let text = #"[{"a":"text"},2,2.5,9223372036854775808,"s"]"#
        let reasons = try read(text) { reader throws(InputFault) in
            var faults: [InputFault] = []
            func note(_ body: () throws(InputFault) -> Void) {
                do throws(InputFault) { try body() } catch { faults.append(error) }
            }
            try reader.beginArray()
            _ = try reader.nextElement()
            note { () throws(InputFault) in _ = try reader.string() }
            try reader.beginObject()
            _ = try reader.nextMember()
            note { () throws(InputFault) in _ = try reader.integer() }
            #expect(try reader.value() == "text")
            #expect(try reader.nextMember() == false)
            _ = try reader.nextElement()
            note { () throws(InputFault) in try reader.beginArray() }
            #expect(try reader.integer() == 2)
            _ = try reader.nextElement()
            note { () throws(InputFault) in _ = try reader.integer() }
            #expect(try reader.double() == 2.5)
            _ = try reader.nextElement()
            note { () throws(InputFault) in _ = try reader.integer() }
            _ = try reader.nextElement()
            note { () throws(InputFault) in _ = try reader.bool() }
            return faults
        }
        #expect(
            reasons == [
                InputFault(at: "/0", "must be a string, not an object"),
                InputFault(at: "/0/a", "must be a number, not a string"),
                InputFault(at: "/1", "must be an array, not a number"),
                InputFault(at: "/2", "must be a whole number of at most 64 bits"),
                InputFault(at: "/3", "must be a whole number of at most 64 bits"),
                InputFault(at: "/4", "must be true or false, not a string"),
            ])
    }

    @Test func `reading goes on behind an element that disappointed`() throws {
        let text = #"[{"n":1},{"x":[[{"y":1}]],"n":"no","z":2},{"n":3}]"#
        let (numbers, faults) = try read(text) { reader throws(InputFault) in
            var numbers: [Int64] = []
            var faults: [InputFault] = []
            try reader.beginArray()
            let depth = reader.depth
            while try reader.nextElement() {
                do throws(InputFault) {
                    try reader.beginObject()
                    while try reader.nextMember() {
                        if reader.isMember("n") { numbers.append(try reader.integer()) }
                    }
                } catch {
                    try reader.recover(from: error, to: depth)
                    faults.append(error)
                }
            }
            return (numbers, faults)
        }
        #expect(numbers == [1, 3])
        #expect(faults == [InputFault(at: "/1/n", "must be a number, not a string")])
    }

    @Test func `a broken text is never recovered from`() {
        #expect(throws: InputFault(at: "1:8", "a value must come here")) {
            try read(#"[1,"a",x,3]"#) { reader throws(InputFault) in
                try reader.beginArray()
                let depth = reader.depth
                while true {
                    do throws(InputFault) {
                        guard try reader.nextElement() else { return }
                        _ = try reader.string()
                    } catch {
                        try reader.recover(from: error, to: depth)
                    }
                }
            }
        }
    }

    @Test func `the reader says why it cannot go on`() {
        for (text, expected) in [
            ("[1,", JSONReader.Breakage.truncated), ("[1}", .malformed), (String(repeating: "[", count: 40), .limit),
        ] {
            var breakage: JSONReader.Breakage?
            #expect(throws: InputFault.self) {
                try read(text) { reader throws(InputFault) in
                    do throws(InputFault) { try reader.skip() } catch {
                        breakage = reader.breakage
                        throw error
                    }
                }
            }
            #expect(breakage == expected)
        }
    }

    @Test func `names are compared byte by byte`() throws {
        let found = try read("{\"e\u{301}\":1,\"ab\":2,\"abc\":3,\"\\u0061\":4}") { reader throws(InputFault) in
            var found: [Bool] = []
            try reader.beginObject()
            while try reader.nextMember() {
                found.append(reader.isMember("é"))
                found.append(reader.isMember("abc"))
                found.append(reader.isMember("a"))
            }
            return found
        }
        #expect(found == [false, false, false, false, false, false, false, true, false, false, false, true])
    }
}
