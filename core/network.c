#include "core/network.h"

#include "core/network_rows.h"
#include "core/registry.h"

#include <assert.h>
#include <float.h>
#include <string.h>

const char *clarke_lambda_source_text(clarke_lambda_source source)
{
    switch (source) {
    case CLARKE_LAMBDA_STRUCTURE: return "structure";
    case CLARKE_LAMBDA_CLOSED: return "closed form";
    case CLARKE_LAMBDA_LAPACK: return "LAPACK";
    case CLARKE_LAMBDA_LANCZOS: return "Lanczos";
    }
    return "";
}

double clarke_network_weight(const clarke_network *w, size_t i, size_t j)
{
    assert(i < w->agents && j < w->agents);
    size_t low = w->row.begin[i], high = w->row.begin[i + 1];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (w->row.column[middle] == j) return w->row.weight[middle];
        if (w->row.column[middle] < j)
            low = middle + 1;
        else
            high = middle;
    }
    return 0.0;
}

/* ---- listing ---- */

clarke_status clarke_network_size(clarke_network *w, size_t d, int weights)
{
    if (d == 0) return clarke_fail(CLARKE_EINPUT, "%s: a network has at least one agent", w->id);
    if (d > CLARKE_NETWORK_TERMS)
        return clarke_fail(CLARKE_EINPUT, "%s: %zu agents, but %d is the most there may be", w->id,
                           d, CLARKE_NETWORK_TERMS);
    w->agents = d;
    w->weights = (clarke_weights)weights;
    return CLARKE_OK;
}

static clarke_status network_add(clarke_network *w, size_t i, size_t j, double weight,
                                 clarke_arena *mem)
{
    clarke_network_list *list = w->list;
    assert(i < w->agents && j < w->agents);
    if (list->count == list->room) {
        if (list->room >= CLARKE_NETWORK_TERMS)
            return clarke_fail(CLARKE_EINPUT,
                               "%s: more than %d entries of W are not zero; choose fewer agents or "
                               "edges",
                               w->id, CLARKE_NETWORK_TERMS);
        const size_t room = list->room ? 2 * list->room : 64;
        clarke_network_term *term = clarke_alloc_array(mem, room, sizeof *term);
        CLARKE_TRY(clarke_arena_status(mem));
        if (list->count > 0) memcpy(term, list->term, list->count * sizeof *term);
        list->term = term, list->room = room;
    }
    list->term[list->count++] = (clarke_network_term){i, j, weight};
    return CLARKE_OK;
}

clarke_status clarke_network_edge(clarke_network *w, size_t i, size_t j, clarke_arena *mem)
{
    assert(!w->list->entries);
    if (i == j) return CLARKE_OK;
    CLARKE_TRY(network_add(w, i, j, NAN, mem));
    return network_add(w, j, i, NAN, mem);
}

clarke_status clarke_network_arc(clarke_network *w, size_t i, size_t j, clarke_arena *mem)
{
    assert(!w->list->entries);
    if (i == j) return CLARKE_OK;
    w->list->arcs = true;
    return network_add(w, i, j, NAN, mem);
}

clarke_status clarke_network_entry(clarke_network *w, size_t i, size_t j, double weight,
                                   clarke_arena *mem)
{
    assert(isfinite(weight) && (w->list->entries || w->list->count == 0));
    w->list->entries = w->matrix = true;
    return weight == 0.0 ? CLARKE_OK : network_add(w, i, j, weight, mem);
}

/* ---- making ---- */

/* The one weight c of every edge, or NAN. Where the largest degree alone decides the weights, the
   family's two Laplacian eigenvalues were declared for just that. */
static double network_edge_weight(const clarke_network *w)
{
    const double degree = (double)w->largest_degree;
    const bool regular = w->least_degree == w->largest_degree;
    switch (w->weights) {
    case CLARKE_WEIGHTS_METROPOLIS:
    case CLARKE_WEIGHTS_MAX_DEGREE: return 1.0 / (1.0 + degree);
    case CLARKE_WEIGHTS_LAZY: return 1.0 / (2.0 * degree);
    case CLARKE_WEIGHTS_UNIFORM: return regular ? 1.0 / (1.0 + degree) : NAN;
    case CLARKE_WEIGHTS_BARE: return regular ? 1.0 / degree : NAN;
    }
    return NAN;
}

/* W = I - cL: lambda = max(1 - c low, c high - 1), and the gap is formed without subtracting
   lambda from 1. low and high are sums of at most 34 terms >= 0, each with at most 8 roundings
   (angle, sine, square); c, and the product, have two more: less than 32 eps relative to c low and
   to c high <= 2. A closed lambda is a modulus of a mean of d numbers of modulus 1. */
