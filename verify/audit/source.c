#include "verify/audit/source.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- tokens ---- */

static bool source_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Past a comment, a quote, white space or a preprocessor line that begins at i; i if none does. */
static size_t source_skip(const char *t, size_t i)
{
    if (isspace((unsigned char)t[i])) return i + 1;
    if (t[i] == '/' && t[i + 1] == '*') {
        const char *end = strstr(t + i + 2, "*/");
        return end ? (size_t)(end - t) + 2 : strlen(t);
    }
    if (t[i] == '/' && t[i + 1] == '/') return i + strcspn(t + i, "\n");
    if (t[i] == '#' && (i == 0 || t[i - 1] == '\n')) {
        while (t[i] && !(t[i] == '\n' && t[i - 1] != '\\')) i++;
        return i;
    }
    return i;
}

static size_t source_quote(const char *t, size_t i)
{
    const char quote = t[i++];
    while (t[i] && t[i] != quote) i += t[i] == '\\' && t[i + 1] ? 2 : 1;
    return t[i] ? i + 1 : i;
}

static size_t source_sign(const char *t, size_t i)
{
    static const char *const sign[] = {"<<=", ">>=", "...", "->", "++", "--", "<<", ">>",
                                       "<=",  ">=",  "==",  "!=", "&&", "||", "+=", "-=",
                                       "*=",  "/=",  "%=",  "&=", "|=", "^="};
    for (size_t k = 0; k < sizeof sign / sizeof sign[0]; k++)
        if (strncmp(t + i, sign[k], strlen(sign[k])) == 0) return i + strlen(sign[k]);
    return i + 1;
}

/* A number with its exponent's sign: 1e-3, 0x1p-53. */
static size_t source_number(const char *t, size_t i)
{
    const bool hex = t[i] == '0' && (t[i + 1] == 'x' || t[i + 1] == 'X');
    for (;; i++) {
        const bool exponent = hex ? t[i] == 'p' || t[i] == 'P' : t[i] == 'e' || t[i] == 'E';
        if (exponent && (t[i + 1] == '-' || t[i + 1] == '+'))
            i++;
        else if (!source_word(t[i]) && t[i] != '.')
            return i;
    }
}

/* Counts, and writes unless `token` is NULL. Quotes are passed over. */
static size_t source_scan(const char *t, clarke_token *token)
{
    size_t count = 0;
    for (size_t i = 0; t[i];) {
        const size_t past = source_skip(t, i);
        size_t end;
        clarke_token_kind kind = CLARKE_TOKEN_SIGN;
        if (past > i) {
            i = past;
            continue;
        }
        if (t[i] == '"' || t[i] == '\'') {
            i = source_quote(t, i);
            continue;
        }
        if (isdigit((unsigned char)t[i]) || (t[i] == '.' && isdigit((unsigned char)t[i + 1]))) {
            kind = CLARKE_TOKEN_NUMBER;
            end = source_number(t, i);
        } else if (source_word(t[i])) {
            kind = CLARKE_TOKEN_WORD;
            for (end = i; source_word(t[end]);) end++;
        } else {
            end = source_sign(t, i);
        }
        if (token) token[count] = (clarke_token){kind, i, end};
        count++;
        i = end;
    }
    return count;
}

bool clarke_token_is(const clarke_source *s, size_t token, const char *text)
{
    if (token >= s->tokens) return false;
    const size_t length = s->token[token].end - s->token[token].begin;
    return strlen(text) == length && memcmp(s->text + s->token[token].begin, text, length) == 0;
}

/* ---- functions ---- */

/* A body begins with a brace in the first column; its name stands before the first parenthesis that
   follows the declaration's begin, attributes in capitals passed over; of a source that is compiled
   twice, in CLARKE_REAL(name). */
static const char *source_name(const clarke_source *s, size_t brace, clarke_arena *mem)
{
    size_t depth = 0, k = brace;
    while (k-- > 0) {
        if (clarke_token_is(s, k, ")")) depth++;
        if (clarke_token_is(s, k, "(") && --depth == 0) break;
    }
    if (k > 3 && k != (size_t)-1 && clarke_token_is(s, k - 1, ")") &&
        clarke_token_is(s, k - 4, "CLARKE_REAL"))
        k--;
    if (k == 0 || k == (size_t)-1 || s->token[k - 1].kind != CLARKE_TOKEN_WORD) return NULL;
    const clarke_token *name = &s->token[k - 1];
    return clarke_arena_printf(mem, "%.*s", (int)(name->end - name->begin), s->text + name->begin);
}

