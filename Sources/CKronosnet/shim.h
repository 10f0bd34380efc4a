#pragma once
#include <libknet.h>
#include <malloc.h>
