import ClusterConfiguration
import Testing

@testable import CorosyncTools

@Suite struct MapValueTextTests {
    @Test(arguments: [
        ("i8", "-128", "-128"), ("u8", " 7x", "7"), ("i32", "+5", "5"),
        ("u64", "18446744073709551615", "18446744073709551615"),
        ("i64", "99999999999999999999", "9223372036854775807"), ("str", "a b", "a b"),
    ])
    func whatIsTypedIsReadAsTheCLibraryReadsIt(kind: String, text: String, shown: String) throws {
        let kind = try #require(MapValue.Kind(named: kind))
        #expect(try MapValueText.value(kind, text)?.rendered == shown)
    }

    @Test(arguments: [
        ("i8", "128", "128 is not valid i8 integer"), ("u8", "-1", "-1 is not valid u8 integer"),
        ("u32", "x", "x is not valid u32 type value"), ("dbl", "", " is not valid dbl type value"),
    ])
    func whatDoesNotFitIsNamed(kind: String, text: String, message: String) throws {
        let kind = try #require(MapValue.Kind(named: kind))
        #expect(throws: MapValueText.Mistake(message: message)) { try MapValueText.value(kind, text) }
    }

    @Test func linesOfAFileSetAndDelete() {
        #expect(MapFileLine("a.b u32 5\n") == .set(key: "a.b", type: "u32", value: "5"))
        #expect(MapFileLine("  ^a.b ignored\n") == .delete("a.b"))
        #expect(MapFileLine("^^a.\n") == .deleteBelow("a."))
        #expect(MapFileLine("a.b u32\n") == .incomplete("a.b"))
        #expect(MapFileLine(" # remark\n") == nil)
        #expect(MapFileLine("\n") == nil)
    }

    @Test func bytesThatCannotBeSeenAreEscapedAsInTheIncumbentsTools() {
        #expect(escaped([0x41, 0x5C, 0x0A, 0x80]) == "A\\\\\\x0A\\xFFFFFF80")
        #expect(NumberText.text(1.5) == "1.500000")
        #expect(NumberText.hexadecimal(10) == "0x0000000a")
        #expect(NumberText.number("12 ", in: 1...20) == nil)
        #expect(NumberText.number("21", in: 1...20) == nil)
        #expect(NumberText.number(" 12", in: 1...20) == 12)
    }
}
