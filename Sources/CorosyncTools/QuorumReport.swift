internal import CorosyncClient
internal import Glibc
internal import LocalServices

/// What `corosync-quorumtool` shows.
struct QuorumReport {
    typealias Flags = VoteClient.Information.Flags

    let order: QuorumToolOrder
    /// `nil` when no quorum is configured.
    let provider: String?
    let localNode: UInt32
    let notice: QuorumClient.Notice
    /// Of the ring.
    let representative: UInt32
    let votes: VoteClient?
    let names: NodeNames

    private func text(_ node: UInt32) -> String { order.isHexadecimal ? NumberText.hexadecimal(node) : String(node) }

    /// Everything; false when the votes could not be asked for, which has been said.
    func show(isQuorate: Bool, _ streams: ToolStreams) -> Bool {
        let sequence = String(notice.ring, radix: 16)
        let ring = votes == nil ? sequence : String(representative, radix: 16) + "." + sequence
        streams.print("Quorum information")
        streams.print("------------------")
        streams.print("Date:             \(Self.date())")
        streams.print("Quorum provider:  \(provider ?? "Not configured")")
        streams.print("Nodes:            \(notice.members.count)")
        streams.print("Node ID:          \(text(localNode))")
        streams.print("Ring ID:          \(ring)")
        streams.print("Quorate:          \(isQuorate ? "Yes" : "No")")
        guard let votes else { return true }
        let information: VoteClient.Information
        do { information = try votes.information(of: localNode) } catch {
            streams.complain("Unable to get node info: \(error.name)")
            showMembers(streams)
            return false
        }
        show(information, streams)
        showMembers(streams)
        return true
    }

    private static func date() -> String {
        var now = time(nil)
        var buffer = [CChar](repeating: 0, count: 64)
        guard ctime_r(&now, &buffer) != nil else { return "" }
        let bytes = buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func show(_ information: VoteClient.Information, _ streams: ToolStreams) {
        let flags: [(Flags, String)] = [
            (.twoNode, "2Node "), (.quorate, "Quorate "), (.waitForAll, "WaitForAll "),
            (.lastManStanding, "LastManStanding "), (.autoTieBreaker, "AutoTieBreaker "),
            (.allowDownscale, "AllowDownscale "), (.deviceRegistered, "Qdevice "),
        ]
        let state = information.flags.contains(.quorate) ? " " : "Activity blocked"
        let words = flags.filter { information.flags.contains($0.0) }.map(\.1).joined()
        streams.print("\nVotequorum information")
        streams.print("----------------------")
        streams.print("Expected votes:   \(information.expectedVotes)")
        streams.print("Highest expected: \(information.highestExpected)")
        streams.print("Total votes:      \(information.totalVotes)")
        streams.print("Quorum:           \(information.quorum) \(state)")
        streams.print("Flags:            \(words)")
    }

    // MARK: Members

    private struct Member {
        var node: UInt32
        var information: VoteClient.Information?
        var name: String
    }

    private func members(_ streams: ToolStreams) -> [Member] {
        var members: [Member] = []
        for node in notice.members {
            var information: VoteClient.Information?
            if let votes {
                information = try? votes.information(of: node)
                if information == nil { streams.print("Unable to get node \(node) info") }
            }
            members.append(Member(node: node, information: information, name: ""))
        }
        for index in members.indices { members[index].name = names.name(of: members[index].node) }
        switch order.sorting {
        case .asDelivered: break
        case .byIdentifier: members.sort { Int32(bitPattern: $0.node) < Int32(bitPattern: $1.node) }
        case .byName: members.sort { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
        }
        return members
    }

    func showMembers(_ streams: ToolStreams) {
        let members = members(streams)
        let device = members.first { $0.information?.flags.contains(.deviceRegistered) == true }?.information
        let showsDevice = votes != nil && (device != nil || order.isForMachines)
        func column(_ text: String) -> String { NumberText.padded(text, to: 10) + " " }
        streams.print("\nMembership information")
        streams.print("----------------------")
        streams.print(
            column("Nodeid") + (votes == nil ? "" : column("Votes")) + (showsDevice ? column("Qdevice") : "") + "Name")
        for member in members {
            var line = order.isHexadecimal ? text(member.node) + " " : column(text(member.node))
            if votes != nil { line += column(String(member.information?.votes ?? 0)) }
            if showsDevice { line += column(Self.deviceState(member.information?.flags ?? [])) }
            streams.print(line + member.name + (member.node == localNode ? " (local)" : ""))
        }
        if let device { show(device, isVoting: isVoting(members), column, streams) }
    }

    private func isVoting(_ members: [Member]) -> Bool {
        members.first { $0.node == localNode }?.information?.flags.contains(.deviceCastsVote) == true
    }

    private func show(
        _ device: VoteClient.Information, isVoting: Bool, _ column: (String) -> String, _ streams: ToolStreams
    ) {
        let id = order.isHexadecimal ? "0x00000000 " : column("0")
        let votes = column(isVoting ? String(device.deviceVotes) : "0")
        streams.print(
            id + votes + "           " + device.deviceName + (isVoting ? "" : " (votes \(device.deviceVotes))"))
    }

    private static func deviceState(_ flags: Flags) -> String {
        guard flags.contains(.deviceRegistered) else { return "NR" }
        let words = [
            flags.contains(.deviceAlive) ? "A" : "NA", flags.contains(.deviceCastsVote) ? "V" : "NV",
            flags.contains(.deviceMasterWins) ? "MW" : "NMW",
        ]
        return words.joined(separator: ",")
    }
}
