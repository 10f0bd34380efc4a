import Messaging
import Testing

@testable import LocalServices

@Suite struct LocalRequestTests {
    @Test func shorterThanAHeaderIsNoRequest() {
        for count in 0..<LocalRequest.headerSize {
            #expect(LocalRequest(ArraySlice(repeating: 2, count: count)) == nil)
        }
    }

    @Test func functionIsTheFirstNumberAndTheStatedSizeIsNotBelieved() throws {
        let request = try #require(LocalRequest([5, 0, 0, 0] + Array(repeating: 0xff, count: 12) + [7, 0, 0, 0]))
        #expect(request.function == 5)
        var body = request.body()
        #expect(try body.uint32() == 7)
        #expect(throws: (any Error).self) { try body.uint32() }
    }
}
