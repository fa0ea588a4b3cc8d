#include "tests/page/browser.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

#include "tests/support/run_program.h"

extern char** environ;

namespace fencepost {
namespace {

using nlohmann::json;

constexpr int kPatienceMs = 60'000;  // a loaded machine is slow, a browser that hangs hangs for good

std::string Excerpt(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 400);
}

std::string FromBase64(std::string_view text) {
  std::string bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (const char c : text) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;
    buffer = buffer << 6 | static_cast<unsigned>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(buffer >> bits & 0xff);
  }
  return bytes;
}

}  // namespace

std::optional<std::string> FindChromium() {
  const auto is_program = [](const std::string& path) { return ::access(path.c_str(), X_OK) == 0; };
  if (const char* const named = std::getenv("CHROMIUM"); named != nullptr && is_program(named)) return named;
  const char* const folders = std::getenv("PATH");
  for (const char* const name : {"chromium", "chromium-browser", "google-chrome"}) {
    std::istringstream path(folders == nullptr ? "" : folders);
    for (std::string folder; std::getline(path, folder, ':');) {
      if (is_program(folder + "/" + name)) return folder + "/" + name;
    }
  }
  return std::nullopt;
}

std::unique_ptr<Browser> Browser::Start(const std::string& chromium) {
  auto browser = std::unique_ptr<Browser>(new Browser());
  if (!browser->Launch(chromium) || !browser->Attach()) {
    ADD_FAILURE() << chromium << " does not start";
    return nullptr;
  }
  return browser;
}

// It reads our calls from descriptor 3 and answers on descriptor 4.
bool Browser::Launch(const std::string& chromium) {
  std::array<int, 2> calls{};
  std::array<int, 2> answers{};
  if (::pipe2(calls.data(), O_CLOEXEC) != 0 || ::pipe2(answers.data(), O_CLOEXEC) != 0) return false;
  to_browser_ = calls[1];
  from_browser_ = answers[0];
  profile_ = ScratchPath("chromium-profile");
  // Pages are our own, and tests often run as root, where its sandbox does not work.
  std::vector<std::string> arguments = {chromium,
                                        "--headless",
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--no-first-run",
                                        "--disable-dev-shm-usage",
                                        "--disable-background-networking",
                                        "--remote-debugging-pipe",
                                        "--user-data-dir=" + profile_,
                                        "about:blank"};
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  // By way of numbers that are not in use: 3 and 4 may be ends of these very pipes.
  constexpr int kCalls = 103;
  constexpr int kAnswers = 104;
  posix_spawn_file_actions_adddup2(&actions, calls[0], kCalls);
  posix_spawn_file_actions_adddup2(&actions, answers[1], kAnswers);
  posix_spawn_file_actions_adddup2(&actions, kCalls, 3);
  posix_spawn_file_actions_adddup2(&actions, kAnswers, 4);
  posix_spawn_file_actions_addclose(&actions, kCalls);
  posix_spawn_file_actions_addclose(&actions, kAnswers);
  const int error = ::posix_spawn(&process_, chromium.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(calls[0]);
  ::close(answers[1]);
  if (error != 0) process_ = -1;
  return error == 0;
}

bool Browser::Attach() {
  std::string target;
  const json targets = Call("Target.getTargets").value("targetInfos", json::array());
  for (const json& one : targets) {
    if (one["type"] == "page") target = one["targetId"];
  }
  if (target.empty()) return false;
  const json attached = Call("Target.attachToTarget", {{"targetId", target}, {"flatten", true}});
  if (!attached.contains("sessionId")) return false;
  session_ = attached["sessionId"];
  for (const char* const domain : {"Page", "Runtime", "Log", "Network"})
    Call(std::string(domain) + ".enable");
  return !broken_;
}

Browser::~Browser() {
  if (process_ > 0) {
    ::close(to_browser_);
    ::close(from_browser_);
    // Its children end with it; what they still wanted to write is of no interest.
    ::kill(process_, SIGTERM);
    int status = 0;
    bool ended = false;
    for (int attempt = 0; attempt < 100 && !ended; ++attempt) {
      ended = ::waitpid(process_, &status, WNOHANG) != 0;
      if (!ended) ::usleep(50'000);
    }
    if (!ended) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, &status, 0);
    }
  }
  for (int attempt = 0; attempt < 20 && !profile_.empty(); ++attempt) {
    std::error_code error;
    std::filesystem::remove_all(profile_, error);
    if (!std::filesystem::exists(profile_, error)) break;
    ::usleep(50'000);
  }
}

std::optional<json> Browser::Receive() {
  while (true) {
    const std::size_t end = received_.find('\0');
    if (end != std::string::npos) {
      json message = json::parse(received_.substr(0, end), nullptr, false);
      received_.erase(0, end + 1);
      return message;
    }
    pollfd waiting{from_browser_, POLLIN, 0};
    if (::poll(&waiting, 1, kPatienceMs) <= 0) return std::nullopt;
    std::array<char, 65536> chunk{};
    const ssize_t size = ::read(from_browser_, chunk.data(), chunk.size());
    if (size <= 0) return std::nullopt;
    received_.append(chunk.data(), static_cast<std::size_t>(size));
  }
}

json Browser::Call(const std::string& method, json params) {
  if (broken_) return json::object();
  json call = {{"id", ++last_call_}, {"method", method}, {"params", std::move(params)}};
  if (!session_.empty()) call["sessionId"] = session_;
  std::string text = call.dump();
  text += '\0';
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t size = ::write(to_browser_, text.data() + sent, text.size() - sent);
    if (size <= 0) break;
    sent += static_cast<std::size_t>(size);
  }
  while (const std::optional<json> message = Receive()) {
    if (!message->contains("id")) {
      TakeEvent(*message);
    } else if ((*message)["id"] == last_call_) {
      if (message->contains("error")) ADD_FAILURE() << method << ": " << Excerpt((*message)["error"]);
      return message->value("result", json::object());
    }
  }
  broken_ = true;
  ADD_FAILURE() << "the browser does not answer " << method;
  return json::object();
}

