#include "tests/property/catalog_lockstep.h"

#include <utility>

#include "fencepost/base/error.h"
#include "model/reference/naive_codec.h"
#include "tests/support/run_awaitable.h"

namespace fencepost::property {
namespace {

using model::Difference;

std::string Damaged(std::string raw, int damage) {
  if (damage == 0 || raw.empty()) return raw;
  const auto position = static_cast<std::size_t>(damage / 3);
  switch (damage % 3) {
    case 0:
      raw.resize(position % raw.size());
      break;
    case 1:
      raw[position % raw.size()] =
          static_cast<char>(static_cast<unsigned char>(raw[position % raw.size()]) ^ (1U << (position % 8)));
      break;
    default:
      raw.push_back('\0');
      break;
  }
  return raw;
}

const char* PlaceName(RecordChoice::Place place) {
  switch (place) {
    case RecordChoice::Place::kVersion:
      return "version record";
    case RecordChoice::Place::kNextRouteId:
      return "next-id record";
    case RecordChoice::Place::kRoute:
      return "route record";
    case RecordChoice::Place::kMalformedRouteKey:
      return "record under a malformed route key";
    case RecordChoice::Place::kElsewhere:
      return "key outside the catalog";
  }
  return "record";
}

struct CommandPrinter {
  std::ostream& os;

