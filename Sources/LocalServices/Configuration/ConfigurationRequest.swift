internal import ClusterTypes
internal import Messaging

/// What a libcfg program asks.
///
/// - Source: ipc_cfg.h.
enum ConfigurationRequest: Equatable, Sendable {
    case linkStatus
    case reenableLinks
    case killNode(NodeID, reason: String)
    case tryShutdown(ShutdownFlags)
    case replyToShutdown(isAgreed: Bool)
    /// 0 is this node.
    case addresses(NodeID)
    case localNode
    case reload
    case reopenLogs
    case nodeStatus(NodeID, version: UInt32)
    case startTracking
    case stopTracking

    /// How a shutdown is asked for.
    enum ShutdownFlags: Equatable, Sendable {
        /// Programs may refuse.
        case request
        /// Programs are told and may take their time, but cannot refuse.
        case regardless
        case immediate
    }

    enum Function {
        static let linkStatus: UInt32 = 0
        static let reenableLinks: UInt32 = 1
        static let killNode: UInt32 = 2
        static let tryShutdown: UInt32 = 3
        static let replyToShutdown: UInt32 = 4
        static let addresses: UInt32 = 5
        static let localNode: UInt32 = 6
        static let reload: UInt32 = 7
        static let reopenLogs: UInt32 = 8
        static let nodeStatus: UInt32 = 9
        static let startTracking: UInt32 = 10
        static let stopTracking: UInt32 = 11
    }

    /// The answers' numbers differ from the requests'.
    enum Answer {
        static let linkStatus: UInt32 = 0
        static let reenableLinks: UInt32 = 1
        static let startTracking: UInt32 = 2
        static let stopTracking: UInt32 = 3
        static let killNode: UInt32 = 8
        static let tryShutdown: UInt32 = 9
        /// Not an answer but the question whether the node may shut down.
        static let testShutdown: UInt32 = 10
        static let addresses: UInt32 = 11
        static let localNode: UInt32 = 12
        static let replyToShutdown: UInt32 = 13
        static let reload: UInt32 = 14
        static let reopenLogs: UInt32 = 15
        static let nodeStatus: UInt32 = 16
    }

    init(_ request: LocalRequest) throws(MessageFailure) {
        var body = request.body()
        switch request.function {
        case Function.linkStatus: self = .linkStatus
        case Function.reenableLinks: self = .reenableLinks
        case Function.killNode:
            let node = NodeID(try body.uint32())
            try body.align()
            // `cs_name_t` is not padded, unlike the names in other requests.
            let length = try body.uint16()
            let field = try body.take(AdministrationMessage.reasonLimit)
            let text = field.prefix(Int(length)).prefix { $0 != 0 }
            self = .killNode(node, reason: String(decoding: text, as: UTF8.self))
        case Function.tryShutdown:
            switch try body.uint32() {
            case 0: self = .tryShutdown(.request)
            case 1: self = .tryShutdown(.regardless)
            case 2: self = .tryShutdown(.immediate)
            case let flags: throw .invalidValue(field: "shutdown flags", value: UInt64(flags))
            }
        case Function.replyToShutdown: self = .replyToShutdown(isAgreed: try body.uint32() != 0)
        case Function.addresses: self = .addresses(NodeID(try body.uint32()))
        case Function.localNode: self = .localNode
        case Function.reload: self = .reload
        case Function.reopenLogs: self = .reopenLogs
        case Function.nodeStatus:
            let node = NodeID(try body.uint32())
            try body.align()
            self = .nodeStatus(node, version: try body.uint32())
        case Function.startTracking: self = .startTracking
        case Function.stopTracking: self = .stopTracking
        default:
            throw .unknownFunction(
                service: ServiceID.administration, function: UInt16(truncatingIfNeeded: request.function))
        }
    }

    /// The number of the answer to a function; 0 for an unknown one.
    static func answer(to function: UInt32) -> UInt32 {
        switch function {
        case Function.killNode: Answer.killNode
        case Function.tryShutdown: Answer.tryShutdown
        case Function.replyToShutdown: Answer.replyToShutdown
        case Function.addresses: Answer.addresses
        case Function.localNode: Answer.localNode
        case Function.reload: Answer.reload
        case Function.reopenLogs: Answer.reopenLogs
        case Function.nodeStatus: Answer.nodeStatus
        case Function.startTracking: Answer.startTracking
        case Function.stopTracking: Answer.stopTracking
        case Function.reenableLinks: Answer.reenableLinks
        default: 0
        }
    }
}

