internal import XMLTree

/// The programs of Pacemaker that this one answers for when it is called by their names: what resource agents and
/// people's scripts call. Options, output and exit codes are those of Pacemaker 2.1.
let incumbentPrograms: [Command] = [
    crmAttributeProgram, crmMasterProgram, crmFailcountProgram, crmStandbyProgram, attrdUpdaterProgram, crmNodeProgram,
    crmResourceProgram, cibadminProgram, crmMonProgram,
]

/// The names that the executable answers to besides its own, for the links beside it and in the agents' PATH.
package let incumbentProgramNames = incumbentPrograms.map(\.name)

/// Runs one of the programs; the exit status.
///
/// Messages have the program's name in front and no colour: scripts compare them.
func runIncumbentProgram(_ program: Command, _ words: [String], _ session: Session) -> Int32 {
    do {
        let arguments = try parseArguments(words, for: program)
        if arguments.has("version") {
            session.console.print("\(program.name) of Lockstep \(lockstepVersion)")
        } else if arguments.has("help") {
            session.console.write(help(for: program, subject: program.name, session))
        } else {
            try session.options.take(arguments)
            try program.run(session, arguments)
        }
        return ExitCode.ok.rawValue
    } catch let end as ProgramEnd {
        return end.status
    } catch let failure as CommandFailure {
        let named = failure.message.hasPrefix(program.name + ":")
        session.console.plainError((named ? "" : program.name + ": ") + failure.message)
        return failure.code.rawValue
    } catch {
        session.console.plainError("\(program.name): \(error)")
        return ExitCode.software.rawValue
    }
}

/// Options that all of them have.
let commonIncumbentOptions = [
    CommandOption("quiet", "Q", "Say less"), CommandOption("verbose", "V", "Accepted, has no effect"),
    CommandOption("version", "$", "Show the version"), CommandOption("help", "?", "Explain the program"),
]

extension CommandFailure {
    /// What Pacemaker's programs say of something that is not there.
    static let nothingThere = CommandFailure(
        .noSuchObject, "Error performing operation: No such device or address")
}

extension Session {
    /// The node an agent runs on, else the node of the daemon asked, else this host.
    func localNodeName() throws(CommandFailure) -> String {
        if let name = environment["OCF_RESKEY_CRM_meta_on_node"], !name.isEmpty { return name }
        return try connection().activity()?.node ?? facilities.hostName
    }

    /// A node of the configuration by name or id, as the cluster calls it.
    func nodeElement(_ name: String) throws(CommandFailure) -> NodeElement {
        let nodes = try connection().query(xpath: "/cib/configuration/nodes/node").map(NodeElement.init)
        if let node = nodes.first(where: { $0.name == name }) ?? nodes.first(where: { $0.id == name }) { return node }
        throw CommandFailure(.noSuchObject, "Could not map name=\(name) to a UUID")
    }

    /// What a node attribute is until the node leaves; every node that has it when `node` is `nil`, in the nodes' order.
    func transientAttributes(node: String?) throws(CommandFailure) -> [TransientAttribute] {
        try connection().query(xpath: "/cib/status/node_state").flatMap { state in
            guard let name = state["uname"], node == nil || node == name else { return [TransientAttribute]() }
            return state.children("transient_attributes").flatMap { $0.values(in: "instance_attributes") }.map {
                TransientAttribute(node: name, name: $0.name, value: $0.value)
            }
        }
    }
}

struct TransientAttribute {
    var node: String
    var name: String
    var value: String
}
