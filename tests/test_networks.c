/* Networks: golden matrices, closed forms against numbers, structure, hostile files; and the mixing
   step against a naive triple loop. */
#include "core/mixing.h"
#include "core/network.h"
#include "core/registry.h"

#include <criterion/criterion.h>
#include <float.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_linalg.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static clarke_arena *mem;
static char folder[] = "/tmp/clarke-networks-XXXXXX", path[128];

static void networks_begin(void)
{
    mem = clarke_arena_new(0);
    cr_assert(mem && mkdtemp(folder), "begin: an arena and a folder");
}

static void networks_end(void)
{
    static const char *const name[] = {"W.csv", "G.edges"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, name[i]);
        unlink(path);
    }
    rmdir(folder);
    clarke_arena_free(mem);
}

TestSuite(networks, .init = networks_begin, .fini = networks_end);

static const clarke_network *make(const char *text)
{
    const clarke_network *w = NULL;
    const clarke_status status = clarke_network_from_text(text, mem, &w);
    cr_assert_eq(status, CLARKE_OK, "%s: %s", text, clarke_message());
    return w;
}

static const char *written(const char *name, const char *text, size_t size)
{
    static char spec[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(text, 1, size, file) == size && fclose(file) == 0, "%s: write", path);
    snprintf(spec, sizeof spec, "file:%s", path);
    return spec;
}

static const clarke_network *matrix(const char *text)
{
    return make(written("W.csv", text, strlen(text)));
}

/* |W - J|_2 from the entries the network reports: eigenvalues (symmetric W) or singular values by
   GSL, which shares no code with LAPACK. */
static double singular(const clarke_network *w)
{
    const size_t d = w->agents;
    gsl_matrix *m = gsl_matrix_alloc(d, d), *v = gsl_matrix_alloc(d, d);
    gsl_vector *value = gsl_vector_alloc(d), *work = gsl_vector_alloc(d);
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            gsl_matrix_set(m, i, j, clarke_network_weight(w, i, j) - 1.0 / (double)d);
    if (w->symmetric) {
        gsl_eigen_symm_workspace *room = gsl_eigen_symm_alloc(d);
        gsl_eigen_symm(m, value, room);
        gsl_eigen_symm_free(room);
    } else {
        gsl_linalg_SV_decomp(m, v, value, work);
    }
    const double largest = fmax(fabs(gsl_vector_max(value)), fabs(gsl_vector_min(value)));
    gsl_matrix_free(m), gsl_matrix_free(v), gsl_vector_free(value), gsl_vector_free(work);
    return largest;
}

Test(networks, golden_path_is_lazy)
{
    static const double golden[3][3] = {{0.75, 0.25, 0}, {0.25, 0.5, 0.25}, {0, 0.25, 0.75}};
    const clarke_network *w = make("path:d=3,weights=lazy");
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            cr_assert_eq(clarke_network_weight(w, i, j), golden[i][j], "path: W[%zu][%zu]", i, j);
    cr_assert_lt(fabs(w->lambda - 0.75), 4 * DBL_EPSILON, "path: lambda %.17g", w->lambda);
    /* Metropolis: 1/3 on both edges; a smaller degree would give 1/2. */
    w = make("path:d=3");
    cr_assert_eq(clarke_network_weight(w, 0, 1), 1.0 / 3, "path: metropolis");
    cr_assert_eq(clarke_network_weight(w, 0, 0), 1.0 - 1.0 / 3, "path: own weight");
}

Test(networks, known_lambdas)
{
    /* (1 + 2 cos(2 pi / 8)) / 3 = (1 + sqrt 2) / 3. */
    const clarke_network *w = make("ring:d=8,weights=uniform");
    cr_assert_lt(fabs(w->lambda - (1 + sqrt(2.0)) / 3), 4 * DBL_EPSILON, "ring: %.17g", w->lambda);
    cr_assert_lt(fabs(w->lambda - 0.80474), 1e-5, "ring: %.17g", w->lambda);
    w = make("complete:d=7");
    cr_assert(w->averaging && w->lambda == 0.0 && w->gap == 1.0, "complete: %.17g", w->lambda);
    /* 1 - 2/(1 + log2 8) */
    w = make("exponential:d=8,directed=yes");
    cr_assert(!w->symmetric && w->row_stochastic && w->column_stochastic, "directed: sums");
    cr_assert_lt(fabs(w->lambda - 0.5), w->lambda_error, "directed: %.17g", w->lambda);
    w = make("path:d=1");
    cr_assert(w->lambda == 0.0 && w->mixes == CLARKE_MIXES_YES, "one agent: %.17g", w->lambda);
}

