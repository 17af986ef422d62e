#include "engine/suite.h"

#include <cyaml/cyaml.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the file's form ---- */

typedef struct {
    char *claim;
    double weight;
    char **problems, **methods, **noise, **sampling, **schedules, **momentum, **networks;
    unsigned problems_count, methods_count, noise_count, sampling_count, schedules_count,
        momentum_count, networks_count;
    unsigned iterations;
    bool controls;
} suite_entry;

typedef struct {
    char *name, *about;
    double alpha, steps;
    suite_entry *claims;
    unsigned claims_count;
} suite_file;

static const cyaml_schema_value_t suite_text = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 400)};

#define SUITE_LIST(member)                                                                         \
    CYAML_FIELD_SEQUENCE(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, suite_entry, member,   \
                         &suite_text, 0, 200)

static const cyaml_schema_field_t suite_entry_fields[] = {
    CYAML_FIELD_STRING_PTR("claim", CYAML_FLAG_POINTER, suite_entry, claim, 1, 100),
    CYAML_FIELD_FLOAT("weight", CYAML_FLAG_OPTIONAL, suite_entry, weight),
    SUITE_LIST(problems),
    SUITE_LIST(methods),
    SUITE_LIST(noise),
    SUITE_LIST(sampling),
    SUITE_LIST(schedules),
    SUITE_LIST(momentum),
    SUITE_LIST(networks),
    CYAML_FIELD_UINT("iterations", CYAML_FLAG_OPTIONAL, suite_entry, iterations),
    CYAML_FIELD_BOOL("controls", CYAML_FLAG_OPTIONAL, suite_entry, controls),
    CYAML_FIELD_END};

static const cyaml_schema_value_t suite_entry_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, suite_entry, suite_entry_fields)};

static const cyaml_schema_field_t suite_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, suite_file, name, 1, 60),
    CYAML_FIELD_STRING_PTR("about", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, suite_file, about, 0,
                           400),
    CYAML_FIELD_FLOAT("alpha", CYAML_FLAG_OPTIONAL, suite_file, alpha),
    CYAML_FIELD_FLOAT("steps", CYAML_FLAG_OPTIONAL, suite_file, steps),
    CYAML_FIELD_SEQUENCE("claims", CYAML_FLAG_POINTER, suite_file, claims, &suite_entry_value, 1,
                         500),
    CYAML_FIELD_END};

static const cyaml_schema_value_t suite_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, suite_file, suite_fields)};

/* libcyaml logs the reason first and the place after it: both are kept, as one sentence. */
typedef struct {
    char text[700];
    size_t lines;
} suite_log;

__attribute__((format(printf, 3, 0))) static void suite_log_line(cyaml_log_t level, void *context,
                                                                 const char *format, va_list args)
{
    suite_log *log = context;
    char line[300];
    if (level < CYAML_LOG_ERROR || log->lines++ >= 3) return;
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = '\0';
    const char *useful = line;
    if (strncmp(useful, "Load: ", 6) == 0) useful += 6;
    if (strcmp(useful, "Backtrace:") == 0) return;
    while (*useful == ' ') useful++;
    const size_t used = strlen(log->text);
    snprintf(log->text + used, sizeof log->text - used, "%s%s", used ? ", " : "", useful);
}

static clarke_status suite_read(const char *path, suite_file **file)
{
    suite_log log = {.lines = 0};
    const cyaml_config_t config = {.log_fn = suite_log_line,
                                   .log_ctx = &log,
                                   .log_level = CYAML_LOG_ERROR,
                                   .mem_fn = cyaml_mem,
                                   .flags = CYAML_CFG_DEFAULT};
    const cyaml_err_t error =
        cyaml_load_file(path, &config, &suite_schema, (cyaml_data_t **)file, NULL);
    if (error == CYAML_OK) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "suite %s: %s%s%s", path, cyaml_strerror(error),
                       log.text[0] ? ": " : "", log.text);
}

static void suite_free(suite_file *file)
{
    const cyaml_config_t config = {.mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};
    cyaml_free(&config, &suite_schema, file, 0);
}

/* ---- planning ---- */

static const char *suite_at(char **list, unsigned count, unsigned i)
{
    return count > 0 ? list[i] : NULL;
}

static unsigned suite_span(unsigned count)
{
    return count > 0 ? count : 1;
}

static clarke_status suite_combine(clarke_suite *suite, const clarke_claim_desc *claim,
                                   const suite_entry *e, clarke_plan_item item)
{
    const unsigned span[] = {suite_span(e->problems_count),  suite_span(e->methods_count),
                             suite_span(e->noise_count),     suite_span(e->sampling_count),
                             suite_span(e->schedules_count), suite_span(e->momentum_count),
                             suite_span(e->networks_count)};
    enum { LISTS = sizeof span / sizeof span[0] };
    unsigned total = 1;
    for (size_t i = 0; i < LISTS; i++) total *= span[i];
    for (unsigned c = 0; c < total; c++) {
        unsigned at[LISTS], rest = c;
        for (size_t i = LISTS; i-- > 0;) at[i] = rest % span[i], rest /= span[i];
        item.problem = suite_at(e->problems, e->problems_count, at[0]);
        item.method = suite_at(e->methods, e->methods_count, at[1]);
        item.noise = suite_at(e->noise, e->noise_count, at[2]);
        item.sampling = suite_at(e->sampling, e->sampling_count, at[3]);
        item.schedule = suite_at(e->schedules, e->schedules_count, at[4]);
        item.momentum = suite_at(e->momentum, e->momentum_count, at[5]);
        item.network = suite_at(e->networks, e->networks_count, at[6]);
        CLARKE_TRY(claim->plan(&suite->plan, &item));
    }
    return CLARKE_OK;
}

