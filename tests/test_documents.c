/* The workflows that docs/ci.md shows are YAML. That their commands run is seen by documents_test.sh. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

static char document[1 << 16];

static void read_document(const char *path)
{
    FILE *in = fopen(path, "r");
    cr_assert_not_null(in, "%s: cannot be read", path);
    document[fread(document, 1, sizeof document - 1, in)] = '\0';
    fclose(in);
}

/* How many scalars there are, or -1 where it is no YAML. */
static int scalars(const char *text, size_t length)
{
    yaml_parser_t parser;
    yaml_event_t event;
    int count = 0;
    bool more = true;
    cr_assert(yaml_parser_initialize(&parser));
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    while (more) {
        if (!yaml_parser_parse(&parser, &event)) {
            yaml_parser_delete(&parser);
            return -1;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        count += event.type == YAML_SCALAR_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return count;
}

Test(documents, workflows_are_yaml)
{
    size_t blocks = 0;
    cr_assert_eq(scalars("a: [b", 5), -1, "sample: a list that is not closed");
    read_document(CLARKE_SOURCE_DIR "/docs/ci.md");
    for (const char *at = document; (at = strstr(at, "```yaml\n"));) {
        at += strlen("```yaml\n");
        const char *end = strstr(at, "```");
        cr_assert_not_null(end, "a block is not closed");
        const int count = scalars(at, (size_t)(end - at));
        cr_expect(count > 10, "block %zu: %d scalars", blocks, count);
        blocks++;
        at = end + 3;
    }
    cr_expect_eq(blocks, 2, "GitHub's and GitLab's, not %zu", blocks);
}
