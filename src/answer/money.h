// Minor units of currencies.
#ifndef SUPPORTKPI_ANSWER_MONEY_H_
#define SUPPORTKPI_ANSWER_MONEY_H_

#include "absl/strings/string_view.h"

namespace supportkpi::answer {

// How many minor units make one main unit: 100 for most, 1 for the yen, 1000 for the Kuwaiti dinar (ISO 4217:2015, list
// one, column "minor unit"). Unknown codes count as 100.
double MinorUnitsPerMainUnit(absl::string_view currency);

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_MONEY_H_
