#include "core/schedule.h"

#include "core/lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct schedule_form {
    const char *name;
    clarke_schedule_kind kind;
    bool momentum_only;
    const char *args; /* names in positional order, blank-separated */
    const char *rest; /* defaults of the trailing ones that may be left out */
} schedule_forms[] = {
    {"constant", CLARKE_SCHEDULE_CONSTANT, false, "c", ""},
    {"power", CLARKE_SCHEDULE_POWER, false, "c a k0", "0"},
    {"inverse-log", CLARKE_SCHEDULE_INVERSE_LOG, false, "c k0", "3"},
    {"file", CLARKE_SCHEDULE_FILE, false, "path", ""},
    {"single", CLARKE_SCHEDULE_SINGLE, true, "tau", ""},
    {"scaled", CLARKE_SCHEDULE_SCALED, true, "beta", ""},
};

enum { SCHEDULE_FORMS = sizeof schedule_forms / sizeof schedule_forms[0] };

static const char *schedule_name_at(const void *names, size_t i)
{
    (void)names;
    return i < SCHEDULE_FORMS ? schedule_forms[i].name : i == SCHEDULE_FORMS ? "epoch" : NULL;
}

static clarke_status schedule_line(const clarke_lines *lines, const char *line, clarke_schedule *s,
                                   double *value)
{
    char what[256];
    if (!*line) return CLARKE_OK;
    snprintf(what, sizeof what, "%s, line %zu", lines->path, lines->number);
    CLARKE_TRY(clarke_parse_real(line, what, &value[s->count]));
    if (!(value[s->count] > 0.0))
        return clarke_fail(CLARKE_EINPUT, "%s: a step size must be positive", what);
    s->count++;
    return CLARKE_OK;
}

static clarke_status schedule_file(const char *path, clarke_arena *mem, clarke_schedule *s)
{
    clarke_lines lines;
    CLARKE_TRY(clarke_lines_open(path, mem, &lines));
    double *value = clarke_vec(mem, clarke_lines_count(&lines));
    CLARKE_TRY(clarke_arena_status(mem));
    for (char *line; (line = clarke_lines_next(&lines));)
        CLARKE_TRY(schedule_line(&lines, line, s, value));
    s->value = value;
    return s->count > 0
               ? CLARKE_OK
               : clarke_fail(CLARKE_EINPUT, "the schedule file '%s' holds no number", path);
}

static clarke_status schedule_check(const char *text, const clarke_schedule *s)
{
    if (!(s->c > 0.0))
        return clarke_fail(CLARKE_EINPUT, "schedule '%s': the first number must be positive", text);
    if (s->kind == CLARKE_SCHEDULE_SCALED && s->c >= 1.0)
        return clarke_fail(CLARKE_EINPUT, "schedule '%s': beta must be below 1", text);
    if (s->kind == CLARKE_SCHEDULE_POWER && !(s->a >= 0.0 && s->k0 >= 0.0))
        return clarke_fail(CLARKE_EINPUT, "schedule '%s': a and k0 must not be negative", text);
    if (s->kind == CLARKE_SCHEDULE_POWER && s->a > 0.0 && s->k0 == 0.0)
        return clarke_fail(CLARKE_EINPUT,
                           "schedule '%s': k0 = 0 makes the first step infinite; use k0 >= 1",
                           text);
    if (s->kind == CLARKE_SCHEDULE_INVERSE_LOG && !(s->k0 > 1.0))
        return clarke_fail(CLARKE_EINPUT, "schedule '%s': k0 must be above 1", text);
    return CLARKE_OK;
}

/* Numbers 1, 2, 3 of a form are c, a, k0, or c, k0. */
static double *schedule_slot(clarke_schedule *s, const char *name, size_t length)
{
    if (length == 1 && *name == 'a') return &s->a;
    if (length == 2 && strncmp(name, "k0", 2) == 0) return &s->k0;
    return &s->c;
}

static clarke_status schedule_numbers(const char *text, const struct schedule_form *form,
                                      char *args, clarke_schedule *s)
{
    const char *name = form->args;
    char *save = NULL;
    for (char *piece = strtok_r(args, ",", &save); piece; piece = strtok_r(NULL, ",", &save)) {
        char what[160];
        const size_t length = strcspn(name, " ");
        if (length == 0)
            return clarke_fail(CLARKE_EINPUT, "schedule '%s': too many numbers, %s takes %s", text,
                               form->name, form->args);
        snprintf(what, sizeof what, "schedule '%s': %.*s", text, (int)length, name);
        char *equals = strchr(piece, '=');
        const char *target = name;
        size_t target_length = length;
        if (equals) {
            target = piece, target_length = (size_t)(equals - piece);
            const char *known = strstr(form->args, "");
            bool found = false;
            for (; known && *known; known += strcspn(known, " "), known += *known == ' ')
                found |= strcspn(known, " ") == target_length &&
                         strncmp(known, target, target_length) == 0;
            if (!found)
                return clarke_fail(CLARKE_EINPUT, "schedule '%s': %s takes %s, not '%.*s'", text,
                                   form->name, form->args, (int)target_length, target);
        }
        CLARKE_TRY(clarke_parse_real(equals ? equals + 1 : piece, what,
                                     schedule_slot(s, target, target_length)));
        name += length;
        name += *name == ' ';
    }
    if (*name && !*form->rest && !strchr(text, '='))
        return clarke_fail(CLARKE_EINPUT, "schedule '%s': %s takes %s", text, form->name,
                           form->args);
    return CLARKE_OK;
}

