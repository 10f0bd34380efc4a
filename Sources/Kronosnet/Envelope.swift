/// How much encryption and authentication add to a packet: a salt in front, padding to whole blocks, and a digest behind.
///
/// - Source: onwire.c of kronosnet 1.25, whose figures for the MTU these are.
package struct Envelope: Sendable, Equatable {
    /// 0 without a cipher.
    package var blockSize: Int
    package var saltSize: Int
    package var digestSize: Int

    package static let plain = Envelope(blockSize: 0, saltSize: 0, digestSize: 0)

    package init(blockSize: Int, saltSize: Int, digestSize: Int) {
        self.blockSize = blockSize
        self.saltSize = saltSize
        self.digestSize = digestSize
    }

    /// The length of a packet on the wire, in bytes; padding is at least one byte.
    package func sealedLength(_ length: Int) -> Int {
        let padding = blockSize == 0 ? 0 : blockSize - length % blockSize
        return length + padding + saltSize + digestSize
    }

    /// How much content fits into a datagram of this many bytes; 0 when nothing does.
    func contentLength(inDatagram length: Int) -> Int {
        var room = length - saltSize - digestSize
        if blockSize > 0 { room -= room % blockSize + 1 }
        return max(0, room - WireFormat.longestHeader)
    }
}
