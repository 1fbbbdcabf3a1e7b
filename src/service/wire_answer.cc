// An Answer as the bytes of a QueryKpisResponse. Rows are written straight from the answer: a message of thousands of rows
// would cost more than computing them. What repeats, such as a bucket or a group's keys, is serialized once and copied.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "record/instant.h"
#include "service/wire.h"

namespace supportkpi::service {

namespace {

using google::protobuf::io::CodedOutputStream;
using google::protobuf::internal::WireFormatLite;

void BucketToWire(const time::Bucket& bucket, v1::Bucket* message) {
  *message->mutable_start() = record::ToTimestamp(bucket.start_ms);
  *message->mutable_end() = record::ToTimestamp(bucket.end_ms);
  message->set_label(bucket.label);
  message->set_partial(bucket.partial);
}

template <class Notes>
void NotesToWire(const Notes& notes, google::protobuf::RepeatedPtrField<v1::CountedNote>* messages) {
  for (const answer::CountedNote& note : notes) {
    v1::CountedNote& message = *messages->Add();
    message.set_rule(note.rule.data(), note.rule.size());
    message.set_count(note.count);
  }
}

void CellToWire(const answer::Cell& cell, v1::Cell* message) {
  if (cell.value.has_value()) message->set_value(*cell.value);
  message->set_absent_reason(static_cast<v1::AbsentReason>(cell.reason));
  if (cell.numerator.has_value()) message->set_numerator(*cell.numerator);
  if (cell.denominator.has_value()) message->set_denominator(*cell.denominator);
  message->set_facts(cell.facts);
  NotesToWire(cell.left_out, message->mutable_left_out());
  NotesToWire(cell.notes, message->mutable_notes());
  if (!cell.currency.empty()) message->set_currency(cell.currency.data(), cell.currency.size());
  if (!cell.record.empty()) message->set_record(cell.record.data(), cell.record.size());
}
static_assert(static_cast<int>(answer::AbsentReason::kTooFewFacts) == v1::ABSENT_REASON_TOO_FEW_FACTS);

void KeyToWire(const exec::GroupValue& value, v1::Key* message) {
  using Kind = exec::GroupValue::Kind;
  message->set_none(value.kind == Kind::kNone);
  message->set_all(value.kind == Kind::kAll);
  message->set_other(value.kind == Kind::kOther);
  if (value.kind == Kind::kName) message->set_value(value.text);
}

// Appends a field that holds a message of that size; the bytes of the message follow.
void AppendHeader(int field, size_t size, std::string* out) {
  uint8_t header[2 * 5];
  uint8_t* end = CodedOutputStream::WriteTagToArray(
      WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), header);
  end = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(size), end);
  out->append(reinterpret_cast<const char*>(header), static_cast<size_t>(end - header));
}

void AppendField(int field, const google::protobuf::MessageLite& message, std::string* out) {
  AppendHeader(field, message.ByteSizeLong(), out);
  message.AppendToString(out);
}

// Rows as messages.
class RowWriter {
 public:
  explicit RowWriter(const answer::Answer& answer) : answer_(answer) {}

  void Append(int field, const answer::Row& row, std::string* out) {
    row_.clear();
    if (row.key.bucket >= 0) row_ += BytesOfBucket(row.key.bucket);
    if (answer_.NamesGroups(row)) row_ += BytesOfKeys(row.key.group);
    const auto& kpis = answer_.plan().kpis;
    for (size_t kpi = 0; kpi < kpis.size(); ++kpi) {
      cell_.Clear();
      cell_.set_kpi(kpis[kpi].alias);
      CellToWire(answer_.CellOf(row, kpi), &cell_);
      AppendField(v1::Row::kCellsFieldNumber, cell_, &row_);
    }
    AppendHeader(field, row_.size(), out);
    *out += row_;
  }

