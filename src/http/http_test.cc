// SPDX-License-Identifier: Apache-2.0
// The parts of the server that need no socket: targets, messages, the pipeline, the router,
// workers.
#include <atomic>
#include <future>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/message.hh"
#include "http/pipeline.hh"
#include "http/problem.hh"
#include "http/request_reader.hh"
#include "http/router.hh"
#include "http/target.hh"
#include "http/workers.hh"

namespace avow::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

Request request(Method method, std::string path, std::vector<Header> headers = {}) {
    Request made;
    made.method = method;
    made.path = std::move(path);
    made.headers = std::move(headers);
    return made;
}

// ── target ──────────────────────────────────────────────────────────────────

TEST(Target, IsDecodedOnceAndKeepsItsQuery) {
    const auto target = parse_target("/caf%C3%A9/a%2525?x=%2F&y");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/café/a%25");
    EXPECT_EQ(target->query, "x=%2F&y");
}

TEST(Target, OfAProxyNamesItsHost) {
    const auto target = parse_target("https://example.org:1/a");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->host + target->path, "example.org:1/a");
}

TEST(Target, ThatClimbsOrHidesAnythingIsNone) {
    for (const std::string bad :
         {"", "*", "a", "/..", "/a/../b", "/./a", "/%2e%2e/a", "/a%2Fb", "/a%5Cb", "/%", "/%4",
          "/%zz", "/%00", "/%0a", "/%ff", "https://", "https:///a", "/\x7f"}) {
        EXPECT_FALSE(parse_target(bad)) << bad;
    }
    EXPECT_FALSE(parse_target("/" + std::string(kTargetMax, 'a')));
    EXPECT_TRUE(parse_target("/" + std::string(kTargetMax - 1, 'a')));
    EXPECT_TRUE(parse_target("/...")) << "three dots are a name";
}

// ── message ─────────────────────────────────────────────────────────────────

TEST(Message, AQueryIsReadByNameAndDecoded) {
    auto asked = request(Method::get, "/");
    asked.query = "a=1&b=x+y%21&c&a=2&d=%zz";
    EXPECT_EQ(asked.find_query("a"), "1") << "the first";
    EXPECT_EQ(asked.find_query("b"), "x y!");
    EXPECT_EQ(asked.find_query("c"), "");
    EXPECT_EQ(asked.find_query("d"), "%zz");
    EXPECT_EQ(asked.find_query("e"), std::nullopt);
}

TEST(Message, ACookieIsFoundByItsWholeName) {
    const auto asked =
        request(Method::get, "/", {{"cookie", "xsession=no; session=yes; session=later; empty="}});
    EXPECT_EQ(asked.find_cookie("session"), "yes");
    EXPECT_EQ(asked.find_cookie("sess"), std::nullopt);
    EXPECT_EQ(asked.find_cookie("empty"), "");
    EXPECT_EQ(request(Method::get, "/").find_cookie("session"), std::nullopt);
}

TEST(Message, AHeaderIsReplacedAndACookieAdded) {
    auto answer = Response::json(200, "{}");
    answer.set_header("content-type", "text/plain");
    answer.set_header("set-cookie", "a=1");
    answer.set_header("set-cookie", "b=2");
    EXPECT_EQ(*answer.find_header("content-type"), "text/plain");
    EXPECT_EQ(answer.headers.size(), 3u);
}

TEST(Message, EveryMethodHasItsNameAndBack) {
    for (const auto method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                              Method::delete_, Method::options}) {
        EXPECT_EQ(method_from(name_of(method)), method);
    }
    EXPECT_EQ(method_from("get"), std::nullopt);
}

// ── request reader ──────────────────────────────────────────────────────────

// In pieces of so many bytes, as they may come; a refusal's status stands in for the request.
std::variant<Request, int> read(std::string bytes, std::size_t piece, Limits limits = {}) {
    RequestReader reader(limits);
    std::string unread;
    for (std::size_t at = 0; at < bytes.size() && !reader.is_done(); at += piece) {
        unread += bytes.substr(at, piece);
        if (const auto wrong = reader.feed(unread)) return wrong->status;
    }
    if (!reader.is_done()) return 0;
    Response refusal;
    auto request = reader.take(refusal);
    if (!request) return refusal.status;
    return std::move(*request);
}

