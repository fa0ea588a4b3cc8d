#include "tests/property/random_history.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/property/counter_random.h"

namespace fencepost::model::history {
namespace {

using List = std::vector<std::int64_t>;
using State = std::map<KeyId, List>;

struct Running {
  TransactionId id = 0;
  std::vector<Intent> intents;
  std::size_t next_intent = 0;
  State snapshot;  // when it began
  State own;       // what it appended so far
  std::vector<List> observed;
  bool is_applied = false;
};

// How a pretended database treats its transactions.
enum class Discipline : std::uint8_t {
  kSerial,    // each takes effect at one point between its invocation and its completion
  kSnapshot,  // reads what was there when it began, appends when it ends
  kStale,     // reads an old state
  kStepwise,  // each step takes effect by itself
  kDirty,     // the same, and failed transactions leave their appends behind
};

class Generator {
 public:
  Generator(std::uint64_t seed, std::uint64_t number, std::uint64_t max_transactions)
      : random_(seed, number),
        transaction_count_(max_transactions - std::min(random_.Below(max_transactions), random_.Below(4))),
        process_count_(1 + random_.Below(4)),
        key_count_(1 + random_.Below(3)),
        max_steps_(1 + random_.Below(4)),
        discipline_(static_cast<Discipline>(random_.Below(5))),
        indeterminate_one_in_(random_.OneIn(2) ? 4 : 100),
        failed_one_in_(random_.OneIn(2) ? 4 : 100),
        damage_one_in_(random_.OneIn(2) ? 12 : 1000) {}

  ListAppendHistory Run() {
    for (std::uint64_t key = 0; key < key_count_; ++key) history_.InternKey(std::string(key, 'x'));
    std::uint64_t begun = 0;
    states_.emplace_back();
    while (true) {
      const std::uint64_t process = random_.Below(process_count_);
      const auto running = running_.find(process);
      if (running != running_.end()) {
        Advance(process, &running->second);
      } else if (begun < transaction_count_) {
        ++begun;
        Begin(process);
      } else if (running_.empty() || random_.OneIn(30)) {
        return std::move(history_);  // whoever still runs never completes
      }
    }
  }

 private:
  void Begin(std::uint64_t process) {
    Running running;
    const std::uint64_t steps = 1 + random_.Below(max_steps_);
    for (std::uint64_t i = 0; i < steps; ++i) {
      const auto key = static_cast<KeyId>(random_.Below(key_count_));
      if (random_.OneIn(2)) {
        running.intents.push_back({StepKind::kAppend, key, next_element_++});
      } else {
        running.intents.push_back({StepKind::kRead, key, 0});
      }
    }
    const auto steps_back = static_cast<std::ptrdiff_t>(random_.Below(3));
    const auto reach = std::min(steps_back, static_cast<std::ptrdiff_t>(states_.size()) - 1);
    running.snapshot = discipline_ == Discipline::kStale ? *(states_.end() - 1 - reach) : states_.back();
    running.id = history_.Invoke(static_cast<std::int64_t>(process), running.intents, ++line_);
    running_.emplace(process, std::move(running));
  }

  void Advance(std::uint64_t process, Running* running) {
    if (discipline_ == Discipline::kSerial && !running->is_applied) {
      // All at once, unless it is going to fail or to be lost.
      running->snapshot = states_.back();
      running->is_applied = true;
      while (running->next_intent < running->intents.size()) RunStep(running);
      fate_[running->id] = Fate();
      if (fate_[running->id] != Outcome::kFailed &&
          !(fate_[running->id] == Outcome::kIndeterminate && random_.OneIn(2))) {
        Publish(*running);
      }
      return;
    }
    if (running->next_intent < running->intents.size()) {
      RunStep(running);
      return;
    }
    Finish(process, *running);
  }

  Outcome Fate() {
    if (random_.OneIn(failed_one_in_)) return Outcome::kFailed;
    if (random_.OneIn(indeterminate_one_in_)) return Outcome::kIndeterminate;
    return Outcome::kCommitted;
  }

  bool IsStepwise() const {
    return discipline_ == Discipline::kStepwise || discipline_ == Discipline::kDirty;
  }

  void RunStep(Running* running) {
    const Intent& intent = running->intents[running->next_intent++];
    if (intent.kind == StepKind::kAppend) {
      if (IsStepwise()) {
        State next = states_.back();
        next[intent.key].push_back(intent.element);
        states_.push_back(std::move(next));
      } else {
        running->own[intent.key].push_back(intent.element);
      }
      running->observed.emplace_back();
      return;
    }
    List list = IsStepwise() ? states_.back()[intent.key] : running->snapshot[intent.key];
    const List& own = running->own[intent.key];
    list.insert(list.end(), own.begin(), own.end());
    Damage(&list);
    running->observed.push_back(std::move(list));
  }

  void Damage(List* list) {
    if (!random_.OneIn(damage_one_in_)) return;
    switch (random_.Below(7)) {
      case 0:
        if (!list->empty()) list->pop_back();
        return;
      case 1:
        list->push_back(
            static_cast<std::int64_t>(random_.Below(static_cast<std::uint64_t>(next_element_) + 1)));
        return;
      case 2:
        if (!list->empty()) list->erase(list->begin());
        return;
      case 3:
        if (list->size() > 1) std::swap((*list)[0], list->back());
        return;
      case 4:
        list->clear();
        return;
      case 5:
        if (list->size() > 1) std::swap((*list)[list->size() - 2], list->back());
        return;
      case 6:
        if (!list->empty())
          list->erase(list->begin() + static_cast<std::ptrdiff_t>(random_.Below(list->size())));
        return;
    }
  }

  void Publish(const Running& running) {
    State next = states_.back();
    for (const auto& [key, list] : running.own) next[key].insert(next[key].end(), list.begin(), list.end());
    states_.push_back(std::move(next));
  }

  void Finish(std::uint64_t process, const Running& running) {
    const bool is_serial = discipline_ == Discipline::kSerial;
    const Outcome outcome = is_serial ? fate_[running.id] : Fate();
    const bool is_late = outcome == Outcome::kIndeterminate && random_.OneIn(2);
    if (!is_serial && (outcome != Outcome::kFailed || discipline_ == Discipline::kDirty) && !is_late)
      Publish(running);
    ++line_;
    switch (outcome) {
      case Outcome::kCommitted: {
        std::vector<std::span<const std::int64_t>> observed(running.observed.begin(), running.observed.end());
        history_.Commit(running.id, observed, line_);
        break;
      }
      case Outcome::kFailed:
        history_.Fail(running.id, line_);
        break;
      case Outcome::kIndeterminate:
        history_.LeaveIndeterminate(running.id, line_);
        break;
    }
    running_.erase(process);
  }

  CounterRandom random_;
  const std::uint64_t transaction_count_;
  const std::uint64_t process_count_;
  const std::uint64_t key_count_;
  const std::uint64_t max_steps_;
  const Discipline discipline_;
  const std::uint64_t indeterminate_one_in_;
  const std::uint64_t failed_one_in_;
  const std::uint64_t damage_one_in_;
  ListAppendHistory history_;
  std::vector<State> states_;
  std::map<std::uint64_t, Running> running_;  // by process
  std::map<TransactionId, Outcome> fate_;
  std::int64_t next_element_ = 1;
  Line line_ = 0;
};

}  // namespace

ListAppendHistory RandomHistory(std::uint64_t seed, std::uint64_t number, std::uint64_t max_transactions) {
  return Generator(seed, number, max_transactions).Run();
}

}  // namespace fencepost::model::history
