/* The figures of a results folder. */
#include "reports/lib/gnuplot.h"
#include "reports/lib/svg.h"
#include "reports/lib/trace_path.h"
#include "reports/lib/write.h"
#include "tests/lib/report_folder.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(figures, .init = reports_setup, .fini = reports_teardown);

/* ---- figures ---- */

Test(figures, safe_svg)
{
    static const char *const bad[] = {"",
                                      "<svg",
                                      "<svg>",
                                      "<svg></g>",
                                      "<svg></svg><script/>",
                                      "<svg><script/></svg>",
                                      "<svg onload=\"a()\"></svg>",
                                      "<svg><a xlink:href=\"#x\"/></svg>",
                                      "<svg><use xlink:href=\"http://x/y#z\"/></svg>",
                                      "<svg><g fill=\"url(http://x)\"/></svg>",
                                      "<svg><foreignObject/></svg>",
                                      "<svg><style>*{}</style></svg>",
                                      "<svg><!-- x --></svg>",
                                      "<svg><image xlink:href='data:,'/></svg>",
                                      "<svg style=\"x\"></svg>",
                                      "<svg id=x></svg>",
                                      "<!DOCTYPE svg><svg></svg>",
                                      "<svg></svg>text",
                                      "<svg><g d='&lt;'/></svg>",
                                      "<svg><g d='<'/></svg>"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_not(clarke_svg_is_safe(bad[i]), "svg: '%s' passes", bad[i]);
    cr_expect(
        clarke_svg_is_safe("<?xml version=\"1.0\"?>\n<svg width='1'>\n<g id='a'><path d='M0'/>"
                           "</g><use xlink:href='#a'/>&amp;</svg>\n"),
        "svg: a good one");
    FILE *out = tmpfile();
    char text[256] = "";
    clarke_svg_inline(out, "<?xml?><svg><g id='a'/><use xlink:href='#a' fill=\"url(#a)\"/></svg>",
                      "p-", "L");
    rewind(out);
    cr_assert_gt(fread(text, 1, sizeof text - 1, out), 0, "svg: nothing written");
    fclose(out);
    cr_expect_str_eq(text,
                     "<svg role=\"img\" aria-label=\"L\"><g id='p-a'/><use xlink:href='#p-a' "
                     "fill=\"url(#p-a)\"/></svg>",
                     "svg: %s", text);
}

static const char *const figures[] = {"figures/th1_a-blocks.svg", "figures/th2_descent-psi.svg",
                                      "figures/th1_a-path.svg"};

Test(figures, figures)
{
    if (system("gnuplot --version >/dev/null 2>&1") != 0) cr_skip_test("gnuplot is not there");
    size_t length;
    report_all();
    char *html = text_of(folder, "report.html", &length), *svg;
    char *md = text_of(folder, "report.md", &length);
    const char *c = html;
    size_t inlined = 0;
    for (; (c = strstr(c, "<svg ")); c++) inlined++;
    cr_expect_eq(inlined, 3, "figures: %zu in the page", inlined);
    for (size_t i = 0; i < 3; i++) {
        svg = text_of(folder, figures[i], &length);
        cr_expect(clarke_svg_is_safe(svg), "%s: not safe", figures[i]);
        cr_expect_not_null(strstr(md, figures[i]), "%s: no link", figures[i]);
        free(svg);
    }
    free(md);
    free(html);
    /* A figure that somebody else put there is not inlined. */
    write_text(figures[1], "<svg><script>x</script></svg>");
    clarke_results *rs = loaded();
    FILE *out = tmpfile();
    cr_assert_eq(clarke_report_one(rs, "html", out), CLARKE_OK, "one: %s", clarke_message());
    html = calloc(1, 1 << 22);
    rewind(out);
    cr_assert_gt(fread(html, 1, (1 << 22) - 1, out), 0, "one: nothing written");
    cr_expect_null(strstr(html, "<script"), "figures: a script in the page");
    cr_expect_not_null(strstr(html, "The figure was not drawn"), "figures: the sentence");
    free(html);
    fclose(out);
    clarke_results_free(rs);
}

/* What a plot hands to gnuplot for the case that now has a network. */
static char *script_of(const clarke_plot *plot, const char *id, char *script, size_t room)
{
    clarke_results *rs = loaded();
    const clarke_result *r = clarke_results_find(rs, id);
    cr_assert(r && plot->usable(rs, r), "%s: %s cannot be drawn", plot->ending, id);
    FILE *out = tmpfile();
    cr_assert_eq(plot->draw(rs, &r, 1, out), CLARKE_OK, "%s: %s", plot->ending, clarke_message());
    rewind(out);
    script[fread(script, 1, room - 1, out)] = '\0';
    fclose(out);
    clarke_results_free(rs);
    return script;
}

/* Record 0 becomes one of two agents on `problem`, with the trace of `rows` steps: x_i = +-1/(k+1),
   eta_k = t_{k+1} - t_k = 1/(k+1). Returns its id. */
static const char *two_agents(const char *problem, size_t rows)
{
    static char id[64];
    char trace[8192] = "k,t,eta,consensus,a0.x0,a1.x0\n", name[128];
    json_t *record = record_at(0);
    snprintf(id, sizeof id, "%s", json_string_value(json_object_get(record, "id")));
    json_object_set_new(record, "problem", json_string(problem));
    json_object_set_new(record, "network", json_string("path:d=2"));
    json_object_set_new(record, "method", json_string("dsgd"));
    replace_record(0, record);
    double time = 0.0;
    for (size_t k = 0; k < rows; k++) {
        const double x = 1.0 / (double)(k + 1);
        sprintf(trace + strlen(trace), "%zu,%.17g,%.17g,%.17g,%.17g,%.17g\n", k, time, x,
                sqrt(2.0) * x, x, -x);
        time += x;
    }
    snprintf(name, sizeof name, "traces/%s.csv", id);
    write_text(name, trace);
    return id;
}

Test(figures, figures_of_agents)
{
    static char script[1 << 16];
    /* Two agents that cancel: 0 is critical for the field only, 1 is stationary. */
    const char *id = two_agents("dec_cancel_abs:b=1,h=1", 40);
    script_of(&clarke_plot_agents, id, script, sizeof script);
    cr_expect_not_null(strstr(script, "\n1.5 0 0.3333333 -0.3333333\n"), "row 2: t, mean, agents");
    cr_expect_not_null(strstr(script, "plot 0 with lines lw 2.4 dt 3"), "the field's point");
    cr_expect_not_null(strstr(script, "1 with lines lw 1.2 dt 1 lc rgb '#009E73'"), "Clarke's");
    cr_expect_not_null(strstr(script, "$flow << END\nNaN NaN\nEND\n"), "no unique flow");
    script_of(&clarke_plot_consensus, id, script, sizeof script);
    cr_expect_not_null(strstr(script, "\n0.5 0.7071068 1.414214\n"),
                       "row 1: eta, consensus, offset");
    cr_expect_null(strstr(script, "\n1 1.414214 1.414214\n"), "row 0 has no step before it");
    /* The flow of (x - 1)^2/2 from 0 at t = 1: 1 - exp(-(t - 1)), by 50 implicit steps between rows
       within 1 % at t = 1.5. */
    two_agents("quadratic_agents:a=0,2", 40);
    script_of(&clarke_plot_agents, id, script, sizeof script);
    const char *flow = strstr(script, "$flow << END\n"),
               *at = flow ? strstr(flow, "\n1 0\n1.5 ") : 0;
    cr_assert_not_null(at, "the flow is not put on the mean at t = 1: %.200s", flow ? flow : "");
    const double x = strtod(at + 9, NULL);
    cr_expect_float_eq(x, 1.0 - exp(-0.5), 0.01, "the flow is at %g", x);
    /* A step size that stays, a trace without agents, and one point's problem give no figure. */
    clarke_results *rs = loaded();
    const clarke_result *r = clarke_results_find(rs, "th1_a-1b62c3d4e5");
    cr_expect(!clarke_plot_agents.usable(rs, r), "no network");
    cr_expect(!clarke_plot_consensus.usable(rs, r), "no network");
    clarke_results_free(rs);
}

/* Agents in the plane: their mean's path, and theirs. */
Test(figures, path_of_agents)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_path path;
    shell_of("mkdir -p '%s/traces'", folder, "");
    write_text("traces/a.csv", "k,a0.x0,a0.x1,a1.x0,a1.x1\n0,1,2,3,6\n1,0,1,2,2\n2,0,,1,1\n");
    cr_assert_eq(clarke_path_read(folder, "a", 10, mem, &path), CLARKE_OK, "%s", clarke_message());
    cr_assert(path.count == 2 && path.agents == 2, "two agents, and two rows that are finite");
    cr_expect(path.x[0] == 2.0 && path.x[1] == 4.0 && path.x[2] == 1.0 && path.x[3] == 1.5,
              "means");
    cr_expect(path.agent[0] == 1.0 && path.agent[2] == 0.0 && path.agent[4] == 3.0 &&
                  path.agent[7] == 2.0,
              "agents");
    write_text("traces/b.csv", "k,a0.x0,a0.x1,a1.x0\n0,1,2,3\n1,0,1,2\n");
    cr_expect_eq(clarke_path_read(folder, "b", 10, mem, &path), CLARKE_EINPUT,
                 "a column is missing");
    clarke_arena_free(mem);
}

