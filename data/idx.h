/* IDX, the format of MNIST and Fashion-MNIST (LeCun, Cortes, Burges 1998): two zero bytes, the type
   of the entries, the number of dimensions, the dimensions as big-endian 32-bit numbers, then the
   entries. Files may be plain or gzip-compressed. They are hostile input: nothing is believed
   before it was checked against the size of the file. */
#pragma once

#include "core/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { CLARKE_IDX_DIMENSIONS_MAX = 3 };

typedef struct {
    size_t dimensions;
    size_t dimension[CLARKE_IDX_DIMENSIONS_MAX]; /* as the file says */
    size_t count;                                /* records read: at most dimension[0] */
    size_t record;                               /* bytes of one */
    unsigned char *byte;                         /* [count][record] */
} clarke_idx;

/* Reads the first `limit` records (0: all) of a file of unsigned bytes with that many dimensions
   (1 for labels, 3 for images). Departures from the format get one sentence with the path and
   CLARKE_EINPUT; a missing file is CLARKE_EUNAVAILABLE. What follows the last record asked for in
   a compressed file is not read, hence not checked. */
clarke_status clarke_idx_read(const char *path, size_t dimensions, size_t limit, clarke_arena *mem,
                              clarke_idx *idx);
