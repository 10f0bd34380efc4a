import Testing

@testable import CorosyncIPC

@Suite struct HandshakeTests {
    @Test func onlyAWholeRequestOfTheRightKindIsOne() {
        let request: [UInt8] = [255, 255, 255, 255, 0, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0]
        #expect(Handshake.messageLimit(of: request) == 1 << 20)
        #expect(Handshake.messageLimit(of: Array(request.dropLast())) == nil)
        #expect(Handshake.messageLimit(of: [0] + request.dropFirst()) == nil)
    }

    @Test func refusalHasTheSizeThatLibrariesWaitFor() {
        #expect(Handshake.refused(13).count == 12328)
        #expect(Handshake.refused(13)[16..<20] == [243, 255, 255, 255])
    }
}
