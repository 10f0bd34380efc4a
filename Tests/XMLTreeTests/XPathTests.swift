import Testing
import XMLTree

@Suite struct XPathTests {
    private let root = XMLElement(
        "a", ["id": "0"],
        children: [
            XMLElement("b", ["id": "1"], children: [XMLElement("c", ["id": "2"])]),
            XMLElement("b", ["id": "3"], text: "x"),
        ])

    @Test func selectsInTheOrderOfTheDocument() throws {
        #expect(try root.select(xpath: "//b | //c") == [[0], [0, 0], [1]])
        #expect(try root.select(xpath: "/a") == [[]])
        #expect(try root.select(xpath: "//*[@id='2']") == [[0, 0]])
        #expect(try root.select(xpath: "//nothing") == [])
        #expect(try root.select(xpath: "//b[text()='x']") == [[1]])
    }

    @Test(arguments: ["", "//", "//b[", "count(//b)", "//@id", "'x'", "//b/text()", "/", "unknown(1)", "\u{0}"])
    func whatSelectsNoElementsIsAnError(_ expression: String) {
        #expect { try root.select(xpath: expression) } throws: { ($0 as? XMLFailure)?.code == .expression }
    }

    @Test func aMonstrousExpressionEnds() {
        let many = XMLElement("a", children: (0..<300).map { _ in XMLElement("b") })
        let expression = "//b" + String(repeating: "[count(//b[count(//b) > 0]) > 0]", count: 20)
        #expect(throws: XMLFailure.self) { try many.select(xpath: expression) }
        #expect(throws: XMLFailure.self) { try root.select(xpath: String(repeating: "/", count: 5000)) }
    }

    @Test func editsReachTheirPlace() throws {
        var changed = root
        changed.edit(at: [0, 0]) { $0["id"] = "9" }
        #expect(try changed.select(xpath: "//c[@id='9']") == [[0, 0]])
        #expect(changed.remove(at: [0]).name == "b")
        #expect(changed.element(at: [0]).id == "3")
    }
}

@Suite struct XMLSerialisingTests {
    @Test func whatXMLCannotHoldIsReplaced() throws {
        let text = "a\u{0}b\u{1B}c\u{FFFE}d\u{FFFF}e\u{FFFD}\u{10FFFF}\t\n\r"
        let read = try XMLElement(parsing: XMLElement("x", ["y": text]).formatted())
        #expect(read["y"] == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}e\u{FFFD}\u{10FFFF}\t\n\r")
    }

    @Test(arguments: [
        ("a", true), ("a-b.c:d_1", true), ("ä", true), ("", false), ("1a", false), ("-a", false), (".a", false),
        ("a b", false), ("a>", false), ("a\"", false),
    ])
    func namesAreChecked(_ name: String, _ isName: Bool) {
        #expect(name.isXMLName == isName)
    }
}

@Suite struct RelaxNGSchemaTests {
    private static let text = """
        <element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><attribute name="id"/>
        <zeroOrMore><element name="b"><attribute name="c"/></element></zeroOrMore></element>
        """

    @Test func namesTheElementThatIsWrong() throws {
        let schema = try RelaxNGSchema(parsing: Self.text)
        #expect(try schema.violation(in: XMLElement(parsing: "<a id='1'><b c='1'/></a>")) == nil)
        let violation = try schema.violation(in: XMLElement(parsing: "<a id='1'>\n<b c='1'/>\n<b/></a>"))
        #expect(violation?.path == [1] && violation?.failure.line == 3 && violation?.failure.elementID == "1")
        #expect(violation?.failure.code == .invalid && violation?.failure.message.isEmpty == false)
    }

    @Test func refusesWhatIsNoSchema() {
        for text in ["", "x", "<a/>", "<grammar xmlns=\"http://relaxng.org/ns/structure/1.0\"/>"] {
            #expect(throws: XMLFailure.self, "\(text)") { try RelaxNGSchema(parsing: text) }
        }
    }
}
