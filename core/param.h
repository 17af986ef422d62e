/* Parameters: a table in the item's own file (name, kind, where it goes, default, range, meaning),
   and the settings a user gave, in the one grammar ID[:name=value,...]. */
#pragma once

#include "core/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    CLARKE_PARAM_REAL,   /* double */
    CLARKE_PARAM_COUNT,  /* size_t */
    CLARKE_PARAM_CHOICE, /* int: the position in `choices` */
    CLARKE_PARAM_LIST,   /* clarke_list of finite numbers */
    CLARKE_PARAM_TEXT    /* const char *: a name or a path */
} clarke_param_kind;

typedef struct {
    size_t count;
    double *value; /* [count] */
} clarke_list;

/* A table ends with {0}. */
typedef struct {
    const char *name;
    clarke_param_kind kind;
    size_t offset;        /* in the item's parameter struct */
    const char *fallback; /* the default, as text */
    double low, high;     /* closed range of a number, or of every entry of a list */
    const char *choices;  /* "norm|coordinate", for CLARKE_PARAM_CHOICE */
    const char *meaning;  /* one line, with the unit */
} clarke_param;

typedef struct {
    const char *name, *value;
} clarke_setting;

/* ID[:name=value,...]. A piece without '=' continues the list before it: a=0,0,3. A problem may be
   followed by wrappers, ID[:...]+WRAPPER[:...]+..., each around what stands before it; a '+' that a
   letter follows begins one, so 1e+5 does not. */
typedef struct clarke_spec {
    const char *id;
    size_t count;
    clarke_setting *setting; /* [count], in the order given */
    size_t wrappers;
    struct clarke_spec *wrapper; /* [wrappers], the innermost first; none has wrappers itself */
} clarke_spec;

clarke_status clarke_spec_parse(const char *text, clarke_arena *mem, clarke_spec *spec);
/* Appends one setting; a name that is there already is replaced. */
clarke_status clarke_spec_set(clarke_spec *spec, const char *name, const char *value,
                              clarke_arena *mem);
/* The spec as text, settings sorted by name, wrappers in their order: equal specs have equal text.
   NULL if out of memory. */
const char *clarke_spec_text(const clarke_spec *spec, clarke_arena *mem);

/* Fills *dest by the table: defaults, then the settings. An unknown name, a value out of range, a
   NaN, a wrapper gets one sentence that names `owner`, and CLARKE_EINPUT. */
clarke_status clarke_params_apply(const clarke_param *table, const char *owner,
                                  const clarke_spec *spec, clarke_arena *mem, void *dest);
const clarke_param *clarke_param_find(const clarke_param *table, const char *name);

/* Strict numbers: the whole text, finite; otherwise CLARKE_EINPUT, with `what` in the sentence. */
clarke_status clarke_parse_real(const char *text, const char *what, double *value);
clarke_status clarke_parse_count(const char *text, const char *what, size_t *value);
clarke_status clarke_parse_list(const char *text, const char *what, clarke_arena *mem,
                                clarke_list *list);

/* "; did you mean 'a' or 'b'?" for the names nearest to `wrong` by edit distance (at most two, and
   only near ones; if there are none, those that nearly begin with it), or "". `next(i)` gives name
   i, NULL at the end. */
typedef const char *clarke_name_at(const void *names, size_t i);
const char *clarke_suggest(const char *wrong, clarke_name_at *next, const void *names,
                           char buffer[256]);
