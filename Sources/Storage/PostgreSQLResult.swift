import CPostgreSQL
import Glibc

/// The whole answer to one statement, in text format. Frees libpq's memory with the last reference.
final class PostgreSQLResult {
    private let handle: OpaquePointer

    init(taking handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    var rows: Int32 { PQntuples(handle) }
    var columns: Int32 { PQnfields(handle) }

    /// Nil for an answer that is no error.
    var report: PostgreSQLFault.Report? {
        switch PQresultStatus(handle) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: nil
        default:
            PostgreSQLFault.Report(
                state: field("C") ?? "XX000", message: field("M") ?? "no message",
                constraint: field("n"), column: column)
        }
    }

    /// FATAL and PANIC end the connection; the field is not translated (PG_DIAG_SEVERITY_NONLOCALIZED).
    var endsConnection: Bool { ["FATAL", "PANIC"].contains(field("V")) }

    /// `COMMIT`, `INSERT 0 3`, …
    var commandTag: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }

    /// 0 for a statement that changes no rows.
    var changes: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

    func value(_ row: Int32, _ column: Int) -> UnsafePointer<CChar>? {
        precondition(column >= 0 && column < Int(columns), "column \(column) of \(columns) was asked for")
        guard PQgetisnull(handle, row, Int32(column)) == 0 else { return nil }
        return UnsafePointer(PQgetvalue(handle, row, Int32(column)))
    }

    func isBytes(_ column: Int) -> Bool { PQftype(handle, Int32(column)) == 17 }

    private var column: String? {
        guard let table = field("t"), let column = field("c") else { return nil }
        return "\(table).\(column)"
    }

    /// Codes: https://www.postgresql.org/docs/15/protocol-error-fields.html
    private func field(_ code: Unicode.Scalar) -> String? {
        PQresultErrorField(handle, Int32(code.value)).map { String(cString: $0) }
    }
}

struct PostgreSQLRow: Row {
    let result: PostgreSQLResult
    let row: Int32

    func integer(_ column: Int) -> Int64 {
        guard let value = result.value(row, column) else { return 0 }
        let text = String(cString: value)
        switch text {
        case "t": return 1
        case "f": return 0
        default:
            // A sum of BIGINT is NUMERIC, and may be printed with decimals.
            return Int64(text) ?? Int64(text.prefix { $0 != "." }) ?? 0
        }
    }

    func text(_ column: Int) -> String {
        result.value(row, column).map { String(cString: $0) } ?? ""
    }

    func blob(_ column: Int) -> [UInt8] {
        guard let value = result.value(row, column) else { return [] }
        let text = UnsafeRawBufferPointer(start: value, count: strlen(value))
        guard result.isBytes(column) else { return [UInt8](text) }
        return Self.bytes(fromHex: text.dropFirst(2))
    }

    func isNull(_ column: Int) -> Bool { result.value(row, column) == nil }

    /// `bytea_output = hex` is set on every connection: two digits a byte, after a leading `\x`.
    private static func bytes(fromHex digits: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            let nibble = digit <= UInt8(ascii: "9") ? digit & 15 : (digit & 15) + 9
            if let first = high {
                bytes.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        return bytes
    }
}
