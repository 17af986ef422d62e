/* Random faults by mechanical operators on the tokens of function bodies: signs, dropped terms and
   statements, exchanged variables, factors, indices, comparisons. The draw is by a seeded stream, so
   that a number names a mutant. */
#pragma once

#include "core/stream.h"
#include "verify/audit/source.h"

typedef struct {
    const char *path, *function;
    size_t line;
    const char *what; /* "'-' becomes '+'" */
    const char *text; /* the whole mutated source */
} clarke_mutant;

/* Draw number `draw` over all functions of the sources: the place uniform over the tokens of the
   bodies, the operator uniform over those that fit there. False where none fits: try the next
   draw. */
bool clarke_mutate(const clarke_source *source, size_t sources, const clarke_stream *stream,
                   uint64_t draw, clarke_arena *mem, clarke_mutant *mutant);
