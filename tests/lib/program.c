#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

char out[1 << 20], err[1 << 16];
static char folder[32];

void enter_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/clarke-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder), "folder: cannot be made");
    cr_assert_eq(chdir(folder), 0, "folder: cannot be entered");
}

void leave_folder(void)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(chdir("/"), 0, "folder: cannot be left");
    cr_assert_eq(system(command), 0, "folder: cannot be removed");
}

size_t slurp(const char *name, char *text, size_t room)
{
    FILE *file = fopen(name, "r");
    cr_assert_not_null(file, "%s: cannot be read", name);
    const size_t size = fread(text, 1, room - 1, file);
    text[size] = '\0';
    fclose(file);
    return size;
}

static int program_execute(const char *start, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static int program_execute(const char *start, const char *format, va_list args)
{
    char command[5000], arguments[4000];
    vsnprintf(arguments, sizeof arguments, format, args);
    snprintf(command, sizeof command, "export C='%s'; { %s %s\n} >out 2>err </dev/null",
             CLARKE_PROGRAM, start, arguments);
    const int status = system(command);
    cr_assert(WIFEXITED(status), "%s: did not exit", arguments);
    slurp("out", out, sizeof out);
    slurp("err", err, sizeof err);
    return WEXITSTATUS(status);
}

int shell(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int status = program_execute("", format, args);
    va_end(args);
    return status;
}

int run(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int status = program_execute("\"$C\"", format, args);
    va_end(args);
    return status;
}

bool sanitized(void)
{
#if defined __SANITIZE_ADDRESS__
    return true;
#elif defined __has_feature
#if __has_feature(address_sanitizer)
    return true;
#endif
#endif
    return false;
}
