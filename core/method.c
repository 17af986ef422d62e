#include "core/method.h"
#include "core/measure.h"

#include <assert.h>
#include <string.h>

void clarke_iter_view(clarke_iter *it, const char *name, const double *value, size_t n)
{
    assert(it->views < CLARKE_VIEWS_MAX);
    it->view[it->views++] = (clarke_view){name, value, n, 0};
}

void clarke_iter_view_as(clarke_iter *it, const char *name, const double *value, unsigned role)
{
    clarke_iter_view(it, name, value, it->n);
    it->view[it->views - 1].role = role;
}

const double *clarke_event_view(const clarke_event *e, const char *name)
{
    for (size_t i = 0; i < e->views; i++)
        if (strcmp(e->view[i].name, name) == 0) return e->view[i].value;
    return NULL;
}
