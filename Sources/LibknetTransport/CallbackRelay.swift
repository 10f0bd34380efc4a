internal import CKronosnet
internal import ClusterTypes
internal import EventLoop
internal import KronosnetTransport

/// Takes kronosnet's callbacks, which come on its own threads, to the event loop of the transport.
final class CallbackRelay: Sendable {
    private let events: Mailbox<TransportEvent>

    init(events: Mailbox<TransportEvent>) { self.events = events }

    /// The transport keeps the relay alive until kronosnet's threads have ended.
    private static func relay(_ context: UnsafeMutableRawPointer?) -> CallbackRelay? {
        context.map { Unmanaged<CallbackRelay>.fromOpaque($0).takeUnretainedValue() }
    }

    static let hostChanged: @convention(c) (UnsafeMutableRawPointer?, knet_node_id_t, UInt8, UInt8, UInt8) -> Void = {
        context, node, reachable, _, _ in
        guard let events = relay(context)?.events else { return }
        events.post(.reachabilityChanged(NodeID(UInt32(node)), isReachable: reachable == 1))
        events.post(.linkChanged)
    }

    static let mtuChanged: @convention(c) (UnsafeMutableRawPointer?, UInt32) -> Void = { context, bytes in
        relay(context)?.events.post(.mtuChanged(Int(bytes)))
    }

    static let socketFailed: @convention(c) (UnsafeMutableRawPointer?, Int32, Int8, UInt8, Int32, Int32) -> Void = {
        context, _, _, _, error, code in
        relay(context)?.events.post(.reported(.debugging, "kronosnet's data socket: result \(error), error \(code)"))
    }
}
