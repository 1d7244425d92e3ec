package io.gradwatch.topology;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.doctree.ValueTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The doc comments of the program's sources as plain text: what documents say of their fields. */
final class RecordComments {
  private static final Path SOURCES = Path.of("src/main/java");

  /** By the class's binary name; of a member {@code class#member}. */
  private final Map<String, String> texts = new HashMap<>();

  RecordComments() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> sources = Files.walk(SOURCES)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(
                      sources.filter(path -> path.toString().endsWith(".java")).toList()));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(trees, unit).scan(unit, null);
      }
    }
  }

  /** The first sentence about a class; null if there is none. */
  @Nullable String of(Class<?> type) {
    return texts.get(type.getName());
  }

  /** What is said about a component of a record, a constant or a method; null if nothing is. */
  @Nullable String of(Class<?> type, String member) {
    return texts.get(type.getName() + "#" + member);
  }

  private final class Scanner extends TreePathScanner<@Nullable Void, @Nullable String> {
    private final DocTrees trees;
    private final String folder;

    Scanner(DocTrees trees, CompilationUnitTree unit) {
      this.trees = trees;
      this.folder = unit.getPackageName() + ".";
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable String outer) {
      String name = (outer == null ? folder : outer + "$") + type.getSimpleName();
      DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
      if (comment != null) {
        texts.put(name, text(name, comment.getFirstSentence()));
        for (DocTree tag : comment.getBlockTags()) {
          if (tag instanceof ParamTree param) {
            texts.put(name + "#" + param.getName(), text(name, param.getDescription()));
          }
        }
      }
      return super.visitClass(type, name);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable String type) {
      keep(type, method.getName().toString());
      return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree variable, @Nullable String type) {
      if (getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.ENUM) {
        keep(type, variable.getName().toString());
      }
      return null;
    }

    private void keep(@Nullable String type, String member) {
      DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
      if (type != null && comment != null) {
        texts.putIfAbsent(type + "#" + member, text(type, comment.getFirstSentence()));
      }
    }
  }

  private static String text(String type, List<? extends DocTree> parts) {
    return parts.stream()
        .map(part -> text(type, part))
        .collect(Collectors.joining())
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static String text(String type, DocTree part) {
    if (part instanceof TextTree text) {
      return text.getBody();
    }
    if (part instanceof LiteralTree literal) {
      return literal.getBody().getBody();
    }
    if (part instanceof EntityTree entity) {
      return Map.of("lt", "<", "gt", ">", "amp", "&").getOrDefault(entity.getName().toString(), "");
    }
    if (part instanceof LinkTree link) {
      return link.getLabel().isEmpty() ? name(link) : text(type, link.getLabel());
    }
    if (part instanceof ValueTree value) {
      return constant(type, value.getReference().getSignature());
    }
    return " ";
  }

  /** The last word of a reference: of a method or field its own name, else the class's. */
  private static String name(LinkTree link) {
    String signature = link.getReference().getSignature();
    return signature.replaceAll("\\(.*", "").replaceAll(".*[.#]", "");
  }

  private static String constant(String type, String reference) {
    int hash = reference.indexOf('#');
    // Another class is one of the same package: imports are not looked at.
    String owner = hash > 0 ? type.replaceAll("[^.]+$", "") + reference.substring(0, hash) : type;
    try {
      Field field = Class.forName(owner).getDeclaredField(reference.replaceAll(".*#", ""));
      field.setAccessible(true);
      return String.valueOf(field.get(null));
    } catch (ReflectiveOperationException e) {
      return nested(owner, reference.substring(hash + 1), e);
    }
  }

  /** A constant of the class around a nested one. */
  private static String nested(String type, String reference, ReflectiveOperationException cause) {
    int outer = type.lastIndexOf('$');
    if (outer < 0) {
      throw new IllegalStateException("%s: no constant %s".formatted(type, reference), cause);
    }
    return constant(type.substring(0, outer), reference);
  }
}
