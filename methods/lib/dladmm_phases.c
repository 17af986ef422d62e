#include "methods/lib/dladmm.h"

size_t clarke_dladmm_phases(size_t layers)
{
    return 8 * layers - 1;
}

clarke_dladmm_phase clarke_dladmm_phase_at(size_t layers, size_t phase)
{
    static const size_t back_last[] = {CLARKE_DLADMM_Z, CLARKE_DLADMM_B, CLARKE_DLADMM_W};
    static const size_t back[] = {CLARKE_DLADMM_A, CLARKE_DLADMM_Z, CLARKE_DLADMM_B,
                                  CLARKE_DLADMM_W};
    static const size_t forth[] = {CLARKE_DLADMM_W, CLARKE_DLADMM_B, CLARKE_DLADMM_Z,
                                   CLARKE_DLADMM_A};
    const size_t backward = 4 * layers - 1;
    if (phase < 3) return (clarke_dladmm_phase){back_last[phase], layers - 1, false};
    if (phase < backward)
        return (clarke_dladmm_phase){back[(phase - 3) % 4], layers - 2 - (phase - 3) / 4, false};
    return (clarke_dladmm_phase){forth[(phase - backward) % 4], (phase - backward) / 4, true};
}
