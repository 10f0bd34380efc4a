// The types of Corosync's client libraries. Nothing is linked: CorosyncMessaging loads the libraries when they are wanted.
#pragma once
#include <corosync/corotypes.h>
#include <corosync/cpg.h>
#include <corosync/quorum.h>
