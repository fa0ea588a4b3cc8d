// What it costs to judge a history: nanoseconds per transaction and memory, from 1,000 to 5,000,000
// transactions of a strictly serializable run.
//
// Twenty processes run transactions of 1 to 4 micro-operations over eight keys at a time; a key is retired
// after 32 appends. `history_benchmark [MAX_TRANSACTIONS [FILE]]`; with FILE, it also writes the largest
// history there, as `fencepost check-history` reads it.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "model/history/list_append.h"
#include "model/history/parse_history.h"
#include "tests/property/counter_random.h"

namespace fencepost::model::history {
namespace {

constexpr std::uint64_t kProcesses = 20;
constexpr std::uint64_t kActiveKeys = 8;
constexpr std::size_t kAppendsPerKey = 32;

// Runs transactions that take effect all at once, at their completion.
class Workload {
 public:
  explicit Workload(std::uint64_t transactions) : random_(1, transactions), left_(transactions) {
    for (std::uint64_t i = 0; i < kActiveKeys; ++i) active_.push_back(NewKey());
  }

  ListAppendHistory Run() {
    std::vector<Running> running(kProcesses);
    std::uint64_t in_flight = 0;
    while (left_ > 0 || in_flight > 0) {
      const std::uint64_t process = random_.Below(kProcesses);
      if (running[process].is_running) {
        Complete(&running[process]);
        --in_flight;
      } else if (left_ > 0) {
        --left_;
        Begin(process, &running[process]);
        ++in_flight;
      }
    }
    return std::move(history_);
  }

 private:
  struct Running {
    bool is_running = false;
    TransactionId id = 0;
    std::vector<Intent> intents;
  };

  KeyId NewKey() {
    const KeyId key = history_.InternKey(std::to_string(lists_.size()));
    lists_.emplace_back();
    return key;
  }

  void Begin(std::uint64_t process, Running* running) {
    running->intents.clear();
    const std::uint64_t steps = 1 + random_.Below(4);
    for (std::uint64_t i = 0; i < steps; ++i) {
      KeyId& key = active_[random_.Below(kActiveKeys)];
      if (random_.OneIn(2)) {
        running->intents.push_back({StepKind::kRead, key, 0});
        continue;
      }
      if (lists_[key].size() >= kAppendsPerKey) key = NewKey();
      running->intents.push_back({StepKind::kAppend, key, ++element_});
    }
    running->id = history_.Invoke(static_cast<std::int64_t>(process), running->intents, ++line_);
    running->is_running = true;
  }

  void Complete(Running* running) {
    observed_.clear();
    spans_.clear();
    for (const Intent& intent : running->intents) {
      if (intent.kind == StepKind::kAppend) {
        lists_[intent.key].push_back(intent.element);
        observed_.emplace_back();
      } else {
        observed_.push_back(lists_[intent.key]);
      }
    }
    spans_.assign(observed_.begin(), observed_.end());
    history_.Commit(running->id, spans_, ++line_);
    running->is_running = false;
  }

