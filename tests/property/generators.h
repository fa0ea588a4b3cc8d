// What the properties draw from: small, colliding values, so that two draws often meet.
//
// Keys are strings of at most three of the bytes 00 61 62 7f ff; numbers are small or at the ends of their
// range; route sets are mostly tables that an engine may hold, often with one blemish, sometimes anything.
#pragma once

#include <absl/status/status.h>
#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/base/route.h"

namespace fencepost {

// For counterexamples.
std::ostream& operator<<(std::ostream& os, const RouteDescriptor& route);
std::ostream& operator<<(std::ostream& os, const KeyRange& range);

}  // namespace fencepost

namespace fencepost::property {

inline constexpr int kFullSize = 100;

// The generator at its full size: RapidCheck starts every property with tiny sizes, at which a range such as
// inRange(0, 156) would hardly be used.
template <class T>
rc::Gen<T> AtFullSize(rc::Gen<T> gen) {
  return rc::gen::resize(kFullSize, std::move(gen));
}

// A whole number in [low, high], at every size; shrinks towards `low`.
rc::Gen<int> Between(int low, int high);

rc::Gen<std::string> AnyKey();
rc::Gen<std::optional<std::string>> AnyEnd();  // shrinks towards unbounded
rc::Gen<KeyRange> AnyRange();                  // empty and inverted ones too
rc::Gen<std::uint64_t> AnyNumber();            // 0 to 9, 2^64-2, 2^64-1
rc::Gen<std::string> AnyBytes();               // any bytes, any length up to about 60
rc::Gen<RouteDescriptor> AnyRoute();           // valid or not
rc::Gen<RouteDescriptor> AnyValidRoute();

// Every key of the alphabet, ascending: small enough to check a statement about ranges key by key.
const std::vector<std::string>& AllKeys();

// Sets of up to eight routes: a legal table in any order, one with a single blemish, or anything.
rc::Gen<std::vector<RouteDescriptor>> AnyRouteSet();

// "OK", or the name of the error: what a suite says it has reached.
std::string NameOf(const absl::Status& status);

// How the routes of a snapshot or a save come about.
struct RoutesChoice {
  enum class Content { kFresh, kRepeated, kEdited };
  enum class Edit { kTouch, kDrop, kMoveToGroup, kChangeState, kSplit, kGiveParent };
  Content content = Content::kFresh;
  std::vector<RouteDescriptor> fresh;
  Edit edit = Edit::kTouch;
  std::size_t index = 0;  // which route is edited, modulo their number
  std::uint64_t group = 1;
  RouteState state = RouteState::kActive;
  std::string cut;
  bool reversed = false;
};

rc::Gen<RoutesChoice> AnyRoutesChoice();
std::ostream& operator<<(std::ostream& os, const RoutesChoice& choice);

// The routes that `choice` makes of `base`. kTouch changes only the epoch: the record was rewritten as it
// was.
std::vector<RouteDescriptor> RoutesOf(const RoutesChoice& choice, const std::vector<RouteDescriptor>& base);

// A number relative to one that is only known when the command runs.
struct NumberChoice {
  enum class Kind { kAbove, kSame, kBelow, kAbsolute };
  Kind kind = Kind::kAbove;
  std::uint64_t amount = 1;
};

rc::Gen<NumberChoice> AnyNumberChoice();
std::ostream& operator<<(std::ostream& os, const NumberChoice& choice);

// Stops at the ends of the range.
std::uint64_t NumberOf(const NumberChoice& choice, std::uint64_t base);

}  // namespace fencepost::property
