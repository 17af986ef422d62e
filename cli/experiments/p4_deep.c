/* Ten hidden layers of 600 ReLUs on Fashion-MNIST: block coordinate descent on the three-splitting
   (Zeng, Lau, Lin, Yao) in double precision beside plain SGD, both with the settings of the authors'
   published programs: gamma = rho = alpha = 1, loss 1/2 |V_N - Y|^2 summed, biases by the Jacobi step,
   W from 0.01 N(0, 1), b = 0.1, U and V by the forward pass; SGD with mean squared error over the
   outputs, step 0.001, batches of 512 in the order of the data, no momentum, from the same start.

   Block descent is driven phase by phase, and the fall of the objective is formed at every update from
   that block's move and the products that the update has (methods/lib/bcd_falls.h), with a bound of its
   rounding. The falls must add up to the difference of the objective's first and last value. */
#include "cli/lib/experiment.h"

#include "core/oracle.h"
#include "core/split.h"
#include "core/sum.h"
#include "methods/lib/bcd_falls.h"
#include "problems/lib/mlp.h"

#include <string.h>

typedef struct {
    size_t layers, width, samples, sweeps, epochs, tested;
    const char *data;
} deep;

static const struct {
    size_t samples, sweeps, epochs, tested;
} deep_sizes[CLARKE_SCALES] = {{6000, 60, 5, 2000}, {60000, 300, 100, 10000}};

static const char *p4_deep_widths(const deep *o, clarke_arena *mem)
{
    char *text = clarke_alloc(mem, 16 * o->layers + 1);
    for (size_t i = 0, at = 0; text && i < o->layers; i++)
        at += (size_t)snprintf(text + at, 16, "%s%zu", i ? "," : "", o->width);
    return text;
}

/* ---- block coordinate descent ---- */

typedef struct {
    const clarke_method_desc *method;
    clarke_problem *problem;
    clarke_split_work *work;
    clarke_oracle oracle;
    clarke_iter it;
    void *state;
    clarke_bcd_falls *falls;
    clarke_bcd_fall_known *rest; /* [N] */
    clarke_dataset test;
    /* over all updates */
    size_t updates, fell, unresolved, rises;
    double worst;             /* largest rise over its rounding bound */
    double start, end, bound; /* values by their formula; the sum of the bounds */
    clarke_sum fall;
    double *by_sweep; /* [sweeps] */
    double pair[2];   /* of the W that b follows */
} deep_descent;

static clarke_status p4_deep_method(deep_descent *d, const char *text, clarke_arena *mem)
{
    const void *desc;
    clarke_spec spec;
    CLARKE_TRY(clarke_spec_parse(text, mem, &spec));
    CLARKE_TRY(clarke_registry_find(&clarke_methods, spec.id, &desc));
    d->method = desc;
    void *params = clarke_alloc(mem, d->method->params_size);
    d->state = clarke_alloc(mem, d->method->state_size);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_params_apply(d->method->params, spec.id, &spec, mem, params));
    d->oracle = (clarke_oracle){.problem = d->problem};
    d->it = (clarke_iter){.n = d->problem->n,
                          .layout = d->problem->layout,
                          .x = d->problem->start, /* descends in place */
                          .oracle = &d->oracle,
                          .eta = 1.0,
                          .eta0 = 1.0,
                          .theta = 1.0,
                          .theta0 = 1.0,
                          .mem = mem,
                          .phases = d->method->phases,
                          .phase = d->method->phase};
    return d->method->init(&d->it, params, d->state);
}

