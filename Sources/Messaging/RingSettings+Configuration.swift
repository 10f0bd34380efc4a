package import ClusterConfiguration
package import ClusterTypes
package import Totem

extension RingSettings {
    /// The settings of the ring for one node of a cluster with these settings.
    ///
    /// - Parameters:
    ///   - storedRingSequence: what this node stored last, or 0.
    ///   - packetSizeLimit: the largest packet of the transport, in bytes; `netmtu` may lower it.
    package init(_ settings: ClusterSettings, localNode: NodeID, storedRingSequence: UInt64, packetSizeLimit: Int) {
        let totem = settings.totem
        self.init(
            node: localNode,
            peers: settings.nodes.map(\.id).filter { $0 != localNode },
            timeouts: .derived(
                token: settings.effectiveToken, retransmitsBeforeLoss: totem.tokenRetransmitsBeforeLoss,
                tokenRetransmit: totem.tokenRetransmit, tokenHold: totem.hold, join: totem.join,
                consensus: totem.consensus, merge: totem.merge, downcheck: totem.downcheck),
            storedRingSequence: storedRingSequence, windowSize: totem.windowSize, messagesPerToken: totem.maxMessages,
            failToReceiveLimit: totem.failReceiveCount, idleRotationsBeforeHold: totem.sequenceUnchangedCount,
            missCountLimit: totem.missCount,
            packetSizeLimit: max(1000, min(packetSizeLimit, totem.netMTU ?? packetSizeLimit, 65536)))
        cancelsHoldOnRetransmit = totem.cancelsTokenHoldOnRetransmit
        timeouts.sendJoin = totem.sendJoin
        timeouts.tokenWarning =
            totem.tokenWarningPercent == 0 ? nil : timeouts.token * totem.tokenWarningPercent / 100
        if totem.heartbeatFailuresAllowed > 0 {
            timeouts.heartbeat = timeouts.tokenRetransmit * totem.heartbeatFailuresAllowed + totem.maxNetworkDelay
        }
    }
}
