/* Code that is not ours runs in a child process with limits: `verify` starts itself again, and the
   child, which has loaded the plugin, tells over a pipe what it is about to do. Whatever ends the
   child before it says that it is done is a finding about the plugin, written as the verdict of the
   cases that were under way; then another child goes on with the rest. */
#pragma once

#include "cli/lib/cli.h"
#include "engine/scheduler.h"

/* A build with AddressSanitizer, which maps terabytes and must be loaded first. */
#if defined __SANITIZE_ADDRESS__
#define CLARKE_SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define CLARKE_SANITIZED 1
#endif
#endif
#if !defined CLARKE_SANITIZED
#define CLARKE_SANITIZED 0
#endif

/* Whether --plugin or --exec was given; whether this process is the child. */
bool clarke_child_needed(const clarke_cli *cli);
bool clarke_child_is(const clarke_cli *cli);

/* In the child, before anything else: limits, the plugins, --like. */
clarke_status clarke_child_begin(const clarke_cli *cli);
/* Hooks of the scheduler. */
clarke_status clarke_child_case(void *self, const clarke_case *const *c, size_t count);
clarke_status clarke_child_case_end(void *self);
/* The work ended with a failure, of which clarke_message() tells: a finding about the plugin. */
void clarke_child_failed(void);
/* The last word of a child that did its work. */
void clarke_child_done(void);
/* Whether the plugin's method has all settings of the case's method text, so that --like can put it
   in that place. */
bool clarke_child_can(const clarke_case *c);

/* In the parent: runs children until one is done, then reads the journal of cli->out. The records
   are sorted by id; the caller owns the reference. */
clarke_status clarke_child_supervise(const clarke_cli *cli, json_t **records);
