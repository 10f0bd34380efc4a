internal import ClusterTypes
internal import Kronosnet
internal import PacketCryptography

/// The memory in which packets are cut into fragments and sealed, one after the other, as the network gets them.
final class FragmentBuffer {
    /// Room for the largest packet in the smallest fragments, with what encryption adds.
    private static let size = WireFormat.contentLimit + 256 * 128

    private let memory: UnsafeMutableRawBufferPointer

    init() { memory = .allocate(byteCount: Self.size, alignment: 64) }
    deinit { memory.deallocate() }

    /// Fragments that stand one after the other.
    struct Fragments {
        var bytes: UnsafeRawBufferPointer
        /// The length of each but the last.
        var segment: Int
        var count: Int
        /// What encryption added.
        var overhead: Int
    }

    /// Cuts a packet; valid until the next call.
    ///
    /// - Parameter target: written into the packet's header.
    /// - Returns: `nil` when it is too short for a header, or does not fit.
    func cut(
        _ packet: UnsafeRawBufferPointer, for target: UInt32, as dispatch: KronosnetProtocol.Dispatch,
        sealedBy cipher: PacketCipher?
    ) -> Fragments? {
        var header = dispatch.header
        let saltSize = cipher?.saltSize ?? 0
        guard min(packet.count, dispatch.fragmentLength) >= PacketTarget.end else { return nil }
        var (written, segment, plain, start) = (0, 0, 0, 0)
        for fragment in 1...max(1, header.fragmentCount) {
            header.fragment = header.fragmentCount == 1 ? 0 : fragment
            let content = packet[start..<min(packet.count, start + dispatch.fragmentLength)]
            let length = WireFormat.dataHeaderLength + content.count
            guard !content.isEmpty, written + saltSize + length <= memory.count else { return nil }
            let place = UnsafeMutableRawBufferPointer(rebasing: memory[written...])
            let inside = UnsafeMutableRawBufferPointer(rebasing: place[saltSize..<saltSize + length])
            header.write(to: inside)
            UnsafeMutableRawBufferPointer(rebasing: inside[WireFormat.dataHeaderLength...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: content))
            if start == 0 {
                inside.storeBytes(
                    of: target, toByteOffset: WireFormat.dataHeaderLength + PacketTarget.offset, as: UInt32.self)
            }
            guard let sealed = cipher.map({ $0.seal(place, length: length) }) ?? length else { return nil }
            if fragment == 1 { segment = sealed }
            written += sealed
            plain += length
            start = content.endIndex
        }
        return Fragments(
            bytes: UnsafeRawBufferPointer(rebasing: memory[..<written]), segment: segment, count: header.fragmentCount,
            overhead: written - plain)
    }

    /// Seals a packet that is not Totem's.
    func seal(_ packet: [UInt8], by cipher: PacketCipher?) -> UnsafeRawBufferPointer? {
        let saltSize = cipher?.saltSize ?? 0
        guard saltSize + packet.count <= memory.count else { return nil }
        UnsafeMutableRawBufferPointer(rebasing: memory[saltSize..<saltSize + packet.count]).copyBytes(from: packet)
        guard let length = cipher.map({ $0.seal(memory, length: packet.count) }) ?? packet.count else { return nil }
        return UnsafeRawBufferPointer(rebasing: memory[..<length])
    }
}
