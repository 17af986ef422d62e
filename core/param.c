#include "core/param.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

clarke_status clarke_parse_real(const char *text, const char *what, double *value)
{
    char *end = NULL;
    errno = 0;
    *value = strtod(text, &end);
    if (end == text || *end)
        return clarke_fail(CLARKE_EINPUT, "%s: '%s' is not a number", what, text);
    if (!isfinite(*value))
        return clarke_fail(CLARKE_EINPUT, "%s: '%s' is not a finite number", what, text);
    return CLARKE_OK;
}

clarke_status clarke_parse_count(const char *text, const char *what, size_t *value)
{
    double real;
    CLARKE_TRY(clarke_parse_real(text, what, &real));
    if (real < 0.0 || real > 0x1p53 || real != floor(real))
        return clarke_fail(CLARKE_EINPUT, "%s: '%s' is not a whole number from 0 to 2^53", what,
                           text);
    *value = (size_t)real;
    return CLARKE_OK;
}

clarke_status clarke_parse_list(const char *text, const char *what, clarke_arena *mem,
                                clarke_list *list)
{
    size_t count = 1;
    for (const char *c = text; *c; c++) count += *c == ',' || *c == ' ';
    list->value = clarke_vec(mem, count);
    char *copy = clarke_arena_copy_text(mem, text);
    CLARKE_TRY(clarke_arena_status(mem));
    list->count = 0;
    char *save = NULL;
    for (char *piece = strtok_r(copy, ", ", &save); piece; piece = strtok_r(NULL, ", ", &save))
        CLARKE_TRY(clarke_parse_real(piece, what, &list->value[list->count++]));
    if (list->count == 0) return clarke_fail(CLARKE_EINPUT, "%s: the list is empty", what);
    return CLARKE_OK;
}

/* ---- suggestions ---- */

static size_t param_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The least number of letters to change, add or drop so that `a` becomes `b`, or a beginning of it. */
static size_t edit_distance(const char *a, const char *b, bool beginning)
{
    enum { LONGEST = 63 };
    const size_t m = strlen(a), n = strlen(b);
    if (m > LONGEST || n > LONGEST) return LONGEST;
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= n; j++) row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            const size_t up = row[j];
            const size_t change = diagonal + (a[i - 1] != b[j - 1]);
            row[j] = param_min(change, param_min(up, row[j - 1]) + 1);
            diagonal = up;
        }
    }
    size_t least = row[n];
    for (size_t j = 1; beginning && j < n; j++) least = param_min(least, row[j]);
    return least;
}

/* The two nearest names, NULL where there are fewer. Of a name a third of the letters may be wrong,
   of a beginning a sixth and not the first; one at least in both. */
static void param_nearest(const char *wrong, clarke_name_at *next, const void *names,
                          bool beginning, const char *near[2])
{
    const size_t allowed = 1 + strlen(wrong) / (beginning ? 6 : 3);
    size_t distance[2] = {allowed + 1, allowed + 1};
    near[0] = near[1] = NULL;
    for (size_t i = 0; next(names, i); i++) {
        const char *name = next(names, i);
        if (near[0] && strcmp(name, near[0]) == 0) continue;
        if (beginning && name[0] != wrong[0]) continue;
        const bool inside = strlen(wrong) >= 3 && strstr(name, wrong) != NULL;
        const size_t d = inside ? 1 : edit_distance(wrong, name, beginning);
        if (d < distance[0]) {
            near[1] = near[0], distance[1] = distance[0];
            near[0] = name, distance[0] = d;
        } else if (d < distance[1]) {
            near[1] = name, distance[1] = d;
        }
    }
}

const char *clarke_suggest(const char *wrong, clarke_name_at *next, const void *names,
                           char buffer[256])
{
    const char *near[2];
    param_nearest(wrong, next, names, false, near);
    if (!near[0]) param_nearest(wrong, next, names, true, near);
    buffer[0] = '\0';
    if (near[1])
        snprintf(buffer, 256, "; did you mean '%s' or '%s'?", near[0], near[1]);
    else if (near[0])
        snprintf(buffer, 256, "; did you mean '%s'?", near[0]);
    return buffer;
}

