extension JSONReader {
    // MARK: Values of one kind

    public mutating func string() throws(InputFault) -> String {
        try expect(.string)
        let extent = try scanString()
        consumed()
        return extent.text(in: bytes)
    }

    /// A whole number between -2^63 and 2^63 - 1, written without fraction and exponent.
    public mutating func integer() throws(InputFault) -> Int64 {
        try expect(.number)
        let start = position
        let extent = try scanNumber()
        guard extent.isWhole, let number = whole(extent) else {
            position = start
            throw fault("must be a whole number of at most 64 bits")
        }
        consumed()
        return number
    }

    /// Any number, as the nearest double.
    public mutating func double() throws(InputFault) -> Double {
        try expect(.number)
        let start = position
        let extent = try scanNumber()
        guard let number = nearest(extent) else {
            position = start
            throw fault("is a number too large to be kept")
        }
        consumed()
        return number
    }

    public mutating func bool() throws(InputFault) -> Bool {
        try expect(.bool)
        let flag = try scanWord() == UInt8(ascii: "t")
        consumed()
        return flag
    }

    /// Reads a null if that is what comes next. Else nothing has happened.
    public mutating func isNull() throws(InputFault) -> Bool {
        guard try kind() == .null else { return false }
        try scanWord()
        consumed()
        return true
    }

    /// The text, or nil for null.
    public mutating func optionalString() throws(InputFault) -> String? {
        try isNull() ? nil : try string()
    }

    // MARK: Any value

    /// The value that is due, as a tree. A number is an integer if it is written as one and fits in 64 bits, else the
    /// nearest double; one too large for a double is a fault.
    public mutating func value() throws(InputFault) -> JSON {
        switch try kind() {
        case .object:
            var members: [JSON.Member] = []
            try beginObject()
            while try nextMember() {
                let name = memberName
                members.append(JSON.Member(name, try value()))
            }
            return .object(members)
        case .array:
            var elements: [JSON] = []
            try beginArray()
            while try nextElement() { elements.append(try value()) }
            return .array(elements)
        case .string: return .string(try string())
        case .number: return try number()
        case .bool: return .bool(try bool())
        case .null:
            _ = try isNull()
            return .null
        }
    }

    private mutating func number() throws(InputFault) -> JSON {
        let start = position
        let extent = try scanNumber()
        if extent.isWhole, let number = whole(extent) {
            consumed()
            return .integer(number)
        }
        guard let number = nearest(extent) else {
            position = start
            throw fault("is a number too large to be kept")
        }
        consumed()
        return .double(number)
    }

    // MARK: Leaves

    private mutating func expect(_ wanted: Kind) throws(InputFault) {
        let kind = try kind()
        guard kind == wanted else { throw mismatch(wanted, kind) }
    }

    func mismatch(_ wanted: Kind, _ found: Kind) -> InputFault {
        fault("must be \(wanted.phrase), not \(found.phrase)")
    }

    /// Nil when it does not fit. Counted downwards, because there is one more negative number than there are positive.
    private func whole(_ extent: JSONNumberExtent) -> Int64? {
        let isNegative = bytes[extent.start] == UInt8(ascii: "-")
        var number: Int64 = 0
        for index in (isNegative ? extent.start + 1 : extent.start)..<extent.end {
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isBeyond) = product.subtractingReportingOverflow(Int64(bytes[index] - UInt8(ascii: "0")))
            if isTooLarge || isBeyond { return nil }
            number = sum
        }
        if isNegative { return number }
        return number == .min ? nil : -number
    }

    private func nearest(_ extent: JSONNumberExtent) -> Double? {
        let text = String(
            decoding: UnsafeBufferPointer(rebasing: bytes[extent.start..<extent.end]), as: UTF8.self)
        guard let number = Double(text), number.isFinite else { return nil }
        return number
    }
}

extension JSONReader.Kind {
    /// As it stands in a sentence.
    public var phrase: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}
