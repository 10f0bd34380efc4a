internal import CKronosnet
internal import ClusterConfiguration
internal import ClusterTypes
internal import Glibc
internal import KronosnetTransport

// Calls for a handle that carries packets.
extension KronosnetHandle {
    func setNode(
        _ node: knet_node_id_t, mode: TotemSettings.LinkMode, isNew: Bool
    ) throws(TransportFailure) {
        if isNew { try addNode(node, mode: mode) } else { try setMode(mode, of: node) }
    }

    func removeNode(_ node: knet_node_id_t, links: [Int]) throws(TransportFailure) {
        for link in links { removeLink(UInt8(clamping: link), to: node) }
        try check(knet_host_remove(handle, node), "removal of node \(node)")
    }

    func removeLink(_ link: UInt8, to node: knet_node_id_t) {
        _ = knet_link_set_enable(handle, node, link, 0)
        _ = knet_link_clear_config(handle, node, link)
    }

    /// Loads a second key configuration, or prepares for going without: nothing is sent with it yet.
    func stage(_ protection: TransportSettings.Protection?) throws(TransportFailure) {
        let next: UInt8 = activeKeys == 1 ? 2 : 1
        stagedKeys = protection == nil ? StagedKeys.none : .configuration(next)
        guard let protection else { return }
        try load(protection, as: next)
    }

    func changeKeys(phase: UInt32) throws(TransportFailure) {
        switch (phase, stagedKeys) {
        case (1, .configuration(let number)?):
            try check(knet_handle_crypto_use_config(handle, number), "use of the new keys")
        case (1, StagedKeys.none?): try check(knet_handle_crypto_use_config(handle, 0), "sending without keys")
        case (2, .configuration(let number)?):
            let old: UInt8 = number == 1 ? 2 : 1
            if activeKeys == old { try forgetKeys(old) }
            try check(
                knet_handle_crypto_rx_clear_traffic(handle, UInt8(KNET_CRYPTO_RX_DISALLOW_CLEAR_TRAFFIC)),
                "refusal of plain packets")
            (activeKeys, stagedKeys) = (number, nil)
        case (2, StagedKeys.none?):
            if let old = activeKeys { try forgetKeys(old) }
            (activeKeys, stagedKeys) = (nil, nil)
        default: break  // Keys that did not change here.
        }
    }

    private func forgetKeys(_ number: UInt8) throws(TransportFailure) {
        var none = knet_handle_crypto_cfg()
        Self.copy("none".utf8, to: &none.crypto_model)
        Self.copy("none".utf8, to: &none.crypto_cipher_type)
        Self.copy("none".utf8, to: &none.crypto_hash_type)
        try check(knet_handle_crypto_set_config(handle, &none, number), "removal of the old keys")
    }
}
