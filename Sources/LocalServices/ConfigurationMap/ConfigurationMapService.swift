package import ClusterConfiguration
package import ClusterTypes
package import Messaging

/// The configuration map and the statistics, for programs linked with libcmap.
///
/// The map is this node's alone; it follows the ring (`runtime.members`), quorum (`runtime.votequorum`), the services and the
/// configuration file. Statistics are gathered when somebody asks for them and then serve all requests for a moment.
///
/// - Source: cmap_overview(3), cmap_keys(8); cmap.c for what each request answers.
package struct ConfigurationMapService: LocalService {
    /// Which of the two maps a program looks at.
    enum Chosen: UInt32 { case configuration = 0, statistics = 1 }

    struct Session {
        var chosen = Chosen.configuration
        var iterators: [UInt64: [ConfigurationMap.Entry]] = [:]
        var trackers: [UInt64] = []
        /// Requests that wait for statistics.
        var waiting: [MapRequest] = []
    }

    struct Tracker: Hashable {
        var client: ClientID
        var number: UInt64
        var instance: UInt64
    }

    /// Iterators and trackers of one connection.
    static let handleLimit = 1024
    /// How long gathered statistics serve.
    static let statisticsAge: Duration = .milliseconds(100)
    /// How often trackers of statistics are told.
    static let trackingInterval: Duration = .seconds(1)

    package internal(set) var map: ConfigurationMap
    var sessions: [ClientID: Session] = [:]
    var tracking = MapTracking<Tracker>()
    var statisticsTracking = MapTracking<Tracker>()
    /// `nil` when they must be gathered first.
    var statistics: ConfigurationMap?
    var isGathering = false
    /// What trackers of statistics know.
    var trackedStatistics = ConfigurationMap()
    private var lastHandle: UInt64 = 0
    /// Settings that programs have changed since the configuration was read.
    var liveChanges = LiveChanges()
    /// What programs want to change of the settings; the first is being tried.
    var tunings: [Tuning] = []
    /// Changes of keys `resources.…` that nobody has taken yet.
    var resourceChanges: [MapChange] = []

    let localNode: NodeID

    /// - Parameter map: as the configuration says.
    package init(localNode: NodeID, map: ConfigurationMap) {
        self.localNode = localNode
        self.map = map
    }

    /// Whether the keys `uidgid.uid.N`, `uidgid.gid.N` and `uidgid.config.…`, of type u8, let a user or group use the services.
    package func permits(user: UInt32, group: UInt32) -> Bool {
        ["uidgid.", "uidgid.config."].contains { prefix in
            map["\(prefix)uid.\(user)"] == .uint8(1) || map["\(prefix)gid.\(group)"] == .uint8(1)
        }
    }

    package mutating func connected(
        _ client: LocalClient, node: borrowing MessagingNode, into effects: inout [ServiceEffect]
    ) {
        sessions[client.id] = Session()
    }

    package mutating func disconnected(_ client: LocalClient, into effects: inout [ServiceEffect]) {
        sessions[client.id] = nil
        tracking.remove { $0.client == client.id }
        statisticsTracking.remove { $0.client == client.id }
        if statisticsTracking.isEmpty { effects.append(.cancel(.statisticsTracking)) }
    }

    package mutating func requested(
        _ request: LocalRequest, by client: LocalClient, node: borrowing MessagingNode,
        into effects: inout [ServiceEffect]
    ) {
        do {
            let decoded = try MapRequest(request)
            answer(decoded, client.id, node: node, into: &effects)
        } catch {
            effects.append(.respond(ResponseHeader.status(request.function, .invalidParameter), to: client.id))
        }
    }

    private mutating func answer(
        _ request: MapRequest, _ client: ClientID, node: borrowing MessagingNode, into effects: inout [ServiceEffect]
    ) {
        guard let session = sessions[client] else { return }
        if session.chosen == .statistics, request.needsEntries, statistics == nil {
            sessions[client]?.waiting.append(request)
            gatherStatistics(into: &effects)
            return
        }
        if session.chosen == .configuration, let tuning = Tuning(request, client, map) {
            return begin(tuning, into: &effects)
        }
        let response: [UInt8]
        switch (request, session.chosen) {
        case (.set(let key, let value), .configuration): response = set(key, value, into: &effects)
        case (.set(let key, _), .statistics): response = reset(key, into: &effects)
        case (.setInvalid, _): response = ResponseHeader.status(MapRequest.Function.set, .invalidParameter)
        case (.delete(let key), .configuration): response = delete(key, into: &effects)
        case (.delete, .statistics): response = ResponseHeader.status(MapRequest.Function.delete, .access)
        case (.adjust(let key, let step), .configuration): response = adjust(key, step, into: &effects)
        case (.adjust, .statistics): response = ResponseHeader.status(MapRequest.Function.adjust, .access)
        case (.get(let key, let room), let chosen):
            if chosen == .configuration { updateTraffic(of: node, for: key) }
            let value = entries(of: chosen)[key]
            response =
                value.map { MapAnswer.get($0, room: room) } ?? ResponseHeader.status(MapRequest.Function.get, .notExist)
        case (.iterate(let prefix), let chosen):
            if chosen == .configuration { updateTraffic(of: node, for: prefix) }
            response = iterate(prefix, chosen, client)
        case (.next(let iterator), _): response = next(iterator, client)
        case (.endIteration(let iterator), _):
            let isKnown = sessions[client]?.iterators.removeValue(forKey: iterator) != nil
            response = ResponseHeader.status(MapRequest.Function.endIteration, isKnown ? .ok : .badHandle)
        case (.track(let key, let events, let instance), let chosen):
            response = track(key, events, instance, chosen, client, into: &effects)
        case (.endTracking(let number), _): response = endTracking(number, client)
        case (.chooseMap(let number), _): response = choose(number, client)
        }
        effects.append(.respond(response, to: client))
    }

    /// Answers what waited for statistics.
    mutating func answerWaiting(node: borrowing MessagingNode, into effects: inout [ServiceEffect]) {
        for client in sessions.keys.sorted() {
            let waiting = sessions[client]?.waiting ?? []
            sessions[client]?.waiting = []
            for request in waiting { answer(request, client, node: node, into: &effects) }
        }
    }

    func entries(of chosen: Chosen) -> ConfigurationMap {
        switch chosen {
        case .configuration: map
        case .statistics: statistics ?? ConfigurationMap()
        }
    }

    /// A number that no iterator or tracker has had.
    mutating func makeHandle() -> UInt64 {
        lastHandle += 1
        return lastHandle
    }
}

