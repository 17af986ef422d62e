#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char status_message[1024];

const char *clarke_status_text(clarke_status status)
{
    static const char *const text[] = {
#define STATUS_TEXT(code, exit_status, text) [code] = text,
        CLARKE_STATUS_LIST(STATUS_TEXT)
#undef STATUS_TEXT
    };
    return text[status];
}

int clarke_status_exit(clarke_status status)
{
    static const int exit_status[] = {
#define STATUS_EXIT(code, exit_status, text) [code] = exit_status,
        CLARKE_STATUS_LIST(STATUS_EXIT)
#undef STATUS_EXIT
    };
    return exit_status[status];
}

/* Messages quote what was read; what would move a terminal's cursor is not passed on. */
static void status_clean(char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < 0x20 && *text != '\n' && *text != '\t') || *text == 0x7f)
            *text = '?';
}

clarke_status clarke_fail(clarke_status status, const char *format, ...)
{
    /* Formatted aside first: an argument may be the old message itself. */
    char text[sizeof status_message];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    status_clean(text);
    snprintf(status_message, sizeof status_message, "%s", text);
    return status;
}

const char *clarke_message(void)
{
    return status_message;
}
