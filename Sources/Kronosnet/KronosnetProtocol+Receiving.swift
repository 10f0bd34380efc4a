package import ClusterTypes

// What arrives.
extension KronosnetProtocol {
    /// Takes one packet, authenticated and decrypted when there is a key.
    ///
    /// - Parameter length: of the packet on the wire, for the counters.
    /// - Returns: whether ``deadline(now:)`` may have changed.
    @discardableResult package mutating func receive(
        _ bytes: UnsafeRawBufferPointer, length: Int, from source: Endpoint, now: Instant, into effects: inout [Effect]
    ) -> Bool {
        // What is malformed was sent by somebody with the key, or there is none: nothing to be learned from it.
        guard let packet = try? Packet(bytes) else { return false }
        switch packet {
        case .data(let header):
            guard let place = places[header.node],
                let link = peers[place].links.firstIndex(where: { $0.parameters.remote == source })
            else { return false }
            peers[place].links[link].counters.data.received.add(length)
            heard(LinkIndex(peer: place, link: link), now: now, into: &effects)
            take(header, UnsafeRawBufferPointer(rebasing: bytes[WireFormat.dataHeaderLength...]), place, into: &effects)
            return false
        case .ping(let ping):
            guard let index = index(ping.node, ping.link) else { return false }
            peers[index.peer].links[index.link].counters.ping.received.add(length)
            heard(index, now: now, into: &effects)
            noteSequence(of: ping, index.peer)
            var pong = ping
            pong.node = settings.node
            transmit(.pong(pong), .pong, index, into: &effects)
        case .pong(let ping):
            guard let index = index(ping.node, ping.link) else { return false }
            peers[index.peer].links[index.link].counters.pong.received.add(length)
            take(pong: ping, index, now: now, into: &effects)
        case .pathProbe(let node, let link, let size):
            guard let index = index(node, link) else { return false }
            peers[index.peer].links[index.link].counters.path.received.add(length)
            transmit(.pathReply(node: settings.node, link: link, size: size), .path, index, into: &effects)
        case .pathReply(let node, let link, let size):
            guard let index = index(node, link) else { return false }
            peers[index.peer].links[index.link].counters.path.received.add(length)
            let path = path(of: index)
            peers[index.peer].links[index.link].path.answered(size: Int(size), path, now: now)
            search(index, now: now, into: &effects)
        }
        return true
    }

    /// A node that was silent for long is within reach again when a link to it has not gone down meanwhile.
    private mutating func heard(_ index: LinkIndex, now: Instant, into effects: inout [Effect]) {
        peers[index.peer].heard(over: index.link, now: now)
        if !peers[index.peer].isReachable { updateRoutes(index.peer, now: now, into: &effects) }
    }

    /// The link that a control packet names: both ends know a link by the same number.
    private func index(_ node: UInt16, _ number: UInt8) -> LinkIndex? {
        guard let place = places[node],
            let link = peers[place].links.firstIndex(where: { $0.parameters.number == number })
        else { return nil }
        return LinkIndex(peer: place, link: link)
    }

    private mutating func take(
        _ header: DataHeader, _ content: UnsafeRawBufferPointer, _ place: Int, into effects: inout [Effect]
    ) {
        // As kronosnet does: who cannot be answered is not listened to.
        guard peers[place].isReachable, header.channel == 0 else { return }
        guard header.compression == 0 else {
            effects.append(
                .complain(
                    "node \(header.node) compresses its packets: knet_compression_model must be the same on all nodes"))
            return
        }
        peers[place].hasSentData = true
        guard !peers[place].arrived.contains(header.sequence) else { return }
        if header.fragmentCount <= 1 {
            guard !content.isEmpty, content.count <= WireFormat.contentLimit else { return }
            peers[place].arrived.insert(header.sequence)
            effects.append(.deliver(Array(content)))
            return
        }
        guard let packet = reassemble(header, content, place) else { return }
        peers[place].arrived.insert(header.sequence)
        effects.append(.deliver(packet))
    }

    private mutating func reassemble(
        _ header: DataHeader, _ content: UnsafeRawBufferPointer, _ place: Int
    ) -> [UInt8]? {
        // A packet that had to make room for others, or was complete, is not begun again.
        if !peers[place].reassembly.isUnderWay(header.sequence) {
            guard !peers[place].begun.contains(header.sequence) else { return nil }
            peers[place].begun.insert(header.sequence)
        }
        return peers[place].reassembly.take(header, content)
    }

    /// A node that has just started numbers its packets anew.
    private mutating func noteSequence(of ping: Packet.Ping, _ place: Int) {
        if ping.isTimed {
            if ping.sequence == 0, !peers[place].arrived.isEmpty || !peers[place].begun.isEmpty {
                peers[place].forgetPackets()
            }
            return
        }
        let isNew = ping.sequence != peers[place].untimedSequence
        peers[place].untimedSequence = ping.sequence
        if isNew {
            if !peers[place].hasSentData { peers[place].forgetPackets() }
            peers[place].hasSentData = false
        }
        _ = peers[place].arrived.contains(ping.sequence)
    }

    private mutating func take(
        pong: Packet.Ping, _ index: LinkIndex, now: Instant, into effects: inout [Effect]
    ) {
        guard let roundTrip = Self.age(pong, now: now) else { return }
        peers[index.peer].answered(now: now)
        let parameters = peers[index.peer].links[index.link].parameters
        let change = peers[index.peer].links[index.link].health.answered(after: roundTrip, parameters, now: now)
        let latency = peers[index.peer].links[index.link].health.latency
        peers[index.peer].links[index.link].counters.noteLatency(latency)
        if let change { apply(change, index, now: now, into: &effects) }
        heard(index, now: now, into: &effects)
    }

    /// The time since the ping was sent; `nil` for one that was never sent.
    private static func age(_ ping: Packet.Ping, now: Instant) -> Duration? {
        guard ping.nanoseconds < 1_000_000_000, let seconds = Int64(exactly: ping.seconds) else { return nil }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return nil }
        let (sent, carry) = product.addingReportingOverflow(Int64(ping.nanoseconds))
        guard !carry, sent <= now.nanoseconds else { return nil }
        return now - Instant(nanoseconds: sent)
    }
}

extension LinkCounters {
    fileprivate mutating func noteLatency(_ latency: Duration) {
        shortestLatency = min(shortestLatency ?? latency, latency)
        longestLatency = max(longestLatency, latency)
    }
}
