/// What `corosync-cfgtool` is asked to do.
struct LinkToolOrder {
    enum Action: Equatable {
        case help
        case links
        case nodes
        case reload
        case reopenLogs
        case shutDown
        case addresses(UInt32)
        case kill(UInt32)
    }

    var action = Action.help
    var isBrief = false
    var isForced = false

    init(_ arguments: [String], _ streams: ToolStreams) throws {
        var options = OptionReader(
            arguments, program: streams.program, letters: "i:snbrRLk:a:hH",
            long: [
                .init(name: "if", letter: "i", takesValue: true), .init(name: "status", letter: "s"),
                .init(name: "nodes", letter: "n"), .init(name: "brief", letter: "b"),
                .init(name: "reload", letter: "R"), .init(name: "reopen", letter: "L"),
                .init(name: "kill", letter: "k", takesValue: true),
                .init(name: "address", letter: "a", takesValue: true), .init(name: "shutdown", letter: "H"),
                .init(name: "force", letter: "!"),
            ])
        while let item = options.next() {
            switch item {
            case .option("s", _): action = .links
            case .option("n", _): action = .nodes
            case .option("b", _): isBrief = true
            case .option("R", _): action = .reload
            case .option("L", _): action = .reopenLogs
            case .option("H", _): action = .shutDown
            case .option("!", _): isForced = true
            case .option("k", let value): action = .kill(try Self.node(value, streams))
            case .option("a", let value): action = .addresses(try Self.node(value, streams))
            case .option: break  // -i, -r and -h, which corosync's tool takes and does nothing about.
            case .mistake(let text):
                streams.complain(text)
                throw ToolEnd.failure
            }
        }
    }

    private static func node(_ text: String, _ streams: ToolStreams) throws -> UInt32 {
        guard let number = NumberText.number(text, in: 1...Int64(UInt32.max)), let node = UInt32(exactly: number) else {
            streams.complain("The nodeid was not valid, try a positive number")
            throw ToolEnd.failure
        }
        return node
    }

    static let help = """
        corosync-cfgtool [[-i <interface ip>] [-b] -s] [-R] [-L] [-k nodeid] [-a nodeid] [-h] [-H]

        Shows how the nodes are linked, and changes what runs.
        options:
        \t-s\tThe links of this node, and the nodes on each.
        \t-b\tWith -s: a digit a node, 1 for enabled plus 2 for connected, n for this node.
        \t-n\tThe nodes that can be reached, and the links to each.
        \t-i\tAccepted, has no effect.
        \t-R\tAll nodes read corosync.conf again.
        \t-L\tThis node opens its log files anew.
        \t-k\tEnds the daemon of the node with this id.
        \t-a\tThe addresses of the node with this id.
        \t-H\tLeaves the cluster cleanly and ends the daemon; programs are asked first.
        \t\t--force does it whatever they say
        \t-h\tThis help.

        """
}
