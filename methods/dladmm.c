/* dlADMM (Wang, Yu, Chen, Zhao, arXiv 1905.13611, algorithm 1): alternating direction method of
   multipliers for deep networks, without an inverse. Each iteration sweeps the layers backward and
   forward; W and a go along their gradients as far as a quadratic model allows. */
#include "methods/lib/dladmm.h"

typedef struct {
    const clarke_dladmm_opts *o;
    const clarke_dladmm_engine *engine;
    clarke_dladmm_net *net;
    const clarke_dladmm *d;
    double *accepted; /* [phases] */
    clarke_dladmm_schedule schedule;
} dladmm;

static clarke_status dladmm_phases(clarke_iter *it, const clarke_dladmm *d)
{
    static const char *const letter[] = {"W", "b", "z", "a"};
    const size_t count = clarke_dladmm_phases(d->layers);
    clarke_phase *phase = clarke_alloc_array(it->mem, count, sizeof *phase);
    CLARKE_TRY(clarke_arena_status(it->mem));
    for (size_t i = 0; i < count; i++) {
        const clarke_dladmm_phase p = clarke_dladmm_phase_at(d->layers, i);
        const bool dual = i + 1 == count;
        phase[i].block = 4 * p.layer + p.kind;
        phase[i].name = dual ? "u"
                             : clarke_arena_printf(it->mem, "%s%zu%s", letter[p.kind], p.layer + 1,
                                                   p.forward ? "" : ".back");
    }
    it->phases = count;
    it->phase = phase;
    return clarke_arena_status(it->mem);
}

static clarke_status dladmm_init(clarke_iter *it, const void *params, void *state)
{
    dladmm *s = state;
    s->o = params;
    s->d = it->oracle->problem->dladmm;
    if (!s->d)
        return clarke_fail(CLARKE_EINPUT,
                           "dladmm works on networks with split layers (dladmm_net); %s is not one",
                           it->oracle->problem->id);
    const size_t classes = s->d->width[s->d->layers];
    if (s->d->loss->probabilities && classes > CLARKE_DLADMM_CLASSES_MAX)
        return clarke_fail(CLARKE_EINPUT, "dladmm: %zu classes; %d are the most", classes,
                           CLARKE_DLADMM_CLASSES_MAX);
    if (s->o->hidden == CLARKE_DLADMM_LOCAL && !s->d->activation->pieces)
        return clarke_fail(CLARKE_EINPUT,
                           "dladmm: hidden=local needs an activation of straight pieces");
    s->engine = s->o->precision == 0 ? &clarke_dladmm_engine_real
                                     : &clarke_dladmm_engine_real_single;
    s->net = s->engine->make(s->d, s->o, it->mem);
    CLARKE_TRY(clarke_arena_status(it->mem));
    CLARKE_TRY(dladmm_phases(it, s->d));
    s->accepted = clarke_vec(it->mem, it->phases);
    clarke_iter_view(it, "accepted", s->accepted, it->phases);
    clarke_dladmm_schedule_begin(&s->schedule, s->d, s->o);
    clarke_iter_view(it, "rho", &s->schedule.now.rho, 1);
    clarke_iter_view(it, "nu", &s->schedule.now.nu, 1);
    clarke_iter_view(it, "initial", &s->schedule.now.initial, 1);
    return clarke_arena_status(it->mem);
}

static clarke_status dladmm_step(clarke_iter *it, void *state, size_t phase)
{
    dladmm *s = state;
    const clarke_dladmm_phase p = clarke_dladmm_phase_at(s->d->layers, phase);
    if (phase == 0) {
        if (it->k == 0)
            s->engine->load(s->net, it->x);
        else
            clarke_dladmm_schedule_next(&s->schedule, s->o, it->k,
                                        s->o->rho_rises > 0 ? s->engine->cost(s->net) : NAN);
        if (it->k % CLARKE_DLADMM_REFRESH == 0) s->engine->refresh(s->net);
    }
    s->accepted[phase] = s->engine->step(s->net, &p, &s->schedule.now, &it->inner);
    s->engine->store(s->net, &p, it->x);
    return CLARKE_OK;
}

