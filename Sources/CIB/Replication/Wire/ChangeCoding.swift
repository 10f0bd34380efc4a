internal import ClusterTypes
internal import XMLTree

// The bytes of a change. The numbers of the cases are part of the format: never reuse one.

extension ByteWriter {
    mutating func write(_ change: CIBChange) {
        write(change.origin.node)
        write(change.origin.client)
        write(change.origin.user)
        write(UInt64(bitPattern: change.origin.seconds))
        write(change.expectedVersion)
        write(UInt32(clamping: change.operations.count))
        for operation in change.operations { write(operation) }
    }

    mutating func write(_ version: CIBVersion) {
        write(version.adminEpoch)
        write(version.epoch)
        write(version.updates)
    }

    private mutating func write(_ version: CIBVersion?) {
        write(UInt8(version == nil ? 0 : 1))
        if let version { write(version) }
    }

    private mutating func write(_ operation: CIBOperation) {
        switch operation {
        case .create(let element, let scope):
            write(UInt8(1))
            write(scope)
            write(element)
        case .modify(let element, let scope, let allowsCreation):
            write(UInt8(allowsCreation ? 3 : 2))
            write(scope)
            write(element)
        case .replace(let element, let scope, let allowsCreation):
            write(UInt8(allowsCreation ? 5 : 4))
            write(scope)
            write(element)
        case .delete(let element, let scope):
            write(UInt8(6))
            write(scope)
            write(element)
        case .deleteMatching(let xpath, let all):
            write(UInt8(all ? 8 : 7))
            write(xpath)
        case .erase: write(UInt8(9))
        case .bump: write(UInt8(10))
        case .upgrade(let name):
            write(UInt8(11))
            write(name)
        case .patch(let patch):
            write(UInt8(12))
            write(patch.source)
            write(patch.target)
            write(UInt32(clamping: patch.changes.count))
            for change in patch.changes { write(change) }
        }
    }

    private mutating func write(_ scope: CIBScope) {
        switch scope {
        case .document: write(UInt8(1))
        case .section(let section):
            write(UInt8(2))
            write(section.rawValue)
        case .xpath(let expression):
            write(UInt8(3))
            write(expression)
        }
    }

    private mutating func write(_ change: CIBPatch.Change) {
        switch change {
        case .create(let path, let position, let element):
            write(UInt8(1))
            write(path)
            write(UInt32(clamping: position))
            write(element)
        case .delete(let path, let position):
            write(UInt8(2))
            write(path)
            write(UInt32(clamping: position ?? Int(UInt32.max)))
        case .move(let path, let position):
            write(UInt8(3))
            write(path)
            write(UInt32(clamping: position))
        case .modify(let path, let attributes):
            write(UInt8(4))
            write(path)
            write(UInt32(clamping: attributes.count))
            for attribute in attributes {
                write(attribute.name)
                write(attribute.value)
            }
        }
    }
}

extension ByteReader {
    mutating func readChange() throws(DecodingFailure) -> CIBChange {
        let origin = CIBOrigin(
            node: try readText(), client: try readText(), user: try readText(),
            seconds: Int64(bitPattern: try read(UInt64.self)))
        let expected = try readOptionalVersion()
        var operations: [CIBOperation] = []
        for _ in 0..<(try readCount(eachAtLeast: 1)) { operations.append(try readOperation()) }
        return CIBChange(operations, expectedVersion: expected, origin: origin)
    }

    mutating func readVersion() throws(DecodingFailure) -> CIBVersion {
        CIBVersion(adminEpoch: try read(), epoch: try read(), updates: try read())
    }

    private mutating func readOptionalVersion() throws(DecodingFailure) -> CIBVersion? {
        switch try read(UInt8.self) {
        case 0: return nil
        case 1: return try readVersion()
        case let other: throw failure("\(other) is neither 0 nor 1")
        }
    }

    private mutating func readOperation() throws(DecodingFailure) -> CIBOperation {
        let kind = try read(UInt8.self)
        switch kind {
        case 1...6:
            let scope = try readScope()
            let element = try readElement()
            switch kind {
            case 1: return .create(element, in: scope)
            case 2, 3: return .modify(element, in: scope, allowsCreation: kind == 3)
            case 4, 5: return .replace(element, in: scope, allowsCreation: kind == 5)
            default: return .delete(element, in: scope)
            }
        case 7, 8: return .deleteMatching(xpath: try readText(), all: kind == 8)
        case 9: return .erase
        case 10: return .bump
        case 11: return .upgrade(to: try readOptionalText())
        case 12: return .patch(try readPatch())
        default: throw failure("\(kind) is not the number of an operation")
        }
    }

    private mutating func readScope() throws(DecodingFailure) -> CIBScope {
        switch try read(UInt8.self) {
        case 1: return .document
        case 2:
            let name = try readText()
            guard let section = CIBSection(rawValue: name) else { throw failure("\"\(name)\" is not a section") }
            return .section(section)
        case 3: return .xpath(try readText())
        case let other: throw failure("\(other) is not the number of a scope")
        }
    }

    private mutating func readPatch() throws(DecodingFailure) -> CIBPatch {
        var patch = CIBPatch(source: try readOptionalVersion(), target: try readOptionalVersion(), changes: [])
        for _ in 0..<(try readCount(eachAtLeast: 9)) { patch.changes.append(try readPatchChange()) }
        return patch
    }

    private mutating func readPatchChange() throws(DecodingFailure) -> CIBPatch.Change {
        let kind = try read(UInt8.self)
        let path = try readText()
        switch kind {
        case 1:
            let position = Int(clamping: try read(UInt32.self))
            return .create(path: path, position: position, try readElement())
        case 2:
            let position = try read(UInt32.self)
            return .delete(path: path, position: position == .max ? nil : Int(clamping: position))
        case 3: return .move(path: path, position: Int(clamping: try read(UInt32.self)))
        case 4:
            var attributes: [CIBPatch.Attribute] = []
            for _ in 0..<(try readCount(eachAtLeast: 5)) {
                let name = try readText()
                guard name.isXMLName else { throw failure("\"\(name)\" is not a name of XML") }
                attributes.append(CIBPatch.Attribute(name, try readOptionalText()))
            }
            return .modify(path: path, attributes)
        default: throw failure("\(kind) is not the number of a change")
        }
    }
}
