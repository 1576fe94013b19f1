import CPostgreSQL
import Glibc

/// One connection to the server. Blocks its thread, but never longer than the patience it was given: libpq is driven
/// without blocking and polled, so that a server that has stopped answering costs a deadline and not a thread.
///
/// Throws `PostgreSQLFault`. After `.lost` it is of no use any more.
final class PostgreSQLSession {
    /// How long the server may take for one answer, in milliseconds. The server's own limit strikes first.
    var patience = StorageLimits.statementPatience + StorageLimits.answerGrace

    private let handle: OpaquePointer
    private let address: PostgreSQLAddress
    private let warnings = Warnings()
    /// Statement text to the name under which this connection has prepared it.
    private var prepared: [String: String] = [:]

    /// Whether the server has warned since this was last set to false.
    var hasWarned: Bool {
        get { warnings.hasWarned }
        set { warnings.hasWarned = newValue }
    }

    var socket: Int32 { PQsocket(handle) }

    init(_ address: PostgreSQLAddress) throws {
        guard let handle = address.connect() else { throw PostgreSQLFault.lost("out of memory") }
        self.handle = handle
        self.address = address
        guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0 else { throw lost() }
        // Also keeps libpq from printing notices on the standard error stream.
        PQsetNoticeReceiver(
            handle, { context, result in Warnings.receive(context, result) },
            Unmanaged.passUnretained(warnings).toOpaque())
        try prepareSession()
    }

    deinit { PQfinish(handle) }

    /// Runs a script of constant statements and gives the last answer. The first error ends it.
    @discardableResult
    func run(script: String) throws -> PostgreSQLResult {
        guard PQsendQuery(handle, script) == 1 else { throw lost() }
        return try answer()
    }

    /// Runs one statement with `?` placeholders, which is prepared at its first use.
    func run(_ sql: String, _ arguments: [SQLValue]) throws -> PostgreSQLResult {
        let packed = try PackedArguments(arguments)
        let name = try prepare(sql)
        let isSent = packed.withPointers { values in
            PQsendQueryPrepared(handle, name, packed.count, values, packed.lengths, packed.formats, 0) == 1
        }
        guard isSent else { throw lost() }
        return try answer()
    }

    /// Drops every prepared statement, when tables may have changed under them.
    func forgetStatements() throws {
        prepared.removeAll()
        try run(script: "DEALLOCATE ALL")
    }

    /// Texts of the notifications that have arrived, without waiting for more.
    func notifications() throws -> [String] {
        guard PQconsumeInput(handle) == 1 else { throw lost() }
        var texts: [String] = []
        while let notification = PQnotifies(handle) {
            if let text = notification.pointee.extra { texts.append(String(cString: text)) }
            PQfreemem(notification)
        }
        return texts
    }

    // MARK: Private

    private func prepareSession() throws {
        // The limits are set here and not asked for at connecting, so that a URL or a role cannot loosen them.
        // `remote_apply` promises more than `on` and is left alone; everything weaker is not.
        try run(
            script: """
                SET statement_timeout = \(StorageLimits.statementPatience);
                SET lock_timeout = \(StorageLimits.lockPatience);
                SET idle_in_transaction_session_timeout = \(StorageLimits.idleTransactionPatience);
                SET bytea_output = hex;
                SET standard_conforming_strings = on;
                SET TIME ZONE 'UTC';
                SELECT set_config('synchronous_commit', 'on', false)
                WHERE current_setting('synchronous_commit') <> 'remote_apply'
                """)
    }

    private func prepare(_ sql: String) throws -> String {
        if let name = prepared[sql] { return name }
        if prepared.count >= StorageLimits.preparedStatements { try forgetStatements() }
        let name = "s\(prepared.count)"
        guard PQsendPrepare(handle, name, PlaceholderTranslation.numbered(sql), 0, nil) == 1 else { throw lost() }
        _ = try answer()
        prepared[sql] = name
        return name
    }

    /// Waits for everything the server has to say to what was sent.
    private func answer() throws -> PostgreSQLResult {
        let deadline = ContinuousClock.now + .milliseconds(patience)
        var last: PostgreSQLResult?
        var fault: PostgreSQLFault?
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw lost() }
            if unsent == 0, PQisBusy(handle) == 0 {
                guard let result = PQgetResult(handle).map(PostgreSQLResult.init(taking:)) else { break }
                if result.endsConnection {
                    throw PostgreSQLFault.lost(address.redacted(result.report?.message ?? "ended by the server"))
                }
                if let report = result.report, fault == nil { fault = .refused(report) }
                last = result
                continue
            }
            try wait(forWriting: unsent > 0, until: deadline)
            guard PQconsumeInput(handle) == 1 else { throw lost() }
        }
        guard PQstatus(handle) == CONNECTION_OK else { throw lost() }
        if let fault { throw fault }
        guard let last else { throw lost() }
        return last
    }

    private func wait(forWriting: Bool, until deadline: ContinuousClock.Instant) throws {
        let rest = (deadline - ContinuousClock.now) / Duration.milliseconds(1)
        guard rest > 0 else { throw PostgreSQLFault.lost("no answer within \(patience) ms") }
        var interest = pollfd(fd: socket, events: Int16(forWriting ? POLLIN | POLLOUT : POLLIN), revents: 0)
        // An interrupted or early return is harmless: the caller looks again.
        _ = poll(&interest, 1, Int32(rest.rounded(.up)))
    }

    private func lost() -> PostgreSQLFault {
        .lost(address.redacted(PQerrorMessage(handle).map { String(cString: $0) } ?? "no reason given"))
    }
}

/// Remembers that the server warned. One warning matters: a COMMIT whose wait for the synchronous standby was cut short
/// succeeds with a warning (01000), and is on this server only.
private final class Warnings {
    var hasWarned = false

    static func receive(_ context: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
        guard let context, let result else { return }
        // "V" is PG_DIAG_SEVERITY_NONLOCALIZED.
        let severity = PQresultErrorField(result, Int32(UInt8(ascii: "V"))).map { String(cString: $0) }
        if severity == "WARNING" { Unmanaged<Warnings>.fromOpaque(context).takeUnretainedValue().hasWarned = true }
    }
}
