// SPDX-License-Identifier: Apache-2.0
// What runs by itself while the house is served, in one thread and in small steps: the store's log
// is emptied of what was erased, the retention runs, a month's new epoch begins and older ones are
// ended. What fails is logged and tried again after a minute.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/house.hh"

namespace avow::app {

class Housekeeper {
  public:
    explicit Housekeeper(House& house);
    Housekeeper(const Housekeeper&) = delete;
    Housekeeper& operator=(const Housekeeper&) = delete;
    ~Housekeeper();  // waits for the step that is under way

  private:
    void keep();
    Status keep_once();
    bool wait(std::chrono::milliseconds most);  // true when it is time to end

    House& house_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    bool woken_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace avow::app
