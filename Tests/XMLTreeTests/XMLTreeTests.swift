import Testing
import XMLTree

@Suite struct XMLParsingTests {
    @Test func keepsAttributesInOrderAndLines() throws {
        let root = try XMLElement(parsing: "<a>\n  <b z='1' y='&lt;&quot;&#10;'/>\n  <!-- no -->\n</a>")
        #expect(root.children.count == 1)
        #expect(root.children[0].attributes == [.init("z", "1"), .init("y", "<\"\n")])
        #expect(root.children[0].line == 2)
    }

    @Test func saysWhereTheTextIsBroken() {
        #expect { try XMLElement(parsing: "<a>\n<b>\n</a>") } throws: { error in
            (error as? XMLFailure)?.code == .malformed && ((error as? XMLFailure)?.line ?? 0) >= 2
        }
        #expect(throws: XMLFailure.self) { try XMLElement(parsing: "") }
    }

    @Test func refusesBottomlessNesting() {
        let deep = String(repeating: "<a>", count: 251) + String(repeating: "</a>", count: 251)
        #expect { try XMLElement(parsing: deep) } throws: { _ in true }
    }

    @Test func whatIsWrittenReadsTheSame() throws {
        let root = XMLElement("a", ["x": "<&>\"\t\n\r"], children: [XMLElement("b", text: "1 < 2")])
        #expect(try XMLElement(parsing: root.formatted()) == root)
        #expect(try XMLElement(parsing: root.compact()) == root)
    }
}

@Suite struct MessageDigestTests {
    @Test func matchesTheKnownValue() {
        #expect(md5Digest(of: Array("abc".utf8)) == "900150983cd24fb0d6963f7d28e17f72")
    }
}