void Browser::TakeEvent(const json& event) {
  const std::string method = event.value("method", "");
  const json params = event.value("params", json::object());
  if (method == "Page.loadEventFired") loaded_ = true;
  if (method == "Runtime.exceptionThrown") {
    const json details = params.value("exceptionDetails", json::object());
    const bool has_object = details.contains("exception") && details["exception"].contains("description");
    complaints_.push_back("exception: " +
                          Excerpt(has_object ? details["exception"]["description"] : details["text"]));
  }
  if (method == "Runtime.consoleAPICalled") complaints_.push_back("console: " + Excerpt(params["args"]));
  // What it says to whoever reads pixels: that is us, not the page.
  const std::string text = method == "Log.entryAdded" ? params["entry"].value("text", "") : "";
  if (!text.empty() && text.find("willReadFrequently") == std::string::npos)
    complaints_.push_back("log: " + text);
  if (method == "Network.requestWillBeSent" && params["request"]["url"] != address_) {
    requests_.push_back(params["request"]["url"].get<std::string>().substr(0, 200));
  }
}

void Browser::Emulate(const Viewport& viewport) {
  Call("Emulation.setDeviceMetricsOverride",
       {{"width", viewport.width}, {"height", viewport.height}, {"deviceScaleFactor", 1}, {"mobile", false}});
  const char* const scheme = viewport.dark ? "dark" : "light";
  Call("Emulation.setEmulatedMedia",
       {{"features", json::array({{{"name", "prefers-color-scheme"}, {"value", scheme}}})}});
}

void Browser::Open(const std::string& path, const Viewport& viewport) {
  Emulate(viewport);
  complaints_.clear();
  requests_.clear();
  loaded_ = false;
  address_ = "file://" + path;
  const auto begun = std::chrono::steady_clock::now();
  Call("Page.navigate", {{"url", address_}});
  while (!loaded_ && !broken_) {
    const std::optional<json> message = Receive();
    broken_ = !message.has_value();
    if (broken_) {
      ADD_FAILURE() << path << " does not load";
    } else {
      TakeEvent(*message);
    }
  }
  AwaitFrame();
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begun;
  load_ms_ = taken.count();
}

json Browser::Evaluate(const std::string& expression) {
  const json result =
      Call("Runtime.evaluate", {{"expression", expression}, {"awaitPromise", true}, {"returnByValue", true}});
  if (result.contains("exceptionDetails")) {
    ADD_FAILURE() << Excerpt(result["exceptionDetails"]["exception"]) << " from "
                  << expression.substr(0, 200);
  }
  return result.contains("result") ? result["result"].value("value", json()) : json();
}

void Browser::AwaitFrame() {
  Evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
}

void Browser::Mouse(const std::string& type, double x, double y, json more) {
  json params = {{"type", type}, {"x", x}, {"y", y}};
  params.update(more);
  Call("Input.dispatchMouseEvent", std::move(params));
}

void Browser::MoveMouse(double x, double y) {
  Mouse("mouseMoved", x, y, json::object());
  AwaitFrame();
}

void Browser::Drag(double x, double y, double to_x, double to_y) {
  const json left = {{"button", "left"}, {"buttons", 1}, {"clickCount", 1}};
  Mouse("mousePressed", x, y, left);
  Mouse("mouseMoved", (x + to_x) / 2, (y + to_y) / 2, left);
  Mouse("mouseMoved", to_x, to_y, left);
  Mouse("mouseReleased", to_x, to_y, left);
  AwaitFrame();
}

void Browser::Wheel(double x, double y, double delta) {
  Mouse("mouseWheel", x, y, {{"deltaX", 0}, {"deltaY", delta}});
  AwaitFrame();
}

void Browser::PressKey(const std::string& key) {
  json params = {{"type", "keyDown"}, {"key", key}};
  if (key.size() == 1) params["text"] = key;
  Call("Input.dispatchKeyEvent", params);
  Call("Input.dispatchKeyEvent", {{"type", "keyUp"}, {"key", key}});
  AwaitFrame();
}

void Browser::SavePicture(const std::string& path) {
  const json picture = Call("Page.captureScreenshot", {{"format", "png"}});
  if (!picture.contains("data")) return;
  std::ofstream(path, std::ios::binary) << FromBase64(picture["data"].get<std::string>());
}

}  // namespace fencepost