static void check_family(const char *text, size_t *closed)
{
    const clarke_network *w = make(text);
    const double lambda = singular(w);
    const bool stochastic = w->row_stochastic && w->column_stochastic;
    /* GSL's backward error, and the closed form's own. */
    const double slack = w->lambda_error + 4.0 * (double)w->agents * DBL_EPSILON * fmax(1, lambda);
    *closed += w->lambda_source == CLARKE_LAMBDA_CLOSED;
    cr_assert_lt(fabs(w->lambda - lambda), slack, "%s: lambda %.17g, GSL %.17g", text, w->lambda,
                 lambda);
    cr_assert_lt(fabs(w->gap - (1.0 - lambda)), slack + w->gap_error, "%s: gap", text);
    cr_assert(w->lambda_error < 1e-12 && w->gap_error < 1e-12, "%s: the errors stated", text);
    if (strstr(text, "metropolis") || strstr(text, "max_degree") || strstr(text, "lazy"))
        cr_assert(stochastic && w->symmetric && w->nonnegative && w->positive_diagonal,
                  "%s: doubly stochastic, rows %g, columns %g", text, w->row_error,
                  w->column_error);
    cr_assert(w->column_stochastic, "%s: what an agent hears sums to 1", text);
    if (stochastic)
        cr_assert_eq(w->mixes == CLARKE_MIXES_YES, lambda < 1.0 - 1e-9, "%s: %s, %.17g", text,
                     w->reason, lambda);
    else
        cr_assert_eq(w->mixes, CLARKE_MIXES_NO, "%s: sums", text);
}

Test(networks, lambda_against_numbers)
{
    static const char *const weights[] = {"metropolis", "max_degree", "lazy", "uniform", "bare"};
    static const char *const family[] = {
        "path",      "ring",        "star",        "complete",  "exponential",
        "hypercube", "two_cliques", "erdos_renyi", "geometric", "random_regular"};
    char text[96];
    size_t closed = 0, cases = 0;
    for (size_t f = 0; f < sizeof family / sizeof *family; f++)
        for (size_t d = 2; d <= 64; d += d < 10 ? 1 : d < 32 ? 5 : 8)
            for (size_t k = 0; k < 5; k++) {
                if (f == 5 && (d & (d - 1))) continue;
                if (f == 6 && d % 2) continue;
                if (f == 9 && (d < 4 || d % 2)) continue;
                snprintf(text, sizeof text, "%s:d=%zu,weights=%s", family[f], d, weights[k]);
                check_family(text, &closed);
                cases++;
            }
    for (size_t a = 1; a <= 6; a++)
        for (size_t b = 1; b <= 8; b++) {
            snprintf(text, sizeof text, "torus:rows=%zu,columns=%zu,weights=%s", a, b,
                     weights[(a + b) % 5]);
            check_family(text, &closed);
        }
    for (size_t d = 2; d <= 64; d += 3) {
        snprintf(text, sizeof text, "exponential:d=%zu,directed=yes", d);
        check_family(text, &closed);
    }
    cr_assert(cases > 300 && closed > 200, "closed: %zu of %zu cases", closed, cases);
}

Test(networks, what_does_not_mix)
{
    const clarke_network *w = matrix("0,1\n1,0\n");
    cr_assert(w->lambda == 1.0 && w->gap == 0.0 && w->mixes == CLARKE_MIXES_NO, "swap: %g",
              w->lambda);
    cr_assert(w->bipartite && strstr(w->reason, "bipartite"), "swap: %s", w->reason);
    w = make("ring:d=8,weights=bare");
    cr_assert(w->lambda == 1.0 && w->bipartite && w->mixes == CLARKE_MIXES_NO, "even ring");
    w = make("ring:d=9,weights=bare");
    cr_assert(w->lambda < 1.0 && !w->bipartite && w->mixes == CLARKE_MIXES_YES, "odd ring");
    w = make("erdos_renyi:d=12,p=0");
    cr_assert(w->lambda == 1.0 && !w->connected && strstr(w->reason, "not connected"), "no edges");
    w = make(written("G.edges", "0 1\n2,3\n", 8));
    cr_assert(w->lambda == 1.0 && w->agents == 4 && w->edges == 2 && !w->connected, "two parts");
    /* A cyclic shift: connected, not bipartite, but it shrinks nothing. */
    w = matrix("0,1,0\n0,0,1\n1,0,0\n");
    cr_assert(w->lambda == 1.0 && w->connected && w->mixes == CLARKE_MIXES_NO, "shift: %s",
              w->reason);
    /* Half of it stays: lambda = cos(pi/3). */
    w = matrix(".5,.5,0\n0,.5,.5\n.5,0,.5\n");
    cr_assert(fabs(w->lambda - 0.5) < w->lambda_error && w->mixes == CLARKE_MIXES_YES, "shift/2");
}

