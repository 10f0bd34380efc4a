import Testing

@testable import LibknetTransport

@Suite struct KronosnetLogTests {
    @Test("Kronosnet's words for a refused packet are understood, other errors are not taken for it")
    func words() {
        #expect(
            KronosnetLog.refusedHost(in: "Received ICMP error from 10.9.0.1: Connection refused 10.9.0.2") == "10.9.0.2"
        )
        #expect(KronosnetLog.refusedHost(in: "Received ICMP error from 10.9.0.1: No route to host 10.9.0.2") == nil)
        #expect(KronosnetLog.refusedHost(in: "Sending ICMP to 10.9.0.2") == nil)
    }
}
