/* malloc and its kin as in glibc, except that a call while the thread is forbidden to allocate is
   counted. The call is served all the same: the run goes on to its end and is refused there, with
   the number. free is glibc's own, so nothing of this file concerns blocks once they are given. */
#include "core/alloc_guard.h"

#include <errno.h>
#include <stdlib.h>

/* glibc exports these names for programs that replace malloc. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size);

static _Thread_local bool guard_forbidden;
static _Thread_local size_t guard_count;

void clarke_alloc_guard(bool forbidden)
{
    guard_forbidden = forbidden;
}

size_t clarke_alloc_guard_count(void)
{
    const size_t count = guard_count;
    guard_count = 0;
    return count;
}

static void guard_note(void)
{
    if (guard_forbidden) guard_count++;
}

void *malloc(size_t size)
{
    guard_note();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    guard_note();
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    guard_note();
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size)
{
    guard_note();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    /* POSIX: a power of two and a multiple of the size of a pointer. */
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
        return EINVAL;
    void *memory = memalign(alignment, size);
    if (!memory) return ENOMEM;
    *block = memory;
    return 0;
}
