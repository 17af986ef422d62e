#include "cli/lib/card.h"

#include "engine/json.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

enum { CARD_KEY = 22, CARD_WIDTH = 96 };

void clarke_card_add(clarke_card *card, const char *key, const char *value)
{
    if (!value || !*value) return;
    assert(card->fields < CLARKE_CARD_FIELDS);
    card->field[card->fields].key = key;
    card->field[card->fields++].value = value;
}

void clarke_card_addf(clarke_card *card, const char *key, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    clarke_card_add(card, key, clarke_arena_copy_text(card->mem, text));
}

/* The numbers are copied: they may be scratch space. */
static void card_numbers(clarke_card *card, const double *x, size_t n)
{
    double *copy = clarke_vec(card->mem, n);
    if (!copy || n == 0) return;
    memcpy(copy, x, n * sizeof *copy);
    card->field[card->fields - 1].number = copy;
    card->field[card->fields - 1].count = n;
}

void clarke_card_real(clarke_card *card, const char *key, double value)
{
    if (isnan(value)) return;
    clarke_card_addf(card, key, "%.*g", card->digits ? card->digits : 10, value);
    card_numbers(card, &value, 1);
}

void clarke_card_count(clarke_card *card, const char *key, size_t value)
{
    const double real = (double)value;
    clarke_card_addf(card, key, "%zu", value);
    card->field[card->fields - 1].whole = true;
    card_numbers(card, &real, 1);
}

static const char *card_point(const double *x, size_t n, size_t most, int digits, clarke_arena *mem)
{
    enum { NUMBER = 28 };
    const size_t shown = n < most ? n : most, room = shown * NUMBER + 48;
    char *text = clarke_alloc(mem, room);
    if (!text) return "";
    size_t used = (size_t)snprintf(text, room, "(");
    for (size_t j = 0; j < shown; j++)
        used += (size_t)snprintf(text + used, room - used, "%s%.*g", j ? ", " : "", digits, x[j]);
    if (n > shown)
        snprintf(text + used, room - used, ", ... %zu in all)", n);
    else
        snprintf(text + used, room - used, ")");
    return text;
}

const char *clarke_point_print(const double *x, size_t n, clarke_arena *mem)
{
    return card_point(x, n, 8, 10, mem);
}

void clarke_card_point(clarke_card *card, const char *key, const double *x, size_t n)
{
    const size_t most = card->digits ? n : 8;
    clarke_card_add(card, key, card_point(x, n, most, card->digits ? card->digits : 10, card->mem));
    card_numbers(card, x, n);
}

void clarke_card_distance(clarke_card *card, const clarke_problem *p, const double *x,
                          double *nearest)
{
    clarke_point_kind kind = CLARKE_POINT_UNKNOWN;
    if (!p->desc->stationary_distance) {
        clarke_card_add(card, "distance", "the stationary set is not known");
        return;
    }
    clarke_card_real(card, "distance", p->desc->stationary_distance(p, x, nearest, &kind));
    clarke_card_point(card, "nearest point", nearest, p->n);
    clarke_card_add(card, "its kind", clarke_point_text(kind));
    if (p->desc->field_distance)
        clarke_card_real(card, "distance, field", p->desc->field_distance(p, x, NULL));
}

/* ---- text ---- */

/* The words of the value, in lines that begin below each other. */
static void card_wrap(FILE *out, const char *value)
{
    size_t column = CARD_KEY;
    for (const char *word = value; *word;) {
        const size_t length = strcspn(word, " \n");
        if (column > CARD_KEY && column + 1 + length > CARD_WIDTH) {
            fprintf(out, "\n%*s", CARD_KEY, "");
            column = CARD_KEY;
        } else if (column > CARD_KEY) {
            fputc(' ', out);
            column++;
        }
        fwrite(word, 1, length, out);
        column += length;
        word += length;
        word += strspn(word, " \n");
    }
    fputc('\n', out);
}

static void card_range(const clarke_param *p, char text[160])
{
    if (p->kind == CLARKE_PARAM_CHOICE)
        snprintf(text, 160, "%s", p->choices);
    else if (p->kind == CLARKE_PARAM_TEXT)
        snprintf(text, 160, "text");
    else
        snprintf(text, 160, "%s[%.6g, %.6g]", p->kind == CLARKE_PARAM_LIST ? "list in " : "",
                 p->low, p->high);
}

