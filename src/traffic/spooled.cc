// SPDX-License-Identifier: Apache-2.0
#include "traffic/spooled.hh"

#include <atomic>
#include <chrono>

#include "base/bytes.hh"
#include "base/log.hh"
#include "traffic/courier.hh"
#include "traffic/fold_rows.hh"
#include "traffic/row_bytes.hh"

namespace avow::traffic {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 600s;  // the engine is of this process: it takes, or it fails

class Spooled final : public Columns {
  public:
    Spooled(std::unique_ptr<Columns> engine, Random& random)
        : engine_(std::move(engine)), random_(random) {}
    ~Spooled() override {
        if (!courier_) return;
        courier_->stop();
        // The rest waits on the disk for the next start.
        [[maybe_unused]] const auto told = courier_->deliver(kPatience);
    }

    Status open(const SpoolOptions& options) {
        TRY(spool_, Spool::open(options.folder, options.bytes_max,
                                [this] { return hex(random_.take<16>()); }));
        courier_.emplace(
            *spool_, [this](const Segment& segment) { return take(segment); },
            [this](const Status& told) { note(told); });
        TRY_OK(courier_->deliver(kPatience));
        if (options.delivers_itself) courier_->start(kPatience);
        return {};
    }

    bool is_shared() const override { return engine_->is_shared(); }

    Status append(const Batch& batch) override {
        // As much as the engine wants to take at once as it is.
        if (batch.import) return engine_->append(batch);
        return spool_->append(written(batch));
    }

    Status query(std::string_view sql, const std::vector<std::int64_t>& numbers,
                 const OnRow& on_row) override {
        TRY_OK(settle());
        return engine_->query(sql, numbers, on_row);
    }

    Status settle() override {
        TRY_OK(courier_->deliver(kPatience));
        return engine_->settle();
    }

    Status fold(std::int64_t day) override {
        TRY_OK(settle());
        return engine_->fold(day);
    }
    Result<std::optional<std::vector<std::int64_t>>> unfolded_before(std::int64_t day) override {
        TRY_OK(settle());
        return engine_->unfolded_before(day);
    }
    Result<DayRanges> not_added_up(std::int64_t from, std::int64_t to) override {
        TRY_OK(settle());
        return engine_->not_added_up(from, to);
    }
    Status forget_before(std::int64_t day, const OnUnused& on_unused) override {
        TRY_OK(settle());
        return engine_->forget_before(day, on_unused);
    }
    Result<std::vector<std::string>> kept_columns() override { return engine_->kept_columns(); }

  private:
    Status take(const Segment& segment) {
        Batch all;
        std::vector<ImportRow> imports;
        TRY_OK(read_records(segment.records, imports, all));
        // In order and folded, so that the order within a second says nothing.
        fold_rows(all.views);
        fold_rows(all.edges);
        fold_rows(all.engagement);
        fold_rows(all.properties);
        all.mark = segment.label;
        return engine_->append(all);
    }

    // One line when it begins to fail, and one when that is over.
    void note(const Status& told) {
        const bool failed_before = failing_.exchange(!told);
        if (!told && !failed_before) {
            log::error("traffic_not_stored",
                       {{"waiting_bytes", spool_->bytes()}, {"cause", told.error().describe()}});
        } else if (told && failed_before) {
            log::info("traffic_stored_again");
        }
    }

    const std::unique_ptr<Columns> engine_;
    Random& random_;
    std::unique_ptr<Spool> spool_;
    std::optional<Courier> courier_;
    std::atomic<bool> failing_{false};
};

}  // namespace

Result<std::unique_ptr<Columns>> open_spooled(std::unique_ptr<Columns> engine, SpoolOptions options,
                                              Random& random) {
    auto spooled = std::make_unique<Spooled>(std::move(engine), random);
    TRY_OK(spooled->open(options));
    return std::unique_ptr<Columns>(std::move(spooled));
}

}  // namespace avow::traffic
