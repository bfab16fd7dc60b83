// SPDX-License-Identifier: Apache-2.0
// What runs by itself while the house is served, in one thread and in small steps: acts are filed
// by customer, the store's log is emptied of what was erased, the retention runs, a month's new
// epoch begins and older ones are ended. What fails is logged and tried again after a minute.
#pragma once

#include <chrono>
#include <thread>

#include "app/house.hh"
#include "app/rest.hh"

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

    House& house_;
    Rest rest_;
    std::chrono::steady_clock::time_point files_next_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace avow::app
