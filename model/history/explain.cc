#include "model/history/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

#include "model/history/dependency.h"

namespace fencepost::model::history {
namespace {

// Stands for the introduction of a transaction until its sentence is finished; in no key, as those are
// printed escaped.
constexpr char kIntroduction = '\x01';

// Writes an explanation. Gives transactions their names in the order they are mentioned.
class Narrator {
 public:
  Narrator(const ListAppendHistory& history, Anomaly anomaly) : history_(history) {
    explanation_.anomaly = anomaly;
  }

  // "T2", and with its introduction the first time. Names are asked for in the order in which the sentence
  // has them.
  std::string Name(TransactionId id) {
    const std::size_t position = PositionOf(id);
    if (position < explanation_.transactions.size()) return fmt::format("T{}", position + 1);
    explanation_.transactions.push_back(id);
    return fmt::format("T{} {}", position + 1, kIntroduction);
  }

  // Adds a finished sentence.
  void Say(std::string_view sentence) {
    std::string& text = explanation_.sentences.emplace_back();
    for (const char c : sentence) {
      if (c != kIntroduction) {
        text += c;
        continue;
      }
      const std::size_t position = introduced_++;
      const Transaction& transaction = history_.transactions()[explanation_.transactions[position]];
      const std::string introduction =
          fmt::format("(process {}, line {})", transaction.process, transaction.invoked);
      explanation_.introductions.push_back(Explanation::Introduction{
          explanation_.sentences.size() - 1, text.size(), introduction.size(), position});
      text += introduction;
    }
  }
  // One that tells an edge of a cycle.
  void SayEdge(std::string_view sentence, TransactionId from, TransactionId to, EdgeKind kind) {
    Say(sentence);
    explanation_.edges.push_back(Explanation::Edge{PositionOf(from), PositionOf(to), kind});
  }

  // In quotes; the explanation is about it.
  std::string KeyNamed(KeyId key) {
    const std::string name(history_.KeyName(key));
    if (std::ranges::find(explanation_.keys, name) == explanation_.keys.end())
      explanation_.keys.push_back(name);
    return Quoted(name);
  }

  Explanation Done() && { return std::move(explanation_); }

  const Step& StepOf(TransactionId id, std::uint32_t step) const {
    return history_.StepsOf(history_.transactions()[id])[step];
  }
  std::string Key(TransactionId id, std::uint32_t step) { return KeyNamed(StepOf(id, step).key); }
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
  // Where it is among those mentioned; their number when it is not.
  std::size_t PositionOf(TransactionId id) const {
    const auto& mentioned = explanation_.transactions;
    return static_cast<std::size_t>(std::ranges::find(mentioned, id) - mentioned.begin());
  }

