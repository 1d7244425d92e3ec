package io.gradwatch.grafana;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * One panel of a dashboard, in Grafana's classic JSON. Made by one of the factory methods, then
 * given its queries and looks; {@link Frame} gives it a place.
 */
final class Panel {
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private int width = 8;
  private int height = 8;

  private Panel(String type, String title, String description, String unit) {
    json.put("type", type).put("title", title).put("description", description);
    json.set("datasource", Frame.dataSource());
    json.putArray("targets");
    json.putObject("fieldConfig").putObject("defaults").put("unit", unit);
    field("fieldConfig").putArray("overrides");
    json.putObject("options");
    steps("text");
  }

  /** One large number, the newest, in the colour of its {@link #steps}. */
  static Panel stat(String title, String description, String unit) {
    Panel panel = new Panel("stat", title, description, unit).size(4, 4);
    panel
        .options()
        .put("colorMode", "value")
        .put("graphMode", "none")
        .put("justifyMode", "center")
        .put("textMode", "value")
        .put("wideLayout", true)
        .set("reduceOptions", reduce());
    panel.defaults().putObject("color").put("mode", "thresholds");
    return panel;
  }

  /** Lines over time. */
  static Panel lines(String title, String description, String unit) {
    Panel panel = new Panel("timeseries", title, description, unit);
    panel.defaults().putObject("color").put("mode", "palette-classic");
    ObjectNode custom = panel.defaults().putObject("custom");
    custom.put("drawStyle", "line").put("lineWidth", 2).put("fillOpacity", 0);
    custom.put("lineInterpolation", "stepAfter").put("showPoints", "never").put("spanNulls", false);
    custom.putObject("stacking").put("mode", "none").put("group", "A");
    custom.putObject("scaleDistribution").put("type", "linear");
    custom.putObject("thresholdsStyle").put("mode", "off");
    ObjectNode legend = panel.options().putObject("legend");
    legend.put("displayMode", "list").put("placement", "bottom").put("showLegend", true);
    legend.putArray("calcs");
    panel.options().putObject("tooltip").put("mode", "multi").put("sort", "desc");
    return panel;
  }

  /** Rows that are coloured over time by the state that a value stands for. */
  static Panel states(String title, String description, String unit) {
    Panel panel = new Panel("state-timeline", title, description, unit).size(24, 5);
    panel.defaults().putObject("color").put("mode", "thresholds");
    panel
        .defaults()
        .putObject("custom")
        .put("lineWidth", 0)
        .put("fillOpacity", 85)
        .put("spanNulls", false);
    ObjectNode options = panel.options();
    options
        .put("mergeValues", true)
        .put("showValue", "auto")
        .put("alignValue", "center")
        .put("rowHeight", 0.85);
    options
        .putObject("legend")
        .put("displayMode", "list")
        .put("placement", "bottom")
        .put("showLegend", false);
    options.putObject("tooltip").put("mode", "single").put("sort", "none");
    return panel;
  }

  /** One row a series, the darker the larger. Sizes up to {@code most} get different colours. */
  static Panel heatmap(String title, String description, String unit, double most) {
    Panel panel = new Panel("heatmap", title, description, unit).size(12, 10);
    panel.defaults().putObject("custom").putObject("scaleDistribution").put("type", "linear");
    ObjectNode options = panel.options();
    options.put("calculate", false).put("cellGap", 1).put("showValue", "never");
    // Evidence grows by a factor a window: the exponent shows a hundredth as a quarter.
    options
        .putObject("color")
        .put("mode", "opacity")
        .put("fill", "dark-orange")
        .put("scale", "exponential")
        .put("exponent", 0.3)
        .put("steps", 64)
        .put("min", 0)
        .put("max", most);
    options.putObject("filterValues").put("le", 1e-9);
    options.putObject("rowsFrame").put("layout", "auto");
    options.putObject("yAxis").put("axisPlacement", "left").put("reverse", true);
    options.putObject("cellValues").put("unit", unit);
    options.putObject("legend").put("show", true);
    options
        .putObject("tooltip")
        .put("mode", "single")
        .put("yHistogram", false)
        .put("showColorScale", false);
    return panel;
  }

