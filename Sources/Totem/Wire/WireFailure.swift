/// Why a packet cannot be understood.
package struct WireFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        case truncated, wrongMagic, unsupportedVersion, unknownType, limitExceeded, inconsistent
    }

    package let code: Code
    /// The part of the packet that is wrong.
    package let field: StaticString
    /// Bytes from the start of the packet.
    package let offset: Int

    package init(_ code: Code, field: StaticString, offset: Int) {
        self.code = code
        self.field = field
        self.offset = offset
    }

    package static func == (left: WireFailure, right: WireFailure) -> Bool {
        left.code == right.code && left.field.description == right.field.description && left.offset == right.offset
    }

    package var description: String {
        switch code {
        case .truncated: "the packet ends before \(field) (offset \(offset))"
        case .wrongMagic: "\(field) at offset \(offset) is not Totem's"
        case .unsupportedVersion: "\(field) at offset \(offset) is not 3"
        case .unknownType: "\(field) at offset \(offset) is not known"
        case .limitExceeded: "\(field) at offset \(offset) exceeds its limit"
        case .inconsistent: "\(field) at offset \(offset) contradicts the rest of the packet"
        }
    }
}
