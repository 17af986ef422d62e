#include "core/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct arena_block {
    struct arena_block *next;
    void *memory;
} arena_block;

struct clarke_arena {
    arena_block *blocks;
    size_t bytes, limit, countdown;
    bool failed, sealed;
};

clarke_arena *clarke_arena_new(size_t limit)
{
    clarke_arena *arena = calloc(1, sizeof *arena);
    if (arena) arena->limit = limit;
    return arena;
}

void clarke_arena_free(clarke_arena *arena)
{
    if (!arena) return;
    for (arena_block *b = arena->blocks, *next; b; b = next) {
        next = b->next;
        free(b->memory);
        free(b);
    }
    free(arena);
}

static bool arena_refuses(clarke_arena *arena, size_t size)
{
    if (arena->countdown > 0 && --arena->countdown == 0) return true;
    if (arena->sealed || arena->failed) return true;
    return arena->limit > 0 && (size > arena->limit || arena->bytes > arena->limit - size);
}

void *clarke_alloc(clarke_arena *arena, size_t size)
{
    void *memory = NULL;
    arena_block *block = NULL;
    if (size == 0) size = 1;
    if (arena_refuses(arena, size) || posix_memalign(&memory, 64, size) != 0 ||
        !(block = malloc(sizeof *block))) {
        free(memory);
        arena->failed = true;
        return NULL;
    }
    memset(memory, 0, size);
    *block = (arena_block){arena->blocks, memory};
    arena->blocks = block;
    arena->bytes += size;
    return memory;
}

void *clarke_alloc_array(clarke_arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        arena->failed = true;
        return NULL;
    }
    return clarke_alloc(arena, count * size);
}

double *clarke_vec(clarke_arena *arena, size_t n)
{
    return clarke_alloc_array(arena, n, sizeof(double));
}

char *clarke_arena_copy_text(clarke_arena *arena, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = clarke_alloc(arena, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

char *clarke_arena_printf(clarke_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    char *text = length < 0 ? NULL : clarke_alloc(arena, (size_t)length + 1);
    if (text) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

bool clarke_arena_failed(const clarke_arena *arena)
{
    return arena->failed;
}

clarke_status clarke_arena_status(const clarke_arena *arena)
{
    if (!arena->failed) return CLARKE_OK;
    if (arena->limit > 0)
        return clarke_fail(CLARKE_ENOMEM, "out of memory: the limit is %zu bytes", arena->limit);
    return clarke_fail(CLARKE_ENOMEM, "out of memory after %zu bytes", arena->bytes);
}

#ifdef CLARKE_ALLOC_GUARD
void clarke_alloc_guard(bool forbidden);
#endif

void clarke_arena_seal(clarke_arena *arena, bool sealed)
{
    arena->sealed = sealed;
#ifdef CLARKE_ALLOC_GUARD
    clarke_alloc_guard(sealed);
#endif
}

void clarke_arena_fail_at(clarke_arena *arena, size_t countdown)
{
    arena->countdown = countdown;
}

size_t clarke_arena_bytes(const clarke_arena *arena)
{
    return arena->bytes;
}
