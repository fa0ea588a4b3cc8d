#include "fuzz/read_routes.h"

#include <limits>
#include <utility>

namespace fencepost::fuzz {
namespace {

using property::NumberChoice;
using property::RoutesChoice;

constexpr std::size_t kMostRoutes = 6;

const std::string& ReadKey(ByteReader* bytes) {
  const std::vector<std::string>& keys = property::AllKeys();
  return keys[bytes->Below(keys.size())];
}

std::optional<std::string> ReadEnd(ByteReader* bytes) {
  // One byte: past the keys, there is no end.
  const std::vector<std::string>& keys = property::AllKeys();
  const std::size_t index = bytes->Byte();
  return index < keys.size() ? std::optional(keys[index]) : std::nullopt;
}

KeyRange ReadRange(ByteReader* bytes) {
  std::string start = ReadKey(bytes);
  return KeyRange{std::move(start), ReadEnd(bytes)};
}

// 0 to 13, 2^64-2 and 2^64-1.
std::uint64_t ReadSmallNumber(ByteReader* bytes) {
  const std::size_t number = bytes->Below(16);
  return number < 14 ? number : std::numeric_limits<std::uint64_t>::max() - (15 - number);
}

RouteDescriptor ReadRoute(ByteReader* bytes) {
  RouteDescriptor route;
  route.route_id = RouteId(ReadSmallNumber(bytes));
  route.start = ReadKey(bytes);
  route.end = ReadEnd(bytes);
  const std::size_t owner = bytes->Byte();  // group and state; a sixteenth of them is not valid
  route.group_id = GroupId(owner % 16 == 15 ? 0 : 1 + owner % 3);
  route.state = static_cast<RouteState>(owner / 16 == 15 ? 4 : owner / 16 % 4);
  route.parent_route_id = RouteId(bytes->Below(4));
  return route;
}

// The cuts of one table: neighbours meet, so that most sets are legal without luck.
std::vector<RouteDescriptor> ReadTable(ByteReader* bytes) {
  const std::vector<std::string>& keys = property::AllKeys();
  std::vector<RouteDescriptor> routes;
  std::size_t start = 0;
  for (std::size_t left = bytes->Below(kMostRoutes + 1); left > 0 && start < keys.size(); --left) {
    RouteDescriptor route;
    route.start = keys[start];
    const std::size_t end = start + 1 + bytes->Below(64);
    if (left > 1 && end < keys.size()) route.end = keys[end];
    start = end;
    const std::size_t owner = bytes->Byte();
    route.group_id = GroupId(1 + owner % 3);
    route.state = static_cast<RouteState>(owner / 4 % 4);
    route.route_id = RouteId(routes.size() + 1 + owner / 64 * 8);
    if (owner / 16 % 4 != 3) routes.push_back(std::move(route));  // else a hole
  }
  return routes;
}

std::vector<RouteDescriptor> ReadAnyRoutes(ByteReader* bytes) {
  std::vector<RouteDescriptor> routes;
  for (std::size_t left = bytes->Below(kMostRoutes + 1); left > 0; --left) routes.push_back(ReadRoute(bytes));
  return routes;
}

RoutesChoice ReadRoutesChoice(ByteReader* bytes) {
  RoutesChoice choice;
  const std::size_t how = bytes->Below(8);
  choice.reversed = bytes->Below(8) == 7;
  if (how < 2) {
    choice.fresh = ReadTable(bytes);
  } else if (how == 2) {
    choice.fresh = ReadAnyRoutes(bytes);
  } else if (how == 3) {
    choice.content = RoutesChoice::Content::kRepeated;
  } else {
    choice.content = RoutesChoice::Content::kEdited;
    choice.edit = static_cast<RoutesChoice::Edit>(bytes->Below(5));
    choice.index = bytes->Below(8);
    choice.group = 1 + bytes->Below(3);
    choice.state = static_cast<RouteState>(bytes->Below(4));
    choice.cut = ReadKey(bytes);
  }
  return choice;
}

// One byte, mostly a step forward, seldom an absolute number.
NumberChoice ReadNumberChoice(ByteReader* bytes) {
  const std::size_t byte = bytes->Byte();
  if (byte >= 0xF8) return {NumberChoice::Kind::kAbsolute, ReadSmallNumber(bytes)};
  const std::size_t amount = byte / 8 % 4;
  switch (byte % 8) {
    case 0:
    case 1:
      return {NumberChoice::Kind::kSame, 0};
    case 2:
    case 3:
      return {NumberChoice::Kind::kBelow, amount};
    default:
      return {NumberChoice::Kind::kAbove, 1 + amount};
  }
}

property::RecordChoice ReadRecord(ByteReader* bytes) {
  using Place = property::RecordChoice::Place;
  constexpr Place kPlaces[] = {Place::kVersion, Place::kNextRouteId,       Place::kRoute,    Place::kRoute,
                               Place::kRoute,   Place::kMalformedRouteKey, Place::kElsewhere};
  property::RecordChoice choice;
  choice.place = kPlaces[bytes->Below(std::size(kPlaces))];
  choice.number = ReadSmallNumber(bytes);
  choice.misplaced = bytes->Below(8) == 7;
  choice.damage = bytes->Below(4) == 3 ? bytes->Byte() : 0;
  if (choice.place == Place::kRoute) choice.route = ReadRoute(bytes);
  return choice;
}

property::BatchCommand ReadBatch(ByteReader* bytes) {
  property::BatchCommand batch;
  batch.read_ts = ReadNumberChoice(bytes);
  batch.store_picks_ts = bytes->Flag();
  batch.commit_ts = ReadNumberChoice(bytes);
  constexpr std::size_t kMostEntries = 4;
  for (std::size_t left = 1 + bytes->Below(kMostEntries); left > 0; --left) {
    property::BatchCommand::Entry entry;
    const std::size_t what = bytes->Below(4);
    // A batch writes something: no caller asks for a timestamp and nothing else.
    entry.only_read = what == 1 && !batch.entries.empty();
    entry.is_delete = what == 2;
    entry.record = ReadRecord(bytes);
    batch.entries.push_back(std::move(entry));
  }
  return batch;
}

property::CheckFenceCommand ReadCheckFence(ByteReader* bytes) {
  property::CheckFenceCommand command;
  const std::size_t how = bytes->Byte();
  command.pinned = how % 8 != 0;
  command.owner_of_first_key = how / 8 % 2 == 0;
  command.group = 1 + how / 16 % 4;
  command.observed = ReadNumberChoice(bytes);
  for (std::size_t left = bytes->Below(4); left > 0; --left) command.keys.push_back(ReadKey(bytes));
  return command;
}

}  // namespace

property::CatalogSetup ReadCatalogSetup(ByteReader* bytes) {
  property::CatalogSetup setup;
  const std::size_t how = bytes->Byte();
  setup.options.compatibility = how % 2 == 0 ? Compatibility::kNone : Compatibility::kReference;
  setup.options.page_size = 1 + how / 2 % 4;
  setup.options.max_read_attempts = static_cast<int>(1 + how / 8 % 3);
  return setup;
}

property::CatalogCommand ReadCatalogCommand(ByteReader* bytes) {
  switch (bytes->Below(8)) {
    case 0:
    case 1:
    case 2: {
      property::SaveCommand save;
      // Seven of eight expect the version that is there.
      save.expected.kind = NumberChoice::Kind::kSame;
      if (bytes->Below(8) == 7) save.expected = ReadNumberChoice(bytes);
      save.routes = ReadRoutesChoice(bytes);
      return {std::move(save)};
    }
    case 3: {
      property::PutRecordCommand put;
      put.record = ReadRecord(bytes);
      put.ts = ReadNumberChoice(bytes);
      return {std::move(put)};
    }
    case 4: {
      property::DeleteRecordCommand remove;
      remove.record = ReadRecord(bytes);
      remove.ts = ReadNumberChoice(bytes);
      return {std::move(remove)};
    }
    case 5:
      return {ReadBatch(bytes)};
    case 6:
      return {property::CompactCommand{ReadNumberChoice(bytes)}};
    default: {
      property::ReadAtCommand read;
      read.ts = ReadNumberChoice(bytes);
      read.record = ReadRecord(bytes);
      read.limit = static_cast<int>(bytes->Below(5));
      return {std::move(read)};
    }
  }
}

property::EngineSetup ReadEngineSetup(ByteReader* bytes) {
  property::EngineSetup setup;
  const std::size_t how = bytes->Byte();
  setup.compatibility = how % 2 == 0 ? Compatibility::kNone : Compatibility::kReference;
  setup.history_depth = 1 + how / 2 % 4;
  setup.hotspot_threshold = how / 8 % 4;
  setup.default_route = how / 32 % 2 != 0;
  setup.middle_policy = how / 64 % 2 != 0;
  return setup;
}

property::EngineCommand ReadEngineCommand(ByteReader* bytes) {
  switch (bytes->Below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4: {
      property::ApplySnapshotCommand apply;
      apply.version = ReadNumberChoice(bytes);
      apply.routes = ReadRoutesChoice(bytes);
      apply.epochs_unknown = bytes->Below(8) == 7;
      return {std::move(apply)};
    }
    case 5:
      return {property::GetRouteCommand{ReadKey(bytes)}};
    case 6:
      return {property::IntersectingCommand{ReadRange(bytes)}};
    case 7: {
      property::UpdateRouteCommand update;
      update.range = ReadRange(bytes);
      update.group = bytes->Below(4);
      return {std::move(update)};
    }
    case 8:
    case 9: {
      property::RecordAccessCommand access;
      access.key = ReadKey(bytes);
      access.times = static_cast<int>(1 + bytes->Below(4));
      return {std::move(access)};
    }
    case 10:
      return {property::SetDepthCommand{bytes->Below(6)}};
    case 11:
      return {property::SnapshotAtCommand{ReadNumberChoice(bytes)}};
    case 12:
      return {property::HoldCommand{}};
    case 13:
      return {property::NextTimestampCommand{}};
    default:
      return {ReadCheckFence(bytes)};
  }
}

}  // namespace fencepost::fuzz
