// swift-tools-version: 6.1
import PackageDescription

// The rooms and the arrows between them are described in ARCHITECTURE.md; the architecture test compares the
// imports of every file with the table there. Add an arrow in both places or in neither.

/// Every room is compiled in language mode 6, and a warning is an error.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .unsafeFlags(["-warnings-as-errors"]),
    .enableUpcomingFeature("ExistentialAny"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(name)", resources: resources, swiftSettings: strict)
}

func suite(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioFoundation: Target.Dependency = .product(name: "NIOFoundationCompat", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "tocsin",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tocsin", targets: ["tocsin"]),
        .executable(name: "tocsin-sim", targets: ["tocsin-sim"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Below the line: pure. No Foundation, no clock, no randomness, no I/O, no async.
        room("Chronology"),
        room("Notation", ["Chronology"]),
        room("Alerting", ["Chronology", "Notation", "Incidents"]),
        room("Paging", ["Chronology", "Notation"]),
        room("OnCall", ["Chronology", "Notation"]),
        room("Incidents", ["Chronology", "Notation"]),
        // The built-in playbooks, compiled in as bytes.
        .target(name: "CPlaybookTexts", path: "Sources/CPlaybookTexts", exclude: ["texts"]),
        room("Playbooks", ["Chronology", "Notation", "CPlaybookTexts", yams]),
        room("Importing", ["Chronology", "Playbooks"]),
        room("Migrating", ["Chronology", "Notation", "OnCall", "Paging"]),

        // Above the line.
        .systemLibrary(
            name: "CPostgreSQL", path: "Sources/CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        room("Storage", ["Chronology", "Notation", "CPostgreSQL", grdb, grdbSQLite, crypto, logging]),
        room("Identity", ["Chronology", "Notation", "Storage", crypto, cryptoExtras, logging]),
        room("Intake", ["Chronology", "Notation", "Alerting"]),
        room("Delivery", ["Chronology", "Notation", nio, nioPosix, nioSSL, httpClient, crypto, logging]),
        room(
            "Engine",
            [
                "Chronology", "Notation", "Alerting", "Paging", "OnCall", "Incidents", "Playbooks", "Storage",
                "Delivery",
                crypto, logging,
            ]),
        room(
            "Web",
            [
                "Chronology", "Notation", "Alerting", "Paging", "OnCall", "Incidents", "Playbooks", "Storage",
                "Identity",
                "Intake", "Delivery", "Engine", hummingbird, hummingbirdCore, httpTypes, nio, crypto, lifecycle,
                logging,
            ],
            resources: [.embedInCode("Assets")]),
        .executableTarget(
            name: "tocsin",
            dependencies: [
                "Chronology", "Notation", "Alerting", "Paging", "OnCall", "Incidents", "Playbooks", "Importing",
                "Migrating",
                "Storage", "Identity", "Delivery", "Engine", "Web",
                arguments, lifecycle, logging, httpClient, yams,
            ],
            path: "Sources/tocsin", swiftSettings: strict),

        room("Simulation", ["Chronology", "Notation", "Alerting", "Paging", "Incidents", "Storage", "Engine"]),
        .executableTarget(
            name: "tocsin-sim",
            dependencies: ["Simulation", "Chronology", "Notation", "OnCall", "Playbooks", "Engine", arguments],
            path: "Sources/tocsin-sim", swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["Chronology"], path: "Tests/TestSupport", swiftSettings: strict),
        suite("ChronologyTests", ["Chronology", "TestSupport"]),
        suite("NotationTests", ["Notation"]),
        suite("OnCallTests", ["Chronology", "Notation", "OnCall", "TestSupport"]),
        suite("CoreTests", ["Chronology", "Notation", "Alerting", "Paging", "Incidents"]),
        suite("PlaybookTests", ["Chronology", "Notation", "Playbooks", yams], exclude: ["Fixtures"]),
        suite("ImportingTests", ["Chronology", "Playbooks", "Importing"], exclude: ["Procedures"]),
        suite(
            "MigratingTests", ["Chronology", "Notation", "OnCall", "Paging", "Migrating", "TestSupport"],
            exclude: ["Fixtures"]),
        suite("StorageTests", ["Chronology", "Notation", "Storage"]),
        suite("IdentityTests", ["Chronology", "Notation", "Identity", "Storage"]),
        suite("IntakeTests", ["Chronology", "Notation", "Alerting", "Intake"], exclude: ["Fixtures"]),
        suite("DeliveryTests", ["Chronology", "Notation", "Delivery", nio, nioPosix, nioSSL]),
        suite(
            "EngineTests",
            [
                "Chronology", "Notation", "Alerting", "Paging", "OnCall", "Incidents", "Playbooks", "Storage",
                "Delivery",
                "Engine", "Simulation",
            ]),
        suite(
            "WebTests",
            [
                "Chronology", "Notation", "Alerting", "Engine", "Web", "Storage", "Identity", "Intake", nio, nioPosix,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]),
        // What strangers send and people write, mutated: CONTRIBUTING.md says how to run it for a night.
        suite("FuzzTests", ["Chronology", "Notation", "Alerting", "Intake", "Playbooks"]),
        suite("ArchitectureTests", []),
    ]
)
