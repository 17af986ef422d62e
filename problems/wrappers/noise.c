/* f_{l,k}(x) = f_l(x) + sigma c_k'x, |c_k| = 1, in pairs +-c: bounded noise as a finite sum. A
   linear function is smooth, so each term's subdifferential is moved by sigma c_k, and f, its set
   and its field stay. c_{2i} = -c_{2i+1} is row i + 1 of the Walsh matrix over sqrt n: different
   rows are different directions as long as i + 1 < 2^ceil(log2(n + 1)), and repeat after that. */
#include "problems/lib/tilted.h"

typedef struct {
    double sigma;
    size_t pairs;
} noise;

static double noise_weight(size_t copies, size_t k, size_t j, double t)
{
    (void)copies, (void)t;
    const bool minus = __builtin_parityll((k / 2 + 1) & (j + 1)) ^ (int)(k % 2);
    return minus ? -1.0 : 1.0;
}

static clarke_status noise_make(clarke_problem *p, const clarke_wrapping *w, clarke_arena *mem)
{
    const noise *a = w->params;
    const double unit = a->sigma / sqrt((double)p->n);
    const clarke_tilt tilt = {
        .copies = 2 * a->pairs, .unit = unit, .weight = noise_weight, .deviation = unit};
    w->desc->title = clarke_arena_printf(mem, "%s, with noise", w->inner->desc->title);
    w->desc->formula =
        clarke_arena_printf(mem, "mean over k of f(x) + %.10g c_k'x, |c_k| = 1, f(x) = %s",
                            a->sigma, w->inner->desc->formula);
    return clarke_tilted_make(p, w, &tilt, mem);
}

static const clarke_param noise_params[] = {{"sigma", CLARKE_PARAM_REAL, offsetof(noise, sigma),
                                             "0.5", 0.0, 0x1p100, NULL,
                                             "Euclidean size of the noise"},
                                            {"pairs", CLARKE_PARAM_COUNT, offsetof(noise, pairs),
                                             "4", 1.0, 0x1p20, NULL, "number of pairs +-c"},
                                            {0}};

const clarke_wrapper_desc clarke_wrapper_noise = {
    .title = "Bounded noise as a finite sum",
    .formula = "mean over k of f(x) + sigma c_k'x, in pairs +-c",
    .source = "derived",
    .params = noise_params,
    .params_size = sizeof(noise),
    .make = noise_make,
};
