#include "server/page/svg_canvas.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace consilium {
namespace {

// A tenth of a unit is less than anyone sees.
std::string Length(double value) {
  std::string text = absl::StrFormat("%.1f", value);
  if (text == "-0.0") return "0";
  if (text.size() > 2 && text.compare(text.size() - 2, 2, ".0") == 0) {
    text.resize(text.size() - 2);
  }
  return text;
}

}  // namespace

SvgCanvas::SvgCanvas(absl::string_view id, absl::string_view title,
                     absl::string_view description, double width,
                     double height) {
  const std::string title_id = absl::StrCat(id, "-title");
  const std::string description_id = absl::StrCat(id, "-desc");
  svg_.Open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                    {"id", absl::StrCat(id, "-svg")},
                    {"role", "img"},
                    {"aria-labelledby", title_id},
                    {"aria-describedby", description_id},
                    {"viewBox",
                     absl::StrCat("0 0 ", Length(width), " ", Length(height))},
                    {"width", Length(width)},
                    {"height", Length(height)},
                    {"font-family",
                     "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, "
                     "'DejaVu Sans', sans-serif"}});
  svg_.Element("title", title, {{"id", title_id}});
  svg_.Element("desc", description, {{"id", description_id}});
  Rect(0, 0, width, height, {.stroke = "none", .fill = kWhite});
}

void SvgCanvas::Line(double x1, double y1, double x2, double y2,
                     const Pen& pen) {
  svg_.Element("line", "",
               {{"x1", Length(x1)},
                {"y1", Length(y1)},
                {"x2", Length(x2)},
                {"y2", Length(y2)},
                {"stroke", pen.stroke},
                {"stroke-width", Length(pen.width)},
                {"stroke-dasharray", pen.dash}});
}

void SvgCanvas::Rect(double x, double y, double width, double height,
                     const Pen& pen) {
  svg_.Element("rect", "",
               {{"x", Length(x)},
                {"y", Length(y)},
                {"width", Length(width)},
                {"height", Length(height)},
                {"stroke", pen.stroke},
                {"stroke-width", Length(pen.width)},
                {"fill", pen.fill}});
}

void SvgCanvas::Circle(double x, double y, double radius, const Pen& pen) {
  svg_.Element("circle", "",
               {{"cx", Length(x)},
                {"cy", Length(y)},
                {"r", Length(radius)},
                {"stroke", pen.stroke},
                {"stroke-width", Length(pen.width)},
                {"stroke-dasharray", pen.dash},
                {"fill", pen.fill}});
}

void SvgCanvas::Polygon(const std::vector<std::pair<double, double>>& points,
                        const Pen& pen) {
  std::string text;
  for (const auto& [x, y] : points) {
    absl::StrAppend(&text, text.empty() ? "" : " ", Length(x), ",", Length(y));
  }
  svg_.Element("polygon", "",
               {{"points", text},
                {"stroke", pen.stroke},
                {"stroke-width", Length(pen.width)},
                {"stroke-dasharray", pen.dash},
                {"fill", pen.fill}});
}

void SvgCanvas::Text(double x, double y, absl::string_view text,
                     const Font& font) {
  svg_.Element("text", text,
               {{"x", Length(x)},
                {"y", Length(y)},
                {"font-size", Length(font.size)},
                {"text-anchor", font.anchor},
                {"font-weight", font.bold ? "650" : ""},
                {"fill", font.fill}});
}

std::string SvgCanvas::Finish() && {
  svg_.Close();
  return std::move(svg_).Finish();
}

}  // namespace consilium
