internal import CLinux
internal import EventLoop
internal import Glibc
internal import LocalServices

// Programs that come: heard, admitted or refused.
extension ServiceHost {
    func accept(on listener: Int32, _ service: LocalServiceKind) {
        let descriptor = lockstep_accept(listener)
        guard descriptor >= 0 else {
            if errno == EMFILE || errno == ENFILE { pause(listener, service) }
            return
        }
        guard connections.count + newcomers.count < budget.clientLimit + Self.waitingRoom else {
            answer(descriptor, Handshake.refused(EMFILE))
            Glibc.close(descriptor)
            complain(service)
            return
        }
        let timer = loop.schedule(after: Self.patience) { [unowned self] in forget(descriptor, closing: true) }
        newcomers[descriptor] = Newcomer(service: service, timer: timer)
        do {
            try loop.watch(descriptor, for: .readable) { [unowned self] _ in hear(descriptor) }
        } catch { forget(descriptor, closing: true) }
    }

    /// Says that programs are refused, once for many of them.
    private func complain(_ service: LocalServiceKind) {
        guard !hasComplained else { return }
        hasComplained = true
        handler(
            .reported(
                "\(service.name): \(connections.count) programs are connected, further ones are refused: "
                    + budget.bottleneck))
        loop.schedule(after: Self.complaintInterval) { [unowned self] in hasComplained = false }
    }

    /// Made for the first program.
    private func ringFolder() throws(SystemCallFailure) -> RingFolder {
        if let folder { return folder }
        let made = try RingFolder()
        folder = made
        return made
    }

    /// Without a free descriptor nobody can be accepted, or refused.
    private func pause(_ listener: Int32, _ service: LocalServiceKind) {
        handler(.reported("\(service.name): no descriptors are left for further programs"))
        loop.unwatch(listener)
        loop.schedule(after: .seconds(1)) { [unowned self] in
            guard listeners[listener] != nil else { return }
            try? loop.watch(listener, for: .readable) { [unowned self] _ in accept(on: listener, service) }
        }
    }

    func forget(_ descriptor: Int32, closing: Bool) {
        guard let newcomer = newcomers.removeValue(forKey: descriptor) else { return }
        loop.cancel(newcomer.timer)
        loop.unwatch(descriptor)
        if closing { Glibc.close(descriptor) }
    }

    private func hear(_ descriptor: Int32) {
        guard let newcomer = newcomers[descriptor] else { return }
        var buffer = [UInt8](repeating: 0, count: Handshake.requestSize - newcomer.bytes.count)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return forget(descriptor, closing: true) }
        newcomers[descriptor]?.bytes += buffer.prefix(count)
        guard newcomer.bytes.count + count == Handshake.requestSize else { return }
        let bytes = newcomer.bytes + buffer.prefix(count)
        forget(descriptor, closing: false)
        guard let limit = Handshake.messageLimit(of: bytes) else {
            Glibc.close(descriptor)
            return
        }
        welcome(descriptor, newcomer.service, messageLimit: limit)
    }

    private func welcome(_ descriptor: Int32, _ service: LocalServiceKind, messageLimit: UInt32) {
        let limit = max(Int(clamping: messageLimit), Handshake.responseSize)
        var (process, user, group) = (pid_t(0), uid_t(0), gid_t(0))
        var refusal: Int32?
        if lockstep_peer_credentials(descriptor, &process, &user, &group) != 0 {
            refusal = errno
        } else if user != 0, group != 0, user != geteuid(), !access(user, group) {
            handler(.reported("\(service.name): user \(user), group \(group) may not connect (process \(process))"))
            refusal = EACCES
        } else if limit > Self.messageLimit {
            refusal = EMSGSIZE
        } else if connections.count >= budget.clientLimit {
            complain(service)
            refusal = EMFILE
        }
        if let refusal { return refuse(descriptor, refusal) }
        do {
            let rings = try SharedRings(
                service: service.name, in: ringFolder(), user: user, group: group, chunkLimit: limit)
            lastID += 1
            let client = LocalClient(
                id: ClientID(lastID), service: service, processID: process, userID: user, groupID: group,
                processName: processName(process))
            let response = Handshake.accepted(messageLimit: limit, connection: lastID, names: rings.names)
            guard answer(descriptor, response) else { return refuse(descriptor, nil) }
            let connection = Connection(client, descriptor: descriptor, rings: rings, chunkLimit: limit)
            connections[client.id] = connection
            updateWatch(connection)
            handler(.connected(client))
        } catch {
            handler(.reported("\(service.name): process \(process) cannot be served: \(error)"))
            refuse(descriptor, error.code)
        }
    }

    private func refuse(_ descriptor: Int32, _ code: Int32?) {
        if let code { answer(descriptor, Handshake.refused(code)) }
        Glibc.close(descriptor)
    }

    @discardableResult
    private func answer(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)) == bytes.count
    }
}
