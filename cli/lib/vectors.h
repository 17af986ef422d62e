/* Reference values of problems, from a CSV file that somebody else wrote. */
#pragma once

#include "cli/lib/cli.h"

/* Compares every row (of problem `only`, unless NULL) and prints what differs to `out`. */
clarke_status clarke_vectors_compare(const clarke_cli *cli, const char *path, const char *only,
                                     FILE *out, size_t *differ);