// Changes.
extension ConfigurationMapService {
    mutating func set(_ key: String, _ value: MapValue, into effects: inout [ServiceEffect]) -> [UInt8] {
        let function = MapRequest.Function.set
        if map.isReadOnly(key) { return ResponseHeader.status(function, .access) }
        do {
            let change = try map.set(key, to: value)
            if let change { publish(change, into: &effects) }
            return ResponseHeader.status(function, .ok)
        } catch {
            switch error {
            case .invalidKey: return ResponseHeader.status(function, .nameTooLong)
            case .tooManyKeys: return ResponseHeader.status(function, .noMemory)
            }
        }
    }

    mutating func delete(_ key: String, into effects: inout [ServiceEffect]) -> [UInt8] {
        if map.isReadOnly(key) { return ResponseHeader.status(MapRequest.Function.delete, .access) }
        guard let change = map.remove(key) else { return ResponseHeader.status(MapRequest.Function.delete, .notExist) }
        publish(change, into: &effects)
        return ResponseHeader.status(MapRequest.Function.delete, .ok)
    }

    private mutating func adjust(_ key: String, _ step: Int32, into effects: inout [ServiceEffect]) -> [UInt8] {
        let function = MapRequest.Function.adjust
        if map.isReadOnly(key) { return ResponseHeader.status(function, .access) }
        guard let value = map[key] else { return ResponseHeader.status(function, .notExist) }
        guard let adjusted = value.adjusted(by: step) else { return ResponseHeader.status(function, .invalidParameter) }
        update(key, adjusted, into: &effects)
        return ResponseHeader.status(function, .ok)
    }

    /// Sets a key on the daemon's behalf and tells who tracks it.
    mutating func update(_ key: String, _ value: MapValue, into effects: inout [ServiceEffect]) {
        if let change = try? map.set(key, to: value) { publish(change, into: &effects) }
    }