static clarke_status p4_deep_open(clarke_experiment *e, const deep *o, deep_descent *d,
                                  clarke_arena *mem)
{
    const char *text = clarke_arena_printf(
        mem,
        "split_three:data=%s,samples=%zu,targets=classes,widths=%s,bias=yes,weight=sum,spread=0.01,"
        "bias_start=0.1,seed=%zu",
        o->data, o->samples, p4_deep_widths(o, mem), (size_t)e->seed);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_dataset_idx(o->data, "t10k", o->tested, mem, &d->test));
    CLARKE_TRY(clarke_problem_from_text(text, mem, &d->problem));
    CLARKE_TRY(clarke_split_work_make(d->problem->split, mem, &d->work));
    CLARKE_TRY(p4_deep_method(d, "bcd_three:alpha=1,bias_step=jacobi", mem));
    CLARKE_TRY(clarke_bcd_falls_make(d->problem->split, d->it.x, mem, &d->falls));
    d->rest = clarke_alloc_array(mem, o->layers + 1, sizeof *d->rest);
    d->by_sweep = clarke_vec(mem, o->sweeps);
    CLARKE_TRY(clarke_arena_status(mem));
    d->start = clarke_split_value(d->work, d->it.x);
    return CLARKE_OK;
}

/* What an update of sweep k did to the objective. W_i and b_i are updated as a pair. */
static void p4_deep_known(deep_descent *d, size_t k, const clarke_bcd_fall_known *known)
{
    size_t layer;
    clarke_split_drop drop = known->drop;
    const clarke_split_role role = clarke_split_role_of(d->problem->split, known->block, &layer);
    clarke_sum_add(&d->fall, drop.decrease);
    d->by_sweep[k] += drop.decrease;
    d->bound += drop.rounding;
    if (role == CLARKE_ROLE_W) d->pair[0] = drop.decrease, d->pair[1] = drop.rounding;
    if (role == CLARKE_ROLE_B) drop.decrease += d->pair[0], drop.rounding += d->pair[1];
    d->updates++;
    const double ratio = -drop.decrease / drop.rounding;
    if (!(ratio <= d->worst)) d->worst = ratio;
    if (!(drop.decrease >= -drop.rounding))
        d->rises++;
    else if (drop.decrease > drop.rounding)
        d->fell++;
    else
        d->unresolved++;
}

static clarke_status p4_deep_update(deep_descent *d, size_t phase)
{
    const clarke_bcd_state *m = d->state;
    const size_t block = d->it.phase[phase].block;
    clarke_bcd_fall_known known[2];
    clarke_bcd_falls_before(d->falls, d->it.x, block);
    clarke_arena_seal(d->it.mem, true);
    const clarke_status status = d->method->step(&d->it, d->state, phase);
    clarke_arena_seal(d->it.mem, false);
    CLARKE_TRY(status);
    const size_t count = clarke_bcd_falls_after(d->falls, d->work, d->it.x, block,
                                                m->engine->formed(m->bcd, block), known);
    /* Of two the first is of a V of the sweep before. */
    for (size_t i = 0; i < count; i++)
        p4_deep_known(d, d->it.k - (known[i].block != block), &known[i]);
    return CLARKE_OK;
}

static clarke_status p4_deep_row(deep_descent *d, clarke_series *s, size_t k, double seconds)
{
    const clarke_split *net = d->problem->split;
    /* Mean squared error over the outputs, as SGD's. */
    const double mean = 2.0 / ((double)net->samples * (double)net->layer[net->depth].out);
    double loss, right;
    clarke_split_score(d->work, d->it.x, &loss, &right);
    return clarke_series_add(
        s, (const double[]){
               (double)k, seconds, mean * clarke_split_loss(d->work, d->it.x), mean * loss, right,
               clarke_split_accuracy(d->work, d->it.x, d->test.samples, d->test.x, d->test.label)});
}

/* The forward passes of a row cost as much as a quarter of a sweep. */
static bool p4_deep_shown(size_t k, size_t last)
{
    return k <= 1 || k == 5 || k % 20 == 0 || k == last;
}

static clarke_status p4_deep_descend(clarke_experiment *e, const deep *o, deep_descent *d,
                                     clarke_series *s, double share)
{
    double seconds = 0.0;
    CLARKE_TRY(p4_deep_row(d, s, 0, 0.0));
    for (size_t k = 0; k < o->sweeps; k++) {
        const double began = clarke_experiment_now();
        d->it.k = k;
        for (size_t phase = 0; phase < d->it.phases; phase++) CLARKE_TRY(p4_deep_update(d, phase));
        seconds += clarke_experiment_now() - began;
        if (p4_deep_shown(k + 1, o->sweeps)) CLARKE_TRY(p4_deep_row(d, s, k + 1, seconds));
        CLARKE_TRY(clarke_experiment_step(e, share * (double)(k + 1) / (double)o->sweeps, 1.0));
    }
    const size_t rest = clarke_bcd_falls_rest(d->falls, d->it.x, d->rest);
    for (size_t i = 0; i < rest; i++) p4_deep_known(d, o->sweeps - 1, &d->rest[i]);
    d->end = clarke_split_value(d->work, d->it.x);
    return CLARKE_OK;
}

