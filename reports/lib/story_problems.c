#include "reports/lib/story.h"

#include "core/registry.h"

#include <string.h>

/* The problem's name, without its settings and wrappers. */
static const char *problems_id(const char *spec, clarke_arena *mem)
{
    return clarke_arena_printf(mem, "%.*s", (int)strcspn(spec, ":+"), spec);
}

static void problems_row(clarke_document *d, const char *spec)
{
    const char *id = problems_id(spec, d->mem);
    const clarke_problem_desc *desc = id ? clarke_registry_get(&clarke_problems, id) : NULL;
    const char *cubes = desc ? clarke_problem_cubes(desc, d->mem) : NULL;
    d->ops->row(d, true);
    d->ops->cell(d, true);
    clarke_put_code(d, spec);
    d->ops->cell(d, false);
    d->ops->cell(d, true);
    clarke_put_prose(d, desc ? clarke_truth_text(desc->truth) : "not in this program");
    d->ops->cell(d, false);
    d->ops->cell(d, true);
    if (cubes && *cubes)
        clarke_put_prose(d, cubes);
    else
        clarke_put(d, "–");
    d->ops->cell(d, false);
    d->ops->row(d, false);
}

/* Each instance once, in the order of the cases. */
void clarke_story_problems(clarke_document *d)
{
    static const char *const head[] = {"problem", "stationary set", "certified by machine"};
    const clarke_results *rs = d->results;
    if (rs->count == 0) return;
    d->ops->heading(d, 2, "problems", "Problems and their truth");
    d->ops->paragraph(d, true);
    clarke_put(d,
               "How well the stationary set of each problem is known. A proof by machine holds in "
               "the cubes named, for these settings, up to the distance named (");
    clarke_put_code(d, "clarke certify");
    clarke_put(d, " makes it again); wrappers keep the set of what they wrap.");
    d->ops->paragraph(d, false);
    d->ops->table_begin(d, 3, head);
    for (size_t i = 0; i < rs->count; i++) {
        bool told = false;
        for (size_t k = 0; k < i && !told; k++)
            told = strcmp(rs->result[k].problem, rs->result[i].problem) == 0;
        if (!told && strcmp(rs->result[i].problem, "none") != 0)
            problems_row(d, rs->result[i].problem);
    }
    d->ops->table_end(d);
}
