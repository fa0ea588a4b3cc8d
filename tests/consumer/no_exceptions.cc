// Compiled with -fno-exceptions: must be refused, with a reason.
#include <fencepost/fencepost.h>
