internal import CKronosnet
internal import ClusterConfiguration
internal import ClusterTypes
internal import Glibc
internal import KronosnetTransport

/// Owns a libknet handle: every call that configures kronosnet is here, in the order in which corosync makes them.
///
/// - Source: libknet.h; corosync's use of it, so that both can share a ring: channel 0, the node id as host id, the key file's
///   content as private key.
final class KronosnetHandle {
    let handle: knet_handle_t
    /// Where packets are written to and read from: one end of a packet socket pair, not blocking.
    private(set) var dataDescriptor: Int32 = 0
    private let log: KronosnetLog
    /// Which of kronosnet's two key configurations is in use; `nil` without encryption.
    var activeKeys: UInt8?
    /// What the next change of keys leads to; `nil` when none is under way.
    var stagedKeys: StagedKeys?

    enum StagedKeys: Equatable { case none, configuration(UInt8) }

    init(node: knet_node_id_t, log: KronosnetLog) throws(TransportFailure) {
        self.log = log
        // Large socket buffers need CAP_NET_ADMIN; without it, kronosnet takes what the system allows.
        let level = UInt8(KNET_LOG_DEBUG)
        let privileged =
            geteuid() == 0 ? knet_handle_new_ex(node, log.writeEnd, level, UInt64(KNET_HANDLE_FLAG_PRIVILEGED)) : nil
        guard let handle = privileged ?? knet_handle_new_ex(node, log.writeEnd, level, 0) else {
            throw .latest("knet_handle_new for node \(node)")
        }
        self.handle = handle
        EqualPages.share(in: UnsafeMutableRawPointer(handle))
    }

    deinit { close() }

    // MARK: Settings of the whole handle

    func configure(_ settings: TransportSettings) throws(TransportFailure) {
        let level = UInt8(settings.isVerbose ? KNET_LOG_DEBUG : KNET_LOG_INFO)
        for subsystem in 0..<UInt8(KNET_MAX_SUBSYSTEMS) { _ = knet_log_set_loglevel(handle, subsystem, level) }
        // Where it tells of refused packets.
        _ = knet_log_set_loglevel(handle, UInt8(KNET_SUB_TRANSP_UDP), UInt8(KNET_LOG_DEBUG))
        try check(
            knet_handle_enable_access_lists(handle, settings.blocksUnlistedAddresses ? 1 : 0), "access lists")
        let interval = UInt32(clamping: max(1, settings.pathMTUInterval.milliseconds / 1000))
        try check(knet_handle_pmtud_setfreq(handle, interval), "path MTU interval")
        try check(knet_handle_pmtud_set(handle, UInt32(clamping: settings.mtu)), "MTU \(settings.mtu)")
        try check(knet_handle_enable_filter(handle, nil, DestinationFilter.callback), "destination filter")
    }

    /// Calls back on kronosnet's threads.
    func notify(_ relay: CallbackRelay) throws(TransportFailure) {
        let context = Unmanaged.passUnretained(relay).toOpaque()
        try check(knet_handle_enable_sock_notify(handle, context, CallbackRelay.socketFailed), "socket notification")
        try check(
            knet_host_enable_status_change_notify(handle, context, CallbackRelay.hostChanged), "status notification")
        try check(knet_handle_enable_pmtud_notify(handle, context, CallbackRelay.mtuChanged), "MTU notification")
    }

    func openDataDescriptor() throws(TransportFailure) {
        var channel: Int8 = 0
        try check(knet_handle_add_datafd(handle, &dataDescriptor, &channel), "data descriptor")
    }

    func protect(_ protection: TransportSettings.Protection?) throws(TransportFailure) {
        guard let protection else {
            try check(
                knet_handle_crypto_rx_clear_traffic(handle, UInt8(KNET_CRYPTO_RX_ALLOW_CLEAR_TRAFFIC)), "plain packets")
            return
        }
        try load(protection, as: 1)
        try check(knet_handle_crypto_use_config(handle, 1), "use of the keys")
        try check(
            knet_handle_crypto_rx_clear_traffic(handle, UInt8(KNET_CRYPTO_RX_DISALLOW_CLEAR_TRAFFIC)),
            "refusal of plain packets")
        activeKeys = 1
    }

    /// The libraries that kronosnet can encrypt with, best first: OpenSSL needs up to 15 % less CPU for a large packet than NSS.
    private static let preferredModels: [CryptoSettings.Model] = [.openssl, .nss]

    /// Makes keys known as one of kronosnet's two key configurations, with the configured library or the best that is there.
    func load(_ protection: TransportSettings.Protection, as number: UInt8) throws(TransportFailure) {
        let choice = protection.choice
        let models = choice.model.map { [$0] } ?? Self.preferredModels
        for model in models {
            var configuration = Self.configuration(of: protection, model)
            let result = knet_handle_crypto_set_config(handle, &configuration, number)
            if result == 0 { return }
            if model == models.last {
                try check(
                    result, "encryption \(choice.cipher.rawValue)/\(choice.hash.rawValue) by \(model.rawValue)")
            }
            _ = log.takeAll()  // That a library is not there is no fault as long as another one is.
        }
    }

