// The rows of KpiService that have a file of their own; kpi_methods.cc puts them together.
#ifndef SUPPORTKPI_SERVICE_KPI_METHODS_H_
#define SUPPORTKPI_SERVICE_KPI_METHODS_H_

#include "service/method.h"
#include "service/rooms.h"

namespace supportkpi::service {

Method ListDimensionsMethod(const Rooms& rooms);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_KPI_METHODS_H_