/* The objective after every sweep. */
static clarke_status p4_deep_values(clarke_experiment *e, const deep *o, const deep_descent *d,
                                    clarke_series **s)
{
    CLARKE_TRY(clarke_series_open(e, "objective", "k,value", s));
    clarke_sum value = {.sum = d->start};
    for (size_t k = 0; k <= o->sweeps; k++) {
        CLARKE_TRY(clarke_series_add(*s, (const double[]){(double)k, clarke_sum_of(&value)}));
        if (k < o->sweeps) clarke_sum_add(&value, -d->by_sweep[k]);
    }
    return CLARKE_OK;
}

/* ---- SGD ---- */

typedef struct {
    clarke_problem *problem;
    clarke_mlp *mlp;
    clarke_dataset test;
    double *x, *g;
    size_t *term;
} deep_sgd;

static clarke_status p4_deep_sgd_open(clarke_experiment *e, const deep *o, deep_sgd *g,
                                      clarke_arena *mem)
{
    const char *text = clarke_arena_printf(
        mem, "relu_mlp:data=%s,samples=%zu,widths=%s,loss=squared,precision=single,seed=%zu",
        o->data, o->samples, p4_deep_widths(o, mem), (size_t)e->seed);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_dataset_idx(o->data, "t10k", o->tested, mem, &g->test));
    CLARKE_TRY(clarke_problem_from_text(text, mem, &g->problem));
    g->mlp = g->problem->data;
    g->x = clarke_vec(mem, g->problem->n);
    g->g = clarke_vec(mem, g->problem->n);
    g->term = clarke_alloc_array(mem, o->samples, sizeof *g->term);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < o->samples; i++) g->term[i] = i;
    /* The start of block descent: entry j of W_l is draw j of step l of its stream. */
    const clarke_mlp_shape *s = &g->mlp->shape;
    const clarke_stream stream = clarke_stream_make(e->seed, "split", "", 0, 0, "init");
    for (size_t l = 0; l < s->layers; l++) {
        const size_t in = s->width[l], out = s->width[l + 1];
        double *w = g->x + s->offset[l];
        for (size_t j = 0; j < in * out; j++)
            w[j] = 0.01 * clarke_stream_gaussian(&stream, l + 1, j);
        for (size_t j = 0; j < out; j++) w[in * out + j] = 0.1;
    }
    return CLARKE_OK;
}

static clarke_status p4_deep_sgd_row(deep_sgd *g, clarke_series *s, size_t k, double seconds)
{
    const double outputs = (double)g->mlp->set.outputs;
    return clarke_series_add(
        s, (const double[]){(double)k, seconds,
                            2.0 * g->problem->desc->value(g->problem, g->x) / outputs,
                            clarke_mlp_accuracy(g->problem, NULL, g->x),
                            clarke_mlp_accuracy(g->problem, &g->test, g->x)});
}

/* Mean squared error over the outputs is 2/outputs of relu_mlp's loss. */
static clarke_status p4_deep_sgd_epochs(clarke_experiment *e, const deep *o, deep_sgd *g,
                                        clarke_series *s, double share)
{
    enum { BATCH = 512 };
    const double step = 0.001 * 2.0 / (double)g->mlp->set.outputs;
    double seconds = 0.0;
    CLARKE_TRY(p4_deep_sgd_row(g, s, 0, 0.0));
    for (size_t k = 0; k < o->epochs; k++) {
        const double began = clarke_experiment_now();
        for (size_t first = 0; first < o->samples; first += BATCH) {
            const size_t count = o->samples - first < BATCH ? o->samples - first : BATCH;
            clarke_mlp_term_subgradient(g->problem, g->x, g->term + first, count, g->g);
            for (size_t j = 0; j < g->problem->n; j++) g->x[j] -= step * g->g[j];
        }
        seconds += clarke_experiment_now() - began;
        if (p4_deep_shown(k + 1, o->epochs)) CLARKE_TRY(p4_deep_sgd_row(g, s, k + 1, seconds));
        CLARKE_TRY(clarke_experiment_step(
            e, share + (1.0 - share) * (double)(k + 1) / (double)o->epochs, 1.0));
    }
    return CLARKE_OK;
}

