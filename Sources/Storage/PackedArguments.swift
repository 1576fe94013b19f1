/// Arguments laid out as libpq wants them: one buffer of NUL-terminated values and a pointer to each.
struct PackedArguments {
    private var bytes: [UInt8] = []
    /// Where each value begins; nil for NULL.
    private var starts: [Int?] = []
    private(set) var lengths: [Int32] = []
    /// 0 for text, 1 for binary.
    private(set) var formats: [Int32] = []

    var count: Int32 { Int32(starts.count) }

    mutating func append(text: String) { append(text.utf8, format: 0) }

    mutating func append(blob: [UInt8]) { append(blob, format: 1) }

    mutating func appendNull() {
        starts.append(nil)
        lengths.append(0)
        formats.append(0)
    }

    private mutating func append(_ value: some Collection<UInt8>, format: Int32) {
        starts.append(bytes.count)
        bytes.append(contentsOf: value)
        lengths.append(Int32(bytes.count - (starts.last.flatMap { $0 } ?? 0)))
        formats.append(format)
        bytes.append(0)
    }

    /// The pointers are good inside `body` only.
    func withPointers<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
        bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress
            let pointers = starts.map { start -> UnsafePointer<CChar>? in
                guard let start, let base else { return nil }
                return (base + start).assumingMemoryBound(to: CChar.self)
            }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }
}

extension PackedArguments {
    init(_ arguments: [SQLValue]) throws {
        for argument in arguments {
            switch argument {
            case .null: appendNull()
            case .integer(let number): append(text: String(number))
            case .text(let text): append(text: try storable(text))
            case .blob(let bytes): append(blob: bytes)
            }
        }
    }
}
