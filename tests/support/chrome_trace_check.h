// Whether a Chrome trace is what the format asks for, and what Perfetto shows without dropping anything.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/report/chrome_trace.h"
#include "sim/core/report/timeline.h"

namespace fencepost::sim {

class ChromeTraceCheck {
 public:
  explicit ChromeTraceCheck(const Timeline& timeline)
      : timeline_(timeline), parsed_(nlohmann::json::parse(ChromeTrace(timeline), nullptr, false)) {}

  // All of it.
  void Run() {
    ASSERT_TRUE(parsed_.is_object()) << timeline_.title.name;
    EXPECT_EQ(parsed_["otherData"]["trace_hash"], timeline_.trace_hash);
    CheckThreads();
    CheckEntries();
    CheckFlows();
    CheckNesting();
  }

  // How often each phase occurs.
  std::map<std::string, int> Phases() const {
    std::map<std::string, int> phases;
    for (const nlohmann::json& entry : parsed_["traceEvents"]) ++phases[entry["ph"]];
    return phases;
  }
  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const nlohmann::json& entry : parsed_["traceEvents"]) {
      names.insert(entry["name"].get<std::string>());
      if (entry["name"] == "thread_name") names.insert(entry["args"]["name"].get<std::string>());
    }
    return names;
  }

 private:
  // A time of the format, which is in microseconds, in whole nanoseconds.
  static std::int64_t Nanoseconds(const nlohmann::json& time) {
    return std::llround(time.get<double>() * 1000);
  }

  // A thread per lane, each named once, in the order of the lanes.
  void CheckThreads() {
    std::map<std::string, int> named;
    std::map<std::int64_t, std::int64_t> sorted;  // threads by their place
    for (const nlohmann::json& entry : parsed_["traceEvents"]) {
      if (entry["name"] == "thread_name") {
        ++named[entry["args"]["name"].get<std::string>()];
        threads_.insert(entry["tid"].get<std::int64_t>());
      }
      if (entry["name"] == "thread_sort_index") sorted[entry["args"]["sort_index"]] = entry["tid"];
    }
    EXPECT_EQ(threads_.size(), timeline_.lanes.size()) << timeline_.title.name;
    EXPECT_EQ(sorted.size(), timeline_.lanes.size()) << timeline_.title.name;
    for (const auto& [name, times] : named) EXPECT_EQ(times, 1) << name;
    for (const auto& [place, thread] : sorted) EXPECT_EQ(thread, place + 1);
  }

  void CheckEntries() {
    std::map<std::string, std::int64_t> counted;  // when each counter was last set
    for (const nlohmann::json& entry : parsed_["traceEvents"]) {
      EXPECT_EQ(entry["pid"], 1) << entry;
      if (entry["ph"] == "M") continue;
      EXPECT_TRUE(threads_.contains(entry["tid"])) << entry;
      EXPECT_GE(entry["ts"].get<double>(), 0) << entry;
      if (entry["ph"] == "X") {
        EXPECT_GE(entry["dur"].get<double>(), 0) << entry;
        slices_.emplace(entry["tid"], Nanoseconds(entry["ts"]));
      }
      if (entry["ph"] == "i") {
        EXPECT_EQ(entry["s"], entry["cat"] == "violation" ? "g" : "t") << entry;
      }
      if (entry["ph"] != "C") continue;
      const auto [last, is_first] = counted.emplace(entry["name"], Nanoseconds(entry["ts"]));
      EXPECT_TRUE(is_first || last->second <= Nanoseconds(entry["ts"])) << entry;
      EXPECT_TRUE(entry["args"]["version"].is_number_unsigned()) << entry;
      last->second = Nanoseconds(entry["ts"]);
    }
  }

  // Each flow starts once and finishes once, not before it started, on slices that are there.
  void CheckFlows() {
    std::map<std::uint64_t, double> started;
    std::set<std::uint64_t> finished;
    for (const nlohmann::json& entry : parsed_["traceEvents"]) {
      const std::string phase = entry["ph"];
      if (phase != "s" && phase != "f") continue;
      const std::uint64_t id = entry["id"];
      EXPECT_TRUE(slices_.contains({entry["tid"], Nanoseconds(entry["ts"])})) << entry;
      if (phase == "s") {
        EXPECT_TRUE(started.emplace(id, entry["ts"]).second) << "starts twice: " << entry;
      } else {
        EXPECT_TRUE(finished.insert(id).second) << "finishes twice: " << entry;
        ASSERT_TRUE(started.contains(id)) << entry;
        EXPECT_GE(entry["ts"].get<double>(), started[id]) << entry;
      }
    }
    EXPECT_EQ(started.size(), finished.size());
  }

  // Perfetto drops a slice that begins within another of its thread and ends behind it.
  void CheckNesting() {
    std::map<std::int64_t, std::vector<std::pair<std::int64_t, std::int64_t>>> slices;  // begin, -end
    for (const nlohmann::json& entry : parsed_["traceEvents"]) {
      if (entry["ph"] != "X") continue;
      const std::int64_t begin = Nanoseconds(entry["ts"]);
      slices[entry["tid"]].emplace_back(begin, -(begin + Nanoseconds(entry["dur"])));
    }
    for (auto& [thread, ones] : slices) {
      std::sort(ones.begin(), ones.end());
      std::vector<std::int64_t> open;  // where the slices around this one end
      for (const auto& [begin, minus_end] : ones) {
        while (!open.empty() && open.back() <= begin) open.pop_back();
        EXPECT_TRUE(open.empty() || -minus_end <= open.back())
            << timeline_.title.name << ": the slice of thread " << thread << " from " << begin << " to "
            << -minus_end << " ns sticks out of one that ends at " << open.back();
        open.push_back(-minus_end);
      }
    }
  }

  const Timeline& timeline_;
  nlohmann::json parsed_;
  std::set<std::int64_t> threads_;
  std::set<std::pair<std::int64_t, std::int64_t>> slices_;  // which thread has one when
};

}  // namespace fencepost::sim
