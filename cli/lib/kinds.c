#include "cli/lib/kinds.h"

#include "bench/kernel.h"
#include "cli/lib/experiment.h"
#include "core/activation.h"
#include "core/loss.h"
#include "core/network.h"
#include "engine/claim.h"
#include "engine/results.h"

static const char *kinds_problem(const void *desc)
{
    return ((const clarke_problem_desc *)desc)->title;
}

static const char *kinds_wrapper(const void *desc)
{
    return ((const clarke_wrapper_desc *)desc)->title;
}

static const char *kinds_network(const void *desc)
{
    return ((const clarke_network_desc *)desc)->title;
}

static const char *kinds_method(const void *desc)
{
    return ((const clarke_method_desc *)desc)->title;
}

static const char *kinds_measure(const void *desc)
{
    return ((const clarke_measure_desc *)desc)->title;
}

static const char *kinds_claim(const void *desc)
{
    return ((const clarke_claim_desc *)desc)->title;
}

static const char *kinds_regularizer(const void *desc)
{
    return ((const clarke_regularizer_desc *)desc)->title;
}

static const char *kinds_activation(const void *desc)
{
    return ((const clarke_activation_desc *)desc)->title;
}

static const char *kinds_loss(const void *desc)
{
    return ((const clarke_loss_desc *)desc)->title;
}

static const char *kinds_kernel(const void *desc)
{
    return ((const clarke_kernel_desc *)desc)->title;
}

static const char *kinds_report(const void *desc)
{
    return ((const clarke_report_desc *)desc)->title;
}

static const char *kinds_experiment(const void *desc)
{
    return ((const clarke_experiment_desc *)desc)->title;
}

static const char *kinds_command(const void *desc)
{
    return ((const clarke_command_desc *)desc)->title;
}

const clarke_kind clarke_kinds[] = {
    {"problems", "problem", &clarke_problems, kinds_problem, false},
    {"wrappers", "wrapper", &clarke_wrappers, kinds_wrapper, false},
    {"networks", "network", &clarke_networks, kinds_network, false},
    {"methods", "method", &clarke_methods, kinds_method, false},
    {"measures", "measure", &clarke_measures, kinds_measure, false},
    {"claims", "claim", &clarke_claims, kinds_claim, false},
    {"faults", "fault", NULL, NULL, false},
    {"kernels", "kernel", &clarke_kernels, kinds_kernel, false},
    {"suites", "suite", NULL, NULL, true},
    {"experiments", "experiment", &clarke_experiments, kinds_experiment, false},
    {"regularizers", "regularizer", &clarke_regularizers, kinds_regularizer, false},
    {"activations", "activation", &clarke_activations, kinds_activation, false},
    {"losses", "loss", &clarke_losses, kinds_loss, false},
    {"reports", "report", &clarke_reports, kinds_report, false},
    {"commands", "command", &clarke_commands, kinds_command, false},
    {0}};
