package io.fovea;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** What a part of the library must show for itself: where it comes from, and a test of numbers. */
public final class Evidence {
  /** A paper with its year or arXiv number, or a library's or a format's definition by name. */
  private static final Pattern SOURCE =
      Pattern.compile(
          "arXiv \\d{4}\\.\\d{4,5}|[A-Z][\\w.]+.*\\b(19|20)\\d\\d\\b|PyTorch|torchvision|ONNX|scikit-learn",
          Pattern.DOTALL);

  private Evidence() {}

  /** The class's Javadoc names its source. */
  public static void requireSource(Class<?> type) throws IOException {
    requireSource(type, "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*)*public ");
  }

  /** The Javadoc before the one declaration that the pattern ends with names its source. */
  public static void requireSource(Class<?> type, String declaration) throws IOException {
    Path file = Path.of("src/main/java", type.getName().replace('.', '/') + ".java");
    Matcher matcher = Pattern.compile(declaration, Pattern.DOTALL).matcher(Files.readString(file));
    assertThat(matcher.find()).as("%s: %s", file, declaration).isTrue();
    String text = matcher.group(1).replaceAll("\\s*\\n\\s*\\*\\s?", " ");
    assertThat(text).as("%s: a source in its Javadoc", file).containsPattern(SOURCE);
  }

  public static void requireTest(Class<?> tests, String name) {
    List<Method> found =
        Arrays.stream(tests.getDeclaredMethods())
            .filter(method -> method.getName().equals(name))
            .filter(Evidence::isTest)
            .toList();
    assertThat(found).as("%s.%s", tests.getSimpleName(), name).hasSize(1);
  }

  public static Stream<String> tests(Class<?> tests) {
    return Arrays.stream(tests.getDeclaredMethods()).filter(Evidence::isTest).map(Method::getName);
  }

  private static boolean isTest(Method method) {
    return method.isAnnotationPresent(Test.class)
        || method.isAnnotationPresent(ParameterizedTest.class);
  }

  /** The beginning of names of tests: maxPool2d for MaxPool2d. */
  public static String begin(Class<?> type) {
    String name = type.getSimpleName();
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }
}