static void card_text(const clarke_cli *cli, const clarke_card *card, FILE *out)
{
    char bold[16], plain[16], range[160];
    fprintf(out, "%s%s%s (%s): %s\n", clarke_cli_style(cli, "1", bold), card->id,
            clarke_cli_style(cli, "", plain), card->kind, card->title);
    for (size_t i = 0; i < card->fields; i++) {
        fprintf(out, "  %-*s", CARD_KEY - 2, card->field[i].key);
        card_wrap(out, card->field[i].value);
    }
    if (card->params && card->params->name) fprintf(out, "  parameters\n");
    for (const clarke_param *p = card->params; p && p->name; p++) {
        card_range(p, range);
        fprintf(out, "    %s=%s, %s: ", p->name, p->fallback, range);
        fprintf(out, "%s\n", p->meaning);
    }
    if (card->picture) fprintf(out, "\n%s", card->picture);
}

/* ---- Markdown ---- */

/* Text inside a table cell or a line: what Markdown would read as its own is escaped. */
static void card_escape(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_|<>[]", *text)) fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void card_markdown(const clarke_card *card, FILE *out)
{
    char range[160];
    fprintf(out, "# `%s`\n\n", card->id);
    card_escape(out, card->title);
    fprintf(out, " (%s)\n\n", card->kind);
    for (size_t i = 0; i < card->fields; i++) {
        fprintf(out, "- **%s**: ", card->field[i].key);
        card_escape(out, card->field[i].value);
        fputc('\n', out);
    }
    if (card->params && card->params->name)
        fputs("\n| parameter | default | range | meaning |\n| --- | --- | --- | --- |\n", out);
    for (const clarke_param *p = card->params; p && p->name; p++) {
        card_range(p, range);
        fprintf(out, "| `%s` | ", p->name);
        card_escape(out, p->fallback);
        fputs(" | ", out);
        card_escape(out, range);
        fputs(" | ", out);
        card_escape(out, p->meaning);
        fputs(" |\n", out);
    }
    if (card->picture) fprintf(out, "\n```text\n%s```\n", card->picture);
}

/* ---- JSON ---- */

static clarke_status card_json_param(const clarke_param *p, json_t *array)
{
    char range[160];
    json_t *object = json_object();
    if (json_array_append_new(array, object) != 0)
        return clarke_fail(CLARKE_ENOMEM, "out of memory");
    card_range(p, range);
    CLARKE_TRY(clarke_json_set_text(object, "name", p->name));
    CLARKE_TRY(clarke_json_set_text(object, "default", p->fallback));
    CLARKE_TRY(clarke_json_set_text(object, "range", range));
    return clarke_json_set_text(object, "meaning", p->meaning);
}

/* "residual, Clarke" is residual_clarke. */
static const char *card_json_key(const char *key, char name[64])
{
    size_t n = 0;
    for (; *key && n < 63; key++) {
        if (isalnum((unsigned char)*key))
            name[n++] = (char)tolower((unsigned char)*key);
        else if (n > 0 && name[n - 1] != '_')
            name[n++] = '_';
    }
    while (n > 0 && name[n - 1] == '_') n--;
    name[n] = '\0';
    return name;
}

static clarke_status card_json_fill(const clarke_card *card, json_t *object)
{
    char name[64];
    json_t *params = json_array();
    CLARKE_TRY(clarke_json_set_new(object, "parameters", params));
    CLARKE_TRY(clarke_json_set_text(object, "id", card->id));
    CLARKE_TRY(clarke_json_set_text(object, "kind", card->kind));
    CLARKE_TRY(clarke_json_set_text(object, "title", card->title));
    for (size_t i = 0; i < card->fields; i++) {
        const char *key = card_json_key(card->field[i].key, name);
        const double *number = card->field[i].number;
        if (!number)
            CLARKE_TRY(clarke_json_set_text(object, key, card->field[i].value));
        else if (*card->field[i].value == '(')
            CLARKE_TRY(clarke_json_set_reals(object, key, number, card->field[i].count));
        else if (card->field[i].whole)
            CLARKE_TRY(clarke_json_set_count(object, key, (size_t)*number));
        else
            CLARKE_TRY(clarke_json_set_real(object, key, *number));
    }
    for (const clarke_param *p = card->params; p && p->name; p++)
        CLARKE_TRY(card_json_param(p, params));
    return CLARKE_OK;
}

static clarke_status card_json(const clarke_card *card, FILE *out)
{
    json_t *object = json_object();
    if (!object) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = card_json_fill(card, object);
    if (status == CLARKE_OK) status = clarke_json_write(object, out);
    json_decref(object);
    return status;
}

clarke_status clarke_card_print(const clarke_cli *cli, const clarke_card *card,
                                clarke_card_format format, FILE *out)
{
    CLARKE_TRY(clarke_arena_status(card->mem));
    switch (format) {
    case CLARKE_CARD_TEXT: card_text(cli, card, out); return CLARKE_OK;
    case CLARKE_CARD_MARKDOWN: card_markdown(card, out); return CLARKE_OK;
    case CLARKE_CARD_JSON: return card_json(card, out);
    }
    return clarke_fail(CLARKE_EINTERNAL, "no such format of a card");
}
