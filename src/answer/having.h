// Conditions on the cells of a row.
#ifndef SUPPORTKPI_ANSWER_HAVING_H_
#define SUPPORTKPI_ANSWER_HAVING_H_

#include <functional>

#include "answer/answer.h"
#include "plan/shape.h"

namespace supportkpi::answer {

// `cell_of(kpi)` makes a cell of the row.
bool Holds(const plan::Having& having, const std::function<Cell(size_t)>& cell_of);

}  // namespace supportkpi::answer

#endif  // SUPPORTKPI_ANSWER_HAVING_H_
