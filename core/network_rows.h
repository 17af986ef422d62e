/* How a network is put together, for core/network*.c only. */
#pragma once

#include "core/network.h"

/* No network here has more entries than this: 2^23 are 200 megabytes while it is made. */
enum { CLARKE_NETWORK_TERMS = 1 << 23 };

typedef struct {
    size_t i, j;
    double weight;
} clarke_network_term;

struct clarke_network_list {
    size_t count, room;
    bool arcs, entries;
    clarke_network_term *term; /* [room] */
};

/* The listed edges or entries become w->row and w->heard. */
clarke_status clarke_network_assemble(clarke_network *w, clarke_arena *mem);
/* Sums, signs, connectivity, and what follows from them. */
clarke_status clarke_network_check(clarke_network *w, clarke_arena *mem);
/* lambda and gap by numerical means. */
clarke_status clarke_network_spectrum(clarke_network *w, clarke_arena *mem);