#define DLADMM_AT(member) offsetof(clarke_dladmm_opts, member)
static const clarke_param dladmm_table[] = {
    {"initial", CLARKE_PARAM_REAL, DLADMM_AT(initial), "0.001", 1e-300, 1e100, NULL,
     "theta and tau begin here at every step (the authors' code: 1)"},
    {"factor", CLARKE_PARAM_REAL, DLADMM_AT(factor), "2", 1.01, 1e6, NULL,
     "theta and tau grow by it until the model lies above"},
    {"backtrack", CLARKE_PARAM_CHOICE, DLADMM_AT(backtrack), "closed", 0.0, 0.0, "closed|loop",
     "find the accepted constant in closed form (l1: by the loop), or by the paper's loop"},
    {"b_step", CLARKE_PARAM_CHOICE, DLADMM_AT(printed_b), "exact", 0.0, 0.0, "exact|printed",
     "step 1/(nu N), the exact minimiser, or 1/nu as printed for one sample"},
    {"algorithm4", CLARKE_PARAM_CHOICE, DLADMM_AT(printed_w), "corrected", 0.0, 0.0,
     "corrected|printed", "the forward W-step starts from the newest W, or from the old one"},
    {"algorithm5", CLARKE_PARAM_CHOICE, DLADMM_AT(printed_a), "corrected", 0.0, 0.0,
     "corrected|printed", "the forward a-step starts from the newest a, or from the old one"},
    {"last", CLARKE_PARAM_CHOICE, DLADMM_AT(last), "newton", 0.0, 0.0, "newton|fista",
     "how z_L is solved for with softmax_cross_entropy"},
    {"fista_step", CLARKE_PARAM_REAL, DLADMM_AT(fista_step), "2", 1e-12, 1e12, NULL,
     "1/H = 2 is the largest proved; the authors' code: 4"},
    {"fista_tolerance", CLARKE_PARAM_REAL, DLADMM_AT(fista_tolerance), "0.001", 0.0, 1e12, NULL,
     "FISTA ends when the objective changes by less"},
    {"fista_steps", CLARKE_PARAM_COUNT, DLADMM_AT(fista_steps), "500", 1.0, 0x1p31, NULL,
     "FISTA takes at most so many steps"},
    {"hidden", CLARKE_PARAM_CHOICE, DLADMM_AT(hidden), "global", 0.0, 0.0, "global|local",
     "hidden z are global minimisers, or stay on their piece of the activation"},
    {"rho_factor", CLARKE_PARAM_REAL, DLADMM_AT(rho_factor), "10", 1.0, 1e6, NULL,
     "rho grows by it, when it grows (the theory: rho is constant)"},
    {"rho_max", CLARKE_PARAM_REAL, DLADMM_AT(rho_max), "1e100", 1e-300, 1e100, NULL,
     "and not beyond this"},
    {"rho_every", CLARKE_PARAM_COUNT, DLADMM_AT(rho_every), "0", 0.0, 0x1p31, NULL,
     "every so many iterations (0: never)"},
    {"rho_rises", CLARKE_PARAM_COUNT, DLADMM_AT(rho_rises), "0", 0.0, 0x1p31, NULL,
     "and when the network's cost rose so many times running (0: never; the authors' code: 3)"},
    {"initial_factor", CLARKE_PARAM_REAL, DLADMM_AT(initial_factor), "1", 1.0, 1e6, NULL,
     "`initial` grows by it whenever rho does (the authors' code: 10)"},
    {"nu", CLARKE_PARAM_CHOICE, DLADMM_AT(nu_is_rho), "problem", 0.0, 0.0, "problem|rho",
     "nu is the problem's, or rho as in the authors' code"},
    {"precision", CLARKE_PARAM_CHOICE, DLADMM_AT(precision), "double", 0.0, 0.0, "double|single",
     "of the computation; the iterate that is shown is double"},
    {0}};

/* init replaces it by that of the problem. */
static const clarke_phase dladmm_phase[] = {{"all", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_dladmm = {
    .title = "Deep learning ADMM",
    .formula =
        "backward a, z, b, W of layers L..1, forward W, b, z, a of layers 1..L, then u <- u + "
        "rho (z_L - W_L a_{L-1} - b_L)",
    .source = "Wang, Yu, Chen, Zhao, arXiv 1905.13611 (KDD 2019), algorithms 1 to 5 (read)",
    .paper = "P3",
    .params = dladmm_table,
    .params_size = sizeof(clarke_dladmm_opts),
    .phases = 1,
    .phase = dladmm_phase,
    .state_size = sizeof(dladmm),
    .init = dladmm_init,
    .step = dladmm_step,
};
