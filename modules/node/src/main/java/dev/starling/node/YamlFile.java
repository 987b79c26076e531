/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads YAML into settings under dotted keys, each with the line it stands on. */
final class YamlFile {

  private final String name;
  private final Predicate<String> isKey;
  private final Map<String, Value> found = new LinkedHashMap<>();

  /** The sections around the present one: an alias of them would have no end. */
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private YamlFile(String name, Predicate<String> isKey) {
    this.name = name;
    this.isKey = isKey;
  }

  /**
   * The settings of a file, in its order.
   *
   * @param isKey whether a path is a key, so that a mapping below it is its value and no section
   */
  static Map<String, Value> read(Path file, Predicate<String> isKey) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return parse(file.toString(), reader, isKey);
    } catch (NoSuchFileException e) {
      throw new ConfigException("no such configuration file: " + file);
    } catch (AccessDeniedException e) {
      throw new ConfigException("not allowed to read the configuration file " + file);
    } catch (CharacterCodingException e) {
      throw new ConfigException("the configuration file " + file + " is not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigException(
          "cannot read the configuration file " + file + ": " + e.getMessage());
    }
  }

  /** The settings of {@code text}, which comes from a place called {@code name}. */
  static Map<String, Value> parse(String name, Reader text, Predicate<String> isKey)
      throws IOException {
    var file = new YamlFile(name, isKey);
    try {
      Node root = new Yaml(new LoaderOptions()).compose(text);
      if (root instanceof MappingNode mapping) {
        file.walk("", mapping);
      } else if (root != null && !isEmpty(root)) {
        throw new ConfigException(
            name + " holds no settings: expected lines of the form key: value");
      }
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw new ConfigException(
          "%s:%d is not YAML: %s".formatted(name, line, oneLine(e.getProblem())));
    } catch (YAMLException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new ConfigException("%s is not YAML: %s".formatted(name, oneLine(Main.text(e))));
    }
    return file.found;
  }

  private void walk(String prefix, MappingNode section) {
    Set<String> seen = new HashSet<>();
    open.add(section);
    for (NodeTuple tuple : section.getValue()) {
      String path = prefix + scalar(prefix + "<name>", tuple.getKeyNode());
      if (!seen.add(path)) {
        throw new ConfigException(path + " is given twice (" + origin(tuple.getKeyNode()) + ")");
      }
      Node node = tuple.getValueNode();
      if (open.contains(node)) {
        throw new ConfigException(
            path + " (" + origin(tuple.getKeyNode()) + "): this alias stands within what it means");
      }
      boolean isSection = node instanceof MappingNode mapping && !mapping.getValue().isEmpty();
      if (isSection && !isKey.test(path)) {
        walk(path + ".", (MappingNode) node);
      } else {
        found.put(path, value(path, node));
      }
    }
    open.remove(section);
  }

  private Value value(String path, Node node) {
    return switch (node) {
      case SequenceNode sequence -> {
        List<String> items = new ArrayList<>();
        sequence.getValue().forEach(item -> items.add(scalar(path, item)));
        yield new Value.Items(items, origin(node));
      }
      case MappingNode mapping -> {
        Map<String, Value.Text> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
          String key = scalar(path, tuple.getKeyNode());
          Node entry = tuple.getValueNode();
          entries.put(key, new Value.Text(scalar(path + "." + key, entry), origin(entry)));
        }
        yield new Value.Entries(entries, origin(node));
      }
      default -> new Value.Text(scalar(path, node), origin(node));
    };
  }

  private String scalar(String path, Node node) {
    if (node instanceof ScalarNode scalar) {
      return isEmpty(scalar) ? "" : scalar.getValue();
    }
    throw new ConfigException(path + " (" + origin(node) + "): expected a single value");
  }

  private String origin(Node node) {
    return name + ":" + (node.getStartMark().getLine() + 1);
  }

  private static boolean isEmpty(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private static String oneLine(String text) {
    return text.lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse("");
  }
}
