#include "sim/world/groups/entry.h"

#include <fmt/format.h>

#include <cassert>
#include <charconv>

namespace fencepost::sim {
namespace {

constexpr std::string_view kAppendWord = "append ";
constexpr std::string_view kPutWord = "put ";

std::string DescribeWrite(const KeyWrite& write) {
  return fmt::format("{} to {} under epoch {}", write.payload, QuoteKey(write.key), write.epoch.value);
}

std::string DescribeRead(const KeyRead& read) {
  return fmt::format("{} at version {} under epoch {}", QuoteKey(read.key), read.version, read.epoch.value);
}

std::string DescribePart(const Participant& part) {
  std::string text;
  for (const KeyWrite& write : part.writes) text += (text.empty() ? "" : ", ") + DescribeWrite(write);
  if (part.reads.empty()) return text;
  text += text.empty() ? "having read " : "; having read ";
  for (std::size_t i = 0; i < part.reads.size(); ++i)
    text += (i == 0 ? "" : ", ") + DescribeRead(part.reads[i]);
  return text;
}

std::string DescribePin(const ObservedVersion& pin) {
  return pin.pinned() ? fmt::format(", pinned to version {}", pin.version().value) : std::string();
}

std::string DescribeOne(const NoOpEntry&) { return "nothing"; }

std::string DescribeOne(const OwnershipEntry& entry) { return FormatEntry(entry); }

std::string DescribeOne(const CommitEntry& entry) {
  return fmt::format("commit transaction {} at {} ({}{})", entry.request.id.value,
                     entry.request.commit_ts.value, DescribePart(entry.request.part), DescribePin(entry.pin));
}

std::string DescribeOne(const PrepareEntry& entry) {
  return fmt::format("prepare transaction {} from {} on ({}{})", entry.request.id.value,
                     entry.request.earliest_commit.value, DescribePart(entry.request.part),
                     DescribePin(entry.pin));
}

std::string DescribeRecord(const TransactionRecord& record) {
  if (record.outcome == TransactionOutcome::kAborted)
    return fmt::format("transaction {} is aborted", record.id.value);
  return fmt::format("transaction {} is committed at {}", record.id.value, record.commit_ts.value);
}

std::string DescribeOne(const DecideEntry& entry) { return "decide that " + DescribeRecord(entry.proposed); }

std::string DescribeOne(const ResolveEntry& entry) {
  return fmt::format("resolve: {}{}", DescribeRecord(entry.record),
                     entry.part.writes.empty() ? "" : " (" + DescribePart(entry.part) + ")");
}

std::string DescribeOne(const CopyEntry& entry) {
  return fmt::format("copy {} for epoch {} ({} keys)", FormatRange(entry.range), entry.epoch.value,
                     entry.values.size());
}

std::string DescribeOne(const DropEntry& entry) {
  return fmt::format("drop what was copied of {} up to epoch {}", FormatRange(entry.range),
                     entry.epoch.value);
}

struct TransactionOfEntry {
  using Answer = std::optional<TransactionId>;

  Answer operator()(const NoOpEntry&) const { return std::nullopt; }
  Answer operator()(const OwnershipEntry&) const { return std::nullopt; }
  Answer operator()(const CommitEntry& entry) const { return entry.request.id; }
  Answer operator()(const PrepareEntry& entry) const { return entry.request.id; }
  Answer operator()(const DecideEntry& entry) const { return entry.proposed.id; }
  Answer operator()(const ResolveEntry& entry) const { return entry.record.id; }
  Answer operator()(const CopyEntry&) const { return std::nullopt; }
  Answer operator()(const DropEntry&) const { return std::nullopt; }
};

}  // namespace

std::string FormatOperation(const Operation& operation) {
  std::string text(operation.kind == Operation::Kind::kAppend ? kAppendWord : kPutWord);
  return text += std::to_string(operation.element);
}

Operation ParseOperation(std::string_view payload) {
  Operation operation;
  const bool puts = payload.starts_with(kPutWord);
  assert(puts || payload.starts_with(kAppendWord));
  if (puts) operation.kind = Operation::Kind::kPut;
  payload.remove_prefix(puts ? kPutWord.size() : kAppendWord.size());
  const char* end = payload.data() + payload.size();
  [[maybe_unused]] const auto parsed = std::from_chars(payload.data(), end, operation.element);
  assert(parsed.ec == std::errc() && parsed.ptr == end);
  return operation;
}

std::optional<TransactionId> TransactionOf(const Entry& entry) {
  return std::visit(TransactionOfEntry(), entry);
}

std::string DescribeEntry(const Entry& entry) {
  return std::visit([](const auto& known) { return DescribeOne(known); }, entry);
}

}  // namespace fencepost::sim
