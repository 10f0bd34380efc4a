internal import ClusterConfiguration
internal import ClusterTypes
internal import EventLoop
internal import Kronosnet

// Settings that change while packets flow.
extension KronosnetTransport {
    package func reconfigure(_ changed: TransportSettings) -> [TransportFailure] {
        var failures: [TransportFailure] = []
        var changed = changed
        for peer in changed.peers.indices {
            changed.peers[peer].links.removeAll { link in
                do throws(TransportFailure) { _ = try socket(at: link.local) } catch {
                    failures.append(error)
                    return true
                }
                return false
            }
        }
        if changed.protection != settings.protection {
            do { try keyring.stage(changed.protection) } catch { failures.append(error) }
        }
        do {
            let next = try changed.protocolSettings(keyring.envelope)
            engine.reconfigure(next, now: .now(), into: &effects)
            settings = changed
        } catch { failures.append(error) }
        refusedLinks = RefusedLinks(settings.peers)
        updateRoutes()
        closeUnused()
        for socket in sockets.values { socket.mark(settings.serviceClass) }
        perform()
        armWake()
        return failures
    }

    private func closeUnused() {
        let used = Set(settings.peers.flatMap(\.links).map(\.local.bytes))
        for (address, socket) in sockets where !used.contains(address) {
            loop.unwatch(socket.descriptor)
            sockets[address] = nil
        }
    }

    package func changeKeys(phase: UInt32) throws(TransportFailure) {
        keyring.change(phase: phase)
        engine.changeEnvelope(keyring.envelope, now: .now(), into: &effects)
        perform()
        armWake()
    }
}

extension TransportSettings {
    /// What the protocol needs of them.
    func protocolSettings(_ envelope: Envelope) throws(TransportFailure) -> KronosnetProtocol.Settings {
        var result = KronosnetProtocol.Settings(node: try Self.hostNumber(node))
        for peer in peers {
            result.peers.append(.init(node: try Self.hostNumber(peer.node), links: peer.links.map(\.parameters)))
        }
        result.linkMode = linkMode
        result.silenceLimit = silenceLimit
        result.envelope = envelope
        result.pathInterval = max(.seconds(1), pathMTUInterval)
        result.fixedMTU = mtu > 0 ? mtu : nil
        return result
    }
}

extension TransportSettings.Link {
    fileprivate var parameters: LinkParameters {
        var parameters = LinkParameters(
            number: UInt8(clamping: number), remote: remote.endpoint,
            pingInterval: max(.milliseconds(1), pingInterval), pingTimeout: max(.milliseconds(1), pingTimeout))
        parameters.priority = priority
        parameters.patientPingTimeout = patientPingTimeout
        parameters.pingPrecision = max(1, pingPrecision)
        parameters.pongCount = max(1, pongCount)
        return parameters
    }
}
