package import ClusterConfiguration
internal import ClusterTypes
internal import Messaging

/// A session with the simulator: lines of a person or a script in, lines of text out.
///
/// - Source: corosync-vqsim(8); what it prints about nodes, word by word.
/// - Deviation: it waits for its nodes, which are processes, and may print one before it knows what it has decided; here
///   every command is done when its output appears.
package struct VoteSession: Sendable {
    package enum Output: Sendable, Equatable {
        /// What nodes decided, and switches.
        case state(String)
        /// For the person at the terminal.
        case console(String)
        case complaint(String)
        /// Nothing follows.
        case end
    }

    private var simulation: VoteSimulation
    private var printsAtOnce: Bool
    private var fences = false
    /// Nodes without quorum are ended as soon as some node has it, if nodes are fenced at all.
    private var isFencingDue = false
    private var output: [Output] = []

    /// - Parameter printsAtOnce: decisions are printed as they are made, and not after the command.
    package init(_ settings: ClusterSettings, printsAtOnce: Bool = false) {
        simulation = VoteSimulation(settings)
        self.printsAtOnce = printsAtOnce
    }

    /// What is printed before the first command.
    package mutating func begin() -> [Output] {
        settle()
        if !printsAtOnce { show() }
        return takeOutput()
    }

    /// One line, after some time since the last one.
    package mutating func receive(_ line: String, after elapsed: Duration = .zero) -> [Output] {
        simulation.advance(by: elapsed)
        tellDecisions()
        do {
            if let command = try VoteCommand(line) { carryOut(command) }
        } catch {
            if let text = error.text { complain("ERR: \(text)") } else { carryOut(.help) }
        }
        return takeOutput()
    }

    private mutating func takeOutput() -> [Output] {
        defer { output = [] }
        return output
    }

    private mutating func carryOut(_ command: VoteCommand) {
        switch command {
        case .up(let places):
            let before = simulation.states.count
            attempt(places) { simulation, node, partition throws(VoteSimulationFailure) in
                try simulation.start(node, in: partition)
            }
            if simulation.states.count > before { finish() }
        case .down(let nodes):
            remove(nodes) { simulation, node throws(VoteSimulationFailure) in try simulation.stop(node) }
        case .leave(let nodes):
            remove(nodes) { simulation, node throws(VoteSimulationFailure) in try simulation.leave(node) }
        case .move(let places):
            attempt(places) { simulation, node, partition throws(VoteSimulationFailure) in
                try simulation.move(node, to: partition)
            }
            reform()
        case .join(let partitions):
            for other in partitions.dropFirst() { simulation.join(partitions[0], with: other) }
            reform()
        case .autofence(let isOn):
            fences = isOn
            showSwitch("autofence", isOn)
        case .sync(let isOn):
            printsAtOnce = !isOn
            showSwitch("sync", isOn)
        case .device: complain("ERR: quorum devices are not simulated: Lockstep has none yet")
        case .wait(let duration):
            simulation.advance(by: duration)
            finish()
        case .change(let change, let node):
            if attempt({ simulation throws(VoteSimulationFailure) in try simulation.change(change, on: node) }) {
                finish()
            }
        case .show: show()
        case .nothing: break
        case .help: for line in Self.help { output.append(.console(line)) }
        case .exit: output.append(.end)
        }
    }

    private mutating func remove(
        _ nodes: [NodeID], _ work: (inout VoteSimulation, NodeID) throws(VoteSimulationFailure) -> Int
    ) {
        var hasChanged = false
        for node in nodes {
            do {
                let partition = try work(&simulation, node)
                output.append(.console("\(partition):\(node): Quit (on request)"))
                hasChanged = true
            } catch { complain(error.description) }
        }
        if hasChanged { finish() }
    }

    /// Each node of some places for itself.
    private mutating func attempt(
        _ places: [VoteCommand.Place],
        _ work: (inout VoteSimulation, NodeID, Int) throws(VoteSimulationFailure) -> Void
    ) {
        for place in places {
            for node in place.nodes {
                attempt { simulation throws(VoteSimulationFailure) in try work(&simulation, node, place.partition) }
            }
        }
    }

    /// Whether it could be done.
    @discardableResult
    private mutating func attempt(_ work: (inout VoteSimulation) throws(VoteSimulationFailure) -> Void) -> Bool {
        do {
            try work(&simulation)
            return true
        } catch {
            complain(error.description)
            return false
        }
    }

    private mutating func reform() {
        simulation.formRings()
        isFencingDue = true
        finish()
    }

    /// Something has changed: what follows from it, and the state of all nodes.
    private mutating func finish() {
        settle()
        if !printsAtOnce { show() }
    }

    private mutating func settle() {
        tellDecisions()
        let states = simulation.states
        guard fences, isFencingDue, states.contains(where: \.isQuorate) else { return }
        isFencingDue = false
        for state in states where !state.isQuorate {
            if (try? simulation.stop(state.node)) == nil { continue }
            output.append(.console("\(state.partition):\(state.node): Quit (autofenced)"))
            tellDecisions()
        }
    }

    /// What nodes have decided and said meanwhile.
    private mutating func tellDecisions() {
        for occurrence in simulation.takeOccurrences() {
            switch occurrence {
            case .decided(let state): if printsAtOnce { output.append(.state(state.line)) }
            case .reported(let node, let text): complain("node \(node): \(text)")
            }
        }
    }

    private mutating func show() {
        for state in simulation.states { output.append(.state(state.line)) }
        showSwitch("autofence", fences)
    }

    private mutating func showSwitch(_ name: String, _ isOn: Bool) {
        output.append(.state("#\(name): \(isOn ? "on" : "off")"))
    }

    private mutating func complain(_ text: String) { output.append(.complaint(text)) }
}

extension VoteSimulation.State {
    /// - Source: `0:1: q=1 ring=[1.c] nodes=[1 2 3]` of corosync-vqsim.
    var line: String {
        let nodes = members.map(\.description).joined(separator: " ")
        let number = String(ring.representative.rawValue, radix: 16) + "." + String(ring.sequence, radix: 16)
        return "\(partition):\(node): q=\(isQuorate ? 1 : 0) ring=[\(number)] nodes=[\(nodes)]"
    }
}

extension VoteSession {
    static let help = [
        "NODES is [PARTITION:]NODE[,NODE ...]; partitions are 0 to \(VoteSimulation.partitionCount - 1), 0 when it is not said.",
        "", "up NODES ...           nodes start in a partition",
        "down NODE ...          nodes are gone, as if their power went",
        "leave NODE ...         nodes leave in good order, as allow_downscale wants it",
        "move NODES ...         nodes go into another partition; also: split",
        "join PARTITION PARTITION ...",
        "                       the first takes all nodes of the others",
        "autofence on|off       after a cut or a join, nodes without quorum are ended when others have it",
        "wait MILLISECONDS      time passes, for last_man_standing_window",
        "votes NODE N           a node has another number of votes",
        "expected NODE N        the partition of that node expects N votes",
        "cancel-wait NODE       the partition of that node waits for all no longer",
        "sync on|off            show all nodes after a command (on), or every decision as it is made",
        "timeout MILLISECONDS, assert on|off",
        "                       without effect: nothing here has to be waited for",
        "show                   show what all nodes have decided", "exit                   end; also: quit, q", "",
    ]
}
