// SPDX-License-Identifier: Apache-2.0
#include "sql/schema.hh"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <utility>

namespace avow::sql {
namespace {

// A word, a sign, or a comment, with what stands before it.
struct Token {
    std::string_view space;
    std::string_view text;
    bool is_comment() const { return text.starts_with("--"); }
};

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::vector<Token> tokens_of(std::string_view script) {
    std::vector<Token> tokens;
    std::size_t at = 0;
    while (true) {
        const auto space = at;
        while (at < script.size() && std::isspace(static_cast<unsigned char>(script[at])) != 0)
            ++at;
        const auto begin = at;
        if (at < script.size()) {
            if (script.substr(at).starts_with("--")) {
                at = std::min(script.find('\n', at), script.size());
            } else if (script[at] == '\'') {
                at = std::min(script.find('\'', at + 1), script.size() - 1) + 1;
            } else if (is_word(script[at])) {
                while (at < script.size() && is_word(script[at])) ++at;
            } else {
                ++at;
            }
        }
        tokens.push_back({script.substr(space, begin - space), script.substr(begin, at - begin)});
        if (begin == script.size()) return tokens;  // the last one is empty and holds the rest
    }
}

std::string_view postgres_type(std::string_view type) {
    if (type == "blob") return "bytea";
    if (type == "integer") return "bigint";
    if (type == "text") return "text collate \"C\"";
    return type;
}

// Walks the words of a script and knows where in a statement each one stands.
class Walk {
  public:
    enum class Place { elsewhere, table_name, column_name, column_type, key_column, tail };

    Place next(std::string_view word) {
        if (word == ";") {
            *this = Walk();
            return Place::elsewhere;
        }
        const auto before = std::exchange(before_, word);
        if (word == "(") {
            ++depth_;
            in_key_ = depth_ == 2 && (before == "unique" || before == "key");
            begins_ = depth_ == 1;
            return Place::elsewhere;
        }
        if (word == ")") {
            --depth_;
            in_key_ = false;
            ended_ = ended_ || (creates_ && depth_ == 0);
            return Place::elsewhere;
        }
        if (word == ",") {
            begins_ = depth_ == 1;
            return ended_ ? Place::tail : Place::elsewhere;
        }
        return place_of_word(word, before);
    }

  private:
    Place place_of_word(std::string_view word, std::string_view before) {
        if (depth_ == 0) {
            if (word == "table" && before == "create") creates_ = true;
            if (ended_) return Place::tail;
            if ((before == "table" && word != "if") || (creates_ && before == "exists"))
                return Place::table_name;
            if (before == "column") {
                named_ = true;
                return Place::column_name;
            }
            return std::exchange(named_, false) ? Place::column_type : Place::elsewhere;
        }
        if (!creates_) return Place::elsewhere;
        if (in_key_) return Place::key_column;
        if (std::exchange(begins_, false)) {
            if (word == "unique" || word == "primary" || word == "check") return Place::elsewhere;
            named_ = true;
            return Place::column_name;
        }
        return std::exchange(named_, false) ? Place::column_type : Place::elsewhere;
    }

    std::string_view before_;
    int depth_ = 0;
    bool creates_ = false;
    bool begins_ = false;  // a column or a key comes next
    bool named_ = false;   // a column's name has passed, its type comes next
    bool in_key_ = false;
    bool ended_ = false;  // the table's bracket is closed
};

std::optional<std::string> distribution_of(std::string_view comment) {
    constexpr std::string_view kMark = "-- distribution:";
    if (!comment.starts_with(kMark)) return std::nullopt;
    comment.remove_prefix(kMark.size());
    comment.remove_prefix(std::min(comment.find_first_not_of(' '), comment.size()));
    return std::string(comment.substr(0, comment.find(' ')));
}

Status check(const Table& table) {
    const auto wrong = [&](const std::string& what) {
        return Error(Code::invalid, "table " + table.name + " " + what);
    };
    if (table.distribution.empty()) return wrong("has no line \"-- distribution: …\" before it");
    if (table.is_reference()) return {};
    const auto holds = [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), table.distribution) != names.end();
    };
    if (!holds(table.columns)) return wrong("has no column " + table.distribution);
    for (const auto& key : table.keys) {
        if (!holds(key)) return wrong("has a unique key without " + table.distribution);
    }
    return {};
}

}  // namespace

