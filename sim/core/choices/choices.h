// Choices: the only place in a simulated run where something could go either way.
//
// A run is a function of its choices. Whatever could go either way is drawn here, with a bound and a label,
// from a *named stream* (one per actor and purpose). The n-th draw of a stream depends on the driver, the
// stream's name and n alone, so adding, removing or shrinking one actor's decision never shifts another's.
// Choice 0 is always the plain default (first in first out, no fault, the shortest wait), so a run is
// described by its few *deviations*: the draws that were not 0.
//
// Single-threaded, like everything in sim/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/driver.h"

namespace fencepost::sim {

class Choices;

// A handle to one named stream: cheap to copy, valid as long as its Choices.
class Stream {
 public:
  // A number in [0, bound). REQUIRES: bound > 0. A bound of 1 asks no driver, but counts as a draw of its
  // stream.
  std::uint64_t Below(std::uint64_t bound, Label label);

  // Whether the event of this probability happens; false is the default choice. A probability of 0 asks no
  // driver, but counts: a fault that is turned off leaves the later draws of its stream where they were.
  bool Chance(Ratio probability, Label label);

  // An index into `weights`, in proportion to them; index 0 is the default choice, and must be acceptable
  // even with a weight of 0, since a replay or a search may answer it. REQUIRES: some weight > 0, and fewer
  // than 2^32 weights.
  std::size_t Weighted(std::span<const std::uint32_t> weights, Label label);

  // Which of the ready tasks goes next: an index into `actors`, the tasks' actors in queue order; 0 is first
  // in, first out. Drivers with a scheduling strategy of their own look at the actors.
  std::size_t Schedule(std::span<const ActorId> actors, Label label);

  std::string_view name() const;

 private:
  friend class Choices;
  Stream(Choices* choices, std::uint32_t index) : choices_(choices), index_(index) {}
  std::uint64_t PassOver();  // the draw that can only be answered by 0; answers it
  Choices* choices_;
  std::uint32_t index_;
};

// A draw that was not the default.
struct Deviation {
  std::string stream;
  std::uint64_t index = 0;  // of the draw in its stream, from 0
  std::uint64_t value = 0;  // never 0
  std::uint64_t bound = 0;
  std::string label;

  friend bool operator==(const Deviation&, const Deviation&) = default;
};

// As in a .repro file: "STREAM[INDEX] = VALUE of BOUND (LABEL)".
std::string FormatDeviation(const Deviation& deviation);

class Choices {
 public:
  explicit Choices(std::unique_ptr<ChoiceDriver> driver);
  Choices(const Choices&) = delete;
  Choices& operator=(const Choices&) = delete;
  ~Choices();

  // The stream of this name; the same name gives the same stream.
  Stream Open(std::string_view name);

  // Every draw that was not 0, in the order they were made.
  std::vector<Deviation> Deviations() const;

  std::uint64_t draws() const { return draws_; }  // how often a driver was asked

  ChoiceDriver& driver() { return *driver_; }

 private:
  friend class Stream;

  struct StreamState {
    std::string name;
    std::uint64_t key = 0;
    std::uint64_t next = 0;  // the index of its next draw
  };

  // A Deviation without its strings: a run may make millions.
  struct LoggedDeviation {
    std::uint64_t value;
    std::uint64_t bound;
    Label label;
    std::uint32_t stream;
    std::uint32_t index;
  };

  // `request` says what is drawn; this adds from which stream, asks the driver and logs a deviation.
  std::uint64_t Draw(std::uint32_t stream, ChoiceRequest request);

  // Where the stream of this name and key is in `by_key_`, or belongs.
  std::size_t PlaceOf(std::string_view name, std::uint64_t key) const;
  void Grow();

  std::unique_ptr<ChoiceDriver> driver_;
  std::deque<StreamState> streams_;  // a deque: names stay where they are
  // Open addressing by key, a power of two long and at most half full: the stream's index + 1, or 0.
  std::vector<std::uint32_t> by_key_;
  std::vector<LoggedDeviation> deviations_;
  std::uint64_t draws_ = 0;
};

}  // namespace fencepost::sim
