/* What a report says, part by part, in the order in which it is read. */
#pragma once

#include "reports/lib/document.h"

/* "12 cases judged: 2 surprising, 1 undecided". */
void clarke_story_headline(const clarke_results *results, char text[160]);
/* The surprises, each by id with its sentence; what is undecided; the counts by role. */
void clarke_story_summary(clarke_document *d);
/* Claims by methods, with links. */
void clarke_story_matrix(clarke_document *d);
/* Everything about one claim but its controls. */
void clarke_story_claim(clarke_document *d, const clarke_result_group *group);
/* The controls of all claims, gated and bypassed side by side. */
void clarke_story_controls(clarke_document *d);
/* How well the stationary sets are known, and which are certified. */
void clarke_story_problems(clarke_document *d);
/* Error rates, the verifier's own power, the machine. */
void clarke_story_ends(clarke_document *d);
/* All of it, the headline left out. */
void clarke_story_tell(clarke_document *d);

/* Shared by the parts: a case's unfolding details with all its evidence and its replay command. */
void clarke_story_case(clarke_document *d, const clarke_result *result);
/* " over `ring:d=8`", where there is a network. */
void clarke_story_network(clarke_document *d, const clarke_result *result);
/* The few numbers that a table has room for. */
void clarke_story_numbers(clarke_document *d, const clarke_result *result);
