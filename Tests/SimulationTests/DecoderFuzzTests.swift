import Simulation
import Testing

/// A sample of what `lockstep-simulator --scope decoders` does with many seeds.
@Suite struct DecoderFuzzTests {
    @Test(arguments: UInt64(1)...40) func damagedPacketsAndRequestsTrapNobody(seed: UInt64) {
        var options = SimulationOptions(seed: seed)
        options.scope = .decoders
        let outcome = simulate(options)
        #expect(outcome.violations == [])
        #expect(outcome.packetCount > 100)
    }

    @Test(arguments: UInt64(1)...20) func damagedPacketsOfKronosnetTrapNobody(seed: UInt64) {
        var options = SimulationOptions(seed: seed)
        options.scope = .transport
        let outcome = simulate(options)
        #expect(outcome.violations == [])
        #expect(outcome.packetCount > 200)
    }

    @Test(arguments: UInt64(1)...20) func damagedAnswersTrapNoTool(seed: UInt64) {
        var options = SimulationOptions(seed: seed)
        options.scope = .tools
        let outcome = simulate(options)
        #expect(outcome.packetCount > 100)
    }
}
