// The rows of KpiService that have a file of their own, which kpi_methods.cc puts together, and what they share.
#ifndef SUPPORTKPI_SERVICE_KPI_METHODS_H_
#define SUPPORTKPI_SERVICE_KPI_METHODS_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "service/method.h"
#include "service/pages.h"
#include "service/rooms.h"

namespace supportkpi::service {

// What an error adds for a KPI that there is none of: `did you mean "a" or "b"?`, else where to look.
std::string MeantKpis(absl::string_view unknown);

Method ListDimensionsMethod(const Rooms& rooms);
Method BatchQueryKpisMethod(const Rooms& rooms, std::shared_ptr<Pages> pages);
Method StreamQueryKpisMethod(const Rooms& rooms, std::shared_ptr<Pages> pages);
Method ValidateQueryMethod(const Rooms& rooms);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_KPI_METHODS_H_
