/* The audit's matrix: named faults by claims, with the step at which a claim first objects. */
#pragma once

#include "cli/lib/audit_report.h"

#include <stdio.h>

void clarke_audit_matrix(FILE *out, const clarke_audit *a, const clarke_audit_record *r);
