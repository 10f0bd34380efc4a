// What Swift cannot name by itself: libxml2's macros and mutable globals, as inline functions.
#pragma once
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>

static inline void lockstep_xml_free(void *memory) { xmlFree(memory); }
