// Over Prometheus's C++ client, which keeps counters and histograms; readings become families when it collects.
#include "metrics/registry.h"

#include <deque>
#include <map>
#include <sstream>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "metrics/prometheus_registry.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"

namespace supportkpi::metrics {

namespace {

using Family = prometheus::MetricFamily;

prometheus::Labels MapOf(const Labels& labels) { return {labels.begin(), labels.end()}; }

Family FamilyOf(const Reading& reading) {
  Family family;
  family.name = reading.name;
  family.help = reading.help;
  family.type = reading.only_grows ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  for (const Reading::Sample& sample : reading.samples) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
    (reading.only_grows ? metric.counter.value : metric.gauge.value) = sample.value;
  }
  return family;
}

// Shared with the endpoint, whose scrapes may outlast a registry that is being taken down.
class Collected final : public prometheus::Collectable {
 public:
  std::vector<Family> Collect() const override {
    std::vector<Family> families = told.Collect();
    std::vector<Reading> readings;
    {
      absl::ReaderMutexLock lock(&mutex);
      for (const Reader& read : readers) read(&readings);
    }
    for (const Reading& reading : readings) families.push_back(FamilyOf(reading));
    return families;
  }

  prometheus::Registry told;
  mutable absl::Mutex mutex;
  std::vector<Reader> readers ABSL_GUARDED_BY(mutex);
};

class ToldCounter final : public Counter {
 public:
  explicit ToldCounter(prometheus::Counter& counter) : counter_(counter) {}
  void Add(double value) override { counter_.Increment(value); }

 private:
  prometheus::Counter& counter_;
};

class ToldHistogram final : public Histogram {
 public:
  explicit ToldHistogram(prometheus::Histogram& histogram) : histogram_(histogram) {}
  void Observe(double value) override { histogram_.Observe(value); }

 private:
  prometheus::Histogram& histogram_;
};

class PrometheusRegistry final : public Registry {
 public:
  Counter& AddCounter(absl::string_view name, absl::string_view help, const Labels& labels) override {
    auto& family = prometheus::BuildCounter().Name(std::string(name)).Help(std::string(help)).Register(collected_->told);
    absl::MutexLock lock(&mutex_);
    auto& counter = family.Add(MapOf(labels));
    auto& known = counters_[&counter];
    if (known == nullptr) known = std::make_unique<ToldCounter>(counter);
    return *known;
  }

  Histogram& AddHistogram(absl::string_view name, absl::string_view help, const Labels& labels,
                          const std::vector<double>& bounds) override {
    auto& family = prometheus::BuildHistogram().Name(std::string(name)).Help(std::string(help)).Register(collected_->told);
    absl::MutexLock lock(&mutex_);
    auto& histogram = family.Add(MapOf(labels), bounds);
    auto& known = histograms_[&histogram];
    if (known == nullptr) known = std::make_unique<ToldHistogram>(histogram);
    return *known;
  }

  void AddReader(Reader read) override {
    absl::MutexLock lock(&collected_->mutex);
    collected_->readers.push_back(std::move(read));
  }

  void RemoveReaders() override {
    absl::MutexLock lock(&collected_->mutex);
    collected_->readers.clear();
  }

  std::string Text() const override { return prometheus::TextSerializer().Serialize(collected_->Collect()); }

  const std::shared_ptr<Collected>& collected() const { return collected_; }

 private:
  const std::shared_ptr<Collected> collected_ = std::make_shared<Collected>();
  absl::Mutex mutex_;
  std::map<const prometheus::Counter*, std::unique_ptr<ToldCounter>> counters_ ABSL_GUARDED_BY(mutex_);
  std::map<const prometheus::Histogram*, std::unique_ptr<ToldHistogram>> histograms_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Registry> Registry::Create() { return std::make_unique<PrometheusRegistry>(); }

std::shared_ptr<prometheus::Collectable> CollectableOf(const Registry& registry) {
  return static_cast<const PrometheusRegistry&>(registry).collected();
}

}  // namespace supportkpi::metrics
