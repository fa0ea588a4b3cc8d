#include "tests/property/engine_lockstep.h"

#include "fencepost/base/error.h"
#include "fencepost/fence/owner_fence.h"
#include "model/reference/naive_catalog.h"
#include "model/reference/naive_fence.h"

namespace fencepost::property {
namespace {

using model::Difference;

// Cuts at the first single-byte key inside the range; looks at no sample, so the naive engine can follow.
class MiddleOfAlphabetPolicy final : public HotspotPolicy {
 public:
  std::optional<std::string> SplitKey(const KeyRange& range, std::span<const std::string>) const override {
    for (const char* key : {"a", "b", "\x7f", "\xff"}) {
      if (range.start < key && key < range.end.value_or("")) return key;
    }
    return std::nullopt;
  }
  std::size_t sample_size() const override { return 0; }
};

std::shared_ptr<const HotspotPolicy> PolicyOf(const EngineSetup& setup) {
  if (setup.middle_policy) return std::make_shared<MiddleOfAlphabetPolicy>();
  // In reference mode null stands for the same policy; both ways of asking for it are used.
  if (setup.compatibility == Compatibility::kReference) return nullptr;
  return std::make_shared<ReferenceHotspotPolicy>();
}

std::string Quoted(const std::vector<std::string>& keys) {
  std::string quoted;
  for (const std::string& key : keys) quoted += " " + QuoteKey(key);
  return quoted;
}

std::string OutcomeName(const absl::StatusOr<ApplyOutcome>& outcome) {
  if (!outcome.ok()) return NameOf(outcome.status());
  switch (*outcome) {
    case ApplyOutcome::kApplied:
      return "applied";
    case ApplyOutcome::kSameVersion:
      return "same version";
    case ApplyOutcome::kSameVersionDifferentContent:
      return "same version, different content";
  }
  return "unknown";
}

struct CommandPrinter {
  std::ostream& os;

