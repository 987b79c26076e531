/* SPDX-License-Identifier: Apache-2.0 */
import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Formats every Java file of the repository, or fails when one is not formatted.
 *
 * <p>Run by Maven with google-java-format on its class path: {@code Format check} in every build,
 * {@code Format write} by {@code scripts/format}.
 */
final class Format {
  private static final String LICENCE = "/* SPDX-License-Identifier: Apache-2.0 */\n";

  private Format() {}

  public static void main(String[] args) throws Exception {
    boolean write = args.length > 0 && args[0].equals("write");
    Formatter formatter = new Formatter();
    int wrong = 0;
    for (Path file : sources()) {
      String before = Files.readString(file);
      String after = format(formatter, before);
      if (before.equals(after)) {
        continue;
      }
      wrong++;
      if (write) {
        Files.writeString(file, after);
      } else {
        System.err.println("not formatted: " + file);
      }
    }
    if (wrong > 0 && !write) {
      System.err.println(wrong + " file(s) to format: run scripts/format");
      System.exit(1);
    }
  }

  private static List<Path> sources() throws Exception {
    try (var files = Files.walk(Path.of("modules"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .filter(file -> !file.toString().contains("/node_modules/"))
          .sorted()
          .toList();
    }
  }

  private static String format(Formatter formatter, String source) throws Exception {
    String licensed = source.startsWith(LICENCE) ? source : LICENCE + source;
    String used = RemoveUnusedImports.removeUnusedImports(licensed);
    String ordered = ImportOrderer.reorderImports(used, JavaFormatterOptions.Style.GOOGLE);
    return formatter.formatSource(ordered);
  }
}