static clarke_status schedule_body(const char *text, const char *body, bool momentum,
                                   clarke_arena *mem, clarke_schedule *s)
{
    char hint[256];
    char *copy = clarke_arena_copy_text(mem, body);
    CLARKE_TRY(clarke_arena_status(mem));
    char *args = strchr(copy, ':');
    if (args) *args++ = '\0';
    for (size_t i = 0; i < SCHEDULE_FORMS; i++) {
        const struct schedule_form *form = &schedule_forms[i];
        if (strcmp(copy, form->name) != 0) continue;
        if (form->momentum_only && !momentum)
            return clarke_fail(CLARKE_EINPUT, "'%s' is a momentum schedule, not one of step sizes",
                               text);
        s->kind = form->kind;
        s->c = s->a = NAN;
        s->k0 = form->kind == CLARKE_SCHEDULE_INVERSE_LOG ? 3.0 : 0.0;
        if (!args)
            return clarke_fail(CLARKE_EINPUT, "schedule '%s': %s takes %s", text, form->name,
                               form->args);
        if (form->kind == CLARKE_SCHEDULE_FILE) return schedule_file(args, mem, s);
        CLARKE_TRY(schedule_numbers(text, form, args, s));
        return schedule_check(text, s);
    }
    return clarke_fail(CLARKE_EINPUT, "there is no schedule '%s'%s", copy,
                       clarke_suggest(copy, schedule_name_at, NULL, hint));
}

clarke_status clarke_schedule_parse(const char *text, bool momentum, clarke_arena *mem,
                                    clarke_schedule *schedule)
{
    *schedule = (clarke_schedule){0};
    schedule->per_epoch = strncmp(text, "epoch:", 6) == 0;
    schedule->text = clarke_arena_copy_text(mem, text);
    CLARKE_TRY(clarke_arena_status(mem));
    return schedule_body(text, text + (schedule->per_epoch ? 6 : 0), momentum, mem, schedule);
}

clarke_schedule_theory clarke_schedule_theory_of(const clarke_schedule *s)
{
    clarke_schedule_theory theory = {CLARKE_UNKNOWN, CLARKE_UNKNOWN, CLARKE_UNKNOWN,
                                     s->per_epoch ? CLARKE_YES : CLARKE_NO, NAN};
    switch (s->kind) {
    case CLARKE_SCHEDULE_CONSTANT:
        theory.sum_infinite = CLARKE_YES;
        theory.vanishes = theory.beats_log = CLARKE_NO;
        theory.epoch_constant = CLARKE_YES;
        theory.exponent = 0.0;
        break;
    case CLARKE_SCHEDULE_POWER:
        theory.sum_infinite = s->a <= 1.0 ? CLARKE_YES : CLARKE_NO;
        theory.vanishes = theory.beats_log = s->a > 0.0 ? CLARKE_YES : CLARKE_NO;
        theory.exponent = s->a;
        break;
    case CLARKE_SCHEDULE_INVERSE_LOG:
        theory.sum_infinite = theory.vanishes = CLARKE_YES;
        theory.beats_log = CLARKE_NO;
        theory.exponent = 0.0;
        break;
    case CLARKE_SCHEDULE_FILE:
    case CLARKE_SCHEDULE_SINGLE:
    case CLARKE_SCHEDULE_SCALED: break;
    }
    return theory;
}

double clarke_schedule_at(const clarke_schedule *s, size_t k, size_t epoch, double eta, double eta0)
{
    if (s->per_epoch) k -= k % epoch;
    switch (s->kind) {
    case CLARKE_SCHEDULE_CONSTANT: return s->c;
    case CLARKE_SCHEDULE_POWER: return s->c / pow((double)k + s->k0, s->a);
    case CLARKE_SCHEDULE_INVERSE_LOG: return s->c / log((double)k + s->k0);
    case CLARKE_SCHEDULE_FILE: return s->value[k < s->count ? k : s->count - 1];
    case CLARKE_SCHEDULE_SINGLE: return s->c * eta;
    case CLARKE_SCHEDULE_SCALED: return (1.0 - s->c) * fmin(1.0, eta / eta0);
    }
    return NAN;
}
