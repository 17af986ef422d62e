/* A fully connected ReLU network on data: f is definable, hence path-differentiable, and neither
   convex nor Clarke regular; its stationary set is not known. What backpropagation returns is an
   element of the field that the parts define (Bolte, Pauwels 2021), with relu'(0) = relu_zero. */
#include "data/shards.h"
#include "problems/lib/mlp.h"

#include <string.h>

typedef struct {
    clarke_list widths;
    int loss, precision;
    double relu_zero;
    const char *data;
    size_t samples, inputs, outputs, teacher, seed, agents;
    int split;
    double concentration;
} relu_mlp_params;

/* "teacher", a CSV file by its name, otherwise a folder of IDX files. */
static clarke_status relu_mlp_data(const relu_mlp_params *o, clarke_arena *mem, clarke_mlp *mlp)
{
    const bool classes = o->loss == CLARKE_MLP_SOFTMAX;
    const size_t length = strlen(o->data);
    if (length > 4 && strcmp(o->data + length - 4, ".csv") == 0)
        return clarke_dataset_csv(o->data, o->samples, classes ? 0 : o->outputs, mem, &mlp->set);
    if (strcmp(o->data, "teacher") != 0)
        return clarke_dataset_idx(o->data, "train", o->samples, mem, &mlp->set);
    if (o->samples == 0)
        return clarke_fail(CLARKE_EINPUT, "relu_mlp: samples: a teacher gives no end of samples, "
                                          "a number is needed");
    const clarke_teacher teacher = {o->samples, o->inputs, o->teacher,
                                    o->outputs, classes,   o->seed};
    /* Both networks are checked against the memory before anything of their size is made. */
    double hidden = (double)o->teacher;
    const clarke_list teacher_widths = {1, &hidden};
    CLARKE_TRY(clarke_mlp_shape_make(o->inputs, &teacher_widths, o->outputs, o->samples, mem,
                                     &mlp->shape));
    CLARKE_TRY(
        clarke_mlp_shape_make(o->inputs, &o->widths, o->outputs, o->samples, mem, &mlp->shape));
    return clarke_dataset_teacher(&teacher, mem, &mlp->set);
}

/* Random starts are of the size that keeps the outputs of every layer bounded. */
static double relu_mlp_box(const clarke_mlp_shape *s)
{
    size_t widest = 1;
    for (size_t l = 0; l < s->layers; l++)
        if (s->width[l] > widest) widest = s->width[l];
    return 1.0 / sqrt((double)widest);
}

/* Where agents are asked for, what each holds. */
static clarke_status relu_mlp_agents(const relu_mlp_params *o, const clarke_mlp *mlp,
                                     clarke_arena *mem, clarke_problem *p)
{
    const clarke_shards_spec spec = {(clarke_shards_kind)o->split, o->agents, o->concentration,
                                     o->seed};
    clarke_shards shards;
    if (o->agents == 0) return CLARKE_OK;
    CLARKE_TRY(clarke_shards_make(&spec, mlp->set.label, mlp->set.samples, mem, &shards));
    p->agents = o->agents;
    p->agent_begin = shards.begin;
    p->agent_term = shards.term;
    return CLARKE_OK;
}

static clarke_status relu_mlp_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const relu_mlp_params *o = params;
    clarke_mlp *mlp = clarke_alloc(mem, sizeof *mlp);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(relu_mlp_data(o, mem, mlp));
    clarke_mlp_shape *s = &mlp->shape;
    CLARKE_TRY(clarke_mlp_shape_make(mlp->set.inputs, &o->widths, mlp->set.outputs,
                                     mlp->set.samples, mem, s));
    s->relu_zero = o->relu_zero;
    s->loss = (clarke_mlp_loss)o->loss;
    mlp->engine = o->precision == 0 ? &clarke_mlp_engine_real : &clarke_mlp_engine_real_single;
    mlp->net = mlp->engine->make(s, mem);
    CLARKE_TRY(clarke_arena_status(mem));
    const double box = relu_mlp_box(s);
    CLARKE_TRY(clarke_problem_size(p, s->n, 0.0, -box, box, mem));
    CLARKE_TRY(clarke_mlp_layout(s, mem, &p->layout));
    clarke_mlp_start(s, o->seed, p->start);
    p->terms = mlp->set.samples;
    p->term_deviation = NAN;
    p->data = mlp;
    return relu_mlp_agents(o, mlp, mem, p);
}

