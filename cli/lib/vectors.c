#include "cli/lib/vectors.h"

#include "core/lines.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    VECTORS_PROBLEM,
    VECTORS_SET,
    VECTORS_KIND,
    VECTORS_X,
    VECTORS_F,
    VECTORS_RESIDUAL,
    VECTORS_DISTANCE,
    VECTORS_COLUMNS
};

static const char *const vectors_name[VECTORS_COLUMNS] = {
    "problem", "set", "kind", "x", "f", "dist0_clarke", "dist_to_set"};

/* Two formulas of at most 2^12 operations each, on numbers no larger than the scale, agree to
   2 * 2^12 * 2^-53 = 2^-40 of it; the scale is the largest of 1, |x|, |f| and the number itself. */
static const double vectors_precision = 0x1p-40;

typedef struct {
    clarke_lines lines;
    size_t column[VECTORS_COLUMNS]; /* position in the file */
    size_t columns;
    char **field; /* [columns] */
    FILE *out;
    size_t compared, differ, close;
} vectors;

/* "path:line: " and the message that is there. */
static clarke_status vectors_fail(const vectors *v, clarke_status status)
{
    return clarke_fail(status, "%s:%zu: %s", v->lines.path, v->lines.number, clarke_message());
}

static clarke_status vectors_header(vectors *v, clarke_arena *mem)
{
    char *line = clarke_lines_next(&v->lines);
    if (!line || !*line)
        return clarke_fail(CLARKE_EINPUT, "%s:1: the names of the columns are missing",
                           v->lines.path);
    const size_t bound = clarke_csv_bound(line);
    v->field = clarke_alloc_array(mem, bound, sizeof *v->field);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_csv_cut(&v->lines, line, bound, v->field, &v->columns));
    for (size_t c = 0; c < VECTORS_COLUMNS; c++) {
        size_t at = 0;
        while (at < v->columns && strcmp(v->field[at], vectors_name[c]) != 0) at++;
        if (at == v->columns)
            return clarke_fail(CLARKE_EINPUT, "%s:1: there is no column '%s'", v->lines.path,
                               vectors_name[c]);
        v->column[c] = at;
    }
    return CLARKE_OK;
}

/* `n` of a problem whose dimension is no parameter goes to *n, to be compared only. */
static clarke_status vectors_spec(const vectors *v, clarke_arena *mem, clarke_spec *spec, size_t *n)
{
    char *set = v->field[v->column[VECTORS_SET]], *save = NULL;
    const void *item;
    *n = 0;
    CLARKE_TRY(clarke_spec_parse(v->field[v->column[VECTORS_PROBLEM]], mem, spec));
    CLARKE_TRY(clarke_registry_find(&clarke_problems, spec->id, &item));
    const clarke_problem_desc *desc = item;
    const bool fixed = clarke_param_find(desc->params, "n") == NULL;
    for (char *piece = strtok_r(set, ";", &save); piece; piece = strtok_r(NULL, ";", &save)) {
        char *equals = strchr(piece, '=');
        if (!equals)
            return clarke_fail(CLARKE_EINPUT, "set: '%.60s' should read name=value", piece);
        *equals = '\0';
        if (fixed && strcmp(piece, "n") == 0)
            CLARKE_TRY(clarke_parse_count(equals + 1, "set: n", n));
        else
            CLARKE_TRY(clarke_spec_set(spec, piece, equals + 1, mem));
    }
    return CLARKE_OK;
}

/* A number, or NAN where the cell is empty: it is then not compared. */
static clarke_status vectors_number(const vectors *v, size_t column, double *value)
{
    const char *text = v->field[v->column[column]];
    *value = NAN;
    return *text ? clarke_parse_real(text, vectors_name[column], value) : CLARKE_OK;
}

static double vectors_scale(const double *x, size_t n, double f, double value)
{
    double scale = fmax(1.0, fmax(fabs(f), fabs(value)));
    for (size_t j = 0; j < n; j++) scale = fmax(scale, fabs(x[j]));
    return scale;
}

static void vectors_check(vectors *v, const clarke_problem *p, size_t column, double reference,
                          double ours, double slack)
{
    if (isnan(reference)) return;
    v->compared++;
    if (fabs(ours - reference) <= slack) return;
    v->differ++;
    fprintf(v->out, "%s:%zu: %s at (%s): %s is %.17g, the file has %.17g\n", v->lines.path,
            v->lines.number, p->spec, v->field[v->column[VECTORS_X]], vectors_name[column], ours,
            reference);
}

