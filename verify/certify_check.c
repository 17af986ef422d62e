/* The checker of certificates. It shares interval arithmetic and the problem's two formulas with
   the prover, and nothing else: no search, no cutting, one walk over the lines.

   Why the boxes fill the cube: paths are binary expansions, and a line's path has to begin with the
   successor of the one before (its trailing ones dropped, its last zero made a one) and go on with
   zeros only. So the boxes are the leaves of a full binary tree, each once and from left to right;
   the first has only zeros, the last only ones. Each box is computed again from its path. */
#include "verify/certify.h"

#include "core/stream.h"
#include "engine/json.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

enum { CHECK_LINE = 4096 };

typedef struct {
    clarke_certificate_summary *out;
    const clarke_problem *p;
    size_t line;
    uint64_t digest;
    bool full, ended;                    /* the last leaf, the last line was there */
    char next[CLARKE_CERTIFY_DEPTH + 1]; /* what the next path begins with */
} check;

/* Says why once; returns false, for `return check_no(...)`. */
static bool check_no(check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool check_no(check *c, const char *format, ...)
{
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!c->out->reason[0])
        snprintf(c->out->reason, sizeof c->out->reason, "line %zu: %s", c->line, text);
    return false;
}

/* ---- the header ---- */

static bool check_real(const json_t *object, const char *name, double *value)
{
    const json_t *v = json_object_get(object, name);
    if (!json_is_number(v)) return false;
    *value = json_number_value(v);
    return isfinite(*value);
}

static bool check_text(const json_t *object, const char *name, const char *text)
{
    const char *v = json_string_value(json_object_get(object, name));
    return v && strcmp(v, text) == 0;
}

static bool check_header(check *c, const json_t *header, clarke_arena *mem)
{
    clarke_certificate_summary *s = c->out;
    clarke_problem *p;
    const char *problem = json_string_value(json_object_get(header, "problem"));
    double version, n;
    if (!check_text(header, "certificate", "clarke certify") ||
        !check_real(header, "version", &version) || version != CLARKE_CERTIFY_VERSION)
        return check_no(c, "this is no certificate of version %d", (int)CLARKE_CERTIFY_VERSION);
    if (!problem || strlen(problem) >= sizeof s->problem) return check_no(c, "no problem is named");
    if (!check_real(header, "low", &s->low) || !check_real(header, "high", &s->high) ||
        !(s->low < s->high) || !check_real(header, "delta", &s->delta) || !(s->delta > 0.0))
        return check_no(c, "the box, or delta, is not one");
    s->field = check_text(header, "set", "field");
    if (!s->field && !check_text(header, "set", "clarke"))
        return check_no(c, "the set is neither clarke nor field");
    snprintf(s->problem, sizeof s->problem, "%s", problem);
    if (clarke_problem_from_text(problem, mem, &p) != CLARKE_OK)
        return check_no(c, "%s", clarke_message());
    if (!p->desc->enclose || !p->desc->distance_upper || p->n > CLARKE_ENCLOSURE_DIMENSION)
        return check_no(c, "%s has no enclosure", problem);
    if (!check_real(header, "n", &n) || n != (double)p->n)
        return check_no(c, "n is not the dimension of %s", problem);
    s->n = p->n;
    c->p = p;
    return true;
}

/* ---- one box ---- */

static bool check_path(check *c, const char *path)
{
    const size_t length = strlen(path), fixed = strlen(c->next);
    if (length > CLARKE_CERTIFY_DEPTH || strspn(path, "01") != length)
        return check_no(c, "'%.60s' is no path", path);
    if (c->full) return check_no(c, "the cube was full before this box");
    if (strncmp(path, c->next, fixed) != 0 || strspn(path + fixed, "0") != length - fixed)
        return check_no(c, "the path leaves a gap or goes back; it has to begin with '%.60s'",
                        c->next);
    memcpy(c->next, path, length + 1);
    size_t last = length;
    while (last > 0 && c->next[last - 1] == '1') last--;
    c->next[last] = '\0';
    if (last > 0)
        c->next[last - 1] = '1';
    else
        c->full = true;
    return true;
}

static void check_follow(const check *c, const char *path, clarke_interval *box)
{
    assert(c->p->n > 0);
    for (size_t i = 0; i < c->p->n; i++) box[i] = (clarke_interval){c->out->low, c->out->high};
    for (size_t k = 0; path[k]; k++) {
        clarke_interval *side = &box[k % c->p->n];
        const double cut = 0.5 * side->low + 0.5 * side->high;
        if (path[k] == '0')
            side->high = cut;
        else
            side->low = cut;
    }
}

static bool check_box(check *c, const json_t *listed, const clarke_interval *box)
{
    if (json_array_size(listed) != c->p->n)
        return check_no(c, "the box has not %zu sides", c->p->n);
    for (size_t i = 0; i < c->p->n; i++) {
        const json_t *side = json_array_get(listed, i);
        const json_t *low = json_array_get(side, 0), *high = json_array_get(side, 1);
        if (json_array_size(side) != 2 || !json_is_number(low) || !json_is_number(high) ||
            json_number_value(low) != box[i].low || json_number_value(high) != box[i].high)
            return check_no(c, "the box is not the one of its path");
    }
    return true;
}

