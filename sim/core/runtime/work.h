// One piece of work of a simulated world: what to run, on whose behalf, and whether it waits for something.
//
// A Work stays at one address from the moment it is made until its callable is gone, so queues and timers
// hold plain pointers and nothing is moved about. Internal to the scheduler; single-threaded.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace fencepost::sim {

class Incarnation;

// Why a piece of work runs.
enum class Wake : std::uint8_t {
  kSubmitted,  // it never waited
  kElapsed,    // its time came
  kResumed,    // somebody resumed it
  kCancelled,  // its waiting was cancelled
};

// A callable that runs at most once and is pinned to its place: small ones lie inside, others on the heap.
class Task {
 public:
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() { Drop(); }

  // REQUIRES: nothing is bound. `function` takes a Wake or nothing.
  template <class F>
  void Bind(F&& function) {
    assert(operate_ == nullptr);
    using Function = std::decay_t<F>;
    if constexpr (kFits<Function>) {
      ::new (static_cast<void*>(storage_)) Function(std::forward<F>(function));
    } else {
      ::new (static_cast<void*>(storage_))
          std::unique_ptr<Function>(std::make_unique<Function>(std::forward<F>(function)));
    }
    operate_ = &Operate<Function>;
  }

  // Runs the callable and destroys it, also when it throws. REQUIRES: something is bound.
  void Run(Wake wake) {
    assert(operate_ != nullptr);
    std::exchange(operate_, nullptr)(storage_, Action::kRun, wake);
  }

  // Destroys the callable, if any, without running it.
  void Drop() {
    if (operate_ != nullptr) std::exchange(operate_, nullptr)(storage_, Action::kDrop, Wake::kCancelled);
  }

 private:
  enum class Action : std::uint8_t { kRun, kDrop };

  // Large enough for a suspended coroutine and whatever hands it its result.
  static constexpr std::size_t kInlineBytes = 32;

  template <class Function>
  static constexpr bool kFits = sizeof(Function) <= kInlineBytes && alignof(Function) <= alignof(void*);

  template <class Function>
  static void Operate(std::byte* storage, Action action, Wake wake) {
    using Stored = std::conditional_t<kFits<Function>, Function, std::unique_ptr<Function>>;
    struct Destroyer {
      Stored* stored;
      ~Destroyer() { stored->~Stored(); }
    };
    const Destroyer destroyer{std::launder(reinterpret_cast<Stored*>(storage))};
    if (action == Action::kDrop) return;
    if constexpr (kFits<Function>) {
      Invoke(*destroyer.stored, wake);
    } else {
      Invoke(**destroyer.stored, wake);
    }
  }

  template <class Function>
  static void Invoke(Function& function, Wake wake) {
    if constexpr (std::is_invocable_v<Function&, Wake>) {
      function(wake);
    } else {
      function();
    }
  }

  void (*operate_)(std::byte*, Action, Wake) = nullptr;
  alignas(void*) std::byte storage_[kInlineBytes];
};

struct alignas(64) Work {
  enum class State : std::uint8_t { kFree, kReady, kWaiting, kRunning, kBuried };

  Task task;
  Incarnation* owner = nullptr;
  std::uint64_t ticket = 0;  // of the wait it is in; 0 when it does not wait
  State state = State::kFree;
  Wake wake = Wake::kSubmitted;
  bool has_timer = false;
};
static_assert(sizeof(Work) == 64, "a piece of work fills one cache line");

// Names one wait of a piece of work. Never dangles into another wait: tickets are not used twice.
struct WaitId {
  Work* work = nullptr;
  std::uint64_t ticket = 0;  // 0 names no wait
};

}  // namespace fencepost::sim
