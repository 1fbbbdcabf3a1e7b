// The part of an Execution that looks at bundles before any chunk.
#include <algorithm>
#include <utility>

#include "exec/native/chunk_scan.h"
#include "exec/native/execution.h"

namespace supportkpi::exec::native {

std::unique_ptr<PartRun> Execution::MakeRun(const SetScan& scan, size_t part, size_t expected_facts) {
  return std::make_unique<PartRun>(scan.scans[part], context_.max_groups, expected_facts, names_);
}

void Execution::AddBundles() {
  if (!partials_.keeps_any()) return;
  ThreadMemory memory;
  for (size_t i = 0; i < scans_.size() && !stopped(); ++i) {
    SetScan& scan = *scans_[i];
    const std::vector<bool>& known = scan.keeps_cut_partials;
    if (std::find(known.begin(), known.end(), true) == known.end()) continue;
    scan.bundles = BundlesOf(resources_.snapshot().Chunks(scan.set), partials_, resources_.snapshot().commit());
    if (!scan.bundles.empty()) AddBundlesOf(scan, threads_[0][i], &memory);
  }
  std::erase_if(tasks_, [](const Task& task) {
    const SetScan& scan = *task.scan;
    for (size_t part = 0; part < scan.scans.size(); ++part)
      if (scan.scans[part].gathered_by < 0 && !scan.HasBundled(part, task.chunk_index)) return false;
    return true;
  });
}

void Execution::AddBundlesOf(SetScan& scan, ThreadScan& thread, ThreadMemory* memory) {
  const auto chunks = absl::MakeConstSpan(resources_.snapshot().Chunks(scan.set));
  thread.runs.resize(scan.scans.size());
  for (size_t part = 0; part < scan.scans.size(); ++part) {
    const PartScan& of_part = scan.scans[part];
    if (of_part.gathered_by >= 0 || !scan.keeps_partials[part] || !scan.keeps_cut_partials[part] || !KeepsBundles(of_part)) continue;
    if (scan.signatures[part]->differs_by_chunk()) continue;
    std::unique_ptr<PartRun>& run = thread.runs[part];
    run = MakeRun(scan, part, scan.row_count / static_cast<size_t>(std::max(context_.threads, 1)));
    const std::vector<int64_t> instants = InstantsOf(of_part, *run);
    std::vector<const CountedPlaces*> places;
    std::vector<std::shared_ptr<const Partial>> held;
    for (size_t i = 0; i < scan.bundles.size(); ++i) {
      const Bundle& bundle = scan.bundles[i];
      if (stopped()) return;
      if (run->CountsAmongMoreThan(bundle.least_rows) && run->ManyPlaces() == nullptr) continue;
      const PartialKey key{chunks.subspan(bundle.first, bundle.count), bundle.dead_rows, scan.signatures[part], &instants, question_};
      const auto known = partials_.Find(key);
      if (!known.has_value()) scan.bundles_to_make.push_back({part, i});
      if (!known.has_value() || *known == nullptr) continue;
      if ((*known)->places() != nullptr) {
        places.push_back((*known)->places());
        held.push_back(*known);
      } else if (!(*known)->AddTo(run->accumulators(), {})) {
        too_many_groups_ = true;
      }
      TakeMemory(run->TakeGrowth(), memory);
      scan.bundled[part].resize(chunks.size());
      std::fill_n(scan.bundled[part].begin() + static_cast<std::ptrdiff_t>(bundle.first), bundle.count, true);
    }
    if (!places.empty()) run->ManyPlaces()->Add(places);
    TakeMemory(run->TakeGrowth(), memory);
  }
}

// Of places by number also how many there are: with another value they are other ones.
std::vector<int64_t> Execution::InstantsOf(const PartScan& scan, PartRun& run) const {
  std::vector<int64_t> instants = InstantsOfBundles(scan);
  if (const PlaceCounts* places = run.ManyPlaces(); places != nullptr) instants.push_back(places->size());
  return instants;
}

void Execution::MakeBundles() {
  ThreadMemory memory;
  for (const auto& scan : scans_) {
    const auto chunks = absl::MakeConstSpan(resources_.snapshot().Chunks(scan->set));
    for (const auto& [part, number] : scan->bundles_to_make) {
      if (stopped() || !partials_.HasRoomFor(question_)) return;
      const Bundle& bundle = scan->bundles[number];
      const std::unique_ptr<PartRun> gathering = MakeRun(*scan, part, scan->row_count);
      const std::vector<int64_t> instants = InstantsOf(scan->scans[part], *gathering);
      const PartialKey key{chunks.subspan(bundle.first, bundle.count), bundle.dead_rows, scan->signatures[part], &instants, question_};
      if (gathering->ManyPlaces() != nullptr)
        CountBundle(*scan, part, key, *gathering);
      else
        MakeBundle(*scan, part, key, *gathering);
      TakeMemory(gathering->TakeGrowth(), &memory);
      memory.bytes -= gathering->gathered_bytes();
    }
  }
}

// Its chunks have no partials: they are counted once more, all in one.
void Execution::CountBundle(const SetScan& scan, size_t part, const PartialKey& key, PartRun& gathering) {
  Evaluator evaluator(scan.program);
  bool fits = true;
  for (const ChunkPointer& chunk : key.chunks) {
    ChunkBounds bounds(scan.program, *chunk);
    if (!scan.scans[part].MayHold(bounds)) continue;
    evaluator.BeginChunk();
    gathering.BeginChunk(bounds, chunk->row_count());
    const std::vector<PartRun*> runs = {&gathering};
    ChunkScan(*chunk, resources_.snapshot().commit(), bounds, evaluator, runs, [&](bool batch_fits) {
      fits = fits && batch_fits;
      return fits && !stopped();
    }).ScanAll(!scan.program.reads_lists());
    fits = gathering.EndChunk() && fits && chunk->status().ok();
    if (!fits || stopped()) return;
  }
  const PlaceCounts* places = gathering.PlacesAlone();
  partials_.Keep(key, places == nullptr ? nullptr : std::make_shared<const Partial>(places->Kept()));
}

void Execution::MakeBundle(const SetScan& scan, size_t part, const PartialKey& key, PartRun& gathering) {
  const int64_t commit = resources_.snapshot().commit();
  std::vector<std::pair<std::shared_ptr<const Partial>, BucketReach>> of_chunks;
  for (const ChunkPointer& chunk : key.chunks) {
    ChunkBounds bounds(scan.program, *chunk);
    if (!scan.scans[part].MayHold(bounds)) continue;
    BucketReach reach = ReachIn(scan.scans[part], bounds);
    const PartialKey of_chunk{absl::MakeConstSpan(&chunk, 1), chunk->DeadRows(commit).value_or(0), key.signature, &reach.instants, question_};
    auto partial = partials_.Peek(of_chunk);
    if (!partial.has_value()) return;
    if (*partial == nullptr) return partials_.Keep(key, nullptr);
    of_chunks.emplace_back(*std::move(partial), std::move(reach));
  }
  for (const auto& [partial, reach] : of_chunks)
    if (!partial->AddTo(gathering.accumulators(), reach)) too_many_groups_ = true;
  if (!too_many_groups_) partials_.Keep(key, std::make_shared<const Partial>(gathering.accumulators(), BucketReach{}));
}

}  // namespace supportkpi::exec::native
