#include "verify/lib/drive.h"

#include "core/registry.h"

#include <string.h>

static void drive_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const clarke_drive *d = p->data;
    const double *a = d->hessian;
    for (size_t i = 0; i < p->n; i++) {
        g[i] = d->feed[i];
        for (size_t j = 0; a && j < p->n; j++) g[i] += a[i * p->n + j] * x[j];
    }
}

static const clarke_problem_desc drive_problem = {
    .title = "An oracle fed by hand",
    .formula = "g = b + A x",
    .source = "derived",
    .subgradient = drive_subgradient,
};

clarke_status clarke_drive_make(const char *method, size_t n, double eta, clarke_arena *mem,
                                clarke_drive *d)
{
    clarke_spec *spec = clarke_alloc(mem, sizeof *spec);
    const void *desc;
    CLARKE_TRY(clarke_arena_status(mem));
    *d = (clarke_drive){.problem = {.desc = &drive_problem, .id = "drive", .spec = "drive"}};
    CLARKE_TRY(clarke_spec_parse(method, mem, spec));
    CLARKE_TRY(clarke_registry_find(&clarke_methods, spec->id, &desc));
    d->method = desc;
    CLARKE_TRY(clarke_problem_size(&d->problem, n, 0.0, -1.0, 1.0, mem));
    d->problem.terms = 1;
    d->problem.data = d;
    CLARKE_TRY(clarke_oracle_init(
        &d->oracle, &d->problem, (clarke_sampling){CLARKE_SAMPLING_FULL, 0},
        (clarke_noise){CLARKE_NOISE_NONE, 0.0, 0.0, 0.0}, (clarke_stream){{0, 0}}, mem));
    d->feed = clarke_vec(mem, n);
    void *params = clarke_alloc(mem, d->method->params_size);
    d->state = clarke_alloc(mem, d->method->state_size);
    d->it = (clarke_iter){.n = n,
                          .layout = d->problem.layout,
                          .x = clarke_vec(mem, n),
                          .oracle = &d->oracle,
                          .agents = 1,
                          .dim = n,
                          .spec = spec,
                          .eta = eta,
                          .theta = eta,
                          .eta0 = eta,
                          .theta0 = eta,
                          .mem = mem,
                          .phases = d->method->phases,
                          .phase = d->method->phase};
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_params_apply(d->method->params, spec->id, spec, mem, params));
    const clarke_status status = d->method->init(&d->it, params, d->state);
    if (status != CLARKE_OK) clarke_drive_end(d);
    return status == CLARKE_OK ? clarke_arena_status(mem) : status;
}

void clarke_drive_end(clarke_drive *d)
{
    if (d->method->end) d->method->end(&d->it, d->state);
}

clarke_status clarke_drive_step(clarke_drive *d, double eta, double theta)
{
    clarke_status status = CLARKE_OK;
    d->it.eta = eta;
    d->it.theta = theta;
    d->oracle.k = d->it.k;
    clarke_arena_seal(d->it.mem, true);
    for (size_t phase = 0; phase < d->it.phases && status == CLARKE_OK; phase++)
        status = d->method->step(&d->it, d->state, phase);
    clarke_arena_seal(d->it.mem, false);
    d->it.k++;
    CLARKE_TRY(status);
    return clarke_arena_status(d->it.mem);
}

const double *clarke_drive_momentum(const clarke_drive *d)
{
    for (size_t i = 0; i < d->it.views; i++)
        if (strcmp(d->it.view[i].name, "momentum") == 0) return d->it.view[i].value;
    return NULL;
}

clarke_status clarke_drive_place(clarke_drive *d, const double *x, const double *m, double eta,
                                 double weight)
{
    const double *hessian = d->hessian;
    d->hessian = NULL;
    for (size_t j = 0; j < d->it.n; j++) d->feed[j] = m[j] / weight;
    CLARKE_TRY(clarke_drive_step(d, eta, 1.0));
    memset(d->feed, 0, d->it.n * sizeof *d->feed);
    d->hessian = hessian;
    memcpy(d->it.x, x, d->it.n * sizeof *x);
    return CLARKE_OK;
}