static bool network_closed(clarke_network *w)
{
    const double rounding = 32.0 * DBL_EPSILON;
    if (!isnan(w->closed_lambda)) {
        w->lambda = w->closed_lambda, w->gap = 1.0 - w->lambda;
        w->lambda_error = w->gap_error = rounding + (double)w->agents * DBL_EPSILON;
    } else {
        const double c = network_edge_weight(w);
        const double low = c * w->laplacian_low, high = c * w->laplacian_high;
        if (isnan(low) || isnan(high)) return false;
        w->gap = fmin(low, 2.0 - high);
        w->lambda = w->gap == low ? 1.0 - low : high - 1.0;
        w->gap_error = rounding * (w->gap == low ? low : 2.0);
        w->lambda_error = w->gap_error + DBL_EPSILON;
    }
    w->lambda_source = CLARKE_LAMBDA_CLOSED;
    return true;
}

static clarke_status network_lambda(clarke_network *w, clarke_arena *mem)
{
    const bool stochastic = w->nonnegative && w->row_stochastic && w->column_stochastic;
    if (w->averaging) {
        w->lambda = 0.0, w->gap = 1.0;
        w->lambda_source = CLARKE_LAMBDA_CLOSED;
        return CLARKE_OK;
    }
    if (stochastic && w->mixes == CLARKE_MIXES_NO) {
        w->lambda = 1.0, w->gap = 0.0;
        w->lambda_source = CLARKE_LAMBDA_STRUCTURE;
        return CLARKE_OK;
    }
    if (stochastic && network_closed(w)) return CLARKE_OK;
    CLARKE_TRY(clarke_network_spectrum(w, mem));
    if (w->mixes != CLARKE_MIXES_UNDECIDED) return CLARKE_OK;
    /* With negative entries there is only the number. Lanczos bounds it from below alone. */
    if (w->lambda - w->lambda_error >= 1.0) {
        w->mixes = CLARKE_MIXES_NO;
        w->reason = "lambda is at least 1 by its number";
    } else if (w->lambda_source == CLARKE_LAMBDA_LAPACK && w->lambda + w->lambda_error < 1.0) {
        w->mixes = CLARKE_MIXES_YES;
        w->reason = "sums are 1 and lambda is below 1 by its number, rounding included";
    } else {
        w->reason = "some weights are negative, and the number does not tell lambda from 1";
    }
    return CLARKE_OK;
}

static const char *network_id(const char *id)
{
    for (size_t i = 0; i < clarke_networks.count; i++)
        if (strcmp(clarke_networks.entry[i].id, id) == 0) return clarke_networks.entry[i].id;
    return id;
}

clarke_status clarke_network_make(const clarke_spec *spec, clarke_arena *mem,
                                  const clarke_network **network)
{
    const void *found;
    CLARKE_TRY(clarke_registry_find(&clarke_networks, spec->id, &found));
    const clarke_network_desc *desc = found;
    clarke_network *w = clarke_alloc(mem, sizeof *w);
    clarke_network_list *list = clarke_alloc(mem, sizeof *list);
    void *params = clarke_alloc(mem, desc->params_size);
    const char *text = clarke_spec_text(spec, mem);
    CLARKE_TRY(clarke_arena_status(mem));
    *w = (clarke_network){.desc = desc,
                          .id = network_id(spec->id),
                          .spec = text,
                          .list = list,
                          .laplacian_low = NAN,
                          .laplacian_high = NAN,
                          .closed_lambda = NAN};
    CLARKE_TRY(clarke_params_apply(desc->params, w->id, spec, mem, params));
    CLARKE_TRY(desc->make(w, params, mem));
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_network_assemble(w, mem));
    CLARKE_TRY(clarke_network_check(w, mem));
    CLARKE_TRY(network_lambda(w, mem));
    w->list = NULL;
    *network = w;
    return CLARKE_OK;
}

clarke_status clarke_network_spec(const char *text, clarke_arena *mem, clarke_spec *spec)
{
    static const char prefix[] = "file:";
    const size_t length = sizeof prefix - 1;
    const size_t path = strncmp(text, prefix, length) == 0 ? strcspn(text + length, ",=") : 0;
    if (path == 0 || text[length + path] == '=') return clarke_spec_parse(text, mem, spec);
    const char *rest = text + length + path;
    const char *others = clarke_arena_printf(mem, "%s%s", prefix, *rest ? rest + 1 : "");
    const char *name = clarke_arena_printf(mem, "%.*s", (int)path, text + length);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_spec_parse(others, mem, spec));
    return clarke_spec_set(spec, "path", name, mem);
}

clarke_status clarke_network_from_text(const char *text, clarke_arena *mem,
                                       const clarke_network **network)
{
    clarke_spec spec;
    CLARKE_TRY(clarke_network_spec(text, mem, &spec));
    return clarke_network_make(&spec, mem, network);
}