 private:
  const std::string& BytesOfBucket(int32_t bucket) {
    std::string& bytes = buckets_[bucket];
    if (bytes.empty()) {
      v1::Bucket message;
      BucketToWire(answer_.plan().buckets[bucket], &message);
      AppendField(v1::Row::kBucketFieldNumber, message, &bytes);
    }
    return bytes;
  }

  const std::string& BytesOfKeys(int32_t group) {
    std::string& bytes = keys_[group];
    if (!bytes.empty()) return bytes;
    const auto& names = answer_.plan().group_names;
    for (size_t d = 0; d < names.size(); ++d) {
      v1::Key message;
      message.set_dimension(names[d]);
      KeyToWire(answer_.groups().ValueOf(group, d), &message);
      AppendField(v1::Row::kKeysFieldNumber, message, &bytes);
    }
    return bytes;
  }

  const answer::Answer& answer_;
  absl::flat_hash_map<int32_t, std::string> buckets_, keys_;  // of the rows so far
  std::string row_;
  v1::Cell cell_;
};

// Counts by rule become columns as rules turn up.
class CountColumns {
 public:
  CountColumns(int rows, google::protobuf::RepeatedPtrField<v1::CountColumn>* columns) : rows_(rows), columns_(*columns) {}

  void Add(int row, const absl::InlinedVector<answer::CountedNote, 2>& notes) {
    for (const answer::CountedNote& note : notes) ColumnOf(note.rule).set_counts(row, note.count);
  }

 private:
  v1::CountColumn& ColumnOf(absl::string_view rule) {
    // A rule's name mostly stands at one address; where it does not the text tells.
    for (const auto& [name, column] : known_)
      if (name == rule.data()) return *column;
    auto column = std::find_if(columns_.begin(), columns_.end(), [&](const auto& other) { return other.rule() == rule; });
    if (column == columns_.end()) {
      v1::CountColumn& added = *columns_.Add();
      added.set_rule(rule.data(), rule.size());
      added.mutable_counts()->Resize(rows_, 0);
      column = columns_.end() - 1;
    }
    known_.push_back({rule.data(), &*column});
    return *column;
  }

  const int rows_;
  google::protobuf::RepeatedPtrField<v1::CountColumn>& columns_;
  std::vector<std::pair<const char*, v1::CountColumn*>> known_;
};

// A column of cells, whose rows are made in pieces, perhaps on several threads.
class CellColumnWriter {
 public:
  CellColumnWriter(const answer::Answer& answer, absl::Span<const answer::Row> rows, size_t kpi, v1::CellColumn* column)
      : answer_(answer), rows_(rows), kpi_(kpi), column_(*column), rest_((rows.size() + kRowsOfPiece - 1) / kRowsOfPiece) {
    column->set_kpi(answer.plan().kpis[kpi].alias);
    const int count = static_cast<int>(rows.size());
    for (auto* numbers : {column->mutable_values(), column->mutable_numerators(), column->mutable_denominators()})
      numbers->Resize(count, 0);
    column->mutable_facts()->Resize(count, 0);
    values_ = column->mutable_values()->mutable_data();
    numerators_ = column->mutable_numerators()->mutable_data();
    denominators_ = column->mutable_denominators()->mutable_data();
    facts_ = column->mutable_facts()->mutable_data();
  }

