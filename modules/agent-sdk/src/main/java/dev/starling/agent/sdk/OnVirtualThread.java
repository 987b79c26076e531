/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs an {@link Agent} on a virtual thread, where it may block: read files, call services, wait
 * for a future with {@code Future.await}. Without it an agent runs on an event loop.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OnVirtualThread {}
