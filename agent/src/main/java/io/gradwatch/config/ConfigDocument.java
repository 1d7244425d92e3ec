package io.gradwatch.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.math.BigDecimal;

/** What people and editors are told of the configuration file, made from the table of keys. */
public final class ConfigDocument {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ConfigDocument() {}

  /** The README's tables, one a section, in Markdown. */
  public static String markdown() {
    StringBuilder text = new StringBuilder();
    for (Table table : Keys.tables()) {
      String title = table.name().isEmpty() ? "Top level" : "`" + table.title() + "`";
      text.append(text.isEmpty() ? "" : "\n").append("#### ").append(title).append("\n\n");
      text.append("| key | value | default | meaning |\n|---|---|---|---|\n");
      for (Key<?> key : table.keys()) {
        text.append(row(key.name(), value(key.type()), standard(key), key.help()));
      }
      for (Table child : table.children()) {
        text.append(
            row(
                child.name(),
                child.isRepeated() ? "sections" : "a section",
                child.isRequired() ? "required" : "none",
                child.help()));
      }
    }
    return text.toString();
  }

  /** The JSON Schema (draft 2020-12) of the file. */
  public static String jsonSchema() {
    ObjectNode root = JSON.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Gradwatch configuration");
    root.setAll(section(Keys.FILE));
    root.putObject("$defs")
        .putObject("variable")
        .put("description", "an environment variable, with or without a default")
        .put("type", "string")
        .put("pattern", Variables.PATTERN);
    DefaultIndenter newline = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(newline).withArrayIndenter(newline);
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String row(String name, String value, String standard, String help) {
    return "| `%s` | %s | %s | %s |\n".formatted(name, value, standard, help);
  }

  private static String value(ValueType<?> type) {
    return type.expected().startsWith(type.noun()) || type.range().startsWith("one of")
        ? type.expected()
        : type.noun() + ", " + type.expected();
  }

  private static String standard(Key<?> key) {
    if (key.isRequired()) {
      return "required";
    }
    return key.fallback() == null ? key.shownDefault() : "`" + key.fallback() + "`";
  }

  private static ObjectNode section(Table table) {
    ObjectNode schema = JSON.objectNode();
    schema.put("description", table.help()).put("type", "object");
    schema.put("additionalProperties", table.isOpen());
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JSON.arrayNode();
    for (Table child : table.children()) {
      properties.set(child.name(), child.isRepeated() ? list(section(child)) : section(child));
      if (child.isRequired()) {
        required.add(child.name());
      }
    }
    for (Key<?> key : table.keys()) {
      properties.set(key.name(), property(key));
      if (key.isRequired()) {
        required.add(key.name());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  private static ObjectNode list(ObjectNode item) {
    ObjectNode schema = JSON.objectNode().put("type", "array").put("minItems", 1);
    schema.set("items", item);
    return schema;
  }

  private static ObjectNode property(Key<?> key) {
    ObjectNode property = JSON.objectNode().put("description", key.help());
    if (key.fallback() != null) {
      property.set("default", json(key.fallback()));
    }
    ArrayNode alternatives = property.putArray("anyOf");
    if (key.type().isList()) {
      ObjectNode list = list(key.type().schema().deepCopy());
      alternatives.add(key.type().mayRepeat() ? list : list.put("uniqueItems", true));
      alternatives.addObject().put("type", "string");
    } else {
      alternatives.add(key.type().schema().deepCopy());
      alternatives.addObject().put("$ref", "#/$defs/variable");
    }
    return property;
  }

  /** As YAML reads it: a number or a truth value where it looks like one, else text. */
  private static ValueNode json(String text) {
    if (text.matches("true|false")) {
      return JSON.booleanNode(Boolean.parseBoolean(text));
    }
    return text.matches("[0-9]+(\\.[0-9]+)?")
        ? JSON.numberNode(new BigDecimal(text))
        : JSON.textNode(text);
  }
}
