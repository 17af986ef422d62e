/* A structural check of JSON against a JSON schema: type, enum, required, properties, items,
   minItems, minimum. Other keywords are not looked at. */
#pragma once

#include <jansson.h>

/* NULL if `value` fits, else what does not, in `buffer`. */
const char *schema_mismatch(const json_t *schema, const json_t *value, char buffer[256]);
