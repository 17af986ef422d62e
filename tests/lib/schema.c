#include "tests/lib/schema.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool schema_is(const json_t *value, const char *type)
{
    return (strcmp(type, "string") == 0 && json_is_string(value)) ||
           (strcmp(type, "integer") == 0 && json_is_integer(value)) ||
           (strcmp(type, "number") == 0 && json_is_number(value)) ||
           (strcmp(type, "boolean") == 0 && json_is_boolean(value)) ||
           (strcmp(type, "null") == 0 && json_is_null(value)) ||
           (strcmp(type, "array") == 0 && json_is_array(value)) ||
           (strcmp(type, "object") == 0 && json_is_object(value));
}

/* The schema's `type` is a text or a list of them. */
static bool schema_type_fits(const json_t *type, const json_t *value)
{
    if (!type) return true;
    if (json_is_string(type)) return schema_is(value, json_string_value(type));
    for (size_t i = 0; i < json_array_size(type); i++)
        if (schema_is(value, json_string_value(json_array_get(type, i)))) return true;
    return false;
}

static bool schema_enum_fits(const json_t *list, const json_t *value)
{
    if (!list) return true;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_equal(json_array_get(list, i), value)) return true;
    return false;
}

static const char *schema_inside(const char *name, const char *inner, char buffer[256])
{
    char text[256];
    snprintf(text, sizeof text, "%.80s: %.160s", name, inner);
    return strcpy(buffer, text);
}

static const char *schema_object(const json_t *schema, const json_t *value, char buffer[256])
{
    const json_t *required = json_object_get(schema, "required");
    json_t *properties = json_object_get(schema, "properties");
    for (size_t i = 0; i < json_array_size(required); i++) {
        const char *name = json_string_value(json_array_get(required, i));
        if (!json_object_get(value, name)) return schema_inside(name, "missing", buffer);
    }
    for (void *at = json_object_iter(properties); at; at = json_object_iter_next(properties, at)) {
        const char *name = json_object_iter_key(at), *inner;
        const json_t *item = json_object_get(value, name);
        if (item && (inner = schema_mismatch(json_object_iter_value(at), item, buffer)))
            return schema_inside(name, inner, buffer);
    }
    return NULL;
}

const char *schema_mismatch(const json_t *schema, const json_t *value, char buffer[256])
{
    const json_t *items = json_object_get(schema, "items");
    const json_t *low = json_object_get(schema, "minimum");
    const json_t *least = json_object_get(schema, "minItems");
    if (!schema_type_fits(json_object_get(schema, "type"), value))
        return strcpy(buffer, "the wrong type");
    if (!schema_enum_fits(json_object_get(schema, "enum"), value))
        return strcpy(buffer, "not in the list");
    if (low && json_is_number(value) && !(json_number_value(value) >= json_number_value(low)))
        return strcpy(buffer, "too small");
    if (least && (json_int_t)json_array_size(value) < json_integer_value(least))
        return strcpy(buffer, "too few items");
    for (size_t i = 0; items && i < json_array_size(value); i++) {
        const char *inner = schema_mismatch(items, json_array_get(value, i), buffer);
        if (inner) return schema_inside("an item", inner, buffer);
    }
    return json_is_object(value) ? schema_object(schema, value, buffer) : NULL;
}
