#include "data/idx.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

/* Deflate stores at most 258 bytes in 2 bits, so a file expands at most 1032-fold (zlib's technical
   notes); beyond that a header cannot be true. */
static const double idx_largest_expansion = 1032.0;

enum { IDX_UNSIGNED_BYTE = 0x08, IDX_HEADER_MAX = 4 + 4 * CLARKE_IDX_DIMENSIONS_MAX };

typedef struct {
    const char *path;
    gzFile file;
    double size; /* bytes on disk */
} idx_source;

/* zlib's message, which begins with the path, without it. */
static const char *idx_reason(const idx_source *s, int *code)
{
    const char *reason = gzerror(s->file, code);
    const size_t length = strlen(s->path);
    if (*code == Z_ERRNO) return strerror(errno);
    return strncmp(reason, s->path, length) == 0 && strncmp(reason + length, ": ", 2) == 0
               ? reason + length + 2
               : reason;
}

/* Exactly `size` bytes, or a sentence that says what was to be there. */
static clarke_status idx_take(const idx_source *s, void *to, size_t size, const char *what)
{
    unsigned char *at = to;
    for (size_t done = 0; done < size;) {
        const size_t step = size - done < 1u << 20 ? size - done : 1u << 20;
        const int got = gzread(s->file, at + done, (unsigned)step);
        int code = Z_OK;
        const char *reason = idx_reason(s, &code);
        /* A compressed stream that stops early is a short read with Z_BUF_ERROR. */
        if (got < 0 && code != Z_BUF_ERROR)
            return clarke_fail(CLARKE_EINPUT, "%s: cannot be decompressed (%s)", s->path, reason);
        if (got <= 0)
            return clarke_fail(CLARKE_EINPUT, "%s: ends after %zu of the %zu bytes expected for %s",
                               s->path, done, size, what);
        done += (size_t)got;
    }
    return CLARKE_OK;
}

static uint32_t idx_big_endian(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];
}

static clarke_status idx_header(const idx_source *s, size_t dimensions, clarke_idx *idx)
{
    unsigned char header[IDX_HEADER_MAX];
    CLARKE_TRY(idx_take(s, header, 4, "the magic number"));
    const uint32_t magic = idx_big_endian(header);
    const uint32_t expected = (uint32_t)IDX_UNSIGNED_BYTE << 8 | (uint32_t)dimensions;
    if (magic != expected)
        return clarke_fail(CLARKE_EINPUT,
                           "%s: the magic number is 0x%08x, but 0x%08x is expected (IDX, unsigned "
                           "bytes, %zu dimension%s)",
                           s->path, magic, expected, dimensions, dimensions == 1 ? "" : "s");
    CLARKE_TRY(idx_take(s, header, 4 * dimensions, "the dimensions"));
    idx->dimensions = dimensions;
    for (size_t d = 0; d < dimensions; d++) {
        idx->dimension[d] = idx_big_endian(header + 4 * d);
        if (idx->dimension[d] == 0)
            return clarke_fail(CLARKE_EINPUT, "%s: dimension %zu of %zu is 0", s->path, d + 1,
                               dimensions);
    }
    return CLARKE_OK;
}

/* The header's claim against the size on disk, in double: the product of three 32-bit numbers is
   exact to 2^-53 and cannot overflow. */
static clarke_status idx_check_size(const idx_source *s, const clarke_idx *idx)
{
    double claimed = 4.0 + 4.0 * (double)idx->dimensions, entries = 1.0;
    for (size_t d = 0; d < idx->dimensions; d++) entries *= (double)idx->dimension[d];
    claimed += entries;
    if (gzdirect(s->file)) {
        if (claimed != s->size)
            return clarke_fail(CLARKE_EINPUT,
                               "%s: the header speaks of a file of %.0f bytes, but it has %.0f",
                               s->path, claimed, s->size);
    } else if (!(claimed <= idx_largest_expansion * s->size)) {
        return clarke_fail(CLARKE_EINPUT,
                           "%s: the header speaks of %.0f bytes, more than %.0f compressed bytes "
                           "can hold",
                           s->path, claimed, s->size);
    }
    return CLARKE_OK;
}

static clarke_status idx_entries(const idx_source *s, size_t limit, clarke_arena *mem,
                                 clarke_idx *idx)
{
    idx->record = 1;
    for (size_t d = 1; d < idx->dimensions; d++) idx->record *= idx->dimension[d];
    const bool all = limit == 0 || limit >= idx->dimension[0];
    idx->count = all ? idx->dimension[0] : limit;
    idx->byte = clarke_alloc_array(mem, idx->count, idx->record);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(idx_take(s, idx->byte, idx->count * idx->record, "the entries"));
    if (!all) return CLARKE_OK;
    /* The read that finds the end of the stream is the one that checks its checksum. */
    unsigned char extra;
    const int got = gzread(s->file, &extra, 1);
    if (got > 0)
        return clarke_fail(CLARKE_EINPUT, "%s: goes on after the %zu records of its header",
                           s->path, idx->dimension[0]);
    int code = Z_OK;
    const char *reason = idx_reason(s, &code);
    if (got < 0 || code == Z_BUF_ERROR)
        return clarke_fail(CLARKE_EINPUT, "%s: damaged at its end (%s)", s->path, reason);
    return CLARKE_OK;
}

static clarke_status idx_parse(const idx_source *s, size_t dimensions, size_t limit,
                               clarke_arena *mem, clarke_idx *idx)
{
    CLARKE_TRY(idx_header(s, dimensions, idx));
    CLARKE_TRY(idx_check_size(s, idx));
    return idx_entries(s, limit, mem, idx);
}

clarke_status clarke_idx_read(const char *path, size_t dimensions, size_t limit, clarke_arena *mem,
                              clarke_idx *idx)
{
    assert(dimensions >= 1 && dimensions <= CLARKE_IDX_DIMENSIONS_MAX);
    struct stat info;
    *idx = (clarke_idx){0};
    if (stat(path, &info) != 0)
        return clarke_fail(errno == ENOENT || errno == ENOTDIR ? CLARKE_EUNAVAILABLE : CLARKE_EIO,
                           "%s: %s", path, strerror(errno));
    /* Opening a pipe would wait for ever. */
    if (!S_ISREG(info.st_mode))
        return clarke_fail(CLARKE_EINPUT, "%s: an IDX file is expected, not a folder or device",
                           path);
    const gzFile file = gzopen(path, "rb");
    if (!file) return clarke_fail(CLARKE_EIO, "%s: %s", path, errno ? strerror(errno) : "zlib");
    const idx_source source = {path, file, (double)info.st_size};
    const clarke_status status = idx_parse(&source, dimensions, limit, mem, idx);
    gzclose_r(file);
    return status;
}
