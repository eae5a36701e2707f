package io.fovea.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.network.Network;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** A network's class: written, compiled for Java 8 without a warning, and loaded. */
final class WrittenClass {
  private final Object instance;

  private WrittenClass(Object instance) {
    this.instance = instance;
  }

  static WrittenClass of(Network network, Path folder) throws Exception {
    Path file = folder.resolve("com/example/Net.java");
    JavaSource.write(network, "com.example", "a test", file);
    compile(folder, file);
    assertThat(Files.readString(file)) // what Java 8 has, Android's API level 26 has but for these
        .doesNotContainPattern("java\\.(?!(io|nio|util|util\\.zip)\\.[A-Z*])|javax|sun\\.");
    return load(folder);
  }

  static void compile(Path folder, Path file) {
    StringWriter output = new StringWriter();
    PrintWriter out = new PrintWriter(output);
    ToolProvider.findFirst("javac")
        .orElseThrow()
        .run(
            out,
            out,
            "--release 8 -Xlint:all,-options,-path -cp %s -d %<s %s"
                .formatted(folder, file)
                .split(" ", -1));
    assertThat(output).hasToString("");
  }

  static WrittenClass load(Path folder) throws Exception {
    URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
    return new WrittenClass(call(loader.loadClass("com.example.Net"), null, "load"));
  }

  private static Object call(
      Class<?> type, @Nullable Object target, String name, Object... arguments) {
    var found =
        ReflectionSupport.findMethods(
            type,
            method ->
                method.getName().equals(name) && method.getParameterCount() == arguments.length,
            HierarchyTraversalMode.TOP_DOWN);
    return Objects.requireNonNull(
        ReflectionSupport.invokeMethod(found.getFirst(), target, arguments));
  }

  /** Calls the method of that name with as many arguments. */
  Object call(String name, Object... arguments) {
    return call(instance.getClass(), instance, name, arguments);
  }

  float[] logits(float[] x) {
    return (float[]) call("logits", x);
  }
}
