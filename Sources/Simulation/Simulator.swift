/// Runs one simulation: the same options give the same outcome, on every machine.
package func simulate(_ options: SimulationOptions) -> SimulationOutcome {
    switch options.scope {
    case .messaging, .wideArea, .cluster: return SimulatedCluster(options).run()
    case .decoders:
        var fuzz = DecoderFuzz(seed: options.seed)
        return fuzz.run()
    case .transport:
        var fuzz = TransportFuzz(seed: options.seed)
        return fuzz.run()
    case .tools:
        var fuzz = ClientFuzz(seed: options.seed)
        return fuzz.run()
    }
}