static const char *param_name_at(const void *names, size_t i)
{
    return ((const clarke_param *)names)[i].name;
}

/* ---- specs ---- */

clarke_status clarke_spec_set(clarke_spec *spec, const char *name, const char *value,
                              clarke_arena *mem)
{
    for (size_t i = 0; i < spec->count; i++) {
        if (strcmp(spec->setting[i].name, name) != 0) continue;
        spec->setting[i].value = clarke_arena_copy_text(mem, value);
        return clarke_arena_status(mem);
    }
    clarke_setting *grown = clarke_alloc_array(mem, spec->count + 1, sizeof *grown);
    char *name_copy = clarke_arena_copy_text(mem, name);
    char *value_copy = clarke_arena_copy_text(mem, value);
    CLARKE_TRY(clarke_arena_status(mem));
    if (spec->count > 0) memcpy(grown, spec->setting, spec->count * sizeof *grown);
    grown[spec->count] = (clarke_setting){name_copy, value_copy};
    spec->setting = grown;
    spec->count++;
    return CLARKE_OK;
}

/* One ID[:name=value,...]; `text` is what messages quote, `copy` is cut into pieces. */
static clarke_status spec_parse_one(const char *text, char *copy, clarke_arena *mem,
                                    clarke_spec *spec)
{
    *spec = (clarke_spec){.id = copy};
    char *colon = strchr(copy, ':');
    if (colon) *colon = '\0';
    if (!*copy) return clarke_fail(CLARKE_EINPUT, "'%s' has no name before the colon", text);
    char *name = NULL, *value = NULL;
    for (char *piece = colon ? colon + 1 : NULL; piece && *piece;) {
        char *next = strchr(piece, ',');
        if (next) *next = '\0';
        char *equals = strchr(piece, '=');
        if (equals) {
            if (name) CLARKE_TRY(clarke_spec_set(spec, name, value, mem));
            *equals = '\0';
            name = piece, value = equals + 1;
        } else if (!name) {
            return clarke_fail(CLARKE_EINPUT, "'%s': '%s' should read name=value", text, piece);
        } else {
            value = clarke_arena_printf(mem, "%s,%s", value, piece);
            CLARKE_TRY(clarke_arena_status(mem));
        }
        piece = next ? next + 1 : NULL;
    }
    return name ? clarke_spec_set(spec, name, value, mem) : CLARKE_OK;
}

/* The '+' that begins the next wrapper, or NULL. */
static char *spec_next_wrapper(char *text)
{
    for (char *plus = strchr(text, '+'); plus; plus = strchr(plus + 1, '+'))
        if (isalpha((unsigned char)plus[1])) return plus;
    return NULL;
}

clarke_status clarke_spec_parse(const char *text, clarke_arena *mem, clarke_spec *spec)
{
    *spec = (clarke_spec){0};
    char *copy = clarke_arena_copy_text(mem, text);
    CLARKE_TRY(clarke_arena_status(mem));
    size_t wrappers = 0;
    for (char *plus = spec_next_wrapper(copy); plus; plus = spec_next_wrapper(plus + 1)) wrappers++;
    clarke_spec *wrapper = clarke_alloc_array(mem, wrappers, sizeof *wrapper);
    CLARKE_TRY(clarke_arena_status(mem));
    char *next = spec_next_wrapper(copy);
    if (next) *next = '\0';
    CLARKE_TRY(spec_parse_one(text, copy, mem, spec));
    spec->wrappers = wrappers, spec->wrapper = wrapper;
    for (size_t i = 0; i < wrappers; i++) {
        copy = next + 1;
        next = spec_next_wrapper(copy);
        if (next) *next = '\0';
        CLARKE_TRY(spec_parse_one(text, copy, mem, &wrapper[i]));
    }
    return CLARKE_OK;
}

static int spec_compare(const void *a, const void *b)
{
    return strcmp(((const clarke_setting *)a)->name, ((const clarke_setting *)b)->name);
}

