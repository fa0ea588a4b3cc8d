// `fencepost check-history`: judges a history that clients recorded, of the simulator or of a real cluster.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "model/history/linearizability.h"
#include "model/history/list_append.h"
#include "model/history/parse_history.h"
#include "sim/cli/commands.h"

namespace fencepost::sim::cli {
namespace {

namespace history = model::history;

struct Arguments {
  std::string file;
  std::string model = "list-append";
  std::string level = "strict-serializable";
  bool json = false;
};

struct FileAnswer {
  std::optional<history::ParseFailure> failure;
  history::Judgement judgement;
};

FileAnswer JudgeListAppend(std::istream& input, history::Level level) {
  FileAnswer answer;
  history::ListAppendHistory transactions;
  answer.failure = history::ParseListAppendHistory(input, &transactions);
  if (!answer.failure) answer.judgement = history::CheckListAppend(transactions, level);
  return answer;
}

FileAnswer JudgeRegisters(std::istream& input) {
  FileAnswer answer;
  history::RegisterHistory operations;
  answer.failure = history::ParseRegisterHistory(input, &operations);
  if (!answer.failure) answer.judgement = history::CheckRegisters(operations);
  return answer;
}

void PrintJson(const Arguments& arguments, const history::Judgement& judgement) {
  nlohmann::ordered_json result;
  switch (judgement.validity) {
    case history::Validity::kValid:
      result["valid"] = true;
      break;
    case history::Validity::kInvalid:
      result["valid"] = false;
      break;
    case history::Validity::kUnknown:
      result["valid"] = "unknown";
      result["reason"] = judgement.unknown_reason;
      break;
  }
  result["model"] = arguments.model;
  result["level"] = arguments.level;
  result["transactions"] = judgement.transactions;
  result["anomalies"] = nlohmann::ordered_json::array();
  for (const history::Anomaly anomaly : judgement.anomalies) {
    result["anomalies"].push_back(history::AnomalyName(anomaly));
  }
  result["explanations"] = nlohmann::ordered_json::array();
  for (const history::Explanation& explanation : judgement.explanations) {
    result["explanations"].push_back(
        {{"anomaly", history::AnomalyName(explanation.anomaly)}, {"cycle", explanation.sentences}});
  }
  // Keys may hold any bytes; a judgement on them is printed all the same.
  const std::string text = result.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  fmt::print("{}\n", text);
}

void PrintWords(const Arguments& arguments, const history::Judgement& judgement) {
  const char* const unit = arguments.model == "register" ? "operations" : "transactions";
  switch (judgement.validity) {
    case history::Validity::kValid:
      fmt::print("{}: valid, {} ({} {})\n", arguments.file, arguments.level, judgement.transactions, unit);
      return;
    case history::Validity::kUnknown:
      fmt::print("{}: unknown whether {}: {} ({} {})\n", arguments.file, arguments.level,
                 judgement.unknown_reason, judgement.transactions, unit);
      return;
    case history::Validity::kInvalid:
      break;
  }
  std::string names;
  for (const history::Anomaly anomaly : judgement.anomalies) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", history::AnomalyName(anomaly));
  }
  fmt::print("{}: INVALID, not {}: {} ({} {})\n", arguments.file, arguments.level, names,
             judgement.transactions, unit);
  for (const history::Explanation& explanation : judgement.explanations) {
    fmt::print("\n{}\n", history::AnomalyName(explanation.anomaly));
    for (const std::string& sentence : explanation.sentences) fmt::print("  {}\n", sentence);
  }
}

ExitStatus CheckHistory(const Arguments& arguments) {
  const std::optional<history::Level> level = history::LevelFromName(arguments.level);
  const bool is_register = arguments.model == "register";
  if (!level || (is_register && *level != history::Level::kStrictSerializable)) {
    fmt::print(stderr,
               "fencepost check-history: registers are judged for linearizability, which is {}; not {}\n",
               history::LevelName(history::Level::kStrictSerializable), arguments.level);
    return ExitStatus::kBadInput;
  }
  std::ifstream input(arguments.file, std::ios::binary);
  if (!input) {
    fmt::print(stderr, "{}: cannot be opened\n", arguments.file);
    return ExitStatus::kBadInput;
  }
  const FileAnswer answer = is_register ? JudgeRegisters(input) : JudgeListAppend(input, *level);
  if (answer.failure) {
    fmt::print(stderr, "{}:{}: {}\n", arguments.file, answer.failure->line, answer.failure->reason);
    return ExitStatus::kBadInput;
  }
  if (input.bad()) {
    fmt::print(stderr, "{}: cannot be read\n", arguments.file);
    return ExitStatus::kBadInput;
  }
  if (arguments.json) {
    PrintJson(arguments, answer.judgement);
  } else {
    PrintWords(arguments, answer.judgement);
  }
  // "unknown" must not pass for valid in a script that looks at the status alone.
  return answer.judgement.validity == history::Validity::kValid ? ExitStatus::kAsExpected
                                                                : ExitStatus::kViolation;
}

}  // namespace

void AddCheckHistory(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* command = program.add_subcommand(
      "check-history", "Judges a history of transactions or register operations, from anywhere");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "The history, one JSON object per line, as Jepsen writes it")
      ->required();
  command->add_option("--model", arguments->model, "What the operations are")
      ->check(CLI::IsMember({"list-append", "register"}))
      ->capture_default_str();
  command
      ->add_option("--level", arguments->level,
                   "The isolation level to judge by; registers know only the default, which for them is "
                   "linearizability")
      ->check(CLI::IsMember({"read-committed", "snapshot-isolation", "serializable", "strict-serializable"}))
      ->capture_default_str();
  command->add_flag("--json", arguments->json,
                    "Print one JSON object: valid (true, false or \"unknown\"), anomalies, explanations");
  command->footer(
      "Exit status: 0 valid, 1 invalid or unknown, 2 malformed (with file, line and reason).\n"
      "Example:\n"
      "  fencepost check-history tests/data/histories/g-single-fractured-read.jsonl --level "
      "snapshot-isolation\n");
  command->callback([arguments, exit_status] { *exit_status = CheckHistory(*arguments); });
}

}  // namespace fencepost::sim::cli
