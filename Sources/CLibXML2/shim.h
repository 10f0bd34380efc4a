// What Swift cannot name by itself: libxml2's macros and mutable globals, as inline functions.
#pragma once
#include <stdio.h>
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

/// The first errors of a validation, in the order in which they were found.
typedef struct {
    int count;
    struct {
        char message[400];
        xmlNodePtr _Nullable node;
    } items[24];
} lockstep_xml_errors;

static inline void lockstep_xml_collect(void *_Nullable context, lockstep_xml_error_ptr error) {
    lockstep_xml_errors *errors = (lockstep_xml_errors *)context;
    if (errors == NULL || error == NULL || errors->count >= 24) return;
    int index = errors->count++;
    snprintf(errors->items[index].message, sizeof errors->items[index].message, "%s",
             error->message == NULL ? "invalid" : error->message);
    errors->items[index].node = (xmlNodePtr)error->node;
}

static inline const char *_Nonnull lockstep_xml_error_message(const lockstep_xml_errors *_Nonnull errors, int index) {
    return errors->items[index].message;
}

static inline xmlNodePtr _Nullable lockstep_xml_error_node(const lockstep_xml_errors *_Nonnull errors, int index) {
    return errors->items[index].node;
}

static inline void lockstep_relaxng_parser_collect(xmlRelaxNGParserCtxtPtr _Nonnull context,
                                                   lockstep_xml_errors *_Nonnull errors) {
    xmlRelaxNGSetParserStructuredErrors(context, (xmlStructuredErrorFunc)lockstep_xml_collect, errors);
}

static inline void lockstep_relaxng_valid_collect(xmlRelaxNGValidCtxtPtr _Nonnull context,
                                                  lockstep_xml_errors *_Nonnull errors) {
    xmlRelaxNGSetValidStructuredErrors(context, (xmlStructuredErrorFunc)lockstep_xml_collect, errors);
}