const char *clarke_spec_text(const clarke_spec *spec, clarke_arena *mem)
{
    clarke_setting *sorted = clarke_alloc_array(mem, spec->count, sizeof *sorted);
    const char *text = spec->id;
    if (!sorted) return NULL;
    if (spec->count > 0) memcpy(sorted, spec->setting, spec->count * sizeof *sorted);
    qsort(sorted, spec->count, sizeof *sorted, spec_compare);
    for (size_t i = 0; text && i < spec->count; i++)
        text = clarke_arena_printf(mem, "%s%c%s=%s", text, i ? ',' : ':', sorted[i].name,
                                   sorted[i].value);
    for (size_t i = 0; text && i < spec->wrappers; i++) {
        const char *wrapper = clarke_spec_text(&spec->wrapper[i], mem);
        text = wrapper ? clarke_arena_printf(mem, "%s+%s", text, wrapper) : NULL;
    }
    return text;
}

/* ---- tables ---- */

const clarke_param *clarke_param_find(const clarke_param *table, const char *name)
{
    for (; table && table->name; table++)
        if (strcmp(table->name, name) == 0) return table;
    return NULL;
}

static clarke_status param_choice(const clarke_param *p, const char *what, const char *text,
                                  int *value)
{
    const size_t length = strlen(text);
    const char *choice = p->choices;
    for (int i = 0; choice && length > 0; i++) {
        const char *bar = strchr(choice, '|');
        const size_t n = bar ? (size_t)(bar - choice) : strlen(choice);
        if (n == length && strncmp(choice, text, n) == 0) {
            *value = i;
            return CLARKE_OK;
        }
        choice = bar ? bar + 1 : NULL;
    }
    return clarke_fail(CLARKE_EINPUT, "%s: '%s' is not one of %s", what, text, p->choices);
}

static clarke_status param_range(const clarke_param *p, const char *what, double value)
{
    if (value >= p->low && value <= p->high) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "%s: %g is outside [%g, %g]", what, value, p->low, p->high);
}

static clarke_status param_store(const clarke_param *p, const char *owner, const char *text,
                                 clarke_arena *mem, void *dest)
{
    char what[160];
    void *field = (char *)dest + p->offset;
    snprintf(what, sizeof what, "%s: %s", owner, p->name);
    switch (p->kind) {
    case CLARKE_PARAM_REAL:
        CLARKE_TRY(clarke_parse_real(text, what, field));
        return param_range(p, what, *(double *)field);
    case CLARKE_PARAM_COUNT:
        CLARKE_TRY(clarke_parse_count(text, what, field));
        return param_range(p, what, (double)*(size_t *)field);
    case CLARKE_PARAM_CHOICE: return param_choice(p, what, text, field);
    case CLARKE_PARAM_LIST: {
        clarke_list *list = field;
        CLARKE_TRY(clarke_parse_list(text, what, mem, list));
        for (size_t i = 0; i < list->count; i++) CLARKE_TRY(param_range(p, what, list->value[i]));
        return CLARKE_OK;
    }
    case CLARKE_PARAM_TEXT:
        *(const char **)field = clarke_arena_copy_text(mem, text);
        return clarke_arena_status(mem);
    }
    return clarke_fail(CLARKE_EINTERNAL, "%s: no such kind of parameter", what);
}

clarke_status clarke_params_apply(const clarke_param *table, const char *owner,
                                  const clarke_spec *spec, clarke_arena *mem, void *dest)
{
    char hint[256];
    if (spec->wrappers > 0)
        return clarke_fail(CLARKE_EINPUT, "%s cannot be wrapped ('+%s'); problems can", owner,
                           spec->wrapper[0].id);
    for (const clarke_param *p = table; p && p->name; p++)
        CLARKE_TRY(param_store(p, owner, p->fallback, mem, dest));
    for (size_t i = 0; i < spec->count; i++) {
        const clarke_param *p = clarke_param_find(table, spec->setting[i].name);
        if (!p)
            return clarke_fail(
                CLARKE_EINPUT, "%s has no parameter '%s'%s", owner, spec->setting[i].name,
                table ? clarke_suggest(spec->setting[i].name, param_name_at, table, hint) : "");
        CLARKE_TRY(param_store(p, owner, spec->setting[i].value, mem, dest));
    }
    return CLARKE_OK;
}
