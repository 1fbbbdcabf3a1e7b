// The second step is taken with every element, in order, whatever their number.
#include "projection/two_steps.h"

#include <memory>
#include <vector>

#include "gtest/gtest.h"

namespace supportkpi::projection {
namespace {

TEST(TwoSteps, TakeEveryElementInOrder) {
  for (const int count : {0, 1, 4095, 4096, 4097, 8192, 50'000}) {
    std::vector<int> seen;
    TwoSteps<std::unique_ptr<int>> steps([&](const std::unique_ptr<int>& element) { seen.push_back(*element); });
    for (int i = 0; i < count; ++i) steps.Add(std::make_unique<int>(i));
    steps.Finish();
    ASSERT_EQ(seen.size(), static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) ASSERT_EQ(seen[i], i);
  }
}

TEST(TwoSteps, GivenUpWaitForTheStepUnderWay) {
  auto seen = std::make_unique<std::vector<int>>();
  {
    TwoSteps<int> steps([&](int element) { seen->push_back(element); });
    for (int i = 0; i < 5000; ++i) steps.Add(i);
  }
  EXPECT_EQ(seen->size(), 4096u) << "those made since the last full batch are not finished";
}

}  // namespace
}  // namespace supportkpi::projection
