/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * How the sockets of one event loop behave.
 *
 * @param mostPayload bytes that a frame may hold
 * @param closing how long a peer may take to answer a close once it was sent
 * @param dispatcher runs what listeners are told, at once and on the thread of the caller
 */
public record SocketSettings(int mostPayload, Duration closing, Executor dispatcher) {}
