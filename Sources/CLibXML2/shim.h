// What Swift cannot name by itself: libxml2's macros and mutable globals, as inline functions.
#pragma once
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

// libxml2 2.12 made the error of a handler constant.
#if LIBXML_VERSION >= 21200
typedef const xmlError *lockstep_xml_error_ptr;
#else
typedef xmlErrorPtr lockstep_xml_error_ptr;
#endif

static inline void lockstep_xml_free(void *memory) { xmlFree(memory); }

static inline void lockstep_xml_ignore(void *context, lockstep_xml_error_ptr error) {
    (void)context;
    (void)error;
}

/// Keeps the errors of an evaluation from being printed to standard error.
static inline void lockstep_xpath_silence(xmlXPathContextPtr context) { context->error = lockstep_xml_ignore; }
