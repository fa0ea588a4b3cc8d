#include "model/history/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "model/history/dependency.h"

namespace fencepost::model::history {
namespace {

// Gives transactions their names in the order they are mentioned.
class Narrator {
 public:
  explicit Narrator(const ListAppendHistory& history) : history_(history) {}

  // "T2", and with its introduction the first time.
  std::string Name(TransactionId id) {
    const auto known = std::ranges::find(mentioned_, id);
    const auto number = known - mentioned_.begin() + 1;
    if (known != mentioned_.end()) return fmt::format("T{}", number);
    mentioned_.push_back(id);
    const Transaction& transaction = history_.transactions()[id];
    return fmt::format("T{} (process {}, line {})", number, transaction.process, transaction.invoked);
  }

  const Step& StepOf(TransactionId id, std::uint32_t step) const {
    return history_.StepsOf(history_.transactions()[id])[step];
  }
  std::string Key(TransactionId id, std::uint32_t step) const {
    return Quoted(history_.KeyName(StepOf(id, step).key));
  }
  std::string List(TransactionId id, std::uint32_t step) const {
    return ListText(history_.ElementsOf(StepOf(id, step)));
  }
  std::int64_t Element(TransactionId id, std::uint32_t step) const {
    return history_.AppendedBy(StepOf(id, step));
  }

  std::string Sentence(const Dependency& edge) {
    const std::string from = Name(edge.from);
    const std::string to = Name(edge.to);
    switch (edge.kind) {
      case EdgeKind::kWw:
        return WriteWrite(edge, from, to);
      case EdgeKind::kWr:
        return fmt::format("{} appended {} to {}, which {} read as {}", from,
                           Element(edge.from, edge.from_step), Key(edge.from, edge.from_step), to,
                           List(edge.to, edge.to_step));
      case EdgeKind::kRw:
        return fmt::format("{} read {} as {}, without the {} that {} appended{}", from,
                           Key(edge.from, edge.from_step), List(edge.from, edge.from_step),
                           Element(edge.to, edge.to_step), to,
                           edge.is_unread ? ", which nobody read" : " next");
      case EdgeKind::kProcess:
        return fmt::format("process {} ran {}, done at line {}, before {}, begun at line {}",
                           history_.transactions()[edge.from].process, from,
                           history_.transactions()[edge.from].completed, to,
                           history_.transactions()[edge.to].invoked);
      case EdgeKind::kRealtime:
        return fmt::format("{} was complete at line {}, before {} began at line {}", from,
                           history_.transactions()[edge.from].completed, to,
                           history_.transactions()[edge.to].invoked);
      case EdgeKind::kPass:
        break;
    }
    return "";
  }

 private:
  std::string WriteWrite(const Dependency& edge, const std::string& from, const std::string& to) const {
    const std::string start = fmt::format("{} appended {} to {}", from, Element(edge.from, edge.from_step),
                                          Key(edge.from, edge.from_step));
    const std::int64_t next = Element(edge.to, edge.to_step);
    if (!edge.is_unread) return fmt::format("{}, and {} appended {} right behind it", start, to, next);
    return fmt::format(
        "{}, the last element anybody read, and {} appended {}, which nobody read and which "
        "therefore lies behind it",
        start, to, next);
  }

