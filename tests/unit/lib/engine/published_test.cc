#include "fencepost/engine/internal/published.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace fencepost {
namespace {

using PublishedNumber = Published<std::uint64_t>;

std::shared_ptr<const std::uint64_t> Number(std::uint64_t number) {
  return std::make_shared<const std::uint64_t>(number);
}

std::uint64_t ValueOf(const PublishedNumber& published) {
  return published.Read([](const auto& value) { return *value; });
}

TEST(Published, AReaderSeesWhatWasPublishedLast) {
  PublishedNumber published(Number(1));
  EXPECT_EQ(ValueOf(published), 1u);
  EXPECT_EQ(ValueOf(published), 1u);
  published.Publish(Number(2));
  EXPECT_EQ(ValueOf(published), 2u);
  EXPECT_EQ(*published.Load(), 2u);
}

TEST(Published, MoreObjectsThanAThreadRemembersStayApart) {
  std::vector<std::unique_ptr<PublishedNumber>> objects;
  for (std::uint64_t i = 0; i < 300; ++i) objects.push_back(std::make_unique<PublishedNumber>(Number(i)));
  for (std::uint64_t round = 0; round < 3; ++round) {
    for (std::uint64_t i = 0; i < objects.size(); ++i) {
      ASSERT_EQ(ValueOf(*objects[i]), round * 1000 + i);
      ASSERT_EQ(ValueOf(*objects[i]), round * 1000 + i) << "the second read is the remembered one";
      objects[i]->Publish(Number((round + 1) * 1000 + i));
    }
  }
}

TEST(Published, AnObjectMadeWhereAnotherWasIsNotMistakenForIt) {
  std::optional<PublishedNumber> place;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    place.emplace(Number(i));
    ASSERT_EQ(ValueOf(*place), i);
  }
}

TEST(Published, ACopyOfTheReferenceOutlivesReplacementAndObject) {
  std::optional<PublishedNumber> published(std::in_place, Number(7));
  const std::shared_ptr<const std::uint64_t> held =
      published->Read([](const std::shared_ptr<const std::uint64_t>& value) { return value; });
  published->Publish(Number(8));
  ValueOf(*published);
  published.reset();
  EXPECT_EQ(*held, 7u);
}

TEST(Published, AThreadThatEndedHoldsNothing) {
  auto value = Number(7);
  const std::weak_ptr<const std::uint64_t> watched = value;
  PublishedNumber published(std::move(value));
  std::thread([&published] { EXPECT_EQ(ValueOf(published), 7u); }).join();
  published.Publish(Number(8));
  EXPECT_TRUE(watched.expired());
}

TEST(Published, AReplacedValueIsFreedByThePublisherAndNotByItsLastReader) {
  auto value = Number(7);
  const std::weak_ptr<const std::uint64_t> watched = value;
  PublishedNumber published(std::move(value));
  ValueOf(published);
  published.Publish(Number(8));
  EXPECT_FALSE(watched.expired()) << "this thread remembers it";
  ValueOf(published);
  EXPECT_FALSE(watched.expired()) << "this thread let go of it, but must not free it";
  published.Publish(Number(9));
  EXPECT_TRUE(watched.expired());
}

TEST(Published, ReadsRightInADestructorThatRunsAfterTheThreadsMemoryIsGone) {
  PublishedNumber published(Number(7));
  std::uint64_t seen_at_end = 0;
  std::thread([&published, &seen_at_end] {
    struct ReadsWhenTheThreadEnds {
      const PublishedNumber* published = nullptr;
      std::uint64_t* seen = nullptr;
      ~ReadsWhenTheThreadEnds() {
        if (published != nullptr) *seen = ValueOf(*published);
      }
    };
    // Made before the first read, so destroyed after what the reads have made.
    static thread_local ReadsWhenTheThreadEnds at_end;
    at_end.published = &published;
    at_end.seen = &seen_at_end;
    EXPECT_EQ(ValueOf(published), 7u);
    published.Publish(Number(8));
  }).join();
  EXPECT_EQ(seen_at_end, 8u);
}

}  // namespace
}  // namespace fencepost