TEST(RequestReaderTest, ReadsTheSameHoweverTheBytesCome) {
    const std::string bytes =
        "POST /caf%C3%A9?x=%2F HTTP/1.1\r\nHost: localhost:8443\r\nX-Name:  a value \r\n"
        "Content-Length: 5\r\n\r\nfive!GET / HTTP/1.1\r\n";
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        const auto got = read(bytes, piece);
        const auto* request = std::get_if<Request>(&got);
        ASSERT_NE(request, nullptr) << piece;
        EXPECT_EQ(request->method, Method::post);
        EXPECT_EQ(request->path + "?" + request->query, "/café?x=%2F");
        EXPECT_EQ(request->find_header("x-name"), "a value");
        EXPECT_EQ(request->find_header("host"), "localhost:8443");
        EXPECT_EQ(request->body, "five!");
    }
}

TEST(RequestReaderTest, ABodyInChunksIsPutTogether) {
    const auto got = read(
        "PUT /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n"
        "0\r\n\r\n",
        4);
    ASSERT_TRUE(std::holds_alternative<Request>(got));
    EXPECT_EQ(std::get<Request>(got).body, "abcde");
}

TEST(RequestReaderTest, ATrailerIsNoHeader) {
    const auto got = read(
        "PUT /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
        "authorization: Bearer stolen\r\nhost: other\r\n\r\n",
        7);
    ASSERT_TRUE(std::holds_alternative<Request>(got));
    EXPECT_EQ(std::get<Request>(got).body, "abc");
    EXPECT_EQ(std::get<Request>(got).find_header("authorization"), std::nullopt);
    EXPECT_EQ(std::get<Request>(got).find_header("host"), "h");
}

TEST(RequestReaderTest, WhatIsNoRequestIsRefusedByWhatIsWrongWithIt) {
    Limits small;
    small.header_bytes = 100;
    small.body_bytes = 10;
    const std::string host = "Host: h\r\n";
    const auto refused = [&](const std::string& bytes) {
        const auto got = read(bytes, bytes.size(), small);
        const auto* status = std::get_if<int>(&got);
        return status != nullptr ? *status : 200;
    };
    EXPECT_EQ(refused("GET / HTTP/1.1\r\n" + host + "\r\n"), 200);
    EXPECT_EQ(refused("GET / HTTP/1.1\r\n" + host), 0) << "it has not ended";
    EXPECT_EQ(refused("nonsense\r\n\r\n"), 400);
    EXPECT_EQ(refused("BREW / HTTP/1.1\r\n" + host + "\r\n"), 501);
    EXPECT_EQ(refused("GET /../x HTTP/1.1\r\n" + host + "\r\n"), 400);
    EXPECT_EQ(refused("GET / HTTP/1.1\r\n" + host + host + "\r\n"), 400);
    EXPECT_EQ(refused("GET https://other/ HTTP/1.1\r\n" + host + "\r\n"), 400);
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nx: " + std::string(200, 'x') + "\r\n\r\n"), 431);
    EXPECT_EQ(refused("POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n"), 413);
    EXPECT_EQ(refused("POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"), 400);
    EXPECT_EQ(
        refused("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc"),
        400);
}

// ── pipeline ────────────────────────────────────────────────────────────────

const Rules kRules{{"localhost:8443"}, true};

int refused(Method method, std::vector<Header> headers, const Rules& rules = kRules) {
    headers.push_back({"host", "localhost:8443"});
    const auto answer = refuse(request(method, "/", std::move(headers)), rules);
    return answer ? answer->status : 0;
}

TEST(Pipeline, ABodyInPartsStatesItsLengthOrComesInChunks) {
    Response answer;
    answer.body = Body::of_parts(1'000'000'000'000, [] { return std::string("x"); });
    EXPECT_THAT(response_head(answer, true), HasSubstr("content-length: 1000000000000\r\n"));
    EXPECT_EQ(answer.body.view(), "");
    answer.body = Body::of_parts(std::nullopt, [] { return std::nullopt; });
    EXPECT_THAT(response_head(answer, true), HasSubstr("transfer-encoding: chunked\r\n"));
    EXPECT_THAT(response_head(answer, true), Not(HasSubstr("content-length")));
    EXPECT_EQ(Response::text(200, "x").body.parts(), nullptr);
}

