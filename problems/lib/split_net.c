#include "problems/lib/split_net.h"

#include "core/registry.h"
#include "core/stream.h"
#include "data/dataset.h"

#include <string.h>
#include <unistd.h>

typedef struct {
    clarke_split split;
    clarke_split_work *work;
} split_net;

/* ---- sizes and blocks ---- */

static clarke_status split_net_memory(const clarke_split *s, const size_t *width)
{
    double numbers = 0.0, n = (double)s->samples;
    for (size_t i = 1; i <= s->depth; i++)
        numbers += (double)width[i] * ((double)width[i - 1] + 3.0 * n);
    /* The start and the iterate at least. */
    const double bytes = 2.0 * sizeof(double) * numbers;
    const double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    if (have > 0.0 && !(bytes <= have))
        return clarke_fail(CLARKE_EINPUT,
                           "a split network of these widths and samples needs %.0f bytes, this "
                           "machine has %.0f",
                           bytes, have);
    return CLARKE_OK;
}

static size_t split_net_block(clarke_block *block, size_t *count, size_t *offset, const char *name,
                              size_t rows, size_t cols)
{
    block[*count] = (clarke_block){name, *offset, rows, cols};
    *offset += rows * cols;
    return (*count)++;
}

static clarke_status split_net_blocks(clarke_split *s, clarke_split_layer *layer, size_t *n,
                                      clarke_arena *mem)
{
    clarke_block *block = clarke_alloc_array(mem, 4 * s->depth, sizeof *block);
    CLARKE_TRY(clarke_arena_status(mem));
    size_t count = 0;
    *n = 0;
    for (size_t i = 1; i <= s->depth; i++) {
        clarke_split_layer *l = &layer[i];
        const char *name[4];
        for (size_t r = 0; r < 4; r++) name[r] = clarke_arena_printf(mem, "%c%zu", "WbVU"[r], i);
        CLARKE_TRY(clarke_arena_status(mem));
        l->b = l->u = CLARKE_NO_BLOCK;
        l->w = split_net_block(block, &count, n, name[0], l->out, l->in);
        if (s->bias) l->b = split_net_block(block, &count, n, name[1], l->out, 1);
        l->v = split_net_block(block, &count, n, name[2], l->out, s->samples);
        if (s->kind == CLARKE_SPLIT_THREE)
            l->u = split_net_block(block, &count, n, name[3], l->out, s->samples);
    }
    s->layout = (clarke_layout){count, block};
    return CLARKE_OK;
}

static clarke_status split_net_parts(clarke_split *s, clarke_split_layer *layer)
{
    const void *desc;
    CLARKE_TRY(clarke_registry_find(&clarke_losses, s->loss_id, &desc));
    s->loss = desc;
    for (size_t i = 1; i <= s->depth; i++) {
        CLARKE_TRY(clarke_registry_find(&clarke_activations, layer[i].activation_id, &desc));
        layer[i].activation = desc;
        const clarke_term *term[2] = {&layer[i].w_term, &layer[i].v_term};
        for (size_t t = 0; t < 2; t++)
            if (term[t]->kind == CLARKE_TERM_BOX && !(term[t]->low <= term[t]->high))
                return clarke_fail(CLARKE_EINPUT, "the box of %c, [%g, %g], is empty", "WV"[t],
                                   term[t] -> low, term[t] -> high);
    }
    return CLARKE_OK;
}

clarke_status clarke_split_install(clarke_problem *p, clarke_split *split, const size_t *width,
                                   clarke_split_layer *layer, clarke_arena *mem)
{
    split_net *net = clarke_alloc(mem, sizeof *net);
    CLARKE_TRY(clarke_arena_status(mem));
    net->split = *split;
    clarke_split *s = &net->split;
    size_t n;
    for (size_t i = 0; i <= s->depth; i++) {
        layer[i].out = width[i];
        layer[i].in = i > 0 ? width[i - 1] : 0;
        s->residual |= layer[i].skip;
    }
    s->layer = layer;
    CLARKE_TRY(split_net_memory(s, width));
    CLARKE_TRY(split_net_parts(s, layer));
    CLARKE_TRY(split_net_blocks(s, layer, &n, mem));
    for (size_t j = 0; j < s->samples; j++) {
        double square = 0.0;
        for (size_t c = 0; c < width[s->depth]; c++)
            square += s->y[j * width[s->depth] + c] * s->y[j * width[s->depth] + c];
        s->target = fmax(s->target, sqrt(square));
    }
    CLARKE_TRY(clarke_problem_size(p, n, 0.0, -1.0, 1.0, mem));
    CLARKE_TRY(clarke_split_work_make(s, mem, &net->work));
    p->layout = s->layout;
    p->split = s;
    p->data = net;
    return CLARKE_OK;
}

