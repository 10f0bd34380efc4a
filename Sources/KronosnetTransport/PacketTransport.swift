package import ClusterConfiguration
package import ClusterTypes

/// Carries Totem's packets between nodes over kronosnet's links, encrypted when there is a key.
///
/// Lives on one event loop. Packets may be lost, as on any network: Totem recovers them.
package protocol PacketTransport: AnyObject {
    /// How packets are protected, or will be once changed keys are in use.
    var protection: TransportSettings.Protection? { get }

    /// Sends a packet of Totem's to another node, or to all of them when `node` is `nil`.
    ///
    /// Writes the destination into the packet's header, as Corosync's transports do. A packet shorter than a header, or
    /// one for which there is no room, is dropped.
    func send(_ packet: [UInt8], to node: NodeID?)

    /// Makes nodes, links, timers and limits those of new settings; links that stay as they are are not touched.
    ///
    /// New keys are only made known for receiving: ``changeKeys(phase:)`` uses them once every node knows them.
    ///
    /// - Returns: what could not be changed; the rest has been.
    func reconfigure(_ changed: TransportSettings) -> [TransportFailure]

    /// Phase 1 encrypts with new keys, phase 2 forgets the old ones; every node knows the new ones before phase 1.
    func changeKeys(phase: UInt32) throws(TransportFailure)

    /// The links to all other nodes, by node and link, with their figures.
    func observeLinks() -> [LinkObservation]

    /// What is counted for the node as a whole, under the names of corosync.
    func observeHandle() -> [ConfigurationMap.Entry]

    /// Starts counting anew.
    func resetCounters()

    /// Ends; no event comes afterwards.
    func close()

    /// As ``close()``, for a process that is about to end, which may take the rest along.
    func abandon()
}

/// Where a packet of Totem's says for whom it is.
///
/// Corosync 3 keeps the target in the packet, so the receiver checks it as well; 0 is everybody.
/// - Source: Corosync's `struct totem_message_header`, a packed struct.
package enum PacketTarget {
    package static let offset = 9
    package static let end = 13

    /// Whether a packet is for this node.
    static func admits(_ packet: [UInt8], node: NodeID) -> Bool {
        guard packet.count >= end else { return false }
        let target = packet.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
        return target == 0 || target == node.rawValue
    }
}

/// The way to the owner, shut when the transport closes: more may be on its way then.
package final class Receiver {
    package var isOpen = true
    private let receive: (TransportEvent) -> Void

    package init(_ receive: @escaping (TransportEvent) -> Void) { self.receive = receive }

    package func pass(_ event: TransportEvent) { if isOpen { receive(event) } }
}
