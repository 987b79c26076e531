/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.gateway.auth.Pem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code starling keys}: the keys that tokens are made and verified by. */
@Command(
    name = "keys",
    description = "Make the keys that tokens are signed with and verified by.",
    synopsisSubcommandLabel = "COMMAND",
    descriptionHeading = "%n",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%n")
final class KeysCommand extends BaseCommand {
  @Override
  public Integer call() {
    commandLine().usage(err());
    return Main.USAGE;
  }

  /** {@code starling keys new}: a new pair, or a new secret. Existing files are never touched. */
  @Command(
      name = "new",
      description = {
        "Make a private key, for who makes tokens, and its public key, for the nodes.",
        "With --algorithm hs256: a secret that both share."
      },
      abbreviateSynopsis = true,
      descriptionHeading = "%n",
      optionListHeading = "%n",
      sortOptions = false)
  static final class New extends BaseCommand {
    private static final int SECRET_BYTES = 32;
    private static final int RSA_BITS = 3072;

    @Option(
        names = "--algorithm",
        paramLabel = "NAME",
        description = "ed25519, es256, rs256 or hs256. Default: ed25519.")
    private String algorithm = "ed25519";

    @Option(
        names = "--out",
        paramLabel = "DIR",
        description = "The folder to write to. Default: this one; a secret is printed instead.")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
      switch (algorithm) {
        case "hs256" -> secret();
        case "ed25519" -> pair(KeyPairGenerator.getInstance("Ed25519"));
        case "es256" -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
          generator.initialize(new ECGenParameterSpec("secp256r1"));
          pair(generator);
        }
        case "rs256" -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
          generator.initialize(RSA_BITS);
          pair(generator);
        }
        default ->
            throw new ConfigException(
                "--algorithm is "
                    + new Value.Text(algorithm, "").display()
                    + ", expected ed25519, es256, rs256 or hs256");
      }
      return 0;
    }

    private void pair(KeyPairGenerator generator) throws IOException {
      Path folder = folder(out == null ? Path.of("") : out);
      Path privateFile = folder.resolve("starling-token-private.pem");
      Path publicFile = folder.resolve("starling-token-public.pem");
      requireAbsent(privateFile);
      requireAbsent(publicFile);
      KeyPair pair = generator.generateKeyPair();
      write(privateFile, Pem.of(pair.getPrivate()), "rw-------");
      write(publicFile, Pem.of(pair.getPublic()), "rw-r--r--");
      Main.print(out(), "private key, for who makes tokens: " + privateFile);
      Main.print(out(), "public key, for every node: --set auth.public-key-file=" + publicFile);
      Main.print(
          out(), "a token: scripts/starling token --key-file " + privateFile + " --subject NAME");
    }

    private void secret() throws IOException {
      byte[] random = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(random);
      String yaml =
          "# For every node and for scripts/starling token, with --config FILE. Keep it secret.\n"
              + "auth:\n  secret: \"%s\"\n"
                  .formatted(Base64.getUrlEncoder().withoutPadding().encodeToString(random));
      if (out == null) {
        Main.print(out(), yaml.strip());
        return;
      }
      Path file = folder(out).resolve("starling-token-secret.yaml");
      requireAbsent(file);
      write(file, yaml, "rw-------");
      Main.print(out(), "secret, for every node and for who makes tokens: --config " + file);
    }

    private static Path folder(Path given) {
      Path folder = given.toAbsolutePath().normalize();
      if (!Files.isDirectory(folder)) {
        throw new ConfigException(
            "--out " + folder + " is no folder; make it first, as by mkdir -p " + folder);
      }
      return folder;
    }

    private static void requireAbsent(Path file) {
      if (Files.exists(file)) {
        throw new ConfigException(file + " is there already and is never overwritten");
      }
    }

    /** Created with its final rights: a key that everyone could read for a moment is no secret. */
    private static void write(Path file, String text, String rights) throws IOException {
      boolean isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
      FileAttribute<?>[] attributes =
          isPosix
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
              }
              : new FileAttribute<?>[0];
      try {
        Files.createFile(file, attributes);
      } catch (FileAlreadyExistsException e) {
        throw new ConfigException(file + " is there already and is never overwritten");
      } catch (IOException e) {
        throw new ConfigException("cannot write " + file + " (" + e.getMessage() + ")");
      }
      Files.writeString(file, text);
    }
  }
}
