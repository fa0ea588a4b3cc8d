#include "sim/world/narration/anomaly_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/world/events/group_events.h"

namespace fencepost::sim {
namespace {

using model::history::EdgeKind;
using HistoryExplanation = model::history::Explanation;

struct Meaning {
  std::string_view name;
  std::string_view meaning;
};

// Longest name first where one begins another.
constexpr std::array kMeanings = {
    Meaning{"G0", "a dirty write: transactions overwrote one another in opposite orders"},
    Meaning{"G1c", "circular information flow: each of these transactions saw something of the next one"},
    Meaning{"G1a", "an aborted read: a committed transaction saw a write of one that failed"},
    Meaning{"G1b", "an intermediate read: a transaction saw a write that its writer followed by another"},
    Meaning{"G-single", "read skew: a transaction missed a write that had to come before it"},
    Meaning{"G-nonadjacent", "a long fork or its like: transactions missed one another's writes in a circle"},
    Meaning{"G2-item", "write skew: each transaction missed the write of the next"},
    Meaning{"incompatible-order", "a list whose past has changed: two reads of one key cannot both be right"},
    Meaning{"duplicate-elements", "one append took effect twice"},
    Meaning{"lost-update",
            "a lost update: two transactions read the same and both wrote, neither having seen the other"},
    Meaning{"internal", "a transaction did not see its own writes"},
    Meaning{"dirty-update", "a committed write lies on top of one that was rolled back"},
};

std::string_view LabelOfEdge(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kWw:
      return "ww: overwrote";
    case EdgeKind::kWr:
      return "wr: saw";
    case EdgeKind::kRw:
      return "rw: missed";
    case EdgeKind::kProcess:
      return "same client";
    case EdgeKind::kRealtime:
      return "real time";
    case EdgeKind::kPass:
      break;
  }
  return "";
}

// The sentences of an explanation, in the names of this run.
class Retelling {
 public:
  // `spans`: those of the explanation's transactions, in their order. Nothing is owned.
  Retelling(const Timeline& timeline, const HistoryExplanation& explanation,
            const std::vector<std::size_t>& spans)
      : timeline_(timeline), explanation_(explanation), spans_(spans) {}

  // The first sentences are those of the edges; behind them comes what follows from all of them.
  std::string Sentence(std::size_t sentence) const {
    if (sentence < explanation_.edges.size()) {
      const HistoryExplanation::Edge& edge = explanation_.edges[sentence];
      if (edge.kind == EdgeKind::kProcess) return TellOrderOfClient(sentence, edge);
      if (edge.kind == EdgeKind::kRealtime) return TellOrderInTime(sentence, edge);
    }
    // From the back, so that the places in front stay where they are.
    std::string text = explanation_.sentences[sentence];
    for (auto one = explanation_.introductions.rbegin(); one != explanation_.introductions.rend(); ++one) {
      if (one->sentence == sentence) text.replace(one->begin, one->length, Introduce(one->transaction));
    }
    return text;
  }

 private:
  const Span& SpanOf(std::size_t transaction) const { return timeline_.spans[spans_[transaction]]; }

  std::string Introduce(std::size_t transaction) const {
    const Span& span = SpanOf(transaction);
    return fmt::format("({}, begun at {})", timeline_.lanes[span.lane].name, FormatTime(span.from));
  }

  // "T1", introduced where the checker's sentence does so.
  std::string Name(std::size_t sentence, std::size_t transaction) const {
    const std::string& name = SpanOf(transaction).name;
    const bool introduces = std::ranges::any_of(explanation_.introductions, [&](const auto& one) {
      return one.sentence == sentence && one.transaction == transaction;
    });
    return introduces ? name + " " + Introduce(transaction) : name;
  }

  // What orders two transactions of which neither saw the other: who was done before whom.
  std::string TellOrderOfClient(std::size_t sentence, const HistoryExplanation::Edge& edge) const {
    const Span& from = SpanOf(edge.from);
    const Span& to = SpanOf(edge.to);
    return fmt::format("{} ran {}, done at {}, before {}, begun at {}: so {} comes before {}",
                       timeline_.lanes[from.lane].name, Name(sentence, edge.from), FormatTime(from.until),
                       Name(sentence, edge.to), FormatTime(to.from), from.name, to.name);
  }
  std::string TellOrderInTime(std::size_t sentence, const HistoryExplanation::Edge& edge) const {
    const Span& from = SpanOf(edge.from);
    const Span& to = SpanOf(edge.to);
    return fmt::format("{} was done at {}, before {} began at {}: so {} comes before {}",
                       Name(sentence, edge.from), FormatTime(from.until), Name(sentence, edge.to),
                       FormatTime(to.from), from.name, to.name);
  }

