/* A method as a plugin: stochastic heavy ball, written as its author would. Build and judge it:

     cc -std=c17 -O2 -fPIC -shared -ffp-contract=off $(pkg-config --cflags clarke) \
         my_heavy_ball.c -o my_heavy_ball.so $(pkg-config --libs clarke)
     clarke verify --plugin ./my_heavy_ball.so --like heavy_ball --suite quick

   The view "momentum" lets the claims about it look at m. */
#include <core/plugin.h>

typedef struct {
    double *m, *g; /* [n] */
} my_state;

static clarke_status my_init(clarke_iter *it, const void *params, void *state)
{
    my_state *s = state;
    (void)params;
    s->m = clarke_vec(it->mem, it->n);
    s->g = clarke_vec(it->mem, it->n);
    clarke_iter_view(it, "momentum", s->m, it->n);
    return clarke_arena_status(it->mem);
}

static clarke_status my_step(clarke_iter *it, void *state, size_t phase)
{
    my_state *s = state;
    (void)phase;
    clarke_oracle_subgradient(it->oracle, it->x, s->g);
    for (size_t j = 0; j < it->n; j++) {
        s->m[j] = (1.0 - it->theta) * s->m[j] + it->theta * s->g[j];
        it->x[j] -= it->eta * s->m[j];
    }
    return CLARKE_OK;
}

static const clarke_param my_params[] = {{0}};
static const clarke_phase my_phase[] = {{"x", CLARKE_ALL_BLOCKS}};

static const clarke_method_desc my_heavy_ball = {
    .title = "My heavy ball",
    .formula = "m = (1 - theta) m + theta g, x = x - eta m",
    .source = "mine",
    .paper = "",
    .params = my_params,
    .uses_momentum = true,
    .phases = 1,
    .phase = my_phase,
    .state_size = sizeof(my_state),
    .init = my_init,
    .step = my_step,
};

const clarke_plugin *clarke_plugin_get(uint32_t abi)
{
    static const clarke_entry method[] = {{"my_heavy_ball", "my_heavy_ball.c", &my_heavy_ball},
                                          {0}};
    static const clarke_plugin plugin = {CLARKE_PLUGIN_HEAD, .name = "my heavy ball",
                                         .method = method};
    return abi == CLARKE_PLUGIN_ABI ? &plugin : NULL;
}
