import Chronology

/// One row of a result, valid only inside the closure it is handed to. Columns count from 0.
///
/// NULL reads as 0, "" and []: ask `isNull` or one of the `optional` readers where a column may be NULL. A column that
/// the statement does not have is a programmer's error and stops the process.
public protocol Row {
    func integer(_ column: Int) -> Int64
    func text(_ column: Int) -> String
    func blob(_ column: Int) -> [UInt8]
    func isNull(_ column: Int) -> Bool
}

extension Row {
    public func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    public func optionalBlob(_ column: Int) -> [UInt8]? { isNull(column) ? nil : blob(column) }
    public func flag(_ column: Int) -> Bool { integer(column) != 0 }
    public func instant(_ column: Int) -> Instant { Instant(microseconds: integer(column)) }
    public func optionalInstant(_ column: Int) -> Instant? { isNull(column) ? nil : instant(column) }
}
