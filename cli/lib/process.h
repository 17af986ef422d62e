/* Other programs, and this one again, in processes of their own. argv ends with NULL and is looked up
   in PATH; standard error is this program's. */
#pragma once

#include "core/arena.h"

#include <stdio.h>
#include <sys/types.h>

/* Starts it with its standard output in *from. */
clarke_status clarke_process_start(const char *const *argv, clarke_arena *mem, pid_t *child,
                                   FILE **from);
/* The same, with its standard input from *to, which is to be closed before it is waited for. */
clarke_status clarke_process_converse(const char *const *argv, clarke_arena *mem, pid_t *child,
                                      FILE **to, FILE **from);
/* Waits for it. A `status` that is a failure kills it and is returned; so is an exit other than 0,
   as a failure that names `program`. */
clarke_status clarke_process_end(const char *program, pid_t child, FILE *from,
                                 clarke_status status);
/* Runs it to its end, its output thrown away; `absent` is said where there is no such program. */
clarke_status clarke_process_execute(const char *const *argv, clarke_arena *mem,
                                     const char *absent);
/* The same for one that may fail, standard error thrown away too: *status is its exit status, or 128 and the signal. */
clarke_status clarke_process_exit(const char *const *argv, clarke_arena *mem, int *status);
