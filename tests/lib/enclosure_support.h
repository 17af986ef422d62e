#pragma once

#include "core/enclosure.h"

/* A lower bound of d.v over the enclosure, up to rounding, formed without the prover's code. */
double enclosure_support(const clarke_enclosure *e, const double *d);
