// SPDX-License-Identifier: Apache-2.0
// The one thread that fetches mail by IMAP, and hands it to the mailroom. What was taken is moved
// to mail.imap_processed; what could not be read, is too large to be loaded, or was begun six times
// and never ended, to mail.imap_set_aside. Nothing is deleted. Promises: each mail once, whatever
// dies when: the mailroom knows what it has, and here only a place in the folder is kept. One node
// of a shared store fetches. A mail that kills whoever reads it is set aside unread. Does not
// promise an order between folders, for it reads one.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

#include "app/house.hh"
#include "app/mail_place.hh"
#include "app/mailroom.hh"
#include "mail/imap.hh"

namespace avow::app {

class Fetcher {
  public:
    // Null when mail.imap is empty. `invalid` names the key that is wrong. Connects to nobody yet.
    static Result<std::unique_ptr<Fetcher>> create(House& house, Mailroom& room);
    Fetcher(const Fetcher&) = delete;
    Fetcher& operator=(const Fetcher&) = delete;
    ~Fetcher();  // waits for the mail that is under way

  private:
    Fetcher(House& house, Mailroom& room, ImapPlace place);
    void serve();
    Status session();
    Status open_folder(std::uint32_t& newest);
    Status read_until(std::uint32_t last);
    Status take_all(std::span<const mail::ImapItem> items);
    Status take_some(std::span<const mail::ImapItem> items);
    struct Sorted;
    Status take_one(const mail::ImapItem& item, Sorted& sorted);
    Status move(const std::vector<std::uint32_t>& uids, const std::string& folder);
    Status wait_for_news();
    Status hold();
    Status note();
    void stand(Fetching::State state, std::string cause = {});
    bool wait(std::chrono::milliseconds most);  // true when it is time to end

    House& house_;
    Mailroom& room_;
    const std::string folder_;
    const std::string place_;  // by which the store knows the folder
    mail::Imap imap_;
    services::MailboxReach reach_;
    std::uint32_t careful_ = 0;  // mails up to here are taken one by one
    std::int64_t held_ms_ = 0;   // when the lease was kept last
    int failures_ = 0;
    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses the others
};

}  // namespace avow::app
