// Places values on an axis, linear or logarithmic.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_PLOT_SCALE_H_
#define CONSILIUM_SERVER_PAGE_PLOT_SCALE_H_

#include <string>
#include <vector>

namespace consilium {

class PlotScale {
 public:
  // `values` must all be seen; a logarithmic scale leaves out what is not
  // positive. The axis runs from `begin` to `end` of the drawing.
  PlotScale(bool logarithmic, const std::vector<double>& values, double begin,
            double end);

  // Where `value` stands; what lies outside stands at the end.
  double At(double value) const;
  bool IsBelow(double value) const;
  bool IsAbove(double value) const;

  // Round values inside, in order, few enough for their labels.
  const std::vector<double>& ticks() const { return ticks_; }

  // "0.5", "1", "20".
  static std::string Label(double tick);

 private:
  double Transform(double value) const;

  bool logarithmic_;
  double low_ = 0;
  double high_ = 1;
  double begin_;
  double end_;
  std::vector<double> ticks_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_PLOT_SCALE_H_
