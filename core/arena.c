#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise */
#include "core/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Blocks of ARENA_LARGE bytes and more ask for huge pages: passes over them then miss the translation
   buffer 512 times less often. */
enum { ARENA_ALIGNMENT = 64, ARENA_HUGE_PAGE = 2 << 20, ARENA_LARGE = 4 << 20 };

typedef struct arena_block {
    struct arena_block *next;
    void *memory;
    size_t mapped; /* bytes from memory on, guard pages included; 0: from posix_memalign */
} arena_block;

/* Changed while there is one thread only. */
static bool arena_guarded;

struct clarke_arena {
    arena_block *blocks;
    size_t bytes, limit, countdown, missed; /* the request that failed, SIZE_MAX if it overflowed */
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
        if (b->mapped > 0)
            munmap(b->memory, b->mapped);
        else
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

void clarke_arena_guard_pages(bool on)
{
    arena_guarded = on;
}

/* The block ends where a page without any access begins, and another one stands before it. Its
   begin is aligned to 16 bytes, or 8 where its size asks for that. */
static void *arena_map(size_t size, arena_block *block)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), odd = size % 8 ? 8 - size % 8 : 0;
    const size_t body = (size + odd + page - 1) / page * page, whole = body + 2 * page;
    char *memory = mmap(NULL, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    if (mprotect(memory + page, body, PROT_READ | PROT_WRITE) != 0) {
        munmap(memory, whole);
        return NULL;
    }
    block->memory = memory;
    block->mapped = whole;
    return memory + page + body - (size + odd);
}

static void *arena_take(size_t size, arena_block *block)
{
    if (arena_guarded) return arena_map(size, block);
    const bool large = size >= ARENA_LARGE;
    if (posix_memalign(&block->memory, large ? ARENA_HUGE_PAGE : ARENA_ALIGNMENT, size) != 0)
        return NULL;
    if (large)
        (void)madvise(block->memory, size, MADV_HUGEPAGE); /* a wish; the bytes are the same */
    return memset(block->memory, 0, size);
}

static void arena_miss(clarke_arena *arena, size_t size)
{
    if (!arena->failed) arena->missed = size;
    arena->failed = true;
}

void *clarke_alloc(clarke_arena *arena, size_t size)
{
    if (size == 0) size = 1;
    arena_block *block = arena_refuses(arena, size) ? NULL : calloc(1, sizeof *block);
    void *memory = block ? arena_take(size, block) : NULL;
    if (!memory) {
        free(block);
        arena_miss(arena, size);
        return NULL;
    }
    block->next = arena->blocks;
    arena->blocks = block;
    arena->bytes += size;
    return memory;
}

void *clarke_alloc_array(clarke_arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        arena_miss(arena, SIZE_MAX);
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
    /* More than there is: then the sizes that were asked for are at fault. */
    const double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    const double need = (double)arena->bytes + (double)arena->missed;
    if (have > 0.0 && need > have)
        return clarke_fail(CLARKE_EINPUT,
                           "this needs %.3g GB of memory at the least; this machine has %.3g GB",
                           need / 1e9, have / 1e9);
    return clarke_fail(CLARKE_ENOMEM, "out of memory after %zu bytes", arena->bytes);
}

/* There where malloc is watched: in development builds, and where plugins run. */
__attribute__((weak)) void clarke_alloc_guard(bool forbidden);

void clarke_arena_seal(clarke_arena *arena, bool sealed)
{
    arena->sealed = sealed;
    if (clarke_alloc_guard) clarke_alloc_guard(sealed);
}

void clarke_arena_fail_at(clarke_arena *arena, size_t countdown)
{
    arena->countdown = countdown;
}

size_t clarke_arena_bytes(const clarke_arena *arena)
{
    return arena->bytes;
}
