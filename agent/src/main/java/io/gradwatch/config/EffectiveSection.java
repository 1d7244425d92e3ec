package io.gradwatch.config;

import java.util.List;

/**
 * A section as it is in force.
 *
 * @param settings all keys that it may have, and the properties that are handed on
 * @param children the sections in it that the file has
 */
record EffectiveSection(List<Setting> settings, List<Child> children) {
  /**
   * What stands under one name.
   *
   * @param isRepeated whether it is a list of sections; else there is one
   */
  record Child(String name, boolean isRepeated, List<EffectiveSection> sections) {}
}
