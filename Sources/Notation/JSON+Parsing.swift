extension JSON {
    /// Reads one JSON text (RFC 8259) in UTF-8, without a byte order mark.
    ///
    /// - Throws: an `InputFault` whose place is `line:column`, or a JSON pointer if a number is too large for a double.
    ///   It never traps and never recurses deeper than `limits.depth`, whatever the bytes are.
    public init(parsing bytes: [UInt8], limits: JSONLimits) throws(InputFault) {
        self = try JSONReader.read(bytes, limits: limits) { reader throws(InputFault) in try reader.value() }
    }

    public init(parsing text: String, limits: JSONLimits) throws(InputFault) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}
