import JSONText
import Testing

@Suite struct JSONTests {
    @Test func whatIsWrittenReadsTheSame() throws {
        let value = JSON.object([
            "a": .array([.null, .bool(true), .integer(-7), .number(1.5), .string("ä\"\\\n\u{1}")]), "none": nil,
            "b": .object([:]), "c": .array([]),
        ])
        #expect(try JSON(parsing: value.text.utf8) == value)
        #expect(value.text == #"{"a":[null,true,-7,1.5,"ä\"\\\n\u0001"],"b":{},"c":[]}"#)
    }

    @Test func readsWhatOthersWrite() throws {
        let value = try JSON(parsing: " { \"x\" : [ 1e3 , \"\\u00e4\\ud83d\\ude00\\/\" ] , \"x\" : 2 } \n".utf8)
        #expect(value["x"] == .array([.number(1000), .string("ä😀/")]))
        #expect(value["y"] == nil && value["x"]?.array?.count == 2)
        #expect(try JSON(parsing: "99999999999999999999".utf8) == .number(1e20))
    }

    @Test(arguments: [
        "", " ", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "tru", "01", "-", "1.", "1e", "+1", "\"", "\"\\x\"",
        "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\u+123\"", "\"\u{1}\"", "1 2", "1e999", "nulll",
    ])
    func refuses(_ text: String) {
        #expect(throws: JSONFailure.self) { try JSON(parsing: text.utf8) }
    }

    @Test func refusesBadBytesAndBottomlessNesting() {
        #expect(throws: JSONFailure.self) { try JSON(parsing: [UInt8(ascii: "\""), 0xFF, UInt8(ascii: "\"")]) }
        #expect(throws: JSONFailure.self) { try JSON(parsing: Array(repeating: UInt8(ascii: "["), count: 100_000)) }
    }
}
