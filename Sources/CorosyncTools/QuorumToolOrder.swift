/// What `corosync-quorumtool` is asked to do.
struct QuorumToolOrder {
    enum Action: Equatable {
        case status
        case nodes
        case monitor
        case setVotes(UInt32)
        case setExpectedVotes(UInt32)
        case unregisterDevice
    }

    enum Sorting: Equatable { case asDelivered, byName, byIdentifier }

    var action = Action.status
    var node: UInt32?
    var sorting = Sorting.asDelivered
    var showsAllAddresses = false
    var showsAddressesOnly = false
    var isHexadecimal = false
    var isForMachines = false

    init(_ arguments: [String], _ streams: ToolStreams) throws {
        var options = OptionReader(arguments, program: streams.program, letters: "VHaslpmfe:v:hin:o:")
        while let item = options.next() {
            switch item {
            case .option(let letter, let value): try take(letter, value, streams)
            case .mistake(let text):
                streams.complain(text)
                streams.write(Self.help(streams.program))
                throw ToolEnd.failure
            }
        }
    }

    private mutating func take(_ letter: Character, _ value: String, _ streams: ToolStreams) throws {
        let votes = Int64(Int32.max)
        switch letter {
        case "s": action = .status
        case "l": action = .nodes
        case "m": action = .monitor
        case "f": action = .unregisterDevice
        case "a": showsAllAddresses = true
        case "i": showsAddressesOnly = true
        case "H": isHexadecimal = true
        case "p": isForMachines = true
        case "e":
            action = .setExpectedVotes(
                try Self.number(
                    value, 1...votes, "New expected votes value was not valid, try a positive number", streams))
        case "v":
            action = .setVotes(
                try Self.number(
                    value, 0...votes, "New votes value was not valid, try a positive number or zero", streams))
        case "n":
            node = try Self.number(
                value, 1...Int64(UInt32.max), "The nodeid was not valid, try a positive number", streams)
        case "o":
            let orders: [String: Sorting] = ["a": .asDelivered, "n": .byName, "i": .byIdentifier]
            guard let order = orders[value] else {
                streams.complain("Invalid ordering option. valid orders are a(address), i(node ID) or n(name)")
                throw ToolEnd.failure
            }
            sorting = order
        case "V":
            streams.print("corosync-quorumtool version: 3.1.7")
            throw ToolEnd.success
        default:
            streams.write(Self.help(streams.program))
            throw ToolEnd.success
        }
    }

    private static func number(
        _ text: String, _ range: ClosedRange<Int64>, _ mistake: String, _ streams: ToolStreams
    ) throws -> UInt32 {
        guard let number = NumberText.number(text, in: range), let fitting = UInt32(exactly: number) else {
            streams.complain(mistake)
            throw ToolEnd.failure
        }
        return fitting
    }

    private static func help(_ program: String) -> String {
        """
        usage: 
        \(program) <options>

          -s             the decision about quorum, votes and members (what happens without options)
          -l             the members only
          -m             the decision again with every change
          -a             all names or addresses of each node
          -i             addresses instead of names
          -H             node ids in hexadecimal
          -o <a|n|i>     members by address (as they come), name or id
          -p             with -s or -l: columns that programs can count on
          -e <expected>  changes the expected votes of the cluster (*)
          -v <votes>     changes the votes of a node (*)
          -n <nodeid>    which node -v means; this one when it is left out
          -f             unregisters a quorum device by force (*)
          -h             this help
          -V             the version

          (*) only with votequorum


        """
    }
}
