/* clarke rate: regime and exponent of one column of a trace. */
#include "cli/lib/cli.h"

#include "engine/foreign.h"
#include "engine/json.h"
#include "verify/rules/rate.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

typedef struct {
    const char *column;
    bool values; /* the column holds values of f, so the KL exponent is theirs */
    clarke_rate rate;
    clarke_rate_kl kl;
} rate_answer;

/* The column that was asked for, or the only one there is beside k. */
static clarke_status rate_series(const clarke_cli *cli, const clarke_foreign *t,
                                 clarke_foreign_series *s)
{
    const char *name = clarke_cli_value(cli, "column");
    if (!name) {
        size_t others = 0;
        for (size_t j = 0; j < t->table.columns; j++)
            if (strcmp(t->table.name[j], "k") != 0) others++, name = t->table.name[j];
        if (others != 1)
            return clarke_fail(CLARKE_EUSAGE, "--column NAME: %s has %zu columns", t->path,
                               t->table.columns);
    }
    CLARKE_TRY(clarke_foreign_column(t, name, s));
    if (s->count == 0)
        return clarke_fail(CLARKE_EINPUT, "%s: the column %s is empty", t->path, name);
    return CLARKE_OK;
}

static clarke_status rate_answer_of(const clarke_cli *cli, rate_answer *a)
{
    clarke_foreign t;
    clarke_foreign_series s;
    double limit = NAN, accuracy = NAN;
    if (clarke_cli_has(cli, "limit")) CLARKE_TRY(clarke_cli_real(cli, "limit", 0.0, &limit));
    if (clarke_cli_has(cli, "accuracy"))
        CLARKE_TRY(clarke_cli_real(cli, "accuracy", 0.0, &accuracy));
    if (accuracy < 0.0) return clarke_fail(CLARKE_EINPUT, "--accuracy: %g is negative", accuracy);
    CLARKE_TRY(clarke_foreign_open(cli->operand[0], NULL, cli->mem, &t));
    CLARKE_TRY(rate_series(cli, &t, &s));
    const bool logarithms = clarke_cli_has(cli, "logarithms");
    if (logarithms && isnan(limit))
        return clarke_fail(CLARKE_EUSAGE,
                           "--logarithms needs --limit V: logarithms are of |f - V|");
    const clarke_rate_input in = {.count = s.count,
                                  .k = t.k,
                                  .value = s.value,
                                  .logarithms = logarithms,
                                  .limit = limit,
                                  .accuracy = logarithms && isnan(accuracy) ? 0.0 : accuracy};
    CLARKE_TRY(clarke_rate_estimate(&in, cli->mem, &a->rate));
    a->column = s.column;
    a->values = strcmp(s.column, "f") == 0 || strcmp(s.column, "log_f") == 0;
    a->kl = clarke_rate_kl_exponent(&a->rate, a->values);
    return CLARKE_OK;
}

static json_t *rate_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *rate_pair(double low, double high)
{
    if (!isfinite(low) && !isfinite(high)) return json_null();
    json_t *pair = json_array();
    json_array_append_new(pair, rate_number(low));
    json_array_append_new(pair, rate_number(high));
    return pair;
}

static clarke_status rate_json(const rate_answer *a, FILE *out)
{
    const clarke_rate *r = &a->rate;
    json_t *o = json_object();
    if (!o) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    json_object_set_new(o, "regime", json_string(clarke_rate_text(r->regime)));
    json_object_set_new(o, "rate", rate_number(r->rate));
    json_object_set_new(o, "rate_ci", rate_pair(r->rate_interval.low, r->rate_interval.high));
    json_object_set_new(o, "exponent", rate_number(r->exponent));
    json_object_set_new(o, "exponent_ci",
                        rate_pair(r->exponent_interval.low, r->exponent_interval.high));
    json_object_set_new(o, "kl_exponent", rate_number(a->kl.theta));
    json_object_set_new(o, "kl_exponent_ci", rate_pair(a->kl.interval.low, a->kl.interval.high));
    json_object_set_new(o, "window", rate_pair(r->window_first, r->window_last));
    json_object_set_new(o, "limit", rate_number(r->limit));
    json_object_set_new(o, "limit_error", rate_number(r->limit_error));
    json_object_set_new(o, "points", json_integer((json_int_t)r->points));
    json_object_set_new(o, "decades_above_rounding", rate_number(r->decades_above_rounding));
    json_object_set_new(o, "reason", json_string(r->reason));
    const clarke_status status = clarke_json_write(o, out);
    json_decref(o);
    return status;
}

static void rate_interval(FILE *out, const char *name, double value, clarke_interval interval)
{
    if (isfinite(value))
        fprintf(out, "%-24s %.10g in [%.10g, %.10g]\n", name, value, interval.low, interval.high);
    else if (isfinite(interval.high))
        fprintf(out, "%-24s in [%.10g, %.10g]\n", name, interval.low, interval.high);
}

static void rate_text(const rate_answer *a, FILE *out)
{
    const clarke_rate *r = &a->rate;
    fprintf(out, "%-24s %s\n", a->column, clarke_rate_text(r->regime));
    rate_interval(out, "rate", r->rate, r->rate_interval);
    rate_interval(out, "exponent", r->exponent, r->exponent_interval);
    rate_interval(out, a->values ? "KL exponent, of values" : "KL exponent, of distances",
                  a->kl.theta, a->kl.interval);
    if (isfinite(r->window_first))
        fprintf(out, "%-24s k = %.10g to %.10g, %zu points above rounding\n", "window",
                r->window_first, r->window_last, r->points);
    if (isfinite(r->limit))
        fprintf(out, "%-24s %.17g, within %.3g\n", "limit", r->limit, r->limit_error);
    if (isfinite(r->decades_above_rounding))
        fprintf(out, "%-24s %.1f decades\n", "above rounding", r->decades_above_rounding);
    fprintf(out, "%-24s %s\n", "why", r->reason);
}

static clarke_status rate_run(clarke_cli *cli)
{
    rate_answer answer;
    size_t format;
    FILE *out;
    CLARKE_TRY(clarke_cli_format(cli, "text|json", &format));
    CLARKE_TRY(rate_answer_of(cli, &answer));
    CLARKE_TRY(clarke_cli_open(cli, &out));
    clarke_status status = CLARKE_OK;
    if (format == 1)
        status = rate_json(&answer, out);
    else
        rate_text(&answer, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

static const clarke_option rate_options[] = {
    {"column", '\0', "NAME", "the column; may be left out where there is only one beside k"},
    {"limit", '\0', "V", "what the column goes to; without it the limit is estimated too"},
    {"logarithms", '\0', NULL, "the column holds ln |f - V|: for runs in extended precision"},
    {"accuracy", '\0', "E", "absolute error of one number; default: that of a double near V"},
    {0}};

const clarke_command_desc clarke_command_rate = {
    .title = "how fast one column of a trace converges, with a 95 % interval",
    .usage = "TRACE",
    .text =
        "TRACE is .csv, .jsonl or .npy. The regime is finite, superlinear, linear,\n"
        "sublinear, subpolynomial, none or undecided; rate is q of q^k, exponent is p of\n"
        "k^-p. The KL exponent takes the column f (or log_f) for values of the objective and\n"
        "any other for distances. docs/rate-rule.md says how it is done and how often it is wrong.\n",
    .options = rate_options,
    .operands_min = 1,
    .operands_max = 1,
    .takes = CLARKE_TAKES_FORMAT | CLARKE_TAKES_OUTPUT,
    .run = rate_run,
};