    /// Tells who tracks the key, and does what setting some keys means.
    mutating func publish(_ change: MapChange, into effects: inout [ServiceEffect]) {
        for tracker in tracking.trackers(of: change) {
            effects.append(.sendEvent(MapAnswer.changed(change, instance: tracker.instance), to: tracker.client))
        }
        obey(change, into: &effects)
    }
}

// Iterators and trackers.
extension ConfigurationMapService {
    private func handles(of client: ClientID) -> Int {
        (sessions[client]?.iterators.count ?? 0) + (sessions[client]?.trackers.count ?? 0)
    }

    private mutating func iterate(_ prefix: String, _ chosen: Chosen, _ client: ClientID) -> [UInt8] {
        let function = MapRequest.Function.iterate
        guard handles(of: client) < Self.handleLimit else { return MapAnswer.handle(function, 0, .noResources) }
        let found = entries(of: chosen).entries(withPrefix: prefix)
        let handle = makeHandle()
        // In the order in which they are taken from the end.
        sessions[client]?.iterators[handle] = found.reversed()
        return MapAnswer.handle(function, handle)
    }

    private mutating func next(_ iterator: UInt64, _ client: ClientID) -> [UInt8] {
        guard sessions[client]?.iterators[iterator] != nil else { return MapAnswer.next(nil, .badHandle) }
        let entry = sessions[client]?.iterators[iterator]?.popLast()
        return MapAnswer.next(entry, entry == nil ? .noSections : .ok)
    }

    private mutating func track(
        _ key: String, _ events: Int32, _ instance: UInt64, _ chosen: Chosen, _ client: ClientID,
        into effects: inout [ServiceEffect]
    ) -> [UInt8] {
        let function = MapRequest.Function.track
        typealias Events = MapTracking<Tracker>.Events
        guard events & ~Events.all.rawValue == 0 else { return MapAnswer.handle(function, 0, .invalidParameter) }
        guard handles(of: client) < Self.handleLimit else { return MapAnswer.handle(function, 0, .noResources) }
        let tracker = Tracker(client: client, number: makeHandle(), instance: instance)
        switch chosen {
        case .configuration: tracking.add(tracker, key: key, events: Events(rawValue: events))
        case .statistics:
            // Below a prefix, only that keys come and go can be told.
            let isPrefix = events & Events.prefix.rawValue != 0
            if isPrefix, events & Events.add.rawValue == 0 || events & Events.delete.rawValue == 0 {
                return MapAnswer.handle(function, 0, .notSupported)
            }
            if statisticsTracking.isEmpty {
                trackedStatistics = statistics ?? ConfigurationMap()
                effects.append(.arm(.statisticsTracking, after: Self.trackingInterval))
            }
            let meant = isPrefix ? events & ~Events.modify.rawValue : events
            statisticsTracking.add(tracker, key: key, events: Events(rawValue: meant))
        }
        sessions[client]?.trackers.append(tracker.number)
        return MapAnswer.handle(function, tracker.number)
    }

    private mutating func endTracking(_ number: UInt64, _ client: ClientID) -> [UInt8] {
        let function = MapRequest.Function.endTracking
        guard let place = sessions[client]?.trackers.firstIndex(of: number) else {
            return MapAnswer.handle(function, 0, .badHandle)
        }
        sessions[client]?.trackers.remove(at: place)
        var instance: UInt64 = 0
        let isMeant = { (tracker: Tracker) in tracker.client == client && tracker.number == number }
        for tracker in tracking.all + statisticsTracking.all where isMeant(tracker) { instance = tracker.instance }
        tracking.remove(where: isMeant)
        statisticsTracking.remove(where: isMeant)
        return MapAnswer.handle(function, instance)
    }

    private mutating func choose(_ number: UInt32, _ client: ClientID) -> [UInt8] {
        let function = MapRequest.Function.answerToChooseMap
        guard handles(of: client) == 0 else { return ResponseHeader.status(function, .busy) }
        guard let chosen = Chosen(rawValue: number) else { return ResponseHeader.status(function, .notExist) }
        sessions[client]?.chosen = chosen
        return ResponseHeader.status(function, .ok)
    }
}

extension MapRequest {
    /// Whether the content of the map is needed for the answer.
    fileprivate var needsEntries: Bool {
        switch self {
        case .get, .iterate, .track: true
        case .set, .setInvalid, .delete, .adjust, .next, .endIteration, .endTracking, .chooseMap: false
        }
    }
}
