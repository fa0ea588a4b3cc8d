#include "sim/world/narration/anomaly_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>

namespace fencepost::sim {
namespace {

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

std::string Replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// What orders two transactions of which neither saw the other: who was done before whom.
std::string TellOrder(const Timeline& timeline, const Span& from, const Span& to, bool of_one_client) {
  const std::string& client = timeline.lanes[from.lane].name;
  return of_one_client
             ? fmt::format("{} ran {}, done at {}, before {}, begun at {}: so {} comes before {}", client,
                           from.name, FormatTime(from.until), to.name, FormatTime(to.from), from.name,
                           to.name)
             : fmt::format("{} was done at {}, before {} began at {}: so {} comes before {}", from.name,
                           FormatTime(from.until), to.name, FormatTime(to.from), from.name, to.name);
}

// Which node the client heard from last before that time; nothing if it heard from none.
std::optional<TimelineMessage> LastAnswer(const Timeline& timeline, const Span& span) {
  std::optional<TimelineMessage> last;
  for (const TimelineMessage& message : timeline.messages) {
    if (message.sent > span.until) break;
    const bool is_answer = message.to == span.lane && timeline.lanes[message.from].kind == LaneKind::kNode;
    if (!is_answer || message.lost || message.arrives < span.from || message.arrives > span.until) continue;
    if (!last.has_value() || message.arrives >= last->arrives) last = message;
  }
  return last;
}

// By group: the last entry of its log that was agreed on by then, or that the replica in that lane had
// applied.
std::map<std::uint64_t, std::uint64_t> LogEnds(const Timeline& timeline, Moment time,
                                               std::optional<std::size_t> replica) {
  std::map<std::uint64_t, std::uint64_t> ends;
  for (const TimelineEvent& event : timeline.events) {
    if (event.time > time) break;
    const bool counts = replica.has_value() ? event.kind == EventKind::kApply && event.lane == *replica
                                            : event.kind == EventKind::kLog;
    if (!counts || !event.position.has_value()) continue;
    std::uint64_t& end = ends[event.position->group];
    end = std::max(end, event.position->index);
  }
  return ends;
}

}  // namespace

std::string TellWhoAnswered(const Timeline& timeline, const Span& span) {
  const std::optional<TimelineMessage> answer = LastAnswer(timeline, span);
  if (!answer.has_value()) return "";
  const auto applied = LogEnds(timeline, answer->sent, answer->from);
  const auto hosted =
      LogEnds(timeline, timeline.end, answer->from);  // a node has replicas of some groups only
  std::string behind;
  for (const auto& [group, end] : LogEnds(timeline, answer->sent, std::nullopt)) {
    if (!hosted.contains(group)) continue;
    const auto known = applied.find(group);
    if (known == applied.end()) {
      behind += fmt::format(", which had applied nothing yet of the log of group {}, of [{}]", group, end);
    } else if (known->second < end) {
      behind += fmt::format(", which had applied the log of group {} up to [{}] of [{}]", group,
                            known->second, end);
    }
  }
  if (behind.empty()) return "";
  return fmt::format("{} was answered by {} at {}{}", span.name, timeline.lanes[answer->from].name,
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

Timeline::Cycle TellAnomaly(const Timeline& timeline, const TraceNotes::HistoryAnomaly& anomaly,
                            std::vector<std::size_t> spans) {
  Timeline::Cycle cycle;
  cycle.anomaly = anomaly.name;
  cycle.edges = anomaly.edges;
  cycle.sentences = anomaly.sentences;
  cycle.spans = std::move(spans);
  const auto span_of = [&](std::size_t transaction) -> const Span& {
    return timeline.spans[cycle.spans[transaction]];
  };
  // The first sentences are those of the edges; behind them comes what follows from all of them.
  for (std::size_t i = 0; i < cycle.edges.size(); ++i) {
    TraceNotes::HistoryAnomaly::Edge& edge = cycle.edges[i];
    if (edge.kind != "process" && edge.kind != "realtime") continue;
    edge.sentence = TellOrder(timeline, span_of(edge.from), span_of(edge.to), edge.kind == "process");
    if (i < cycle.sentences.size()) cycle.sentences[i] = edge.sentence;
  }
  for (std::size_t i = 0; i < cycle.spans.size(); ++i) {
    const Span& span = span_of(i);
    const std::string introduced =
        fmt::format("({}, begun at {})", timeline.lanes[span.lane].name, FormatTime(span.from));
    const std::string& as = anomaly.transactions[i].introduced_as;
    for (std::string& one : cycle.sentences) one = Replaced(std::move(one), as, introduced);
    for (TraceNotes::HistoryAnomaly::Edge& edge : cycle.edges)
      edge.sentence = Replaced(std::move(edge.sentence), as, introduced);
  }
  return cycle;
}

}  // namespace fencepost::sim
