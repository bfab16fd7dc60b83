// SPDX-License-Identifier: Apache-2.0
#include "ledger/verify.hh"

#include "base/file.hh"
#include "ledger/note.hh"
#include "ledger/tile.hh"

namespace avow::ledger {
namespace {

Error wrong(const TileName& name, std::string_view what) {
    return {Code::corrupt, name.path() + ": " + std::string(what)};
}

Result<std::string> fetch_tile(const Fetch& fetch, const TileName& name) {
    auto content = fetch(name.path());
    if (!content)
        return Error(Code::corrupt,
                     name.path() + " cannot be had: " + content.error().words().value);
    return content;
}

// Every tile above level 0 must be what the tiles below give: `edge` has seen all leaves in order.
class TileCheck {
  public:
    explicit TileCheck(const Fetch& fetch) : fetch_(fetch) {}
    void expect(const TileName& name, std::span<const Hash> hashes) {
        if (!result_) return;
        result_ = compare(name, hashes);
    }
    Status result() { return result_; }

  private:
    Status compare(const TileName& name, std::span<const Hash> hashes) {
        TRY(const auto content, fetch_tile(fetch_, name));
        if (content == encode_hashes(hashes)) return {};
        return wrong(name, "differs from what the entries give");
    }
    const Fetch& fetch_;
    Status result_;
};

}  // namespace

Fetch fetch_from_folder(std::filesystem::path folder) {
    return [folder = std::move(folder)](std::string_view path) { return read_file(folder / path); };
}

Result<Verified> verify(const Fetch& fetch, const VerifyOptions& options) {
    TRY(const auto key, parse_verifier_key(options.verifier_key));
    TRY(const auto note, fetch("checkpoint"));
    TRY(const auto checkpoint, open_checkpoint(note, key));
    TileCheck tiles(fetch);
    Edge edge;
    const auto sink = [&](int level, std::uint64_t number, std::span<const Hash> hashes) {
        tiles.expect({level, number, kTileWidth}, hashes);
    };
    for (std::uint64_t number = 0; edge.size() < checkpoint.size; ++number) {
        const TileName name{kEntriesLevel, number,
                            width_in(checkpoint.size, kEntriesLevel, number)};
        TRY(const auto bundle, fetch_tile(fetch, name));
        const auto entries = decode_entries(bundle);
        if (!entries) return wrong(name, entries.error().words().value);
        if (entries->size() != name.width) return wrong(name, "holds another number of entries");
        for (const auto& entry : *entries) {
            if (options.on_entry) TRY_OK(options.on_entry(edge.size(), entry));
            edge.append(leaf_hash(as_bytes(entry)), sink);
            TRY_OK(tiles.result());
        }
        if (options.on_progress) options.on_progress(edge.size(), checkpoint.size);
    }
    for (std::size_t level = 0; level < edge.levels().size(); ++level) {
        const auto& hashes = edge.levels()[level];
        if (hashes.empty()) continue;
        tiles.expect(
            {static_cast<int>(level), (edge.size() >> (8 * level)) / kTileWidth, hashes.size()},
            hashes);
    }
    TRY_OK(tiles.result());
    if (edge.root() != checkpoint.root) {
        return Error(Code::corrupt, "the entries give another root than the checkpoint signs");
    }
    return Verified{checkpoint.origin, checkpoint.size, checkpoint.root};
}

}  // namespace avow::ledger
