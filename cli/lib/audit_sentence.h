/* The last audit's result in one sentence, kept beside the program for the reports of the same
   build: the build is told by the contents of the program and its library. */
#pragma once

#include "core/arena.h"

clarke_status clarke_audit_sentence_write(const char *program, const char *sentence,
                                          clarke_arena *mem);
/* NULL where no audit of this very build was kept. */
const char *clarke_audit_sentence_read(const char *program, clarke_arena *mem);
