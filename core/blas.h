/* The one BLAS header: <cblas.h> and <gsl/gsl_cblas.h> declare the same enums and cannot meet, and
   several GSL headers include the second. The library that serves these calls is OpenBLAS. No BLAS
   reduction (dot, nrm2, asum) may enter anything that is judged. */
#pragma once

#include <gsl/gsl_cblas.h>

/* The file that cblas_dgemm was loaded from, or "" where the loader does not say. */
const char *clarke_blas_library(void);
/* OpenBLAS's name of the kernels it chose ("Haswell"), and its version and build options. */
const char *clarke_blas_core(void);
const char *clarke_blas_config(void);
/* One thread for whatever is judged: sums depend on the number of threads. */
void clarke_blas_set_threads(int threads);
int clarke_blas_threads(void);

/* Floating-point operations that the wrappers of core/real.h have done in this thread. */
double clarke_blas_operations(void);
void clarke_blas_count(double operations);
