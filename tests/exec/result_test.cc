// Cells of results by key and by column.
#include "exec/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace supportkpi::exec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;

TEST(Cells, FindsEachByItsKeyWhetherKeysLieCloseOrFarApart) {
  for (const int32_t step : {1, 1'000'003}) {
    Cells cells;
    for (int32_t i = 0; i < 2000; ++i) cells.Add({.bucket = i % 3 - 1, .group = i * step}, {.value = i, .facts = i});
    for (const bool is_indexed : {false, true}) {
      if (is_indexed) cells.Index();
      for (const int32_t i : {0, 1, 2, 777, 1999}) {
        const CellRef cell = cells.Find({.bucket = i % 3 - 1, .group = i * step});
        ASSERT_TRUE(cell) << i;
        EXPECT_THAT(cell.value(), Optional(double(i)));
        EXPECT_FALSE(cells.Find({.bucket = (i + 1) % 3 - 1, .group = i * step})) << i;
      }
      EXPECT_FALSE(cells.Find({.bucket = 2, .group = 0}));
      EXPECT_FALSE(cells.Find({.bucket = -1, .group = -1}));
      EXPECT_FALSE(cells.Find({.bucket = -1, .group = 2000 * step}));
    }
  }
  Cells none;
  none.Index();
  EXPECT_FALSE(none.Find({}));
}

TEST(Cells, KeepWhatOnlySomeOfThemHave) {
  const std::array<int64_t, 2> left_out = {0, 3}, zeros = {0, 0};
  const std::vector<std::pair<int64_t, int64_t>> covered = {{1, 2}, {4, 5}};
  Cells cells;
  cells.Add({.group = 0}, {.value = 7, .numerator = 7, .facts = 2, .left_out = zeros});
  cells.Add({.group = 1}, {.value = 8, .numerator = 9, .denominator = 2, .left_out = left_out, .currency = "EUR"});
  cells.Add({.group = 2}, {.no_schedule = true, .notes = left_out, .record = "t1", .covered = covered});
  cells.Add({.group = 3}, {.numerator = 5, .mixed_currencies = true, .currency = "USD"});
  EXPECT_THAT(cells.numerator(0), Optional(7.0));
  EXPECT_THAT(cells.numerator(1), Optional(9.0));
  EXPECT_EQ(cells.numerator(2), std::nullopt);
  EXPECT_THAT(cells.numerator(3), Optional(5.0));
  EXPECT_EQ(cells.value(3), std::nullopt);
  EXPECT_EQ(cells.denominator(0), std::nullopt);
  EXPECT_THAT(cells.denominator(1), Optional(2.0));
  EXPECT_THAT(cells.left_out(0), IsEmpty());
  EXPECT_THAT(cells.left_out(1), ElementsAre(0, 3));
  EXPECT_THAT(cells.left_out(3), IsEmpty());
  EXPECT_THAT(cells.notes(2), ElementsAre(0, 3));
  EXPECT_EQ(cells.currency(0), "");
  EXPECT_EQ(cells.currency(1), "EUR");
  EXPECT_EQ(cells.currency(3), "USD");
  EXPECT_THAT(cells.currencies(), ElementsAre("EUR", "USD"));
  EXPECT_EQ(cells.record(1), "");
  EXPECT_EQ(cells.record(2), "t1");
  EXPECT_THAT(cells.covered(1), IsEmpty());
  EXPECT_THAT(cells.covered(2), ElementsAre(Pair(1, 2), Pair(4, 5)));
  EXPECT_THAT(cells.covered(3), IsEmpty());
  EXPECT_TRUE(cells.no_schedule(2) && cells.mixed_currencies(3) && !cells.no_schedule(3) && !cells.mixed_currencies(2));
  EXPECT_TRUE(cells.occurs(0) && cells.occurs(1));
  EXPECT_FALSE(cells.occurs(2));  // notes alone are no occurrence
}

}  // namespace
}  // namespace supportkpi::exec
