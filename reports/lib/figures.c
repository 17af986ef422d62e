#include "reports/lib/figures.h"

#include "reports/lib/gnuplot.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const clarke_plot *const figures_kind[] = {
    &clarke_plot_limit,     &clarke_plot_lyapunov, &clarke_plot_path,   &clarke_plot_agents,
    &clarke_plot_consensus, &clarke_plot_rest,     &clarke_plot_descent};
enum { FIGURES_KINDS = sizeof figures_kind / sizeof *figures_kind, FIGURES_PANELS = 6 };

/* ---- which cases are shown ---- */

/* The smaller, the sooner a reader wants to see it. */
static int figures_rank(const clarke_result *r)
{
    if (r->surprising) return 0;
    if (clarke_result_undecided(r)) return 1;
    if (r->role == CLARKE_ROLE_READING) return 2;
    return r->role == CLARKE_ROLE_CONTROL ? 3 : 4;
}

static int figures_compare(const void *a, const void *b)
{
    const clarke_result *x = *(const clarke_result *const *)a;
    const clarke_result *y = *(const clarke_result *const *)b;
    const int rank = figures_rank(x) - figures_rank(y);
    return rank ? rank : strcmp(x->id, y->id);
}

static bool figures_same_stem(const char *a, const char *b)
{
    const size_t n = strcspn(a, ":");
    return n == strcspn(b, ":") && strncmp(a, b, n) == 0;
}

/* How many of {problem, method} a chosen case already shows; 2 if one shows both. */
static int figures_overlap(const clarke_result *r, const clarke_result *const *chosen, size_t count)
{
    int most = 0;
    for (size_t i = 0; i < count; i++) {
        const int shared = figures_same_stem(r->problem, chosen[i]->problem) +
                           figures_same_stem(r->method, chosen[i]->method);
        if (shared > most) most = shared;
    }
    return most;
}

/* Takes `most` of the cases: surprises first whatever they are; then such that problems and methods
   differ as much as possible. At most half are controls while there are others. */
static size_t figures_choose(const clarke_result **cases, size_t count, size_t most,
                             const clarke_result **chosen)
{
    size_t taken = 0, controls = 0;
    qsort(cases, count, sizeof *cases, figures_compare);
    for (int allowed = 0; allowed <= 3; allowed++) {
        for (size_t i = 0; i < count && taken < most; i++) {
            const clarke_result *r = cases[i];
            if (!r) continue;
            const bool urgent = figures_rank(r) == 0;
            const bool control = r->role == CLARKE_ROLE_CONTROL;
            if (!urgent && allowed < 3 && figures_overlap(r, chosen, taken) > allowed) continue;
            if (!urgent && control && allowed < 3 && controls >= most / 2) continue;
            chosen[taken++] = r;
            controls += control;
            cases[i] = NULL;
        }
    }
    qsort(chosen, taken, sizeof *chosen, figures_compare);
    return taken;
}

/* ---- the list ---- */

static clarke_status figures_add(const clarke_results *results, const clarke_result_group *group,
                                 size_t kind, clarke_arena *mem, clarke_figure *figure)
{
    const clarke_plot *plot = figures_kind[kind];
    const clarke_result **cases = clarke_alloc_array(mem, group->count, sizeof *cases);
    const clarke_result **chosen = clarke_alloc_array(mem, FIGURES_PANELS, sizeof *chosen);
    CLARKE_TRY(clarke_arena_status(mem));
    size_t usable = 0;
    for (size_t i = 0; i < group->count; i++) {
        const clarke_result *r = &results->result[group->index[i]];
        if (plot->usable(results, r)) cases[usable++] = r;
    }
    *figure = (clarke_figure){
        .claim = group->name,
        .file = clarke_arena_printf(mem, "figures/%s-%s.svg", group->name, plot->ending),
        .caption = plot->caption,
        .kind = kind,
        .panels = figures_choose(cases, usable, plot->most, chosen),
        .panel = chosen,
        .usable = usable,
    };
    return clarke_arena_status(mem);
}

clarke_status clarke_figures_plan(const clarke_results *results, clarke_arena *mem,
                                  clarke_figures *figures)
{
    clarke_figure *figure =
        clarke_alloc_array(mem, results->claims * FIGURES_KINDS, sizeof *figure);
    CLARKE_TRY(clarke_arena_status(mem));
    *figures = (clarke_figures){0, figure};
    for (size_t i = 0; i < results->claims; i++) {
        for (size_t kind = 0; kind < FIGURES_KINDS; kind++) {
            CLARKE_TRY(
                figures_add(results, &results->claim[i], kind, mem, &figure[figures->count]));
            figures->count += figure[figures->count].panels > 0;
        }
    }
    return CLARKE_OK;
}

/* ---- drawing ---- */

static clarke_status figures_draw_one(const clarke_results *results, const char *folder,
                                      const clarke_figure *figure)
{
    FILE *script = tmpfile();
    if (!script) return clarke_fail(CLARKE_EIO, "a temporary file could not be made");
    clarke_status status =
        figures_kind[figure->kind]->draw(results, figure->panel, figure->panels, script);
    if (status == CLARKE_OK) status = clarke_gnuplot_run(script, folder, figure->file);
    fclose(script);
    return status;
}

clarke_status clarke_figures_draw(const clarke_results *results, const char *folder)
{
    clarke_figures figures;
    char path[1200];
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = clarke_figures_plan(results, mem, &figures);
    if (status == CLARKE_OK && figures.count > 0) status = clarke_folder_make(folder, "figures");
    bool absent = false;
    for (size_t i = 0; status == CLARKE_OK && i < figures.count; i++) {
        const clarke_figure *figure = &figures.figure[i];
        const clarke_status drawn = absent ? CLARKE_EUNAVAILABLE
                                           : figures_draw_one(results, folder, figure);
        absent = drawn == CLARKE_EUNAVAILABLE;
        if (drawn == CLARKE_OK) continue;
        /* An old figure would show other records than the report does. */
        snprintf(path, sizeof path, "%s/%s", folder, figure->file);
        unlink(path);
    }
    clarke_arena_free(mem);
    return status;
}
