#include "sim/core/leaks/interception.h"
#include "sim/core/leaks/interceptors/real.h"

extern "C" bool fencepost_sim_leaks_are_intercepted() { return FENCEPOST_INTERCEPTS == 1; }
