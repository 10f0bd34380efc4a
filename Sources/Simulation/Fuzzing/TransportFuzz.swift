internal import ClusterConfiguration
internal import ClusterTypes
internal import Kronosnet
internal import PacketCryptography

/// Two nodes of kronosnet's protocol and a wire that damages packets: whatever arrives, nothing traps, and when the damage ends,
/// packets pass again.
///
/// Half of the seeds seal packets. Then some are damaged before, as by somebody who has the key, and some behind, as by anybody.
struct TransportFuzz {
    private static let roundCount = 150
    private static let linkCount: UInt8 = 2

    private var generator: SeededGenerator
    private var nodes: [KronosnetProtocol]
    private let cipher: PacketCipher?
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var seen: [[UInt8]] = []
    private var isDamaging = true
    private var deliveredCount = 0
    private var effects: [KronosnetProtocol.Effect] = []
    private(set) var outcome: SimulationOutcome

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed ^ 0x6B6E_6574)
        outcome = SimulationOutcome(seed: seed)
        outcome.nodeCount = 2
        cipher = Self.drawnCipher(&generator)
        let envelope =
            cipher.map { Envelope(blockSize: $0.blockSize, saltSize: $0.saltSize, digestSize: $0.digestSize) }
            ?? .plain
        let mode = TotemSettings.LinkMode.allCases[generator.below(TotemSettings.LinkMode.allCases.count)]
        let start = now
        nodes = (UInt16(1)...2).map { node in
            var settings = KronosnetProtocol.Settings(node: node)
            settings.envelope = envelope
            settings.linkMode = mode
            let peer = 3 - node
            let links = (0..<Self.linkCount).map { link in
                LinkParameters(
                    number: link, remote: Self.endpoint(of: peer, link), pingInterval: .milliseconds(200),
                    pingTimeout: .milliseconds(500))
            }
            settings.peers = [.init(node: peer, links: links)]
            return KronosnetProtocol(settings, now: start)
        }
        self.generator = generator
    }

    private static func drawnCipher(_ generator: inout SeededGenerator) -> PacketCipher? {
        let choices: [(CryptoSettings.Cipher, CryptoSettings.Hash)] = [
            (.aes256, .sha256), (.aes128, .sha1), (.none, .sha512),
        ]
        guard generator.chance(0.5) else { return nil }
        let (cipher, hash) = choices[generator.below(choices.count)]
        let key = ByteMutation.noise(128, &generator)
        var crypto = CryptoSettings()
        (crypto.cipher, crypto.hash) = (cipher, hash)
        return crypto.choice(hasKey: true).flatMap { try? PacketCipher($0, key: key) }
    }

    private static func endpoint(of node: UInt16, _ link: UInt8) -> Endpoint {
        Endpoint(low: UInt64(node) << 8 | UInt64(link), port: 5405)
    }

    mutating func run() -> SimulationOutcome {
        pass(.seconds(2), damages: false)
        for _ in 0..<Self.roundCount {
            pass(.milliseconds(10), damages: true)
            send(1 + generator.below(generator.chance(0.1) ? 66_000 : 4_000), from: generator.below(2))
        }
        judge()
        return outcome
    }

    /// A packet passes in each direction when nothing is damaged any more.
    private mutating func judge() {
        isDamaging = false
        for sender in nodes.indices {
            let before = deliveredCount
            // Damaged numbers may have made the other believe that it has the next packets already.
            for _ in 0..<100 where deliveredCount == before {
                pass(.milliseconds(100), damages: false)
                send(5_000, from: sender)
            }
            if deliveredCount == before {
                outcome.violations.append(.init(.convergence, at: now, "node \(sender + 1) is not heard any more"))
            }
        }
    }

    // MARK: The wire

    private mutating func pass(_ duration: Duration, damages: Bool) {
        isDamaging = damages
        let end = now + duration
        while now < end {
            now = now + .milliseconds(10)
            for index in nodes.indices where nodes[index].deadline(now: now) <= now {
                nodes[index].advance(now: now, into: &effects)
                perform(at: index)
            }
        }
    }

    private mutating func send(_ length: Int, from index: Int) {
        let content = ByteMutation.noise(min(length, 64), &generator) + Array(repeating: 7, count: max(0, length - 64))
        let dispatch = nodes[index].dispatch(of: content.count, to: nil, now: now, into: &effects)
        perform(at: index)
        guard let dispatch else { return }
        var order = Array(1...max(1, dispatch.header.fragmentCount))
        if isDamaging, generator.chance(0.3) { order = generator.shuffled(order) }
        for fragment in order {
            var header = dispatch.header
            header.fragment = header.fragmentCount == 1 ? 0 : fragment
            let start = (fragment - 1) * dispatch.fragmentLength
            var bytes = [UInt8](repeating: 0, count: WireFormat.dataHeaderLength)
            bytes.withUnsafeMutableBytes { header.write(to: $0) }
            bytes += content[start..<min(content.count, start + dispatch.fragmentLength)]
            for link in dispatch.links { carry(bytes, from: index, over: link) }
        }
    }

    private mutating func perform(at index: Int) {
        let batch = effects
        effects = []
        for effect in batch {
            switch effect {
            case .transmit(let bytes, _, let link): carry(bytes, from: index, over: link)
            case .deliver: deliveredCount += 1
            case .reachabilityChanged, .linkChanged, .mtuChanged, .report, .complain: break
            }
        }
    }

    /// Brings a packet to the other node: sealed and opened when there is a key, and mostly as it was sent.
    private mutating func carry(_ packet: [UInt8], from index: Int, over link: KronosnetProtocol.LinkIndex) {
        var packet = packet
        if seen.count < 32 { seen.append(packet) } else { seen[generator.below(32)] = packet }
        if isDamaging, generator.chance(0.3) { damage(&packet) }
        guard let arrived = throughCipher(packet) else { return }
        outcome.packetCount += 1
        let number = UInt8(clamping: isDamaging && generator.chance(0.02) ? generator.below(9) : link.link)
        let (target, source, moment) = (1 - index, Self.endpoint(of: UInt16(index + 1), number), now)
        arrived.withUnsafeBytes {
            _ = nodes[target].receive($0, length: $0.count, from: source, now: moment, into: &effects)
        }
        perform(at: target)
    }

    /// Half of the damage is in the header and what stands at its end.
    private mutating func damage(_ packet: inout [UInt8]) {
        guard generator.chance(0.5), packet.count > WireFormat.pingLength else {
            return ByteMutation.mutate(&packet, others: seen, &generator)
        }
        packet[generator.below(WireFormat.pingLength)] = UInt8(truncatingIfNeeded: generator.next())
    }

    private mutating func throughCipher(_ packet: [UInt8]) -> [UInt8]? {
        guard let cipher else { return packet }
        var sealed = [UInt8](repeating: 0, count: cipher.saltSize) + packet
        sealed += [UInt8](repeating: 0, count: cipher.blockSize + cipher.digestSize)
        let length = sealed.withUnsafeMutableBytes { cipher.seal($0, length: packet.count) }
        guard let length else { return nil }
        sealed.removeLast(sealed.count - length)
        if isDamaging, generator.chance(0.2) { ByteMutation.mutate(&sealed, others: seen, &generator) }
        var opened = [UInt8](repeating: 0, count: sealed.count)
        let count = sealed.withUnsafeBytes { sealed in
            opened.withUnsafeMutableBytes { cipher.open(sealed, into: $0) }
        }
        return count.map { Array(opened.prefix($0)) }
    }
}
