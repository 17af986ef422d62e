#include "verify/audit/mutate.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* A place and what stands there instead. */
typedef struct {
    size_t begin, end; /* of the text */
    const char *instead;
    const char *what;
} change;

typedef struct {
    const clarke_source *s;
    const clarke_function *f;
    const clarke_stream *stream;
    uint64_t draw;
    clarke_arena *mem;
} place;

static const char *mutate_text(const place *p, size_t token)
{
    const clarke_token *t = &p->s->token[token];
    return clarke_arena_printf(p->mem, "%.*s", (int)(t->end - t->begin), p->s->text + t->begin);
}

static size_t mutate_pick(const place *p, uint64_t which, size_t count)
{
    return clarke_stream_index(p->stream, p->draw, which, count);
}

static void mutate_swap(const place *p, size_t token, const char *instead, change *c)
{
    c->begin = p->s->token[token].begin;
    c->end = p->s->token[token].end;
    c->instead = instead;
    c->what = clarke_arena_printf(p->mem, "'%s' becomes '%s'", mutate_text(p, token), instead);
}

/* ---- the operators: each says whether it fits at `at`, and what it does ---- */

/* + and -, with their assignments; a sign before an operand is dropped. */
static bool mutate_sign(const place *p, size_t at, change *c)
{
    static const char *const pair[][2] = {{"+", "-"}, {"-", "+"}, {"+=", "-="}, {"-=", "+="}};
    for (size_t i = 0; i < sizeof pair / sizeof pair[0]; i++)
        if (clarke_token_is(p->s, at, pair[i][0])) return mutate_swap(p, at, pair[i][1], c), true;
    return false;
}

static bool mutate_is_operand(const place *p, size_t at)
{
    const clarke_token_kind kind = p->s->token[at].kind;
    return kind != CLARKE_TOKEN_SIGN || clarke_token_is(p->s, at, ")") ||
           clarke_token_is(p->s, at, "]");
}

/* a * b loses its right factor, a / b its divisor, where that is a name, a number, or indexed. */
static bool mutate_factor(const place *p, size_t at, change *c)
{
    if (!clarke_token_is(p->s, at, "*") && !clarke_token_is(p->s, at, "/")) return false;
    if (at + 1 >= p->f->last || !mutate_is_operand(p, at - 1) ||
        p->s->token[at + 1].kind == CLARKE_TOKEN_SIGN)
        return false;
    size_t end = at + 2;
    while (end + 1 < p->f->last &&
           (clarke_token_is(p->s, end, "->") || clarke_token_is(p->s, end, ".")))
        end += 2;
    if (clarke_token_is(p->s, end, "(")) return false;
    for (size_t depth = 0; end < p->f->last; end++) {
        if (clarke_token_is(p->s, end, "[")) depth++;
        if (depth == 0) break;
        if (clarke_token_is(p->s, end, "]") && --depth == 0) {
            end++;
            break;
        }
    }
    c->begin = p->s->token[at].begin;
    c->end = p->s->token[end - 1].end;
    c->instead = "";
    c->what = clarke_arena_printf(p->mem, "'%.*s' is dropped", (int)(c->end - c->begin),
                                  p->s->text + c->begin);
    return true;
}

static bool mutate_compare(const place *p, size_t at, change *c)
{
    static const char *const pair[][2] = {{"<", "<="},  {"<=", "<"},  {">", ">="},  {">=", ">"},
                                          {"==", "!="}, {"!=", "=="}, {"&&", "||"}, {"||", "&&"}};
    for (size_t i = 0; i < sizeof pair / sizeof pair[0]; i++)
        if (clarke_token_is(p->s, at, pair[i][0])) return mutate_swap(p, at, pair[i][1], c), true;
    return false;
}

static bool mutate_number(const place *p, size_t at, change *c)
{
    if (p->s->token[at].kind != CLARKE_TOKEN_NUMBER) return false;
    const char *text = mutate_text(p, at);
    const bool real = strchr(text, '.') != NULL;
    const bool zero = strspn(text, "0.") == strlen(text);
    const char *instead = zero   ? (real ? "1.0" : "1")
                          : real ? clarke_arena_printf(p->mem, "(2.0 * %s)", text)
                                 : clarke_arena_printf(p->mem, "(%s + 1)", text);
    mutate_swap(p, at, instead, c);
    return true;
}

/* A name that is used in the same way: indexed or not, no call, no member, no declaration's type. */
static bool mutate_is_variable(const place *p, size_t at, bool *indexed)
{
    if (p->s->token[at].kind != CLARKE_TOKEN_WORD || at + 1 >= p->f->last) return false;
    static const char *const no[] = {"if",     "for",   "while", "return", "const",  "double",
                                     "size_t", "bool",  "else",  "static", "sizeof", "true",
                                     "false",  "break", "void",  "do",     "NULL",   "continue"};
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (clarke_token_is(p->s, at, no[i])) return false;
    if (clarke_token_is(p->s, at + 1, "(") || clarke_token_is(p->s, at + 1, "->") ||
        clarke_token_is(p->s, at + 1, ".") || clarke_token_is(p->s, at + 1, "*") ||
        p->s->token[at + 1].kind == CLARKE_TOKEN_WORD)
        return false;
    if (p->s->token[at - 1].kind == CLARKE_TOKEN_WORD && !clarke_token_is(p->s, at - 1, "return"))
        return false;
    *indexed = clarke_token_is(p->s, at + 1, "[");
    return true;
}

static bool mutate_member(const place *p, size_t at)
{
    return clarke_token_is(p->s, at - 1, "->") || clarke_token_is(p->s, at - 1, ".");
}

