/// What one room may import. The arrows between our own rooms repeat those of Package.swift, and a test compares the two;
/// the modules from outside are decided here. Add an arrow in both places or in neither.
struct Room {
    let name: String
    let rooms: Set<String>
    let modules: Set<String>
    /// Below the line: no Foundation, no clock, no randomness, no I/O, no async. A function of its arguments, so that the
    /// same inputs give the same decisions in a test, in a simulation and at night.
    let isPure: Bool

    private init(_ name: String, pure: Bool = false, _ rooms: Set<String>, and modules: Set<String> = []) {
        self.name = name
        self.rooms = rooms
        self.modules = modules
        self.isPure = pure
    }

    static func named(_ name: String) -> Room? { all.first { $0.name == name } }

    /// What the platform offers to every room above the line.
    private static let platform: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch", "Synchronization", "Logging",
    ]
    private static let nio: Set<String> = ["NIOCore", "NIOPosix", "NIOSSL", "NIOHTTP1", "NIOFoundationCompat"]

    static let all: [Room] = [
        Room("Chronology", pure: true, []),
        Room("Notation", pure: true, ["Chronology"]),
        Room("Alerting", pure: true, ["Chronology", "Notation", "Incidents"]),
        Room("Paging", pure: true, ["Chronology", "Notation"]),
        Room("OnCall", pure: true, ["Chronology", "Notation"]),
        Room("Incidents", pure: true, ["Chronology", "Notation"]),
        Room("CPlaybookTexts", []),
        // Yams reads the document in one file; nothing else of this room knows of YAML.
        Room("Playbooks", pure: true, ["Chronology", "Notation", "CPlaybookTexts"], and: ["Yams"]),
        // Reads procedures that people wrote for people; what it makes of them is checked by the reader of playbooks.
        Room("Importing", pure: true, ["Chronology", "Playbooks"]),
        // Reads what other systems export; what it makes of it is checked by the rooms whose documents they are.
        Room("Migrating", pure: true, ["Chronology", "Notation", "OnCall", "Paging"]),

        Room("CPostgreSQL", []),
        // The only room that knows a database.
        Room(
            "Storage", ["Chronology", "Notation", "CPostgreSQL"], and: platform.union(["GRDB", "GRDBSQLite", "Crypto"])),
        Room("Identity", ["Chronology", "Notation", "Storage"], and: platform.union(["Crypto", "CryptoExtras"])),
        // Reads bytes that strangers sent: nothing to call, nothing to open.
        Room("Intake", ["Chronology", "Notation", "Alerting"]),
        // The only room that connects to other machines.
        Room(
            "Delivery", ["Chronology", "Notation"],
            and: platform.union(nio).union(["AsyncHTTPClient", "Crypto", "CryptoExtras"])),
        Room(
            "Engine",
            [
                "Chronology", "Notation", "Alerting", "Paging", "OnCall", "Incidents", "Playbooks", "Storage",
                "Delivery",
            ],
            and: platform.union(["Crypto"])),
        // The only room that knows the HTTP server.
        Room(
            "Web",
            [
                "Chronology", "Notation", "Alerting", "Paging", "OnCall", "Incidents", "Playbooks", "Storage",
                "Identity",
                "Intake", "Delivery", "Engine",
            ],
            and: platform.union([
                "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "Crypto", "ServiceLifecycle",
            ])),
        // Commands and assembly. As a client of a server it makes requests of its own.
        Room(
            "tocsin",
            [
                "Chronology", "Notation", "Alerting", "Paging", "OnCall", "Incidents", "Playbooks", "Importing",
                "Migrating", "Storage", "Identity", "Delivery", "Engine", "Web",
            ],
            and: platform.union(["ArgumentParser", "ServiceLifecycle", "AsyncHTTPClient", "Yams"])),
        Room(
            "Simulation",
            ["Chronology", "Notation", "Alerting", "Paging", "Incidents", "Storage", "Engine"], and: platform),
        Room(
            "tocsin-sim", ["Simulation", "Chronology", "Notation", "OnCall", "Playbooks", "Engine"],
            and: platform.union(["ArgumentParser"])),
    ]

    /// SQL is written where it is run: beside the drivers and beside the tables' owners.
    /// The simulator's checkers read the tables themselves: a check through the code that it checks would prove little.
    static let withSQL: Set<String> = ["Storage", "Engine", "Identity", "Simulation"]
}