    private static func configuration(
        of protection: TransportSettings.Protection, _ model: CryptoSettings.Model
    ) -> knet_handle_crypto_cfg {
        let choice = protection.choice
        var configuration = knet_handle_crypto_cfg()
        copy(model.rawValue.utf8, to: &configuration.crypto_model)
        copy(choice.cipher.rawValue.utf8, to: &configuration.crypto_cipher_type)
        copy(choice.hash.rawValue.utf8, to: &configuration.crypto_hash_type)
        copy(protection.key, to: &configuration.private_key)
        configuration.private_key_len = UInt32(clamping: protection.key.count)
        return configuration
    }

    func compress(_ settings: TotemSettings.CompressionSettings) throws(TransportFailure) {
        var configuration = knet_handle_compress_cfg()
        Self.copy(settings.model.utf8, to: &configuration.compress_model)
        configuration.compress_threshold = UInt32(clamping: settings.threshold)
        configuration.compress_level = Int32(clamping: settings.level)
        try check(knet_handle_compress(handle, &configuration), "compression by \(settings.model)")
    }

    /// Lets packets pass; when ended, kronosnet first sends what it still has.
    func forward(_ isOn: Bool) throws(TransportFailure) {
        try check(knet_handle_setfwd(handle, isOn ? 1 : 0), "forwarding")
    }

    // MARK: Nodes and links

    func addNode(_ node: knet_node_id_t, mode: TotemSettings.LinkMode) throws(TransportFailure) {
        try check(knet_host_add(handle, node), "node \(node)")
        try setMode(mode, of: node)
    }

    func setMode(_ mode: TotemSettings.LinkMode, of node: knet_node_id_t) throws(TransportFailure) {
        let policy =
            switch mode {
            case .passive: KNET_LINK_POLICY_PASSIVE
            case .active: KNET_LINK_POLICY_ACTIVE
            case .roundRobin: KNET_LINK_POLICY_RR
            }
        try check(knet_host_set_policy(handle, node, UInt8(policy)), "link mode of node \(node)")
    }

    func addLink(_ link: TransportSettings.Link, to node: knet_node_id_t) throws(TransportFailure) {
        let number = UInt8(clamping: link.number)
        let name = "link \(number) to node \(node) (\(link.local) to \(link.remote))"
        let kind =
            switch link.protocolName {
            case .udp: KNET_TRANSPORT_UDP
            case .sctp: KNET_TRANSPORT_SCTP
            }
        let flags = UInt64(KNET_LINK_FLAG_TRAFFICHIPRIO)
        let result = link.local.withStorage { local in
            link.remote.withStorage { knet_link_set_config(handle, node, number, UInt8(kind), local, $0, flags) }
        }
        try check(result, name)
        try tune(link, to: node)
        try check(knet_link_set_enable(handle, node, number, 1), name)
    }

    /// Sets what can change while the link is in use.
    func tune(_ link: TransportSettings.Link, to node: knet_node_id_t) throws(TransportFailure) {
        let number = UInt8(clamping: link.number)
        let name = "link \(number) to node \(node)"
        try check(knet_link_set_priority(handle, node, number, link.priority), "priority of \(name)")
        try check(
            knet_link_set_ping_timers(
                handle, node, number, time_t(max(1, link.pingInterval.milliseconds)),
                time_t(max(1, link.pingTimeout.milliseconds)), max(1, link.pingPrecision)), "ping timers of \(name)")
        try check(knet_link_set_pong_count(handle, node, number, max(1, link.pongCount)), "pong count of \(name)")
    }

    // MARK: Status

    func links(of node: knet_node_id_t) -> [UInt8] {
        var numbers = [UInt8](repeating: 0, count: Int(KNET_MAX_LINK))
        var count = 0
        guard knet_link_get_link_list(handle, node, &numbers, &count) == 0 else { return [] }
        return Array(numbers.prefix(count))
    }

    // MARK: End

    private var isClosed = false

    /// Leaves everything to the end of the process, which is near.
    func abandon() { isClosed = true }

    /// Sends what is queued, then ends all links and kronosnet's threads; takes up to a second.
    func close() {
        if isClosed { return }
        isClosed = true
        _ = knet_handle_setfwd(handle, 0)
        var nodes = [knet_node_id_t](repeating: 0, count: Int(KNET_MAX_HOST))
        var count = 0
        if knet_host_get_host_list(handle, &nodes, &count) == 0 {
            for node in nodes.prefix(count) {
                for link in links(of: node) {
                    _ = knet_link_set_enable(handle, node, link, 0)
                    _ = knet_link_clear_config(handle, node, link)
                }
                _ = knet_host_remove(handle, node)
            }
        }
        if dataDescriptor > 0 { _ = knet_handle_remove_datafd(handle, dataDescriptor) }
        _ = knet_handle_free(handle)
    }

    func check(_ result: Int32, _ attempt: String) throws(TransportFailure) {
        if result == 0 { return }
        let code = errno
        // Kronosnet explains itself in its log only.
        let reasons = log.takeAll().filter { $0.severity == .error }.map(\.text)
        let reason = reasons.last ?? String(cString: strerror(code))
        throw TransportFailure("kronosnet cannot set \(attempt): \(reason)")
    }

    /// Copies text or a key into a C array, imported as a tuple, that was zeroed; the last byte of text stays 0.
    static func copy<Field>(_ source: some Collection<UInt8>, to field: inout Field) {
        withUnsafeMutableBytes(of: &field) { $0.copyBytes(from: source.prefix($0.count)) }
    }
}
