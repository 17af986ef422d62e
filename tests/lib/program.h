/* The built program as its users meet it: run by a shell, in a folder of the test's own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What the last run or shell wrote to stdout and stderr. */
extern char out[1 << 20], err[1 << 16];

/* A test suite's .init and .fini: makes the folder and goes there; removes it. */
void enter_folder(void);
void leave_folder(void);

/* The file as text, cut at `room`; its length. */
size_t slurp(const char *name, char *text, size_t room);

/* The exit status of a shell's command, in which "$C" is the program. */
int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* That of the program with these arguments. */
int run(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether this build has AddressSanitizer, whose library has to be loaded before a plugin. */
bool sanitized(void);
