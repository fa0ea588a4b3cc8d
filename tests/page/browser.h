// A headless Chromium with one page open, driven through its DevTools protocol over a pair of pipes.
//
// What the page does wrong is collected, not reported: exceptions, messages on the console, requests.
// Whatever goes wrong with the browser itself fails the test that uses it.
//
// Single-threaded.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace fencepost {

// The path of a Chromium: what the variable CHROMIUM names, or the first of its usual names in PATH.
std::optional<std::string> FindChromium();

struct Viewport {
  int width = 1600;
  int height = 900;
  bool dark = false;
};

class Browser {
 public:
  // Null when it does not start; the test has failed then.
  static std::unique_ptr<Browser> Start(const std::string& chromium);
  ~Browser();

  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  // Opens the file and waits until it is loaded and drawn once; forgets the troubles of the last one.
  void Open(const std::string& path, const Viewport& viewport);
  void Emulate(const Viewport& viewport);

  // The value of a JavaScript expression, awaited if it is a promise.
  nlohmann::json Evaluate(const std::string& expression);
  // Waits until what was asked for is on the screen.
  void AwaitFrame();

  void MoveMouse(double x, double y);
  void Drag(double x, double y, double to_x, double to_y);
  void Wheel(double x, double y, double delta);
  void PressKey(const std::string& key);

  void SavePicture(const std::string& path);

  // Exceptions, and whatever is on the console.
  const std::vector<std::string>& complaints() const { return complaints_; }
  // What the page asked for, besides itself.
  const std::vector<std::string>& requests() const { return requests_; }
  double load_ms() const { return load_ms_; }

 private:
  Browser() = default;

  bool Launch(const std::string& chromium);
  bool Attach();
  nlohmann::json Call(const std::string& method, nlohmann::json params = nlohmann::json::object());
  // The next message; nothing when none comes in time.
  std::optional<nlohmann::json> Receive();
  void TakeEvent(const nlohmann::json& event);
  void Mouse(const std::string& type, double x, double y, nlohmann::json more);

  pid_t process_ = -1;
  int to_browser_ = -1;
  int from_browser_ = -1;
  std::string profile_;  // a folder of its own
  std::string session_;
  std::string received_;
  std::uint64_t last_call_ = 0;
  bool broken_ = false;  // said once, then nothing works any more
  bool loaded_ = false;
  double load_ms_ = 0;
  std::string address_;
  std::vector<std::string> complaints_;
  std::vector<std::string> requests_;
};

}  // namespace fencepost
