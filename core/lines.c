#include "core/lines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const size_t lines_limit = (size_t)1 << 29;

/* The room that the file needs, or a first guess where it does not tell its length. */
static clarke_status lines_room(FILE *file, const char *path, size_t *room)
{
    struct stat status;
    *room = (size_t)1 << 16;
    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode)) return CLARKE_OK;
    if (status.st_size > (off_t)lines_limit)
        return clarke_fail(CLARKE_EINPUT, "'%s' has %lld bytes; %zu are the most", path,
                           (long long)status.st_size, lines_limit);
    *room = (size_t)status.st_size + 2;
    return CLARKE_OK;
}

/* Reads to the end; the room doubles, since a pipe does not tell its length. */
static clarke_status lines_read(FILE *file, const char *path, clarke_arena *mem, char **text,
                                size_t *size)
{
    size_t room = 0;
    *size = 0;
    CLARKE_TRY(lines_room(file, path, &room));
    *text = clarke_alloc(mem, room);
    CLARKE_TRY(clarke_arena_status(mem));
    for (;;) {
        errno = 0;
        *size += fread(*text + *size, 1, room - 1 - *size, file);
        if (ferror(file))
            return clarke_fail(CLARKE_EINPUT, "cannot read '%s': %s", path, strerror(errno));
        if (*size < room - 1) return CLARKE_OK;
        if (room >= lines_limit)
            return clarke_fail(CLARKE_EINPUT, "'%s' has more than %zu bytes", path, lines_limit);
        char *grown = clarke_alloc(mem, 2 * room);
        CLARKE_TRY(clarke_arena_status(mem));
        memcpy(grown, *text, *size);
        *text = grown;
        room *= 2;
    }
}

clarke_status clarke_lines_open(const char *path, clarke_arena *mem, clarke_lines *lines)
{
    static const char mark[] = "\xEF\xBB\xBF";
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    if (!file) return clarke_fail(CLARKE_EINPUT, "cannot read '%s': %s", path, strerror(errno));
    const clarke_status status = lines_read(file, path, mem, &text, &size);
    fclose(file);
    CLARKE_TRY(status);
    const char *nul = memchr(text, '\0', size);
    if (nul) {
        size_t number = 1;
        for (const char *c = text; c < nul; c++) number += *c == '\n';
        return clarke_fail(CLARKE_EINPUT, "%s:%zu: a NUL byte; this is not a text file", path,
                           number);
    }
    *lines = (clarke_lines){.path = path, .next = text, .end = text + size};
    if (size >= 3 && memcmp(text, mark, 3) == 0) lines->next += 3;
    return CLARKE_OK;
}

char *clarke_lines_next(clarke_lines *lines)
{
    if (lines->next >= lines->end) return NULL;
    char *line = lines->next;
    char *stop = memchr(line, '\n', (size_t)(lines->end - line));
    lines->next = stop ? stop + 1 : lines->end;
    if (!stop) stop = lines->end;
    *stop = '\0';
    if (stop > line && stop[-1] == '\r') stop[-1] = '\0';
    lines->number++;
    return line;
}

size_t clarke_lines_count(const clarke_lines *lines)
{
    size_t count = 0;
    for (const char *c = lines->next; c < lines->end; count++) {
        const char *stop = memchr(c, '\n', (size_t)(lines->end - c));
        c = stop ? stop + 1 : lines->end;
    }
    return count;
}

size_t clarke_csv_bound(const char *line)
{
    size_t count = 1;
    for (const char *c = line; *c; c++) count += *c == ',';
    return count;
}

/* Moves the text of a quoted field to its front; the end of the field, or NULL if it has none. */
static char *csv_unquote(char *field)
{
    char *to = field, *from = field + 1;
    while (*from && (from[0] != '"' || from[1] == '"')) {
        from += *from == '"';
        *to++ = *from++;
    }
    if (*from != '"') return NULL;
    *to = '\0';
    return from + 1;
}

clarke_status clarke_csv_cut(const clarke_lines *lines, char *line, size_t room, char **field,
                             size_t *count)
{
    *count = 0;
    for (char *start = line;;) {
        char *end = *start == '"' ? csv_unquote(start) : start + strcspn(start, ",");
        if (!end || (*end && *end != ','))
            return clarke_fail(CLARKE_EINPUT, "%s:%zu: field %zu: %s", lines->path, lines->number,
                               *count + 1,
                               end ? "text after the closing quote" : "a quote is not closed");
        const bool last = *end == '\0';
        /* A quoted field that was moved ends earlier already. */
        *end = '\0';
        if (*count < room) field[*count] = start;
        (*count)++;
        if (last) return CLARKE_OK;
        start = end + 1;
    }
}
