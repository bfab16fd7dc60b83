// SPDX-License-Identifier: Apache-2.0
// Asio and Beast, compiled here once for the whole house.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
