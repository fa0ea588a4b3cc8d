// Every draw of a run in the order it was made, with the answers it could have had: what a search needs to
// know of a run in order to try another.
//
// Up to the first draw that is answered otherwise, two runs make the same draws. So a position in the log
// means the same draw in every run that answers all draws before it alike.
//
// Plain data; single-threaded while a driver writes it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/choices/driver.h"

namespace fencepost::sim {

struct LoggedDraw {
  std::uint32_t stream = 0;  // in DrawLog::streams
  Label label = "";
  std::uint64_t index = 0;  // of the draw in its stream, from 0
  std::uint64_t bound = 0;
  std::uint64_t value = 0;   // what was answered
  std::uint64_t events = 0;  // how many steps and events the trace had by then
  // The answers above 0 that are ever given, where that is not all below the bound: an answer of weight 0
  // never is.
  bool all_admitted = true;
  std::vector<std::uint64_t> admitted;

  // How many answers other than the default there are, and the `ordinal`-th of them, ascending.
  std::uint64_t alternatives() const { return all_admitted ? bound - 1 : admitted.size(); }
  std::uint64_t Alternative(std::uint64_t ordinal) const {
    return all_admitted ? ordinal + 1 : admitted[static_cast<std::size_t>(ordinal)];
  }
  bool Admits(std::uint64_t answer) const;
};

struct DrawLog {
  std::vector<std::string> streams;
  std::vector<LoggedDraw> draws;

  const std::string& StreamOf(const LoggedDraw& draw) const { return streams[draw.stream]; }

  // The draw answered by `answer` instead. REQUIRES: 0 < answer < draw.bound.
  Deviation Answering(const LoggedDraw& draw, std::uint64_t answer) const;
};

// As in a .repro file, whatever the draw answered: "STREAM[INDEX] = VALUE of BOUND (LABEL)".
std::string FormatDraw(const DrawLog& log, const LoggedDraw& draw);

// A driver that writes down what is drawn and leaves the answering to another.
class LoggingDriver final : public ChoiceDriver {
 public:
  // `log` is not owned and outlives the driver. `events` says how many steps and events the trace has; may be
  // empty.
  LoggingDriver(std::unique_ptr<ChoiceDriver> driver, DrawLog* log,
                std::function<std::uint64_t()> events = {})
      : driver_(std::move(driver)), log_(log), events_(std::move(events)) {}

  std::uint64_t Choose(const ChoiceRequest& request) override;

 private:
  std::uint32_t NumberOf(const ChoiceRequest& request);

  std::unique_ptr<ChoiceDriver> driver_;
  DrawLog* log_;
  std::function<std::uint64_t()> events_;
  std::map<std::uint64_t, std::uint32_t> streams_;  // by key: its number in the log
};

}  // namespace fencepost::sim
