// The program of the README, so that it keeps compiling and doing what it says.
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "fencepost/base/asio_runtime.h"
#include "fencepost/base/error.h"
#include "fencepost/catalog/bootstrap.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/watcher.h"
#include "fencepost/engine/engine.h"
#include "fencepost/fence/owner_fence.h"
#include "fencepost/store/memory_store.h"

namespace {

TEST(ReadmeExample, AProcessBootstrapsWatchesAndAsksItsEngine) {
  boost::asio::io_context loop;
  fencepost::AsioRuntime runtime(loop.get_executor());
  fencepost::MemoryStore store;
  fencepost::CatalogStore catalog(&store);
  const std::unique_ptr<fencepost::Engine> engine = fencepost::NewEngineWithDefaultRoute();
  fencepost::CatalogWatcher watcher(&catalog, engine.get());
  boost::asio::cancellation_signal stop;

  auto process = [&]() -> fencepost::Awaitable<void> {
    const auto snapshot = co_await fencepost::EnsureCatalogSnapshot(&catalog, engine.get());
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    boost::asio::post(loop, [&] { stop.emit(boost::asio::cancellation_type::terminal); });
    const absl::Status ended = co_await watcher.Run(&runtime);
    EXPECT_TRUE(absl::IsCancelled(ended)) << ended;
  };
  boost::asio::co_spawn(loop, process(),
                        boost::asio::bind_cancellation_slot(
                            stop.slot(), [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); }));
  loop.run();

  const std::optional<fencepost::Route> route = engine->GetRoute("user/17");
  ASSERT_TRUE(route.has_value());
  EXPECT_EQ(route->group_id, fencepost::GroupId(1));
  EXPECT_EQ(engine->CurrentVersion(), fencepost::Version(1));

  const std::vector<std::string> keys = {"user/17"};
  const fencepost::RouteHistory history = engine->History();
  const auto observed = fencepost::ObservedVersion::At(fencepost::Version(1));
  EXPECT_TRUE(fencepost::CheckOwnerFence(history, fencepost::GroupId(1), observed, keys).ok());
  EXPECT_TRUE(fencepost::IsError(fencepost::CheckOwnerFence(history, fencepost::GroupId(2), observed, keys),
                                 fencepost::Error::kOwnershipMoved));
}

}  // namespace
