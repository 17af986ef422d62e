/* Records: what is written of one judged case. */
#include "engine/scheduler.h"

#include <math.h>
#include <string.h>

static json_t *record_expected(unsigned expected)
{
    json_t *list = json_array();
    for (clarke_verdict v = CLARKE_SUPPORTED; v <= CLARKE_NOT_APPLICABLE; v++)
        if (expected & 1u << v) json_array_append_new(list, json_string(clarke_verdict_text(v)));
    return list;
}

static json_t *record_hypotheses(const clarke_judgement *j, bool only_failed)
{
    json_t *list = json_array();
    for (size_t i = 0; i < j->hypotheses; i++) {
        const clarke_hypothesis *h = &j->hypothesis[i];
        if (only_failed) {
            if (h->state == CLARKE_HYPOTHESIS_FAILED)
                json_array_append_new(list, json_string(h->id));
            continue;
        }
        json_t *item = json_object();
        json_object_set_new(item, "id", json_string(h->id));
        json_object_set_new(item, "text", json_string(h->text));
        json_object_set_new(item, "state", json_string(clarke_hypothesis_text(h->state)));
        json_object_set_new(item, "how", json_string(h->how ? h->how : ""));
        json_array_append_new(list, item);
    }
    return list;
}

/* A control's first record must name exactly the hypothesis that was broken on purpose. */
static bool record_names_broken(const clarke_case *c, const clarke_judgement *j)
{
    size_t failed = 0;
    bool named = false;
    for (size_t i = 0; i < j->hypotheses; i++) {
        if (j->hypothesis[i].state != CLARKE_HYPOTHESIS_FAILED) continue;
        failed++;
        named |= strcmp(j->hypothesis[i].id, c->broken) == 0;
    }
    return failed == 1 && named;
}

bool clarke_is_surprising(const clarke_case *c, const clarke_judgement *j)
{
    const bool decided = j->verdict == CLARKE_SUPPORTED || j->verdict == CLARKE_REFUTED;
    /* What is left undecided is counted as such, with an exit status of its own. */
    if (decided) return !(c->expected & 1u << j->verdict);
    return c->broken && j->verdict == CLARKE_NOT_APPLICABLE && !record_names_broken(c, j);
}

static json_t *record_text(const char *text)
{
    return text ? json_string(text) : json_null();
}

static void record_run(json_t *r, const clarke_case *c, uint64_t seed)
{
    json_t *seeds = json_object();
    json_object_set_new(seeds, "master", json_integer((json_int_t)seed));
    json_object_set_new(seeds, "count", json_integer((json_int_t)c->repetitions));
    json_object_set_new(r, "seeds", seeds);
    json_object_set_new(r, "problem", record_text(c->run.problem));
    json_object_set_new(r, "method", record_text(c->run.method));
    const char *network = c->run.network;
    const bool agents = network && strcmp(network, "none") != 0;
    json_object_set_new(r, "network", agents ? json_string(network) : json_null());
    json_object_set_new(r, "schedule", record_text(c->run.schedule));
    json_object_set_new(r, "momentum", record_text(c->run.momentum));
    json_object_set_new(r, "sampling", record_text(c->run.sampling));
    json_object_set_new(r, "noise", record_text(c->run.noise));
    json_object_set_new(r, "init", record_text(c->run.init));
    json_object_set_new(r, "iterations", json_integer((json_int_t)c->run.iterations));
    json_object_set_new(r, "repetitions", json_integer((json_int_t)c->repetitions));
}

json_t *clarke_record_make(const clarke_case *c, const clarke_judgement *j, uint64_t seed,
                           size_t look, const char *suite)
{
    const clarke_claim_desc *claim = clarke_registry_get(&clarke_claims, c->claim);
    json_t *r = json_object();
    record_run(r, c, seed);
    json_object_set_new(r, "id", json_string(c->id));
    json_object_set_new(r, "claim", json_string(c->claim));
    json_object_set_new(r, "role", json_string(clarke_role_text(c->role)));
    json_object_set_new(r, "expected", record_expected(c->expected));
    json_object_set_new(r, "verdict", json_string(clarke_verdict_text(j->verdict)));
    json_object_set_new(r, "surprising", json_boolean(clarke_is_surprising(c, j)));
    json_object_set_new(r, "broken", record_text(c->broken));
    json_object_set_new(r, "bypass", json_boolean(c->bypass));
    json_object_set_new(r, "variant", record_text(c->variant));
    json_object_set_new(r, "hypotheses", record_hypotheses(j, false));
    json_object_set_new(r, "failed", record_hypotheses(j, true));
    json_object_set_new(r, "sentence", record_text(j->sentence));
    json_object_set(r, "evidence", j->evidence);
    json_object_set_new(r, "alpha", json_real(c->alpha));
    json_object_set_new(r, "look", json_integer((json_int_t)look));
    json_object_set_new(r, "checked", json_integer((json_int_t)j->checked));
    json_object_set_new(r, "resolved", json_integer((json_int_t)j->resolved));
    json_object_set_new(r, "smallest_detectable",
                        isfinite(j->smallest_detectable) ? json_real(j->smallest_detectable)
                                                         : json_null());
    json_object_set_new(r, "provenance", json_string(clarke_provenance_text(claim->provenance)));
    json_object_set_new(r, "replay",
                        json_sprintf("clarke replay %s --suite %s --seed %llu", c->id, suite,
                                     (unsigned long long)seed));
    return r;
}

char *clarke_record_line(const json_t *record)
{
    return json_dumps(record, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(17));
}
