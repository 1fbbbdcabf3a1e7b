// Work on many elements in two steps: while the first step makes the next elements, a thread of its own takes the second step
// with those before. Few elements take no thread.
#ifndef SUPPORTKPI_PROJECTION_TWO_STEPS_H_
#define SUPPORTKPI_PROJECTION_TWO_STEPS_H_

#include <cstddef>
#include <functional>
#include <future>
#include <utility>
#include <vector>

namespace supportkpi::projection {

// For one thread. The second step sees all elements in their order, never two at a time.
template <class Element>
class TwoSteps {
 public:
  explicit TwoSteps(std::function<void(Element&)> second_step) : second_step_(std::move(second_step)) {}
  // Waits for what is under way; what was made since is not taken any further.
  ~TwoSteps() {
    if (under_way_.valid()) under_way_.wait();
  }
  TwoSteps(const TwoSteps&) = delete;
  TwoSteps& operator=(const TwoSteps&) = delete;

  void Add(Element element) {
    made_.push_back(std::move(element));
    if (made_.size() < kAtATime) return;
    Wait();
    // Where no thread is to be had, Wait() takes the step.
    under_way_ = std::async(std::launch::async | std::launch::deferred,
                            [this, elements = std::exchange(made_, {})]() mutable { Take(&elements); });
  }
  // After the last one: the second step was taken with all.
  void Finish() {
    Wait();
    Take(&made_);
    made_.clear();
  }

 private:
  static constexpr size_t kAtATime = 4096;

  void Wait() {
    if (under_way_.valid()) under_way_.get();
  }
  void Take(std::vector<Element>* elements) {
    for (Element& element : *elements) second_step_(element);
  }

  const std::function<void(Element&)> second_step_;
  std::vector<Element> made_;
  std::future<void> under_way_;
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_TWO_STEPS_H_
