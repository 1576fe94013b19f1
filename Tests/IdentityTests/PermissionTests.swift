import Identity
import Testing

@Suite struct PermissionTests {
    @Test func `the whole table of roles and permissions is this one (S1, S7)`() {
        let table = Role.allCases.map { role in
            [role.rawValue] + PermissionTable.permissions(of: role).map(\.rawValue).sorted()
        }
        #expect(
            table == [
                ["admin", "administer", "ingest", "manage", "publicAccess", "readAll", "respond", "signedIn"],
                ["manager", "ingest", "manage", "publicAccess", "readAll", "respond", "signedIn"],
                ["responder", "publicAccess", "readAll", "respond", "signedIn"],
                ["viewer", "publicAccess", "readAll", "signedIn"],
                ["intake", "ingest", "publicAccess"],
            ])
        #expect(PermissionTable.anonymous == [.publicAccess])
    }

    @Test func `every permission has one row, in the order of the type`() {
        #expect(PermissionTable.rows.map(\.permission) == Permission.allCases)
    }

    @Test func `the documentation's table has a line for each permission and a column for each role`() {
        let lines = PermissionTable.markdown.split(separator: "\n")
        #expect(lines.count == Permission.allCases.count + 2)
        #expect(
            lines[0]
                == "| permission | what it allows | admin | manager | responder | viewer | intake | nobody signed in |")
        #expect(
            lines[5] == "| `respond` | Acknowledge, escalate, declare and run incidents | yes | yes | yes |  |  |  |")
    }
}
