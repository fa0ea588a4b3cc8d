// The current value of something that many threads read and few replace. Internal to the engine.
//
// Each thread keeps a reference of its own to the value it last read, with the stamp under which that value
// was published; reading compares that stamp with the current one and is done, without writing to memory that
// other threads read. Only the first read after a replacement takes the mutex, which is held for no longer
// than copying or exchanging one pointer: a reader never waits while someone builds the next value.
//
// Invariant: no stamp is ever given out twice in a process, not even to different objects. So a remembered
// stamp that equals an object's current one stands for that very value, whatever else used the same slot,
// and even where an object was destroyed and another was made at its address.
//
// Threading: Read and Load from any thread; Publish from one at a time (the caller's lock).
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace fencepost {

// The one mutable global of the library: what makes stamps unique among engines that know nothing of each
// other. Its value decides nothing but whether a remembered reference is still the current one.
inline std::uint64_t NextPublicationStamp() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> value)
      : stamp_(NextPublicationStamp()),
        slot_(static_cast<std::size_t>(stamp_.load(std::memory_order_relaxed)) % kSlots),
        current_(std::move(value)) {}
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  // Calls `use(const std::shared_ptr<const T>&)` with the current value and returns what it returns. The
  // reference lives in a slot of this thread: `use` may copy it, but neither keep it nor Read anything, and
  // so never suspends a coroutine. A copy counts references apart from those of other threads.
  template <class Use>
  auto Read(Use use) const {
    Slots* slots = MySlots();
    // Only in destructors that run after those of this thread's own objects.
    if (slots == nullptr) return use(Load());
    Slot& slot = (*slots)[slot_];
    if (slot.stamp != stamp_.load(std::memory_order_acquire)) Refresh(slot);
    return use(slot.value);
  }

  // The current value, as a reference to keep.
  std::shared_ptr<const T> Load() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }

  // Replaces the value. REQUIRES: no other Publish on this object at the same time.
  void Publish(std::shared_ptr<const T> value) {
    const std::uint64_t stamp = NextPublicationStamp();
    {
      const std::lock_guard lock(mutex_);
      retired_.push_back(std::exchange(current_, std::move(value)));
      stamp_.store(stamp, std::memory_order_release);
    }
    // Freeing a large value takes long, so its last reader must not be the one to do it: a retired value goes
    // here, once nobody else refers to it. It cannot gain a reader any more.
    std::erase_if(retired_, [](const std::shared_ptr<const T>& retired) { return retired.use_count() == 1; });
  }

 private:
  struct Slot {
    std::uint64_t stamp = 0;  // 0: empty
    std::shared_ptr<const T> value;
  };
  // Direct-mapped. Objects that share a slot stay correct and take the mutex when a thread reads them in
  // turn.
  static constexpr std::size_t kSlots = 64;
  using Slots = std::array<Slot, kSlots>;

  // This thread's slots, made on first use; null when the thread has already ended its thread-local objects.
  static Slots* MySlots() {
    // Two variables, because reading a plain pointer costs nothing, while every access to a thread-local with
    // a destructor asks first whether it was constructed; and because the pointer is still readable after
    // that destructor ran.
    static constinit thread_local Slots* slots = nullptr;
    static constinit thread_local bool ended = false;
    struct Owner {
      std::unique_ptr<Slots> owned = std::make_unique<Slots>();
      ~Owner() {
        slots = nullptr;
        ended = true;
      }
    };
    if (slots == nullptr && !ended) {
      static thread_local Owner owner;
      slots = owner.owned.get();
    }
    return slots;
  }

  void Refresh(Slot& slot) const {
    // What the slot held is let go after the mutex is, for it may be the last reference of a dead object.
    Slot fresh;
    {
      const std::lock_guard lock(mutex_);
      fresh.stamp = stamp_.load(std::memory_order_relaxed);
      fresh.value = current_;
    }
    // A reference count of this thread's own, which in turn holds one count of the value.
    auto mine = std::make_shared<std::shared_ptr<const T>>(std::move(fresh.value));
    fresh.value = std::shared_ptr<const T>(mine, mine->get());
    std::swap(slot, fresh);
  }

  std::atomic<std::uint64_t> stamp_;
  const std::size_t slot_;
  mutable std::mutex mutex_;
  std::shared_ptr<const T> current_;               // guarded by mutex_
  std::vector<std::shared_ptr<const T>> retired_;  // the publisher's
};

}  // namespace fencepost
