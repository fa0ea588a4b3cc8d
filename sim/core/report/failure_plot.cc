#include "sim/core/report/failure_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sim/core/report/grouped_digits.h"
#include "sim/core/report/markup_text.h"

namespace fencepost::sim {
namespace {

constexpr double kPlotWidth = 1000;
constexpr double kPlotLeft = 210;   // where the axis begins; names stand before it
constexpr double kPlotRight = 740;  // where it ends; numbers stand behind it
constexpr double kPlotTop = 34;
constexpr double kPlotRowHeight = 30;
constexpr double kPlotCurveHeight = 22;

// Pixels for numbers of runs, a decade each.
class RunsAxis {
 public:
  explicit RunsAxis(const std::vector<FailurePlotRow>& rows) {
    std::uint64_t largest = 1;
    for (const FailurePlotRow& row : rows) {
      largest = std::max(largest, std::ranges::max(row.runs_to_failure.starts));
    }
    decades_ = std::max(1, static_cast<int>(std::ceil(std::log10(static_cast<double>(largest)))));
  }

  double At(std::uint64_t runs) const {
    return kPlotLeft + (kPlotRight - kPlotLeft) * std::log10(static_cast<double>(runs)) / decades_;
  }

  int decades() const { return decades_; }

 private:
  int decades_ = 1;
};

std::string PlotGrid(const RunsAxis& axis, double bottom) {
  std::string svg;
  std::uint64_t runs = 1;
  for (int decade = 0; decade <= axis.decades(); ++decade, runs *= 10) {
    const double x = axis.At(runs);
    svg += fmt::format("<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2:.1f}\"/>", x,
                       kPlotTop - 6, bottom);
    svg += fmt::format("<text class=\"value\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}{}</text>", x,
                       kPlotTop - 12, GroupedDigits(runs), decade == 0 ? " run" : "");
  }
  return svg;
}

std::string RowNumbers(const RunsToFailure& measured, double baseline) {
  const auto cell = [baseline](double x, const std::string& text) {
    return fmt::format("<text class=\"value\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", x,
                       baseline - 4, text);
  };
  return cell(kPlotRight + 70, GroupedDigits(measured.starts.size())) +
         cell(kPlotRight + 150, GroupedDigits(measured.Median().value_or(0))) +
         cell(kPlotWidth - 6, GroupedDigits(measured.SeedsFor95Percent().value_or(0)));
}

std::string PlotHeadings() {
  const auto cell = [](double x, const char* text) {
    return fmt::format("<text class=\"value\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", x,
                       kPlotTop - 12, text);
  };
  return cell(kPlotRight + 70, "starts") + cell(kPlotRight + 150, "median") +
         cell(kPlotWidth - 6, "95% within");
}

// The share of starts that had failed by then: a step up at each.
std::string PlotRow(const FailurePlotRow& row, const RunsAxis& axis, double baseline) {
  std::vector<std::uint64_t> starts = row.runs_to_failure.starts;
  std::ranges::sort(starts);
  const double step = kPlotCurveHeight / static_cast<double>(starts.size());
  std::string path = fmt::format("M{:.1f} {:.1f}", kPlotLeft, baseline);
  std::string rug;
  double y = baseline;
  for (const std::uint64_t runs : starts) {
    const double x = axis.At(runs);
    y -= step;
    path += fmt::format("H{:.1f}V{:.1f}", x, y);
    rug += fmt::format("M{:.1f} {:.1f}v3", x, baseline);
  }
  path += fmt::format("H{:.1f}", kPlotRight);
  const double median = axis.At(row.runs_to_failure.Median().value_or(1));
  std::string svg = "<g><title>";
  svg +=
      MarkupText(fmt::format("{}: of {} starts half had failed after {} runs, the slowest after {}", row.name,
                             starts.size(), row.runs_to_failure.Median().value_or(0), starts.back()));
  svg += "</title>";
  svg += fmt::format("<text class=\"label\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                     kPlotLeft - 12, baseline - 4, MarkupText(row.name));
  svg += fmt::format("<path class=\"curve\" d=\"{}V{:.1f}Z\"/>", path, baseline);
  svg += fmt::format("<path class=\"rise\" d=\"{}\"/>", path);
  svg += fmt::format("<path class=\"start\" d=\"{}\"/>", rug);
  svg += fmt::format("<line class=\"median\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>",
                     median, baseline - kPlotCurveHeight, baseline);
  return svg + RowNumbers(row.runs_to_failure, baseline) + "</g>\n";
}

}  // namespace

std::string FailurePlot(const std::vector<FailurePlotRow>& rows) {
  if (rows.empty()) return "";
  const RunsAxis axis(rows);
  const double bottom = kPlotTop + kPlotRowHeight * static_cast<double>(rows.size());
  std::string svg = fmt::format(
      "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {:.0f}\" role=\"img\" "
      "aria-label=\"Runs to the first failure\">\n",
      kPlotWidth, bottom + 8);
  svg += PlotGrid(axis, bottom) + PlotHeadings() + "\n";
  double baseline = kPlotTop;
  for (const FailurePlotRow& row : rows) svg += PlotRow(row, axis, baseline += kPlotRowHeight);
  return svg + "</svg>\n";
}

}  // namespace fencepost::sim
