package io.gradwatch;

import io.gradwatch.cli.Main;
import picocli.CommandLine;

/** The commands as they are declared, so that documents can be held against them. */
public final class Commands {
  private Commands() {}

  /** The program; nothing is run. */
  public static CommandLine program() {
    return new CommandLine(Main.class, new Instances()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** Makes commands, whose constructors only this package's neighbours may call. */
  private static final class Instances implements CommandLine.IFactory {
    private final CommandLine.IFactory standard = CommandLine.defaultFactory();

    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (!type.getName().startsWith("io.gradwatch.")) {
        return standard.create(type);
      }
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    }
  }
}
