/// The check of a store's file, page by page.
public enum FileCheck {
    /// What SQLite finds in the file (`PRAGMA quick_check`, https://www.sqlite.org/pragma.html#pragma_quick_check), the first
    /// few lines of it; empty when the file is sound, nil on PostgreSQL, which keeps its files itself. Reads the whole file
    /// beside whoever writes. Throws `.corrupt` where the damage is such that SQLite cannot even tell.
    public static func findings(on connection: any Connection) throws -> [String]? {
        guard connection.dialect == .sqlite else { return nil }
        let lines = try connection.all("PRAGMA quick_check(3)") { $0.text(0) }
        return lines == ["ok"] ? [] : lines
    }
}
