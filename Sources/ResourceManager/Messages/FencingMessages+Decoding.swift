import ClusterTypes
import Fencing

extension FencingAction {
    fileprivate init(from reader: inout ByteReader) throws(MessageFailure) {
        let name = try reader.text()
        guard let action = FencingAction(rawValue: name) else {
            throw MessageFailure("names the unknown fencing action \"\(name)\"")
        }
        self = action
    }
}

private func readDelay(from reader: inout ByteReader) throws(MessageFailure) -> Duration? {
    try reader.flag() ? try reader.duration() : nil
}

extension FencingRequest {
    init(from reader: inout ByteReader) throws(MessageFailure) {
        let id = ID(try reader.text())
        let target = try reader.text()
        let action = try FencingAction(from: &reader)
        let timeout = try reader.duration()
        let delay = try readDelay(from: &reader)
        let origin = try reader.text()
        self.init(
            id: id, target: target, action: action, timeout: timeout, delay: delay, origin: origin,
            client: try reader.text())
    }
}

extension FencingStep.ID {
    init(from reader: inout ByteReader) throws(MessageFailure) {
        let coordinator = try reader.text()
        self.init(coordinator: coordinator, number: try reader.number())
    }
}

extension FencingStep {
    init(from reader: inout ByteReader) throws(MessageFailure) {
        let id = try ID(from: &reader)
        let device = try reader.text()
        let target = try reader.text()
        let action = try FencingAction(from: &reader)
        let timeout = try reader.duration()
        self.init(
            id: id, device: device, target: target, action: action, timeout: timeout,
            delay: try readDelay(from: &reader))
    }
}

extension FencingStep.Result {
    init(from reader: inout ByteReader) throws(MessageFailure) {
        let form = try reader.number(UInt8.self)
        switch form {
        case 0: self = .succeeded
        case 1: self = .failed(reason: try reader.text())
        case 2: self = .timedOut
        case 3: self = .unable(reason: try reader.text())
        default: throw MessageFailure("names the unknown result \(form) of a fencing step")
        }
    }
}

extension FencingOutcome {
    init(from reader: inout ByteReader) throws(MessageFailure) {
        let requests = try reader.list { (reader) throws(MessageFailure) in FencingRequest.ID(try reader.text()) }
        let target = try reader.text()
        let action = try FencingAction(from: &reader)
        let result = try Result(from: &reader)
        let executor = try reader.flag() ? try reader.text() : nil
        let devices = try reader.list { (reader) throws(MessageFailure) in try reader.text() }
        let origin = try reader.text()
        let client = try reader.text()
        let seconds = try reader.number(Int64.self)
        let nanoseconds = try reader.number(Int32.self)
        self.init(
            requests: requests, target: target, action: action, result: result, executor: executor, devices: devices,
            origin: origin, client: client,
            completed: WallTime(seconds: seconds, nanoseconds: min(max(nanoseconds, 0), 999_999_999)))
    }
}

extension FencingOutcome.Result {
    fileprivate init(from reader: inout ByteReader) throws(MessageFailure) {
        let form = try reader.number(UInt8.self)
        switch form {
        case 0: self = .succeeded
        case 1: self = .noDevice
        case 2: self = .timedOut
        case 3: self = .failed(reason: try reader.text())
        default: throw MessageFailure("names the unknown fencing result \(form)")
        }
    }
}
