/* Status codes, and the one sentence that goes with a failure. */
#pragma once

/* code, exit status of the program, text */
#define CLARKE_STATUS_LIST(ENTRY)                                                                  \
    ENTRY(CLARKE_OK, 0, "ok")                                                                      \
    ENTRY(CLARKE_EUSAGE, 3, "wrong usage")                                                         \
    ENTRY(CLARKE_EINPUT, 3, "invalid input")                                                       \
    ENTRY(CLARKE_EUNAVAILABLE, 3, "not available on this machine")                                 \
    ENTRY(CLARKE_ENOMEM, 4, "out of memory")                                                       \
    ENTRY(CLARKE_EIO, 4, "input or output failed")                                                 \
    ENTRY(CLARKE_EINTERNAL, 4, "internal error")                                                   \
    ENTRY(CLARKE_EINTERRUPTED, 130, "interrupted")

typedef enum {
#define CLARKE_STATUS_ENUM(code, exit_status, text) code,
    CLARKE_STATUS_LIST(CLARKE_STATUS_ENUM)
#undef CLARKE_STATUS_ENUM
} clarke_status;

const char *clarke_status_text(clarke_status status);
int clarke_status_exit(clarke_status status);

/* Sets this thread's message (one sentence, no newline) and returns `status`, so that a failing
   function ends in `return clarke_fail(CLARKE_EINPUT, "...", ...)`. */
clarke_status clarke_fail(clarke_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* This thread's last message; never NULL. Valid until the next clarke_fail of this thread. */
const char *clarke_message(void);

#define CLARKE_TRY(call)                                                                           \
    do {                                                                                           \
        const clarke_status try_status_ = (call);                                                  \
        if (try_status_ != CLARKE_OK) return try_status_;                                          \
    } while (0)
