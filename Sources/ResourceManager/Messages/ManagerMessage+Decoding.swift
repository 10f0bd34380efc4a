import Agents
import CIB
import ClusterTypes
import Executor
import Fencing
import XMLTree

extension ManagerMessage {
    /// Reads what follows the route byte.
    ///
    /// - Throws: `MessageFailure` for a kind that is unknown here, a length that does not fit, or bytes left over.
    static func decode(
        _ bytes: ArraySlice<UInt8>
    ) throws(MessageFailure) -> (message: ManagerMessage, configuration: UInt64) {
        var reader = ByteReader(bytes)
        let configuration = try reader.number(UInt64.self)
        let number = try reader.number(UInt8.self)
        guard let kind = Kind(rawValue: number) else { throw MessageFailure("is of the unknown kind \(number)") }
        let message = try read(kind, from: &reader)
        try reader.finish()
        return (message, configuration)
    }

    private static func read(_ kind: Kind, from reader: inout ByteReader) throws(MessageFailure) -> ManagerMessage {
        switch kind {
        case .hello: return .hello(try Hello(from: &reader))
        case .execute: return .execute(try ExecutionOrder(from: &reader))
        case .reported: return .reported(try ActionReport(from: &reader))
        case .forget:
            let resource = try reader.text()
            return .forget(resource: resource, node: try NodeID(from: &reader))
        case .shutDown: return .shutDown(try NodeID(from: &reader))
        case .activity: return .activity(try ActivityAnnouncement(from: &reader))
        case .reconsider:
            let number = try reader.number(UInt64.self)
            return .reconsider(number: number, reason: try reader.text())
        case .fencingWanted:
            let request = try FencingRequest(from: &reader)
            return .fencingWanted(request, isConfirmation: try reader.flag())
        case .fencingStepRequested:
            let step = try FencingStep(from: &reader)
            return .fencingStepRequested(step, executor: try reader.text())
        case .fencingStepFinished:
            let id = try FencingStep.ID(from: &reader)
            return .fencingStepFinished(id, try FencingStep.Result(from: &reader))
        case .fencingFinished: return .fencingFinished(try FencingOutcome(from: &reader))
        }
    }
}

extension NodeID {
    fileprivate init(from reader: inout ByteReader) throws(MessageFailure) { self.init(try reader.number(UInt32.self)) }
}

extension Hello {
    fileprivate init(from reader: inout ByteReader) throws(MessageFailure) {
        incarnation = try reader.number()
        let representative = try NodeID(from: &reader)
        joined = RingID(representative: representative, sequence: try reader.number())
        isController = try reader.flag()
    }
}

extension OperationKey {
    fileprivate init(from reader: inout ByteReader) throws(MessageFailure) {
        let resource = try reader.text()
        let operation = try reader.text()
        self.init(resource: resource, operation: operation, interval: try reader.duration())
    }
}

extension ExecutionOrder {
    fileprivate init(from reader: inout ByteReader) throws(MessageFailure) {
        node = try NodeID(from: &reader)
        transition = try reader.number()
        action = try reader.number()
        let resource = try reader.text()
        let standardName = try reader.text()
        guard let standard = AgentStandard(rawValue: standardName) else {
            throw MessageFailure("names the unknown agent standard \"\(standardName)\"")
        }
        let provider = try reader.text()
        let agent = AgentReference(standard, provider: provider.isEmpty ? nil : provider, try reader.text())
        let operation = try reader.text()
        let transitionKey = try reader.text()
        let attributes = try reader.list { (reader) throws(MessageFailure) in
            let name = try reader.text()
            return XMLElement.Attribute(name, try reader.text())
        }
        request = OperationRequest(
            resource: resource, agent: agent, operation: operation, attributes: attributes,
            transitionKey: transitionKey)
        cancels = try reader.flag() ? try OperationKey(from: &reader) : nil
    }
}

extension ActionReport {
    fileprivate init(from reader: inout ByteReader) throws(MessageFailure) {
        node = try NodeID(from: &reader)
        transitionKey = try reader.text()
        key = try OperationKey(from: &reader)
        let number = try reader.number(Int32.self)
        guard let status = ExecutionStatus(rawValue: number) else {
            throw MessageFailure("holds the unknown execution status \(number)")
        }
        self.status = status
        code = ResultCode(rawValue: try reader.number())
        expectedCode = ResultCode(rawValue: try reader.number())
        exitReason = try reader.text()
        ignoresFailure = try reader.flag()
        isCancellation = try reader.flag()
    }
}

extension ActivityAnnouncement {
    fileprivate init(from reader: inout ByteReader) throws(MessageFailure) {
        let form = try reader.number(UInt8.self)
        switch form {
        case 0: activity = .idle
        case 1: activity = .computing
        case 2:
            var numbers: [Int] = []
            for _ in 0..<3 { numbers.append(Int(clamping: try reader.number(Int64.self))) }
            activity = .transition(id: numbers[0], completed: numbers[1], actions: numbers[2])
        default: throw MessageFailure("names the unknown activity \(form)")
        }
        let adminEpoch = try reader.number(UInt32.self)
        let epoch = try reader.number(UInt32.self)
        version = CIBVersion(adminEpoch: adminEpoch, epoch: epoch, updates: try reader.number())
        seen = try reader.list { (reader) throws(MessageFailure) in
            let node = try NodeID(from: &reader)
            return Seen(node: node, number: try reader.number())
        }
    }
}
