import Agents
import CIB
import ClusterTypes
import Executor
import Fencing
import XMLTree

extension ManagerMessage {
    /// The payload of the multicast, with its route and the tag of the group configuration that it is sent in.
    func encoded(in configuration: UInt64) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(MessageRoute.controller.rawValue)
        writer.write(configuration)
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout ByteWriter) {
        switch self {
        case .hello(let hello):
            writer.write(Kind.hello.rawValue)
            hello.write(to: &writer)
        case .execute(let order):
            writer.write(Kind.execute.rawValue)
            order.write(to: &writer)
        case .reported(let report):
            writer.write(Kind.reported.rawValue)
            report.write(to: &writer)
        case .forget(let resource, let node):
            writer.write(Kind.forget.rawValue)
            writer.write(resource)
            writer.write(node.rawValue)
        case .shutDown(let node):
            writer.write(Kind.shutDown.rawValue)
            writer.write(node.rawValue)
        case .activity(let announcement):
            writer.write(Kind.activity.rawValue)
            announcement.write(to: &writer)
        case .reconsider(let number, let reason):
            writer.write(Kind.reconsider.rawValue)
            writer.write(number)
            writer.write(reason)
        case .fencingWanted(let request, let isConfirmation):
            writer.write(Kind.fencingWanted.rawValue)
            request.write(to: &writer)
            writer.write(isConfirmation)
        case .fencingStepRequested(let step, let executor):
            writer.write(Kind.fencingStepRequested.rawValue)
            step.write(to: &writer)
            writer.write(executor)
        case .fencingStepFinished(let id, let result):
            writer.write(Kind.fencingStepFinished.rawValue)
            id.write(to: &writer)
            result.write(to: &writer)
        case .fencingFinished(let outcome):
            writer.write(Kind.fencingFinished.rawValue)
            outcome.write(to: &writer)
        }
    }

    /// What a controller message is, after route and tag.
    enum Kind: UInt8 {
        case hello = 1
        case execute, reported, forget, shutDown, activity, reconsider
        case fencingWanted, fencingStepRequested, fencingStepFinished, fencingFinished
    }
}

extension Hello {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.write(incarnation)
        writer.write(joined.representative.rawValue)
        writer.write(joined.sequence)
        writer.write(isController)
    }
}

extension OperationKey {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.write(resource)
        writer.write(operation)
        writer.write(interval)
    }
}

extension ExecutionOrder {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.write(node.rawValue)
        writer.write(transition)
        writer.write(action)
        writer.write(request.resource)
        writer.write(request.agent.standard.rawValue)
        writer.write(request.agent.provider ?? "")
        writer.write(request.agent.type)
        writer.write(request.operation)
        writer.write(request.transitionKey)
        writer.writeList(request.attributes) { writer, attribute in
            writer.write(attribute.name)
            writer.write(attribute.value)
        }
        writer.write(cancels != nil)
        cancels?.write(to: &writer)
    }
}

extension ActionReport {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.write(node.rawValue)
        writer.write(transitionKey)
        key.write(to: &writer)
        writer.write(status.rawValue)
        writer.write(code.rawValue)
        writer.write(expectedCode.rawValue)
        writer.write(exitReason)
        writer.write(ignoresFailure)
        writer.write(isCancellation)
    }
}

extension ActivityAnnouncement {
    fileprivate func write(to writer: inout ByteWriter) {
        switch activity {
        case .idle: writer.write(UInt8(0))
        case .computing: writer.write(UInt8(1))
        case .transition(let id, let completed, let actions):
            writer.write(UInt8(2))
            for number in [id, completed, actions] { writer.write(Int64(number)) }
        }
        writer.write(version.adminEpoch)
        writer.write(version.epoch)
        writer.write(version.updates)
        writer.writeList(seen) { writer, seen in
            writer.write(seen.node.rawValue)
            writer.write(seen.number)
        }
    }
}
