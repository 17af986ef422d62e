#include "engine/json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char *clarke_json_reason(double value)
{
    if (isnan(value)) return "nan";
    return value > 0.0 ? "inf" : "-inf";
}

clarke_status clarke_json_set_new(json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new(object, name, value) == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_ENOMEM, "out of memory while writing '%s' as JSON", name);
}

/* "<name>_reason": reason, or nothing where the number is finite. */
static clarke_status json_set_reason(json_t *object, const char *name, const char *reason)
{
    char key[160];
    const int length = snprintf(key, sizeof key, "%s_reason", name);
    if (length < 0 || (size_t)length >= sizeof key)
        return clarke_fail(CLARKE_EINTERNAL, "a JSON name of %zu characters is too long",
                           strlen(name));
    if (reason) return clarke_json_set_new(object, key, json_string(reason));
    json_object_del(object, key);
    return CLARKE_OK;
}

clarke_status clarke_json_set_real(json_t *object, const char *name, double value)
{
    const bool finite = isfinite(value);
    CLARKE_TRY(clarke_json_set_new(object, name, finite ? json_real(value) : json_null()));
    return json_set_reason(object, name, finite ? NULL : clarke_json_reason(value));
}

clarke_status clarke_json_set_count(json_t *object, const char *name, size_t value)
{
    /* Beyond the range of a JSON integer here the nearest double is all there is. */
    if (value > (size_t)INT64_MAX)
        return clarke_json_set_new(object, name, json_real((double)value));
    return clarke_json_set_new(object, name, json_integer((json_int_t)value));
}

clarke_status clarke_json_set_bool(json_t *object, const char *name, bool value)
{
    return clarke_json_set_new(object, name, json_boolean(value));
}

/* json_string with every byte that is no ASCII character replaced by U+FFFD. */
static json_t *json_ascii(const char *text)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    char *copy = malloc(3 * strlen(text) + 1), *end = copy;
    if (!copy) return NULL;
    for (; *text; text++) {
        if ((unsigned char)*text < 0x80) {
            *end++ = *text;
        } else {
            memcpy(end, replacement, 3);
            end += 3;
        }
    }
    *end = '\0';
    json_t *string = json_string(copy);
    free(copy);
    return string;
}

clarke_status clarke_json_set_text(json_t *object, const char *name, const char *value)
{
    json_t *text = value ? json_string(value) : json_null();
    if (!text) text = json_ascii(value);
    return clarke_json_set_new(object, name, text);
}

clarke_status clarke_json_set_reals(json_t *object, const char *name, const double *value,
                                    size_t count)
{
    char reason[64];
    bool finite = true;
    json_t *array = json_array();
    for (size_t i = 0; array && i < count; i++) {
        const bool good = isfinite(value[i]);
        if (!good && finite)
            snprintf(reason, sizeof reason, "%s at index %zu", clarke_json_reason(value[i]), i);
        finite = finite && good;
        if (json_array_append_new(array, good ? json_real(value[i]) : json_null()) == 0) continue;
        json_decref(array);
        array = NULL;
    }
    CLARKE_TRY(clarke_json_set_new(object, name, array));
    return json_set_reason(object, name, finite ? NULL : reason);
}

clarke_status clarke_json_write(const json_t *value, FILE *out)
{
    char *text = json_dumps(value, CLARKE_JSON_FLAGS | JSON_ENCODE_ANY);
    if (!text) return clarke_fail(CLARKE_ENOMEM, "out of memory while writing JSON");
    const bool written = fputs(text, out) != EOF && putc('\n', out) != EOF;
    free(text);
    return written ? CLARKE_OK : clarke_fail(CLARKE_EIO, "writing JSON failed");
}

clarke_status clarke_json_parse(const char *text, size_t length, const char *where, json_t **value)
{
    json_error_t error;
    *value = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (*value) return CLARKE_OK;
    /* The parser quotes what it read; that may be long and hold anything but a NUL. */
    for (char *c = error.text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = ' ';
    return clarke_fail(CLARKE_EINPUT, "%s: not valid JSON at column %d: %.100s", where,
                       error.column, error.text);
}
