// SPDX-License-Identifier: Apache-2.0
#include "services/exports/bundle.hh"

#include <map>

#include <boost/json.hpp>

#include "base/text.hh"
#include "services/exports/csv.hh"
#include "services/exports/page.hh"
#include "services/exports/walk.hh"
#include "services/receipts/receipt.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;

constexpr std::string_view kMark = "\xef\xbb\xbf";  // by which spreadsheets know UTF-8
constexpr std::size_t kActorsMax = 10'000;          // LIMIT: those who used the data, told apart

struct Recipient {
    std::int64_t times = 0;
    Time first;
    Time last;
};

class Bundle {
  public:
    Bundle(ZipWriter& zip, gate::Gate& gate, const ledger::Ledger& ledger,
           const std::vector<ExportPart>& parts, const TellFiles& files, const Say& say,
           const BundleOf& of, const Progress& progress)
        : zip_(zip),
          gate_(gate),
          ledger_(ledger),
          parts_(parts),
          files_(files),
          say_(say),
          of_(of),
          progress_(progress) {}

    Status write() {
        for (const auto step :
             {&Bundle::write_page, &Bundle::write_json, &Bundle::write_values,
              &Bundle::write_permissions, &Bundle::write_uses, &Bundle::write_recipients,
              &Bundle::write_files, &Bundle::write_receipts, &Bundle::write_proofs,
              &Bundle::write_key}) {
            TRY_OK((this->*step)());
        }
        return zip_.finish();
    }

  private:
    Status begin(std::string_view name) { return zip_.begin(name, of_.now); }
    Status tick() { return progress_(++done_); }
    PurposeToken token() const { return gate_.own_data_token(); }
    Status held(const VisitHeld& visit) {
        return each_held(gate_, of_.customer, [&](const auto& collection) -> Status {
            TRY_OK(visit(collection));
            return tick();
        });
    }
    Status acts(const VisitAct& visit) {
        return each_act(gate_, of_.customer, of_.now,
                        [&](const auto& act, const auto& details) -> Status {
                            TRY_OK(visit(act, details));
                            return tick();
                        });
    }

    Status write_page();
    Status write_json();
    Status write_values();
    Status write_permissions();
    Status write_uses();
    Status write_recipients();
    Status write_files();
    Status write_receipts();
    Status write_proofs();
    Status write_key();

    ZipWriter& zip_;
    gate::Gate& gate_;
    const ledger::Ledger& ledger_;
    const std::vector<ExportPart>& parts_;
    const TellFiles& files_;
    const Say& say_;
    const BundleOf& of_;
    const Progress& progress_;
    std::int64_t done_ = 0;
    std::map<std::string, Recipient> recipients_;
};

std::string actor_of(const bj::object& details) {
    const auto* actor = details.if_contains("actor");
    return actor != nullptr && actor->is_object() ? text_at(actor->get_object(), "label") : "";
}

// "email allowed (stated_at_collection), …"
std::string fields_of(const bj::object& details) {
    const auto* fields = details.if_contains("fields");
    if (fields == nullptr) return "";
    std::vector<std::string> told;
    if (const auto* list = fields->if_array()) {
        for (const auto& name : *list) told.emplace_back(name.as_string());
    }
    if (const auto* by_name = fields->if_object()) {
        for (const auto& [name, field] : *by_name) {
            told.push_back(std::string(name) + " " + text_at(field.as_object(), "decision") + " (" +
                           text_at(field.as_object(), "because") + ")");
        }
    }
    return join(told, ", ");
}

Status Bundle::write_page() {
    const auto policy = gate_.policies().in_force();
    const ExportPage page(*policy, say_, of_.language);
    TRY_OK(begin("index.html"));
    TRY_OK(zip_.write(page.begin(of_.customer, of_.now)));
    TRY_OK(held([&](const auto& one) { return zip_.write(page.collection(one, token())); }));
    TRY(const auto standing, gate_.permissions(of_.customer));
    TRY_OK(zip_.write(page.permissions(standing)));
    for (const auto& part : parts_) {
        TRY(const auto told, part.tell(of_.customer));
        TRY_OK(zip_.write(page.part(part.name, told)));
    }
    TRY_OK(zip_.write(page.recipients() + page.begin_acts()));
    TRY_OK(acts(
        [&](const auto& act, const auto& details) { return zip_.write(page.act(act, details)); }));
    return zip_.write(page.end());
}

Status Bundle::write_json() {
    TRY_OK(begin("data.json"));
    DataJson data(gate_, of_.customer, parts_, of_.now);
    const auto before = done_;
    while (true) {
        TRY(const auto text, data.next());
        if (text.empty()) return {};
        TRY_OK(zip_.write(text));
        done_ = before + data.told();
        TRY_OK(progress_(done_));
    }
}

