/* An arena: everything of one run lives in it and is freed at once. Failure is sticky: allocate a
   group, then ask clarke_arena_failed once. Every block is zeroed, 64-byte aligned, and of its
   exact size, so that AddressSanitizer sees an overrun of one double. */
#pragma once

#include "core/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct clarke_arena clarke_arena;

/* `limit` bytes at most in all (0: no limit). NULL when out of memory. */
clarke_arena *clarke_arena_new(size_t limit);
void clarke_arena_free(clarke_arena *arena);

/* NULL, and the arena failed, when out of memory, over the limit, or sealed. */
void *clarke_alloc(clarke_arena *arena, size_t size);
/* count * size, checked for overflow. */
void *clarke_alloc_array(clarke_arena *arena, size_t count, size_t size);
double *clarke_vec(clarke_arena *arena, size_t n);
char *clarke_arena_copy_text(clarke_arena *arena, const char *text);
char *clarke_arena_printf(clarke_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

bool clarke_arena_failed(const clarke_arena *arena);
/* CLARKE_OK, or CLARKE_ENOMEM with its sentence; CLARKE_EINPUT where no such machine could have done
   it. */
clarke_status clarke_arena_status(const clarke_arena *arena);

/* While sealed every request fails: run.c seals the arena during the steps. In development builds
   sealing also forbids malloc to this thread (core/alloc_guard.c). */
void clarke_arena_seal(clarke_arena *arena, bool sealed);

/* From now on every block stands between pages that cannot be touched, so that a write outside it
   ends the process: for code that is not trusted. A process has some ten thousand of such blocks at
   most. To be called while there is one thread only. */
void clarke_arena_guard_pages(bool on);

/* For tests: the request number `countdown` from now (1 is the next) fails. */
void clarke_arena_fail_at(clarke_arena *arena, size_t countdown);
size_t clarke_arena_bytes(const clarke_arena *arena);
