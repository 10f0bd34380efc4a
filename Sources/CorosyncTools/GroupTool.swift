internal import CorosyncClient
package import CorosyncIPC
internal import LocalServices

/// `corosync-cpgtool`: shows process groups and their members.
///
/// - Source: corosync-cpgtool(8) of corosync 3.1.
package func runGroupTool(_ arguments: [String], program: String, place: ServicePlace) -> Int32 {
    let streams = ToolStreams(program: program, place: place)
    do {
        var tool = GroupTool(streams: streams)
        try tool.read(arguments)
        try tool.show()
        return 0
    } catch { return (error as? ToolEnd)?.status ?? 1 }
}

private struct GroupTool {
    let streams: ToolStreams
    var delimiter: Character?
    var escapes = true
    var showsNamesOnly = false

    init(streams: ToolStreams) { self.streams = streams }

    mutating func read(_ arguments: [String]) throws {
        var options = OptionReader(arguments, program: streams.program, letters: "hd:ne")
        while let item = options.next() {
            switch item {
            case .option("d", let value): delimiter = value.first ?? delimiter
            case .option("n", _): showsNamesOnly = true
            case .option("e", _): escapes = false
            case .option("h", _):
                streams.write(
                    """
                    \(streams.shortName) [-d delimiter] [-e] [-n] [-h]

                    Shows the process groups of the cluster and who is in them.
                    options:
                    \t-d\tA line a member, with this character between its fields.
                    \t-e\tGroup names as they are: characters that cannot be seen are not escaped.
                    \t-n\tOnly the names of the groups.
                    \t-h\tThis help.

                    """)
                throw ToolEnd.success
            case .option: break
            case .mistake(let text):
                streams.complain(text)
                throw ToolEnd.failure
            }
        }
    }

    func show() throws {
        let groups: GroupClient
        let administration: AdministrationClient
        do { groups = try GroupClient(at: streams.place) } catch {
            streams.complain("Could not initialize corosync cpg API error \(error.rawValue)")
            throw ToolEnd.failure
        }
        do { administration = try AdministrationClient(at: streams.place) } catch {
            streams.complain("Could not initialize corosync configuration API error \(error.rawValue)")
            throw ToolEnd.failure
        }
        do throws(ServiceError) {
            if showsNamesOnly {
                try showNames(groups)
            } else {
                try showMembers(groups, administration)
            }
        } catch {
            streams.complain("cpg iteration error \(error.rawValue)")
            throw ToolEnd.failure
        }
    }

    private func name(_ group: [UInt8]) -> String { escapes ? escaped(group) : String(decoding: group, as: UTF8.self) }

    private func showNames(_ groups: GroupClient) throws(ServiceError) {
        for group in try groups.names() { streams.write(name(group) + String(delimiter ?? "\n")) }
        if delimiter != nil { streams.print() }
    }

    private func showMembers(_ groups: GroupClient, _ administration: AdministrationClient) throws(ServiceError) {
        let members = try groups.members()
        guard delimiter == nil else { return showFields(members) }
        streams.print("Group Name\t\(NumberText.padded("PID", to: 10))\t\(NumberText.padded("Node ID", to: 10))")
        var last: [UInt8] = []
        for member in members {
            if member.group != last { streams.print(name(member.group)) }
            last = member.group
            let addresses = (try? administration.addresses(of: member.node)) ?? []
            let process = NumberText.padded(String(member.process), to: 10)
            let node = NumberText.padded(String(member.node), to: 10)
            streams.print("\t\t\(process)\t\(node) (\(addresses.map(AddressText.text).joined(separator: " ")))")
        }
    }

    private func showFields(_ members: [GroupClient.Member]) {
        let delimiter = String(delimiter ?? ",")
        streams.print(["GRP_NAME", "PID", "NODEID"].joined(separator: delimiter))
        for member in members {
            streams.print(
                [name(member.group), String(member.process), String(member.node)].joined(separator: delimiter))
        }
    }
}