  /** Horizontal bars of the newest values. */
  static Panel bars(String title, String description, String unit) {
    Panel panel = new Panel("bargauge", title, description, unit);
    panel.defaults().putObject("color").put("mode", "fixed").put("fixedColor", "blue");
    panel.defaults().put("min", 0);
    panel
        .options()
        .put("displayMode", "basic")
        .put("orientation", "horizontal")
        .put("valueMode", "color")
        .put("namePlacement", "left")
        .put("showUnfilled", true)
        .put("sizing", "auto")
        .put("minVizWidth", 8)
        .put("minVizHeight", 12)
        .set("reduceOptions", reduce());
    return panel;
  }

  /** A table; each {@link #column} is a query. */
  static Panel table(String title, String description) {
    Panel panel = new Panel("table", title, description, "short").size(24, 8);
    panel.defaults().putObject("color").put("mode", "thresholds");
    ObjectNode custom = panel.defaults().putObject("custom");
    custom.put("align", "left").put("minWidth", 70).putObject("cellOptions").put("type", "auto");
    panel.options().put("showHeader", true).put("cellHeight", "sm").putArray("sortBy");
    ArrayNode steps = panel.json.putArray("transformations");
    steps.addObject().put("id", "merge").putObject("options");
    ObjectNode organize = steps.addObject().put("id", "organize").putObject("options");
    organize.putObject("excludeByName").put("Time", true);
    organize.putObject("indexByName");
    organize.putObject("renameByName");
    return panel;
  }

