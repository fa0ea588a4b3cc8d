#include "tests/property/generators.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "fencepost/base/error.h"

namespace fencepost {

std::ostream& operator<<(std::ostream& os, const RouteDescriptor& route) {
  os << FormatRoute(route);
  if (route.parent_route_id.value != 0) os << ", parent " << route.parent_route_id.value;
  return os;
}

std::ostream& operator<<(std::ostream& os, const KeyRange& range) { return os << FormatRange(range); }

}  // namespace fencepost

namespace fencepost::property {
namespace {

using Descriptors = std::vector<RouteDescriptor>;

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
constexpr std::array<char, 5> kAlphabet = {'a', 'b', '\x00', '\x7f', '\xff'};  // shrinks towards the front

// Shortest first: a smaller index is a simpler key.
std::vector<std::string> KeysByLength() {
  std::vector<std::string> keys = {""};
  std::size_t shorter = 0;
  for (int length = 1; length <= 3; ++length) {
    const std::size_t end = keys.size();
    for (; shorter < end; ++shorter) {
      for (const char byte : kAlphabet) keys.push_back(keys[shorter] + byte);
    }
  }
  return keys;
}

const std::string& KeyAt(int index) {
  static const std::vector<std::string> keys = KeysByLength();
  return keys[static_cast<std::size_t>(index)];
}

RouteDescriptor MakeRoute(std::uint64_t id, std::string start, std::optional<std::string> end,
                          std::uint64_t group, int state, std::uint64_t parent) {
  RouteDescriptor route;
  route.route_id = RouteId(id);
  route.start = std::move(start);
  route.end = std::move(end);
  route.group_id = GroupId(group);
  route.state = static_cast<RouteState>(state);
  route.parent_route_id = RouteId(parent);
  return route;
}

std::uint64_t SmallestUnusedId(const Descriptors& routes) {
  std::uint64_t id = 1;
  const auto used = [&](const RouteDescriptor& route) { return route.route_id.value == id; };
  while (std::any_of(routes.begin(), routes.end(), used)) ++id;
  return id;
}

// A legal table as near to the drafts as can be.
Descriptors Tidied(const Descriptors& drafts) {
  Descriptors table = drafts;
  std::sort(table.begin(), table.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
  const auto same_start = [](const auto& a, const auto& b) { return a.start == b.start; };
  table.erase(std::unique(table.begin(), table.end(), same_start), table.end());
  Descriptors numbered;
  for (std::size_t i = 0; i < table.size(); ++i) {
    RouteDescriptor route = table[i];
    const bool last = i + 1 == table.size();
    if (route.end.has_value() && *route.end <= route.start) route.end = std::nullopt;
    if (!last && (!route.end.has_value() || *route.end > table[i + 1].start)) route.end = table[i + 1].start;
    if (route.group_id.value == 0) route.group_id = GroupId(1);
    if (static_cast<int>(route.state) > 3) route.state = RouteState::kActive;
    const auto same_id = [&](const RouteDescriptor& other) { return other.route_id == route.route_id; };
    if (route.route_id.value == 0 || std::any_of(numbered.begin(), numbered.end(), same_id)) {
      route.route_id = RouteId(SmallestUnusedId(numbered));
    }
    numbered.push_back(route);
  }
  return numbered;
}

enum class Tidiness { kLegal, kLegalReversed, kOneBlemish, kAnything };

Descriptors Arranged(const Descriptors& drafts, Tidiness tidiness, int blemish, int index) {
  if (tidiness == Tidiness::kAnything) return drafts;
  Descriptors routes = Tidied(drafts);
  if (routes.empty()) return routes;
  if (tidiness == Tidiness::kLegalReversed) std::reverse(routes.begin(), routes.end());
  if (tidiness != Tidiness::kOneBlemish) return routes;
  const RouteDescriptor& draft = drafts[static_cast<std::size_t>(index) % drafts.size()];
  RouteDescriptor& route = routes[static_cast<std::size_t>(index) % routes.size()];
  switch (blemish) {
    case 0:
      route.route_id = draft.route_id;
      break;
    case 1:
      route.group_id = draft.group_id;
      break;
    case 2:
      route.state = draft.state;
      break;
    case 3:
      route.start = draft.start;
      break;
    case 4:
      route.end = std::nullopt;
      break;
    default:
      route.end = draft.end;
      break;
  }
  return routes;
}

}  // namespace

rc::Gen<int> Between(int low, int high) { return AtFullSize(rc::gen::inRange(low, high + 1)); }

rc::Gen<std::string> AnyKey() {
  return rc::gen::map(
      rc::gen::weightedOneOf<int>({{4, Between(0, 5)}, {2, Between(6, 30)}, {1, Between(31, 155)}}),
      [](int index) { return KeyAt(index); });
}

rc::Gen<std::optional<std::string>> AnyEnd() {
  return rc::gen::apply(
      [](int bounded, std::string key) {
        return bounded == 0 ? std::nullopt : std::optional<std::string>(std::move(key));
      },
      Between(0, 3), AnyKey());
}

rc::Gen<KeyRange> AnyRange() {
  return rc::gen::apply(
      [](std::string start, std::optional<std::string> end) {
        return KeyRange{std::move(start), std::move(end)};
      },
      AnyKey(), AnyEnd());
}

rc::Gen<std::uint64_t> AnyNumber() {
  return rc::gen::map(Between(0, 11), [](int index) {
    if (index == 10) return kLargest - 1;
    if (index == 11) return kLargest;
    return static_cast<std::uint64_t>(index);
  });
}

rc::Gen<std::string> AnyBytes() {
  return rc::gen::resize(60, rc::gen::container<std::string>(AtFullSize(rc::gen::arbitrary<char>())));
}

rc::Gen<RouteDescriptor> AnyRoute() {
  // State 4 is the first that is none; ids are mostly small, so that sets of routes share some.
  return rc::gen::apply(
      MakeRoute, AnyNumber(), AnyKey(), AnyEnd(),
      rc::gen::map(Between(0, 15), [](int i) { return static_cast<std::uint64_t>((i + 1) % 4); }),
      rc::gen::map(Between(0, 12), [](int i) { return i < 8 ? 0 : i - 8; }), AnyNumber());
}

rc::Gen<RouteDescriptor> AnyValidRoute() {
  return rc::gen::map(AnyRoute(), [](const RouteDescriptor& route) { return Tidied({route}).front(); });
}

const std::vector<std::string>& AllKeys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> sorted = KeysByLength();
    std::sort(sorted.begin(), sorted.end());
    return sorted;
  }();
  return keys;
}