std::string to_postgres(std::string_view script) {
    std::string out;
    Walk walk;
    for (const auto& token : tokens_of(script)) {
        if (token.is_comment()) {
            constexpr std::string_view kPostgres = "-- postgres: ";
            const bool alone = token.text.starts_with(kPostgres);
            (out += token.space) += alone ? token.text.substr(kPostgres.size()) : token.text;
            continue;
        }
        switch (walk.next(token.text)) {
            case Walk::Place::column_type:
                (out += token.space) += postgres_type(token.text);
                break;
            case Walk::Place::tail:
                break;  // strict, without rowid: SQLite's alone
            case Walk::Place::elsewhere:
            case Walk::Place::table_name:
            case Walk::Place::column_name:
            case Walk::Place::key_column:
                (out += token.space) += token.text;
                break;
        }
    }
    return out;
}

namespace {

// Builds the tables up, statement by statement.
class TableReader {
  public:
    void read(const Token& token) {
        if (token.is_comment()) {
            if (auto marked = distribution_of(token.text)) distribution_ = std::move(*marked);
            return;
        }
        const auto place = walk_.next(token.text);
        if (verb_.empty()) verb_ = token.text;
        if (place == Walk::Place::table_name) name(token.text);
        if (verb_ == "create" && made_) column_or_key(token.text, place);
        if (verb_ == "alter" && before_ == "to") rename(token.text);
        if (token.text == ";") {
            verb_ = {};
            made_ = false;
        }
        before_ = token.text;
    }

    std::vector<Table> tables;

  private:
    void name(std::string_view name) {
        subject_ = name;
        if (verb_ == "create") {
            tables.push_back({std::string(name), std::exchange(distribution_, {}), {}, {}});
            made_ = true;
        } else if (verb_ == "drop") {
            std::erase_if(tables, [&](const Table& table) { return table.name == name; });
        }
    }

    void rename(std::string_view name) {
        for (auto& table : tables) {
            if (table.name == subject_) table.name = name;
        }
    }

    void column_or_key(std::string_view word, Walk::Place place) {
        auto& table = tables.back();
        if (place == Walk::Place::column_name) table.columns.emplace_back(word);
        if (place == Walk::Place::key_column) table.keys.back().emplace_back(word);
        if (before_ != "unique" && before_ != "key") return;
        if (word == "(") {
            table.keys.emplace_back();
        } else {
            table.keys.push_back({table.columns.back()});  // "COLUMN TYPE … unique"
        }
    }

    Walk walk_;
    std::string_view verb_;
    std::string_view before_;
    std::string subject_;
    std::string distribution_;
    bool made_ = false;
};

}  // namespace

Result<std::vector<Table>> read_tables(std::string_view script) {
    TableReader reader;
    for (const auto& token : tokens_of(script)) reader.read(token);
    for (const auto& table : reader.tables) TRY_OK(check(table));
    return std::move(reader.tables);
}

std::vector<std::string> distribute_statements(const std::vector<Table>& tables) {
    std::vector<std::string> statements;
    // Tables of one column's kind stand together, so that a customer's rows are one machine's.
    std::map<std::string, std::string> first_of;
    for (const auto& table : tables) {
        const auto [first, is_first] = first_of.emplace(table.distribution, table.name);
        std::string made;
        if (table.is_reference()) {
            made = "create_reference_table('" + table.name + "')";
        } else {
            made = "create_distributed_table('" + table.name + "', '" + table.distribution +
                   "', colocate_with => '" + (is_first ? "none" : first->second) + "')";
        }
        statements.push_back(
            "select " + made +
            " where not exists (select 1 from pg_dist_partition where logicalrelid = '" +
            table.name + "'::regclass)");
    }
    return statements;
}

}  // namespace avow::sql