  std::string WriteWrite(const Dependency& edge, const std::string& from, const std::string& to) {
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
  Explanation explanation_;
  std::size_t introduced_ = 0;  // so many of its transactions
};

// Two reads of a key that no one list explains: the incompatible one and the longest one's reader.
std::string ExplainIncompatible(const VersionOrders& orders, const Finding& finding, Narrator* narrator) {
  if (finding.other != kNoTransaction) {
    return fmt::format("{} appended {} to {} before {}, but by the reads of that key {} lies in front of {}",
                       narrator->Name(finding.transaction),
                       narrator->Element(finding.transaction, finding.step), narrator->KeyNamed(finding.key),
                       finding.element, finding.element,
                       narrator->Element(finding.transaction, finding.step));
  }
  return fmt::format("{} read {} as {}, which is no prefix of {}, its longest read",
                     narrator->Name(finding.transaction), narrator->Key(finding.transaction, finding.step),
                     narrator->List(finding.transaction, finding.step),
                     ListText(orders.LongestRead(finding.key)));
}

// The one sentence of a finding.
std::string SentenceOf(const VersionOrders& orders, const Finding& finding, Narrator* narrator) {
  const auto read = [&] {
    std::string reader = narrator->Name(finding.transaction);
    return fmt::format("{} read {} as {}", reader, narrator->Key(finding.transaction, finding.step),
                       narrator->List(finding.transaction, finding.step));
  };
  switch (finding.anomaly) {
    case Anomaly::kG1a: {
      const std::string start = read();
      return fmt::format("{}, but {} appended {} and failed", start, narrator->Name(finding.other),
                         finding.element);
    }
    case Anomaly::kG1b: {
      const std::string start = read();
      return fmt::format("{}, but {} appended more to that key after {}", start,
                         narrator->Name(finding.other), finding.element);
    }
    case Anomaly::kDirtyUpdate: {
      const std::string start = read();
      return fmt::format("{}, where {} of {} lies on top of {}, whose transaction failed", start,
                         narrator->Element(finding.other, finding.other_step), narrator->Name(finding.other),
                         finding.element);
    }
    case Anomaly::kIncompatibleOrder:
      return ExplainIncompatible(orders, finding, narrator);
    case Anomaly::kDuplicateElements:
      return fmt::format("{}, which has {} twice", read(), finding.element);
    case Anomaly::kGarbageRead:
      return fmt::format("{}, but nobody ever appended {}", read(), finding.element);
    case Anomaly::kFutureRead:
      return fmt::format("{}, but it appended {} itself, only later", read(), finding.element);
    case Anomaly::kInternal:
      return fmt::format("{}, which contradicts what it had itself read or appended of that key before",
                         read());
    case Anomaly::kLostUpdate: {
      const std::string start = read();
      return fmt::format("{}, so did {}, and both then appended to it: one of them did not see the other",
                         start, narrator->Name(finding.other));
    }
    default:
      break;
  }
  assert(false && "a cycle is no finding");
  return "";
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
  Narrator narrator(orders.history(), cycle.anomaly);
  for (std::size_t i = 0; i < cycle.transactions.size(); ++i) {
    const TransactionId from = cycle.transactions[i];
    const TransactionId to = cycle.transactions[(i + 1) % cycle.transactions.size()];
    const std::optional<Dependency> edge = FindDependency(orders, from, to, cycle.kinds[i]);
    assert(edge);
    // The sentence first: whoever comes first in it is introduced first.
    const std::string sentence = narrator.Sentence(*edge);
    narrator.SayEdge(
        fmt::format("{}: so {} comes before {}", sentence, narrator.Name(from), narrator.Name(to)), from, to,
        edge->kind);
  }
  std::string round = narrator.Name(cycle.transactions.front());
  for (std::size_t i = 1; i < cycle.transactions.size(); ++i) {
    round += " < " + narrator.Name(cycle.transactions[i]);
  }
  narrator.Say(fmt::format("no order has {} < {}", round, narrator.Name(cycle.transactions.front())));
  return std::move(narrator).Done();
}

Explanation ExplainFinding(const VersionOrders& orders, const Finding& finding) {
  Narrator narrator(orders.history(), finding.anomaly);
  narrator.Say(SentenceOf(orders, finding, &narrator));
  return std::move(narrator).Done();
}

Explanation ExplainUnreadConflict(const VersionOrders& orders, const UnreadConflict& conflict) {
  // If each read past the other, then whichever of them came first, the ww edge between them closes a cycle
  // with that one rw edge.
  const EdgeMask rw = MaskOf(EdgeKind::kRw);
  const bool skewed = (KindsBetween(orders, conflict.a, conflict.b) & rw) != 0 &&
                      (KindsBetween(orders, conflict.b, conflict.a) & rw) != 0;
  Narrator narrator(orders.history(), skewed ? Anomaly::kGSingle : Anomaly::kGNonadjacent);
  const std::string a = narrator.Name(conflict.a);
  const std::string b = narrator.Name(conflict.b);
  narrator.Say(fmt::format(
      "{} and {} both appended to {} and nobody read the one or the other, so either may have come first", a,
      b, narrator.KeyNamed(conflict.key)));
  if (conflict.is_proven_by_pair) {
    narrator.Say(
        fmt::format("{} took its snapshot before {} committed, and {} before {} did: neither saw the other, "
                    "so neither came first",
                    narrator.Name(conflict.a), narrator.Name(conflict.b), narrator.Name(conflict.b),
                    narrator.Name(conflict.a)));
  } else {
    narrator.Say(
        "together with other unread appends like these, no way to order them leaves every snapshot possible");
  }
  return std::move(narrator).Done();
}

}  // namespace fencepost::model::history
