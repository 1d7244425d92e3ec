package io.gradwatch.importance;

/**
 * Which model it is: the name that its layout gives, and the SHA-256 of its file.
 *
 * @param name the version's name; the file's name without extension where the layout has none
 * @param sha256 of the TorchScript file, 64 lower-case hex digits
 */
public record ModelVersion(String name, String sha256) {
  /** Name and the first twelve digits: enough to tell versions apart in labels and keys. */
  @Override
  public String toString() {
    return name + "@" + sha256.substring(0, 12);
  }
}
