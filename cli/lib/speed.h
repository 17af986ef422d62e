/* How long the oracles of problems take, by the number of variables. */
#pragma once

#include "cli/lib/cli.h"

/* A Markdown table: value and subgradient, residual, distance with the nearest point, for n from
   1e3 to 1e6; of problem `only`, or of all that are made that large. */
clarke_status clarke_speed(const clarke_cli *cli, const char *only, FILE *out);