static const clarke_param relu_mlp_table[] = {
    {"widths", CLARKE_PARAM_LIST, offsetof(relu_mlp_params, widths), "128", 0.0, 0x1p31, NULL,
     "hidden widths (0: none); the data give the widths of input and output"},
    {"loss", CLARKE_PARAM_CHOICE, offsetof(relu_mlp_params, loss), "softmax", 0.0, 0.0,
     "softmax|squared", "cross-entropy of the softmax, or half the squared error"},
    {"relu_zero", CLARKE_PARAM_REAL, offsetof(relu_mlp_params, relu_zero), "0", 0.0, 1.0, NULL,
     "the derivative of relu taken at 0"},
    {"data", CLARKE_PARAM_TEXT, offsetof(relu_mlp_params, data), CLARKE_FASHION_MNIST, 0.0, 0.0,
     NULL, "a folder of IDX files, FILE.csv, or teacher (synthetic)"},
    {"samples", CLARKE_PARAM_COUNT, offsetof(relu_mlp_params, samples), "2000", 0.0, 0x1p40, NULL,
     "the first so many of the training set (0: all)"},
    {"precision", CLARKE_PARAM_CHOICE, offsetof(relu_mlp_params, precision), "double", 0.0, 0.0,
     "double|single", "of the passes through the network; x and its gradient are double"},
    {"inputs", CLARKE_PARAM_COUNT, offsetof(relu_mlp_params, inputs), "5", 1.0, 0x1p31, NULL,
     "of the teacher"},
    {"outputs", CLARKE_PARAM_COUNT, offsetof(relu_mlp_params, outputs), "3", 1.0, 0x1p31, NULL,
     "of the teacher; target columns of a CSV file with loss=squared"},
    {"teacher", CLARKE_PARAM_COUNT, offsetof(relu_mlp_params, teacher), "4", 1.0, 0x1p31, NULL,
     "hidden units of the teacher"},
    {"seed", CLARKE_PARAM_COUNT, offsetof(relu_mlp_params, seed), "1", 0.0, 0x1p53, NULL,
     "of the start, the teacher and the split"},
    {"agents", CLARKE_PARAM_COUNT, offsetof(relu_mlp_params, agents), "0", 0.0, 65536.0, NULL,
     "how many agents the samples are split over (0: any number, evenly)"},
    {"split", CLARKE_PARAM_CHOICE, offsetof(relu_mlp_params, split), "even", 0.0, 0.0,
     "even|label|dirichlet",
     "consecutive samples; few labels an agent; random shares of each label"},
    {"concentration", CLARKE_PARAM_REAL, offsetof(relu_mlp_params, concentration), "0.5", 1e-3, 1e6,
     NULL, "of the Dirichlet law: small, few labels an agent; large, all agents alike"},
    {0}};

const clarke_problem_desc clarke_problem_relu_mlp = {
    .title = "ReLU network on data",
    .formula = "\\frac1N\\sum_{i=1}^N \\ell(z_L(s_i), y_i),\\quad z_l = W_l a_{l-1} + b_l,\\ "
               "a_l = \\max(z_l, 0),\\ a_0 = s_i",
    .source = "network: folklore; start: He, Zhang, Ren, Sun 2015; data: Xiao, Rasul, Vollgraf, "
              "arXiv 1708.07747",
    .truth = CLARKE_TRUTH_NONE,
    .traits = CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_DATA,
    .params = relu_mlp_table,
    .params_size = sizeof(relu_mlp_params),
    .make = relu_mlp_make,
    .value = clarke_mlp_value,
    .subgradient = clarke_mlp_subgradient,
    .term_subgradient = clarke_mlp_term_subgradient,
};
