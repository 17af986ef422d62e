/* Where faults come from: the folder verify/faults, whose .yaml files replace a token sequence and
   whose .c files decorate a service; verify/variants, the same for correct re-writings, whose folder
   settings has suites of legitimate settings; and the mutants. */
#include "cli/lib/audit.h"

#include "engine/suite.h"
#include "verify/audit/mutate.h"

#include <cyaml/cyaml.h>
#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* ---- a replaced token sequence ---- */

typedef struct {
    char *about, *file, *function, *old, *now, *survives;
} fault_file;

#define FAULT_TEXT(key, member, flags)                                                             \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (flags), fault_file, member, 0, 2000)

static const cyaml_schema_field_t fault_fields[] = {
    FAULT_TEXT("about", about, CYAML_FLAG_DEFAULT),
    FAULT_TEXT("file", file, CYAML_FLAG_DEFAULT),
    FAULT_TEXT("function", function, CYAML_FLAG_DEFAULT),
    FAULT_TEXT("old", old, CYAML_FLAG_DEFAULT),
    FAULT_TEXT("new", now, CYAML_FLAG_DEFAULT),
    FAULT_TEXT("survives", survives, CYAML_FLAG_OPTIONAL),
    CYAML_FIELD_END};

static const cyaml_schema_value_t fault_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, fault_file, fault_fields)};

static clarke_status faults_replace(const clarke_audit *a, const fault_file *file, clarke_fault *f)
{
    clarke_source source;
    f->about = clarke_arena_copy_text(f->mem, file->about);
    f->path = clarke_arena_copy_text(f->mem, file->file);
    f->function = clarke_arena_copy_text(f->mem, file->function);
    if (file->survives) f->survives = clarke_arena_copy_text(f->mem, file->survives);
    clarke_status status = clarke_source_read(a->root, file->file, f->mem, &source);
    if (status == CLARKE_OK)
        status = clarke_source_replace(&source, file->function, file->old, file->now, f->mem,
                                       &f->text, &f->line);
    if (status == CLARKE_OK) return CLARKE_OK;
    /* A stale pattern is a void fault, which the audit reports as an error of its own list. */
    f->text = NULL;
    f->detail = clarke_arena_copy_text(f->mem, clarke_message());
    return clarke_arena_status(f->mem);
}

static clarke_status faults_yaml(const clarke_audit *a, const char *path, clarke_fault *f)
{
    const cyaml_config_t config = {.log_level = CYAML_LOG_ERROR, .mem_fn = cyaml_mem};
    fault_file *file = NULL;
    const cyaml_err_t error =
        cyaml_load_file(path, &config, &fault_schema, (cyaml_data_t **)&file, NULL);
    if (error != CYAML_OK) {
        f->detail = clarke_arena_copy_text(f->mem, cyaml_strerror(error));
        return clarke_arena_status(f->mem);
    }
    const clarke_status status = faults_replace(a, file, f);
    cyaml_free(&config, &fault_schema, file, 0);
    return status;
}

/* ---- a source of its own, whose first comment says what it does ---- */

static clarke_status faults_source(const clarke_audit *a, const char *folder, const char *name,
                                   clarke_fault *f)
{
    clarke_source source;
    f->path = clarke_arena_printf(f->mem, "%s/%s", folder, name);
    CLARKE_TRY(clarke_arena_status(f->mem));
    CLARKE_TRY(clarke_source_read(a->root, f->path, f->mem, &source));
    f->text = source.text;
    f->function = "";
    f->line = 1;
    const char *end = strstr(source.text, "*/");
    const bool commented = strncmp(source.text, "/* ", 3) == 0 && end;
    f->about = commented ? clarke_arena_printf(f->mem, "%.*s", (int)(end - source.text) - 4,
                                               source.text + 3)
                         : "";
    return clarke_arena_status(f->mem);
}

/* ---- a suite: the method or the service is as it is, its settings are legitimate ones ---- */

static clarke_status faults_suite(const char *root, const char *path, clarke_fault *f)
{
    static const char *const nowhere[] = {NULL};
    clarke_suite suite;
    f->suite = clarke_arena_copy_text(f->mem, path);
    f->path = f->suite ? f->suite + strlen(root) + 1 : NULL;
    CLARKE_TRY(clarke_arena_status(f->mem));
    if (clarke_suite_load(path, nowhere, f->mem, &suite) == CLARKE_OK) {
        f->about = suite.about;
        f->text = "";
        return CLARKE_OK;
    }
    f->detail = clarke_arena_copy_text(f->mem, clarke_message());
    return clarke_arena_status(f->mem);
}

