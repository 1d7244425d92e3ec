package io.gradwatch.topology;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomPropertyDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import io.gradwatch.drift.BaselineSelection;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.ScoreBaseline;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.report.Alert;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schemas (2020-12) of the records in Gradwatch's topics, from the record types: what this
 * release writes. A component that may be null is not required, because it is left out then.
 */
final class RecordSchemas {
  /** By the name of the file. */
  static final Map<String, Class<?>> RECORDS =
      Map.of(
          "importance-outcome", WindowOutcome.class,
          "drift-reading", DriftReading.class,
          "alert", Alert.class,
          "baseline", StoredBaseline.class,
          "baseline-selection", BaselineSelection.class);

  /** What Jackson writes for numbers that JSON does not have. */
  private static final List<String> NO_NUMBERS = List.of("NaN", "Infinity", "-Infinity");

  private final RecordComments comments;
  private final SchemaGenerator generator;

  RecordSchemas(RecordComments comments) {
    this.comments = comments;
    SchemaGeneratorConfigBuilder config =
        new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(
                Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                Option.DEFINITIONS_FOR_ALL_OBJECTS)
            .without(Option.SCHEMA_VERSION_INDICATOR);
    config
        .forTypesInGeneral()
        .withPropertySorter((unusedOne, unusedOther) -> 0)
        .withDescriptionResolver(scope -> described(scope.getType().getErasedType()))
        .withCustomDefinitionProvider(
            (type, context) ->
                List.of(float.class, double.class, Float.class, Double.class)
                        .contains(type.getErasedType())
                    ? new CustomDefinition(
                        context.getGeneratorConfig().createObjectNode().put("type", "number"), true)
                    : null);
    config
        .forFields()
        .withRequiredCheck(field -> !nullable(field))
        .withNullableCheck(field -> false)
        .withDescriptionResolver(
            field ->
                field.isFakeContainerItemScope()
                    ? null
                    : comments.of(field.getRawMember().getDeclaringClass(), field.getName()))
        .withCustomDefinitionProvider(RecordSchemas::special);
    this.generator = new SchemaGenerator(config.build());
  }

  /** The schema of a record type, as text that ends with a line. */
  String schema(Class<?> type) {
    ObjectNode generated = generator.generateSchema(type);
    ObjectNode schema = generated.objectNode();
    schema.put("$schema", SchemaVersion.DRAFT_2020_12.getIdentifier());
    schema.put("title", type.getSimpleName());
    schema.setAll(generated);
    return schema.toPrettyString() + "\n";
  }

  private static boolean nullable(FieldScope field) {
    return field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /** The version of a format is one number; a slot of the season may have no number. */
  private static @Nullable CustomPropertyDefinition special(
      FieldScope field, SchemaGenerationContext context) {
    Class<?> owner = field.getRawMember().getDeclaringClass();
    ObjectNode schema = context.getGeneratorConfig().createObjectNode();
    if (field.getName().equals("format") && !field.isFakeContainerItemScope()) {
      return new CustomPropertyDefinition(schema.put("const", format(owner)));
    }
    if (owner == ScoreBaseline.class
        && field.getName().equals("slots")
        && field.isFakeContainerItemScope()) {
      ArrayNode either = schema.putArray("anyOf");
      either.addObject().put("type", "number");
      ArrayNode words = either.addObject().putArray("enum");
      NO_NUMBERS.forEach(words::add);
      return new CustomPropertyDefinition(schema);
    }
    return null;
  }

  private static int format(Class<?> owner) {
    try {
      Field format = owner.getField("FORMAT");
      return format.getInt(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(owner + " has a format and no FORMAT", e);
    }
  }

  /** The first sentence of a type of ours; of an enum also what its constants mean. */
  private @Nullable String described(Class<?> type) {
    String sentence = comments.of(type);
    if (!type.isEnum()) {
      return sentence;
    }
    String constants =
        Stream.of(type.getEnumConstants())
            .map(Object::toString)
            .filter(name -> comments.of(type, name) != null)
            .map(name -> name + ": " + comments.of(type, name))
            .collect(Collectors.joining(" "));
    return Stream.of(sentence, constants)
        .filter(text -> text != null && !text.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
