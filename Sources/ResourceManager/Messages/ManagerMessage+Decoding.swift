import Agents
import CIB
import ClusterTypes
import Executor
import Fencing
import XMLTree

extension ManagerMessage {
    /// Reads what follows the route byte.
    ///
    /// - Throws: `DecodingFailure` for a kind that is unknown here, a length that does not fit, or bytes left over.
    static func decode(
        _ bytes: ArraySlice<UInt8>
    ) throws(DecodingFailure) -> (message: ManagerMessage, configuration: UInt64) {
        var reader = ByteReader(bytes)
        let configuration = try reader.read(UInt64.self)
        let number = try reader.read(UInt8.self)
        guard let kind = Kind(rawValue: number) else {
            throw reader.failure("the kind of message \(number) is unknown")
        }
        let message = try read(kind, from: &reader)
        try reader.expectEnd()
        return (message, configuration)
    }

    private static func read(_ kind: Kind, from reader: inout ByteReader) throws(DecodingFailure) -> ManagerMessage {
        switch kind {
        case .hello: return .hello(try Hello(from: &reader))
        case .execute: return .execute(try ExecutionOrder(from: &reader))
        case .reported: return .reported(try ActionReport(from: &reader))
        case .forget:
            let resource = try reader.readText()
            return .forget(resource: resource, node: try NodeID(from: &reader))
        case .shutDown: return .shutDown(try NodeID(from: &reader))
        case .activity: return .activity(try ActivityAnnouncement(from: &reader))
        case .reconsider:
            let number = try reader.read(UInt64.self)
            return .reconsider(number: number, reason: try reader.readText())
        case .fencingWanted:
            let request = try FencingRequest(from: &reader)
            return .fencingWanted(request, isConfirmation: try reader.readFlag())
        case .fencingStepRequested:
            let step = try FencingStep(from: &reader)
            return .fencingStepRequested(step, executor: try reader.readText())
        case .fencingStepFinished:
            let id = try FencingStep.ID(from: &reader)
            return .fencingStepFinished(id, try FencingStep.Result(from: &reader))
        case .fencingFinished: return .fencingFinished(try FencingOutcome(from: &reader))
        }
    }
}

extension NodeID {
    fileprivate init(from reader: inout ByteReader) throws(DecodingFailure) { self.init(try reader.read(UInt32.self)) }
}

extension Hello {
    fileprivate init(from reader: inout ByteReader) throws(DecodingFailure) {
        incarnation = try reader.read()
        let representative = try NodeID(from: &reader)
        joined = RingID(representative: representative, sequence: try reader.read())
        isController = try reader.readFlag()
    }
}

extension OperationKey {
    fileprivate init(from reader: inout ByteReader) throws(DecodingFailure) {
        let resource = try reader.readText()
        let operation = try reader.readText()
        self.init(resource: resource, operation: operation, interval: try reader.readDuration())
    }
}

extension ExecutionOrder {
    fileprivate init(from reader: inout ByteReader) throws(DecodingFailure) {
        node = try NodeID(from: &reader)
        transition = try reader.read()
        action = try reader.read()
        let resource = try reader.readText()
        let standardName = try reader.readText()
        guard let standard = AgentStandard(rawValue: standardName) else {
            throw reader.failure("there is no agent standard \"\(standardName)\"")
        }
        let provider = try reader.readText()
        let agent = AgentReference(standard, provider: provider.isEmpty ? nil : provider, try reader.readText())
        let operation = try reader.readText()
        let transitionKey = try reader.readText()
        let attributes = try reader.readList { (reader) throws(DecodingFailure) in
            let name = try reader.readText()
            return XMLElement.Attribute(name, try reader.readText())
        }
        request = OperationRequest(
            resource: resource, agent: agent, operation: operation, attributes: attributes,
            transitionKey: transitionKey)
        cancels = try reader.readFlag() ? try OperationKey(from: &reader) : nil
    }
}

extension ActionReport {
    fileprivate init(from reader: inout ByteReader) throws(DecodingFailure) {
        node = try NodeID(from: &reader)
        transitionKey = try reader.readText()
        key = try OperationKey(from: &reader)
        let number = try reader.read(Int32.self)
        guard let status = ExecutionStatus(rawValue: number) else {
            throw reader.failure("the execution status \(number) is unknown")
        }
        self.status = status
        code = ResultCode(rawValue: try reader.read())
        expectedCode = ResultCode(rawValue: try reader.read())
        exitReason = try reader.readText()
        ignoresFailure = try reader.readFlag()
        isCancellation = try reader.readFlag()
    }
}

extension ActivityAnnouncement {
    fileprivate init(from reader: inout ByteReader) throws(DecodingFailure) {
        let form = try reader.read(UInt8.self)
        switch form {
        case 0: activity = .idle
        case 1: activity = .computing
        case 2:
            var numbers: [Int] = []
            for _ in 0..<3 { numbers.append(Int(clamping: try reader.read(Int64.self))) }
            activity = .transition(id: numbers[0], completed: numbers[1], actions: numbers[2])
        default: throw reader.failure("the activity \(form) is unknown")
        }
        let adminEpoch = try reader.read(UInt32.self)
        let epoch = try reader.read(UInt32.self)
        version = CIBVersion(adminEpoch: adminEpoch, epoch: epoch, updates: try reader.read())
        seen = try reader.readList { (reader) throws(DecodingFailure) in
            let node = try NodeID(from: &reader)
            return Seen(node: node, number: try reader.read())
        }
    }
}