  void operator()(const ApplySnapshotCommand& c) {
    os << "ApplySnapshot " << c.version << ", " << c.routes << (c.epochs_unknown ? ", epochs unknown" : "");
  }
  void operator()(const GetRouteCommand& c) { os << "GetRoute " << QuoteKey(c.key); }
  void operator()(const IntersectingCommand& c) { os << "GetIntersectingRoutes " << c.range; }
  void operator()(const UpdateRouteCommand& c) { os << "UpdateRoute " << c.range << " group " << c.group; }
  void operator()(const RecordAccessCommand& c) {
    os << "RecordAccess " << QuoteKey(c.key) << " x" << c.times;
  }
  void operator()(const SetDepthCommand& c) { os << "SetHistoryDepthForTest " << c.depth; }
  void operator()(const SnapshotAtCommand& c) { os << "SnapshotAt " << c.version; }
  void operator()(const HoldCommand&) { os << "hold the current snapshot and history"; }
  void operator()(const NextTimestampCommand&) { os << "NextTimestamp"; }
  void operator()(const CheckFenceCommand& c) {
    os << "CheckOwnerFence ";
    if (c.pinned) {
      os << "at " << c.observed;
    } else {
      os << "unpinned";
    }
    if (c.owner_of_first_key) {
      os << " for the first key's owner";
    } else {
      os << " for group " << c.group;
    }
    os << ", keys" << Quoted(c.keys);
  }
};

}  // namespace

std::ostream& operator<<(std::ostream& os, const EngineSetup& setup) {
  return os << (setup.compatibility == Compatibility::kReference ? "reference" : "contract")
            << " engine, depth " << setup.history_depth << ", threshold " << setup.hotspot_threshold
            << (setup.default_route ? ", default route" : "")
            << (setup.middle_policy ? ", middle policy" : "");
}

std::ostream& operator<<(std::ostream& os, const EngineCommand& command) {
  std::visit(CommandPrinter{os}, command.action);
  return os;
}

model::NaiveEngine MakeNaiveEngine(const EngineSetup& setup) {
  model::NaiveEngineOptions options;
  options.history_depth = setup.history_depth;
  options.hotspot_threshold = setup.hotspot_threshold;
  if (setup.middle_policy) options.hotspot_policy = PolicyOf(setup);
  options.compatibility = setup.compatibility;
  options.default_route = setup.default_route;
  return model::NaiveEngine(options);
}

std::unique_ptr<Engine> MakeProductionEngine(const EngineSetup& setup) {
  EngineOptions options;
  options.history_depth = setup.history_depth;
  options.hotspot_threshold = setup.hotspot_threshold;
  options.hotspot_policy = PolicyOf(setup);
  options.default_route = setup.default_route;
  options.compatibility = setup.compatibility;
  absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Create(std::move(options));
  if (!engine.ok()) RC_FAIL(std::string(engine.status().message()));
  return *std::move(engine);
}

rc::Gen<EngineSetup> AnyEngineSetup() {
  return rc::gen::apply(
      [](int compatibility, int depth, int threshold, int default_route, int middle) {
        EngineSetup setup;
        setup.compatibility = compatibility == 1 ? Compatibility::kReference : Compatibility::kNone;
        setup.history_depth = static_cast<std::size_t>(depth);
        setup.hotspot_threshold = static_cast<std::uint64_t>(threshold);
        setup.default_route = default_route == 1;
        setup.middle_policy = middle == 1;
        return setup;
      },
      Between(0, 1), Between(1, 4), Between(0, 3), Between(0, 1), Between(0, 1));
}

namespace {

template <class Action>
EngineCommand Wrap(Action action) {
  return EngineCommand{std::move(action)};
}

rc::Gen<EngineCommand> AnyApply() {
  return rc::gen::apply(
      [](NumberChoice version, RoutesChoice routes, int epochs) {
        return Wrap(ApplySnapshotCommand{version, std::move(routes), epochs == 5});
      },
      AnyNumberChoice(), AnyRoutesChoice(), Between(0, 5));
}

rc::Gen<EngineCommand> AnyGetRoute() {
  return rc::gen::map(AnyKey(), [](std::string key) { return Wrap(GetRouteCommand{std::move(key)}); });
}

rc::Gen<EngineCommand> AnyIntersecting() {
  return rc::gen::map(AnyRange(), [](KeyRange range) { return Wrap(IntersectingCommand{std::move(range)}); });
}

rc::Gen<EngineCommand> AnyUpdateRoute() {
  return rc::gen::apply(
      [](KeyRange range, int group) {
        return Wrap(UpdateRouteCommand{std::move(range), static_cast<std::uint64_t>(group)});
      },
      AnyRange(), Between(0, 3));
}

rc::Gen<EngineCommand> AnyRecordAccess() {
  return rc::gen::apply(
      [](std::string key, int times) { return Wrap(RecordAccessCommand{std::move(key), times}); }, AnyKey(),
      Between(1, 4));
}

rc::Gen<EngineCommand> AnySetDepth() {
  return rc::gen::map(Between(0, 5),
                      [](int depth) { return Wrap(SetDepthCommand{static_cast<std::size_t>(depth)}); });
}

rc::Gen<EngineCommand> AnySnapshotAt() {
  return rc::gen::map(AnyNumberChoice(), [](NumberChoice version) {
    // Mostly the past: the future is never recorded.
    if (version.kind == NumberChoice::Kind::kAbove) version.kind = NumberChoice::Kind::kBelow;
    return Wrap(SnapshotAtCommand{version});
  });
}

rc::Gen<EngineCommand> AnyCheckFence() {
  return rc::gen::apply(
      [](int pin, NumberChoice observed, int group, std::vector<std::string> keys) {
        CheckFenceCommand command;
        command.pinned = pin != 0;
        if (pin > 1 && observed.kind == NumberChoice::Kind::kAbove)
          observed.kind = NumberChoice::Kind::kBelow;
        command.observed = observed;
        command.group = group == 0 ? 1 : static_cast<std::uint64_t>(group);
        command.owner_of_first_key = group == 0;
        command.keys = std::move(keys);
        return Wrap(std::move(command));
      },
      Between(0, 9), AnyNumberChoice(), Between(0, 3),
      rc::gen::resize(3, rc::gen::container<std::vector<std::string>>(AnyKey())));
}

}  // namespace

rc::Gen<EngineCommand> AnyEngineCommand(EngineMix mix) {
  switch (mix) {
    case EngineMix::kMixed:
      return AtFullSize(
          rc::gen::weightedOneOf<EngineCommand>({{6, AnyApply()},
                                                 {1, AnyGetRoute()},
                                                 {2, AnyIntersecting()},
                                                 {2, AnyUpdateRoute()},
                                                 {4, AnyRecordAccess()},
                                                 {1, AnySetDepth()},
                                                 {1, AnySnapshotAt()},
                                                 {1, rc::gen::just(Wrap(HoldCommand{}))},
                                                 {1, rc::gen::just(Wrap(NextTimestampCommand{}))},
                                                 {4, AnyCheckFence()}}));
    case EngineMix::kRing:
      return AtFullSize(rc::gen::weightedOneOf<EngineCommand>({{8, AnyApply()},
                                                               {3, AnySetDepth()},
                                                               {4, AnySnapshotAt()},
                                                               {2, rc::gen::just(Wrap(HoldCommand{}))},
                                                               {6, AnyCheckFence()}}));
  }
  return AnyGetRoute();
}

EngineLockstep::EngineLockstep(const EngineSetup& setup, const EngineSetup& naive_setup)
    : naive_(MakeNaiveEngine(naive_setup)), production_(MakeProductionEngine(setup)) {}

Difference EngineLockstep::Run(const ApplySnapshotCommand& command) {
  CatalogSnapshot snapshot;
  snapshot.version = Version(NumberOf(command.version, naive_.CurrentVersion().value));
  snapshot.routes = RoutesOf(command.routes, applied_);
  // As a store would: a record that was not written again keeps its epoch.
  ++last_epoch_;
  for (RouteDescriptor& route : snapshot.routes) {
    bool kept = false;
    for (const RouteDescriptor& before : applied_) {
      kept = kept || (model::SameRecord(before, route) && before.epoch == route.epoch);
    }
    if (!kept) route.epoch = RangeEpoch(command.epochs_unknown ? 0 : last_epoch_);
  }
  const absl::StatusOr<ApplyOutcome> expected = naive_.ApplySnapshot(snapshot);
  const absl::StatusOr<ApplyOutcome> actual = production_->ApplySnapshot(snapshot);
  reached_.insert("ApplySnapshot: " + OutcomeName(expected));
  if (expected.ok() && *expected == ApplyOutcome::kApplied) {
    applied_ = snapshot.routes;
    if (naive_.History().recorded.front().version.value > 0) reached_.insert("ring: evicted version 0");
  }
  return model::DiffAnswer(expected, actual);
}

Difference EngineLockstep::Run(const GetRouteCommand& command) {
  return model::DiffValue(naive_.GetRoute(command.key), production_->GetRoute(command.key));
}

Difference EngineLockstep::Run(const IntersectingCommand& command) {
  const std::optional<std::string_view> end =
      command.range.end.has_value() ? std::optional<std::string_view>(*command.range.end) : std::nullopt;
  return model::DiffValue(naive_.GetIntersectingRoutes(command.range.start, end),
                          production_->GetIntersectingRoutes(command.range.start, end));
}

Difference EngineLockstep::Run(const UpdateRouteCommand& command) {
  const GroupId group(command.group);
  const absl::Status expected = naive_.UpdateRoute(command.range, group);
  reached_.insert("UpdateRoute: " + NameOf(expected));
  return model::DiffStatus(expected, production_->UpdateRoute(command.range, group));
}

Difference EngineLockstep::Run(const RecordAccessCommand& command) {
  const std::size_t routes_before = naive_.Stats().size();
  for (int i = 0; i < command.times; ++i) {
    naive_.RecordAccess(command.key);
    production_->RecordAccess(command.key);
  }
  if (naive_.Stats().size() > routes_before) reached_.insert("RecordAccess: split");
  const std::optional<Route> route = naive_.GetRoute(command.key);
  if (route.has_value() && route->load == 0) reached_.insert("RecordAccess: reset");
  return std::nullopt;
}

Difference EngineLockstep::Run(const SetDepthCommand& command) {
  return model::DiffStatus(naive_.SetHistoryDepth(command.depth),
                           production_->SetHistoryDepthForTest(command.depth));
}

Difference EngineLockstep::Run(const SnapshotAtCommand& command) {
  const Version version(NumberOf(command.version, naive_.CurrentVersion().value));
  if (auto difference = model::DiffSnapshot(naive_.SnapshotAt(version), production_->SnapshotAt(version))) {
    return difference;
  }
  const model::NaiveHistory::Gap expected = naive_.History().GapAround(version);
  const std::optional<RouteHistory::Gap> gap = production_->History().GapAround(version);
  if (gap.has_value() != (expected.before != nullptr)) {
    return "version " + std::to_string(version.value) + (gap.has_value() ? " is" : " is not") +
           " taken for a gap";
  }
  if (!gap.has_value()) return std::nullopt;
  if (auto difference = model::DiffSnapshot(expected.before, gap->before))
    return "before the gap: " + *difference;
  if (auto difference = model::DiffSnapshot(expected.after, gap->after))
    return "after the gap: " + *difference;
  return std::nullopt;
}

Difference EngineLockstep::Run(const HoldCommand&) {
  std::optional<model::NaiveSnapshot> current;
  if (naive_.Current() != nullptr) current = *naive_.Current();
  held_.push_back(Held{naive_.History(), production_->History(), std::move(current), production_->Current()});
  return std::nullopt;
}

Difference EngineLockstep::Run(const NextTimestampCommand&) {
  return model::DiffValue(Timestamp(naive_.NextTimestamp()), Timestamp(production_->NextTimestamp()));
}

Difference EngineLockstep::Run(const CheckFenceCommand& command) {
  const ObservedVersion observed =
      command.pinned ? ObservedVersion::At(Version(NumberOf(command.observed, naive_.CurrentVersion().value)))
                     : ObservedVersion::Unpinned();
  GroupId group(command.group);
  if (command.owner_of_first_key && !command.keys.empty()) {
    const std::optional<Route> route = naive_.GetRoute(command.keys.front());
    if (route.has_value()) group = route->group_id;
  }
  const absl::Status expected = model::NaiveCheckOwnerFence(naive_.History(), group, observed, command.keys);
  const bool in_gap = observed.pinned() && naive_.History().GapAround(observed.version()).before != nullptr;
  reached_.insert(std::string("CheckOwnerFence") + (in_gap ? " in a gap: " : ": ") + NameOf(expected));
  const absl::Status actual = CheckOwnerFence(production_->History(), group, observed, command.keys);
  return model::DiffStatus(expected, actual);
}

Difference EngineLockstep::Step(const EngineCommand& command) {
  if (auto difference = std::visit([this](const auto& action) { return Run(action); }, command.action)) {
    return difference;
  }
  return model::DiffEngine(naive_, *production_);
}

Difference EngineLockstep::Finish() {
  production_.reset();
  for (const Held& held : held_) {
    if (auto difference = model::DiffHistory(held.naive_history, held.history)) {
      return "a held history: " + *difference;
    }
    const model::NaiveSnapshot* snapshot = held.naive_snapshot.has_value() ? &*held.naive_snapshot : nullptr;
    if (auto difference = model::DiffSnapshot(snapshot, held.snapshot))
      return "a held snapshot: " + *difference;
  }
  return std::nullopt;
}

}  // namespace fencepost::property