  const Timeline& timeline_;
  const HistoryExplanation& explanation_;
  const std::vector<std::size_t>& spans_;
};

// Which node the client heard from last before that time; nothing if it heard from none.
std::optional<TimelineMessage> LastAnswer(const WorldTimeline& world, const Span& span) {
  std::optional<TimelineMessage> last;
  for (const TimelineMessage& message : world.timeline.messages) {
    if (message.sent > span.until) break;
    const bool is_answer = message.to == span.lane && world.IsNode(message.from);
    if (!is_answer || message.lost || message.arrives < span.from || message.arrives > span.until) continue;
    if (!last.has_value() || message.arrives >= last->arrives) last = message;
  }
  return last;
}

using LogEnds = std::map<GroupId, LogIndex>;

// By group: the last entry of its log that was agreed on by then.
LogEnds AgreedBy(const WorldTimeline& world, Moment time) {
  LogEnds ends;
  for (const LoggedEntry& entry : world.entries) {
    if (entry.time > time) break;
    ends[entry.group] = std::max(ends[entry.group], entry.index);
  }
  return ends;
}

// By group: the last entry that the replica on the node of that lane had applied by then.
LogEnds AppliedBy(const WorldTimeline& world, Moment time, std::size_t lane) {
  LogEnds ends;
  for (std::size_t event = 0; event < world.told.size(); ++event) {
    if (world.timeline.events[event].time > time) break;
    if (world.timeline.events[event].lane != lane) continue;
    const auto* const applied = world.As<EntryApplied::Kept>(event);
    if (applied != nullptr) ends[applied->group] = std::max(ends[applied->group], applied->index);
  }
  return ends;
}

}  // namespace

std::string TellWhoAnswered(const WorldTimeline& world, const Span& span) {
  const std::optional<TimelineMessage> answer = LastAnswer(world, span);
  if (!answer.has_value()) return "";
  const LogEnds applied = AppliedBy(world, answer->sent, answer->from);
  const LogEnds hosted = AppliedBy(world, world.timeline.end, answer->from);  // of some groups only
  std::string behind;
  for (const auto& [group, end] : AgreedBy(world, answer->sent)) {
    if (!hosted.contains(group)) continue;
    const auto known = applied.find(group);
    if (known == applied.end()) {
      behind += fmt::format(", which had applied nothing yet of the log of group {}, of [{}]", group.value,
                            end.value);
    } else if (known->second < end) {
      behind += fmt::format(", which had applied the log of group {} up to [{}] of [{}]", group.value,
                            known->second.value, end.value);
    }
  }
  if (behind.empty()) return "";
  return fmt::format("{} was answered by {} at {}{}", span.name, world.timeline.lanes[answer->from].name,
                     FormatTime(answer->sent), behind);
}

std::string ExplainAnomaly(std::string_view name) {
  for (const Meaning& meaning : kMeanings) {
    if (!name.starts_with(meaning.name)) continue;
    std::string text = fmt::format("{} is {}", name, meaning.meaning);
    if (name.ends_with("-realtime"))
      text += "; real time makes it one: what was complete before must be seen afterwards";
    if (name.ends_with("-process"))
      text += "; one client's own order makes it one: it must see what it has seen or done before";
    return text + ".";
  }
  return "";
}

std::optional<SpanCycle> TellAnomaly(WorldTimeline* world, const model::history::Explanation& explanation) {
  Timeline& timeline = world->timeline;
  SpanCycle cycle;
  cycle.name = AnomalyName(explanation.anomaly);
  cycle.heading = "Why no order of the transactions explains what clients saw";
  for (const std::uint32_t transaction : explanation.transactions) {
    if (transaction >= world->list_transactions.size()) return std::nullopt;
    cycle.spans.push_back(world->list_transactions[transaction]);
  }
  for (std::size_t i = 0; i < cycle.spans.size(); ++i)
    timeline.spans[cycle.spans[i]].name = fmt::format("T{}", i + 1);
  const Retelling retelling(timeline, explanation, cycle.spans);
  for (std::size_t i = 0; i < explanation.sentences.size(); ++i)
    cycle.sentences.push_back(retelling.Sentence(i));
  for (std::size_t i = 0; i < explanation.edges.size(); ++i) {
    const HistoryExplanation::Edge& edge = explanation.edges[i];
    cycle.edges.push_back(
        SpanCycle::Edge{edge.from, edge.to, std::string(LabelOfEdge(edge.kind)), cycle.sentences[i]});
  }
  return cycle;
}

}  // namespace fencepost::sim