  const ListAppendHistory& history_;
  std::vector<TransactionId> mentioned_;
};

// Two reads of a key that no one list explains: the incompatible one and the longest one's reader.
std::string ExplainIncompatible(const VersionOrders& orders, const Finding& finding, Narrator* narrator) {
  if (finding.other != kNoTransaction) {
    return fmt::format("{} appended {} to {} before {}, but by the reads of that key {} lies in front of {}",
                       narrator->Name(finding.transaction),
                       narrator->Element(finding.transaction, finding.step),
                       Quoted(orders.history().KeyName(finding.key)), finding.element, finding.element,
                       narrator->Element(finding.transaction, finding.step));
  }
  return fmt::format("{} read {} as {}, which is no prefix of {}, its longest read",
                     narrator->Name(finding.transaction), narrator->Key(finding.transaction, finding.step),
                     narrator->List(finding.transaction, finding.step),
                     ListText(orders.LongestRead(finding.key)));
}

}  // namespace

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string ListText(std::span<const std::int64_t> list) {
  static constexpr std::size_t kShown = 12;
  const bool is_long = list.size() > kShown;
  const std::span<const std::int64_t> shown = is_long ? list.last(kShown) : list;
  return fmt::format("[{}{}]", is_long ? "... " : "", fmt::join(shown.begin(), shown.end(), " "));
}

Explanation ExplainCycle(const VersionOrders& orders, const Cycle& cycle) {
  Explanation explanation;
  explanation.anomaly = cycle.anomaly;
  Narrator narrator(orders.history());
  for (std::size_t i = 0; i < cycle.transactions.size(); ++i) {
    const TransactionId from = cycle.transactions[i];
    const TransactionId to = cycle.transactions[(i + 1) % cycle.transactions.size()];
    const std::optional<Dependency> edge = FindDependency(orders, from, to, cycle.kinds[i]);
    assert(edge);
    // The sentence first: whoever comes first in it is introduced first.
    const std::string sentence = narrator.Sentence(*edge);
    explanation.sentences.push_back(
        fmt::format("{}: so {} comes before {}", sentence, narrator.Name(from), narrator.Name(to)));
  }
  std::string round = narrator.Name(cycle.transactions.front());
  for (std::size_t i = 1; i < cycle.transactions.size(); ++i) {
    round += " < " + narrator.Name(cycle.transactions[i]);
  }
  explanation.sentences.push_back(
      fmt::format("no order has {} < {}", round, narrator.Name(cycle.transactions.front())));
  return explanation;
}

Explanation ExplainFinding(const VersionOrders& orders, const Finding& finding) {
  Narrator narrator(orders.history());
  const auto read = [&] {
    std::string reader = narrator.Name(finding.transaction);
    return fmt::format("{} read {} as {}", reader, narrator.Key(finding.transaction, finding.step),
                       narrator.List(finding.transaction, finding.step));
  };
  const auto say = [&](std::string sentence) {
    return Explanation{.anomaly = finding.anomaly, .sentences = {std::move(sentence)}};
  };
  switch (finding.anomaly) {
    case Anomaly::kG1a: {
      const std::string start = read();
      return say(fmt::format("{}, but {} appended {} and failed", start, narrator.Name(finding.other),
                             finding.element));
    }
    case Anomaly::kG1b: {
      const std::string start = read();
      return say(fmt::format("{}, but {} appended more to that key after {}", start,
                             narrator.Name(finding.other), finding.element));
    }
    case Anomaly::kDirtyUpdate: {
      const std::string start = read();
      return say(fmt::format("{}, where {} of {} lies on top of {}, whose transaction failed", start,
                             narrator.Element(finding.other, finding.other_step),
                             narrator.Name(finding.other), finding.element));
    }
    case Anomaly::kIncompatibleOrder:
      return say(ExplainIncompatible(orders, finding, &narrator));
    case Anomaly::kDuplicateElements:
      return say(fmt::format("{}, which has {} twice", read(), finding.element));
    case Anomaly::kGarbageRead:
      return say(fmt::format("{}, but nobody ever appended {}", read(), finding.element));
    case Anomaly::kFutureRead:
      return say(fmt::format("{}, but it appended {} itself, only later", read(), finding.element));
    case Anomaly::kInternal:
      return say(fmt::format("{}, which contradicts what it had itself read or appended of that key before",
                             read()));
    case Anomaly::kLostUpdate: {
      const std::string start = read();
      return say(fmt::format("{}, so did {}, and both then appended to it: one of them did not see the other",
                             start, narrator.Name(finding.other)));
    }
    default:
      break;
  }
  assert(false && "a cycle is no finding");
  return {};
}

Explanation ExplainUnreadConflict(const VersionOrders& orders, const UnreadConflict& conflict) {
  Narrator narrator(orders.history());
  const std::string a = narrator.Name(conflict.a);
  const std::string b = narrator.Name(conflict.b);
  // If each read past the other, then whichever of them came first, the ww edge between them closes a cycle
  // with that one rw edge.
  const EdgeMask rw = MaskOf(EdgeKind::kRw);
  const bool skewed = (KindsBetween(orders, conflict.a, conflict.b) & rw) != 0 &&
                      (KindsBetween(orders, conflict.b, conflict.a) & rw) != 0;
  Explanation explanation;
  explanation.anomaly = skewed ? Anomaly::kGSingle : Anomaly::kGNonadjacent;
  explanation.sentences.push_back(fmt::format(
      "{} and {} both appended to {} and nobody read the one or the other, so either may have come first", a,
      b, Quoted(orders.history().KeyName(conflict.key))));
  if (conflict.is_proven_by_pair) {
    explanation.sentences.push_back(fmt::format(
        "{} took its snapshot before {} committed, and {} before {} did: neither saw the other, so "
        "neither came first",
        narrator.Name(conflict.a), narrator.Name(conflict.b), narrator.Name(conflict.b),
        narrator.Name(conflict.a)));
  } else {
    explanation.sentences.push_back(
        "together with other unread appends like these, no way to order them leaves every snapshot possible");
  }
  return explanation;
}

}  // namespace fencepost::model::history