TEST(Pipeline, AForeignOrMissingHostIsMisdirected) {
    EXPECT_EQ(refuse(request(Method::get, "/", {{"host", "evil.example"}}), kRules)->status, 421);
    EXPECT_EQ(refuse(request(Method::get, "/"), kRules)->status, 421);
    EXPECT_EQ(refused(Method::get, {}), 0);
    EXPECT_FALSE(refuse(request(Method::post, "/"), {{}, false})) << "the admin socket has no host";
}

TEST(Pipeline, AWriteFromAnotherSiteIsRefusedBeforeAnyHandler) {
    EXPECT_EQ(refused(Method::post, {{"sec-fetch-site", "cross-site"}}), 403);
    EXPECT_EQ(refused(Method::post, {{"sec-fetch-site", "same-site"}}), 403);
    EXPECT_EQ(refused(Method::post, {{"origin", "https://evil.example"}}), 403);
    EXPECT_EQ(refused(Method::post, {{"origin", "http://localhost:8443"}}), 403) << "not over TLS";
    EXPECT_EQ(refused(Method::delete_, {{"cookie", "s=1"}}), 403)
        << "a cookie and no word of where from";
    EXPECT_EQ(refused(Method::post, {{"sec-fetch-site", "same-origin"}, {"cookie", "s=1"}}), 0);
    EXPECT_EQ(refused(Method::post, {{"origin", "https://localhost:8443"}, {"cookie", "s=1"}}), 0);
    EXPECT_EQ(refused(Method::post, {}), 0) << "a machine";
    EXPECT_EQ(refused(Method::get, {{"sec-fetch-site", "cross-site"}, {"cookie", "s=1"}}), 0)
        << "a link";
}

TEST(Pipeline, OnlyTheVeryPathsThatAreOpenTakeWritesFromAnotherSite) {
    const Rules open{{"localhost:8443"}, true, {"/t/event"}};
    const auto posted = [&](const char* path) {
        const std::vector<Header> headers{{"host", "localhost:8443"},
                                          {"sec-fetch-site", "cross-site"}};
        const auto answer = refuse(request(Method::post, path, headers), open);
        return answer ? answer->status : 0;
    };
    EXPECT_EQ(posted("/t/event"), 0);
    for (const auto* path : {"/", "/t", "/t/", "/t/event/", "/t/events", "/T/event"}) {
        EXPECT_EQ(posted(path), 403) << path;
    }
}

TEST(Pipeline, EveryHeadHasTheSecurityHeadersAndItsLength) {
    const auto head = response_head(Response::text(200, "four"), true);
    for (const auto* line :
         {"HTTP/1.1 200 OK\r\n", "content-security-policy: default-src 'none'",
          "strict-transport-security: max-age=63072000", "x-content-type-options: nosniff",
          "cache-control: no-store", "content-length: 4\r\n"}) {
        EXPECT_THAT(head, HasSubstr(line));
    }
    EXPECT_THAT(head, Not(HasSubstr("connection: close")));
    EXPECT_THAT(head, Not(HasSubstr("script-src"))) << "data is no page";
    const auto page = response_head(Response::html(200, "<p>"), true);
    for (const auto* line : {"script-src 'self'", "require-trusted-types-for 'script'",
                             "cross-origin-opener-policy: same-origin", "permissions-policy: ",
                             "x-frame-options: DENY", "x-content-type-options: nosniff"}) {
        EXPECT_THAT(page, HasSubstr(line));
        EXPECT_THAT(response_head(Response::empty(303), true), HasSubstr(line));
    }
    EXPECT_THAT(response_head(Response::empty(204), false), Not(HasSubstr("content-length")));
    EXPECT_THAT(response_head(Response::empty(204), false), HasSubstr("connection: close\r\n\r\n"));
}

TEST(Problem, NamesItsPlacesAndHasAnIdOfItsOwn) {
    const auto one = problem(422, "Wrong", "it is wrong", {{"/a", "is missing"}});
    EXPECT_EQ(*one.find_header("content-type"), "application/problem+json");
    EXPECT_THAT(std::string(one.body.view()),
                HasSubstr(R"("errors":[{"pointer":"/a","detail":"is missing"}])"));
    EXPECT_NE(one.body.view(), problem(422, "Wrong", "it is wrong").body.view());
}

// ── router ──────────────────────────────────────────────────────────────────

