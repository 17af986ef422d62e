/* A C source as text with its functions and tokens: what faults are put into. Comments, quotes and
   preprocessor lines are no tokens. */
#pragma once

#include "core/arena.h"

typedef enum { CLARKE_TOKEN_WORD, CLARKE_TOKEN_NUMBER, CLARKE_TOKEN_SIGN } clarke_token_kind;

typedef struct {
    clarke_token_kind kind;
    size_t begin, end; /* of the text */
} clarke_token;

typedef struct {
    const char *name;
    size_t first, last; /* tokens of its body, the braces excluded: first .. last - 1 */
} clarke_function;

typedef struct clarke_source {
    const char *path; /* from the top of the tree */
    const char *text;
    size_t length, tokens, functions;
    const clarke_token *token;
    const clarke_function *function;
} clarke_source;

/* Reads root/path. A file that is missing or larger than 1 MiB: CLARKE_EINPUT. */
clarke_status clarke_source_read(const char *root, const char *path, clarke_arena *mem,
                                 clarke_source *s);
/* The same of a text. */
clarke_status clarke_source_parse(const char *path, const char *text, clarke_arena *mem,
                                  clarke_source *s);
const clarke_function *clarke_source_function(const clarke_source *s, const char *name);
bool clarke_token_is(const clarke_source *s, size_t token, const char *text);
size_t clarke_source_line(const clarke_source *s, size_t offset);

/* The text with begin .. end - 1 replaced. */
const char *clarke_source_splice(const clarke_source *s, size_t begin, size_t end,
                                 const char *instead, clarke_arena *mem);
/* The text with the token sequence `old` in `function` replaced by `now`: white space does not
   count. CLARKE_EINPUT unless the sequence is there exactly once. *line is where. */
clarke_status clarke_source_replace(const clarke_source *s, const char *function, const char *old,
                                    const char *now, clarke_arena *mem, const char **text,
                                    size_t *line);
