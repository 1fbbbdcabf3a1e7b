#include "exec/native/execution.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "column/hash.h"
#include "exec/native/chunk_scan.h"
#include "exec/native/largest_groups.h"
#include "exec/native/open_rows.h"
#include "exec/native/value_rules.h"
#include "status/macros.h"

namespace supportkpi::exec::native {
namespace {

// A row's lists read alone cost as much as so many rows that are read together.
constexpr uint32_t kRowsPerListRow = 256;
// A question that gathers less never asks for memory.
constexpr int64_t kMemoryStepBytes = 1 << 20;

OpenRows::States StatesOf(const PartScan& part) { return {.at = part.at, .to = part.to, .conditions = part.own_conditions}; }

// Parts that can have no fact are not scanned, but for those whose place in the result others' facts take.
bool IsNever(const std::vector<plan::PartPlan>& parts, size_t part) {
  const plan::PartPlan& plan = parts[part];
  if (plan.over >= 0 || plan.start_ms >= plan.end_ms || plan.buckets.empty()) return true;
  const kpi::Expr& where = plan.part.where;
  return where.op == kpi::Op::kConstant && !IsTrue(where.constant) &&
         std::none_of(parts.begin(), parts.end(),
                      [&](const plan::PartPlan& other) { return other.joins == static_cast<int>(part); });
}

}  // namespace

absl::Status Execution::Run(const std::vector<plan::PartPlan>& parts, const std::vector<plan::GroupingSet>& sets,
                            const plan::Fold* fold, const time::Zone* zone, QueryResources& resources,
                            PartialCache& partials, WorkerPool& pool, const Context& context, Result* result) {
  Execution execution(parts, sets, fold, resources, partials, context, &result->groups);
  RETURN_IF_ERROR(execution.Compile(zone));
  execution.Scan(pool);
  result->facts_read += execution.facts_read_.load();
  if (execution.cancelled()) return absl::CancelledError("the question was cancelled");
  if (execution.too_many_groups_) return TooManyGroupsError(context.max_groups);
  RETURN_IF_ERROR(execution.MemoryStatus());
  RETURN_IF_ERROR(execution.KeepLargest());
  RETURN_IF_ERROR(execution.TakeFinishMemory());
  RETURN_IF_ERROR(execution.Finish(pool, &result->parts));
  // Each thread counted only the groups that it met.
  if (result->groups.size() <= context.max_groups) return absl::OkStatus();
  std::set<int32_t> finest;
  for (const PartResult& part : result->parts) {
    for (size_t i = 0; !part.sets.empty() && i < part.sets[0].size(); ++i) finest.insert(part.sets[0].key(i).group);
  }
  if (static_cast<int64_t>(finest.size()) > context.max_groups) return TooManyGroupsError(context.max_groups);
  return absl::OkStatus();
}

absl::Status Execution::Compile(const time::Zone* zone) {
  std::map<fact::FactSet, SetScan*> by_set;
  for (size_t part = 0; part < parts_.size(); ++part) {
    if (IsNever(parts_, part)) continue;
    const fact::FactSet set = parts_[part].part.set;
    SetScan*& scan = by_set[set];
    if (scan == nullptr) {
      scan = scans_.emplace_back(std::make_unique<SetScan>()).get();
      scan->set = set;
      scan->program.zone = zone != nullptr ? zone : &time::UtcZone();
      scan->program.repeats = resources_.repeats.get();
      scan->program.agent_teams = &resources_.agents().teams;
      scan->program.range_end_ms = parts_[part].end_ms;
    }
    ASSIGN_OR_RETURN(PartScan compiled, CompilePart(parts_[part], sets_, fold_, resources_, scan->program));
    scan->parts.push_back(static_cast<int>(part));
    scan->scans.push_back(std::move(compiled));
  }
  for (const auto& scan : scans_) {
    LinkParts(&scan->scans);
    for (const PartScan& part : scan->scans) {
      scan->states.push_back(SignatureOfStates(part, scan->program));
      scan->signatures.push_back(partials_.keeps_any() && part.gathered_by < 0 ? SignatureOf(part, scan->program, resources_) : nullptr);
      const PartSignature* signature = scan->signatures.back().get();
      scan->keeps_partials.push_back(signature != nullptr && partials_.NoteAsked(signature->hash));
      const auto of_range = [&] { return column::HashWords(column::HashWords(signature->hash, part.starts), part.ends); };
      scan->keeps_cut_partials.push_back(signature != nullptr && partials_.NoteAsked(of_range()));
    }
    scan->bundled.resize(scan->scans.size());
  }
  for (size_t i = 0; i < scans_.size(); ++i) {
    const auto& chunks = resources_.snapshot().Chunks(scans_[i]->set);
    for (size_t chunk = 0; chunk < chunks.size(); ++chunk) {
      tasks_.push_back({scans_[i].get(), i, chunk, chunks[chunk]});
      scans_[i]->row_count += chunks[chunk]->row_count();
    }
  }
  return absl::OkStatus();
}

void Execution::Scan(WorkerPool& pool) {
  threads_.emplace_back(scans_.size());
  AddBundles();
  const int workers = std::clamp<int>(std::min<int>(context_.threads, static_cast<int>(tasks_.size())), 1, 64);
  while (threads_.size() < static_cast<size_t>(workers)) threads_.emplace_back(scans_.size());
  std::atomic<size_t> next_task{0};
  pool.Run(workers, [&](int worker) { ScanChunks(threads_[worker], next_task); });
  MakeBundles();
}

void Execution::ScanChunks(std::vector<ThreadScan>& thread, std::atomic<size_t>& next_task) {
  ThreadMemory memory;
  for (size_t task = next_task++; task < tasks_.size() && !stopped(); task = next_task++)
    ScanChunk(tasks_[task], thread[tasks_[task].scan_index], &memory);
  const bool keeps_largest = KeepsLargest();  // in that case not all that was counted by place needs a cell
  for (ThreadScan& scan : thread) {
    for (const auto& run : scan.runs) {
      if (run == nullptr || stopped() || (keeps_largest && run->PlacesAlone() != nullptr)) continue;
      const bool fits = run->Finish([&] {
        TakeMemory(run->TakeGrowth(), &memory);
        return !stopped();
      });
      if (!fits) too_many_groups_ = true;
    }
  }
}

void Execution::TakeMemory(int64_t bytes, ThreadMemory* memory) {
  memory->bytes += bytes;
  if (context_.take_memory == nullptr || memory->bytes < memory->taken_bytes + kMemoryStepBytes) return;
  const absl::Status status = context_.take_memory(memory->bytes - memory->taken_bytes);
  memory->taken_bytes = memory->bytes;
  if (status.ok()) return;
  out_of_memory_ = true;
  absl::MutexLock lock(&memory_mutex_);
  memory_status_.Update(status);
}

absl::Status Execution::MemoryStatus() const {
  absl::MutexLock lock(&memory_mutex_);
  return memory_status_;
}

bool Execution::KeepsLargest() const {
  const bool is_alone = parts_.size() == 1 && sets_.size() == 1 && scans_.size() == 1;
  return context_.largest_groups > 0 && is_alone && CanKeepLargestGroups(scans_[0]->scans[0], resources_);
}

absl::Status Execution::KeepLargest() {
  if (!KeepsLargest()) return absl::OkStatus();
  std::vector<std::unique_ptr<PartRun>*> runs;
  int64_t bytes = 0;  // of all but the first, which the first takes over while they are still there
  for (auto& thread : threads_) {
    std::vector<std::unique_ptr<PartRun>>& of_part = thread[0].runs;
    if (of_part.empty() || of_part[0] == nullptr) continue;
    if (!runs.empty()) bytes += of_part[0]->gathered_bytes();
    runs.push_back(&of_part[0]);
  }
  if (context_.take_memory != nullptr && bytes >= kMemoryStepBytes) RETURN_IF_ERROR(context_.take_memory(bytes));
  const bool fits = KeepLargestGroups(context_.largest_groups, context_.max_groups, runs);
  return fits ? absl::OkStatus() : TooManyGroupsError(context_.max_groups);
}

absl::Status Execution::TakeFinishMemory() const {
  if (context_.take_memory == nullptr) return absl::OkStatus();
  int64_t bytes = 0;
  for (size_t i = 0; i < scans_.size(); ++i) {
    for (size_t part = 0; part < scans_[i]->scans.size(); ++part) {
      for (const PartRun* run : RunsOf(i, part))
        for (const auto& accumulator : run->accumulators()) bytes += accumulator->FinishBytes(sets_.size());
    }
  }
  return bytes < kMemoryStepBytes ? absl::OkStatus() : context_.take_memory(bytes);
}

// Of all threads; they may be those of the part that gathers for it.
std::vector<const PartRun*> Execution::RunsOf(size_t scan, size_t part) const {
  const int gathered_by = scans_[scan]->scans[part].gathered_by;
  const size_t gatherer = gathered_by < 0 ? part : static_cast<size_t>(gathered_by);
  std::vector<const PartRun*> runs;
  for (const auto& thread : threads_) {
    if (gatherer < thread[scan].runs.size() && thread[scan].runs[gatherer] != nullptr) runs.push_back(thread[scan].runs[gatherer].get());
  }
  return runs;
}

// What each part has to do with the chunk: nothing, take a partial, or scan it, perhaps for a partial.
std::vector<Execution::Meeting> Execution::Meet(const Task& task, ChunkBounds& bounds, ThreadScan& thread, ThreadMemory* memory) {
  const SetScan& scan = *task.scan;
  const auto dead_rows = partials_.Takes(*task.chunk) ? task.chunk->DeadRows(resources_.snapshot().commit()) : std::nullopt;
  std::vector<Meeting> meetings(scan.scans.size());
  thread.runs.resize(scan.scans.size());
  for (size_t i = 0; i < scan.scans.size(); ++i) {
    if (scan.scans[i].gathered_by >= 0 || scan.HasBundled(i, task.chunk_index) || !scan.scans[i].MayHold(bounds)) continue;
    if (thread.runs[i] == nullptr) thread.runs[i] = MakeRun(scan, i, scan.row_count / threads_.size());
    Meeting& meeting = meetings[i];
    if (dead_rows.has_value() && scan.keeps_partials[i] && !thread.runs[i]->CountsAmongMoreThan(task.chunk->row_count())) {
      meeting.reach = ReachIn(scan.scans[i], bounds);
      AddOfChunk(*scan.signatures[i], scan.program, resources_, *task.chunk, bounds, &meeting.reach.instants);
      meeting.key = {absl::MakeConstSpan(&task.chunk, 1), *dead_rows, scan.signatures[i], &meeting.reach.instants, question_};
    }
    const bool keeps = !meeting.key.chunks.empty() && (!meeting.reach.cut || scan.keeps_cut_partials[i]);
    const auto known = keeps ? partials_.Find(meeting.key) : std::nullopt;
    if (known.has_value() && *known != nullptr) {
      if (!(*known)->AddTo(thread.runs[i]->accumulators(), meeting.reach)) too_many_groups_ = true;
      TakeMemory(thread.runs[i]->TakeGrowth(), memory);
      continue;
    }
    if (keeps && !known.has_value() && partials_.HasRoomFor(question_)) meeting.recorder = MakeRun(scan, i, task.chunk->row_count());
    meeting.run = thread.runs[i].get();
    meeting.scanner()->BeginChunk(bounds, task.chunk->row_count());
  }
  return meetings;
}

// What was gathered of this chunk alone goes where the other chunks' facts are, and becomes partials; not of a chunk that
// could not be read.
void Execution::KeepPartials(const column::Chunk& chunk, std::vector<Meeting>& meetings, ThreadMemory* memory) {
  const bool was_read = chunk.status().ok();
  for (size_t i = 0; i < meetings.size() && !stopped(); ++i) {
    Meeting& meeting = meetings[i];
    if (meeting.recorder == nullptr) continue;
    if (!meeting.recorder->EndGathering()) too_many_groups_ = true;
    TakeMemory(meeting.recorder->TakeGrowth(), memory);
    const auto partial = std::make_shared<const Partial>(meeting.recorder->accumulators(), meeting.reach);
    if (!partial->AddTo(meeting.run->accumulators(), meeting.reach)) too_many_groups_ = true;
    TakeMemory(meeting.run->TakeGrowth(), memory);
    memory->bytes -= meeting.recorder->gathered_bytes();
    if (was_read) partials_.Keep(meeting.key, partial);
  }
}

// nullptr: it asks for none, or what tells of them is dear.
std::shared_ptr<const PartSignature> Execution::SignatureOfStates(const PartScan& part, const Program& program) const {
  if (resources_.open_rows == nullptr || !part.asks_for_states() || part.gathered_by >= 0) return nullptr;
  const std::vector<NodeId> nodes = StatesOf(part).nodes();
  if (std::any_of(nodes.begin(), nodes.end(), [&](NodeId id) { return program.node(id).dear; })) return nullptr;
  return SignatureOf(nodes, program, resources_);
}

// Rows that can be in a state that is looked at, where only states are asked for that all began before; std::nullopt: all may,
// or so many that reading them one by one costs more.
std::optional<std::vector<uint32_t>> Execution::RowsStillOpen(const Task& task, const std::vector<Meeting>& meetings,
                                                              ChunkBounds& bounds) const {
  const SetScan& scan = *task.scan;
  if (!task.chunk->is_complete()) return std::nullopt;
  std::optional<size_t> first;
  int64_t first_end = kForever;
  for (size_t i = 0; i < meetings.size(); ++i) {
    if (meetings[i].run == nullptr) continue;
    if (!first.has_value()) first = i;
    if (scan.states[i] == nullptr || scan.states[i]->bytes != scan.states[*first]->bytes) return std::nullopt;
    first_end = std::min(first_end, scan.scans[i].first_end());
  }
  const OpenRows::States states = StatesOf(scan.scans[*first]);
  if (bounds.Of(states.at).max >= first_end) return std::nullopt;
  const auto open = resources_.open_rows->Of(task.chunk, scan.program, states, scan.states[*first]);
  if (open == nullptr || open->told_after() >= first_end) return std::nullopt;
  if (scan.program.reads_lists() && open->CountUntil(first_end) > task.chunk->row_count() / kRowsPerListRow) return std::nullopt;
  return open->RowsUntil(first_end);
}

void Execution::ScanChunk(const Task& task, ThreadScan& thread, ThreadMemory* memory) {
  const column::Chunk& chunk = *task.chunk;
  const SetScan& scan = *task.scan;
  ChunkBounds bounds(scan.program, chunk);
  std::vector<Meeting> meetings = Meet(task, bounds, thread, memory);
  std::vector<PartRun*> scanners, first_scanners;
  for (size_t i = 0; i < meetings.size(); ++i) {
    if (meetings[i].run == nullptr) continue;
    scanners.push_back(meetings[i].scanner());
    const Meeting* wider = scan.scans[i].wider < 0 ? nullptr : &meetings[scan.scans[i].wider];
    if (wider != nullptr && wider->run != nullptr)
      wider->scanner()->AddNarrow(scanners.back());
    else
      first_scanners.push_back(scanners.back());
  }
  if (scanners.empty()) return;
  if (thread.evaluator == nullptr) thread.evaluator = std::make_unique<Evaluator>(scan.program);
  thread.evaluator->BeginChunk();
  const auto after_batch = [&](bool fits) {
    if (!fits) too_many_groups_ = true;
    int64_t grown = 0;
    for (PartRun* run : scanners) grown += run->TakeGrowth();
    TakeMemory(grown, memory);
    return !stopped();
  };
  ChunkScan chunk_scan(chunk, resources_.snapshot().commit(), bounds, *thread.evaluator, first_scanners, after_batch);
  if (const auto open = RowsStillOpen(task, meetings, bounds); open.has_value()) {
    chunk_scan.ScanRows(*open);
    facts_read_ += static_cast<int64_t>(open->size());
  } else {
    chunk_scan.ScanAll(!scan.program.reads_lists());
    facts_read_ += chunk.row_count();
  }
  for (PartRun* run : scanners) {
    if (!run->EndChunk()) too_many_groups_ = true;
    TakeMemory(run->TakeGrowth(), memory);
  }
  KeepPartials(chunk, meetings, memory);
}

absl::Status Execution::Finish(WorkerPool& pool, std::vector<PartResult>* out) {
  std::vector<ScannedPart> scanned(parts_.size());
  for (size_t i = 0; i < scans_.size(); ++i) {
    for (size_t part = 0; part < scans_[i]->parts.size(); ++part) {
      ScannedPart& of_part = scanned[scans_[i]->parts[part]];
      of_part.scan = &scans_[i]->scans[part];
      of_part.runs = RunsOf(i, part);
    }
  }
  std::vector<absl::StatusOr<PartResult>> results;
  for (size_t part = 0; part < parts_.size(); ++part) results.emplace_back(PartResult{});
  const Helpers helpers{pool, context_.threads};
  std::atomic<size_t> next_part{0};
  pool.Run(std::clamp<int>(context_.threads, 1, static_cast<int>(std::max<size_t>(parts_.size(), 1))), [&](int) {
    for (size_t part = next_part++; part < parts_.size(); part = next_part++) {
      if (scanned[part].scan == nullptr) continue;
      const int joined = parts_[part].joins < 0 ? static_cast<int>(part) : parts_[part].joins;
      std::vector<const ScannedPart*> population;
      for (size_t other = 0; other < parts_.size(); ++other) {
        if (scanned[other].scan != nullptr && (static_cast<int>(other) == joined || parts_[other].joins == joined))
          population.push_back(&scanned[other]);
      }
      results[part] = FinishPart(scanned[part], population, sets_, resources_, names_, helpers);
    }
  });
  for (auto& result : results) {
    if (!result.ok()) return result.status();
    out->push_back(*std::move(result));
  }
  return absl::OkStatus();
}

}  // namespace supportkpi::exec::native
