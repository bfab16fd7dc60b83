// SPDX-License-Identifier: Apache-2.0
// What the web team keeps of its study of the traffic: goals and funnels, segments (filters under a
// name) and links by which others read one report. All of it is the house's own and holds no
// personal data; a link's secret is stored as its hash. What the terms mean is the traffic room's
// to say, which this one does not know. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hh"
#include "base/random.hh"
#include "base/result.hh"
#include "sql/connection.hh"

namespace avow::services {

struct StudyTag {
    static constexpr std::string_view prefix = "std";
};
using StudyId = Id<StudyTag>;

enum class StudyKind : std::uint8_t { goal, funnel, segment, link };
std::string_view name_of(StudyKind kind);
std::optional<StudyKind> study_kind_from(std::string_view name);

struct NewStudy {
    std::string site;
    StudyKind kind;
    std::string name;                // as people call it
    std::vector<std::string> terms;  // a goal's one, a funnel's pages, or filters
    std::string report;              // links: which
    int days = 0;                    // links: the newest, as many
    bool noise = false;              // links: every count with noise
};

struct Study : NewStudy {
    StudyId id;
    Time created;
};

class Studies {
  public:
    static constexpr std::size_t kMax = 200;       // LIMIT: of one site
    static constexpr std::size_t kNameMax = 100;   // LIMIT: bytes
    static constexpr std::size_t kTermMax = 2000;  // LIMIT: bytes

    static Result<std::unique_ptr<Studies>> create(sql::Connection& store, const Clock& clock,
                                                   Random& random);

    // By name.
    Result<std::vector<Study>> list(std::string_view site);
    struct Kept {
        Study study;
        std::string secret;  // links: shown once
    };
    // `invalid` by pointer; `conflict` when the site has one of that kind and name, or too many.
    Result<Kept> keep(NewStudy wanted);
    Status remove(const StudyId& id);
    struct Shared {
        Study study;
        ByteArray<16> noise_key;
    };
    // `not_found` when the link is none of ours or was removed.
    Result<Shared> find_shared(std::string_view secret);

  private:
    Studies(sql::Connection& store, const Clock& clock, Random& random)
        : store_(store), clock_(clock), random_(random) {}

    sql::Connection& store_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace avow::services