  CounterRandom random_;
  std::uint64_t left_;
  ListAppendHistory history_;
  std::vector<KeyId> active_;
  std::vector<std::vector<std::int64_t>> lists_;  // by key
  std::vector<std::vector<std::int64_t>> observed_;
  std::vector<std::span<const std::int64_t>> spans_;
  std::int64_t element_ = 0;
  Line line_ = 0;
};

void WriteLine(const ListAppendHistory& history, TransactionId id, bool is_completion, std::ostream& out) {
  const Transaction& transaction = history.transactions()[id];
  out << R"({"index":)" << (is_completion ? transaction.completed : transaction.invoked) - 1
      << R"(,"process":)" << transaction.process << R"(,"type":")" << (is_completion ? "ok" : "invoke")
      << R"(","f":"txn","value":[)";
  const char* separator = "";
  for (const Step& step : history.StepsOf(transaction)) {
    out << separator;
    separator = ",";
    const std::string_view key = history.KeyName(step.key);
    if (step.kind == StepKind::kAppend) {
      out << fmt::format(R"(["append","{}",{}])", key, history.AppendedBy(step));
    } else if (is_completion) {
      const std::span<const std::int64_t> list = history.ElementsOf(step);
      out << fmt::format(R"(["r","{}",[{}]])", key, fmt::join(list.begin(), list.end(), ","));
    } else {
      out << fmt::format(R"(["r","{}",null])", key);
    }
  }
  out << "]}\n";
}

void Write(const ListAppendHistory& history, std::ostream& out) {
  std::size_t completed = 0;
  for (TransactionId id = 0; id < history.transactions().size(); ++id) {
    const auto is_due = [&] {
      const TransactionId next = history.commits()[completed];
      return history.transactions()[next].completed < history.transactions()[id].invoked;
    };
    while (completed < history.commits().size() && is_due())
      WriteLine(history, history.commits()[completed++], true, out);
    WriteLine(history, id, false, out);
  }
  while (completed < history.commits().size()) WriteLine(history, history.commits()[completed++], true, out);
}

// Processor time, so that a busy machine disturbs less.
double SecondsUsed() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::int64_t PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

// The best of a few runs, since other programs disturb the clock.
double SecondsToCheck(const ListAppendHistory& history, Level level) {
  double best = 1e9;
  const int runs = history.transactions().size() > 500'000 ? 2 : 7;
  for (int i = 0; i < runs; ++i) {
    const double start = SecondsUsed();
    const Judgement judgement = CheckListAppend(history, level);
    best = std::min(best, SecondsUsed() - start);
    if (judgement.validity != Validity::kValid) {
      fmt::print("the workload is not {}: {}\n", LevelName(level), judgement.explanations[0].sentences[0]);
      std::exit(1);
    }
  }
  return best;
}

void Measure(std::uint64_t transactions, const char* file) {
  const ListAppendHistory history = Workload(transactions).Run();
  const std::int64_t history_megabytes = PeakMegabytes();
  const double strict = SecondsToCheck(history, Level::kStrictSerializable);
  const double serializable = SecondsToCheck(history, Level::kSerializable);
  const std::int64_t megabytes = PeakMegabytes();
  const auto nanoseconds = [&](double seconds) { return 1e9 * seconds / static_cast<double>(transactions); };
  fmt::print("{:>9} {:>14.0f} {:>14.0f} {:>10} {:>10}", transactions, nanoseconds(strict),
             nanoseconds(serializable), history_megabytes, megabytes);
  if (transactions <= 1'000'000) {
    std::stringstream text;
    Write(history, text);
    const double start = SecondsUsed();
    ListAppendHistory parsed;
    if (const auto failure = ParseListAppendHistory(text, &parsed))
      fmt::print("line {}: {}\n", failure->line, failure->reason);
    fmt::print(" {:>10.0f}", nanoseconds(SecondsUsed() - start));
  }
  fmt::print("\n");
  if (file != nullptr) {
    std::ofstream out(file);
    Write(history, out);
  }
}

}  // namespace
}  // namespace fencepost::model::history

int main(int argc, char** argv) {
  const std::uint64_t limit = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5'000'000;
  const char* const file = argc > 2 ? argv[2] : nullptr;
  fmt::print("{:>9} {:>14} {:>14} {:>10} {:>10} {:>10}\n", "", "strict ns/txn", "serial. ns/txn",
             "history MB", "peak MB", "parse ns/txn");
  for (const std::uint64_t transactions : {1'000UL, 10'000UL, 100'000UL, 1'000'000UL, 5'000'000UL}) {
    if (transactions > limit) break;
    const bool is_last = transactions == 5'000'000 || transactions * 10 > limit;
    fencepost::model::history::Measure(transactions, is_last ? file : nullptr);
  }
}
