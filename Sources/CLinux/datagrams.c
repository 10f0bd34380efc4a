#define _GNU_SOURCE
#include "lockstep_datagrams.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <string.h>
#include <unistd.h>

// Newer than some C libraries' headers.
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

/// Datagrams that are sent with one call where the kernel does not cut them.
#define BATCH 64

static int set(int socket, int level, int option, int value) {
    return setsockopt(socket, level, option, &value, sizeof value);
}

static void enlarge(int socket, int option, int force, int bytes) {
    if (set(socket, SOL_SOCKET, force, bytes) != 0) (void)set(socket, SOL_SOCKET, option, bytes);
}

int lockstep_open_datagrams(int family, int buffer) {
    int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    enlarge(descriptor, SO_RCVBUF, SO_RCVBUFFORCE, buffer);
    enlarge(descriptor, SO_SNDBUF, SO_SNDBUFFORCE, buffer);
    (void)set(descriptor, SOL_SOCKET, SO_PRIORITY, 6);  // TC_PRIO_INTERACTIVE
    (void)set(descriptor, IPPROTO_IP, IP_TOS, IPTOS_LOWDELAY);
    int failed = family == AF_INET6 ? set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1)
                                          || set(descriptor, IPPROTO_IPV6, IPV6_RECVERR, 1)
                                          || set(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE)
                                    : set(descriptor, IPPROTO_IP, IP_RECVERR, 1)
                                          || set(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
    if (failed) {
        int error = errno;
        close(descriptor);
        errno = error;
        return -1;
    }
    return descriptor;
}

int lockstep_mark_datagrams(int socket, int family, int value) {
    return family == AF_INET6 ? set(socket, IPPROTO_IPV6, IPV6_TCLASS, value) : set(socket, IPPROTO_IP, IP_TOS, value);
}

int lockstep_join_datagrams(int socket) { return set(socket, IPPROTO_UDP, UDP_GRO, 1); }

int lockstep_receive_datagrams(int socket, struct lockstep_datagrams *list, int count) {
    struct mmsghdr messages[LOCKSTEP_DATAGRAMS_LIMIT];
    struct iovec places[LOCKSTEP_DATAGRAMS_LIMIT];
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr alignment;
    } controls[LOCKSTEP_DATAGRAMS_LIMIT];
    if (count > LOCKSTEP_DATAGRAMS_LIMIT) count = LOCKSTEP_DATAGRAMS_LIMIT;
    for (int i = 0; i < count; i++) {
        places[i] = (struct iovec){list[i].buffer, list[i].size};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &list[i].source,
            .msg_namelen = sizeof list[i].source,
            .msg_iov = &places[i],
            .msg_iovlen = 1,
            .msg_control = controls[i].bytes,
            .msg_controllen = sizeof controls[i].bytes,
        };
    }
    int received = recvmmsg(socket, messages, (unsigned)count, MSG_DONTWAIT, NULL);
    for (int i = 0; i < received; i++) {
        struct msghdr *message = &messages[i].msg_hdr;
        list[i].length = messages[i].msg_len;
        list[i].segment = messages[i].msg_len;
        for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
            if (part->cmsg_level != IPPROTO_UDP || part->cmsg_type != UDP_GRO) continue;
            int segment;
            memcpy(&segment, CMSG_DATA(part), sizeof segment);
            if (segment > 0) list[i].segment = (size_t)segment;
        }
    }
    return received;
}

static ssize_t send_cut(
    int socket, const void *bytes, size_t length, size_t segment, const void *address, socklen_t address_length) {
    union {
        char bytes[CMSG_SPACE(sizeof(uint16_t))];
        struct cmsghdr alignment;
    } control;
    struct iovec place = {(void *)bytes, length};
    struct msghdr message = {
        .msg_name = (void *)address,
        .msg_namelen = address_length,
        .msg_iov = &place,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    struct cmsghdr *part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = IPPROTO_UDP;
    part->cmsg_type = UDP_SEGMENT;
    part->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    uint16_t value = (uint16_t)segment;
    memcpy(CMSG_DATA(part), &value, sizeof value);
    return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

ssize_t lockstep_send_datagrams(
    int socket, const void *bytes, size_t length, size_t segment, int cuts, const void *address,
    socklen_t address_length) {
    if (length <= segment)
        return sendto(socket, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address_length);
    if (cuts) return send_cut(socket, bytes, length, segment, address, address_length);
    struct mmsghdr messages[BATCH];
    struct iovec places[BATCH];
    int count = 0;
    for (size_t start = 0; start < length && count < BATCH; start += segment, count++) {
        size_t rest = length - start;
        places[count] = (struct iovec){(char *)bytes + start, rest < segment ? rest : segment};
        messages[count].msg_hdr = (struct msghdr){
            .msg_name = (void *)address,
            .msg_namelen = address_length,
            .msg_iov = &places[count],
            .msg_iovlen = 1,
        };
    }
    int sent = sendmmsg(socket, messages, (unsigned)count, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return -1;
    size_t total = (size_t)sent * segment;
    return (ssize_t)(total < length ? total : length);
}

int lockstep_take_datagram_error(int socket, struct lockstep_datagram_error *error) {
    char content[1];
    union {
        char bytes[512];
        struct cmsghdr alignment;
    } control;
    struct iovec place = {content, sizeof content};
    struct msghdr message = {
        .msg_name = &error->destination,
        .msg_namelen = sizeof error->destination,
        .msg_iov = &place,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    memset(&error->destination, 0, sizeof error->destination);
    if (recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return 0;
    *error = (struct lockstep_datagram_error){.destination = error->destination};
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        int is_error = (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR)
                       || (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR);
        if (!is_error) continue;
        struct sock_extended_err found;
        memcpy(&found, CMSG_DATA(part), sizeof found);
        error->code = (int)found.ee_errno;
        error->is_local = found.ee_origin == SO_EE_ORIGIN_LOCAL;
        error->limit = found.ee_info;
    }
    return 1;
}