Test(networks, sums_are_told_apart)
{
    const clarke_network *w = make("star:d=5,weights=uniform");
    cr_assert(w->column_stochastic && !w->row_stochastic, "columns only");
    cr_assert(w->mixes == CLARKE_MIXES_NO && strstr(w->reason, "row sums"), "%s", w->reason);
    w = matrix("0.5,0.5\n0.25,0.75\n");
    cr_assert(w->row_stochastic && !w->column_stochastic && !w->symmetric, "rows only");
    cr_assert(w->mixes == CLARKE_MIXES_NO && strstr(w->reason, "column sums"), "%s", w->reason);
    /* d eps = 4.4e-16 is what rounding may do; 1e-15 is not. */
    w = matrix("0.5,0.5\n0.5,0.500000000000001\n");
    cr_assert(!w->row_stochastic && !w->column_stochastic, "neither: %g", w->row_error);
    /* Negative weights: sums are 1, only the number decides. Eigenvalues 1 and 1 - 2c. */
    w = matrix("-0.5,1.5\n1.5,-0.5\n");
    cr_assert(w->mixes == CLARKE_MIXES_NO && !w->nonnegative && w->lambda > 1.9, "c = 1.5");
    w = matrix("1.25,-0.25\n-0.25,1.25\n");
    cr_assert(w->mixes == CLARKE_MIXES_NO && w->lambda > 1.4, "c = -1/4");
    w = matrix("0.8,-0.1,0.3\n-0.1,0.8,0.3\n0.3,0.3,0.4\n");
    cr_assert(w->mixes == CLARKE_MIXES_YES && fabs(w->lambda - 0.9) < w->lambda_error,
              "negative, but mixes: %s %.17g", w->reason, w->lambda);
}

/* ---- large ones ---- */

Test(networks, large)
{
    /* gap = (4/3) sin^2(pi/4096), here by the series of 1 - cos, good to 1e-20. */
    const double t = acos(-1.0) / 4096.0, t2 = t * t;
    const double gap = 4.0 / 3.0 * t2 * (1.0 - t2 / 3.0 + 2.0 * t2 * t2 / 45.0);
    const clarke_network *w = make("ring:d=4096");
    cr_assert_lt(fabs(w->gap - gap), 32 * DBL_EPSILON * gap, "ring: gap %.17g, %.17g", w->gap, gap);
    cr_assert(w->gap_error <= 32 * DBL_EPSILON * w->gap && w->gap > 7.8e-7 && w->gap < 7.9e-7,
              "ring: gap %.17g, error %g", w->gap, w->gap_error);
    /* Lanczos: no closed form for a file or a random graph, more agents than go to LAPACK. */
    w = make("random_regular:d=600,degree=4");
    cr_assert_eq(w->lambda_source, CLARKE_LAMBDA_LANCZOS, "regular: by %s",
                 clarke_lambda_source_text(w->lambda_source));
    cr_assert_lt(fabs(w->lambda - singular(w)), w->lambda_error, "regular: %.17g +- %g", w->lambda,
                 w->lambda_error);
    cr_assert(w->lambda_error < 1e-5 && w->least_degree == 4 && w->largest_degree == 4,
              "regular: error %g", w->lambda_error);
    w = make("random_regular:d=4096,degree=6");
    cr_assert(w->terms == 4096 * 7 && w->mixes == CLARKE_MIXES_YES && w->lambda_error < 1e-5,
              "sparse: %g", w->lambda_error);
}