  size_t piece_count() const { return rest_.size(); }
  // Writes to no row but the piece's.
  void MakePiece(size_t piece) {
    const size_t end = std::min((piece + 1) * kRowsOfPiece, rows_.size());
    for (size_t row = piece * kRowsOfPiece; row < end; ++row) {
      answer::Cell cell = answer_.CellOf(rows_[row], kpi_);
      if (cell.value.has_value()) values_[row] = *cell.value;
      if (cell.numerator.has_value()) numerators_[row] = *cell.numerator;
      if (cell.denominator.has_value()) denominators_[row] = *cell.denominator;
      facts_[row] = cell.facts;
      if (!cell.numerator.has_value()) rest_[piece].without_numerator.push_back(static_cast<int>(row));
      if (!cell.denominator.has_value()) rest_[piece].without_denominator.push_back(static_cast<int>(row));
      const bool is_plain = cell.value.has_value() && cell.left_out.empty() && cell.notes.empty() && cell.currency.empty() && cell.record.empty();
      if (!is_plain) rest_[piece].cells.push_back({static_cast<int>(row), std::move(cell)});
    }
  }
  // After all pieces: what few rows have.
  void Finish() {
    const int count = static_cast<int>(rows_.size());
    CountColumns left_out(count, column_.mutable_left_out()), notes(count, column_.mutable_notes());
    for (const Rest& of_piece : rest_) {
      column_.mutable_rows_without_numerator()->Add(of_piece.without_numerator.begin(), of_piece.without_numerator.end());
      column_.mutable_rows_without_denominator()->Add(of_piece.without_denominator.begin(), of_piece.without_denominator.end());
      for (const auto& [row, cell] : of_piece.cells) {
        if (!cell.value.has_value()) {
          if (column_.absent_reasons().empty()) column_.mutable_absent_reasons()->Resize(count, 0);
          column_.set_absent_reasons(row, static_cast<v1::AbsentReason>(cell.reason));
        }
        left_out.Add(row, cell.left_out);
        notes.Add(row, cell.notes);
        for (const auto& [text, column_of] : {std::pair{&cell.currency, column_.mutable_currencies()},
                                              std::pair{&cell.record, column_.mutable_records()}}) {
          if (text->empty()) continue;
          while (column_of->size() < count) column_of->Add();
          column_of->Mutable(row)->assign(text->data(), text->size());
        }
      }
    }
  }

 private:
  static constexpr size_t kRowsOfPiece = 1024;
  struct Rest {
    std::vector<int> without_numerator, without_denominator;
    std::vector<std::pair<int, answer::Cell>> cells;
  };

  const answer::Answer& answer_;
  const absl::Span<const answer::Row> rows_;
  const size_t kpi_;
  v1::CellColumn& column_;
  double *values_, *numerators_, *denominators_;
  int64_t* facts_;
  std::vector<Rest> rest_;  // by piece
};

// Fewer are made sooner than another thread is awake.
constexpr size_t kCellsTogetherMin = 4096;

// All columns' pieces side by side.
void CellsToColumns(const answer::Answer& answer, absl::Span<const answer::Row> rows, const ForEach& for_each, v1::AnswerColumns* columns) {
  std::vector<CellColumnWriter> writers;
  for (size_t kpi = 0; kpi < answer.plan().kpis.size(); ++kpi) writers.emplace_back(answer, rows, kpi, columns->add_cells());
  const size_t pieces = writers.empty() ? 0 : writers[0].piece_count(), count = writers.size() * pieces;
  const auto make = [&](size_t i) { writers[i / pieces].MakePiece(i % pieces); };
  if (rows.size() * writers.size() < kCellsTogetherMin) {
    for (size_t i = 0; i < count; ++i) make(i);
  } else {
    for_each(count, make);
  }
  for (CellColumnWriter& writer : writers) writer.Finish();
}

void KeysToColumn(const answer::Answer& answer, absl::Span<const answer::Row> rows, size_t d, v1::KeyColumn* column) {
  using Kind = exec::GroupValue::Kind;
  column->set_dimension(answer.plan().group_names[d]);
  column->mutable_codes()->Reserve(static_cast<int>(rows.size()));
  std::vector<int32_t> codes(answer.groups().ValuesOf(d).size(), -1);  // by number of value
  for (const answer::Row& row : rows) {
    const exec::GroupValue& value = answer.groups().ValueOf(row.key.group, d);
    const Kind kind = answer.NamesGroups(row) ? value.kind : Kind::kAll;
    if (kind != Kind::kName) {
      column->add_codes(kind == Kind::kNone ? -1 : kind == Kind::kAll ? -2 : -3);
      continue;
    }
    int32_t& code = codes[answer.groups().NumbersOf(row.key.group)[d]];
    if (code < 0) {
      code = column->values_size();
      column->add_values(value.text);
    }
    column->add_codes(code);
  }
}

