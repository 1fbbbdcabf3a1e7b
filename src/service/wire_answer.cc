// An Answer as a QueryKpisResponse.
#include "record/instant.h"
#include "service/wire.h"

namespace supportkpi::service {

namespace {

void BucketToWire(const time::Bucket& bucket, v1::Bucket* message) {
  *message->mutable_start() = record::ToTimestamp(bucket.start_ms);
  *message->mutable_end() = record::ToTimestamp(bucket.end_ms);
  message->set_label(bucket.label);
  message->set_partial(bucket.partial);
}

void NotesToWire(const std::vector<answer::CountedNote>& notes,
                 google::protobuf::RepeatedPtrField<v1::CountedNote>* messages) {
  for (const answer::CountedNote& note : notes) {
    v1::CountedNote& message = *messages->Add();
    message.set_rule(note.rule);
    message.set_count(note.count);
  }
}

void CellToWire(const answer::Cell& cell, const std::string& alias, v1::Cell* message) {
  message->set_kpi(alias);
  if (cell.value.has_value()) message->set_value(*cell.value);
  message->set_absent_reason(static_cast<v1::AbsentReason>(cell.reason));
  if (cell.numerator.has_value()) message->set_numerator(*cell.numerator);
  if (cell.denominator.has_value()) message->set_denominator(*cell.denominator);
  message->set_facts(cell.facts);
  NotesToWire(cell.left_out, message->mutable_left_out());
  NotesToWire(cell.notes, message->mutable_notes());
  message->set_currency(cell.currency);
  message->set_record(cell.record);
}
static_assert(static_cast<int>(answer::AbsentReason::kTooFewFacts) == v1::ABSENT_REASON_TOO_FEW_FACTS);

void RowToWire(const answer::Row& row, const answer::Answer& answer, const plan::Plan& plan, v1::Row* message) {
  if (row.key.bucket >= 0) BucketToWire(answer.buckets[row.key.bucket], message->mutable_bucket());
  for (size_t i = 0; i < row.key.groups.size(); ++i) {
    v1::Key& key = *message->add_keys();
    key.set_dimension(plan.group_names[i]);
    key.set_none(row.key.groups[i].none);
    if (!row.key.groups[i].none) key.set_value(row.key.groups[i].text);
  }
  for (size_t i = 0; i < row.cells.size(); ++i) CellToWire(row.cells[i], plan.kpis[i].alias, message->add_cells());
}

void AsUsedToWire(const plan::KpiPlan& kpi, v1::KpiAsUsed* message) {
  message->set_alias(kpi.alias);
  message->set_kpi(kpi.definition->id);
  message->set_unit(ToWire(kpi.definition->unit));
  message->set_direction(ToWire(kpi.definition->direction));
  message->set_statistic(kpi.statistic);
  message->set_clock(ToWire(kpi.clock));
  message->set_anchor(kpi.form->anchor);
  message->set_variant(kpi.form->variant);
  message->set_attribution(kpi.attribution);
  message->mutable_parameters()->insert(kpi.parameters.begin(), kpi.parameters.end());
  message->set_formula(kpi.definition->formula_text);
  for (const std::string& rule : kpi.excluded) message->add_excluded(rule);
  message->set_version(kpi.definition->version);
}

}  // namespace

v1::QueryKpisResponse AnswerToWire(const answer::Answer& answer, const plan::Plan& plan) {
  v1::QueryKpisResponse response;
  response.mutable_rows()->Reserve(static_cast<int>(answer.rows.size()));
  for (const answer::Row& row : answer.rows) RowToWire(row, answer, plan, response.add_rows());
  for (const answer::Row& row : answer.totals) RowToWire(row, answer, plan, response.add_totals());
  v1::AnswerMetadata& metadata = *response.mutable_metadata();
  for (const plan::KpiPlan& kpi : plan.kpis) AsUsedToWire(kpi, metadata.add_kpis());
  *metadata.mutable_range()->mutable_start() = record::ToTimestamp(plan.start_ms);
  *metadata.mutable_range()->mutable_end() = record::ToTimestamp(plan.end_ms);
  metadata.set_time_zone(plan.zone->name());
  metadata.set_commit(answer.commit);
  if (answer.data_until_ms.has_value()) *metadata.mutable_data_until() = record::ToTimestamp(*answer.data_until_ms);
  metadata.set_facts_read(answer.facts_read);
  metadata.set_row_count(answer.row_count);
  for (const std::string& warning : answer.warnings) metadata.add_warnings(warning);
  return response;
}

}  // namespace supportkpi::service
