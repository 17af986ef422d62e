#define _GNU_SOURCE /* dladdr */
#include "core/blas.h"

#include <dlfcn.h>
#include <string.h>

/* OpenBLAS's own additions to CBLAS; its header cannot be included beside GSL's. */
char *openblas_get_config(void);
char *openblas_get_corename(void);
void openblas_set_num_threads(int threads);
int openblas_get_num_threads(void);

static _Thread_local double blas_operations;

const char *clarke_blas_library(void)
{
    Dl_info info;
    void *address;
    __typeof__(&cblas_dgemm) function = cblas_dgemm;
    /* ISO C has no conversion from a function pointer; POSIX gives both the same representation. */
    memcpy(&address, &function, sizeof address);
    return dladdr(address, &info) && info.dli_fname ? info.dli_fname : "";
}

const char *clarke_blas_core(void)
{
    return openblas_get_corename();
}

const char *clarke_blas_config(void)
{
    return openblas_get_config();
}

void clarke_blas_set_threads(int threads)
{
    openblas_set_num_threads(threads);
}

int clarke_blas_threads(void)
{
    return openblas_get_num_threads();
}

double clarke_blas_operations(void)
{
    return blas_operations;
}

void clarke_blas_count(double operations)
{
    blas_operations += operations;
}