std::string NameOf(const absl::Status& status) {
  const std::optional<Error> error = ErrorOf(status);
  return error.has_value() ? std::string(ErrorName(*error)) : status.ToString();
}

rc::Gen<Descriptors> AnyRouteSet() {
  const auto drafts = rc::gen::resize(8, rc::gen::container<Descriptors>(AtFullSize(AnyRoute())));
  const auto tidiness = AtFullSize(rc::gen::weightedElement<Tidiness>({{10, Tidiness::kLegal},
                                                                       {2, Tidiness::kLegalReversed},
                                                                       {5, Tidiness::kOneBlemish},
                                                                       {2, Tidiness::kAnything}}));
  return rc::gen::apply(Arranged, drafts, tidiness, Between(0, 5), Between(0, 7));
}

rc::Gen<RoutesChoice> AnyRoutesChoice() {
  using Content = RoutesChoice::Content;
  using Edit = RoutesChoice::Edit;
  const auto content = AtFullSize(rc::gen::weightedElement<Content>(
      {{5, Content::kFresh}, {1, Content::kRepeated}, {5, Content::kEdited}}));
  const auto edit = AtFullSize(rc::gen::element(Edit::kTouch, Edit::kDrop, Edit::kMoveToGroup,
                                                Edit::kChangeState, Edit::kSplit, Edit::kGiveParent));
  return rc::gen::apply(
      [](Content how, Descriptors fresh, Edit change, int index, int group, int state, std::string cut,
         int reversed) {
        RoutesChoice choice;
        choice.content = how;
        if (how == Content::kFresh) choice.fresh = std::move(fresh);
        choice.edit = change;
        choice.index = static_cast<std::size_t>(index);
        choice.group = static_cast<std::uint64_t>(group);
        choice.state = static_cast<RouteState>(state);
        choice.cut = std::move(cut);
        choice.reversed = reversed == 4;
        return choice;
      },
      content, AnyRouteSet(), edit, Between(0, 7), Between(1, 3), Between(0, 3), AnyKey(), Between(0, 4));
}

