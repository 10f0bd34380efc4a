internal import CKronosnet
internal import KronosnetTransport

/// Tells kronosnet where a Totem packet goes: the header's target node, or everybody when that is 0.
///
/// Corosync 3 keeps the target in the packet, so the receiver's filter checks it as well.
/// Runs on kronosnet's own threads for every packet: touches nothing but its arguments.
///
/// - Source: knet_handle_enable_filter(3); Corosync's `struct totem_message_header`, a packed struct.
enum DestinationFilter {
    private enum Verdict {
        static let drop: Int32 = -1
        static let unicast: Int32 = 0
        static let multicast: Int32 = 1
    }

    static let callback:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, Int, UInt8, knet_node_id_t, knet_node_id_t,
            UnsafeMutablePointer<Int8>?, UnsafeMutablePointer<knet_node_id_t>?, UnsafeMutablePointer<Int>?
        ) -> Int32 = { _, data, length, _, _, _, _, destinations, count in
            guard let data, let destinations, let count, length >= PacketTarget.end else { return Verdict.drop }
            let target = UnsafeRawPointer(data).loadUnaligned(fromByteOffset: PacketTarget.offset, as: UInt32.self)
            if target == 0 {
                count.pointee = 0
                return Verdict.multicast
            }
            guard let node = knet_node_id_t(exactly: target) else { return Verdict.drop }
            destinations.pointee = node
            count.pointee = 1
            return Verdict.unicast
        }
}
