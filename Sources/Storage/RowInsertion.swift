/// Inserts rows of one table, many with one statement. A value is made once for each table and kept: it holds the texts
/// of its statements.
public struct RowInsertion: Sendable {
    private let texts: [Int: String]

    /// - Parameter columns: in the order in which `run` is given the values.
    public init(into table: StaticString, _ columns: StaticString...) {
        let names = columns.map { "\($0)" }.joined(separator: ", ")
        let row = "(" + Array(repeating: "?", count: columns.count).joined(separator: ", ") + ")"
        texts = Dictionary(
            uniqueKeysWithValues: StorageLimits.insertSizes.map { size in
                let rows = Array(repeating: row, count: size).joined(separator: ", ")
                return (size, "INSERT INTO \(table) (\(names)) VALUES \(rows)")
            })
    }

    /// Inserts a row for each element, in their order. `values` appends the values of one, one a column.
    public func run<Element>(
        _ elements: [Element], on connection: any Connection, _ values: (Element, inout [SQLValue]) throws -> Void
    ) throws {
        for batch in elements.inBatches {
            guard let text = texts[batch.count] else { preconditionFailure("Batches have the sizes of the texts.") }
            var arguments: [SQLValue] = []
            for element in batch { try values(element, &arguments) }
            try connection.execute(text, arguments)
        }
    }
}

extension Array {
    /// Pieces of a few fixed sizes, so that few different statements are prepared.
    public var inBatches: [ArraySlice<Element>] {
        var pieces: [ArraySlice<Element>] = []
        var rest = self[...]
        for size in StorageLimits.insertSizes {
            while rest.count >= size {
                pieces.append(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
        }
        return pieces
    }
}
