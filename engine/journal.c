#include "engine/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the records depend on: the cases, their alpha, the seed. */
static uint64_t journal_key(const clarke_plan *plan, const clarke_scheduler_options *options)
{
    uint64_t h = clarke_hash_mix(options->seed, plan->count);
    for (size_t i = 0; i < plan->count; i++) {
        char number[32];
        snprintf(number, sizeof number, "%.17g", plan->c[i].alpha);
        h = clarke_hash_text(clarke_hash_text(h, plan->c[i].id), number);
    }
    return h;
}

static clarke_status journal_write(const char *path, const char *mode, const char *line)
{
    FILE *file = fopen(path, mode);
    if (!file) return clarke_fail(CLARKE_EIO, "cannot write '%s': %s", path, strerror(errno));
    const bool failed = fprintf(file, "%s\n", line) < 0 || fflush(file) != 0;
    if (fclose(file) != 0 || failed)
        return clarke_fail(CLARKE_EIO, "cannot write '%s': %s", path, strerror(errno));
    return CLARKE_OK;
}

clarke_status clarke_journal_append(const char *path, const json_t *record)
{
    char *line = clarke_record_line(record);
    if (!line) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status status = journal_write(path, "a", line);
    free(line);
    return status;
}

/* Reads the whole lines after the header; *whole is the length of the file up to the last one. */
static clarke_status journal_read(FILE *file, const char *path, const char *header, json_t *records,
                                  long *whole)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length = getline(&line, &capacity, file);
    clarke_status status = CLARKE_OK;
    *whole = 0;
    if (length > 0 && line[length - 1] == '\n') {
        line[length - 1] = '\0';
        if (strcmp(line, header) != 0)
            status = clarke_fail(CLARKE_EINPUT,
                                 "'%s' is the journal of another suite, seed or version; give "
                                 "another --out, or leave out --resume",
                                 path);
        *whole = ftell(file);
    }
    while (status == CLARKE_OK && *whole > 0 && (length = getline(&line, &capacity, file)) > 0) {
        json_t *record = line[length - 1] == '\n' ? json_loads(line, 0, NULL) : NULL;
        if (!record) break;
        json_array_append_new(records, record);
        *whole = ftell(file);
    }
    free(line);
    return status;
}

clarke_status clarke_journal_open(const char *path, const clarke_plan *plan,
                                  const clarke_scheduler_options *options, json_t *records)
{
    char header[96];
    long whole = 0;
    snprintf(header, sizeof header, "{\"journal\":1,\"plan\":\"%016" PRIx64 "\"}",
             journal_key(plan, options));
    FILE *file = options->resume ? fopen(path, "r") : NULL;
    if (file) {
        const clarke_status status = journal_read(file, path, header, records, &whole);
        fclose(file);
        CLARKE_TRY(status);
    }
    if (whole == 0) return journal_write(path, "w", header);
    if (truncate(path, whole) != 0)
        return clarke_fail(CLARKE_EIO, "cannot write '%s': %s", path, strerror(errno));
    return CLARKE_OK;
}