/* A file has no closed form: the directed exponential graph and the torus, by Lanczos. */
Test(networks, lanczos_finds_the_closed_form)
{
    enum { ROWS = 20, COLUMNS = 40 };
    const size_t room = 2 * ROWS * COLUMNS * 16;
    char *text = malloc(room), *at = text;
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLUMNS; j++)
            at += sprintf(at, "%zu %zu\n%zu %zu\n", i * COLUMNS + j, (i + 1) % ROWS * COLUMNS + j,
                          i * COLUMNS + j, i * COLUMNS + (j + 1) % COLUMNS);
    const clarke_network *w = make(written("G.edges", text, (size_t)(at - text)));
    const clarke_network *same = make("torus:rows=20,columns=40");
    free(text);
    cr_assert(w->lambda_source == CLARKE_LAMBDA_LANCZOS && w->edges == same->edges, "torus: file");
    cr_assert_lt(fabs(w->lambda - same->lambda), w->lambda_error + same->lambda_error,
                 "torus: %.17g, %.17g", w->lambda, same->lambda);
    cr_assert_lt(w->lambda_error, 1e-7, "torus: error %g", w->lambda_error);
}

/* ---- mixing ---- */

static double entry(size_t k)
{
    return sin(2.385 * (double)k) * exp2((double)(k % 7) - 3.0);
}

static void check_mix(const char *text, size_t n)
{
    const clarke_network *w = make(text);
    const size_t d = w->agents;
    double *x = malloc(d * n * sizeof *x), *y = malloc(d * n * sizeof *y);
    for (size_t k = 0; k < d * n; k++) x[k] = entry(k), y[k] = NAN;
    const size_t before = clarke_arena_bytes(mem);
    clarke_mix(w, n, x, y);
    cr_assert_eq(clarke_arena_bytes(mem), before, "%s: allocates", text);
    for (size_t i = 0; i < d; i++)
        for (size_t c = 0; c < n; c++) {
            double sum = 0.0;
            for (size_t j = 0; j < d; j++)
                sum += w->averaging ? x[j * n + c] : clarke_network_weight(w, j, i) * x[j * n + c];
            if (w->averaging) sum /= (double)d;
            cr_assert_eq(y[i * n + c], sum, "%s: n=%zu, agent %zu, column %zu: %.17g, %.17g", text,
                         n, i, c, y[i * n + c], sum);
        }
    free(x), free(y);
}

Test(networks, mixing_bit_for_bit)
{
    static const char *const text[] = {"ring:d=8",
                                       "path:d=3,weights=lazy",
                                       "complete:d=7",
                                       "complete:d=5,weights=lazy",
                                       "exponential:d=11,directed=yes",
                                       "star:d=9,weights=uniform",
                                       "erdos_renyi:d=33",
                                       "path:d=1",
                                       "erdos_renyi:d=4,p=0,weights=bare"};
    static const size_t n[] = {1, 2, 7, 1023, 1024, 1025, 2500};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        for (size_t k = 0; k < sizeof n / sizeof *n; k++) check_mix(text[i], n[k]);
}

/* (X W)_i = sum_j W_ji x_j, not W_ij: only a W that is not symmetric tells. */
Test(networks, mixing_direction)
{
    const clarke_network *w = matrix("0.5,0.5,0\n0,0.5,0.5\n0.5,0,0.5\n");
    const double x[3] = {1, 10, 100};
    double y[3];
    clarke_mix(w, 1, x, y);
    cr_assert(y[0] == 50.5 && y[1] == 5.5 && y[2] == 55, "direction: %g %g %g", y[0], y[1], y[2]);
}

Test(networks, mixing_in_place_is_refused, .signal = SIGABRT)
{
    double x[8] = {0};
    clarke_mix(make("path:d=4"), 1, x, x + 3);
}

/* ---- hostile input, memory ---- */

static void refused(const char *spec, const char *says)
{
    const clarke_network *w = NULL;
    const clarke_status status = clarke_network_from_text(spec, mem, &w);
    cr_assert(status != CLARKE_OK && w == NULL, "%s: taken", spec);
    cr_assert(strstr(clarke_message(), says), "%s: says '%s', not '%s'", spec, clarke_message(),
              says);
}

