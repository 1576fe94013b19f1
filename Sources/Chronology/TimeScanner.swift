/// Reads dates, times and offsets out of bytes, left to right. It never reads outside of them: past the end there is no
/// byte, and a text with a missing part is a fault that names the part and its place.
struct TimeScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var index = 0

    /// The scanner must not outlive the buffer.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func skip(_ character: Unicode.Scalar, or other: Unicode.Scalar) -> Bool {
        skip(character) || skip(other)
    }

    mutating func demand(_ character: Unicode.Scalar) throws(TimeFault) {
        guard skip(character) else { throw fault("a \"\(character)\" is missing") }
    }

    func demandEnd() throws(TimeFault) {
        guard index == bytes.count else { throw fault("something follows the end of the time") }
    }

    /// Exactly that many digits.
    mutating func number(digits: Int, _ what: StaticString) throws(TimeFault) -> Int {
        var number = 0
        for _ in 0..<digits {
            guard let digit = digit() else { throw fault("the \(what) must have \(digits) digits") }
            number = number * 10 + digit
        }
        return number
    }

    mutating func number(_ range: ClosedRange<Int>, _ what: StaticString) throws(TimeFault) -> Int {
        let number = try number(digits: 2, what)
        guard range.contains(number) else {
            throw TimeFault("the \(what) must be \(range.lowerBound) to \(range.upperBound), not \(number)")
        }
        return number
    }

    /// `YYYY-MM-DD`.
    mutating func date() throws(TimeFault) -> CivilDate {
        let year = try number(digits: 4, "year")
        try demand("-")
        let month = try number(digits: 2, "month")
        try demand("-")
        let day = try number(digits: 2, "day")
        return try CivilDate(year: year, month: month, day: day)
    }

    /// The digits after the decimal sign as microseconds; those beyond the sixth are read and dropped.
    mutating func fraction() throws(TimeFault) -> Int {
        var microseconds = 0
        var weight = 100_000
        guard let first = digit() else { throw fault("the fraction of the second has no digits") }
        microseconds = first * weight
        while let digit = digit() {
            weight /= 10
            microseconds += digit * weight
        }
        return microseconds
    }

    /// The place is given in the reason, counted from 1 as a person would.
    func fault(_ reason: String) -> TimeFault {
        TimeFault("\(reason), at character \(index + 1)")
    }

    private mutating func digit() -> Int? {
        guard let byte = next, byte &- UInt8(ascii: "0") <= 9 else { return nil }
        index += 1
        return Int(byte &- UInt8(ascii: "0"))
    }
}

extension TimeScanner {
    /// Scans a whole text; what follows the part that `read` takes is a fault.
    static func scan<Value>(
        _ text: String, _ read: (inout TimeScanner) throws(TimeFault) -> Value
    ) throws(TimeFault) -> Value {
        var text = text
        let outcome = text.withUTF8 { bytes -> Result<Value, TimeFault> in
            do throws(TimeFault) {
                return .success(try scan(bytes, read))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    static func scan<Value>(
        _ bytes: UnsafeBufferPointer<UInt8>, _ read: (inout TimeScanner) throws(TimeFault) -> Value
    ) throws(TimeFault) -> Value {
        var scanner = TimeScanner(bytes)
        let value = try read(&scanner)
        try scanner.demandEnd()
        return value
    }
}
