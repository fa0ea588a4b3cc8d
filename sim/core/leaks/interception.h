// How a program that links fencepost::sim_leaks differs from one that does not: this symbol is there.
#pragma once

// False where a sanitizer keeps the calls to itself.
extern "C" [[gnu::weak]] bool fencepost_sim_leaks_are_intercepted();