/* ---- the whole ---- */

/* Bytes: V, U and scratch of the network's sizes, weights, data. Half of the work is block descent's. */
static double p4_deep_bytes(const deep *o)
{
    const double n = (double)o->samples, d = (double)o->width, layers = (double)o->layers;
    const double weights = 784.0 * d + (layers - 1.0) * d * d + 10.0 * d;
    return 8.0 *
           (n * (d * (2.0 * layers + 6.0) + 2.0 * 784.0) + 2.0 * weights + 9.0 * 784.0 * 784.0);
}

static void p4_deep_table(clarke_experiment *e, const deep *o, const clarke_series *b,
                          const clarke_series *s)
{
    const size_t last = clarke_series_rows(b) - 1, end = clarke_series_rows(s) - 1;
    clarke_experiment_table(e,
                            "method|sweeps or epochs|seconds|loss|right on the training set|right "
                            "on the test set");
    clarke_experiment_row(e, "block descent, double|%zu|%.1f|%.4g|%.2f %%|%.2f %%", o->sweeps,
                          clarke_series_at(b, last, "seconds"), clarke_series_at(b, last, "loss"),
                          100.0 * clarke_series_at(b, last, "train"),
                          100.0 * clarke_series_at(b, last, "test"));
    clarke_experiment_row(e, "SGD, single|%zu|%.1f|%.4g|%.2f %%|%.2f %%", o->epochs,
                          clarke_series_at(s, end, "seconds"), clarke_series_at(s, end, "loss"),
                          100.0 * clarke_series_at(s, end, "train"),
                          100.0 * clarke_series_at(s, end, "test"));
}

static clarke_status p4_deep_figure(clarke_experiment *e, const clarke_series *b,
                                    const clarke_series *objective, const clarke_series *s)
{
    const clarke_curve loss[] = {{"block descent", b, "k", "loss"}, {"SGD", s, "k", "loss"}};
    const clarke_curve right[] = {{"block descent", b, "k", "test"}, {"SGD", s, "k", "test"}};
    const clarke_curve value[] = {{"block descent", objective, "k", "value"}};
    const clarke_panel panel[] = {
        {.x = "sweeps or epochs",
         .y = "loss by the forward pass",
         .log_y = true,
         .curves = 2,
         .curve = loss},
        {.x = "sweeps or epochs", .y = "right on the test set", .curves = 2, .curve = right},
        {.x = "sweeps", .y = "split objective", .log_y = true, .curves = 1, .curve = value}};
    return clarke_experiment_chart(
        e,
        &(clarke_chart){"deep",
                        "Mean squared error of the forward pass and accuracy on the test set; the "
                        "split objective, which block descent minimises.",
                        3, panel});
}

static clarke_status p4_deep_both(clarke_experiment *e, const deep *o, deep_descent *d, deep_sgd *g,
                                  clarke_series **b, clarke_series **objective, clarke_series **s)
{
    const double share = 0.9; /* of the time */
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    CLARKE_TRY(clarke_work_begin(e, "block descent"));
    CLARKE_TRY(clarke_series_open(e, "block_descent", "k,seconds,fit,loss,train,test", b));
    clarke_status status = p4_deep_open(e, o, d, mem);
    if (status == CLARKE_OK) status = p4_deep_descend(e, o, d, *b, share);
    if (status == CLARKE_OK) status = p4_deep_values(e, o, d, objective);
    clarke_work_end(e);
    clarke_arena_free(mem);
    CLARKE_TRY(status);
    mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    CLARKE_TRY(clarke_work_begin(e, "SGD"));
    CLARKE_TRY(clarke_series_open(e, "sgd", "k,seconds,loss,train,test", s));
    status = p4_deep_sgd_open(e, o, g, mem);
    if (status == CLARKE_OK) status = p4_deep_sgd_epochs(e, o, g, *s, share);
    clarke_work_end(e);
    clarke_arena_free(mem);
    return status;
}

