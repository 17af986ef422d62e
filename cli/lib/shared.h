/* The options that several commands share. */
#pragma once

#include "cli/lib/cli.h"

typedef struct {
    clarke_option option;
    unsigned takes; /* a command takes it if it has this bit; 0: every command does */
    clarke_status (*store)(clarke_cli *cli, const char *value);
} clarke_shared_option;

enum { CLARKE_SHARED_COUNT = 20 };
/* Ends with {0}. */
extern const clarke_shared_option clarke_shared_options[CLARKE_SHARED_COUNT];
