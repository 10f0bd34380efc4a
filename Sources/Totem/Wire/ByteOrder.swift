/// The byte order of a packet. Corosync sends in the order of the sending machine; the receiver tells it by the magic number.
package enum ByteOrder: Sendable, Equatable {
    case little, big

    /// The order that Lockstep sends in, whatever the machine.
    static let ours = ByteOrder.little
}
