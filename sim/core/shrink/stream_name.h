// What the name of a stream says about the draws in it. This is the convention by which a simulation lets the
// tools know what its draws are about: name your streams so, and what shrinks is a whole item of work, not a
// draw here and there.
//
//     plan/transactor-1/3      the third item of an actor's plan; absent without a deviation at draw 0
//     plan/node-crash/2        the second time a fault may strike by plan
//     plan/transactor-1        how much room the actor has for items: no item itself
//     config/size              what is in the world
//     schedule                 which task goes next: the scheduler's own
//     transactor-1/3/faults    anything else: what an actor does while running; in this stream, and in all
//                              whose name begins with transactor-1/3, on behalf of that item of its plan
//
// An actor's name ends in its number, from 1, and so does an item's stream. In the stream of an item the draw
// labelled "at" is the time at which it begins. A fault that strikes is a draw of two answers; what is drawn
// right behind it in the same stream says how much. A world that names its streams otherwise is shrunk draw
// by draw.
//
// Pure functions.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fencepost::sim {

enum class StreamKind : std::uint8_t { kPlanItem, kPlanRoom, kConfig, kSchedule, kRunning };

StreamKind KindOf(std::string_view stream);

// Whose draws these are: "transactor-1" of both "plan/transactor-1/3" and "transactor-1/3/faults".
std::string_view ActorOf(std::string_view stream);

// A name that ends in "-N": "transactor-12" is number 12 of "transactor-".
struct NumberedName {
  std::string_view stem;
  std::uint64_t number = 0;
};
std::optional<NumberedName> SplitNumber(std::string_view name);

// The parts of the name of a plan item: 3 of "transactor-1".
struct PlanSlot {
  std::string_view actor;
  std::uint64_t number = 0;
};
// Nothing for a stream that is no plan item, or whose item has no number.
std::optional<PlanSlot> PlanSlotOf(std::string_view stream);

// The item that draws of this stream are a part of, or are made for: 3 of "transactor-1" for both
// "plan/transactor-1/3" and "transactor-1/3/faults". Nothing for what belongs to no numbered item.
std::optional<PlanSlot> ItemOf(std::string_view stream);

// What every stream of an item has in its name: "transactor-1/3".
std::string ItemName(std::string_view actor, std::uint64_t number);

// `stream` with every whole occurrence of the name `from` replaced: "net/node-1/node-12" with node-1 renamed
// to node-3 is "net/node-3/node-12".
std::string RenameIn(std::string_view stream, std::string_view from, std::string_view to);
// The same with both names, each replaced by the other.
std::string ExchangeIn(std::string_view stream, std::string_view one, std::string_view other);

// As people order names: digits by their value, so that item 9 comes before item 10. A total order.
std::strong_ordering CompareNaturally(std::string_view left, std::string_view right);

}  // namespace fencepost::sim