  void operator()(const SaveCommand& c) { os << "Save expecting " << c.expected << ", " << c.routes; }
  void operator()(const PutRecordCommand& c) { os << "PutAt " << c.ts << ": " << c.record; }
  void operator()(const DeleteRecordCommand& c) {
    os << "DeleteAt " << c.ts << ": " << QuoteKey(KeyOf(c.record));
  }
  void operator()(const BatchCommand& c) {
    os << (c.store_picks_ts ? "Commit" : "ApplyAt") << " read at " << c.read_ts << ", commit at "
       << c.commit_ts;
    for (const BatchCommand::Entry& entry : c.entries) {
      os << "; " << (entry.only_read ? "read " : entry.is_delete ? "delete " : "put ") << entry.record;
    }
  }
  void operator()(const CompactCommand& c) { os << "Compact " << c.floor; }
  void operator()(const ReadAtCommand& c) {
    os << "read at " << c.ts << ", key " << QuoteKey(KeyOf(c.record)) << ", limit " << c.limit;
  }
};

}  // namespace

std::string KeyOf(const RecordChoice& choice) {
  switch (choice.place) {
    case RecordChoice::Place::kVersion:
      return std::string(model::kNaiveVersionKey);
    case RecordChoice::Place::kNextRouteId:
      return std::string(model::kNaiveNextRouteIdKey);
    case RecordChoice::Place::kRoute:
      return model::NaiveRouteKey(RouteId(choice.number));
    case RecordChoice::Place::kMalformedRouteKey: {
      // Too short, down to the bare prefix, or too long by one.
      std::string key = model::NaiveRouteKey(RouteId(choice.number)) + "x";
      if (choice.number % 10 != 9) key.resize(key.size() - 2 - choice.number % 8);
      return key;
    }
    case RecordChoice::Place::kElsewhere:
      // Right before, inside and right behind the catalog's key space.
      return choice.number % 3 == 0 ? "!dist" : choice.number % 3 == 1 ? "!dist|route}" : "zz";
  }
  return "";
}

std::string ValueOf(const RecordChoice& choice) {
  switch (choice.place) {
    case RecordChoice::Place::kVersion:
    case RecordChoice::Place::kNextRouteId:
      return Damaged(model::NaiveEncodeNumber(choice.number), choice.damage);
    case RecordChoice::Place::kRoute: {
      RouteDescriptor route = choice.route;
      if (!choice.misplaced && choice.number != 0) route.route_id = RouteId(choice.number);
      const absl::StatusOr<std::string> raw = model::NaiveEncodeRoute(route);
      return Damaged(raw.ok() ? *raw : "", choice.damage);
    }
    case RecordChoice::Place::kMalformedRouteKey:
    case RecordChoice::Place::kElsewhere:
      return "value";
  }
  return "";
}

std::ostream& operator<<(std::ostream& os, const RecordChoice& choice) {
  os << PlaceName(choice.place) << " " << QuoteKey(KeyOf(choice)) << " = " << QuoteKey(ValueOf(choice));
  return os;
}

std::ostream& operator<<(std::ostream& os, const CatalogSetup& setup) {
  return os << (setup.options.compatibility == Compatibility::kReference ? "reference" : "contract")
            << " catalog, pages of " << setup.options.page_size << ", " << setup.options.max_read_attempts
            << " read attempts";
}

std::ostream& operator<<(std::ostream& os, const CatalogCommand& command) {
  std::visit(CommandPrinter{os}, command.action);
  return os;
}

rc::Gen<CatalogSetup> AnyCatalogSetup() {
  return rc::gen::apply(
      [](int compatibility, int page, int attempts) {
        CatalogSetup setup;
        setup.options.compatibility = compatibility == 1 ? Compatibility::kReference : Compatibility::kNone;
        setup.options.page_size = static_cast<std::size_t>(page);
        setup.options.max_read_attempts = attempts;
        return setup;
      },
      Between(0, 1), Between(1, 4), Between(1, 3));
}

namespace {

template <class Action>
CatalogCommand Wrap(Action action) {
  return CatalogCommand{std::move(action)};
}

rc::Gen<RecordChoice> AnyRecord() {
  using Place = RecordChoice::Place;
  const auto place = AtFullSize(rc::gen::weightedElement<Place>({{4, Place::kVersion},
                                                                 {4, Place::kNextRouteId},
                                                                 {8, Place::kRoute},
                                                                 {1, Place::kMalformedRouteKey},
                                                                 {2, Place::kElsewhere}}));
  return rc::gen::apply(
      [](Place where, std::uint64_t number, RouteDescriptor route, int misplaced, int damaged, int damage) {
        RecordChoice choice;
        choice.place = where;
        choice.number = number;
        choice.route = std::move(route);
        choice.misplaced = misplaced == 9;
        choice.damage = damaged < 7 ? 0 : damage;
        return choice;
      },
      place, AnyNumber(), AnyValidRoute(), Between(0, 9), Between(0, 9), Between(0, 200));
}

// Like AnyNumberChoice, but seldom at the far end: once a store is there, nothing moves any more.
rc::Gen<NumberChoice> AnyTimestampChoice() {
  return rc::gen::apply(
      [](NumberChoice choice, int rare) {
        if (choice.kind == NumberChoice::Kind::kAbsolute && rare != 0) choice.amount %= 10;
        return choice;
      },
      AnyNumberChoice(), Between(0, 3));
}

rc::Gen<CatalogCommand> AnySave() {
  return rc::gen::apply(
      [](NumberChoice expected, int right, RoutesChoice routes) {
        if (right != 9) expected.kind = NumberChoice::Kind::kSame;
        return Wrap(SaveCommand{expected, std::move(routes)});
      },
      AnyNumberChoice(), Between(0, 9), AnyRoutesChoice());
}

rc::Gen<CatalogCommand> AnyPut() {
  return rc::gen::apply(
      [](RecordChoice record, NumberChoice ts) { return Wrap(PutRecordCommand{std::move(record), ts}); },
      AnyRecord(), AnyTimestampChoice());
}

rc::Gen<CatalogCommand> AnyDelete() {
  return rc::gen::apply(
      [](RecordChoice record, NumberChoice ts) { return Wrap(DeleteRecordCommand{std::move(record), ts}); },
      AnyRecord(), AnyTimestampChoice());
}

rc::Gen<CatalogCommand> AnyBatch() {
  const auto entry =
      rc::gen::apply([](RecordChoice record,
                        int what) { return BatchCommand::Entry{std::move(record), what == 1, what == 2}; },
                     AnyRecord(), Between(0, 3));
  return rc::gen::apply(
      [](std::vector<BatchCommand::Entry> entries, NumberChoice read_ts, int fresh, int picks,
         NumberChoice commit_ts) {
        // An empty batch asks for a timestamp and nothing else: left out, for no caller does.
        if (entries.empty() || entries.front().only_read) {
          entries.insert(entries.begin(), BatchCommand::Entry{RecordChoice{}, false, false});
        }
        if (fresh != 2) read_ts.kind = NumberChoice::Kind::kSame;
        return Wrap(BatchCommand{std::move(entries), read_ts, picks == 0, commit_ts});
      },
      rc::gen::resize(4, rc::gen::container<std::vector<BatchCommand::Entry>>(AtFullSize(entry))),
      AnyTimestampChoice(), Between(0, 2), Between(0, 1), AnyTimestampChoice());
}

rc::Gen<CatalogCommand> AnyCompact() {
  return rc::gen::apply(
      [](NumberChoice floor, int future) {
        // A floor above the last commit refuses every read until a commit has passed it.
        if (floor.kind == NumberChoice::Kind::kAbove && future != 3) floor.kind = NumberChoice::Kind::kBelow;
        return Wrap(CompactCommand{floor});
      },
      AnyTimestampChoice(), Between(0, 3));
}

rc::Gen<CatalogCommand> AnyReadAt() {
  return rc::gen::apply(
      [](NumberChoice ts, RecordChoice record, int limit) {
        if (ts.kind == NumberChoice::Kind::kAbove) ts.kind = NumberChoice::Kind::kBelow;
        return Wrap(ReadAtCommand{ts, std::move(record), limit});
      },
      AnyTimestampChoice(), AnyRecord(), Between(0, 4));
}

}  // namespace

rc::Gen<CatalogCommand> AnyCatalogCommand() {
  return AtFullSize(rc::gen::weightedOneOf<CatalogCommand>({{8, AnySave()},
                                                            {4, AnyPut()},
                                                            {2, AnyDelete()},
                                                            {2, AnyBatch()},
                                                            {1, AnyCompact()},
                                                            {3, AnyReadAt()}}));
}

CatalogLockstep::CatalogLockstep(const CatalogSetup& setup, const CatalogSetup& naive_setup)
    : catalog_(&store_, setup.options), naive_catalog_(&naive_store_, naive_setup.options.compatibility) {}

Timestamp CatalogLockstep::TimestampOf(const NumberChoice& choice) const {
  return Timestamp(NumberOf(choice, naive_store_.LastCommitTs().value));
}

Difference CatalogLockstep::Run(const SaveCommand& command) {
  const auto durable = naive_catalog_.Snapshot();
  const std::vector<RouteDescriptor> stored = durable.ok() ? durable->routes : std::vector<RouteDescriptor>();
  const auto version = naive_catalog_.DurableVersion();
  const Version expected_version(NumberOf(command.expected, version.ok() ? version->value : 0));
  const std::vector<RouteDescriptor> routes = RoutesOf(command.routes, stored);
  const absl::StatusOr<SaveResult> expected = naive_catalog_.Save(expected_version, routes);
  reached_.insert("Save: " + NameOf(expected.status()));
  if (expected.ok() && expected->no_op) reached_.insert("Save: no-op");
  if (expected.ok() && expected->next_route_id_was_missing) reached_.insert("Save: next id restored");
  return model::DiffAnswer(expected, RunAwaitable(catalog_.Save(expected_version, routes)));
}

Difference CatalogLockstep::Run(const PutRecordCommand& command) {
  const Timestamp ts = TimestampOf(command.ts);
  naive_store_.PutAt(KeyOf(command.record), ValueOf(command.record), ts);
  store_.PutAt(KeyOf(command.record), ValueOf(command.record), ts);
  return std::nullopt;
}

Difference CatalogLockstep::Run(const DeleteRecordCommand& command) {
  const Timestamp ts = TimestampOf(command.ts);
  naive_store_.DeleteAt(KeyOf(command.record), ts);
  store_.DeleteAt(KeyOf(command.record), ts);
  return std::nullopt;
}

Difference CatalogLockstep::Run(const BatchCommand& command) {
  WriteBatch batch;
  batch.read_ts = TimestampOf(command.read_ts);
  for (const BatchCommand::Entry& entry : command.entries) {
    if (entry.only_read) {
      batch.read_keys.push_back(KeyOf(entry.record));
      continue;
    }
    Mutation mutation;
    mutation.key = KeyOf(entry.record);
    if (!entry.is_delete) mutation.value = ValueOf(entry.record);
    batch.mutations.push_back(std::move(mutation));
  }
  if (!command.store_picks_ts) {
    const Timestamp ts = TimestampOf(command.commit_ts);
    const absl::Status expected = naive_store_.ApplyAt(batch, ts);
    reached_.insert("ApplyAt: " + NameOf(expected));
    return model::DiffStatus(expected, store_.ApplyAt(batch, ts));
  }
  const absl::StatusOr<Timestamp> expected = naive_store_.Commit(batch);
  reached_.insert("Commit: " + NameOf(expected.status()));
  return model::DiffAnswer(expected, RunAwaitable(store_.Commit(batch)));
}

Difference CatalogLockstep::Run(const CompactCommand& command) {
  const Timestamp floor = TimestampOf(command.floor);
  naive_store_.Compact(floor);
  store_.Compact(floor);
  return std::nullopt;
}

Difference CatalogLockstep::Run(const ReadAtCommand& command) {
  const Timestamp ts = TimestampOf(command.ts);
  const std::string key = KeyOf(command.record);
  const auto value = naive_store_.Get(key, ts);
  reached_.insert("Get: " + NameOf(value.status()));
  if (auto difference = model::DiffAnswer(value, RunAwaitable(store_.GetAt(key, ts)))) return difference;
  const KeyRange range{key, "!dist|route|\xff"};
  const auto limit = static_cast<std::size_t>(command.limit);
  const auto pairs = naive_store_.Scan(range, limit, ts);
  if (auto difference = model::DiffAnswer(pairs, RunAwaitable(store_.ScanAt(range, limit, ts))))
    return difference;
  const auto snapshot = naive_catalog_.SnapshotAt(ts);
  if (auto difference = model::DiffAnswer(snapshot, RunAwaitable(catalog_.SnapshotAt(ts)))) return difference;
  const auto next = naive_catalog_.NextRouteIdAt(ts);
  return model::DiffAnswer(next, RunAwaitable(catalog_.NextRouteIdAt(ts)));
}

Difference CatalogLockstep::DiffNewestCatalog() {
  const auto snapshot = naive_catalog_.Snapshot();
  reached_.insert("Snapshot: " + NameOf(snapshot.status()));
  if (auto difference = model::DiffAnswer(snapshot, RunAwaitable(catalog_.Snapshot()))) {
    return "Snapshot: " + *difference;
  }
  const auto version = naive_catalog_.DurableVersion();
  reached_.insert("DurableVersion: " + NameOf(version.status()));
  if (auto difference = model::DiffAnswer(version, RunAwaitable(catalog_.DurableVersion()))) {
    return "DurableVersion: " + *difference;
  }
  const auto next = naive_catalog_.NextRouteId();
  reached_.insert("NextRouteId: " + NameOf(next.status()));
  if (next.ok() && next->record_missing) reached_.insert("NextRouteId: record missing");
  if (auto difference = model::DiffAnswer(next, RunAwaitable(catalog_.NextRouteId()))) {
    return "NextRouteId: " + *difference;
  }
  return std::nullopt;
}

Difference CatalogLockstep::Step(const CatalogCommand& command) {
  if (auto difference = std::visit([this](const auto& action) { return Run(action); }, command.action)) {
    return difference;
  }
  if (sabotage_) sabotage_(command, &naive_store_);
  if (auto difference = model::DiffNewest(naive_store_, store_)) return difference;
  return DiffNewestCatalog();
}

}  // namespace fencepost::property