namespace {

void SplitAt(Descriptors* routes, std::size_t index, const std::string& cut) {
  const RouteDescriptor whole = (*routes)[index];
  if (!(whole.start < cut) || (whole.end.has_value() && *whole.end <= cut)) return;
  RouteDescriptor right = whole;
  right.start = cut;
  right.parent_route_id = whole.route_id;
  RouteDescriptor left = whole;
  left.end = cut;
  left.parent_route_id = whole.route_id;
  left.route_id = RouteId(SmallestUnusedId(*routes));
  (*routes)[index] = left;
  right.route_id = RouteId(SmallestUnusedId(*routes));
  routes->push_back(right);
}

void EditOne(const RoutesChoice& choice, Descriptors* routes) {
  if (routes->empty()) return;
  const std::size_t index = choice.index % routes->size();
  RouteDescriptor& route = (*routes)[index];
  switch (choice.edit) {
    case RoutesChoice::Edit::kTouch:
      route.epoch = RangeEpoch(0);
      break;
    case RoutesChoice::Edit::kDrop:
      routes->erase(routes->begin() + static_cast<std::ptrdiff_t>(index));
      break;
    case RoutesChoice::Edit::kMoveToGroup:
      route.group_id = GroupId(choice.group);
      break;
    case RoutesChoice::Edit::kChangeState:
      route.state = choice.state;
      break;
    case RoutesChoice::Edit::kSplit:
      SplitAt(routes, index, choice.cut);
      break;
    case RoutesChoice::Edit::kGiveParent:
      route.parent_route_id = RouteId(choice.group);
      break;
  }
}

}  // namespace

Descriptors RoutesOf(const RoutesChoice& choice, const Descriptors& base) {
  Descriptors routes = choice.content == RoutesChoice::Content::kFresh ? choice.fresh : base;
  if (choice.content == RoutesChoice::Content::kEdited) EditOne(choice, &routes);
  if (choice.reversed) std::reverse(routes.begin(), routes.end());
  return routes;
}

std::ostream& operator<<(std::ostream& os, const RoutesChoice& choice) {
  switch (choice.content) {
    case RoutesChoice::Content::kFresh:
      os << "routes {";
      for (const RouteDescriptor& route : choice.fresh) os << route << "; ";
      os << "}";
      break;
    case RoutesChoice::Content::kRepeated:
      os << "the same routes";
      break;
    case RoutesChoice::Content::kEdited: {
      static constexpr std::array<const char*, 6> kEdits = {"rewritten",        "dropped", "moved",
                                                            "in another state", "split",   "given a parent"};
      os << "the same routes, number " << choice.index << " "
         << kEdits.at(static_cast<std::size_t>(choice.edit)) << " (group " << choice.group << ", "
         << RouteStateName(choice.state) << ", cut " << QuoteKey(choice.cut) << ")";
      break;
    }
  }
  return os << (choice.reversed ? ", reversed" : "");
}

rc::Gen<NumberChoice> AnyNumberChoice() {
  using Kind = NumberChoice::Kind;
  const auto kind = AtFullSize(rc::gen::weightedElement<Kind>(
      {{24, Kind::kAbove}, {8, Kind::kSame}, {8, Kind::kBelow}, {1, Kind::kAbsolute}}));
  return rc::gen::apply(
      [](Kind chosen, int step, std::uint64_t number) {
        const auto amount = chosen == Kind::kAbsolute ? number : static_cast<std::uint64_t>(step);
        return NumberChoice{chosen, amount};
      },
      kind, AtFullSize(rc::gen::weightedElement<int>({{6, 1}, {2, 2}, {1, 3}})), AnyNumber());
}

std::ostream& operator<<(std::ostream& os, const NumberChoice& choice) {
  switch (choice.kind) {
    case NumberChoice::Kind::kAbove:
      return os << "current+" << choice.amount;
    case NumberChoice::Kind::kSame:
      return os << "current";
    case NumberChoice::Kind::kBelow:
      return os << "current-" << choice.amount;
    case NumberChoice::Kind::kAbsolute:
      return os << choice.amount;
  }
  return os;
}

std::uint64_t NumberOf(const NumberChoice& choice, std::uint64_t base) {
  switch (choice.kind) {
    case NumberChoice::Kind::kAbove:
      return base > kLargest - choice.amount ? kLargest : base + choice.amount;
    case NumberChoice::Kind::kSame:
      return base;
    case NumberChoice::Kind::kBelow:
      return base < choice.amount ? 0 : base - choice.amount;
    case NumberChoice::Kind::kAbsolute:
      return choice.amount;
  }
  return base;
}

}  // namespace fencepost::property
