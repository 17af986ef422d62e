/* Strict JSON (RFC 8259): sorted keys, %.17g, one line, locale C, no NaN. A non-finite number
   becomes null, and its reason stands beside it as "<name>_reason". */
#pragma once

#include "core/status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* The flags for json_dumpf and its kin: compact, sorted, 17 digits. */
enum { CLARKE_JSON_FLAGS = JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17) };

/* object[name] = value. The object must not hold `name` yet, or holds one to be replaced. */
clarke_status clarke_json_set_real(json_t *object, const char *name, double value);
clarke_status clarke_json_set_count(json_t *object, const char *name, size_t value);
clarke_status clarke_json_set_bool(json_t *object, const char *name, bool value);
/* NULL becomes null; bytes that are not UTF-8 become U+FFFD, so that no message is ever lost. */
clarke_status clarke_json_set_text(json_t *object, const char *name, const char *value);
/* Non-finite entries become null; "<name>_reason" then says the first one: "nan at index 3". */
clarke_status clarke_json_set_reals(json_t *object, const char *name, const double *value,
                                    size_t count);
/* Takes the reference. value == NULL is CLARKE_ENOMEM. */
clarke_status clarke_json_set_new(json_t *object, const char *name, json_t *value);

/* "nan", "inf" or "-inf". */
const char *clarke_json_reason(double value);

/* One line with its newline. */
clarke_status clarke_json_write(const json_t *value, FILE *out);

/* Parses the text of one value; `where` ("verdicts.jsonl: line 7") begins the sentence. Duplicate
   keys, trailing text, NaN, and NUL characters are refused. *value is a new reference. */
clarke_status clarke_json_parse(const char *text, size_t length, const char *where, json_t **value);
