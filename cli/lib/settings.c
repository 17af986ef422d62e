#include "engine/route.h"

#include "cli/lib/cli.h"

#include <string.h>

clarke_status clarke_cli_route(const clarke_cli *cli, clarke_spec *problem, clarke_spec *method,
                               clarke_spec *network)
{
    /* The method comes first, as on the command line: "sgd on absquad has no parameter". */
    clarke_route route[3] = {
        {"method", method, NULL}, {"problem", problem, NULL}, {"network", network, NULL}};
    const void *desc;
    if (method) {
        CLARKE_TRY(clarke_registry_find(&clarke_methods, method->id, &desc));
        route[0].table = ((const clarke_method_desc *)desc)->params;
    }
    if (problem) {
        CLARKE_TRY(clarke_registry_find(&clarke_problems, problem->id, &desc));
        route[1].table = ((const clarke_problem_desc *)desc)->params;
    }
    if (network) {
        CLARKE_TRY(clarke_registry_find(&clarke_networks, network->id, &desc));
        route[2].table = ((const clarke_network_desc *)desc)->params;
    }
    for (size_t i = 0; i < cli->givens; i++)
        if (strcmp(cli->given[i].option->name, "set") == 0)
            CLARKE_TRY(clarke_route_setting(route, 3, cli->given[i].value, cli->mem));
    return CLARKE_OK;
}
