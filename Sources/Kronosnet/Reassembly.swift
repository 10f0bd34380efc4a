/// Puts the fragments of a node's packets together again.
///
/// A fragment in its turn is appended to what is there; one that is early waits, so no size or place in a packet is ever computed
/// from what a sender claims. At most 32 packets of 64 KiB are under way for a node; the oldest makes room.
///
/// - Source: kronosnet 1.25 (KNET_DEFRAG_BUFFERS).
struct Reassembly {
    static let packetLimit = 32

    fileprivate struct Partial {
        let sequence: UInt16
        let count: Int
        var content: [UInt8] = []
        /// The fragment that is to be appended, from 1.
        var next = 1
        var early: [(fragment: Int, content: [UInt8])] = []
        var length = 0
    }

    /// The oldest first.
    private var partials: [Partial] = []

    /// Packets under way.
    var count: Int { partials.count }

    /// Takes one fragment; the whole packet when it was the last one missing.
    ///
    /// Duplicates, fragments that contradict earlier ones, and those that would make the packet too large are dropped.
    mutating func take(_ header: DataHeader, _ content: UnsafeRawBufferPointer) -> [UInt8]? {
        guard header.fragment >= 1, header.fragment <= header.fragmentCount, !content.isEmpty else { return nil }
        let index = place(of: header, expecting: content.count)
        guard partials[index].count == header.fragmentCount else { return nil }
        guard partials[index].length + content.count <= WireFormat.contentLimit else {
            partials.remove(at: index)
            return nil
        }
        if header.fragment == partials[index].next {
            partials[index].content.append(contentsOf: content)
            partials[index].length += content.count
            partials[index].next += 1
            partials[index].appendEarly()
        } else if header.fragment > partials[index].next,
            !partials[index].early.contains(where: { $0.fragment == header.fragment })
        {
            partials[index].early.append((header.fragment, Array(content)))
            partials[index].length += content.count
        }
        return partials[index].next > header.fragmentCount ? partials.remove(at: index).content : nil
    }

    /// Whether fragments of this packet wait for others.
    func isUnderWay(_ sequence: UInt16) -> Bool { partials.contains { $0.sequence == sequence } }

    mutating func forget() { partials.removeAll() }

    private mutating func place(of header: DataHeader, expecting length: Int) -> Int {
        // Nearly always the latest.
        if let index = partials.lastIndex(where: { $0.sequence == header.sequence }) { return index }
        if partials.count == Self.packetLimit { partials.removeFirst() }
        var partial = Partial(sequence: header.sequence, count: header.fragmentCount)
        partial.content.reserveCapacity(min(WireFormat.contentLimit, header.fragmentCount * length))
        partials.append(partial)
        return partials.count - 1
    }
}

extension Reassembly.Partial {
    fileprivate mutating func appendEarly() {
        while let index = early.firstIndex(where: { $0.fragment == next }) {
            content.append(contentsOf: early.remove(at: index).content)
            next += 1
        }
    }
}
