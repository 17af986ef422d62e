/* Many small cases share a process. Criterion runs each parameter in one of its own, which takes longer
   to start than most of these cases take to run; so a parameter is a portion of the cases: those with
   the numbers i, i + PORTIONS, i + 2 PORTIONS, ...

     OVER_CASES(certify, proofs, recorded_count())
     {
         ... case `number` ...
     }

   What fails names its case. */
#pragma once

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stddef.h>

enum { PORTIONS = 16 };

struct criterion_test_params portions(void);

#define OVER_CASES(suite, name, count)                                                             \
    static void suite##_##name(size_t number);                                                     \
    ParameterizedTestParameters(suite, name)                                                       \
    {                                                                                              \
        return portions();                                                                         \
    }                                                                                              \
    ParameterizedTest(const size_t *portion, suite, name)                                          \
    {                                                                                              \
        for (size_t i = *portion; i < (count); i += PORTIONS) suite##_##name(i);                   \
    }                                                                                              \
    static void suite##_##name(size_t number)