Test(networks, broken_files)
{
    static const struct {
        const char *name, *text, *says;
    } broken[] = {{"G.edges", "0 1\n1 x\n", ":2: agent"},
                  {"G.edges", "0 1\n\n# note\n3\n", ":4: two agents are expected, not 1"},
                  {"G.edges", "0 1\n1 1\n", ":2: agent 1 is joined to itself"},
                  {"G.edges", "0 1 2\n", ":1: more than two agents"},
                  {"G.edges", "0 -1\n", ":1: agent"},
                  {"G.edges", "0 99999999999999999999999\n", ":1: agent"},
                  {"G.edges", "0 1\n1 1048576\n", ":2: agent 1048576, but they are 0 to"},
                  {"G.edges", "# nothing\n", "there is no edge"},
                  {"G.edges", "", "there is no edge"},
                  {"W.csv", "1,0\n0,nan\n", ":2: column 2"},
                  {"W.csv", "1,0\n0\n", ":2: 1 columns"},
                  {"W.csv", "1,0\n", "1 rows and 2 columns"},
                  {"W.csv", "a,b\n1,0\n", ":1: no number"},
                  {"W.csv", "1e200,0\n0,1\n", "row 1, column 1"},
                  {"W.csv", "", "no line"}};
    char line[512];
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        refused(written(broken[i].name, broken[i].text, strlen(broken[i].text)), broken[i].says);
    refused(written("G.edges", "0 1\n\0 2\n", 8), ":2: a zero byte");
    memset(line, '1', sizeof line);
    refused(written("G.edges", line, sizeof line), ":1: the line is longer");
    refused("file:/nowhere/G.edges", "/nowhere/G.edges");
    refused("file", "which one");
    snprintf(line, sizeof line, "%s,d=2", written("G.edges", "0 2\n", 4));
    refused(line, ":1: agent 2, but they are 0 to 1");
}

Test(networks, files_are_read)
{
    char text[256];
    snprintf(text, sizeof text, "%s,weights=lazy,d=4", written("G.edges", "1 0\r\n0\t1\n2,1", 12));
    const clarke_network *w = make(text);
    cr_assert(w->agents == 4 && w->edges == 2 && !w->connected, "edges: %zu", w->edges);
    cr_assert(clarke_network_weight(w, 0, 1) == 0.25 && clarke_network_weight(w, 3, 3) == 1.0,
              "edges: weights");
    w = matrix("0.75,0.25,0\n0.25,0.5,0.25\n0,0.25,0.75\n");
    cr_assert(fabs(w->lambda - 0.75) < w->lambda_error && w->terms == 7, "matrix: %g", w->lambda);
}

Test(networks, bad_parameters)
{
    refused("ring:d=0", "outside");
    refused("hypercube:d=12", "power of two");
    refused("two_cliques:d=7", "odd");
    refused("random_regular:d=5,degree=3", "both odd");
    refused("random_regular:d=5,degree=5", "at most 4");
    refused("ringg", "did you mean 'ring'");
    refused("ring:weights=min", "is not one of");
    refused("exponential:directed=yes,weights=lazy", "weights=uniform");
    refused("erdos_renyi:d=8192,p=1", "entries of W");
}

/* Every request that making a network does fails once; the answer is a status, never a crash. */
Test(networks, out_of_memory)
{
    const char *const edges = written("G.edges", "0 1\n1 2\n", 8);
    const char *const text[] = {
        "ring:d=40", "erdos_renyi:d=20", "exponential:directed=yes",      "random_regular:d=20",
        "geometric", "complete",         "random_regular:d=514,degree=8", edges};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        size_t k = 1;
        for (;; k++) {
            const clarke_network *w = NULL;
            clarke_arena *small = clarke_arena_new(0);
            clarke_arena_fail_at(small, k);
            const clarke_status status = clarke_network_from_text(text[i], small, &w);
            clarke_arena_free(small);
            if (status == CLARKE_OK) break;
            cr_assert(status == CLARKE_ENOMEM && w == NULL, "%s: request %zu: %s", text[i], k,
                      clarke_message());
        }
        cr_assert_gt(k, 10, "%s: only %zu requests", text[i], k);
    }
}

Test(networks, every_family_has_a_card)
{
    cr_assert_geq(clarke_networks.count, 12, "registry: %zu families", clarke_networks.count);
    for (size_t i = 0; i < clarke_networks.count; i++) {
        const clarke_network_desc *desc = clarke_networks.entry[i].desc;
        const char *id = clarke_networks.entry[i].id;
        cr_assert(desc->title && desc->formula && desc->source && desc->make, "%s: card", id);
        /* A matrix gives the weights themselves. */
        cr_assert(clarke_param_find(desc->params, "weights") || strcmp(id, "matrix") == 0,
                  "%s: weights", id);
        if (strcmp(id, "file") == 0) continue;
        const clarke_network *w = make(id);
        cr_assert(w->agents > 1 && w->reason[0] && w->id == id, "%s: %s", id, w->reason);
        for (size_t a = 0; a < w->agents; a++)
            for (size_t k = w->row.begin[a] + 1; k < w->row.begin[a + 1]; k++)
                cr_assert_lt(w->row.column[k - 1], w->row.column[k], "%s: columns ascend", id);
    }
}

