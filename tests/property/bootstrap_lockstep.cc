#include "tests/property/bootstrap_lockstep.h"

#include <sstream>
#include <utility>

#include "fencepost/catalog/bootstrap.h"
#include "model/reference/naive_bootstrap.h"
#include "tests/support/run_awaitable.h"

namespace fencepost::property {
namespace {

using model::Difference;

std::string OutcomeName(const absl::StatusOr<SyncOutcome>& outcome) {
  if (!outcome.ok()) return NameOf(outcome.status());
  switch (*outcome) {
    case SyncOutcome::kUpToDate:
      return "up to date";
    case SyncOutcome::kApplied:
      return "applied";
    case SyncOutcome::kCatalogWentBack:
      return "catalog went back";
    case SyncOutcome::kSameVersionDifferentContent:
      return "different content";
  }
  return "unknown";
}

const char* MissingName(MissingCommand::What what) {
  switch (what) {
    case MissingCommand::What::kCatalog:
      return "no catalog";
    case MissingCommand::What::kStore:
      return "no store";
    case MissingCommand::What::kEngine:
      return "no engine";
    case MissingCommand::What::kCatalogAndEngine:
      return "neither catalog nor engine";
    case MissingCommand::What::kStoreAndEngine:
      return "neither store nor engine";
  }
  return "nothing missing";
}

struct CommandPrinter {
  std::ostream& os;

