// Typed events: what happens in a run, as values that judges look at while it runs and reports put into words
// afterwards. Nothing is told in sentences, and so nothing has to take a sentence apart.
//
// An event type names its kind and tells its fields (fields.h). Where it refers to things that live only as
// long as the run, it has a Keep() that answers what of it is kept for reports; that has the same kind.
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "sim/core/kinds/kinds.h"
#include "sim/core/runtime/fields.h"

namespace fencepost::sim {

template <class E>
concept TypedEvent = requires(const E& event, FieldEncoder& encoder) {
  { E::kKind } -> std::convertible_to<const EventKind&>;
  event.Fields(encoder);
};

// An event of any type, kept.
class KeptEvent {
 public:
  virtual ~KeptEvent() = default;
  virtual const EventKind& kind() const = 0;
  virtual std::string FieldsAsText() const = 0;
};

template <class E>
class KeptEventOf final : public KeptEvent {
 public:
  explicit KeptEventOf(E event) : event_(std::move(event)) {}

  const EventKind& kind() const override { return E::kKind; }
  std::string FieldsAsText() const override {
    if constexpr (HasFields<E, FieldText>) {
      FieldText text;
      event_.Fields(text);
      return std::move(text).text();
    }
    return "";
  }
  const E& event() const { return event_; }

 private:
  E event_;
};

// What of an event is kept.
template <class E>
std::unique_ptr<const KeptEvent> KeepEvent(const E& event) {
  if constexpr (requires { event.Keep(); }) {
    return std::make_unique<KeptEventOf<std::decay_t<decltype(event.Keep())>>>(event.Keep());
  } else {
    return std::make_unique<KeptEventOf<E>>(event);
  }
}

}  // namespace fencepost::sim
