#include "engine/results.h"

#include <stdlib.h>
#include <string.h>

/* ---- groups ---- */

typedef struct {
    const char *name;
    size_t index;
} results_key;

static int results_key_compare(const void *a, const void *b)
{
    const results_key *ka = a, *kb = b;
    const int names = strcmp(ka->name, kb->name);
    return names ? names : (ka->index > kb->index) - (ka->index < kb->index);
}

/* Sorts the keys and cuts them into runs of one name. */
static clarke_status results_cut(clarke_arena *mem, results_key *key, size_t count, size_t *groups,
                                 const clarke_result_group **group)
{
    qsort(key, count, sizeof *key, results_key_compare);
    clarke_result_group *g = clarke_alloc_array(mem, count, sizeof *g);
    size_t *index = clarke_alloc_array(mem, count, sizeof *index);
    CLARKE_TRY(clarke_arena_status(mem));
    *groups = 0;
    for (size_t i = 0; i < count; i++) {
        index[i] = key[i].index;
        if (i == 0 || strcmp(key[i - 1].name, key[i].name) != 0)
            g[(*groups)++] = (clarke_result_group){key[i].name, 0, &index[i]};
        g[*groups - 1].count++;
    }
    *group = g;
    return CLARKE_OK;
}

clarke_status clarke_results_group(clarke_results *results)
{
    const size_t count = results->count;
    results_key *key = clarke_alloc_array(results->mem, count, sizeof *key);
    CLARKE_TRY(clarke_arena_status(results->mem));
    for (size_t i = 0; i < count; i++) key[i] = (results_key){results->result[i].claim, i};
    CLARKE_TRY(results_cut(results->mem, key, count, &results->claims, &results->claim));
    for (size_t i = 0; i < count; i++) {
        char *name = clarke_arena_copy_text(results->mem, results->result[i].method);
        CLARKE_TRY(clarke_arena_status(results->mem));
        name[strcspn(name, ":")] = '\0';
        key[i] = (results_key){name, i};
    }
    return results_cut(results->mem, key, count, &results->methods, &results->method);
}

void clarke_results_cell(const clarke_results *results, size_t claim, size_t method,
                         clarke_role role, size_t count[CLARKE_VERDICTS])
{
    const clarke_result_group *c = &results->claim[claim], *m = &results->method[method];
    memset(count, 0, CLARKE_VERDICTS * sizeof *count);
    /* Both lists ascend, so their common members come from one walk. */
    for (size_t i = 0, j = 0; i < c->count && j < m->count;) {
        if (c->index[i] < m->index[j]) {
            i++;
        } else if (c->index[i] > m->index[j]) {
            j++;
        } else {
            const clarke_result *r = &results->result[c->index[i]];
            count[r->verdict] += r->role == role;
            i++, j++;
        }
    }
}

/* ---- whole results ---- */

static int results_find_compare(const void *id, const void *result)
{
    return strcmp(id, ((const clarke_result *)result)->id);
}

const clarke_result *clarke_results_find(const clarke_results *results, const char *id)
{
    return bsearch(id, results->result, results->count, sizeof *results->result,
                   results_find_compare);
}

size_t clarke_results_surprises(const clarke_results *results)
{
    size_t count = 0;
    for (size_t i = 0; i < results->count; i++) count += results->result[i].surprising;
    return count;
}

static bool result_decided(const clarke_result *result)
{
    return result->verdict == CLARKE_SUPPORTED || result->verdict == CLARKE_REFUTED;
}

bool clarke_result_undecided(const clarke_result *result)
{
    return !result_decided(result) && !(result->expected & 1u << result->verdict);
}

int clarke_results_exit(const clarke_results *results)
{
    int status = 0;
    for (size_t i = 0; i < results->count; i++) {
        const clarke_result *r = &results->result[i];
        const bool undecided = clarke_result_undecided(r);
        if (r->surprising && !undecided) return 1;
        if (undecided) status = 2;
    }
    return status;
}

/* ---- evidence ---- */

double clarke_result_real(const clarke_result *result, const char *name)
{
    const json_t *value = json_object_get(result->evidence, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *clarke_result_text(const clarke_result *result, const char *name)
{
    return json_string_value(json_object_get(result->evidence, name));
}

size_t clarke_result_reals(const clarke_result *result, const char *name, size_t limit,
                           double *value)
{
    const json_t *array = json_object_get(result->evidence, name);
    const size_t count = json_array_size(array);
    for (size_t i = 0; i < count && i < limit; i++) {
        const json_t *item = json_array_get(array, i);
        value[i] = json_is_number(item) ? json_number_value(item) : NAN;
    }
    return count < limit ? count : limit;
}
