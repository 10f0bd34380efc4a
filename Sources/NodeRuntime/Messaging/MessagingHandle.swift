internal import ClusterTypes

/// What the rest of the daemon asks of the messaging, whoever does it.
struct MessagingHandle: Sendable {
    /// Begin; everything that is delivered may come from now on.
    var start: @Sendable () -> Void
    var send: @Sendable (MessagingRequest) -> Void
    /// The configuration was read again, for whoever has this number; `nil` when the file is not usable.
    var reloaded: @Sendable (MessagingDriver.Reloaded?, UInt64) -> Void
    /// Settings that programs have changed hold; `nil` when they are not possible.
    var tuned: @Sendable (MessagingDriver.Reloaded?) -> Void
    /// Leave; answered by `messagingStopped`.
    var stop: @Sendable () -> Void
}
