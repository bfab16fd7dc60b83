// SPDX-License-Identifier: Apache-2.0
// The one thread that letters are sent in while the house is served. Without a carrier there is
// none: letters wait, and the log says so at every start.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "app/house.hh"
#include "mail/carrier.hh"
#include "services/letters/post.hh"

namespace avow::app {

class Postman {
  public:
    Postman(House& house, std::unique_ptr<mail::Carrier> carrier, services::Post::Options options);
    Postman(const Postman&) = delete;
    Postman& operator=(const Postman&) = delete;
    // Lets the letter under way arrive; after five seconds it is broken off and waits for the next
    // start.
    ~Postman();

  private:
    enum class WokenBy { letters, end_only };
    void carry();
    bool wait(std::chrono::milliseconds most, WokenBy by);  // true when it is time to end

    House& house_;
    std::unique_ptr<mail::Carrier> carrier_;
    std::unique_ptr<services::Post> post_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    bool woken_ = false;
    bool stopping_ = false;
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace avow::app
