// SPDX-License-Identifier: Apache-2.0
// GMime's objects, owned. Private to this room.
#pragma once

#include <memory>

#include <gmime/gmime.h>

namespace avow::mail {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Ref = std::unique_ptr<T, Unref>;

void start_gmime();  // once a process, by whoever comes first

}  // namespace avow::mail
