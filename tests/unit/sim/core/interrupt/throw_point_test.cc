#include "sim/core/interrupt/throw_point.h"

#include <gtest/gtest.h>

#include <new>
#include <string>

#include "sim/core/choices/recorded_driver.h"

namespace fencepost::sim {
namespace {

TEST(ThrowPoint, ThrowsAtExactlyThePlaceThatIsAskedFor) {
  ThrowPoint point(ThrowAt(1));
  EXPECT_NO_THROW(point.Pass("GetAt"));
  EXPECT_FALSE(point.has_thrown());
  try {
    point.Pass("Commit");
    FAIL() << "it did not throw";
  } catch (const PlantedException& thrown) {
    EXPECT_STREQ(thrown.what(), "planted at Commit");
  }
  EXPECT_NO_THROW(point.Pass("Commit"));
  EXPECT_EQ(point.passed(), 3u);
  EXPECT_TRUE(point.has_thrown());
}

TEST(ThrowPoint, WithoutAPlanItOnlyCounts) {
  ThrowPoint point;
  EXPECT_NO_THROW(point.Pass("GetAt"));
  EXPECT_EQ(point.passed(), 1u);
  EXPECT_FALSE(point.has_thrown());
}

TEST(ThrowPoint, ThrowsWhatItIsGiven) {
  ThrowPoint point(ThrowAt(0), [](std::string_view) { return std::make_exception_ptr(std::bad_alloc()); });
  EXPECT_THROW(point.Pass("Commit"), std::bad_alloc);
}

TEST(ThrowPoint, DrawsAtEachPlace) {
  const Deviation second = {"faults", 1, 1, 10, "interface-throws"};
  Choices choices(RecordedDriver::Make({second}).value());
  ThrowPoint point(DrawThrows(choices.Open("faults"), Ratio{1, 10}));
  EXPECT_NO_THROW(point.Pass("GetAt"));
  EXPECT_THROW(point.Pass("GetAt"), PlantedException);
  EXPECT_NO_THROW(point.Pass("GetAt"));
}

}  // namespace
}  // namespace fencepost::sim
