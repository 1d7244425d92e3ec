package io.gradwatch.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The commands of the security document, as what they do. */
final class DocumentedAcls {
  private static final Path DOCUMENT = Path.of("../deploy/SECURITY.md");
  private static final Pattern COMMAND =
      Pattern.compile(
          "\\$acl --allow-principal (\\S+) --operation (\\S+) --(topic|group|transactional-id) (\\S+)"
              + "( --resource-pattern-type prefixed)?");

  private DocumentedAcls() {}

  static List<AclBinding> read() throws IOException {
    List<AclBinding> acls = new ArrayList<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("$acl ")) {
        Matcher command = COMMAND.matcher(line);
        if (!command.matches()) {
          throw new IOException("not understood: " + line);
        }
        acls.add(binding(command));
      }
    }
    return acls;
  }

  private static AclBinding binding(Matcher command) {
    ResourceType type =
        ResourceType.valueOf(command.group(3).replace('-', '_').toUpperCase(Locale.ROOT));
    return new AclBinding(
        new ResourcePattern(
            type,
            command.group(4),
            command.group(5) == null ? PatternType.LITERAL : PatternType.PREFIXED),
        new AccessControlEntry(
            command.group(1),
            "*",
            AclOperation.valueOf(command.group(2).toUpperCase(Locale.ROOT)),
            AclPermissionType.ALLOW));
  }
}