static clarke_status source_functions(clarke_source *s, clarke_arena *mem)
{
    clarke_function *function = clarke_alloc_array(mem, s->tokens / 4 + 1, sizeof *function);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t k = 1; k < s->tokens; k++) {
        const size_t at = s->token[k].begin;
        if (!clarke_token_is(s, k, "{") || at == 0 || s->text[at - 1] != '\n' ||
            !clarke_token_is(s, k - 1, ")"))
            continue;
        size_t end = k + 1;
        while (end < s->tokens &&
               !(clarke_token_is(s, end, "}") && s->text[s->token[end].begin - 1] == '\n'))
            end++;
        const char *name = source_name(s, k, mem);
        if (name) function[s->functions++] = (clarke_function){name, k + 1, end};
        k = end;
    }
    s->function = function;
    return clarke_arena_status(mem);
}

clarke_status clarke_source_parse(const char *path, const char *text, clarke_arena *mem,
                                  clarke_source *s)
{
    *s = (clarke_source){.path = clarke_arena_copy_text(mem, path),
                         .text = text,
                         .length = strlen(text),
                         .tokens = source_scan(text, NULL)};
    clarke_token *token = clarke_alloc_array(mem, s->tokens + 1, sizeof *token);
    CLARKE_TRY(clarke_arena_status(mem));
    source_scan(text, token);
    s->token = token;
    return source_functions(s, mem);
}

clarke_status clarke_source_read(const char *root, const char *path, clarke_arena *mem,
                                 clarke_source *s)
{
    enum { LIMIT = 1 << 20 };
    const char *name = clarke_arena_printf(mem, "%s/%s", root, path);
    char *text = clarke_alloc(mem, LIMIT + 1);
    CLARKE_TRY(clarke_arena_status(mem));
    FILE *in = fopen(name, "rb");
    if (!in) return clarke_fail(CLARKE_EINPUT, "there is no source %s", path);
    const size_t length = fread(text, 1, LIMIT + 1, in);
    fclose(in);
    if (length > LIMIT) return clarke_fail(CLARKE_EINPUT, "the source %s is too large", path);
    text[length] = '\0';
    return clarke_source_parse(path, text, mem, s);
}

const clarke_function *clarke_source_function(const clarke_source *s, const char *name)
{
    for (size_t i = 0; i < s->functions; i++)
        if (strcmp(s->function[i].name, name) == 0) return &s->function[i];
    return NULL;
}

size_t clarke_source_line(const clarke_source *s, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < s->length; i++) line += s->text[i] == '\n';
    return line;
}

/* ---- surgery ---- */

const char *clarke_source_splice(const clarke_source *s, size_t begin, size_t end,
                                 const char *instead, clarke_arena *mem)
{
    const size_t middle = strlen(instead);
    char *text = clarke_alloc(mem, s->length - (end - begin) + middle + 1);
    if (!text) return NULL;
    memcpy(text, s->text, begin);
    memcpy(text + begin, instead, middle);
    memcpy(text + begin + middle, s->text + end, s->length - end);
    text[s->length - (end - begin) + middle] = '\0';
    return text;
}

/* Whether the pattern's tokens stand at `at`. */
static bool source_matches(const clarke_source *s, size_t at, size_t last,
                           const clarke_source *pattern)
{
    if (at + pattern->tokens > last) return false;
    for (size_t k = 0; k < pattern->tokens; k++) {
        const clarke_token *a = &s->token[at + k], *b = &pattern->token[k];
        if (a->end - a->begin != b->end - b->begin ||
            memcmp(s->text + a->begin, pattern->text + b->begin, a->end - a->begin) != 0)
            return false;
    }
    return true;
}

clarke_status clarke_source_replace(const clarke_source *s, const char *function, const char *old,
                                    const char *now, clarke_arena *mem, const char **text,
                                    size_t *line)
{
    clarke_source pattern;
    size_t found = 0, at = 0;
    const clarke_function *f = clarke_source_function(s, function);
    if (!f) return clarke_fail(CLARKE_EINPUT, "%s has no function %s", s->path, function);
    CLARKE_TRY(clarke_source_parse("pattern", old, mem, &pattern));
    for (size_t k = f->first; pattern.tokens > 0 && k < f->last; k++)
        if (source_matches(s, k, f->last, &pattern)) found++, at = k;
    if (found != 1)
        return clarke_fail(CLARKE_EINPUT, "'%s' stands %zu times in %s of %s, not once", old, found,
                           function, s->path);
    const size_t begin = s->token[at].begin, end = s->token[at + pattern.tokens - 1].end;
    *text = clarke_source_splice(s, begin, end, now, mem);
    *line = clarke_source_line(s, begin);
    return clarke_arena_status(mem);
}
