/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is, as far as its token says. Immutable.
 *
 * @param subject claim {@code sub}; null where there is no token or it names nobody
 * @param permissions what it may do
 * @param expiresAtMillis when that ends, ms since 1970; null for never
 * @param pubkey claim {@code pubkey}; null where the token has none
 */
public record Principal(
    @Nullable String subject,
    Set<Permission> permissions,
    @Nullable Long expiresAtMillis,
    @Nullable String pubkey) {

  public Principal {
    EnumSet<Permission> copy = EnumSet.noneOf(Permission.class);
    copy.addAll(permissions);
    permissions = Collections.unmodifiableSet(copy);
  }

  /** Somebody without a token. */
  public static Principal anonymous(Set<Permission> permissions) {
    return new Principal(null, permissions, null, null);
  }

  /** The subject under which agents are held; empty for all who name none. */
  public String owner() {
    return Objects.requireNonNullElse(subject, "");
  }

  /** Whether this client is allowed that. */
  public boolean may(Permission permission) {
    return permissions.contains(permission);
  }

  /**
   * Refuses what this client is not allowed.
   *
   * @throws RefusalException FORBIDDEN, naming the permission
   */
  public void require(Permission permission) {
    if (!may(permission)) {
      throw new RefusalException(
          ErrorCode.FORBIDDEN,
          "this needs the permission " + permission.word() + ", which this client does not have",
          Map.of("permission", permission.word()));
    }
  }
}
