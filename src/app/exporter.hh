// SPDX-License-Identifier: Apache-2.0
// Makes the exports that customers ask for, one after the other, in a thread of its own; and takes
// away what is over.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "app/house.hh"

namespace avow::app {

// What the services keep of a customer, as an export tells it.
void add_export_parts(House& house);

class Exporter {
  public:
    // `corrupt` when the words are not there.
    static Result<std::unique_ptr<Exporter>> create(services::Exports& exports);
    ~Exporter();  // breaks off what is under way: it is made anew at the next start
    Exporter(const Exporter&) = delete;
    Exporter& operator=(const Exporter&) = delete;

  private:
    Exporter(services::Exports& exports, services::Say say);
    void serve();
    bool wait(std::chrono::milliseconds most);  // true when it is time to end

    services::Exports& exports_;
    const services::Say say_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    bool woken_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace avow::app
