// The rows of KpiService that have a file of their own; kpi_methods.cc puts them together.
#ifndef SUPPORTKPI_SERVICE_KPI_METHODS_H_
#define SUPPORTKPI_SERVICE_KPI_METHODS_H_

#include <memory>

#include "service/method.h"
#include "service/pages.h"
#include "service/rooms.h"

namespace supportkpi::service {

Method ListDimensionsMethod(const Rooms& rooms);
Method BatchQueryKpisMethod(const Rooms& rooms, std::shared_ptr<Pages> pages);
Method StreamQueryKpisMethod(const Rooms& rooms, std::shared_ptr<Pages> pages);
Method ValidateQueryMethod(const Rooms& rooms);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_KPI_METHODS_H_
