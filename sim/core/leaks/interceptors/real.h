// What the interceptors have in common: they note the call, then have the C library carry it out. Internal to
// sim/core/leaks.
//
// An interceptor may be called before main, on any thread, and from within the C library's own
// initialisation: nothing here may need construction.
#pragma once

#include <dlfcn.h>

#include <atomic>
#include <cstdlib>

#include "sim/core/leaks/leak_guard.h"

// Whether the calls are intercepted at all: the sanitizers below have interceptors of their own, whose
// bookkeeping must not be passed by.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FENCEPOST_INTERCEPTS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define FENCEPOST_INTERCEPTS 0
#else
#define FENCEPOST_INTERCEPTS 1
#endif
#else
#define FENCEPOST_INTERCEPTS 1
#endif

namespace fencepost::sim {

// The next definition of a function after this program's own: the C library's. Looked up once.
template <class Function>
class RealFunction {
 public:
  constexpr explicit RealFunction(const char* name) : name_(name) {}

  template <class... Arguments>
  auto operator()(Arguments... arguments) {
    Function* found = found_.load(std::memory_order_acquire);
    if (found == nullptr) {
      found = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name_));
      if (found == nullptr) std::abort();  // it was called, so it was linked
      found_.store(found, std::memory_order_release);
    }
    return found(arguments...);
  }

 private:
  const char* name_;
  std::atomic<Function*> found_{nullptr};
};

}  // namespace fencepost::sim