static clarke_status p4_deep_run(clarke_experiment *e, const void *params)
{
    deep o = *(const deep *)params;
    deep_descent d = {.worst = -INFINITY};
    deep_sgd g = {0};
    clarke_series *b, *objective, *s;
    if (o.samples == 0) o.samples = deep_sizes[e->scale].samples;
    if (o.sweeps == 0) o.sweeps = deep_sizes[e->scale].sweeps;
    if (o.epochs == 0) o.epochs = deep_sizes[e->scale].epochs;
    if (o.tested == 0) o.tested = deep_sizes[e->scale].tested;
    CLARKE_TRY(p4_deep_both(e, &o, &d, &g, &b, &objective, &s));
    clarke_experiment_heading(e, "Result");
    clarke_experiment_say(
        e,
        "%zu hidden layers of %zu units, %zu samples. Arrays of about %.2g GB. The objective was "
        "formed at each of the %zu block updates (W_i and b_i as a pair): it fell by more than its "
        "rounding bound in %zu, by less in %zu, and rose in %zu; the largest rise was %.3g times its "
        "bound.",
        o.layers, o.width, o.samples, p4_deep_bytes(&o) / 1e9, d.updates, d.fell, d.unresolved,
        d.rises, fmax(d.worst, 0.0));
    const double apart = d.start - d.end - clarke_sum_of(&d.fall);
    clarke_experiment_say(
        e,
        "By its formula the objective went from %.10g to %.10g; the falls add up to the difference "
        "within %.2g, and their bounds to %.2g.",
        d.start, d.end, fabs(apart), d.bound);
    p4_deep_table(e, &o, b, s);
    return p4_deep_figure(e, b, objective, s);
}

static const clarke_param deep_params[] = {
    {"layers", CLARKE_PARAM_COUNT, offsetof(deep, layers), "10", 1.0, 100.0, NULL, "hidden layers"},
    {"width", CLARKE_PARAM_COUNT, offsetof(deep, width), "600", 1.0, 4096.0, NULL,
     "units of each of them"},
    {"samples", CLARKE_PARAM_COUNT, offsetof(deep, samples), "0", 0.0, 60000.0, NULL,
     "of the training set (0: 6,000 or, at full scale, 60,000)"},
    {"sweeps", CLARKE_PARAM_COUNT, offsetof(deep, sweeps), "0", 0.0, 1e6, NULL,
     "of block descent (0: 60 or 300)"},
    {"epochs", CLARKE_PARAM_COUNT, offsetof(deep, epochs), "0", 0.0, 1e6, NULL,
     "of SGD (0: 5 or 100)"},
    {"tested", CLARKE_PARAM_COUNT, offsetof(deep, tested), "0", 0.0, 10000.0, NULL,
     "samples of the test set (0: 2,000 or 10,000)"},
    {"data", CLARKE_PARAM_TEXT, offsetof(deep, data), CLARKE_FASHION_MNIST, 0.0, 0.0, NULL,
     "the folder of IDX files"},
    {0}};

const clarke_experiment_desc clarke_experiment_p4_deep = {
    .title = "Ten hidden layers: block coordinate descent beside plain SGD",
    .paper = "Zeng, Lau, Lin, Yao, arXiv 1803.00225",
    .shows =
        "loss and accuracy of three-splitting block descent in double precision, with the fall "
        "of the objective formed at every block update, and of SGD, both with the settings of "
        "the authors' programs, on Fashion-MNIST",
    .not_shown = "that SGD cannot train this network: another start or step would; and the paper's "
                 "own numbers, which are on MNIST and in single precision",
    .params = deep_params,
    .params_size = sizeof(deep),
    .estimate = {{.seconds = 230, .bytes = 1.2e9}, {.seconds = 11000, .bytes = 1.1e10}},
    .run = p4_deep_run,
};
