/* The files of a results folder: written under a temporary name and renamed when complete, so that
   a reader never sees half of one; read whole, with a size limit. */
#pragma once

#include "core/arena.h"

#include <stdio.h>

typedef struct {
    FILE *file;
    char path[1024], temporary[1040];
} clarke_folder_file;

/* Opens <folder>/<name> for writing, under the name <name>.tmp until it is closed. */
clarke_status clarke_folder_open(clarke_folder_file *f, const char *folder, const char *name);
/* Closes. If `status` is CLARKE_OK and every write succeeded the file gets its name; otherwise it
   is removed, and the failure is returned. */
clarke_status clarke_folder_close(clarke_folder_file *f, clarke_status status);

/* Creates <folder>/<name>, or <folder> if name is NULL; a folder that is there is no failure. */
clarke_status clarke_folder_make(const char *folder, const char *name);

/* The whole text of <folder>/<name>, NUL-terminated, in `mem`. More than `limit` bytes, a file that
   is missing, no regular file, or holds a NUL byte: CLARKE_EINPUT and one sentence that names only
   `name`, never the folder. */
clarke_status clarke_folder_read(const char *folder, const char *name, size_t limit,
                                 clarke_arena *mem, char **text, size_t *length);
/* True if <folder>/<name> is a regular file. */
bool clarke_folder_has(const char *folder, const char *name);
