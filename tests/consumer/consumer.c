/* Links against an installed Clarke and asks it for a problem: a value, and an error message. */
#include "core/problem.h"
#include "core/registry.h"
#include "core/status.h"
#include "engine/run.h"

#include <stdio.h>
#include <string.h>

int main(void)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *problem = NULL;
    if (!mem || clarke_problems.count == 0) return 1;
    for (size_t i = 0; i < clarke_problems.count; i++)
        if (!clarke_registry_get(&clarke_problems, clarke_problems.entry[i].id)) return 2;

    const char *first = clarke_problems.entry[0].id;
    if (clarke_problem_from_text(first, mem, &problem) != CLARKE_OK) {
        fprintf(stderr, "%s: %s\n", first, clarke_message());
        return 3;
    }
    if (clarke_problem_from_text("no_such_problem", mem, &problem) != CLARKE_EINPUT) return 4;
    if (!strstr(clarke_message(), "no_such_problem")) return 5;
    printf("%zu problems; %s has n = %zu\n", clarke_problems.count, first, problem->n);
    clarke_arena_free(mem);
    return 0;
}
