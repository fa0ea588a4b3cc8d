#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string_view>

#include "sim/core/leaks/interceptors/real.h"

#if FENCEPOST_INTERCEPTS

namespace fencepost::sim {
namespace {

void NoteEntropy(const char* function, const void* return_address) {
  LeakGuard::Note(LeakKind::kEntropy, function, return_address);
}

void NoteOpening(const char* path, const void* return_address) {
  const std::string_view opened(path == nullptr ? "" : path);
  if (opened == "/dev/urandom") NoteEntropy("open(\"/dev/urandom\")", return_address);
  if (opened == "/dev/random") NoteEntropy("open(\"/dev/random\")", return_address);
}

}  // namespace
}  // namespace fencepost::sim

using fencepost::sim::LeakGuard;
using fencepost::sim::LeakKind;
using fencepost::sim::NoteEntropy;
using fencepost::sim::NoteOpening;
using fencepost::sim::RealFunction;

extern "C" {

ssize_t getrandom(void* buffer, size_t size, unsigned flags) {
  static constinit RealFunction<ssize_t(void*, size_t, unsigned)> real("getrandom");
  NoteEntropy("getrandom", __builtin_return_address(0));
  return real(buffer, size, flags);
}

int getentropy(void* buffer, size_t size) {
  static constinit RealFunction<int(void*, size_t)> real("getentropy");
  NoteEntropy("getentropy", __builtin_return_address(0));
  return real(buffer, size);
}

// The C library has these since 2.36.
unsigned arc4random() noexcept {
  static constinit RealFunction<unsigned()> real("arc4random");
  NoteEntropy("arc4random", __builtin_return_address(0));
  return real();
}

void arc4random_buf(void* buffer, size_t size) noexcept {
  static constinit RealFunction<void(void*, size_t)> real("arc4random_buf");
  NoteEntropy("arc4random_buf", __builtin_return_address(0));
  real(buffer, size);
}

unsigned arc4random_uniform(unsigned bound) noexcept {
  static constinit RealFunction<unsigned(unsigned)> real("arc4random_uniform");
  NoteEntropy("arc4random_uniform", __builtin_return_address(0));
  return real(bound);
}

// Not entropy, but the state is the whole program's: what ran before decides what comes next.
int rand() noexcept {  // determinism: caught here
  static constinit RealFunction<int()> real("rand");
  NoteEntropy("rand", __builtin_return_address(0));
  return real();
}

long random() noexcept {
  static constinit RealFunction<long()> real("random");
  NoteEntropy("random", __builtin_return_address(0));
  return real();
}

double drand48() noexcept {
  static constinit RealFunction<double()> real("drand48");
  NoteEntropy("drand48", __builtin_return_address(0));
  return real();
}

long lrand48() noexcept {
  static constinit RealFunction<long()> real("lrand48");
  NoteEntropy("lrand48", __builtin_return_address(0));
  return real();
}

long mrand48() noexcept {
  static constinit RealFunction<long()> real("mrand48");
  NoteEntropy("mrand48", __builtin_return_address(0));
  return real();
}

FILE* fopen(const char* path, const char* mode) {
  static constinit RealFunction<FILE*(const char*, const char*)> real("fopen");
  NoteOpening(path, __builtin_return_address(0));
  return real(path, mode);
}

FILE* fopen64(const char* path, const char* mode) {
  static constinit RealFunction<FILE*(const char*, const char*)> real("fopen64");
  NoteOpening(path, __builtin_return_address(0));
  return real(path, mode);
}

// The mode is there only if a file may be created; passing on a register that was not set is harmless.
int open(const char* path, int flags, ...) {
  static constinit RealFunction<int(const char*, int, ...)> real("open");
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  NoteOpening(path, __builtin_return_address(0));
  return real(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  static constinit RealFunction<int(const char*, int, ...)> real("open64");
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  NoteOpening(path, __builtin_return_address(0));
  return real(path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  static constinit RealFunction<int(int, const char*, int, ...)> real("openat");
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  NoteOpening(path, __builtin_return_address(0));
  return real(folder, path, flags, mode);
}

// Some libraries ask the kernel by number.
long syscall(long number, ...) noexcept {
  static constinit RealFunction<long(long, ...)> real("syscall");
  va_list arguments;
  va_start(arguments, number);
  long passed[6];
  for (long& argument : passed) argument = va_arg(arguments, long);
  va_end(arguments);
  const void* const caller = __builtin_return_address(0);
  if (number == SYS_getrandom) NoteEntropy("syscall(SYS_getrandom)", caller);
  if (number == SYS_clock_gettime) {
    LeakGuard::Note(LeakKind::kClock, "syscall(SYS_clock_gettime)", caller);
  }
  return real(number, passed[0], passed[1], passed[2], passed[3], passed[4], passed[5]);
}

// std::random_device::_M_getval(): every number it yields comes through here, those that it has from the
// processor as well, which no function of libc sees.
unsigned fencepost_random_device_value(void* device) __asm__("_ZNSt13random_device9_M_getvalEv");

unsigned fencepost_random_device_value(void* device) {
  static constinit RealFunction<unsigned(void*)> real("_ZNSt13random_device9_M_getvalEv");
  NoteEntropy("std::random_device", __builtin_return_address(0));
  return real(device);
}

}  // extern "C"

#endif
