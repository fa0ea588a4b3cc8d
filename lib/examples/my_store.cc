// Two processes on a store of one's own (my_store.h): each bootstraps, the second watches while the first
// splits a range.
//
// In life each process has a connection of its own to the same store. Here both share the object, and one
// event loop.
#include "my_store.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

namespace {

namespace fp = fencepost;
using namespace std::chrono_literals;

void Print(std::string_view who, const fp::Engine& engine) {
  std::cout << who << " is at version " << engine.CurrentVersion().value << ":\n";
  for (const fp::Route& route : engine.Stats()) {
    std::cout << "  " << fp::FormatRange(route.range()) << " of group " << route.group_id.value << ", "
              << fp::RouteStateName(route.state) << "\n";
  }
}

// Everything that one process has.
struct Process {
  explicit Process(fp::MvccStore* store) : catalog(store) {}

  fp::CatalogStore catalog;
  std::unique_ptr<fp::Engine> engine = fp::NewEngineWithDefaultRoute();
};

// Routes change by saving the whole set over the version that it was made from. Whoever saves first wins; the
// other one is told so, and reads again.
fp::Awaitable<absl::Status> SplitAtM(fp::CatalogStore& catalog) {
  const absl::StatusOr<fp::CatalogSnapshot> now = co_await catalog.Snapshot();
  if (!now.ok()) co_return now.status();
  const absl::StatusOr<fp::NextRouteIdAnswer> next_id = co_await catalog.NextRouteId();
  if (!next_id.ok()) co_return next_id.status();
  std::vector<fp::RouteDescriptor> routes = now->routes;
  fp::RouteDescriptor right = routes.back();
  right.route_id = next_id->next;
  right.parent_route_id = routes.back().route_id;
  right.start = "m";
  right.group_id = fp::GroupId(2);
  routes.back().end = "m";
  routes.push_back(right);
  const absl::StatusOr<fp::SaveResult> saved = co_await catalog.Save(now->version, routes);
  if (!saved.ok()) co_return saved.status();
  std::cout << "the first process has saved version " << saved->snapshot.version.value << "\n";

  const absl::StatusOr<fp::SaveResult> again = co_await catalog.Save(now->version, routes);
  std::cout << "saved over version " << now->version.value << " again: " << again.status().message() << "\n";
  co_return absl::OkStatus();
}

// What the program does, up to its first error.
fp::Awaitable<absl::Status> Run(fp::Runtime& runtime, fp::MvccStore& store,
                                boost::asio::cancellation_signal& stop) {
  Process first(&store);
  Process second(&store);
  // Whoever comes first saves its engine's routes as version 1; everybody else adopts them.
  for (Process* process : {&first, &second}) {
    const absl::StatusOr<fp::CatalogSnapshot> snapshot =
        co_await fp::EnsureCatalogSnapshot(&process->catalog, process->engine.get());
    if (!snapshot.ok()) co_return snapshot.status();
  }
  Print("the second process", *second.engine);

  fp::CatalogWatcherOptions options;
  options.interval = 5ms;
  fp::CatalogWatcher watcher(&second.catalog, second.engine.get(), options);
  bool watching = true;
  auto ended = boost::asio::bind_cancellation_slot(
      stop.slot(), [&watching](const std::exception_ptr&, const absl::Status& status) {
        std::cout << "the watcher has " << (absl::IsCancelled(status) ? "been cancelled" : "failed") << "\n";
        watching = false;
      });
  boost::asio::co_spawn(runtime.Executor(), watcher.Run(&runtime), std::move(ended));

  absl::Status split = co_await SplitAtM(first.catalog);
  while (split.ok() && second.engine->CurrentVersion() < fp::Version(2)) {
    split = co_await runtime.Sleep(1ms);
  }
  Print("the second process", *second.engine);

  // It uses the second process's engine: wait for its end before that goes.
  stop.emit(boost::asio::cancellation_type::terminal);
  while (watching) {
    const absl::Status slept = co_await runtime.Sleep(1ms);
    if (!slept.ok()) co_return slept;
  }
  co_return split;
}

}  // namespace

int main() {
  boost::asio::io_context loop;
  fp::AsioRuntime runtime(loop.get_executor());
  example::MyStore store;
  boost::asio::cancellation_signal stop;
  absl::Status result = absl::UnknownError("it never ended");
  boost::asio::co_spawn(loop, Run(runtime, store, stop),
                        [&result](const std::exception_ptr& thrown, absl::Status status) {
                          if (thrown) std::rethrow_exception(thrown);
                          result = std::move(status);
                        });
  loop.run();
  if (result.ok()) return EXIT_SUCCESS;
  std::cerr << result << "\n";
  return EXIT_FAILURE;
}
