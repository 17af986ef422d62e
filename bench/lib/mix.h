/* What the kernels of the mixing step share. */
#pragma once

#include "bench/kernel.h"

/* n variables for each agent of the network. */
clarke_status clarke_mix_set_up(clarke_kernel_run *run, const char *network);
void clarke_mix_body(clarke_kernel_run *run);
