import ClusterTypes
import Fencing

extension FencingAction {
    fileprivate init(from reader: inout ByteReader) throws(DecodingFailure) {
        let name = try reader.readText()
        guard let action = FencingAction(rawValue: name) else {
            throw reader.failure("there is no fencing action \"\(name)\"")
        }
        self = action
    }
}

private func readDelay(from reader: inout ByteReader) throws(DecodingFailure) -> Duration? {
    try reader.readFlag() ? try reader.readDuration() : nil
}

extension FencingRequest {
    init(from reader: inout ByteReader) throws(DecodingFailure) {
        let id = ID(try reader.readText())
        let target = try reader.readText()
        let action = try FencingAction(from: &reader)
        let timeout = try reader.readDuration()
        let delay = try readDelay(from: &reader)
        let origin = try reader.readText()
        self.init(
            id: id, target: target, action: action, timeout: timeout, delay: delay, origin: origin,
            client: try reader.readText())
    }
}

extension FencingStep.ID {
    init(from reader: inout ByteReader) throws(DecodingFailure) {
        let coordinator = try reader.readText()
        self.init(coordinator: coordinator, number: try reader.read())
    }
}

extension FencingStep {
    init(from reader: inout ByteReader) throws(DecodingFailure) {
        let id = try ID(from: &reader)
        let device = try reader.readText()
        let target = try reader.readText()
        let action = try FencingAction(from: &reader)
        let timeout = try reader.readDuration()
        self.init(
            id: id, device: device, target: target, action: action, timeout: timeout,
            delay: try readDelay(from: &reader))
    }
}

extension FencingStep.Result {
    init(from reader: inout ByteReader) throws(DecodingFailure) {
        let form = try reader.read(UInt8.self)
        switch form {
        case 0: self = .succeeded
        case 1: self = .failed(reason: try reader.readText())
        case 2: self = .timedOut
        case 3: self = .unable(reason: try reader.readText())
        default: throw reader.failure("the result \(form) of a fencing step is unknown")
        }
    }
}

extension FencingOutcome {
    init(from reader: inout ByteReader) throws(DecodingFailure) {
        let requests = try reader.readList { (reader) throws(DecodingFailure) in
            FencingRequest.ID(try reader.readText())
        }
        let target = try reader.readText()
        let action = try FencingAction(from: &reader)
        let result = try Result(from: &reader)
        let executor = try reader.readFlag() ? try reader.readText() : nil
        let devices = try reader.readList { (reader) throws(DecodingFailure) in try reader.readText() }
        let origin = try reader.readText()
        let client = try reader.readText()
        let seconds = try reader.read(Int64.self)
        let nanoseconds = try reader.read(Int32.self)
        self.init(
            requests: requests, target: target, action: action, result: result, executor: executor, devices: devices,
            origin: origin, client: client,
            completed: WallTime(seconds: seconds, nanoseconds: min(max(nanoseconds, 0), 999_999_999)))
    }
}

extension FencingOutcome.Result {
    fileprivate init(from reader: inout ByteReader) throws(DecodingFailure) {
        let form = try reader.read(UInt8.self)
        switch form {
        case 0: self = .succeeded
        case 1: self = .noDevice
        case 2: self = .timedOut
        case 3: self = .failed(reason: try reader.readText())
        default: throw reader.failure("the fencing result \(form) is unknown")
        }
    }
}