/// Answers that carry more than how it went.
enum ConfigurationAnswer {
    private static let nameLength = 128
    private static let statusLength = 512
    private static let interfaceLimit = 16
    private static let linkLimit = 8
    private static let hostLength = 256

    static func localNode(_ node: NodeID) -> [UInt8] {
        var writer = ResponseHeader.begin(ConfigurationRequest.Answer.localNode, bodySize: 8)
        writer.padded(node.rawValue)
        return writer.bytes
    }

    /// The old form: a line for each link of this node, with a digit for each node.
    static func linkStatus(_ transport: TransportObservation, localNode: NodeID) -> [UInt8] {
        let numbers = transport.linkNumbers.prefix(interfaceLimit)
        let size = 8 + interfaceLimit * (nameLength + statusLength)
        var writer = ResponseHeader.begin(ConfigurationRequest.Answer.linkStatus, bodySize: size)
        writer.padded(UInt32(numbers.count))
        for number in numbers {
            let source = transport.nodes.lazy.flatMap(\.links).first { $0.number == number }?.source ?? []
            writer.field("\(number) \(AddressText.text(source))", nameLength)
        }
        writer.zeros((interfaceLimit - numbers.count) * nameLength)
        for number in numbers {
            let digits = transport.nodes.map { node -> String in
                if node.id == localNode { return "n" }
                guard let link = node.links.first(where: { $0.number == number }) else { return "0" }
                return String((link.isEnabled ? 1 : 0) + (link.isConnected ? 2 : 0))
            }
            writer.field(digits.joined(), statusLength)
        }
        writer.zeros((interfaceLimit - numbers.count) * statusLength)
        return writer.bytes
    }

    /// `struct corosync_cfg_node_status_v1`.
    static func nodeStatus(_ node: TransportObservation.Node) -> [UInt8] {
        let size = 16 + linkLimit * (8 + 2 * hostLength)
        var writer = ResponseHeader.begin(ConfigurationRequest.Answer.nodeStatus, bodySize: size)
        writer.uint32(1)
        writer.uint32(node.id.rawValue)
        writer.append([node.isReachable ? 1 : 0, 0, 0, 0, 0, 0, 0, 0])
        for number in 0..<linkLimit {
            guard let link = node.links.first(where: { $0.number == number }) else {
                writer.zeros(8 + 2 * hostLength)
                continue
            }
            writer.append([link.isEnabled ? 1 : 0, link.isConnected ? 1 : 0, 0, 0])
            writer.uint32(link.mtu)
            writer.field(AddressText.text(link.source), hostLength)
            writer.field(AddressText.text(link.destination), hostLength)
        }
        return writer.bytes
    }

    /// - Parameter addresses: 4 or 16 bytes each, all of one family.
    static func addresses(_ addresses: [[UInt8]]) -> [UInt8] {
        let answer = ConfigurationRequest.Answer.addresses
        guard let first = addresses.first else { return ResponseHeader.status(answer, .notExist) }
        let family: UInt32 = first.count == 4 ? 2 : 10
        let alike = addresses.filter { $0.count == first.count }
        var writer = ResponseHeader.begin(answer, bodySize: 8 + 16 * alike.count)
        writer.uint32(family)
        writer.uint32(UInt32(alike.count))
        for address in alike {
            writer.append(address.prefix(16))
            writer.zeros(16 - min(16, address.count))
        }
        return writer.bytes
    }
}

extension WireWriter {
    /// A text in a field of fixed length that ends with a zero byte.
    fileprivate mutating func field(_ text: String, _ length: Int) {
        let bytes = Array(text.utf8.prefix(length - 1))
        append(bytes)
        zeros(length - bytes.count)
    }
}

extension TransportObservation {
    /// All links that some node has, ascending.
    package var linkNumbers: [Int] { Set(nodes.flatMap { $0.links.map(\.number) }).sorted() }
}
