// Which version of Fencepost these headers are of. This is the one place that says so: CMake reads it from
// here.
//
// Before 1.0 every minor version may change the interface and the ABI; patch versions change neither.
// From 1.0 on, only major versions do (https://semver.org). Durable formats (catalog, moves, ownership) carry
// format numbers of their own.
#pragma once

#define FENCEPOST_VERSION_MAJOR 0
#define FENCEPOST_VERSION_MINOR 1
#define FENCEPOST_VERSION_PATCH 0
#define FENCEPOST_VERSION_STRING "0.1.0"

// As a number that compares as versions do, e.g. #if FENCEPOST_VERSION >= 1002000 for "1.2.0 or later".
// Minor and patch stay below 1000.
#define FENCEPOST_VERSION \
  (FENCEPOST_VERSION_MAJOR * 1000000 + FENCEPOST_VERSION_MINOR * 1000 + FENCEPOST_VERSION_PATCH)
