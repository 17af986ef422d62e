#include "bench/gate.h"

#include "bench/statistics.h"

const char *clarke_gate_text(clarke_gate_verdict verdict)
{
    static const char *const text[] = {"same", "slower", "faster", "undecided", "missing", "new"};
    return text[verdict];
}

static clarke_status gate_open(const clarke_bench *base, const clarke_bench *now, clarke_arena *mem,
                               clarke_gate *gate)
{
    *gate = (clarke_gate){
        .row = clarke_alloc_array(mem, base->rows + now->rows + 1, sizeof *gate->row)};
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < now->rows; i++) {
        const clarke_bench_row *r = &now->row[i];
        const bool old = clarke_bench_find(base, r->kernel, r->size) != NULL;
        gate->row[gate->rows++] = (clarke_gate_row){
            r->kernel, r->size, old ? CLARKE_GATE_SAME : CLARKE_GATE_NEW, NAN, NAN, NAN, NAN};
    }
    for (size_t i = 0; i < base->rows; i++) {
        const clarke_bench_row *r = &base->row[i];
        if (!clarke_bench_find(now, r->kernel, r->size))
            gate->row[gate->rows++] =
                (clarke_gate_row){r->kernel, r->size, CLARKE_GATE_MISSING, NAN, NAN, NAN, NAN};
    }
    return CLARKE_OK;
}

static void gate_count(clarke_gate *gate)
{
    for (size_t i = 0; i < gate->rows; i++) {
        const clarke_gate_verdict v = gate->row[i].verdict;
        gate->slower += v == CLARKE_GATE_SLOWER;
        gate->faster += v == CLARKE_GATE_FASTER;
        gate->undecided += v == CLARKE_GATE_UNDECIDED;
        gate->missing += v == CLARKE_GATE_MISSING;
        gate->fresh += v == CLARKE_GATE_NEW;
    }
}

static clarke_gate_verdict gate_direction(double effect, double least)
{
    return effect > least    ? CLARKE_GATE_SLOWER
           : effect < -least ? CLARKE_GATE_FASTER
                             : CLARKE_GATE_SAME;
}

clarke_status clarke_gate_times(const clarke_bench *base, const clarke_bench *now, double alpha,
                                double least, size_t tests, clarke_arena *mem, clarke_gate *gate)
{
    CLARKE_TRY(gate_open(base, now, mem, gate));
    double *p = clarke_vec(mem, gate->rows + tests + 1);
    CLARKE_TRY(clarke_arena_status(mem));
    size_t compared = 0;
    for (size_t i = 0; i < gate->rows; i++) {
        clarke_gate_row *r = &gate->row[i];
        p[i] = NAN;
        if (r->verdict != CLARKE_GATE_SAME) continue;
        const clarke_bench_row *a = clarke_bench_find(base, r->kernel, r->size);
        const clarke_bench_row *b = clarke_bench_find(now, r->kernel, r->size);
        if (a->processes > 0 && b->processes > 0)
            p[i] = clarke_rank_test(a->processes, a->cpu, b->processes, b->cpu);
        r->effect = clarke_bench_cpu(b) / clarke_bench_cpu(a) - 1.0;
        compared++;
    }
    /* Rows that were compared elsewhere, and are known not to be the most certain ones. */
    size_t count = gate->rows;
    for (; compared < tests; compared++) p[count++] = 1.0;
    clarke_holm(count, p);
    for (size_t i = 0; i < gate->rows; i++) {
        clarke_gate_row *r = &gate->row[i];
        if (r->verdict != CLARKE_GATE_SAME) continue;
        const clarke_bench_row *a = clarke_bench_find(base, r->kernel, r->size);
        const clarke_bench_row *b = clarke_bench_find(now, r->kernel, r->size);
        r->p = p[i];
        if (a->processes == 0 || b->processes == 0 ||
            (double)compared * clarke_rank_test_floor(a->processes, b->processes) > alpha)
            r->verdict = CLARKE_GATE_UNDECIDED;
        else if (r->p <= alpha)
            r->verdict = gate_direction(r->effect, least);
    }
    gate_count(gate);
    return CLARKE_OK;
}

clarke_status clarke_gate_counts(const clarke_bench *base, const clarke_bench *now, double least,
                                 clarke_arena *mem, clarke_gate *gate)
{
    CLARKE_TRY(gate_open(base, now, mem, gate));
    for (size_t i = 0; i < gate->rows; i++) {
        clarke_gate_row *r = &gate->row[i];
        if (r->verdict != CLARKE_GATE_SAME) continue;
        r->effect = clarke_bench_find(now, r->kernel, r->size)->count /
                        clarke_bench_find(base, r->kernel, r->size)->count -
                    1.0;
        r->verdict = isnan(r->effect) ? CLARKE_GATE_UNDECIDED : gate_direction(r->effect, least);
    }
    gate_count(gate);
    return CLARKE_OK;
}
