import Testing

@testable import XMLTree

/// What a document with a document type is read as, by libxml2's tree, must be what the same document is read as without.
struct EventParsingTests {
    private static let documents = [
        "<a/>",
        "<a b=\"1 &amp; 2 &#38; &lt;&#x41;&quot;&apos;&gt;\" c=''/>",
        "<a b='&#38;amp; &amp;#38; line&#10;end'/>",
        "<a>  text <!-- no --> more  <b/>\n  <c>x</c>\n tail </a>",
        "<a>one<![CDATA[ & two ]]>three &amp; four&#9;</a>",
        "<a> <![CDATA[  ]]> </a>",
        "<a><?target data?> <b/>  <!-- x -->  </a>",
        "<n:a xmlns:n='urn:x' n:b='1' c='2'><n:d/></n:a>",
        "<n:a n:b='1'><m:c/></n:a>",
        "<a xml:lang='en' xmlns='urn:y'><b/></a>",
        "<a>\n<b\n c='1'/>\n\n<d/></a>",
        "<a b='grün € 😀'>é</a>",
        "<a b='a long value that repeats itself' c='a long value that repeats itself' d='a long value that differs.....'/>",
    ]

    @Test(arguments: documents)
    func eventsAndTreeAgree(_ text: String) throws {
        let plain = try XMLElement(parsing: text)
        let declared = try XMLElement(parsing: "<!DOCTYPE a>" + text)
        #expect(plain == declared)
        #expect(lines(plain) == lines(declared))
    }

    @Test func entitiesAreLeftToTheTree() throws {
        let element = try XMLElement(parsing: "<!DOCTYPE a [<!ENTITY e 'value'>]><a b='&e;'>&e;</a>")
        #expect(element["b"] == "value")
        #expect(element.text.isEmpty)
    }

    @Test func whatIsCutOffIsMalformed() {
        #expect(throws: XMLFailure.self) { try XMLElement(parsing: "<a><b>") }
        #expect(throws: XMLFailure.self) { try XMLElement(parsing: "<a b='&unknown;'/>") }
        #expect(throws: XMLFailure.self) { try XMLElement(parsing: "<a/><b/>") }
        #expect(throws: XMLFailure.self) { try XMLElement(parsing: "<!-- nothing -->") }
    }

    @Test func depthIsLimitedWithTheLine() throws {
        let text = String(repeating: "<a>\n", count: XMLLimits.depth + 1)
        let failure = #expect(throws: XMLFailure.self) {
            try XMLElement(parsing: text + String(repeating: "</a>", count: XMLLimits.depth + 1))
        }
        #expect(failure?.code == .limitExceeded)
        #expect(failure?.line == XMLLimits.depth + 1)
    }

    private func lines(_ element: XMLElement) -> [Int32] { [element.line] + element.children.flatMap(lines) }
}
