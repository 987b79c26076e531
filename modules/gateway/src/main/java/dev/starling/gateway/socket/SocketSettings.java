/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * How the sockets of one event loop behave.
 *
 * @param closing how long a peer may take to answer a close once it was sent
 * @param dispatcher runs what listeners are told, at once and on the thread of the caller
 * @param turns of the loop's sockets
 * @param unfinished what messages that are not whole yet may take, of all sockets of the node
 * @param clock nanoseconds by which the time of a message is measured, from 0 on
 */
public record SocketSettings(
    Duration closing,
    Executor dispatcher,
    Turns turns,
    ReassemblyBudget unfinished,
    LongSupplier clock) {}
