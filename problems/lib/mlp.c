#include "problems/lib/mlp.h"

#include "core/stream.h"

#include <limits.h>
#include <unistd.h>

/* Samples in one matrix: enough for gemm to reach its speed, little enough to stay in cache. */
enum { MLP_BATCH = 256 };

double clarke_mlp_bytes(const clarke_mlp_shape *s, size_t samples, size_t real_size)
{
    /* A run holds about ten vectors besides: iterate, copies, momentum, gradients. */
    const double vectors = 12.0;
    double n = 0.0, columns = (double)s->width[0], widest = columns;
    for (size_t l = 0; l < s->layers; l++) {
        const double in = (double)s->width[l], out = (double)s->width[l + 1];
        n += (in + 1.0) * out;
        columns += 2.0 * out;
        widest = fmax(widest, out);
    }
    const double sample = (double)(s->width[0] + s->width[s->layers]) + 1.0;
    const double number = (double)sizeof(double), real = (double)real_size;
    return (double)samples * sample * number + (double)s->batch * (columns + 2.0 * widest) * real +
           n * (vectors * number + 2.0 * real);
}

clarke_status clarke_mlp_check_memory(const clarke_mlp_shape *s, size_t samples, size_t real_size)
{
    const double bytes = clarke_mlp_bytes(s, samples, real_size);
    const double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    if (have > 0.0 && !(bytes <= have))
        return clarke_fail(CLARKE_EINPUT,
                           "relu_mlp: a run would need %.0f bytes, this machine has %.0f: fewer "
                           "widths or samples are needed",
                           bytes, have);
    return CLARKE_OK;
}

static clarke_status mlp_width(double value, size_t *width)
{
    if (!(value >= 1.0 && value <= INT_MAX) || value != floor(value))
        return clarke_fail(CLARKE_EINPUT,
                           "relu_mlp: widths: %g is not a whole number from 1 to %d (a single 0 "
                           "means no hidden layer)",
                           value, INT_MAX);
    *width = (size_t)value;
    return CLARKE_OK;
}

clarke_status clarke_mlp_shape_make(size_t inputs, const clarke_list *hidden, size_t outputs,
                                    size_t samples, clarke_arena *mem, clarke_mlp_shape *s)
{
    const size_t middle = hidden->count == 1 && hidden->value[0] == 0.0 ? 0 : hidden->count;
    s->layers = middle + 1;
    s->width = clarke_alloc_array(mem, s->layers + 1, sizeof *s->width);
    s->offset = clarke_alloc_array(mem, s->layers, sizeof *s->offset);
    CLARKE_TRY(clarke_arena_status(mem));
    s->width[0] = inputs;
    s->width[s->layers] = outputs;
    for (size_t l = 0; l < middle; l++) CLARKE_TRY(mlp_width(hidden->value[l], &s->width[l + 1]));
    s->batch = samples < MLP_BATCH ? samples : MLP_BATCH;
    /* Before any product of widths is formed in integers. */
    CLARKE_TRY(clarke_mlp_check_memory(s, samples, sizeof(double)));
    s->n = 0;
    for (size_t l = 0; l < s->layers; l++) {
        s->offset[l] = s->n;
        s->n += (s->width[l] + 1) * s->width[l + 1];
    }
    return CLARKE_OK;
}

clarke_status clarke_mlp_layout(const clarke_mlp_shape *s, clarke_arena *mem, clarke_layout *layout)
{
    clarke_block *block = clarke_alloc_array(mem, 2 * s->layers, sizeof *block);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t l = 0; l < s->layers; l++) {
        const size_t in = s->width[l], out = s->width[l + 1];
        block[2 * l] =
            (clarke_block){clarke_arena_printf(mem, "W%zu", l + 1), s->offset[l], out, in};
        block[2 * l + 1] = (clarke_block){clarke_arena_printf(mem, "b%zu", l + 1),
                                          s->offset[l] + in * out, out, 1};
    }
    *layout = (clarke_layout){2 * s->layers, block};
    return clarke_arena_status(mem);
}

void clarke_mlp_start(const clarke_mlp_shape *s, uint64_t seed, double *x)
{
    const clarke_stream stream = clarke_stream_make(seed, "relu_mlp", "", 0, 0, "init");
    for (size_t l = 0; l < s->layers; l++) {
        const size_t in = s->width[l], out = s->width[l + 1], first = s->offset[l];
        const double deviation = sqrt(2.0 / (double)in);
        for (size_t j = first; j < first + in * out; j++)
            x[j] = deviation * clarke_stream_gaussian(&stream, 0, j);
        for (size_t j = first + in * out; j < first + (in + 1) * out; j++) x[j] = 0.0;
    }
}

double clarke_mlp_value(const clarke_problem *p, const double *x)
{
    const clarke_mlp *mlp = p->data;
    return mlp->engine->value(mlp->net, &mlp->set, x);
}

void clarke_mlp_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const clarke_mlp *mlp = p->data;
    mlp->engine->gradient(mlp->net, &mlp->set, x, NULL, mlp->set.samples, g);
}

void clarke_mlp_term_subgradient(const clarke_problem *p, const double *x, const size_t *term,
                                 size_t count, double *g)
{
    const clarke_mlp *mlp = p->data;
    mlp->engine->gradient(mlp->net, &mlp->set, x, term, count, g);
}

double clarke_mlp_accuracy(const clarke_problem *p, const clarke_dataset *set, const double *x)
{
    if (p->desc->value != clarke_mlp_value) return NAN;
    const clarke_mlp *mlp = p->data;
    if (!set) set = &mlp->set;
    if (!set->label || set->samples == 0 || set->inputs != mlp->set.inputs ||
        set->outputs != mlp->set.outputs)
        return NAN;
    return (double)mlp->engine->correct(mlp->net, set, x) / (double)set->samples;
}
