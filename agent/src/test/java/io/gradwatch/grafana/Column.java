package io.gradwatch.grafana;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** A column of a table, to be given its looks. */
final class Column {
  private final ArrayNode properties;

  Column(ArrayNode properties) {
    this.properties = properties;
  }

  Column decimals(int decimals) {
    properties.addObject().put("id", "decimals").put("value", decimals);
    return this;
  }

  Column width(int pixels) {
    properties.addObject().put("id", "custom.width").put("value", pixels);
    return this;
  }

  Column steps(String first, Object... valuesAndColours) {
    properties
        .addObject()
        .put("id", "thresholds")
        .set("value", Panel.thresholds(first, valuesAndColours));
    return coloured();
  }

  Column statuses() {
    properties.addObject().put("id", "mappings").set("value", Status.mappings());
    return coloured();
  }

  /** Shows these texts for 0 and 1, in these colours. */
  Column either(String... textsAndColours) {
    properties.addObject().put("id", "mappings").set("value", Status.values(textsAndColours));
    return coloured();
  }

  Column link(String title, String url) {
    Panel.link(properties.addObject().put("id", "links").putArray("value"), title, url);
    return this;
  }

  private Column coloured() {
    properties
        .addObject()
        .put("id", "custom.cellOptions")
        .putObject("value")
        .put("type", "color-text");
    return this;
  }

  Column set(String property, String value) {
    properties.addObject().put("id", property).put("value", value);
    return this;
  }
}
