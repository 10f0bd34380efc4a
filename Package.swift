// swift-tools-version: 6.2
// One section a target, in the order of docs/modules.md: values, cores, wrappers, edges, libraries, executables.
// A core may import values and other cores, never an edge.
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, exclude: resources,
        swiftSettings: strict)
}

let package = Package(
    name: "lockstep",
    products: [
        .executable(name: "lockstepd", targets: ["lockstepd"]),
        .executable(name: "lockstep", targets: ["lockstep"]),
        .executable(name: "lockstep-simulate", targets: ["lockstep-simulate"]),
        .executable(name: "lockstep-simulator", targets: ["lockstep-simulator"]),
        .executable(name: "lockstep-cib-generator", targets: ["lockstep-cib-generator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.86.0")
    ],
    targets: [
        // C libraries: module maps and shims only.
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CKronosnet", pkgConfig: "libknet", providers: [.apt(["libknet-dev"])]),
        .systemLibrary(name: "CMessageDigest", pkgConfig: "libmd", providers: [.apt(["libmd-dev"])]),
        .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // Types only: its libraries are loaded when they are wanted.
        .systemLibrary(name: "CCorosync", providers: [.apt(["libcpg-dev", "libquorum-dev"])]),
        .target(name: "CLinux"),

        // Values.
        library("ClusterTypes"),
        tests("ClusterTypes"),
        library("JSONText"),
        tests("JSONText"),
        library("TransitionGraph", ["ClusterTypes", "XMLTree"]),
        tests("TransitionGraph"),

        // Wrappers.
        library("XMLTree", ["CLibXML2", "CMessageDigest"]),
        tests("XMLTree"),

        // libbz2: memory in, memory out.
        library("BZip2", ["CBZip2"]),
        tests("BZip2"),

        // libcrypto: packets sealed and opened.
        library("PacketCryptography", ["ClusterConfiguration", "COpenSSL"]),
        tests("PacketCryptography", ["ClusterConfiguration"]),

        // The C library's regular expressions: memory in, memory out.
        library("RegularExpressions"),

        // Cores.
        library("ClusterConfiguration", ["ClusterTypes"]),
        tests("ClusterConfiguration", ["ClusterTypes"]),
        library("Totem", ["ClusterTypes"]),
        tests("Totem"),
        library("Kronosnet", ["ClusterConfiguration", "ClusterTypes"]),
        tests("Kronosnet", ["ClusterConfiguration", "ClusterTypes"]),
        library("Messaging", ["ClusterConfiguration", "ClusterTypes", "Totem"]),
        tests("Messaging", ["ClusterConfiguration", "ClusterTypes", "Totem"]),
        library("LocalServices", ["ClusterConfiguration", "ClusterTypes", "Messaging", "Totem"]),
        tests("LocalServices", ["ClusterConfiguration", "ClusterTypes", "Messaging", "Totem"]),
        library("VoteSimulation", ["ClusterConfiguration", "ClusterTypes", "Messaging"]),
        tests("VoteSimulation", ["ClusterConfiguration", "ClusterTypes", "Messaging"]),
        library("Supervision", ["ClusterTypes"]),
        tests("Supervision", ["ClusterTypes"]),
        library("CIB", ["ClusterTypes", "XMLTree"]),
        tests("CIB"),
        library("Agents", ["ClusterTypes", "XMLTree"]),
        tests("Agents", ["ClusterTypes", "XMLTree"]),
        library("Scheduler", ["Agents", "ClusterTypes", "RegularExpressions", "TransitionGraph", "XMLTree"]),
        tests("Scheduler", resources: ["Scenarios"]),
        library("Executor", ["Agents", "ClusterTypes", "XMLTree"]),
        tests("Executor", ["Agents", "ClusterTypes", "XMLTree"]),
        library("Fencing", ["Agents", "ClusterTypes", "XMLTree"]),
        tests("Fencing", ["Agents", "ClusterTypes", "XMLTree"]),
        library(
            "ResourceManager",
            ["Agents", "CIB", "ClusterTypes", "Executor", "Fencing", "TransitionGraph", "XMLTree"]),
        tests("ResourceManager", ["Scheduler"]),

        // Edges.
        library("EventLoop", ["CLinux", "ClusterTypes"]),
        tests("EventLoop"),
        library(
            "KronosnetTransport",
            ["CLinux", "ClusterConfiguration", "ClusterTypes", "EventLoop", "Kronosnet", "PacketCryptography"]),
        library(
            "LibknetTransport",
            [
                "CKronosnet", "CLinux", "ClusterConfiguration", "ClusterTypes", "EventLoop",
                "KronosnetTransport",
            ]),
        tests(
            "KronosnetTransport",
            ["ClusterConfiguration", "ClusterTypes", "EventLoop", "Kronosnet", "LibknetTransport"]),
        tests("LibknetTransport"),
        library("CorosyncMessaging", ["CCorosync", "ClusterTypes", "EventLoop"]),
        tests("CorosyncMessaging", ["ClusterTypes"]),
        library("CorosyncIPC", ["CLinux", "EventLoop", "LocalServices"]),
        tests("CorosyncIPC", ["ClusterTypes", "EventLoop", "LocalServices"]),
        library(
            "CorosyncClient",
            ["CLinux", "ClusterConfiguration", "CorosyncIPC", "LocalServices", "Messaging"]),
        library("AgentRunner", ["Agents", "CLinux", "ClusterTypes", "EventLoop"]),
        tests("AgentRunner", ["Agents", "CLinux", "ClusterTypes", "EventLoop", "Executor", "Fencing", "XMLTree"]),
        library("ClusterStore", ["CIB", "CLinux", "ClusterTypes", "XMLTree"]),
        tests("ClusterStore"),
        library(
            "LocalAPI",
            [
                "CIB", "CLinux", "ClusterTypes", "Fencing", "JSONText", "ResourceManager", "XMLTree",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        tests(
            "LocalAPI", ["CIB", "ClusterClient", "ClusterTypes", "Fencing", "JSONText", "ResourceManager", "XMLTree"]),
        library(
            "NodeRuntime",
            [
                "AgentRunner", "Agents", "CIB", "CLinux", "ClusterConfiguration", "ClusterStore", "ClusterTypes",
                "CorosyncClient", "CorosyncIPC", "CorosyncMessaging", "EventLoop", "Executor", "Fencing",
                "KronosnetTransport", "LibknetTransport", "LocalAPI", "LocalServices", "Messaging", "ResourceManager",
                "Scheduler", "Totem", "TransitionGraph", "XMLTree",
            ]),
        tests("NodeRuntime", ["ClusterConfiguration", "EventLoop"]),

        // Libraries above the cores.
        library(
            "Simulation",
            [
                "Agents", "CIB", "ClusterConfiguration", "ClusterTypes", "CorosyncClient", "Executor", "Fencing",
                "Kronosnet", "LocalServices", "Messaging", "PacketCryptography", "ResourceManager", "Scheduler",
                "Totem", "TransitionGraph", "XMLTree",
            ]),
        tests("Simulation", ["ClusterTypes"]),
        library("Explanation", ["Agents", "ClusterTypes", "JSONText", "Scheduler", "TransitionGraph", "XMLTree"]),
        tests("Explanation", ["ClusterTypes", "JSONText", "Scheduler", "TransitionGraph", "XMLTree"]),
        library("ToolReports", ["Agents", "ClusterTypes", "Scheduler", "XMLTree"]),
        tests("ToolReports", ["XMLTree"]),
        library(
            "SimulateCommand",
            [
                "BZip2", "CIB", "ClusterClient", "ClusterConfiguration", "ClusterTypes", "Scheduler", "ToolReports",
                "TransitionGraph", "XMLTree",
            ]),
        tests("SimulateCommand", ["ToolReports", "TransitionGraph", "XMLTree"], resources: ["Scenarios"]),
        library("CheckCommands", ["BZip2", "CIB", "ClusterTypes", "Scheduler", "ToolReports", "XMLTree"]),
        tests("CheckCommands", ["ClusterTypes"]),
        library("CIBGenerator", ["ClusterTypes", "Scheduler", "XMLTree"]),
        library(
            "SchedulerComparison",
            [
                "Agents", "CIBGenerator", "ClusterTypes", "Executor", "Scheduler", "SimulateCommand", "ToolReports",
                "TransitionGraph", "XMLTree",
            ]),
        tests("SchedulerComparison", ["CIBGenerator", "ClusterTypes", "Scheduler", "TransitionGraph", "XMLTree"]),
        library(
            "ProcessSupervision",
            [
                "AgentRunner", "Agents", "CLinux", "ClusterConfiguration", "ClusterTypes", "CorosyncClient",
                "CorosyncIPC", "EventLoop", "LocalServices", "Supervision",
            ]),
        library(
            "CorosyncTools",
            [
                "ClusterConfiguration", "CorosyncClient", "CorosyncIPC", "LocalServices", "ToolReports",
                "VoteSimulation",
            ]),
        tests("CorosyncTools", ["ClusterConfiguration"]),
        library("ClusterClient", ["CLinux", "ClusterTypes", "JSONText"]),
        tests("ClusterClient", ["JSONText"]),
        library(
            "ClusterCommands",
            [
                "Agents", "BZip2", "CIB", "CLinux", "ClusterClient", "ClusterConfiguration", "ClusterTypes",
                "CorosyncClient", "CorosyncIPC", "Explanation", "JSONText", "LocalServices", "ProcessSupervision",
                "RegularExpressions", "Scheduler", "Supervision", "XMLTree",
            ]),
        tests(
            "ClusterCommands", ["Agents", "CIB", "ClusterTypes", "JSONText", "Supervision", "XMLTree"],
            resources: ["Golden"]),
        library("ConfigurationConversion", ["ClusterConfiguration", "XMLTree"]),
        tests("ConfigurationConversion", ["ClusterConfiguration", "ClusterTypes"]),
        library("Demonstration", ["ClusterClient", "ClusterConfiguration", "ClusterTypes", "JSONText"]),
        tests("Demonstration", ["ClusterClient", "JSONText"]),

        // Rules of the house, read from the sources themselves.
        .testTarget(name: "SourceTests", swiftSettings: strict),

        // Executables: argument parsing and `main`.
        .executableTarget(name: "lockstepd", dependencies: ["NodeRuntime"], swiftSettings: strict),
        .executableTarget(
            name: "lockstep",
            dependencies: [
                "CheckCommands", "ClusterCommands", "ClusterConfiguration", "ConfigurationConversion", "CorosyncIPC",
                "CorosyncTools",
                "Demonstration",
                "SimulateCommand",
            ],
            swiftSettings: strict),
        .executableTarget(name: "lockstep-simulate", dependencies: ["SimulateCommand"], swiftSettings: strict),
        .executableTarget(name: "lockstep-simulator", dependencies: ["Simulation"], swiftSettings: strict),
        .executableTarget(
            name: "lockstep-cib-generator", dependencies: ["SchedulerComparison"], swiftSettings: strict),
    ]
)
