// SPDX-License-Identifier: Apache-2.0
#include "traffic/logs/stream.hh"

#include <cstdio>
#include <vector>

#include <zlib.h>
#include <zstd.h>

#include "base/bytes.hh"

namespace avow::traffic {
namespace {

constexpr std::size_t kPiece = 256 * 1024;
constexpr std::size_t kLongest = 1 << 20;  // LIMIT: bytes without a line's end

struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

class FileStream : public LogStream {
  public:
    FileStream(File file, std::uintmax_t size) : file_(std::move(file)), piece_(kPiece) {
        size_ = size;
    }
    ~FileStream() override { wipe(piece_.data(), piece_.size()); }

  protected:
    Result<bool> fill(std::string& out) override {
        const auto got = read_piece();
        out.append(piece_.data(), got);
        return got > 0;
    }
    std::size_t read_piece() {
        const auto got = std::fread(piece_.data(), 1, piece_.size(), file_.get());
        read_ += got;
        return got;
    }
    File file_;
    std::vector<char> piece_;
};

class GzipStream final : public FileStream {
  public:
    GzipStream(File file, std::uintmax_t size) : FileStream(std::move(file), size) {
        inflateInit2(&state_, 15 + 32);
    }
    ~GzipStream() override { inflateEnd(&state_); }

  protected:
    Result<bool> fill(std::string& out) override {
        if (state_.avail_in == 0) {
            state_.avail_in = static_cast<uInt>(read_piece());
            state_.next_in = reinterpret_cast<Bytef*>(piece_.data());
            if (state_.avail_in == 0) {
                if (!whole_) return Error(Code::corrupt, "the gzip file ends too early");
                return false;
            }
        }
        const auto before = out.size();
        out.resize(before + kPiece);
        state_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
        state_.avail_out = kPiece;
        const int status = inflate(&state_, Z_NO_FLUSH);
        out.resize(before + kPiece - state_.avail_out);
        whole_ = status == Z_STREAM_END;
        if (whole_) inflateReset(&state_);  // another member may follow
        if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) return true;
        return Error(Code::corrupt, "the gzip file is damaged");
    }

  private:
    z_stream state_{};
    bool whole_ = true;
};

class ZstdStream final : public FileStream {
  public:
    ZstdStream(File file, std::uintmax_t size)
        : FileStream(std::move(file), size), state_(ZSTD_createDStream()) {}
    ~ZstdStream() override { ZSTD_freeDStream(state_); }

  protected:
    Result<bool> fill(std::string& out) override {
        if (input_.pos == input_.size) {
            input_ = {piece_.data(), read_piece(), 0};
            if (input_.size == 0) {
                if (!whole_) return Error(Code::corrupt, "the zstd file ends too early");
                return false;
            }
        }
        const auto before = out.size();
        out.resize(before + kPiece);
        ZSTD_outBuffer output{out.data() + before, kPiece, 0};
        const auto status = ZSTD_decompressStream(state_, &output, &input_);
        out.resize(before + output.pos);
        if (ZSTD_isError(status) != 0) return Error(Code::corrupt, "the zstd file is damaged");
        whole_ = status == 0;
        return true;
    }

  private:
    ZSTD_DStream* state_;
    ZSTD_inBuffer input_{nullptr, 0, 0};
    bool whole_ = true;
};

}  // namespace

Result<std::unique_ptr<LogStream>> LogStream::create(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    File file(error ? nullptr : std::fopen(path.c_str(), "rb"));
    if (file == nullptr) {
        return Error(Code::not_found, "the log " + path.string() + " cannot be read");
    }
    unsigned char head[4] = {};
    const auto got = std::fread(head, 1, sizeof head, file.get());
    std::rewind(file.get());
    if (got >= 2 && head[0] == 0x1f && head[1] == 0x8b) {
        return std::unique_ptr<LogStream>(new GzipStream(std::move(file), size));
    }
    if (got == 4 && head[0] == 0x28 && head[1] == 0xb5 && head[2] == 0x2f && head[3] == 0xfd) {
        return std::unique_ptr<LogStream>(new ZstdStream(std::move(file), size));
    }
    return std::unique_ptr<LogStream>(new FileStream(std::move(file), size));
}

Result<std::string> LogStream::next(std::size_t size) {
    while (true) {
        const auto line_end = rest_.rfind('\n');
        if (rest_.size() >= size && line_end != std::string::npos) break;
        if (line_end == std::string::npos && rest_.size() > kLongest + size) {
            return Error(Code::too_large, "a line of the log has no end");
        }
        TRY(const bool more, fill(rest_));
        if (!more) break;
    }
    const auto end = rest_.rfind('\n');
    if (end == std::string::npos) {
        wipe(rest_.data(), rest_.size());
        return std::string();
    }
    std::string chunk = rest_.substr(0, end + 1);
    wipe(rest_.data(), end + 1);
    rest_.erase(0, end + 1);
    return chunk;
}

}  // namespace avow::traffic
