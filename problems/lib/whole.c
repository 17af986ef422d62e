#include "problems/lib/whole.h"

#include <assert.h>
#include <string.h>

static void whole_swap(clarke_whole *w, size_t i, size_t j)
{
    int64_t copy[CLARKE_WHOLE_MOST + 1];
    memcpy(copy, w->row[i], sizeof copy);
    memcpy(w->row[i], w->row[j], sizeof copy);
    memcpy(w->row[j], copy, sizeof copy);
}

/* Clears column c of all rows but `rank`; every division is exact. */
static void whole_clear(clarke_whole *w, size_t c)
{
    const int64_t *by = w->row[w->rank];
    for (size_t i = 0; i < w->count; i++) {
        int64_t *row = w->row[i];
        const int64_t factor = row[c];
        if (i == w->rank) continue;
        for (size_t j = 0; j <= w->unknowns; j++) row[j] = (by[c] * row[j] - factor * by[j]) / w->d;
    }
    w->d = by[c];
}

static void whole_negate(clarke_whole *w)
{
    w->d = -w->d;
    for (size_t i = 0; i < w->count; i++)
        for (size_t j = 0; j <= w->unknowns; j++) w->row[i][j] = -w->row[i][j];
}

void clarke_whole_solve(clarke_whole *w)
{
    assert(w->count <= CLARKE_WHOLE_MOST && w->unknowns <= CLARKE_WHOLE_MOST);
    w->rank = 0, w->d = 1, w->consistent = true;
    for (size_t c = 0; c < w->unknowns && w->rank < w->count; c++) {
        size_t i = w->rank;
        while (i < w->count && w->row[i][c] == 0) i++;
        if (i == w->count) continue;
        whole_swap(w, i, w->rank);
        whole_clear(w, c);
        w->pivot[w->rank++] = c;
    }
    for (size_t i = w->rank; i < w->count; i++)
        if (w->row[i][w->unknowns] != 0) w->consistent = false;
    if (w->d < 0) whole_negate(w);
}

void clarke_whole_solution(const clarke_whole *w, int64_t *u)
{
    memset(u, 0, w->unknowns * sizeof *u);
    for (size_t i = 0; i < w->rank; i++) u[w->pivot[i]] = w->row[i][w->unknowns];
}

void clarke_whole_kernel(const clarke_whole *w, int64_t *u)
{
    size_t at = 0;
    while (at < w->rank && w->pivot[at] == at) at++;
    assert(at < w->unknowns);
    memset(u, 0, w->unknowns * sizeof *u);
    for (size_t i = 0; i < w->rank; i++) u[w->pivot[i]] = -w->row[i][at];
    u[at] = w->d;
}

/* The determinant of the columns of a[k][.] other than `skip`. */
static int64_t whole_minor(size_t n, const int64_t *const *a, size_t skip)
{
    int64_t m[3][3];
    for (size_t k = 0; k + 1 < n; k++)
        for (size_t j = 0, c = 0; j < n; j++)
            if (j != skip) m[k][c++] = a[k][j];
    if (n == 1) return 1;
    if (n == 2) return m[0][0];
    if (n == 3) return m[0][0] * m[1][1] - m[0][1] * m[1][0];
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

void clarke_whole_normal(size_t n, const int64_t *const *a, int64_t *v)
{
    assert(n >= 1 && n <= 4);
    for (size_t j = 0; j < n; j++) v[j] = (j % 2 ? -1 : 1) * whole_minor(n, a, j);
}