/* Steps of one size and no noise: |step| and the residual, where they are positive. */
Test(figures, figures_of_descent)
{
    static char script[1 << 16];
    char trace[2048] = "k,dx,residual_clarke\n";
    json_t *record = record_at(0);
    char id[64];
    snprintf(id, sizeof id, "%s", json_string_value(json_object_get(record, "id")));
    json_object_set_new(record, "schedule", json_string("constant:1"));
    json_object_set_new(record, "sampling", json_string("full"));
    json_object_set_new(record, "noise", json_string("none"));
    replace_record(0, record);
    for (size_t k = 0; k < 12; k++)
        sprintf(trace + strlen(trace), "%zu,%.17g,%.17g\n", k, ldexp(1.0, -(int)k),
                k < 10 ? ldexp(3.0, -(int)k) : 0.0);
    snprintf(script, sizeof script, "traces/%s.csv", id);
    write_text(script, trace);
    script_of(&clarke_plot_descent, id, script, sizeof script);
    cr_expect_not_null(strstr(script, "$d0 << END\n1 1\n2 0.5\n3 0.25\n"), "%s", script);
    cr_expect_not_null(strstr(script, "\n12 0.0004882812\nNaN NaN\nEND\n$d1 << END\n1 3\n"), "%s",
                       script);
    cr_expect_not_null(strstr(script, "\n10 0.005859375\nNaN NaN\nEND\n"), "zeros are left out");
    record = record_at(0);
    json_object_set_new(record, "noise", json_string("signs:1"));
    replace_record(0, record);
    clarke_results *rs = loaded();
    cr_expect(!clarke_plot_descent.usable(rs, clarke_results_find(rs, id)), "noise");
    clarke_results_free(rs);
}

/* Without gnuplot, and with a trace that is none, the reports are written all the same. */
Test(figures, no_figures)
{
    size_t length;
    write_text("traces/th1_a-1b62c3d4e5.csv", "k,x0,x1\n0,1,nonsense\n");
    /* A figure of an earlier report would show other records. */
    shell_of("mkdir -p '%s/figures' && echo old > '%s/figures/th1_a-blocks.svg'", folder, folder);
    setenv("PATH", "/nonexistent", 1);
    FILE *script = tmpfile();
    cr_expect_eq(clarke_gnuplot_run(script, folder, "a.svg"), CLARKE_EUNAVAILABLE, "no gnuplot: %s",
                 clarke_message());
    fclose(script);
    report_all();
    setenv("PATH", "/usr/bin:/bin", 1);
    char *md = text_of(folder, "report.md", &length);
    cr_expect_not_null(strstr(md, "th1_a-blocks.svg was not drawn"), "no gnuplot: the sentence");
    cr_expect_null(strstr(md, "th1_a-path.svg"), "broken trace: a figure");
    free(md);
    shell_of("! find '%s/figures' -type f | grep -q .", folder, "");
}