  Panel size(int width, int height) {
    this.width = width;
    this.height = height;
    return this;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Adds a query over time, drawn under this name, in which {@code {{label}}} is a label. */
  Panel query(String expression, String legend) {
    target(expression, legend, false);
    return this;
  }

  /** Adds a query of the newest values. */
  Panel now(String expression, String legend) {
    target(expression, legend, true);
    return this;
  }

  /** Adds a column that is a label of some query, which all rows have in common or one has. */
  Column label(String label, String title) {
    organize("indexByName").put(label, organize("indexByName").size());
    organize("renameByName").put(label, title);
    ObjectNode override = ((ArrayNode) field("fieldConfig").get("overrides")).addObject();
    override.putObject("matcher").put("id", "byName").put("options", title);
    return new Column(override.putArray("properties"));
  }

  /** Adds a column of a query's values. */
  Column column(String title, String expression, String unit) {
    ObjectNode target = target(expression, "", true).put("format", "table");
    Column column = label("Value #" + target.path("refId").asText(), title);
    return column.set("unit", unit);
  }

  /** Adds a query of which only the labels are shown, see {@link #label}. */
  Panel labelsOf(String expression) {
    ObjectNode target = target(expression, "", true).put("format", "table");
    organize("excludeByName").put("Value #" + target.path("refId").asText(), true);
    // So the only query of a table calls its values.
    organize("excludeByName").put("Value", true);
    return this;
  }

  Panel sortedBy(String title) {
    ((ArrayNode) options().get("sortBy")).addObject().put("displayName", title).put("desc", true);
    return this;
  }

  /** Colours from values on: {@code steps("green", 1, "red")} is red from 1. */
  Panel steps(String first, Object... valuesAndColours) {
    defaults().set("thresholds", thresholds(first, valuesAndColours));
    return this;
  }

  /** Draws the steps as dashed lines. */
  Panel limits(Object... valuesAndColours) {
    steps("transparent", valuesAndColours);
    custom().putObject("thresholdsStyle").put("mode", "dashed");
    return this;
  }

  /** Draws values on a logarithmic axis that shows at least these. */
  Panel logarithmic(double low, double high) {
    custom().putObject("scaleDistribution").put("type", "log").put("log", 10);
    custom().put("axisSoftMin", low).put("axisSoftMax", high);
    return this;
  }

  Panel stacked() {
    custom().put("fillOpacity", 60).put("lineWidth", 0);
    custom().putObject("stacking").put("mode", "normal").put("group", "A");
    return this;
  }

  Panel axis(double min, double max) {
    defaults().put("min", min).put("max", max);
    return this;
  }

  /** Shows counts from 0 on, and at least up to 1: nothing at all is a line at the bottom. */
  Panel countAxis() {
    custom().put("axisSoftMax", 1);
    return axisFromZero();
  }

  /** Draws over gaps, where a window comes only now and then. */
  Panel connected() {
    custom().put("spanNulls", true);
    return this;
  }

  Panel axisFromZero() {
    defaults().put("min", 0);
    return this;
  }

  Panel decimals(int decimals) {
    defaults().put("decimals", decimals);
    return this;
  }

  /** Says this where there is no value. */
  Panel otherwise(String text) {
    defaults().put("noValue", text);
    return this;
  }

  /** Puts the legend beside the plot: below it, a long one would leave little of it. */
  Panel legendBeside() {
    ((ObjectNode) options().get("legend")).put("placement", "right");
    return this;
  }

  /** Shows the ranges of the steps, or the states, below a {@link #states} panel. */
  Panel legendBelow() {
    ((ObjectNode) options().get("legend")).put("showLegend", true);
    return this;
  }

  Panel option(String name, String value) {
    options().put(name, value);
    return this;
  }

  /** Shows values by the status that they stand for, see {@link Queries#status}. */
  Panel statuses() {
    defaults().set("mappings", Status.mappings());
    return this;
  }

  /** A link of each value. */
  Panel link(String title, String url) {
    link(defaults().withArray("links"), title, url);
    return this;
  }

  /** The panel at its place. */
  ObjectNode at(int id, int x, int y) {
    ObjectNode placed = json.deepCopy().put("id", id);
    placed.putObject("gridPos").put("x", x).put("y", y).put("w", width).put("h", height);
    return placed;
  }

  static ObjectNode thresholds(String first, Object... valuesAndColours) {
    ObjectNode thresholds = JsonNodeFactory.instance.objectNode().put("mode", "absolute");
    ArrayNode steps = thresholds.putArray("steps");
    steps.addObject().put("color", first).putNull("value");
    for (int i = 0; i < valuesAndColours.length; i += 2) {
      steps
          .addObject()
          .put("color", (String) valuesAndColours[i + 1])
          .put("value", ((Number) valuesAndColours[i]).doubleValue());
    }
    return thresholds;
  }

  static void link(ArrayNode links, String title, String url) {
    links.addObject().put("title", title).put("url", url).put("targetBlank", false);
  }

  private static ObjectNode reduce() {
    ObjectNode reduce = JsonNodeFactory.instance.objectNode();
    reduce.putArray("calcs").add("lastNotNull");
    return reduce.put("fields", "").put("values", false);
  }

  private ObjectNode target(String expression, String legend, boolean instant) {
    ArrayNode targets = (ArrayNode) json.get("targets");
    String id = String.format(Locale.ROOT, "%c", 'A' + targets.size());
    ObjectNode target = targets.addObject();
    target.set("datasource", Frame.dataSource());
    return target
        .put("editorMode", "code")
        .put("expr", expression)
        .put("legendFormat", legend)
        .put("refId", id)
        .put("instant", instant)
        .put("range", !instant);
  }

  private ObjectNode options() {
    return field("options");
  }

  private ObjectNode defaults() {
    return field("fieldConfig").withObject("/defaults");
  }

  private ObjectNode custom() {
    return defaults().withObject("/custom");
  }

  private ObjectNode organize(String name) {
    return (ObjectNode) json.at("/transformations/1/options").get(name);
  }

  private ObjectNode field(String name) {
    return (ObjectNode) json.get(name);
  }
}
