#include "lockstep_watchdog.h"

#include <linux/watchdog.h>
#include <string.h>
#include <sys/ioctl.h>

int lockstep_watchdog_identify(int device, char *name) {
    struct watchdog_info info;
    memset(&info, 0, sizeof info);
    if (ioctl(device, WDIOC_GETSUPPORT, &info) != 0) return -1;
    memcpy(name, info.identity, sizeof info.identity);
    name[sizeof info.identity] = 0;
    return 0;
}

int lockstep_watchdog_set_timeout(int device, int seconds) { return ioctl(device, WDIOC_SETTIMEOUT, &seconds); }

int lockstep_watchdog_timeout(int device) {
    int seconds = -1;
    return ioctl(device, WDIOC_GETTIMEOUT, &seconds) == 0 ? seconds : -1;
}

int lockstep_watchdog_enable(int device) {
    int option = WDIOS_ENABLECARD;
    return ioctl(device, WDIOC_SETOPTIONS, &option);
}

int lockstep_watchdog_keep_alive(int device) {
    int nothing = 0;
    return ioctl(device, WDIOC_KEEPALIVE, &nothing);
}