static clarke_status suite_entry_plan(clarke_suite *suite, const suite_file *file,
                                      const suite_entry *e)
{
    const void *desc;
    if (clarke_registry_find(&clarke_claims, e->claim, &desc) != CLARKE_OK)
        return clarke_fail(CLARKE_EINPUT, "suite %s: %s", file->name, clarke_message());
    const clarke_claim_desc *claim = desc;
    clarke_plan_item item = {.iterations = e->iterations,
                             .steps = file->steps > 0.0 ? file->steps : 1.0,
                             .weight = e->weight > 0.0 ? e->weight : 1.0};
    /* An entry that names nothing but its controls plans the controls only. */
    const bool only_controls = e->controls && e->problems_count == 0 && e->methods_count == 0;
    if (!only_controls) CLARKE_TRY(suite_combine(suite, claim, e, item));
    if (e->controls && claim->controls) CLARKE_TRY(claim->controls(&suite->plan, &item));
    if (only_controls && !claim->controls)
        return clarke_fail(CLARKE_EINPUT, "suite %s: the claim %s has no controls", file->name,
                           e->claim);
    return CLARKE_OK;
}

static clarke_status suite_plan(const suite_file *file, clarke_arena *mem, clarke_suite *suite)
{
    const double alpha = file->alpha > 0.0 ? file->alpha : 0.05;
    if (!(alpha < 1.0))
        return clarke_fail(CLARKE_EINPUT, "suite %s: alpha must be below 1", file->name);
    suite->name = clarke_arena_copy_text(mem, file->name);
    suite->about = clarke_arena_copy_text(mem, file->about ? file->about : "");
    suite->alpha = alpha;
    CLARKE_TRY(clarke_arena_status(mem));
    clarke_plan_open(&suite->plan, mem, alpha);
    for (unsigned i = 0; i < file->claims_count; i++)
        CLARKE_TRY(suite_entry_plan(suite, file, &file->claims[i]));
    return clarke_plan_close(&suite->plan);
}

/* ---- finding ---- */

static bool suite_is_path(const char *name)
{
    const size_t n = strlen(name);
    return strchr(name, '/') || (n > 5 && strcmp(name + n - 5, ".yaml") == 0) ||
           (n > 4 && strcmp(name + n - 4, ".yml") == 0);
}

static int suite_name_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

clarke_status clarke_suite_names(const char *const *folders, clarke_arena *mem,
                                 const char *const **names, size_t *count)
{
    enum { MOST = 200 };
    char **found = clarke_alloc_array(mem, MOST + 1, sizeof *found);
    CLARKE_TRY(clarke_arena_status(mem));
    *count = 0;
    for (; *folders; folders++) {
        DIR *dir = opendir(*folders);
        for (struct dirent *entry; dir && *count < MOST && (entry = readdir(dir));) {
            const size_t n = strlen(entry->d_name);
            if (n <= 5 || strcmp(entry->d_name + n - 5, ".yaml") != 0) continue;
            found[*count] = clarke_arena_copy_text(mem, entry->d_name);
            if (found[*count]) found[(*count)++][n - 5] = '\0';
        }
        if (dir) closedir(dir);
        if (*count > 0) break;
    }
    qsort(found, *count, sizeof *found, suite_name_compare);
    *names = (const char *const *)found;
    return clarke_arena_status(mem);
}

static const char *suite_name_at(const void *names, size_t i)
{
    return ((const char *const *)names)[i];
}

static clarke_status suite_find(const char *name, const char *const *folders, clarke_arena *mem,
                                const char **path)
{
    const char *const *names;
    char hint[256];
    size_t count;
    *path = name;
    if (suite_is_path(name)) {
        if (access(name, R_OK) == 0) return CLARKE_OK;
        return clarke_fail(CLARKE_EINPUT, "cannot read the suite '%s'", name);
    }
    for (const char *const *folder = folders; *folder; folder++) {
        *path = clarke_arena_printf(mem, "%s/%s.yaml", *folder, name);
        CLARKE_TRY(clarke_arena_status(mem));
        if (access(*path, R_OK) == 0) return CLARKE_OK;
    }
    CLARKE_TRY(clarke_suite_names(folders, mem, &names, &count));
    return clarke_fail(CLARKE_EINPUT, "there is no suite '%s'%s", name,
                       clarke_suggest(name, suite_name_at, names, hint));
}

clarke_status clarke_suite_load(const char *name, const char *const *folders, clarke_arena *mem,
                                clarke_suite *suite)
{
    const char *path;
    suite_file *file = NULL;
    *suite = (clarke_suite){0};
    CLARKE_TRY(suite_find(name, folders, mem, &path));
    CLARKE_TRY(suite_read(path, &file));
    const clarke_status status = suite_plan(file, mem, suite);
    suite_free(file);
    return status;
}