/* A lower bound of d.v, every product and every sum rounded down. */
static double check_least(size_t n, const double *d, const clarke_interval *v)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (d[i] == 0.0) continue;
        const double end = d[i] > 0.0 ? v[i].low : v[i].high;
        sum = clarke_round_down(sum + clarke_round_down(d[i] * end));
    }
    return sum;
}

static bool check_separation(check *c, const json_t *direction, const clarke_interval *box)
{
    const size_t n = c->p->n;
    double d[CLARKE_ENCLOSURE_DIMENSION];
    clarke_enclosure e;
    if (json_array_size(direction) != n) return check_no(c, "the direction has not %zu entries", n);
    for (size_t i = 0; i < n; i++) {
        const json_t *entry = json_array_get(direction, i);
        d[i] = json_number_value(entry);
        if (!json_is_number(entry) || !isfinite(d[i]))
            return check_no(c, "the direction has an entry that is no number");
    }
    clarke_enclosure_begin(&e, n);
    c->p->desc->enclose(c->p, box, c->out->field, &e);
    double least = check_least(n, d, e.centre);
    for (size_t k = 0; k < e.parts; k++) {
        double part = INFINITY;
        for (size_t j = e.first[k]; j < e.first[k + 1]; j++) {
            const double product = check_least(n, d, e.vertex[j]);
            if (!(product > part)) part = product; /* a NaN stays */
        }
        least = clarke_round_down(least + part);
    }
    return least > 0.0 || check_no(c, "the direction does not separate 0 from the subgradients");
}

static bool check_leaf(check *c, const json_t *line)
{
    clarke_interval box[CLARKE_ENCLOSURE_DIMENSION];
    const char *path = json_string_value(json_object_get(line, "path"));
    const json_t *direction = json_object_get(line, "direction");
    if (!path || json_object_size(line) != 3) return check_no(c, "this is no line of a box");
    if (!check_path(c, path)) return false;
    check_follow(c, path, box);
    if (!check_box(c, json_object_get(line, "box"), box)) return false;
    c->out->leaves++;
    if (direction) return check_separation(c, direction, box);
    if (!json_is_true(json_object_get(line, "inside")))
        return check_no(c, "the box has neither a direction nor \"inside\": true");
    c->out->inside++;
    return c->p->desc->distance_upper(c->p, box, c->out->field) <= c->out->delta ||
           check_no(c, "the box is not within delta of the set");
}

/* ---- all lines ---- */

static bool check_last(check *c, const json_t *line, bool digest)
{
    char text[32];
    double boxes;
    c->ended = true;
    if (!c->full) return check_no(c, "boxes are missing, from '%.60s' on", c->next);
    if (!check_real(line, "boxes", &boxes) || boxes != (double)c->out->leaves)
        return check_no(c, "the number of boxes is another one");
    snprintf(text, sizeof text, "%016llx", (unsigned long long)c->digest);
    return !digest || check_text(line, "digest", text) ||
           check_no(c, "the digest is another one: the file was changed");
}

static bool check_line(check *c, const char *text, size_t length, bool digest, clarke_arena *mem)
{
    json_t *line;
    bool good = false;
    if (c->ended) return check_no(c, "there is more after the last line");
    if (clarke_json_parse(text, length, "the text", &line) != CLARKE_OK)
        return check_no(c, "%s", clarke_message());
    if (!json_is_object(line))
        check_no(c, "this is no object");
    else if (c->line == 1)
        good = check_header(c, line, mem);
    else if (json_object_get(line, "digest"))
        good = check_last(c, line, digest);
    else
        good = check_leaf(c, line);
    json_decref(line);
    c->digest = clarke_hash_text(c->digest, text);
    return good;
}

/* Lines are short: the longest is the header with the problem's name. */
static bool check_whole(check *c, const char *text, FILE *file)
{
    const size_t length = strlen(text);
    if (length > 0 && text[length - 1] == '\n') return true;
    return feof(file) || check_no(c, "this is no text of short lines");
}

clarke_status clarke_certificate_check(FILE *file, bool digest, clarke_certificate_summary *summary)
{
    check c = {.out = summary};
    char text[CHECK_LINE];
    bool good = true;
    *summary = (clarke_certificate_summary){.accepted = false};
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    while (good && fgets(text, sizeof text, file)) {
        c.line++;
        good = check_whole(&c, text, file) && check_line(&c, text, strlen(text), digest, mem);
    }
    const bool broken = ferror(file) != 0;
    if (good && !c.ended) good = check_no(&c, "the file ends before its last line");
    summary->accepted = good && !broken;
    clarke_arena_free(mem);
    return broken ? clarke_fail(CLARKE_EIO, "the certificate cannot be read") : CLARKE_OK;
}
