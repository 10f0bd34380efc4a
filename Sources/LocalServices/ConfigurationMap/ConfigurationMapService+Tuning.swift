package import ClusterConfiguration

// Settings of a running node that programs change through the map: tried first, stored when they hold.
extension ConfigurationMapService {
    /// A change of a setting that a running node follows.
    struct Tuning: Sendable {
        var client: ClientID
        var key: String
        /// `nil` deletes the key.
        var value: MapValue?

        /// `nil` for requests that change no such setting, or will be refused for another reason.
        init?(_ request: MapRequest, _ client: ClientID, _ map: ConfigurationMap) {
            switch request {
            case .set(let key, let value): (self.key, self.value) = (key, value)
            case .delete(let key) where map[key] != nil: self.key = key
            case .adjust(let key, let step):
                guard let value = map[key]?.adjusted(by: step) else { return nil }
                (self.key, self.value) = (key, value)
            case .setInvalid, .delete, .get, .iterate, .next, .endIteration, .track, .endTracking, .chooseMap:
                return nil
            }
            guard LiveChanges.follows(key), !map.isReadOnly(key) else { return nil }
            self.client = client
        }

        var function: UInt32 { value == nil ? MapRequest.Function.delete : MapRequest.Function.set }
    }

    mutating func begin(_ tuning: Tuning, into effects: inout [ServiceEffect]) {
        tunings.append(tuning)
        if tunings.count == 1 { tryNext(into: &effects) }
    }

    private func tryNext(into effects: inout [ServiceEffect]) {
        guard let tuning = tunings.first else { return }
        var changes = liveChanges
        changes.set(tuning.key, to: tuning.value?.rendered)
        effects.append(.daemon(.tune(changes)))
    }

    /// The daemon has tried the change that is first.
    ///
    /// - Parameter configured: the map of the new settings; `nil` when they are not possible.
    package mutating func tuned(_ configured: ConfigurationMap?, into effects: inout [ServiceEffect]) {
        guard !tunings.isEmpty else { return }
        let tuning = tunings.removeFirst()
        if let configured {
            liveChanges.set(tuning.key, to: tuning.value?.rendered)
            let response =
                tuning.value.map { set(tuning.key, $0, into: &effects) } ?? delete(tuning.key, into: &effects)
            for change in map.replace(prefixes: ["runtime.config."], with: configured) {
                publish(change, into: &effects)
            }
            effects.append(.respond(response, to: tuning.client))
        } else {
            effects.append(.respond(ResponseHeader.status(tuning.function, .invalidParameter), to: tuning.client))
        }
        tryNext(into: &effects)
    }
}
