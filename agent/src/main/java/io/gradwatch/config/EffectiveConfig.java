package io.gradwatch.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A configuration as it is in force: every key with its value, default or not, and where that comes
 * from. Variables are resolved, secrets are masked.
 */
public final class EffectiveConfig {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** What YAML reads as this text, in lists as well; everything else is quoted. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "[A-Za-z0-9/._][A-Za-z0-9/._@%+=;()-]*(:[A-Za-z0-9/._@%+=;()-]+| [A-Za-z0-9/._]+)*");

  /** Where the remarks start. */
  private static final int COLUMN = 44;

  private final String origin;
  private final GradwatchConfig config;
  private final EffectiveSection root;

  private EffectiveConfig(String origin, GradwatchConfig config, EffectiveSection root) {
    this.origin = origin;
    this.config = config;
    this.root = root;
  }

  /**
   * Reads a YAML file.
   *
   * @param environment of the references in values
   * @throws ConfigException with every problem that there is
   */
  public static EffectiveConfig load(Path file, Map<String, String> environment) {
    return parse(GradwatchConfig.text(file), file.toString(), environment);
  }

  /** Reads YAML text. */
  static EffectiveConfig parse(String yaml, String origin, Map<String, String> environment) {
    ConfigReader reader = new ConfigReader(origin, environment);
    Section file = reader.open(yaml);
    GradwatchConfig config = reader.read(file);
    return new EffectiveConfig(origin, config, file.effective());
  }

  /** The settings themselves. */
  public GradwatchConfig config() {
    return config;
  }

  /** As a configuration file, with the source of each value behind it. */
  public String yaml() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "# %s as it is in force. What %s stands for is not shown.".formatted(origin, Setting.MASK));
    yaml(root, "", "", lines);
    return String.join("\n", lines) + "\n";
  }

  private static void yaml(
      EffectiveSection section, String first, String indent, List<String> lines) {
    String before = first;
    for (Setting setting : section.settings()) {
      boolean isNone = setting.source() == Setting.Source.NONE;
      String text =
          (isNone ? "# " : "") + setting.name() + ":" + (isNone ? "" : " " + text(setting));
      // A list's dash must stand before a key that is there.
      lines.add(remarked((isNone ? indent : before) + text, remark(setting)));
      before = isNone ? before : indent;
    }
    for (EffectiveSection.Child child : section.children()) {
      lines.add(indent + child.name() + ":");
      for (EffectiveSection each : child.sections()) {
        String deeper = indent + (child.isRepeated() ? "    " : "  ");
        yaml(each, child.isRepeated() ? indent + "  - " : deeper, deeper, lines);
      }
    }
  }

  private static String remarked(String line, String remark) {
    return line + " ".repeat(Math.max(1, COLUMN - line.length())) + "# " + remark;
  }

  private static String remark(Setting setting) {
    return switch (setting.source()) {
      case FILE ->
          "line "
              + setting.line()
              + setting.references().stream().map(", "::concat).collect(Collectors.joining());
      case DEFAULT -> "default";
      case DERIVED, NONE -> "default: " + setting.shownDefault().replace("`", "");
    };
  }

  private static String text(Setting setting) {
    String texts =
        setting.texts().stream().map(EffectiveConfig::quoted).collect(Collectors.joining(", "));
    return setting.isList() ? "[" + texts + "]" : texts;
  }

  /** A text of JSON is one of YAML. */
  private static String quoted(String text) {
    return PLAIN.matcher(text).matches() ? text : TextNode.valueOf(text).toString();
  }

  /**
   * As one object, in the shape of the file; in place of each value an object with {@code value}
   * (text, or a list of texts), {@code source} ({@code file}, {@code default}, {@code derived} or
   * {@code none}), and where they apply {@code line}, {@code references}, {@code masked} and {@code
   * default}.
   */
  public String json() {
    ObjectNode document = JSON.objectNode().put("file", origin);
    document.set("settings", json(root));
    return document.toString();
  }

  private static ObjectNode json(EffectiveSection section) {
    ObjectNode object = JSON.objectNode();
    section.settings().forEach(setting -> object.set(setting.name(), json(setting)));
    for (EffectiveSection.Child child : section.children()) {
      if (child.isRepeated()) {
        ArrayNode list = object.putArray(child.name());
        child.sections().forEach(each -> list.add(json(each)));
      } else {
        object.set(child.name(), json(child.sections().get(0)));
      }
    }
    return object;
  }

  private static ObjectNode json(Setting setting) {
    ObjectNode object = JSON.objectNode();
    if (setting.isList()) {
      setting.texts().forEach(object.putArray("value")::add);
    } else if (!setting.texts().isEmpty()) {
      object.put("value", setting.texts().get(0));
    } else {
      object.putNull("value");
    }
    object.put("source", setting.source().name().toLowerCase(Locale.ROOT));
    if (setting.line() > 0) {
      object.put("line", setting.line());
    }
    if (!setting.references().isEmpty()) {
      setting.references().forEach(object.putArray("references")::add);
    }
    if (setting.isMasked()) {
      object.put("masked", true);
    }
    if (!setting.shownDefault().isEmpty()) {
      object.put("default", setting.shownDefault());
    }
    return object;
  }
}