static bool mutate_exchange(const place *p, size_t at, change *c)
{
    bool indexed, other;
    size_t candidate[64], count = 0;
    if (!mutate_is_variable(p, at, &indexed)) return false;
    const char *own = mutate_text(p, at);
    for (size_t k = p->f->first; k < p->f->last && count < 64; k++) {
        if (!mutate_is_variable(p, k, &other) || other != indexed ||
            mutate_member(p, k) != mutate_member(p, at) || clarke_token_is(p->s, k, own))
            continue;
        candidate[count++] = k;
    }
    if (count == 0) return false;
    mutate_swap(p, at, mutate_text(p, candidate[mutate_pick(p, 3, count)]), c);
    return true;
}

/* [j] becomes [0], as if the loop's variable had been forgotten. */
static bool mutate_index(const place *p, size_t at, change *c)
{
    if (!clarke_token_is(p->s, at, "[") || p->s->token[at + 1].kind != CLARKE_TOKEN_WORD ||
        !clarke_token_is(p->s, at + 2, "]"))
        return false;
    mutate_swap(p, at + 1, "0", c);
    return true;
}

/* A statement that assigns or calls is dropped. */
static bool mutate_drop(const place *p, size_t at, change *c)
{
    if (at == p->f->first || p->s->token[at].kind != CLARKE_TOKEN_WORD) return false;
    if (!clarke_token_is(p->s, at - 1, ";") && !clarke_token_is(p->s, at - 1, "{") &&
        !clarke_token_is(p->s, at - 1, "}"))
        return false;
    bool works = false;
    size_t end = at;
    for (; end < p->f->last && !clarke_token_is(p->s, end, ";"); end++) {
        if (clarke_token_is(p->s, end, "{")) return false;
        works |= clarke_token_is(p->s, end, "=") || clarke_token_is(p->s, end, "+=") ||
                 clarke_token_is(p->s, end, "-=") || clarke_token_is(p->s, end, "*=") ||
                 clarke_token_is(p->s, end, "(");
    }
    /* A declaration, a return and a condition stay. */
    if (!works || p->s->token[at + 1].kind == CLARKE_TOKEN_WORD ||
        clarke_token_is(p->s, at + 1, "*") || clarke_token_is(p->s, at, "return") ||
        clarke_token_is(p->s, at, "if") || clarke_token_is(p->s, at, "for") ||
        clarke_token_is(p->s, at, "while") || clarke_token_is(p->s, at, "const"))
        return false;
    c->begin = p->s->token[at].begin;
    c->end = p->s->token[end - 1].end;
    c->instead = "";
    c->what = clarke_arena_printf(p->mem, "'%.*s' is dropped", (int)(c->end - c->begin),
                                  p->s->text + c->begin);
    return true;
}

static bool mutate_negate(const place *p, size_t at, change *c)
{
    if (!clarke_token_is(p->s, at, "if") || !clarke_token_is(p->s, at + 1, "(")) return false;
    size_t end = at + 2, depth = 1;
    for (; end < p->f->last && depth > 0; end++) {
        if (clarke_token_is(p->s, end, "(")) depth++;
        if (clarke_token_is(p->s, end, ")")) depth--;
    }
    c->begin = p->s->token[at + 1].begin;
    c->end = p->s->token[end - 1].end;
    c->instead =
        clarke_arena_printf(p->mem, "(!%.*s)", (int)(c->end - c->begin), p->s->text + c->begin);
    c->what = clarke_arena_printf(p->mem, "'%.*s' is negated", (int)(c->end - c->begin),
                                  p->s->text + c->begin);
    return true;
}

typedef bool mutate_operator(const place *p, size_t at, change *c);

static mutate_operator *const mutate_operators[] = {mutate_sign,   mutate_factor,   mutate_compare,
                                                    mutate_number, mutate_exchange, mutate_index,
                                                    mutate_drop,   mutate_negate};
enum { OPERATORS = sizeof mutate_operators / sizeof mutate_operators[0] };

/* ---- the draw ---- */

static size_t mutate_tokens(const clarke_source *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->functions; i++) count += s->function[i].last - s->function[i].first;
    return count;
}

/* Token number `at` of all bodies. */
static bool mutate_find(const clarke_source *source, size_t sources, size_t at, place *p,
                        size_t *token)
{
    for (size_t i = 0; i < sources; i++)
        for (size_t k = 0; k < source[i].functions; k++) {
            const clarke_function *f = &source[i].function[k];
            if (at < f->last - f->first) {
                p->s = &source[i];
                p->f = f;
                *token = f->first + at;
                return true;
            }
            at -= f->last - f->first;
        }
    return false;
}

bool clarke_mutate(const clarke_source *source, size_t sources, const clarke_stream *stream,
                   uint64_t draw, clarke_arena *mem, clarke_mutant *mutant)
{
    place p = {.stream = stream, .draw = draw, .mem = mem};
    size_t total = 0, token, fits = 0;
    change c[OPERATORS];
    for (size_t i = 0; i < sources; i++) total += mutate_tokens(&source[i]);
    if (total == 0 || !mutate_find(source, sources, mutate_pick(&p, 0, total), &p, &token))
        return false;
    for (size_t k = 0; k < OPERATORS; k++) fits += mutate_operators[k](&p, token, &c[fits]);
    if (fits == 0 || clarke_arena_failed(mem)) return false;
    const change *chosen = &c[mutate_pick(&p, 1, fits)];
    *mutant = (clarke_mutant){
        .path = p.s->path,
        .function = p.f->name,
        .line = clarke_source_line(p.s, chosen->begin),
        .what = chosen->what,
        .text = clarke_source_splice(p.s, chosen->begin, chosen->end, chosen->instead, mem)};
    return mutant->text != NULL;
}
