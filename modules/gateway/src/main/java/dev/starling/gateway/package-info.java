/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Sockets and HTTP: sessions, their registrations, limits, REST, health and metrics. Thread rule: a
 * session belongs to its socket's event loop, the registrations to the gateway's own. Which agents
 * an outcome reaches does not belong here.
 */
@NullMarked
package dev.starling.gateway;

import org.jspecify.annotations.NullMarked;
