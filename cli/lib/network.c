/* The card of a network. */
#include "cli/lib/card.h"

#include <stdlib.h>
#include <string.h>

enum { NETWORK_CELLS = 32 };

/* W as a square of cells, each for one entry, or for a square of them where there are many agents:
   o an agent's own weight, # an edge, - a negative weight, . nothing. */
static const char *network_picture(const clarke_network *w, clarke_arena *mem)
{
    const size_t d = w->agents, cells = d < NETWORK_CELLS ? d : NETWORK_CELLS;
    char *grid = clarke_alloc(mem, cells * cells), *text = clarke_alloc(mem, cells * 80 + 160);
    if (!grid || !text) return NULL;
    memset(grid, '.', cells * cells);
    for (size_t i = 0; i < d; i++)
        for (size_t k = w->row.begin[i]; k < w->row.begin[i + 1]; k++) {
            const size_t j = w->row.column[k];
            char *cell = &grid[i * cells / d * cells + j * cells / d];
            if (*cell == '-' || (*cell == '#' && i == j)) continue;
            *cell = w->row.weight[k] < 0.0 ? '-' : i == j ? 'o' : '#';
        }
    char *at = text;
    for (size_t r = 0; r < cells; r++) {
        at += sprintf(at, "   ");
        for (size_t c = 0; c < cells; c++) at += sprintf(at, " %c", grid[r * cells + c]);
        *at++ = '\n';
    }
    sprintf(at, "    W%s; o: own weight, #: edge%s\n",
            d > cells ? ", many entries a cell" : ", row i, column j",
            w->nonnegative ? "" : ", -: negative weight");
    return text;
}

static int network_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* The different weights, the largest first, with how many entries have each: "0.25 (6), 0.5 (2)". Those
   that differ by rounding only count as one. */
static const char *network_weights(const clarke_network *w, bool own, clarke_arena *mem)
{
    enum { SHOWN = 6 };
    double *weight = clarke_vec(mem, w->terms + 1);
    size_t count = 0, kinds = 0;
    const char *text = "";
    if (!weight) return NULL;
    for (size_t i = 0; i < w->agents; i++)
        for (size_t k = w->row.begin[i]; k < w->row.begin[i + 1]; k++)
            if ((w->row.column[k] == i) == own) weight[count++] = w->row.weight[k];
    qsort(weight, count, sizeof *weight, network_compare);
    for (size_t k = 0, end; k < count && text; k = end, kinds++) {
        for (end = k + 1; end < count && weight[k] - weight[end] <= w->rounding;) end++;
        if (kinds < SHOWN)
            text = clarke_arena_printf(mem, "%s%s%.6g (%zu)", text, kinds ? ", " : "", weight[k],
                                       end - k);
    }
    if (text && kinds > SHOWN)
        text = clarke_arena_printf(mem, "%s, and %zu more", text, kinds - SHOWN);
    return text;
}

static const char *network_yes(bool yes)
{
    return yes ? "yes" : "no";
}

/* A few agents: the matrix itself. */
static void network_matrix(clarke_card *card, const clarke_network *w)
{
    double row[4];
    for (size_t i = 0; w->agents <= 4 && i < w->agents; i++) {
        for (size_t j = 0; j < w->agents; j++) row[j] = clarke_network_weight(w, i, j);
        const char *key = clarke_arena_printf(card->mem, "row %zu", i);
        if (!key) return;
        clarke_card_point(card, key, row, w->agents);
    }
}

clarke_status clarke_network_card(clarke_card *card, const clarke_spec *spec)
{
    const void *found;
    const clarke_network *w;
    CLARKE_TRY(clarke_registry_find(&clarke_networks, spec->id, &found));
    const clarke_network_desc *desc = found;
    card->title = desc->title;
    card->params = desc->params;
    clarke_card_add(card, "formula", desc->formula);
    /* The card of the kind of network: there is no file to show. */
    if (strcmp(spec->id, "file") == 0 && spec->count == 0) return CLARKE_OK;
    CLARKE_TRY(clarke_network_make(spec, card->mem, &w));
    clarke_card_count(card, "agents", w->agents);
    clarke_card_count(card, "edges", w->edges);
    if (w->least_degree == w->largest_degree)
        clarke_card_count(card, "neighbours", w->least_degree);
    else
        clarke_card_addf(card, "neighbours", "%zu to %zu", w->least_degree, w->largest_degree);
    clarke_card_count(card, "entries of W", w->terms);
    network_matrix(card, w);
    clarke_card_add(card, "own weights", network_weights(w, true, card->mem));
    clarke_card_add(card, "edge weights", network_weights(w, false, card->mem));
    clarke_card_add(card, "mixes",
                    w->mixes == CLARKE_MIXES_YES  ? "yes"
                    : w->mixes == CLARKE_MIXES_NO ? "no"
                                                  : "not decided");
    clarke_card_add(card, "because", w->reason);
    clarke_card_real(card, "lambda", w->lambda);
    clarke_card_real(card, "lambda error", w->lambda_error);
    clarke_card_real(card, "spectral gap", w->gap);
    clarke_card_real(card, "gap error", w->gap_error);
    clarke_card_add(card, "lambda by", clarke_lambda_source_text(w->lambda_source));
    clarke_card_addf(card, "row sums", "1 %s %.3g", w->row_stochastic ? "to" : "missed by",
                     w->row_error);
    clarke_card_addf(card, "column sums", "1 %s %.3g", w->column_stochastic ? "to" : "missed by",
                     w->column_error);
    clarke_card_add(card, "symmetric", network_yes(w->symmetric));
    clarke_card_add(card, "nonnegative", network_yes(w->nonnegative));
    clarke_card_add(card, "positive diagonal", network_yes(w->positive_diagonal));
    clarke_card_add(card, "connected", network_yes(w->connected));
    clarke_card_add(card, "bipartite graph", network_yes(w->bipartite));
    clarke_card_add(card, "source", desc->source);
    card->picture = network_picture(w, card->mem);
    return CLARKE_OK;
}