/* ---- the start ---- */

static double split_net_clip(const clarke_term *r, double t)
{
    return r->kind == CLARKE_TERM_BOX ? fmin(fmax(t, r->low), r->high) : t;
}

void clarke_split_forward(const clarke_split *s, double *x)
{
    const size_t n = s->samples;
    for (size_t i = 1; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        double *v = x + s->layout.block[l->v].offset, *z = v;
        const double *input = clarke_split_input(s, x, i), *bias = NULL;
        if (l->u != CLARKE_NO_BLOCK) z = x + s->layout.block[l->u].offset;
        if (l->b != CLARKE_NO_BLOCK) bias = clarke_split_block(s, x, l->b);
        for (size_t e = 0; e < l->out * n; e++) z[e] = bias ? bias[e % l->out] : 0.0;
        clarke_gemm(false, false, l->out, n, l->in, 1.0, clarke_split_block(s, x, l->w), l->out,
                    input, l->in, 1.0, z, l->out);
        l->activation->value(&l->opts, l->out * n, z, v);
        for (size_t e = 0; e < l->out * n; e++)
            v[e] = split_net_clip(&l->v_term, v[e] + (l->skip ? input[e] : 0.0));
    }
}

static void split_net_start(const clarke_split *s, const clarke_split_params *o, double *x)
{
    const clarke_stream stream = clarke_stream_make(o->seed, "split", "", 0, 0, "init");
    for (size_t i = 1; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        const double deviation = o->spread > 0.0 ? o->spread : sqrt(2.0 / (double)l->in);
        double *w = x + s->layout.block[l->w].offset;
        for (size_t e = 0; e < l->out * l->in; e++)
            w[e] = split_net_clip(&l->w_term, deviation * clarke_stream_gaussian(&stream, i, e));
        for (size_t e = 0; e < l->out && l->b != CLARKE_NO_BLOCK; e++)
            x[s->layout.block[l->b].offset + e] = o->bias_start;
    }
    clarke_split_forward(s, x);
}

/* ---- data ---- */

static clarke_status split_net_data(const clarke_split_params *o, const clarke_loss_desc *loss,
                                    clarke_arena *mem, clarke_dataset *set)
{
    const size_t length = strlen(o->data);
    const bool classes = o->targets == CLARKE_TARGETS_AUTO ? loss->probabilities
                                                           : o->targets == CLARKE_TARGETS_CLASSES;
    if (loss->probabilities && !classes)
        return clarke_fail(CLARKE_EINPUT, "loss=%s needs targets=classes", o->loss);
    if (length > 4 && strcmp(o->data + length - 4, ".csv") == 0)
        return clarke_dataset_csv(o->data, o->samples, classes ? 0 : o->outputs, mem, set);
    if (strcmp(o->data, "teacher") != 0)
        return clarke_dataset_idx(strcmp(o->data, "fashion") == 0 ? CLARKE_FASHION_MNIST : o->data,
                                  "train", o->samples, mem, set);
    if (o->samples == 0)
        return clarke_fail(CLARKE_EINPUT, "samples: a teacher gives no end of samples, a number is "
                                          "needed");
    const double numbers = (double)o->samples * ((double)o->inputs + (double)o->outputs) +
                           (double)o->teacher * ((double)o->inputs + (double)o->outputs);
    if (!(numbers < 0x1p36))
        return clarke_fail(CLARKE_EINPUT, "a teacher of this size needs %.0f bytes", 8.0 * numbers);
    const clarke_teacher teacher = {o->samples, o->inputs, o->teacher,
                                    o->outputs, classes,   o->seed};
    return clarke_dataset_teacher(&teacher, mem, set);
}