  void operator()(const EnsureCommand& c) { os << "engine " << c.engine << ": EnsureCatalogSnapshot"; }
  void operator()(const SyncCommand& c) { os << "engine " << c.engine << ": SyncOnce"; }
  void operator()(const RestartCommand& c) { os << "engine " << c.engine << ": restart as " << c.setup; }
  void operator()(const MissingCommand& c) {
    os << (c.sync ? "SyncOnce with " : "EnsureCatalogSnapshot with ") << MissingName(c.what);
  }
  void operator()(const OnEngineCommand& c) { os << "engine " << c.engine << ": " << c.command; }
  void operator()(const CatalogCommand& c) { os << "catalog: " << c; }
};

void Count(const absl::StatusOr<SyncOutcome>& outcome, WatcherStats* stats) {
  ++stats->polls;
  if (!outcome.ok()) {
    ++stats->failures;
    return;
  }
  switch (*outcome) {
    case SyncOutcome::kUpToDate:
      break;
    case SyncOutcome::kApplied:
      ++stats->applied;
      break;
    case SyncOutcome::kCatalogWentBack:
      ++stats->catalog_went_back;
      break;
    case SyncOutcome::kSameVersionDifferentContent:
      ++stats->same_version_different_content;
      break;
  }
}

Difference DiffStats(const WatcherStats& expected, const WatcherStats& actual) {
  std::ostringstream os;
  const auto compare = [&os](const char* name, std::uint64_t want, std::uint64_t got) {
    if (want != got && os.tellp() == 0)
      os << "the watcher counted " << got << " " << name << ", expected " << want;
  };
  compare("polls", expected.polls, actual.polls);
  compare("applied", expected.applied, actual.applied);
  compare("failures", expected.failures, actual.failures);
  compare("scans skipped", expected.scans_skipped, actual.scans_skipped);
  compare("catalogs that went back", expected.catalog_went_back, actual.catalog_went_back);
  compare("different contents", expected.same_version_different_content,
          actual.same_version_different_content);
  if (os.tellp() == 0) return std::nullopt;
  return os.str();
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const BootstrapSetup& setup) {
  return os << setup.catalog << "; " << setup.engines[0] << "; " << setup.engines[1];
}

std::ostream& operator<<(std::ostream& os, const BootstrapCommand& command) {
  std::visit(CommandPrinter{os}, command.action);
  return os;
}

rc::Gen<BootstrapSetup> AnyBootstrapSetup() {
  return rc::gen::apply([](CatalogSetup catalog, EngineSetup first,
                           EngineSetup second) { return BootstrapSetup{catalog, {first, second}}; },
                        AnyCatalogSetup(), AnyEngineSetup(), AnyEngineSetup());
}

namespace {

template <class Action>
BootstrapCommand Wrap(Action action) {
  return BootstrapCommand{std::move(action)};
}

rc::Gen<std::size_t> AnyEngineIndex() {
  return rc::gen::map(Between(0, kEngineCount - 1),
                      [](int index) { return static_cast<std::size_t>(index); });
}

rc::Gen<MissingCommand> AnyMissing() {
  using What = MissingCommand::What;
  const auto what = AtFullSize(rc::gen::element(What::kCatalog, What::kStore, What::kEngine,
                                                What::kCatalogAndEngine, What::kStoreAndEngine));
  return rc::gen::apply([](What missing, int sync) { return MissingCommand{missing, sync == 1}; }, what,
                        Between(0, 1));
}

}  // namespace

rc::Gen<BootstrapCommand> AnyBootstrapCommand() {
  const auto ensure = rc::gen::map(AnyEngineIndex(), [](std::size_t i) { return Wrap(EnsureCommand{i}); });
  const auto sync = rc::gen::map(AnyEngineIndex(), [](std::size_t i) { return Wrap(SyncCommand{i}); });
  const auto restart =
      rc::gen::apply([](std::size_t i, EngineSetup setup) { return Wrap(RestartCommand{i, setup}); },
                     AnyEngineIndex(), AnyEngineSetup());
  const auto missing = rc::gen::map(AnyMissing(), [](MissingCommand command) { return Wrap(command); });
  const auto on_engine = rc::gen::apply(
      [](std::size_t i, EngineCommand command) { return Wrap(OnEngineCommand{i, std::move(command)}); },
      AnyEngineIndex(), AnyEngineCommand(EngineMix::kMixed));
  const auto on_catalog =
      rc::gen::map(AnyCatalogCommand(), [](CatalogCommand command) { return Wrap(std::move(command)); });
  return AtFullSize(rc::gen::weightedOneOf<BootstrapCommand>(
      {{5, ensure}, {6, sync}, {2, restart}, {1, missing}, {5, on_engine}, {8, on_catalog}}));
}

BootstrapLockstep::BootstrapLockstep(const BootstrapSetup& setup, const BootstrapSetup& naive_setup)
    : catalog_(setup.catalog, naive_setup.catalog) {
  for (std::size_t i = 0; i < kEngineCount; ++i) Start(i, setup.engines[i], naive_setup.engines[i]);
}

void BootstrapLockstep::Start(std::size_t index, const EngineSetup& setup, const EngineSetup& naive_setup) {
  Process& process = processes_[index];
  process.watcher.reset();
  process.engine = std::make_unique<EngineLockstep>(setup, naive_setup);
  process.watcher = std::make_unique<CatalogWatcher>(&catalog_.catalog(), &process.engine->production());
  process.naive_stats = WatcherStats();
}

Difference BootstrapLockstep::Run(const EnsureCommand& command) {
  EngineLockstep& engine = *processes_[command.engine].engine;
  const auto before = catalog_.naive_catalog().DurableVersion();
  const auto expected = model::NaiveEnsureCatalogSnapshot(&catalog_.naive_catalog(), &engine.naive());
  reached_.insert("Ensure: " + NameOf(expected.status()));
  if (expected.ok() && before.ok() && before->value == 0 && expected->version.value == 1) {
    reached_.insert("Ensure: seeded");
  }
  if (expected.ok() && expected->version.value > 1) reached_.insert("Ensure: adopted");
  const auto actual = RunAwaitable(EnsureCatalogSnapshot(&catalog_.catalog(), &engine.production()));
  return model::DiffAnswer(expected, actual);
}

Difference BootstrapLockstep::Run(const SyncCommand& command) {
  Process& process = processes_[command.engine];
  const auto expected = model::NaiveSyncOnce(&catalog_.naive_catalog(), &process.engine->naive());
  reached_.insert("Sync: " + OutcomeName(expected));
  Count(expected, &process.naive_stats);
  if (auto difference = model::DiffAnswer(expected, RunAwaitable(process.watcher->SyncOnce())))
    return difference;
  return DiffStats(process.naive_stats, process.watcher->stats());
}

Difference BootstrapLockstep::Run(const RestartCommand& command) {
  Start(command.engine, command.setup, command.setup);
  return std::nullopt;
}

Difference BootstrapLockstep::Run(const MissingCommand& command) {
  using What = MissingCommand::What;
  const bool no_catalog = command.what == What::kCatalog || command.what == What::kCatalogAndEngine;
  const bool no_store = command.what == What::kStore || command.what == What::kStoreAndEngine;
  const bool no_engine = command.what != What::kCatalog && command.what != What::kStore;
  CatalogStore storeless(nullptr);
  model::NaiveCatalog naive_storeless(nullptr);
  CatalogStore* catalog = no_catalog ? nullptr : no_store ? &storeless : &catalog_.catalog();
  model::NaiveCatalog* naive_catalog = no_catalog ? nullptr
                                       : no_store ? &naive_storeless
                                                  : &catalog_.naive_catalog();
  Engine* engine = no_engine ? nullptr : &processes_[0].engine->production();
  model::NaiveEngine* naive_engine = no_engine ? nullptr : &processes_[0].engine->naive();
  if (command.sync) {
    const auto expected = model::NaiveSyncOnce(naive_catalog, naive_engine);
    reached_.insert("Sync: " + OutcomeName(expected));
    CatalogWatcher watcher(catalog, engine);
    return model::DiffAnswer(expected, RunAwaitable(watcher.SyncOnce()));
  }
  const auto expected = model::NaiveEnsureCatalogSnapshot(naive_catalog, naive_engine);
  reached_.insert("Ensure: " + NameOf(expected.status()));
  return model::DiffAnswer(expected, RunAwaitable(EnsureCatalogSnapshot(catalog, engine)));
}

Difference BootstrapLockstep::Run(const OnEngineCommand& command) {
  return processes_[command.engine].engine->Step(command.command);
}

Difference BootstrapLockstep::Run(const CatalogCommand& command) { return catalog_.Step(command); }

Difference BootstrapLockstep::Step(const BootstrapCommand& command) {
  if (auto difference = std::visit([this](const auto& action) { return Run(action); }, command.action)) {
    return difference;
  }
  for (std::size_t i = 0; i < kEngineCount; ++i) {
    EngineLockstep& engine = *processes_[i].engine;
    if (auto difference = model::DiffEngine(engine.naive(), engine.production())) {
      return "engine " + std::to_string(i) + ": " + *difference;
    }
  }
  return catalog_.DiffNewest();
}

Difference BootstrapLockstep::Finish() {
  for (Process& process : processes_) {
    process.watcher.reset();
    if (auto difference = process.engine->Finish()) return difference;
  }
  return catalog_.Finish();
}

}  // namespace fencepost::property
