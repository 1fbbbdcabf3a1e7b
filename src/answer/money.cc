#include "answer/money.h"

#include <algorithm>
#include <iterator>

namespace supportkpi::answer {
namespace {

constexpr absl::string_view kWithoutMinorUnits[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                    "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr absl::string_view kWithThousandths[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
constexpr absl::string_view kWithTenThousandths[] = {"CLF", "UYW"};

template <size_t N>
bool Contains(const absl::string_view (&codes)[N], absl::string_view code) {
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

}  // namespace

double MinorUnitsPerMainUnit(absl::string_view currency) {
  if (Contains(kWithoutMinorUnits, currency)) return 1;
  if (Contains(kWithThousandths, currency)) return 1000;
  if (Contains(kWithTenThousandths, currency)) return 10000;
  return 100;
}

}  // namespace supportkpi::answer