/* ---- a folder of them ---- */

/* Faults, then variants. */
static int faults_order(const void *a, const void *b)
{
    const clarke_fault *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    return strcmp(x->id, y->id);
}

static clarke_status faults_open(clarke_fault_kind kind, const char *id, clarke_fault *f)
{
    *f = (clarke_fault){.kind = kind, .outcome = CLARKE_FAULT_VOID, .mem = clarke_arena_new(0)};
    if (!f->mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    f->id = clarke_arena_copy_text(f->mem, id);
    f->about = f->path = f->function = "";
    return clarke_arena_status(f->mem);
}

static bool faults_ends(const char *name, const char *ending)
{
    const size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

enum { FAULTS_MOST = 2000 };

static const char *const faults_folders[] = {"verify/faults", "verify/variants",
                                             "verify/variants/settings"};
enum { FAULTS_FOLDERS = sizeof faults_folders / sizeof faults_folders[0] };

/* A file of a folder that is a fault or a variant. */
typedef struct {
    const char *id, *name;
    size_t folder;
} faults_file;

static clarke_status faults_list(const clarke_audit *a, faults_file *file, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < FAULTS_FOLDERS; i++) {
        const char *path = clarke_arena_printf(a->cli->mem, "%s/%s", a->root, faults_folders[i]);
        DIR *dir = opendir(path ? path : "");
        if (!dir)
            return clarke_fail(CLARKE_EUNAVAILABLE, "there is no folder %s", faults_folders[i]);
        for (struct dirent *entry; *count < FAULTS_MOST && (entry = readdir(dir));) {
            const char *name = clarke_arena_copy_text(a->cli->mem, entry->d_name);
            const bool yaml = name && faults_ends(name, ".yaml");
            if (!name || (!yaml && !faults_ends(name, ".c"))) continue;
            const int length = (int)(strlen(name) - (yaml ? 5 : 2));
            file[(*count)++] =
                (faults_file){clarke_arena_printf(a->cli->mem, "%.*s", length, name), name, i};
        }
        closedir(dir);
    }
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    if (*count == FAULTS_MOST) return clarke_fail(CLARKE_EINTERNAL, "there are too many faults");
    return CLARKE_OK;
}

static clarke_status faults_read(const clarke_audit *a, const faults_file *file, clarke_fault *f)
{
    const char *folder = faults_folders[file->folder];
    CLARKE_TRY(
        faults_open(file->folder == 0 ? CLARKE_FAULT_NAMED : CLARKE_FAULT_VARIANT, file->id, f));
    const char *path = clarke_arena_printf(f->mem, "%s/%s/%s", a->root, folder, file->name);
    CLARKE_TRY(clarke_arena_status(f->mem));
    if (file->folder == 2) return faults_suite(a->root, path, f);
    if (faults_ends(file->name, ".yaml")) return faults_yaml(a, path, f);
    return faults_source(a, folder, file->name, f);
}

typedef struct {
    const faults_file *file;
    size_t count;
} faults_names;

static const char *faults_name_at(const void *names, size_t i)
{
    const faults_names *list = names;
    return i < list->count ? list->file[i].id : NULL;
}

/* The files that --fault asks for, moved to the front; none is an error. */
static clarke_status faults_chosen(const clarke_audit *a, faults_file *file, size_t *count)
{
    const char *glob = clarke_cli_value(a->cli, "fault");
    const faults_names all = {file, *count};
    char hint[256];
    size_t kept = 0;
    if (!glob) return CLARKE_OK;
    for (size_t i = 0; i < all.count; i++) kept += fnmatch(glob, file[i].id, 0) == 0;
    if (kept == 0)
        return clarke_fail(CLARKE_EUSAGE, "no named fault or variant matches '%s'%s", glob,
                           clarke_suggest(glob, faults_name_at, &all, hint));
    *count = 0;
    for (size_t i = 0; i < all.count; i++)
        if (fnmatch(glob, file[i].id, 0) == 0) file[(*count)++] = file[i];
    return CLARKE_OK;
}

clarke_status clarke_audit_named(const clarke_audit *a, clarke_fault **fault, size_t *count)
{
    faults_file *file = clarke_alloc_array(a->cli->mem, FAULTS_MOST, sizeof *file);
    size_t files = 0;
    *count = 0;
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    CLARKE_TRY(faults_list(a, file, &files));
    CLARKE_TRY(faults_chosen(a, file, &files));
    *fault = clarke_alloc_array(a->cli->mem, files, sizeof **fault);
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    for (size_t i = 0; i < files; i++) {
        ++*count; /* what is opened, the caller frees */
        CLARKE_TRY(faults_read(a, &file[i], &(*fault)[i]));
    }
    qsort(*fault, *count, sizeof **fault, faults_order);
    return CLARKE_OK;
}

/* ---- mutants ---- */

/* The methods that the suite judges with what they share, and the services of the core that a step
   passes through (core/agents.c is none: it makes columns of traces). */
static const char *const mutant_folders[] = {"methods", "methods/lib"};
static const char *const mutant_files[] = {"core/mixing.c", "core/oracle.c", "core/schedule.c",
                                           "core/stream.c", "core/share.c",  "parts/lib/norm.c"};

static int mutants_order(const void *a, const void *b)
{
    return strcmp(((const clarke_source *)a)->path, ((const clarke_source *)b)->path);
}

/* Whether the file is a method's, or of a library that bears the method's name, that no claim judges;
   the longest name counts: dsgd_m.c is not dsgd's. */
static bool mutants_unjudged(const clarke_audit *a, const char *name)
{
    const char *owner = NULL;
    for (size_t i = 0; i < clarke_methods.count; i++) {
        const char *id = clarke_methods.entry[i].id;
        const size_t length = strlen(id);
        if (strncmp(name, id, length) == 0 && (name[length] == '.' || name[length] == '_') &&
            (!owner || length > strlen(owner)))
            owner = id;
    }
    return owner && !clarke_audit_judges(a, owner);
}

static clarke_status mutants_sources(const clarke_audit *a, clarke_source *source, size_t room,
                                     size_t *count)
{
    for (size_t i = 0; i < sizeof mutant_folders / sizeof mutant_folders[0]; i++) {
        const char *path = clarke_arena_printf(a->cli->mem, "%s/%s", a->root, mutant_folders[i]);
        DIR *dir = opendir(path ? path : "");
        clarke_status status = CLARKE_OK;
        for (struct dirent *entry; dir && status == CLARKE_OK && (entry = readdir(dir));)
            if (faults_ends(entry->d_name, ".c") && !mutants_unjudged(a, entry->d_name) &&
                *count < room)
                status = clarke_source_read(
                    a->root,
                    clarke_arena_printf(a->cli->mem, "%s/%s", mutant_folders[i], entry->d_name),
                    a->cli->mem, &source[(*count)++]);
        if (dir) closedir(dir);
        CLARKE_TRY(status);
    }
    for (size_t i = 0; i < sizeof mutant_files / sizeof mutant_files[0] && *count < room; i++)
        CLARKE_TRY(clarke_source_read(a->root, mutant_files[i], a->cli->mem, &source[(*count)++]));
    qsort(source, *count, sizeof *source, mutants_order);
    return CLARKE_OK;
}

clarke_status clarke_audit_sources(clarke_audit *a)
{
    enum { SOURCES = 500 };
    clarke_source *source = clarke_alloc_array(a->cli->mem, SOURCES, sizeof *source);
    CLARKE_TRY(clarke_arena_status(a->cli->mem));
    a->source = source;
    return mutants_sources(a, source, SOURCES, &a->sources);
}

clarke_status clarke_audit_mutants(const clarke_audit *a, size_t wanted, clarke_fault *fault,
                                   uint64_t *draw)
{
    const clarke_stream stream = clarke_stream_make(a->seed, "audit", "mutants", 0, 0, "draw");
    for (size_t count = 0; count < wanted; (*draw)++) {
        clarke_fault *f = &fault[count];
        clarke_mutant mutant;
        char id[32];
        snprintf(id, sizeof id, "mutant-%06llu", (unsigned long long)*draw);
        CLARKE_TRY(faults_open(CLARKE_FAULT_MUTANT, id, f));
        if (!clarke_mutate(a->source, a->sources, &stream, *draw, f->mem, &mutant)) {
            clarke_arena_free(f->mem);
            continue;
        }
        f->about = mutant.what;
        f->path = mutant.path;
        f->function = mutant.function;
        f->line = mutant.line;
        f->text = mutant.text;
        count++;
    }
    return CLARKE_OK;
}
