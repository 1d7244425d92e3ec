package io.gradwatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is read at once fits into one head, or says why not. */
class RoomSizeTest {
  private static final int FILE_LINES = 300;
  private static final int METHOD_LINES = 40;

  private static final Map<String, String> LONG_FILES =
      Map.of(
          "Keys.java", "the catalogue of keys: an entry each, in the order of the document",
          "Metric.java", "the catalogue of metrics: an entry each, with its meaning",
          "ValueTypes.java", "the catalogue of types: a short function each",
          "DriftTracker.java", "a third of it says what it promises, and why not otherwise");

  private static final Map<String, String> LONG_METHODS =
      Map.of(
          "Narrative.java imply", "a switch with a sentence a verdict",
          "Elements.java values", "a switch with a loop a type");

  /** Lines of each file, and of each method, by name. */
  private static final Map<String, Long> files = new TreeMap<>();

  private static final Map<String, Long> methods = new TreeMap<>();

  @BeforeAll
  static void measure() throws IOException {
    List<Path> sources;
    try (Stream<Path> all = Files.walk(Path.of("src/main/java"))) {
      sources = all.filter(path -> path.toString().endsWith(".java")).toList();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(sources));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        measure(unit, positions);
      }
    }
  }

  private static void measure(CompilationUnitTree unit, SourcePositions positions) {
    String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
    LineMap lines = unit.getLineMap();
    files.put(file, lines.getLineNumber(positions.getEndPosition(unit, unit)));
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitMethod(MethodTree method, Void unused) {
        long first = lines.getLineNumber(positions.getStartPosition(unit, method));
        long last = lines.getLineNumber(positions.getEndPosition(unit, method));
        methods.merge(file + " " + method.getName(), last - first + 1, Math::max);
        return super.visitMethod(method, null);
      }
    }.scan(unit, null);
  }

  @Test
  void filesFitOrHaveAReason() {
    assertThat(longer(files, FILE_LINES)).containsExactlyInAnyOrderElementsOf(LONG_FILES.keySet());
  }

  @Test
  void methodsFitOrHaveAReason() {
    assertThat(longer(methods, METHOD_LINES))
        .containsExactlyInAnyOrderElementsOf(LONG_METHODS.keySet());
  }

  private static List<String> longer(Map<String, Long> sizes, int most) {
    return sizes.entrySet().stream()
        .filter(size -> size.getValue() > most)
        .map(Map.Entry::getKey)
        .toList();
  }
}
