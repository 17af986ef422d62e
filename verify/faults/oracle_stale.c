/* The oracle answers what it answered at the call before. */
#define _GNU_SOURCE
#include "core/oracle.h"

#include <dlfcn.h>
#include <string.h>

static _Thread_local double stale[64];
static _Thread_local size_t stale_calls;

void clarke_oracle_subgradient(clarke_oracle *o, const double *x, double *g)
{
    static void (*real)(clarke_oracle *, const double *, double *);
    double now[64];
    const size_t n = o->problem->n < 64 ? o->problem->n : 64;
    if (!real) {
        void *found = dlsym(RTLD_NEXT, "clarke_oracle_subgradient");
        memcpy(&real, &found, sizeof real);
    }
    real(o, x, g);
    memcpy(now, g, n * sizeof *now);
    if (stale_calls++ > 0) memcpy(g, stale, n * sizeof *g);
    memcpy(stale, now, n * sizeof *stale);
}
