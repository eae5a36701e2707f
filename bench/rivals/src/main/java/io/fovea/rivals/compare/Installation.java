package io.fovea.rivals.compare;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where things are: this folder, the JDK and the class path that run this very process, and a
 * Python that has PyTorch.
 *
 * @param folder bench/rivals
 */
record Installation(Path folder) {
  /** As the script run tells it. */
  static Installation here() {
    return new Installation(Path.of(System.getProperty("rivals.folder", ".")).toAbsolutePath());
  }

  List<String> java(Class<?> main, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }

  /** The command that runs a script of this folder, by the first python3 that has PyTorch. */
  List<String> python(String script) throws UnableException {
    List<String> found = pythons();
    String python =
        found.stream().filter(Installation::hasTorch).findFirst().orElse(found.getFirst());
    return List.of(python, folder.resolve(script).toString());
  }

  /** Every python3 on the PATH, because Debian's packages are known to Debian's alone. */
  private static List<String> pythons() throws UnableException {
    List<String> found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .map(entry -> Path.of(entry, "python3"))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .toList();
    if (found.isEmpty()) {
      throw new UnableException("no python3 on the PATH");
    }
    return found;
  }

  private static boolean hasTorch(String python) {
    try {
      return new ProcessBuilder(python, "-c", "import torch")
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException | InterruptedException failed) {
      return false;
    }
  }

  /** A folder of the build where native libraries are unpacked, once. */
  Path cache(String name) {
    return target().resolve(name);
  }

  /** What may be deleted. */
  Path target() {
    return folder.resolve("target");
  }
}
