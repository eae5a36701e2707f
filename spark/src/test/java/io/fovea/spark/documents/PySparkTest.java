package io.fovea.spark.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.spark.score.FoveaModel;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.junit.jupiter.api.Test;

/**
 * The Python of spark/README.md calls classes and methods that are there. Py4J finds them by name,
 * when they are called; no Python runs here.
 */
class PySparkTest {
  private static final Pattern BLOCK = Pattern.compile("```python\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern STATIC = Pattern.compile("spark\\._jvm\\.([\\w.]+)\\.(\\w+)\\(");
  private static final Pattern MODEL =
      Pattern.compile("FoveaModel\\(spark, \"[^\"]+\", ([^)]*)\\)");
  private static final Pattern SETTING = Pattern.compile("(\\w+)=(\\S+?)(?:, |$)");

  private static String document() throws IOException {
    return Files.readString(Path.of("../spark/README.md"));
  }

  private static List<String> matches(Pattern pattern, String text) {
    List<String> all = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      all.add(matcher.group(1));
    }
    return all;
  }

  @Test
  void classesOfTheJvm_areThere() throws Exception {
    Matcher call = STATIC.matcher(document());
    List<String> called = new ArrayList<>();
    while (call.find()) {
      Class<?> type = Class.forName(call.group(1));
      assertThat(type.getMethods())
          .as(call.group())
          .anyMatch(method -> isCalled(method, call.group(2)));
      called.add(type.getSimpleName() + "." + call.group(2));
    }
    assertThat(called).containsExactly("FoveaModel.fromFile", "PipelineModel.load");
  }

  /** By Py4J: a static method of that name that takes a text. */
  private static boolean isCalled(Method method, String name) {
    return method.getName().equals(name)
        && Modifier.isStatic(method.getModifiers())
        && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class});
  }

  @Test
  void settings_haveSettersOfTheirType() throws Exception {
    String python = String.join("", matches(BLOCK, document()));
    List<String> names = new ArrayList<>();
    for (String settings : matches(MODEL, python)) {
      Matcher setting = SETTING.matcher(settings);
      while (setting.find()) {
        String name = setting.group(1);
        assertThat(setting.group(2)).startsWith("\"").endsWith("\"");
        String setter = "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        assertThat(FoveaModel.class.getMethods())
            .as(setter)
            .anyMatch(
                method ->
                    method.getName().equals(setter)
                        && method.getParameterTypes()[0] == String.class);
        names.add(name);
      }
    }
    assertThat(names).containsExactly("inputCol", "handleInvalid", "handleInvalid", "errorCol");
    assertThat(FoveaModel.class.getMethod("transform", Dataset.class).getReturnType())
        .isEqualTo(Dataset.class);
    assertThat(python).contains("self.java.transform(rows._jdf)");
  }
}
