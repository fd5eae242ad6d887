// Draws a figure as SVG that stands by itself or inside a page: no script, no
// style sheet, no reference; a title and a description for who cannot see it.
//
// One thread.
#ifndef CONSILIUM_SERVER_PAGE_SVG_CANVAS_H_
#define CONSILIUM_SERVER_PAGE_SVG_CANVAS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/base/html.h"

namespace consilium {

// Colours of figures; ink on white, with contrast of at least 4.5 to 1. In the
// dark the style of the page gives each another.
inline constexpr absl::string_view kInk = "#1b1f24";
inline constexpr absl::string_view kSoftInk = "#57606a";
inline constexpr absl::string_view kRule = "#c9d0d6";
inline constexpr absl::string_view kBlue = "#1f4e79";
inline constexpr absl::string_view kRed = "#9b2226";
inline constexpr absl::string_view kPale = "#e6edf4";
inline constexpr absl::string_view kPanel = "#f5f7f9";
inline constexpr absl::string_view kGuide = "#eef1f4";
inline constexpr absl::string_view kWhite = "#ffffff";

class SvgCanvas {
 public:
  struct Pen {
    absl::string_view stroke = kInk;
    double width = 1;
    absl::string_view dash = "";
    absl::string_view fill = "none";
  };
  struct Font {
    double size = 13;
    absl::string_view anchor = "start";  // start, middle or end.
    bool bold = false;
    absl::string_view fill = kInk;
  };

  // `id` names the figure in a page.
  SvgCanvas(absl::string_view id, absl::string_view title,
            absl::string_view description, double width, double height);

  void Line(double x1, double y1, double x2, double y2, const Pen& pen);
  void Rect(double x, double y, double width, double height, const Pen& pen);
  void Circle(double x, double y, double radius, const Pen& pen);
  void Polygon(const std::vector<std::pair<double, double>>& points,
               const Pen& pen);
  // `y` is the line that letters stand on.
  void Text(double x, double y, absl::string_view text, const Font& font);

  std::string Finish() &&;

 private:
  HtmlWriter svg_{HtmlWriter::Kind::kFragment};
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_SVG_CANVAS_H_