/* The residual jumps at a kink. A point of the file that is rounded may lie beside the kink it
   stands for; the residual there is that of some point within a few ulps. Where the hull of the
   field over that ball is known and reaches the reference, the row does not contradict it. */
static bool vectors_beside_kink(const clarke_problem *p, const double *x, double reference,
                                double slack, double scale)
{
    const double radius = 8.0 * DBL_EPSILON * scale * sqrt((double)p->n);
    if (!clarke_has_hull(p)) {
        if (reference > slack || !p->desc->stationary_distance) return false;
        return p->desc->stationary_distance(p, x, NULL, NULL) <= radius;
    }
    return clarke_hull_distance(p, x, radius) <= reference + slack;
}

static void vectors_residual(vectors *v, const clarke_problem *p, const double *x, double reference,
                             double scale)
{
    const double slack = vectors_precision * scale;
    const double ours = p->desc->clarke_residual(p, x);
    const bool apart = !(fabs(ours - reference) <= slack);
    if (apart && ours > reference && vectors_beside_kink(p, x, reference, slack, scale))
        v->close++;
    else
        vectors_check(v, p, VECTORS_RESIDUAL, reference, ours, slack);
}

static clarke_status vectors_point(vectors *v, const clarke_problem *p, const double *x)
{
    double f, residual, distance;
    CLARKE_TRY(vectors_number(v, VECTORS_F, &f));
    CLARKE_TRY(vectors_number(v, VECTORS_RESIDUAL, &residual));
    CLARKE_TRY(vectors_number(v, VECTORS_DISTANCE, &distance));
    const double size = isnan(f) ? 0.0 : f;
    vectors_check(v, p, VECTORS_F, f, p->desc->value(p, x),
                  vectors_precision * vectors_scale(x, p->n, size, size));
    if (p->desc->clarke_residual && !isnan(residual))
        vectors_residual(v, p, x, residual, vectors_scale(x, p->n, size, residual));
    if (p->desc->stationary_distance)
        vectors_check(v, p, VECTORS_DISTANCE, distance,
                      p->desc->stationary_distance(p, x, NULL, NULL),
                      vectors_precision * vectors_scale(x, p->n, size, distance));
    return CLARKE_OK;
}

static clarke_status vectors_row(vectors *v, clarke_arena *mem)
{
    clarke_spec spec;
    clarke_problem *p;
    clarke_list x;
    size_t n;
    CLARKE_TRY(vectors_spec(v, mem, &spec, &n));
    CLARKE_TRY(clarke_problem_make(&spec, mem, &p));
    if (n > 0 && n != p->n)
        return clarke_fail(CLARKE_EINPUT, "set: n=%zu; %s has %zu variables", n, p->spec, p->n);
    CLARKE_TRY(clarke_parse_list(v->field[v->column[VECTORS_X]], "x", mem, &x));
    if (x.count != p->n)
        return clarke_fail(CLARKE_EINPUT, "x has %zu numbers; %s has %zu variables", x.count,
                           p->spec, p->n);
    return vectors_point(v, p, x.value);
}

static clarke_status vectors_line(vectors *v, char *line, const char *only)
{
    size_t count = 0;
    CLARKE_TRY(clarke_csv_cut(&v->lines, line, v->columns, v->field, &count));
    if (count != v->columns)
        return clarke_fail(CLARKE_EINPUT, "%s:%zu: %zu fields where the header has %zu",
                           v->lines.path, v->lines.number, count, v->columns);
    if (only && strcmp(only, v->field[v->column[VECTORS_PROBLEM]]) != 0) return CLARKE_OK;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = vectors_row(v, mem);
    if (status != CLARKE_OK) status = vectors_fail(v, status);
    clarke_arena_free(mem);
    return status;
}

clarke_status clarke_vectors_compare(const clarke_cli *cli, const char *path, const char *only,
                                     FILE *out, size_t *differ)
{
    vectors v = {.out = out};
    CLARKE_TRY(clarke_lines_open(path, cli->mem, &v.lines));
    CLARKE_TRY(vectors_header(&v, cli->mem));
    for (char *line = clarke_lines_next(&v.lines); line; line = clarke_lines_next(&v.lines))
        if (*line) CLARKE_TRY(vectors_line(&v, line, only));
    if (v.compared == 0)
        return clarke_fail(CLARKE_EINPUT, "'%s' has nothing to compare%s%s", path,
                           only ? " for " : "", only ? only : "");
    fprintf(out, "%zu numbers compared, %zu differ", v.compared, v.differ);
    if (v.close > 0)
        fprintf(out, "; %zu residuals of points within rounding of a kink not counted", v.close);
    fputc('\n', out);
    *differ = v.differ;
    return CLARKE_OK;
}