Router routes() {
    Router router;
    const auto echo = [](const char* name) {
        return [name](const Request& asked) {
            auto text = std::string(name);
            for (const auto& [key, value] : asked.parameters) text += " " + key + "=" + value;
            return Response::text(200, text);
        };
    };
    router.add(Method::get, "/a/{id}", Runs::on_io, echo("one"));
    router.add(Method::put, "/a/{id}", Runs::on_io, echo("put"));
    router.add(Method::get, "/a/{id}/b/{key}", Runs::on_io, echo("two"));
    router.add(Method::get, "/files/{rest...}", Runs::on_io, echo("files"));
    return router;
}

std::string asked(Method method, const char* path) {
    return std::string(routes().answer(request(method, path)).body.view());
}

TEST(RouterTest, APatternTakesItsSegmentsAndNoOthers) {
    EXPECT_EQ(asked(Method::get, "/a/7"), "one id=7");
    EXPECT_EQ(asked(Method::get, "/a/7/b/x"), "two id=7 key=x");
    EXPECT_EQ(asked(Method::get, "/files/x/y"), "files rest=x/y");
    for (const auto* path : {"/", "/a", "/a/", "/a/7/", "/a/7/b", "/a/7/b/", "/files", "/b/7"}) {
        EXPECT_EQ(routes().answer(request(Method::get, path)).status, 404) << path;
    }
}

TEST(RouterTest, AKnownPathTellsItsMethods) {
    const auto wrong = routes().answer(request(Method::delete_, "/a/7"));
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(*wrong.find_header("allow"), "GET, HEAD, PUT, OPTIONS");
    EXPECT_EQ(routes().answer(request(Method::options, "/a/7")).status, 204);
    EXPECT_EQ(asked(Method::head, "/a/7"), "one id=7");
    EXPECT_THAT(routes().list(), ElementsAre("GET /a/{id}", "PUT /a/{id}", "GET /a/{id}/b/{key}",
                                             "GET /files/{rest...}"));
}

// ── workers ─────────────────────────────────────────────────────────────────

// Holds the only worker until it is told to go on.
class Gate {
  public:
    Handler handler() {
        return [this](const Request&) {
            taken_.set_value();
            released_.get_future().wait();
            return Response::empty(204);
        };
    }
    void until_taken() { taken_.get_future().wait(); }
    void release() { released_.set_value(); }

  private:
    std::promise<void> taken_;
    std::promise<void> released_;
};

TEST(WorkersTest, WhatWaitsTogetherIsTakenTogetherAndAnsweredInItsOrder) {
    Gate gate;
    std::vector<std::size_t> sizes;
    const Route slow{Method::get, "/slow", Runs::on_worker, gate.handler(), {}, 1};
    const Route batched{Method::get,
                        "/batch",
                        Runs::on_worker,
                        {},
                        [&](std::span<const Request> requests) {
                            sizes.push_back(requests.size());
                            std::vector<Response> answers;
                            for (const auto& one : requests)
                                answers.push_back(Response::text(200, one.path));
                            return answers;
                        },
                        4};
    std::atomic<int> right{0};
    {
        Workers workers(1);
        std::promise<void> all;
        ASSERT_TRUE(workers.submit({&slow, {}, [](Response) {}}));
        gate.until_taken();
        for (int i = 0; i < 6; ++i) {
            const auto path = "/" + std::to_string(i);
            ASSERT_TRUE(
                workers.submit({&batched, request(Method::get, path), [&, path](Response answer) {
                                    if (answer.body.view() == path && ++right == 6) all.set_value();
                                }}));
        }
        gate.release();
        all.get_future().wait();
    }
    EXPECT_THAT(sizes, ElementsAre(4u, 2u));
}

// Counts how often it is given answers, and how many at a time.
class CountingAsker final : public Asker {
  public:
    void take(std::vector<Answered> answers) override {
        sizes.push_back(answers.size());
        for (auto& answer : answers) answer.hand_over();
    }
    std::vector<std::size_t> sizes;
};

