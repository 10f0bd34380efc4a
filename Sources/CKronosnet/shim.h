#pragma once
#include <libknet.h>
