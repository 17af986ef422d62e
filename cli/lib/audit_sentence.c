#include "cli/lib/audit_sentence.h"

#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t sentence_hash_file(uint64_t h, const char *path)
{
    uint64_t block[1024];
    FILE *in = path ? fopen(path, "rb") : NULL;
    size_t got;
    if (!in) return h;
    do {
        memset(block, 0, sizeof block);
        got = fread(block, 1, sizeof block, in);
        for (size_t i = 0; i < (got + 7) / 8; i++) h = clarke_hash_mix(h, block[i]);
    } while (got == sizeof block);
    fclose(in);
    return h;
}

static uint64_t sentence_build(const char *program, clarke_arena *mem)
{
    const char *slash = strrchr(program, '/');
    const int folder = slash ? (int)(slash - program) : 0;
    const char *library = clarke_arena_printf(mem, "%.*s/../lib/libclarke.so", folder, program);
    return sentence_hash_file(sentence_hash_file(1, program), library);
}

clarke_status clarke_audit_sentence_write(const char *program, const char *sentence,
                                          clarke_arena *mem)
{
    const char *path = clarke_arena_printf(mem, "%s.audit", program);
    CLARKE_TRY(clarke_arena_status(mem));
    FILE *out = fopen(path, "w");
    /* An installed program's folder may be somebody else's; the audit's own files have it all. */
    if (!out) return CLARKE_OK;
    fprintf(out, "%016" PRIx64 "\n%s\n", sentence_build(program, mem), sentence);
    return fclose(out) == 0 ? CLARKE_OK : clarke_fail(CLARKE_EIO, "cannot write '%s'", path);
}

const char *clarke_audit_sentence_read(const char *program, clarke_arena *mem)
{
    char line[1024];
    uint64_t build = 0;
    const char *path = clarke_arena_printf(mem, "%s.audit", program);
    FILE *in = path ? fopen(path, "r") : NULL;
    if (!in) return NULL;
    const bool found = fgets(line, sizeof line, in) && sscanf(line, "%" SCNx64, &build) == 1 &&
                       build == sentence_build(program, mem) && fgets(line, sizeof line, in);
    fclose(in);
    if (!found) return NULL;
    line[strcspn(line, "\n")] = '\0';
    return clarke_arena_copy_text(mem, line);
}