/* The columns may be shared by threads, and the rows by processes: the bits stay. */
Test(networks, mixing_in_parts)
{
    enum { COLUMNS = 20011 };
    static const char *const text[] = {"ring:d=16", "complete:d=16", "torus:rows=4,columns=4",
                                       "star:d=16", "exponential:d=16"};
    clarke_stream s = clarke_stream_make(5, "mixing", "parts", 0, 0, "x");
    for (size_t t = 0; t < sizeof text / sizeof text[0]; t++) {
        const clarke_network *w = make(text[t]);
        const size_t n = COLUMNS, d = w->agents;
        double *x = clarke_vec(mem, d * n), *y = clarke_vec(mem, d * n),
               *z = clarke_vec(mem, d * n);
        for (size_t i = 0; i < d * n; i++) x[i] = clarke_stream_gaussian(&s, i, 0);
        clarke_mix(w, n, x, y);
        for (size_t threads = 1; threads <= 5; threads += 2) {
            memset(z, 0, d * n * sizeof *z);
            clarke_mix_threads(w, n, x, z, threads);
            cr_assert_eq(memcmp(y, z, d * n * sizeof *z), 0, "%s: %zu threads", text[t], threads);
        }
        if (w->averaging) continue;
        /* Agents 5 .. 11 here; the others' rows come in the opposite order. */
        size_t place[16];
        double *received = clarke_vec(mem, d * n);
        for (size_t j = 0; j < d; j++) {
            place[j] = d - 1 - j;
            if (j < 5 || j > 11) memcpy(received + place[j] * n, x + j * n, n * sizeof *x);
        }
        const clarke_mixing_rows rows = {5, 7, x + 5 * n, received, place};
        clarke_mix_rows(w, n, &rows, z);
        cr_assert_eq(memcmp(y + 5 * n, z, 7 * n * sizeof *z), 0, "%s: rows", text[t]);
    }
}

/* Large steps are written past the cache: the bits are those of their columns mixed in small ones, in
   rows that begin on odd numbers of words and end inside a block. */
Test(networks, mixing_of_what_no_cache_holds)
{
    enum { AGENTS = 16, COLUMNS = 262147, PART = 1500 };
    static const char *const text[] = {"ring:d=16", "complete:d=16", "star:d=16"};
    static const size_t from[] = {0, 1023, 131072, COLUMNS - PART};
    double *x = clarke_vec(mem, AGENTS * COLUMNS), *y = clarke_vec(mem, AGENTS * COLUMNS);
    double *some = clarke_vec(mem, AGENTS * PART), *mixed = clarke_vec(mem, AGENTS * PART);
    for (size_t k = 0; k < AGENTS * COLUMNS; k++) x[k] = (double)(k * 2654435761u % 1000003) / 7.0;
    for (size_t t = 0; t < sizeof text / sizeof text[0]; t++) {
        const clarke_network *w = make(text[t]);
        for (size_t k = 0; k < AGENTS * COLUMNS; k++) y[k] = NAN;
        clarke_mix(w, COLUMNS, x, y);
        size_t written = 0;
        for (size_t k = 0; k < AGENTS * COLUMNS; k++) written += isnan(y[k]) ? 0 : 1;
        cr_assert_eq(written, AGENTS * COLUMNS, "%s: some are not written", text[t]);
        for (size_t p = 0; p < sizeof from / sizeof from[0]; p++) {
            for (size_t i = 0; i < AGENTS; i++)
                memcpy(some + i * PART, x + i * COLUMNS + from[p], PART * sizeof *x);
            clarke_mix(w, PART, some, mixed);
            for (size_t i = 0; i < AGENTS; i++)
                cr_assert_eq(memcmp(y + i * COLUMNS + from[p], mixed + i * PART, PART * sizeof *y),
                             0, "%s: agent %zu, columns from %zu on", text[t], i, from[p]);
        }
    }
}
