#include "tests/lib/portions.h"

struct criterion_test_params portions(void)
{
    static size_t first[PORTIONS];
    for (size_t i = 0; i < PORTIONS; i++) first[i] = i;
    return cr_make_param_array(size_t, first, PORTIONS);
}
