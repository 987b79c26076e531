/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Which agents an outcome reaches: replicas of every gateway's registrations, matching, delivery,
 * and what was seen before. Thread rule: everything belongs to the router's event loop, but for
 * long scans, which run on a worker. Sessions and sockets do not belong here.
 */
@NullMarked
package dev.starling.router;

import org.jspecify.annotations.NullMarked;