// In an arena: of hundreds of buckets each is three messages.
const v1::AnswerColumns& ColumnsOf(const answer::Answer& answer, absl::Span<const answer::Row> rows,
                                   const ForEach& for_each, google::protobuf::Arena* arena) {
  v1::AnswerColumns& columns = *google::protobuf::Arena::CreateMessage<v1::AnswerColumns>(arena);
  columns.mutable_bucket_codes()->Reserve(static_cast<int>(rows.size()));
  std::vector<int32_t> codes(answer.plan().buckets.size(), -1);
  for (const answer::Row& row : rows) {
    if (row.key.bucket < 0) {
      columns.add_bucket_codes(-1);
      continue;
    }
    int32_t& code = codes[row.key.bucket];
    if (code < 0) {
      code = columns.buckets_size();
      BucketToWire(answer.plan().buckets[row.key.bucket], columns.add_buckets());
    }
    columns.add_bucket_codes(code);
  }
  for (size_t d = 0; d < answer.plan().group_names.size(); ++d) KeysToColumn(answer, rows, d, columns.add_keys());
  CellsToColumns(answer, rows, for_each, &columns);
  return columns;
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

v1::AnswerMetadata MetadataToWire(const answer::Answer& answer) {
  v1::AnswerMetadata metadata;
  const plan::Plan& plan = answer.plan();
  for (const plan::KpiPlan& kpi : plan.kpis) AsUsedToWire(kpi, metadata.add_kpis());
  *metadata.mutable_range()->mutable_start() = record::ToTimestamp(plan.start_ms);
  *metadata.mutable_range()->mutable_end() = record::ToTimestamp(plan.end_ms);
  metadata.set_time_zone(plan.zone->name());
  metadata.set_commit(answer.commit());
  if (answer.data_until_ms().has_value()) *metadata.mutable_data_until() = record::ToTimestamp(*answer.data_until_ms());
  metadata.set_facts_read(answer.facts_read());
  metadata.set_row_count(answer.row_count());
  for (const std::string& warning : answer.warnings()) metadata.add_warnings(warning);
  return metadata;
}

std::string AnswerToWire(const answer::Answer& answer, v1::AnswerLayout layout, RowRange range, bool with_totals,
                         const v1::QueryKpisResponse& rest, const ForEach& for_each) {
  using Response = v1::QueryKpisResponse;
  const size_t end = std::min<size_t>(answer.rows().size(), static_cast<size_t>(std::max<int64_t>(range.end, 0)));
  const size_t begin = std::min<size_t>(end, static_cast<size_t>(std::max<int64_t>(range.begin, 0)));
  const auto rows = absl::MakeConstSpan(answer.rows()).subspan(begin, end - begin);
  std::string bytes;
  if (layout == v1::ANSWER_LAYOUT_COLUMNS) {
    google::protobuf::Arena arena;
    AppendField(Response::kColumnsFieldNumber, ColumnsOf(answer, rows, for_each, &arena), &bytes);
    if (with_totals && !answer.totals().empty())
      AppendField(Response::kTotalColumnsFieldNumber, ColumnsOf(answer, answer.totals(), for_each, &arena), &bytes);
  } else {
    RowWriter writer(answer);
    for (const answer::Row& row : rows) writer.Append(Response::kRowsFieldNumber, row, &bytes);
    if (with_totals)
      for (const answer::Row& row : answer.totals()) writer.Append(Response::kTotalsFieldNumber, row, &bytes);
  }
  rest.AppendToString(&bytes);
  return bytes;
}

}  // namespace supportkpi::service