/* Margin losses compare with signs: 1 for the class and -1 for the others, or the signs of numbers. */
static void split_net_signs(clarke_dataset *set)
{
    for (size_t e = 0; e < set->samples * set->outputs; e++)
        set->y[e] = set->y[e] > 0.0 ? 1.0 : -1.0;
}

/* ---- the families ---- */

static clarke_status split_net_widths(const clarke_split_params *o, const clarke_dataset *set,
                                      size_t *width, size_t depth)
{
    width[0] = set->inputs, width[depth] = set->outputs;
    for (size_t i = 1; i < depth; i++) {
        const double value = o->widths.value[i - 1];
        if (!(value >= 1.0 && value <= INT_MAX) || value != floor(value))
            return clarke_fail(CLARKE_EINPUT,
                               "widths: %g is not a whole number from 1 to %d (a single 0 means no "
                               "hidden layer)",
                               value, INT_MAX);
        width[i] = (size_t)value;
    }
    return CLARKE_OK;
}

static void split_net_layers(const clarke_split_params *o, const size_t *width, size_t depth,
                             clarke_split_layer *layer)
{
    const double rho = o->rho > 0.0 ? o->rho : o->gamma;
    for (size_t i = 1; i <= depth; i++)
        layer[i] = (clarke_split_layer){
            .skip = o->residual && width[i] == width[i - 1],
            .activation_id = i < depth ? o->activation : "linear",
            .opts = {o->relu_zero, o->negative_slope},
            .gamma = o->gamma,
            .rho = rho,
            .w_term = {(clarke_term_kind)o->w_term, o->w_weight, NULL, o->w_low, o->w_high},
            .v_term = {(clarke_term_kind)o->v_term, o->v_weight, NULL, o->v_low, o->v_high}};
}

clarke_status clarke_split_family(clarke_problem *p, clarke_split_kind kind,
                                  const clarke_split_params *o, clarke_arena *mem)
{
    clarke_dataset set;
    const void *loss;
    const bool none = o->widths.count == 1 && o->widths.value[0] == 0.0;
    const size_t depth = none ? 1 : o->widths.count + 1;
    CLARKE_TRY(clarke_registry_find(&clarke_losses, o->loss, &loss));
    CLARKE_TRY(split_net_data(o, loss, mem, &set));
    if (((const clarke_loss_desc *)loss)->margin) split_net_signs(&set);
    size_t *width = clarke_alloc_array(mem, depth + 1, sizeof *width);
    clarke_split_layer *layer = clarke_alloc_array(mem, depth + 1, sizeof *layer);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(split_net_widths(o, &set, width, depth));
    split_net_layers(o, width, depth, layer);
    clarke_split split = {.kind = kind,
                          .bias = o->bias,
                          .depth = depth,
                          .samples = set.samples,
                          .x = set.x,
                          .y = set.y,
                          .label = set.label,
                          .loss_id = o->loss,
                          .weight = o->weight == 0 ? 1.0 / (double)set.samples : 1.0};
    CLARKE_TRY(clarke_split_install(p, &split, width, layer, mem));
    if (o->residual && !p->split->residual)
        return clarke_fail(CLARKE_EINPUT, "residual=yes, but no two successive widths are equal");
    split_net_start(p->split, o, p->start);
    p->terms = 1;
    return CLARKE_OK;
}

/* ---- capabilities ---- */

double clarke_split_problem_value(const clarke_problem *p, const double *x)
{
    const split_net *net = p->data;
    return clarke_split_value(net->work, x);
}

void clarke_split_problem_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const split_net *net = p->data;
    clarke_split_stationarity(net->work, x, CLARKE_NOTION_SELECTION, 0.0, NULL, g);
}

double clarke_split_problem_residual(const clarke_problem *p, const double *x)
{
    const split_net *net = p->data;
    const clarke_split_point found =
        clarke_split_stationarity(net->work, x, CLARKE_NOTION_CLARKE, 0.0, NULL, NULL);
    return found.exact ? found.distance : NAN;
}

double clarke_split_problem_field_residual(const clarke_problem *p, const double *x)
{
    const split_net *net = p->data;
    return clarke_split_stationarity(net->work, x, CLARKE_NOTION_CLARKE, 0.0, NULL, NULL).distance;
}
