import Testing

@testable import NodeRuntime

@Suite struct SystemReadingTests {
    @Test func `load is the third number`() {
        #expect(SystemReading.load15Minutes("3.30 3.15 2.57 4/126 13210\n") == 2.57)
        for text in ["", "3.30 3.15", "a b c", "1 2 nan", "1 2 -3"] {
            #expect(SystemReading.load15Minutes(text) == nil)
        }
    }

    @Test func `memory is what neither is free nor caches files, with swap`() {
        let text = """
            MemTotal:       1000 kB
            MemFree:         300 kB
            MemAvailable:    800 kB
            Cached:          200 kB
            SwapTotal:      1000 kB
            SwapFree:        900 kB
            """
        #expect(SystemReading.memoryUsed(text) == 30)
        #expect(SystemReading.memoryUsed("MemTotal: 1000 kB\nMemFree: 2000 kB") == 0)
        #expect(SystemReading.memoryUsed("MemTotal: 1000 kB\nMemFree: 1 kB") == 99)
    }

    @Test(arguments: [
        "", "MemTotal: 1000 kB", "MemTotal: x\nMemFree: 1", "MemTotal: 0\nMemFree: 0", "::\n:1\nMemFree",
        "MemTotal:\nMemFree:",
        "MemTotal: 18446744073709551615\nMemFree: 18446744073709551615",
    ])
    func `what cannot be read is no reading`(text: String) { #expect(SystemReading.memoryUsed(text) == nil) }
}