Status Bundle::write_values() {
    TRY_OK(begin("csv/values.csv"));
    TRY_OK(zip_.write(std::string(kMark) +
                      csv_line({"field", "value", "channel", "collected_at", "purposes",
                                "policy_version", "kept_until", "collection", "datum"})));
    return held([&](const auto& one) -> Status {
        for (const auto& field : one.fields) {
            const auto until = field.kept_until ? rfc3339(*field.kept_until) : std::string();
            TRY_OK(
                zip_.write(csv_line({field.field, field.value.reveal(token()), one.channel,
                                     rfc3339(one.at), join(one.purposes, " "), one.policy->version,
                                     until, one.id.text(), field.id.text()})));
        }
        return {};
    });
}

Status Bundle::write_permissions() {
    TRY_OK(begin("csv/permissions.csv"));
    TRY_OK(
        zip_.write(std::string(kMark) + csv_line({"at", "purpose", "granted", "signal", "evidence",
                                                  "by", "policy_version", "entry"})));
    return acts([&](const auto& act, const auto& details) -> Status {
        const bool granted = act.kind == ledger::Kind::permitted;
        if (!granted && act.kind != ledger::Kind::withdrawn) return {};
        return zip_.write(
            csv_line({rfc3339(act.at), text_at(details, "purpose"), granted ? "yes" : "no",
                      text_at(details, "signal"), text_at(details, "evidence"), actor_of(details),
                      text_at(details, "policy"), act.entry.text()}));
    });
}

Status Bundle::write_uses() {
    TRY_OK(begin("csv/uses.csv"));
    TRY_OK(zip_.write(std::string(kMark) + csv_line({"at", "kind", "purpose", "by", "fields",
                                                     "reason", "policy_version", "entry"})));
    return acts([&](const auto& act, const auto& details) -> Status {
        if (has_receipt(act.kind)) return {};
        const auto who = actor_of(details);
        const bool opened = act.kind != ledger::Kind::refused && act.kind != ledger::Kind::erased;
        if (opened && (recipients_.contains(who) || recipients_.size() < kActorsMax)) {
            auto& one = recipients_[who];
            // Newest first.
            if (one.times++ == 0) one.last = act.at;
            one.first = act.at;
        }
        return zip_.write(
            csv_line({rfc3339(act.at), ledger::name_of(act.kind), text_at(details, "purpose"), who,
                      fields_of(details), text_at(details, "reason"), text_at(details, "policy"),
                      act.entry.text()}));
    });
}

Status Bundle::write_recipients() {
    TRY_OK(begin("csv/recipients.csv"));
    TRY_OK(
        zip_.write(std::string(kMark) + csv_line({"recipient", "when", "times", "first", "last"})));
    for (const auto& one : gate_.policies().in_force()->recipients)
        TRY_OK(zip_.write(csv_line({one.name, one.when, "", "", ""})));
    for (const auto& [who, one] : recipients_) {
        TRY_OK(zip_.write(csv_line(
            {who, "used", std::to_string(one.times), rfc3339(one.first), rfc3339(one.last)})));
    }
    return {};
}

Status Bundle::write_files() {
    if (!files_) return {};
    const auto write = [&](std::string_view bytes) -> Status {
        TRY_OK(zip_.write(bytes));
        return progress_(done_);
    };
    return files_(of_.customer, {[&](std::string_view name) { return begin(name); }, write});
}

Status Bundle::write_receipts() {
    return acts([&](const auto& act, const auto&) -> Status {
        if (!has_receipt(act.kind)) return {};
        TRY(const auto receipt, receipt_of(gate_, ledger_, of_.customer, act.entry));
        TRY_OK(begin("receipts/" + act.entry.text() + ".receipt"));
        return zip_.write(receipt);
    });
}

Status Bundle::write_proofs() {
    return acts([&](const auto& act, const auto&) -> Status {
        TRY(const auto opening, gate_.opening(of_.customer, act.entry));
        const auto proof = ledger_.proof_file(act.entry, opening.reveal(token()));
        // Made by who restored an older store: the entry is held, and its leaf is not known.
        if (!proof && proof.error().code() == Code::not_found) return {};
        if (!proof) return proof.error();
        TRY_OK(begin("proofs/" + act.entry.text() + ".tlog-proof"));
        return zip_.write(*proof);
    });
}

Status Bundle::write_key() {
    TRY_OK(begin("ledger-key.txt"));
    return zip_.write(ledger_.verifier_key() + "\n");
}

}  // namespace

std::int64_t steps_of(const gate::Gate::Extent& extent) {
    return 3 * extent.collections + 6 * extent.acts;
}

Status write_bundle(ZipWriter& zip, gate::Gate& gate, const ledger::Ledger& ledger,
                    const std::vector<ExportPart>& parts, const TellFiles& files, const Say& say,
                    const BundleOf& of, const Progress& progress) {
    return Bundle(zip, gate, ledger, parts, files, say, of, progress).write();
}

}  // namespace avow::services
