/* Kernels are plain loops that the compiler vectorises; CLARKE_CLONES compiles one for several
   levels of x86-64, and the loader takes the best that the machine has. Each entry is computed by
   itself with -ffp-contract=off, so the bits are the same at every level. Not for loops that sum. */
#pragma once

/* Sanitizers cannot run a resolver before they are set up; clang 14 knows no clones in C. */
#if defined __x86_64__ && defined __GNUC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__
#define CLARKE_CLONES __attribute__((target_clones("default", "avx2", "avx512f"), optimize("O3")))
#else
#define CLARKE_CLONES
#endif
