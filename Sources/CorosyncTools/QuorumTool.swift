internal import ClusterConfiguration
internal import CorosyncClient
package import CorosyncIPC
internal import Glibc
internal import LocalServices

/// `corosync-quorumtool`: shows quorum, votes and members, and changes votes.
///
/// - Source: corosync-quorumtool(8) of corosync 3.1.
package func runQuorumTool(_ arguments: [String], program: String, place: ServicePlace) -> Int32 {
    let streams = ToolStreams(program: program, place: place)
    do {
        let order = try QuorumToolOrder(arguments, streams)
        return try QuorumTool(order, streams).carryOut()
    } catch { return (error as? ToolEnd)?.status ?? 1 }
}

private struct QuorumTool {
    private static let notQuorate: Int32 = 2

    let order: QuorumToolOrder
    let streams: ToolStreams
    let map: MapClient
    let quorum: QuorumClient
    let administration: AdministrationClient
    let provider: String?
    /// `nil` where votequorum does not decide.
    let votes: VoteClient?
    var localNode: UInt32 = 0

    init(_ order: QuorumToolOrder, _ streams: ToolStreams) throws {
        self.order = order
        self.streams = streams
        func connecting<Client>(_ failure: String, _ connect: () throws -> Client) throws -> Client {
            do { return try connect() } catch {
                streams.complain(failure)
                throw ToolEnd.failure
            }
        }
        map = try connecting("Cannot initialize CMAP service") { try MapClient(at: streams.place) }
        quorum = try connecting("Cannot initialize QUORUM service") { try QuorumClient(at: streams.place) }
        administration = try connecting("Cannot initialise CFG service") { try AdministrationClient(at: streams.place) }
        provider = quorum.hasProvider ? try? map.get("quorum.provider").text : nil
        guard provider == "corosync_votequorum" else {
            votes = nil
            return
        }
        votes = try connecting("Cannot initialise VOTEQUORUM service") { try VoteClient(at: streams.place) }
        localNode = try connecting("Unable to retrieve this_node_id") { [map] in
            UInt32(clamping: try map.get("runtime.votequorum.this_node_id").integer ?? 0)
        }
    }

    func carryOut() throws -> Int32 {
        switch order.action {
        case .status: return try showStatus()
        case .nodes:
            guard let notice = try track(follows: false) else { return 1 }
            report(notice, representative: 0).showMembers(streams)
            return 0
        case .monitor: return try monitor()
        case .setVotes(let count):
            let node = order.node ?? localNode
            return try change("You cannot change node votes") { votes in
                do throws(ServiceError) { try votes.setVotes(count, of: node) } catch {
                    return "Unable to set votes \(count) for nodeid: \(node): \(error.name)"
                }
                return nil
            }
        case .setExpectedVotes(let count):
            return try change("You cannot change expected votes") { votes in
                do throws(ServiceError) { try votes.setExpectedVotes(count) } catch {
                    return "Unable to set expected votes: \(error.name)"
                }
                return nil
            }
        case .unregisterDevice:
            return try change("You cannot unregister quorum device") { votes in
                do throws(ServiceError) {
                    let information = try votes.information(of: localNode)
                    guard information.flags.contains(.deviceRegistered) else { return nil }
                    try votes.unregisterDevice(information.deviceName)
                } catch { return "Unable to unregister quorum device: \(error.name)" }
                return nil
            }
        }
    }

    private func change(_ refusal: String, _ work: (VoteClient) -> String?) throws -> Int32 {
        guard let votes else {
            streams.complain("\(refusal), corosync is not using votequorum")
            return 1
        }
        guard let failure = work(votes) else { return 0 }
        streams.complain(failure)
        return 1
    }

    // MARK: Showing

    private func showStatus() throws -> Int32 {
        let isQuorate: Bool
        do { isQuorate = try quorum.isQuorate() } catch {
            streams.complain("Unable to get cluster quorate status: \(error.name)")
            return 1
        }
        guard let notice = try track(follows: false) else { return 1 }
        do { try quorum.stopTracking() } catch {
            streams.complain("Unable to stop quorum status tracking: \(error.name)")
        }
        guard let representative = try trackVotes(follows: false) else { return 1 }
        let report = report(notice, representative: representative)
        guard report.show(isQuorate: isQuorate, streams) else { return 1 }
        return isQuorate ? 0 : Self.notQuorate
    }

    private func report(_ notice: QuorumClient.Notice, representative: UInt32) -> QuorumReport {
        QuorumReport(
            order: order, provider: provider, localNode: localNode, notice: notice, representative: representative,
            votes: votes, names: NodeNames(order, map, administration, streams))
    }

    /// The first notice; `nil` when there was a failure, which has been said.
    private func track(follows: Bool) throws -> QuorumClient.Notice? {
        do { try quorum.startTracking(follows: follows) } catch {
            streams.complain("Unable to start quorum status tracking: \(error.name)")
            return nil
        }
        return nextNotice()
    }

    private func nextNotice() -> QuorumClient.Notice? {
        do {
            while true { if let notice = try quorum.nextNotice(milliseconds: -1) { return notice } }
        } catch {
            streams.complain("Unable to dispatch quorum status: \(error.name)")
            return nil
        }
    }

    /// The ring's representative, 0 without votequorum.
    private func trackVotes(follows: Bool) throws -> UInt32? {
        guard let votes else { return 0 }
        do { try votes.startTracking(follows: follows) } catch {
            streams.complain("Unable to start votequorum status tracking: \(error.name)")
            return nil
        }
        return nextRepresentative(votes)
    }

    private func nextRepresentative(_ votes: VoteClient) -> UInt32? {
        do {
            while true { if let node = try votes.nextRepresentative(milliseconds: -1) { return node } }
        } catch {
            streams.complain("Unable to dispatch votequorum status: \(error.name)")
            return nil
        }
    }

    private func monitor() throws -> Int32 {
        guard quorum.hasProvider else {
            streams.print("\nQuorum is not configured - cannot monitor")
            return try showStatus()
        }
        guard var notice = try track(follows: true), var representative = try trackVotes(follows: true) else {
            return 1
        }
        while true {
            guard report(notice, representative: representative).show(isQuorate: notice.isQuorate, streams) else {
                return 1
            }
            streams.print()
            streams.flush()
            guard let next = nextNotice() else { return 1 }
            notice = next
            if let votes {
                guard let node = nextRepresentative(votes) else { return 1 }
                representative = node
            }
        }
    }
}
