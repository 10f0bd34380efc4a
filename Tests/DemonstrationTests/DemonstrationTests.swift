import Demonstration
import Testing

@Suite struct ServiceProbeTests {
    @Test func theFirstLineOfTheBodyNamesTheNode() {
        #expect(firstBodyLine(of: Array("HTTP/1.0 200 OK\r\nA: b\r\n\r\nn1\nrest".utf8)) == "n1")
    }

    @Test func anythingButSuccessIsNoAnswer() {
        #expect(firstBodyLine(of: Array("HTTP/1.0 404 Not Found\r\n\r\nn1\n".utf8)) == nil)
        #expect(firstBodyLine(of: Array("HTTP/1.0 200 OK\r\n".utf8)) == nil)
        #expect(firstBodyLine(of: []) == nil)
    }
}
