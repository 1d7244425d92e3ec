package io.gradwatch.importance.device;

/**
 * The device that tests use: the system property {@code gradwatch.test.device}, by default the CPU.
 */
public final class TestDevice {
  public static final DeviceSettings SETTINGS =
      DeviceSettings.of(System.getProperty("gradwatch.test.device", "cpu"), 1);

  private TestDevice() {}
}
