#include "sim/core/stack/line_lookup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <string>
#include <utility>

namespace fencepost::sim {
namespace {

// Where an address lies: a loaded file, and the address in it as the file's own tables count.
struct LoadedFile {
  std::string path;
  std::uintptr_t offset = 0;
};

struct AddressSearch {
  std::uintptr_t address;
  LoadedFile found;
};

int VisitLoadedFile(dl_phdr_info* info, std::size_t, void* argument) {
  AddressSearch& search = *static_cast<AddressSearch*>(argument);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    const std::uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    if (segment.p_type != PT_LOAD || search.address < begin || search.address - begin >= segment.p_memsz) {
      continue;
    }
    // The program itself goes by no name.
    const bool is_program = info->dlpi_name == nullptr || info->dlpi_name[0] == '\0';
    search.found.path = is_program ? "/proc/self/exe" : info->dlpi_name;
    search.found.offset = search.address - info->dlpi_addr;
    return 1;
  }
  return 0;
}

LoadedFile FileOf(std::uintptr_t address) {
  AddressSearch search{address, {}};
  ::dl_iterate_phdr(&VisitLoadedFile, &search);
  if (search.found.path != "/proc/self/exe") return search.found;
  std::array<char, 4096> path;
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length > 0) search.found.path.assign(path.data(), static_cast<std::size_t>(length));
  return search.found;
}

std::string ReadToEnd(int descriptor) {
  std::string out;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

// What the program of this name prints, given these arguments; empty if there is none or it fails.
std::string OutputOf(const char* program, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

  std::vector<std::string> owned = {program};
  owned.insert(owned.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& argument : owned) argv.push_back(argument.data());
  argv.push_back(nullptr);

  pid_t child = 0;
  const bool spawned = ::posix_spawnp(&child, program, &actions, nullptr, argv.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::string printed;
  if (spawned) printed = ReadToEnd(ends[0]);
  ::close(ends[0]);
  if (!spawned) return {};
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? printed : std::string();
}

std::string PrintLinesOf(const std::string& file, const std::vector<std::uintptr_t>& offsets) {
  std::vector<std::string> arguments = {"-e", file, "-a", "-i", "-f", "-C"};
  for (const std::uintptr_t offset : offsets) arguments.push_back(fmt::format("{:#x}", offset));
  for (const char* const program : {"llvm-addr2line", "addr2line"}) {
    std::string printed = OutputOf(program, arguments);
    if (!printed.empty()) return printed;
  }
  return {};
}

std::string_view TakeLine(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return line;
}

}  // namespace

std::vector<std::vector<StackFrame>> ParseAddr2Line(std::string_view printed) {
  std::vector<std::vector<StackFrame>> out;
  while (!printed.empty()) {
    const std::string_view line = TakeLine(printed);
    if (line.starts_with("0x")) {
      out.emplace_back();
      continue;
    }
    const std::string_view place = TakeLine(printed);
    if (out.empty() || line == "??") continue;
    StackFrame frame{WithoutTemplateArguments(line), {}};
    // GNU's may add " (discriminator 3)".
    if (!place.starts_with("??")) frame.place = place.substr(0, place.find(" ("));
    out.back().push_back(std::move(frame));
  }
  return out;
}

std::vector<std::vector<StackFrame>> LookUpLines(std::span<const std::uintptr_t> return_addresses) {
  std::vector<std::vector<StackFrame>> out(return_addresses.size());
  std::map<std::string, std::vector<std::size_t>> by_file;  // indexes of addresses
  std::vector<std::uintptr_t> offsets(return_addresses.size());
  for (std::size_t i = 0; i < return_addresses.size(); ++i) {
    // The call itself, not the instruction after it.
    LoadedFile file = FileOf(return_addresses[i] - 1);
    offsets[i] = file.offset;
    if (!file.path.empty()) by_file[file.path].push_back(i);
  }
  for (const auto& [file, indexes] : by_file) {
    std::vector<std::uintptr_t> wanted;
    for (const std::size_t index : indexes) wanted.push_back(offsets[index]);
    std::vector<std::vector<StackFrame>> found = ParseAddr2Line(PrintLinesOf(file, wanted));
    if (found.size() != wanted.size()) continue;
    for (std::size_t i = 0; i < indexes.size(); ++i) out[indexes[i]] = std::move(found[i]);
  }
  return out;
}

}  // namespace fencepost::sim
