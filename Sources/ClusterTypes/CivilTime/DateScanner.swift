/// Takes numbers out of a text as scanf(3) does: white space and a sign before a number are allowed.
struct DateScanner {
    enum Piece {
        /// A number of at most so many characters, sign included.
        case number(Int)
        case literal(UInt8)

        static let number = Piece.number(.max)
        static let dash = Piece.literal(UInt8(ascii: "-"))
    }

    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The numbers of the pattern, up to where the text stops fitting it.
    static func numbers(_ pattern: [Piece], in bytes: ArraySlice<UInt8>) -> [Int64] {
        var scanner = DateScanner(bytes)
        var numbers: [Int64] = []
        for piece in pattern {
            switch piece {
            case .literal(let byte):
                guard scanner.rest.first == byte else { return numbers }
                scanner.rest = scanner.rest.dropFirst()
            case .number(let width):
                guard let number = scanner.number(width: width) else { return numbers }
                numbers.append(number)
            }
        }
        return numbers
    }

    /// The next number, saturated at the range of `Int32` plus one, so that what is too large stays too large.
    mutating func number(width: Int) -> Int64? {
        rest = rest.drop(while: Self.isSpace)
        var width = width
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+"), width > 0 {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
            width -= 1
        }
        let digits = rest.prefix(while: Self.isDigit).prefix(width)
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        let value = digits.reduce(Int64(0)) { min($0 * 10 + Int64($1 - 48), Int64(Int32.max) + 1) }
        return isNegative ? -value : value
    }

    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
