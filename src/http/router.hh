// SPDX-License-Identifier: Apache-2.0
// Routes by method and pattern. Patterns: "/a/{id}/b", and "{rest...}" as the last segment for any
// number of segments. GET answers HEAD too; a known path with another method is 405 with Allow.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "http/message.hh"

namespace avow::http {

using Handler = std::function<Response(const Request&)>;
// Answers requests that waited together, in their order.
using BatchHandler = std::function<std::vector<Response>(std::span<const Request>)>;

// on_io: never blocks and takes microseconds. on_worker: may touch the store.
enum class Runs { on_worker, on_io };

struct Route {
    Method method;
    std::string pattern;
    Runs runs = Runs::on_worker;
    Handler handler;
    BatchHandler batch_handler;           // instead of handler
    std::size_t most = 1;                 // LIMIT: requests handed to batch_handler at once
    std::vector<std::string> parts = {};  // of the pattern, between its slashes
};

class Router {
  public:
    void add(Method method, std::string pattern, Runs runs, Handler handler);
    void add_batched(Method method, std::string pattern, std::size_t most, BatchHandler handler);

    // The page that people see where there is nothing; programs are answered a problem. It must
    // not block.
    void set_missing_page(Handler page) { missing_page_ = std::move(page); }

    // Fills the request's parameters. Null: `missing` is the 404 or 405 to send.
    const Route* find(Request& request, Response& missing) const;
    // Every route as "GET /a/{id}", in the order they were added.
    std::vector<std::string> list() const;
    // Runs the request's handler here and now, whatever it says of threads.
    Response answer(Request request) const;

  private:
    static constexpr std::size_t kPartsTold = 16;  // longer addresses are looked up together
    void insert(Route route);
    Response nothing_here(const Request& request) const;
    Handler missing_page_;
    std::vector<std::unique_ptr<Route>> routes_;  // addresses stay: queues are kept by route
    // Those that an address of so many parts may be of, in the order they were added.
    std::array<std::vector<const Route*>, kPartsTold + 1> by_parts_;
};

}  // namespace avow::http