TEST(WorkersTest, EachAskerGetsItsAnswersOfABatchAtOnce) {
    Gate gate;
    const Route slow{Method::get, "/slow", Runs::on_worker, gate.handler(), {}, 1};
    const auto echo = [](std::span<const Request> requests) {
        std::vector<Response> answers;
        for (const auto& one : requests) answers.push_back(Response::text(200, one.path));
        return answers;
    };
    const Route batched{Method::get, "/batch", Runs::on_worker, {}, echo, 8};
    CountingAsker first;
    CountingAsker second;
    std::vector<std::string> told;
    {
        Workers workers(1);
        std::promise<void> all;
        ASSERT_TRUE(workers.submit({&slow, {}, [](Response) {}}));
        gate.until_taken();
        const std::vector<std::pair<const char*, Asker*>> asked{
            {"/1", &first}, {"/2", &second}, {"/3", &first}, {"/4", &first}};
        for (const auto& [path, asker] : asked) {
            const auto done = [&](Response answer) {
                told.emplace_back(answer.body.view());
                if (told.size() == 4) all.set_value();
            };
            ASSERT_TRUE(workers.submit({&batched, request(Method::get, path), done, asker}));
        }
        gate.release();
        all.get_future().wait();
    }
    EXPECT_THAT(told, UnorderedElementsAre("/1", "/2", "/3", "/4"));
    EXPECT_THAT(first.sizes, ElementsAre(3u));
    EXPECT_THAT(second.sizes, ElementsAre(1u));
}

TEST(WorkersTest, WhoWentAwayIsNotWaitedFor) {
    Gate gate;
    const Route slow{Method::get, "/slow", Runs::on_worker, gate.handler(), {}, 1};
    std::vector<std::size_t> sizes;
    const auto note = [&](std::span<const Request> requests) {
        sizes.push_back(requests.size());
        return std::vector<Response>(requests.size());
    };
    const Route batched{Method::get, "/batch", Runs::on_worker, {}, note, 8};
    Workers workers(1);
    ASSERT_TRUE(workers.submit({&slow, {}, [](Response) {}}));
    gate.until_taken();
    std::promise<void> all;
    std::atomic<int> answered{0};
    for (int i = 0; i < 8; ++i) {
        ASSERT_TRUE(workers.submit({&batched, {}, [&](Response) {
                                        if (++answered == 8) all.set_value();
                                    }}));
    }
    gate.release();
    all.get_future().wait();
    // Of the eight one asks again, and once more.
    for (int i = 0; i < 2; ++i) {
        std::promise<void> alone;
        ASSERT_TRUE(workers.submit({&batched, {}, [&](Response) { alone.set_value(); }}));
        alone.get_future().wait();
    }
    EXPECT_THAT(sizes, ElementsAre(8u, 1u, 1u));
}

TEST(WorkersTest, AHandlerThatThrowsIsAnsweredForAndTheWorkerGoesOn) {
    const Route bad{Method::get,
                    "/bad",
                    Runs::on_worker,
                    [](const Request&) -> Response { throw std::runtime_error("secret words"); },
                    {},
                    1};
    const Route short_batch{Method::get,
                            "/short",
                            Runs::on_worker,
                            {},
                            [](std::span<const Request>) { return std::vector<Response>(); },
                            8};
    Workers workers(1);
    for (const auto* route : {&bad, &short_batch, &bad}) {
        std::promise<Response> answered;
        workers.submit(
            {route, {}, [&](Response answer) { answered.set_value(std::move(answer)); }});
        const auto answer = answered.get_future().get();
        EXPECT_EQ(answer.status, 500);
        EXPECT_THAT(std::string(answer.body.view()), Not(HasSubstr("secret")));
    }
}

TEST(WorkersTest, WhatStillWaitsAtTheEndIsAnsweredToo) {
    Gate gate;
    const Route slow{Method::get, "/slow", Runs::on_worker, gate.handler(), {}, 1};
    std::atomic<int> unavailable{0};
    auto workers = std::make_unique<Workers>(1);
    Workers& pool = *workers;  // the pointer is empty as soon as the end begins
    pool.submit({&slow, {}, [](Response) {}});
    gate.until_taken();
    for (int i = 0; i < 3; ++i) {
        pool.submit({&slow, {}, [&](Response answer) { unavailable += answer.status == 503; }});
    }
    auto ending = std::async(std::launch::async, [&] { workers.reset(); });
    // The end has begun when nothing is taken in any more.
    while (pool.submit({&slow, {}, [](Response) {}})) std::this_thread::yield();
    gate.release();
    ending.wait();
    EXPECT_EQ(unavailable, 3);
}

}  // namespace
}  // namespace avow::http
