// SPDX-License-Identifier: Apache-2.0
// What an IMAP server says, read from bytes that come in any pieces. Pure. Strict where a mistake
// would let a mail's content pass for the server's word: a literal is counted, never searched.
// Source: RFC 9051 §9 and RFC 3501 §9 (grammar), RFC 3516 (literal8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace avow::mail {

struct ImapValue {
    enum class Kind { atom, string, list };  // NIL and numbers are atoms
    Kind kind = Kind::atom;
    std::string text;  // of an atom as it came, of a string without its quotes
    std::vector<ImapValue> items;

    // Whether it is this atom, in either case.
    bool is(std::string_view atom) const;
    std::optional<std::uint32_t> number() const;
};

struct ImapResponse {
    enum class Kind { untagged, tagged, more };  // more: "+", the server waits for us
    Kind kind = Kind::untagged;
    std::string tag;
    std::string status;             // OK, NO, BAD, BYE or PREAUTH; empty: data
    std::vector<ImapValue> code;    // what a status has in brackets
    std::vector<ImapValue> values;  // of data
    bool is_cut = false;  // a literal was larger than is held: it was read past, and is empty
    std::string text;     // what follows a "+"; of a status nothing: it may name somebody
};

class ImapReader {
  public:
    static constexpr std::size_t kLineMax = 65'536;  // LIMIT: bytes of a response, without literals
    static constexpr std::size_t kLiteralsMax = 16;  // LIMIT: of one response
    static constexpr std::size_t kPassedMax = 1u
                                              << 30;  // LIMIT: bytes of a literal that is not held
    static constexpr std::size_t kDepthMax = 16;      // LIMIT: lists within lists

    // `literals_max`: bytes of all literals of one response that are held.
    explicit ImapReader(std::size_t literals_max) : literals_max_(literals_max) {}

    void feed(std::string_view bytes);
    // The next whole response; nothing while it is not all there. `unavailable` when it is none:
    // the connection is of no use any more.
    Result<std::optional<ImapResponse>> next();
    // Whether nothing came that was not read: so it must be before TLS begins.
    bool is_empty() const { return input_.size() == at_ && line_.empty() && literals_.empty(); }

  private:
    Result<bool> read_line();  // true: the response ends with it
    Status begin_literal();

    std::size_t literals_max_;
    std::string input_;
    std::size_t at_ = 0;       // where what was not read begins
    std::size_t scanned_ = 0;  // up to where no line feed was found
    std::string line_;         // the response, its literals left out behind their {size}
    std::vector<std::string> literals_;
    std::vector<std::size_t> places_;  // where in line_ each literal's {size} ends
    std::size_t wanted_ = 0;           // bytes that the last literal still lacks
    bool passing_ = false;             // it is not held
    bool is_cut_ = false;
    std::size_t held_ = 0;  // bytes of all literals
};

}  // namespace avow::mail
