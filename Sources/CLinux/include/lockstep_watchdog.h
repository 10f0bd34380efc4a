// The kernel's watchdog devices; no logic. Documentation/watchdog/watchdog-api.rst of Linux.
#pragma once

/// Room for the name of a device with its closing zero.
#define LOCKSTEP_WATCHDOG_NAME_SIZE 33

/// Asks what the device is, and writes its name; -1 and errno when it is no watchdog. WDIOC_GETSUPPORT.
int lockstep_watchdog_identify(int device, char *_Nonnull name);

/// Sets the timeout in seconds; -1 and errno when the device does not let it be set. WDIOC_SETTIMEOUT.
int lockstep_watchdog_set_timeout(int device, int seconds);

/// The timeout that holds, in seconds; -1 and errno when the device does not say. WDIOC_GETTIMEOUT.
int lockstep_watchdog_timeout(int device);

/// WDIOC_SETOPTIONS, WDIOS_ENABLECARD.
int lockstep_watchdog_enable(int device);

/// WDIOC_KEEPALIVE.
int lockstep_watchdog_keep_alive(int device);
