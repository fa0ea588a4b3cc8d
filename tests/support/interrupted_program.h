// Ctrl-C, as a test presses it.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "tests/support/run_program.h"

namespace fencepost {

// Whether the process is the program by now, no longer the shell that begins it (which catches signals of its
// own), and heeds the signal: before, it would simply end.
inline bool Catches(pid_t process, int signal) {
  const std::string name = std::filesystem::path(FENCEPOST_PROGRAM).filename();
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  bool is_program = false;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("Name:")) is_program = line == "Name:\t" + name;
    if (!line.starts_with("SigCgt:")) continue;
    const unsigned long long caught = std::stoull(line.substr(7), nullptr, 16);
    return is_program && (caught >> (signal - 1) & 1) != 0;
  }
  return false;
}

inline std::string TextOf(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Runs the program with these arguments, sends the signal once the program listens to it and has said
// `until`, and waits for the end. Standard error joins the output.
inline ProgramRun RunInterrupted(const std::string& arguments, int signal, const std::string& until = "") {
  const std::string output = ScratchPath("interrupted.txt");
  const std::string command = "exec " + ProgramCommand(arguments) + " >" + output + " 2>&1";
  const pid_t process = fork();
  if (process == 0) {
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  ProgramRun run;
  int status = 0;
  constexpr std::chrono::milliseconds kPause(20);
  while (!Catches(process, signal) || TextOf(output).find(until) == std::string::npos) {
    if (waitpid(process, &status, WNOHANG) == process) {
      ADD_FAILURE() << arguments << " ended before it listened";
      return run;
    }
    std::this_thread::sleep_for(kPause);
  }
  kill(process, signal);
  waitpid(process, &status, 0);
  run.output = TextOf(output);
  run.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return run;
}

}  // namespace fencepost
