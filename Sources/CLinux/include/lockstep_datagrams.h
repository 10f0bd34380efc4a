// Many datagrams with one call of the system; no logic beyond that.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/// Prepares a bound or unbound UDP socket of the family: not blocking, not inherited, errors of the network are reported, packets
/// are never fragmented by IP, and of interactive priority. `buffer`: bytes wanted for sending and receiving each, beyond the
/// system's limit where permitted. Returns the descriptor, or -1 and errno.
int lockstep_open_datagrams(int family, int buffer);

/// The class of service of what is sent: the byte of IPv4's type of service, or of IPv6's traffic class; 0 or -1 and errno.
int lockstep_mark_datagrams(int socket, int family, int value);

/// Whether the kernel may hand over several datagrams of a sender at once. udp(7), UDP_GRO.
int lockstep_join_datagrams(int socket);

/// Datagrams of one sender, each but the last `segment` bytes long.
struct lockstep_datagrams {
    void *_Nonnull buffer;
    size_t size;
    struct sockaddr_storage source;
    /// Bytes received, of all datagrams together.
    size_t length;
    /// The length of each but the last; that of the only one.
    size_t segment;
};

/// The most that one call receives.
#define LOCKSTEP_DATAGRAMS_LIMIT 16

/// Fills up to `count` entries with what has arrived; how many, or -1 and errno. recvmmsg(2).
int lockstep_receive_datagrams(int socket, struct lockstep_datagrams *_Nonnull list, int count);

/// Sends `length` bytes as datagrams of `segment` bytes, the last of which may be shorter: with one call where the kernel can cut
/// them (`cuts`; udp(7), UDP_SEGMENT), with one for many otherwise. Returns the bytes sent, in whole datagrams, or -1 and errno.
ssize_t lockstep_send_datagrams(
    int socket, const void *_Nonnull bytes, size_t length, size_t segment, int cuts, const void *_Nonnull address,
    socklen_t address_length);

/// What the network said of a datagram sent before. ip(7), IP_RECVERR.
struct lockstep_datagram_error {
    int code;
    /// Nobody but this machine's kernel said it.
    int is_local;
    /// The MTU, where the code is EMSGSIZE.
    uint32_t limit;
    /// Where the datagram was sent.
    struct sockaddr_storage destination;
};

/// Takes the next one; 1, or 0 when there is none.
int lockstep_take_datagram_error(int socket, struct lockstep_datagram_error *_Nonnull error);
