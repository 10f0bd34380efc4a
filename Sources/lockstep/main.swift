internal import CheckCommands
internal import ClusterCommands
internal import ClusterConfiguration
internal import ConfigurationConversion
internal import CorosyncIPC
internal import CorosyncTools
internal import Demonstration
internal import Glibc
internal import SimulateCommand

signal(SIGPIPE, SIG_IGN)
var environment: [String: String] = [:]
var entry = environ
while let text = entry.pointee {
    let pair = String(cString: text)
    if let equals = pair.firstIndex(of: "=") {
        environment[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
    }
    entry += 1
}
/// The name as it was typed when the executable was called by it, else the name of the command.
@Sendable func programName(_ name: String) -> String {
    let typed = CommandLine.arguments.first ?? name
    return typed == name || typed.hasSuffix("/" + name) ? typed : name
}
var console = ToolConsole.ofThisMachine { [environment] in
    Result { () throws(CommandFailure) in try readClusterCIB(environment) }
        .mapError { $0.code == .noInput ? .noInput : .notConnected }
}
console.program = CommandLine.arguments.first ?? ""
let place = environment["LOCKSTEP_ROOT"].map { ServicePlace.folder(NodeDirectory(root: $0).run) } ?? .machine
let hosted = [
    HostedProgram("iso8601", "Read dates, durations and periods as the cluster does", ownNames: ["iso8601"]) {
        [console] in runDateTool($0, console)
    },
    HostedProgram(
        "crm_verify", "Check a configuration, in the incumbent's words", ownNames: ["crm_verify"], readsCIB: true
    ) { [console] in runVerifyTool($0, console) },
    HostedProgram("rule", "Say whether rules of the configuration are in effect", ownNames: ["crm_rule"]) {
        [console] in runRuleTool($0, console)
    },
    HostedProgram(
        "simulate", "Show what the cluster would do, with the present configuration or a changed one",
        ownNames: ["crm_simulate"], readsCIB: true
    ) { runSimulateCommand(arguments: $0) },
    HostedProgram("convert", "Make a corosync.conf from a cluster.conf (CMAN) or an ha.cf (Heartbeat)") {
        runConvertCommand(arguments: $0)
    },
    HostedProgram(
        "corosync-cmapctl", "Read, change and follow the configuration map and statistics, in the incumbent's words",
        ownNames: ["corosync-cmapctl"]
    ) { [place] in runMapTool($0, program: programName("corosync-cmapctl"), place: place) },
    HostedProgram(
        "corosync-cfgtool", "Show links and nodes, reload, end daemons, in the incumbent's words",
        ownNames: ["corosync-cfgtool"]
    ) { [place] in runLinkTool($0, program: programName("corosync-cfgtool"), place: place) },
    HostedProgram(
        "corosync-quorumtool", "Show quorum and change votes, in the incumbent's words",
        ownNames: ["corosync-quorumtool"]
    ) { [place] in runQuorumTool($0, program: programName("corosync-quorumtool"), place: place) },
    HostedProgram(
        "corosync-cpgtool", "Show process groups, in the incumbent's words", ownNames: ["corosync-cpgtool"]
    ) { [place] in runGroupTool($0, program: programName("corosync-cpgtool"), place: place) },
    HostedProgram(
        "corosync-vqsim", "Try out votes, splits and joins on simulated nodes, in the incumbent's words",
        ownNames: ["corosync-vqsim"]
    ) { [environment] in
        let directory = NodeDirectory(root: environment["LOCKSTEP_ROOT"])
        return runVoteSimulator(
            $0, program: programName("corosync-vqsim"), defaultConfiguration: directory.configuration)
    },
    HostedProgram(
        "corosync-keygen", "Make the key of a cluster, in the incumbent's words", ownNames: ["corosync-keygen"]
    ) { [environment] in
        let directory = NodeDirectory(root: environment["LOCKSTEP_ROOT"])
        return runKeyTool($0, program: programName("corosync-keygen"), defaultPath: directory.authKey)
    },
    HostedProgram(
        "demo", "Start a pair, kill the active node, watch the service come back",
        options: [
            CommandOption(
                "messaging", value: "KIND", choices: DemoMessaging.allCases.map(\.rawValue),
                "What the nodes talk with: Lockstep's own messaging (builtin), or daemons of an installed corosync")
        ]
    ) { runDemoCommand(arguments: $0) },
]
exit(runProgram(arguments: CommandLine.arguments, environment: environment, hosted: hosted))
