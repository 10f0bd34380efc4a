import ClusterTypes
import Fencing

extension FencingRequest {
    func write(to writer: inout ByteWriter) {
        writer.write(id.rawValue)
        writer.write(target)
        writer.write(action.rawValue)
        writer.write(timeout)
        writer.write(optional: delay)
        writer.write(origin)
        writer.write(client)
    }
}

extension ByteWriter {
    fileprivate mutating func write(optional delay: Duration?) {
        write(delay != nil)
        if let delay { write(delay) }
    }
}

extension FencingStep.ID {
    func write(to writer: inout ByteWriter) {
        writer.write(coordinator)
        writer.write(number)
    }
}

extension FencingStep {
    func write(to writer: inout ByteWriter) {
        id.write(to: &writer)
        writer.write(device)
        writer.write(target)
        writer.write(action.rawValue)
        writer.write(timeout)
        writer.write(optional: delay)
    }
}

extension FencingStep.Result {
    func write(to writer: inout ByteWriter) {
        switch self {
        case .succeeded: writer.write(UInt8(0))
        case .failed(let reason):
            writer.write(UInt8(1))
            writer.write(reason)
        case .timedOut: writer.write(UInt8(2))
        case .unable(let reason):
            writer.write(UInt8(3))
            writer.write(reason)
        }
    }
}

extension FencingOutcome {
    func write(to writer: inout ByteWriter) {
        writer.writeList(requests) { writer, id in writer.write(id.rawValue) }
        writer.write(target)
        writer.write(action.rawValue)
        result.write(to: &writer)
        writer.write(executor != nil)
        if let executor { writer.write(executor) }
        writer.writeList(devices) { writer, device in writer.write(device) }
        writer.write(origin)
        writer.write(client)
        writer.write(completed.seconds)
        writer.write(completed.nanoseconds)
    }
}

extension FencingOutcome.Result {
    fileprivate func write(to writer: inout ByteWriter) {
        switch self {
        case .succeeded: writer.write(UInt8(0))
        case .noDevice: writer.write(UInt8(1))
        case .timedOut: writer.write(UInt8(2))
        case .failed(let reason):
            writer.write(UInt8(3))
            writer.write(reason)
        }
    }
}
