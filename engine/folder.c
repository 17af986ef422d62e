#include "engine/folder.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static clarke_status folder_path(char *path, size_t size, const char *folder, const char *name,
                                 const char *ending)
{
    const int length = snprintf(path, size, "%s/%s%s", folder, name, ending);
    if (length >= 0 && (size_t)length < size) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "the path of the results folder is too long for '%s'", name);
}

clarke_status clarke_folder_open(clarke_folder_file *f, const char *folder, const char *name)
{
    *f = (clarke_folder_file){0};
    CLARKE_TRY(folder_path(f->path, sizeof f->path, folder, name, ""));
    CLARKE_TRY(folder_path(f->temporary, sizeof f->temporary, folder, name, ".tmp"));
    f->file = fopen(f->temporary, "w");
    if (f->file) return CLARKE_OK;
    return clarke_fail(CLARKE_EIO, "cannot write '%s' in the results folder: %s", name,
                       strerror(errno));
}

clarke_status clarke_folder_close(clarke_folder_file *f, clarke_status status)
{
    if (!f->file) return status;
    /* Each of the three is wanted whatever the others say. */
    const bool failed = ferror(f->file) != 0, flushed = fflush(f->file) == 0;
    const bool closed = fclose(f->file) == 0;
    f->file = NULL;
    if (status == CLARKE_OK && (failed || !flushed || !closed))
        status = clarke_fail(CLARKE_EIO, "writing '%s' failed: %s", strrchr(f->path, '/') + 1,
                             strerror(errno));
    if (status == CLARKE_OK && rename(f->temporary, f->path) != 0)
        status = clarke_fail(CLARKE_EIO, "cannot give '%s' its name: %s", strrchr(f->path, '/') + 1,
                             strerror(errno));
    if (status != CLARKE_OK) unlink(f->temporary);
    return status;
}

clarke_status clarke_folder_make(const char *folder, const char *name)
{
    char path[1024];
    CLARKE_TRY(folder_path(path, sizeof path, folder, name ? name : ".", ""));
    if (!name) path[strlen(path) - 2] = '\0';
    struct stat info;
    if (mkdir(path, 0777) == 0) return CLARKE_OK;
    const int reason = errno;
    if (reason == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) return CLARKE_OK;
    return clarke_fail(CLARKE_EIO, "cannot create the folder '%s': %s", name ? name : folder,
                       strerror(reason));
}

bool clarke_folder_has(const char *folder, const char *name)
{
    char path[1024];
    struct stat info;
    return folder_path(path, sizeof path, folder, name, "") == CLARKE_OK &&
           stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static clarke_status folder_fill(FILE *in, const char *name, size_t limit, clarke_arena *mem,
                                 char **text, size_t *length)
{
    struct stat info;
    if (fstat(fileno(in), &info) != 0 || !S_ISREG(info.st_mode))
        return clarke_fail(CLARKE_EINPUT, "%s: not a regular file", name);
    if (info.st_size < 0 || (uintmax_t)info.st_size > limit)
        return clarke_fail(CLARKE_EINPUT, "%s: larger than the limit of %zu bytes", name, limit);
    const size_t size = (size_t)info.st_size;
    char *buffer = clarke_alloc(mem, size + 1);
    CLARKE_TRY(clarke_arena_status(mem));
    *length = fread(buffer, 1, size, in);
    if (ferror(in)) return clarke_fail(CLARKE_EINPUT, "%s: cannot be read", name);
    buffer[*length] = '\0';
    if (memchr(buffer, '\0', *length))
        return clarke_fail(CLARKE_EINPUT, "%s: holds a NUL byte, so it is no text", name);
    *text = buffer;
    return CLARKE_OK;
}

clarke_status clarke_folder_read(const char *folder, const char *name, size_t limit,
                                 clarke_arena *mem, char **text, size_t *length)
{
    char path[1024];
    struct stat info;
    CLARKE_TRY(folder_path(path, sizeof path, folder, name, ""));
    /* Asked before opening, for opening a pipe would wait for its writer. */
    if (stat(path, &info) != 0) return clarke_fail(CLARKE_EINPUT, "%s: %s", name, strerror(errno));
    if (!S_ISREG(info.st_mode)) return clarke_fail(CLARKE_EINPUT, "%s: not a regular file", name);
    FILE *in = fopen(path, "r");
    if (!in) return clarke_fail(CLARKE_EINPUT, "%s: %s", name, strerror(errno));
    const clarke_status status = folder_fill(in, name, limit, mem, text, length);
    fclose(in);
    return status;
}
